"""Changing many transactions on a page: what to change, how many that are, and then it is done."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.once import once
from accounts.pages import BookRequest
from banking import actions, queries
from banking.actions import Refused
from banking.forms import TransactionFilter
from banking.forms.filtering import query_string
from banking.forms.keeping import EditManyForm
from banking.queries import Filters, matching
from banking.tasks import enqueue_matching
from banking.views.filtering import address
from banking.views.panels import edit_page, refuse, status_of, succeeded

LONGEST_ID = 18
CHOOSING, LOOKING, DOING = "choose", "look", "do"


@dataclass(frozen=True, slots=True)
class Meant:
    """The rows to change: chosen ones, or all that filters list; `query` is the list to go back to."""

    ids: frozenset[int]
    filters: Filters | None
    query: QueryDict

    @property
    def named(self) -> dict[str, Any]:
        return {"filters": self.filters} if self.filters is not None else {"ids": self.ids}


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit_many(request: BookRequest) -> HttpResponse:
    """Three steps, each a form that carries what the one before said."""
    meant = _meant(request)
    if not meant.ids and meant.filters is None:
        messages.warning(request, _("Choose some transactions first."))
        return redirect(address(meant.query))
    step = request.POST.get("step", CHOOSING)
    form = EditManyForm(request.POST if step in {LOOKING, DOING} else None, book=request.book)
    if form.is_bound and form.is_valid():
        try:
            return _do(request, meant, form) if step == DOING else _look(request, meant, form)
        except Refused as error:
            refuse(form, error)
    context = {"form": form, "categories": queries.categories(book=request.book), "count": _count(request, meant)}
    return render(request, "banking/edit_many.html", {**context, **_carried(meant)}, status=status_of(form))


def _meant(request: BookRequest) -> Meant:
    """Chosen rows count before filters, which only say where to go back to then."""
    sent = request.POST if request.method == "POST" else request.GET
    query = QueryDict(sent.get("filter", "")) if request.method == "POST" else request.GET
    form = TransactionFilter(query, book=request.book, locale=request.user.locale)
    known = query_string(form) if form.is_active else QueryDict()
    ids = frozenset(int(pk) for pk in sent.getlist("transaction") if pk.isdecimal() and len(pk) <= LONGEST_ID)
    return Meant(ids, form.filters() if known and not ids else None, known)


def _carried(meant: Meant) -> dict[str, object]:
    return {"ids": sorted(meant.ids), "query": meant.query.urlencode(), "back": address(meant.query)}


def _count(request: BookRequest, meant: Meant) -> int:
    rows = matching(book=request.book, filters=meant.filters or queries.EVERYTHING)
    return (rows.filter(pk__in=meant.ids) if meant.ids else rows).count()


def _look(request: BookRequest, meant: Meant, form: EditManyForm) -> HttpResponse:
    """How many rows that would change, before anything is."""
    edits = form.edits()
    changing = actions.to_be_edited(book=request.book, edits=edits, **meant.named).count()
    context = {"form": form, "edits": edits, "changing": changing, "count": _count(request, meant)}
    return render(request, "banking/edit_many_look.html", {**context, **_carried(meant)})


def _do(request: BookRequest, meant: Meant, form: EditManyForm) -> HttpResponse:
    edits = form.edits()
    filed: set[int] = set()

    def write() -> str:
        done = actions.edit_many(book=request.book, by=request.user, edits=edits, now=timezone.now(), **meant.named)
        if edits.delete:
            return ngettext("Deleted %d transaction.", "Deleted %d transactions.", done.count) % done.count
        if edits.category is not None:
            filed.update(done.ids)
        return ngettext("Changed %d transaction.", "Changed %d transactions.", done.count) % done.count

    message = once(request, write)
    if edits.delete:
        enqueue_matching(book_id=request.book.pk)
    succeeded(request, message, offer=queries.offer(book=request.book, ids=filed) if filed else None)
    return redirect(address(meant.query))
