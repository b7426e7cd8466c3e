"""Pages that also open in the drawer: a whole page, or its body in a panel when htmx asks."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.pages import BookRequest, book_page
from banking.actions.refusals import Refused
from banking.models import Account, Attachment, Category, Merchant, Rule, Transaction
from banking.queries import Offer
from journal import made

P = ParamSpec("P")
GONE = tuple(model.DoesNotExist for model in (Account, Attachment, Category, Merchant, Rule, Transaction))
NO_CONTENT = 204
IDS_IN_DRAWER = "drawer_%s"
"""The page behind the drawer has fields of the same names."""


def edit_page(view: Callable[Concatenate[BookRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Like `book_page`, but also to look at the form takes the role of an editor."""
    return book_page(look="editor")(view)


def panel(
    request: BookRequest, body: str, context: Mapping[str, object], *, title: str, back: str, status: int = 200
) -> HttpResponse:
    """`body` is the template inside, `back` the address of the page it belongs to.

    Its forms send themselves to the panel only where there is one. A panel is always 200: a refused form is an answer
    to show there, not a failed request.
    """
    in_drawer = bool(request.htmx)  # type: ignore[attr-defined]  # django-htmx
    template = "frame/panel_drawer.html" if in_drawer else "frame/panel.html"
    if in_drawer and isinstance(form := context.get("form"), forms.BaseForm):
        form.auto_id = IDS_IN_DRAWER
    shown = {**context, "body": body, "title": title, "back": back}
    response = render(request, template, shown, status=200 if in_drawer else status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: BookRequest, message: str, *, back: str, topic: str, offer: Offer | None = None) -> HttpResponse:
    """Say that it is done, with a button that undoes it, and one that does the same to what is offered.

    The drawer closes and the list behind it fetches itself, or the browser goes back.
    """
    if not request.htmx:  # type: ignore[attr-defined]  # django-htmx
        succeeded(request, message, offer=offer)
        return redirect(back)
    operation = made.latest()
    saved = {
        "message": message,
        "undo": reverse("operation_toast", args=[operation]) if operation else "",
        "offer": offer_address(offer),
    }
    return told({"saved": saved, f"changed:{topic}": {}})


def offer_address(offer: Offer | None) -> str:
    """Where the button is fetched that does the same to what is offered."""
    return reverse("transaction_alike_toast", args=[offer.pk]) if offer else ""


def succeeded(request: BookRequest, message: str, *, offer: Offer | None = None) -> None:
    """The message, with a button that undoes what this request did, and one that does the same to what is offered."""
    operation = made.latest()
    tags = [f"undo-{operation}"] if operation else []
    tags += [f"alike-{offer.pk}-{offer.count}"] if offer else []
    messages.success(request, message, extra_tags=" ".join(tags))


def sorry(request: BookRequest, message: str, *, back: str) -> HttpResponse:
    """Say why nothing was done, where there is no form to show it in."""
    if not request.htmx:  # type: ignore[attr-defined]  # django-htmx
        messages.error(request, message)
        return redirect(back)
    return told({"saved": {"message": message, "undo": ""}})


def told(events: dict[str, dict[str, str]]) -> HttpResponse:
    """Nothing but events with their details, for the scripts of the page."""
    response = HttpResponse(status=NO_CONTENT)
    response["HX-Trigger"] = json.dumps(events)
    return response


@contextmanager
def or_404() -> Iterator[None]:
    """Around an action: the row was there a moment ago, and somebody else has removed it since."""
    try:
        yield
    except GONE as error:
        raise Http404 from error


def refuse(form: forms.Form, error: Refused) -> None:
    """Put what an action refused beside the field it is about."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def status_of(form: forms.Form) -> int:
    """422 for a form that was sent and refused."""
    return 422 if form.is_bound else 200
