"""Pages that also open in the drawer: a whole page, or its body in a panel when htmx asks."""

import json
from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from accounts.pages import BookRequest
from banking.actions.refusals import Refused

NO_CONTENT = 204


def panel(
    request: BookRequest, body: str, context: Mapping[str, object], *, title: str, back: str, status: int = 200
) -> HttpResponse:
    """`body` is the template inside, `back` the address of the page it belongs to."""
    template = "frame/panel_drawer.html" if request.htmx else "frame/panel.html"  # type: ignore[attr-defined]  # django-htmx
    response = render(request, template, {**context, "body": body, "title": title, "back": back}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: BookRequest, message: str, *, back: str, topic: str) -> HttpResponse:
    """Say that it is done: the drawer closes and the list behind it fetches itself, or the browser goes back."""
    if not request.htmx:  # type: ignore[attr-defined]  # django-htmx
        messages.success(request, message)
        return redirect(back)
    response = HttpResponse(status=NO_CONTENT)
    response["HX-Trigger"] = json.dumps({"saved": {"message": message}, f"changed:{topic}": {}})
    return response


def refuse(form: forms.Form, error: Refused) -> None:
    """Put what an action refused beside the field it is about."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def status_of(form: forms.Form) -> int:
    """422 for a form that was sent and refused."""
    return 422 if form.is_bound else 200
