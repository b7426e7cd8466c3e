"""Answers to decisions: the browser goes back, or the piece behind fetches itself."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.pages import BookRequest, onward
from banking.actions.reviewing import Decided
from banking.queries import Offer
from banking.views.panels import NO_CONTENT, offer_address, succeeded
from journal import made


def answered(
    request: BookRequest, message: str, *, failed: bool = False, back: str = "", offer: Offer | None = None
) -> HttpResponseBase:
    """Say what was done, or why nothing was; with a button that does the same to what is offered."""
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx
        response = HttpResponse(status=NO_CONTENT)
        saved = {"message": message, "undo": _undo(failed=failed), "offer": offer_address(offer)}
        response["HX-Trigger"] = json.dumps({"saved": saved, "changed:review": {}})
        return response
    messages.warning(request, message) if failed else succeeded(request, message, offer=offer)
    return onward(request, otherwise=back or reverse("review"))


def _undo(*, failed: bool) -> str:
    """Where the button is fetched that takes back what this request did."""
    operation = None if failed else made.latest()
    return reverse("operation_toast", args=[operation]) if operation else ""


def told(done: Decided) -> str:
    """How many were decided, and how many could not be."""
    said = ngettext("%d decided.", "%d decided.", done.count) % done.count
    if done.left:
        left = ngettext(
            "%d was left, as it cannot be done any more.", "%d were left, as they cannot be done any more.", done.left
        )
        said = f"{said} {left % done.left}"
    return said
