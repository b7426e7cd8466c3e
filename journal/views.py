"""What was done in a book, and taking it back."""

import json
from typing import TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.pages import BookRequest, book_page, onward
from accounts.paging import BadCursor, Page, page_of
from journal import actions, queries
from journal.actions import CannotUndo
from journal.forms import ActivityFilter
from journal.models import Change, Operation

TOPICS = ("accounts", "categories", "connections", "transactions")
NO_CONTENT = 204
M = TypeVar("M", Operation, Change)


@require_safe
@book_page()
def activity(request: BookRequest) -> HttpResponse:
    """Who did what and when, newest first."""
    form = ActivityFilter(request.GET, book=request.book)
    if not form.is_valid():
        return render(request, "journal/activity.html", {"form": form}, status=422)
    chosen = {"person": form.cleaned_data["person"], "kind": form.cleaned_data["kind"]}
    page = _page(queries.operations(book=request.book, reader=request.user, **chosen), request)
    given = request.GET.copy()
    given.pop("cursor", None)
    context = {
        "form": form,
        "page": page,
        "told": queries.told(book=request.book, operations=page.rows),
        "query": given.urlencode(),
        "is_filtered": any(value not in (None, "") for value in chosen.values()),
    }
    return render(request, "journal/activity.html", context)


@require_safe
@book_page()
def operation(request: BookRequest, operation_id: int) -> HttpResponse:
    """One operation: each row before and after."""
    found = _found(request, operation_id)
    page = _page(queries.rows_of(operation=found), request)
    [told] = queries.told(book=request.book, operations=[found])
    rows = queries.shown(book=request.book, changes=page.rows)
    return render(request, "journal/operation.html", {"told": told, "page": page, "rows": rows})


@require_safe
@book_page(look="editor")
def toast(request: BookRequest, operation_id: int) -> HttpResponse:
    """The button beside the line that says what was done."""
    return render(request, "journal/_turn.html", {"operation": _found(request, operation_id), "in_toast": True})


@require_POST
@book_page()
def undo(request: BookRequest, operation_id: int) -> HttpResponse:
    return _turned(request, operation_id, "undo")


@require_POST
@book_page()
def redo(request: BookRequest, operation_id: int) -> HttpResponse:
    return _turned(request, operation_id, "redo")


def _turned(request: BookRequest, operation_id: int, turn: str) -> HttpResponse:
    found = _found(request, operation_id)
    action = actions.undo if turn == "undo" else actions.redo
    try:
        action(book=request.book, by=request.user, pk=found.pk, now=timezone.now())
    except CannotUndo as error:
        return _answer(request, str(error), "", None)
    meant = found.meant()
    [told] = queries.told(book=request.book, operations=[meant])
    message = _("Undone: %(what)s.") if turn == "undo" else _("Done again: %(what)s.")
    what = _and_others(told.text, queries.others_of(operation=meant))
    return _answer(request, message % {"what": what}, "redo" if turn == "undo" else "undo", meant.pk)


def _and_others(what: str, others: int) -> str:
    if not others:
        return what
    words = ngettext("%(what)s and %(others)d other", "%(what)s and %(others)d others", others)
    return words % {"what": what, "others": others}


def _answer(request: BookRequest, message: str, turn: str, meant: int | None) -> HttpResponse:
    """Where a script asks: the line, and that everything may be another. Else back to the page with a message."""
    if not getattr(request, "htmx", False):
        level = messages.ERROR if meant is None else messages.SUCCESS
        messages.add_message(request, level, message, extra_tags=f"{turn}-{meant}" if meant else "")
        return onward(request, otherwise=reverse("operations"))
    response = HttpResponse(status=NO_CONTENT)
    saved = {"message": message, "undo": reverse("operation_toast", args=[meant]) if meant else ""}
    response["HX-Trigger"] = json.dumps({"saved": saved, **{f"changed:{topic}": {} for topic in TOPICS}})
    return response


def _found(request: BookRequest, operation_id: int) -> Operation:
    try:
        return queries.operation(book=request.book, reader=request.user, pk=operation_id)
    except (Operation.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _page(found: "QuerySet[M]", request: BookRequest) -> Page[M]:
    try:
        return page_of(found, cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise Http404 from error
