"""The page of bills and income."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from banking.views.panels import done, edit_page, panel, refuse, sorry, status_of
from budgeting.actions import Refused
from budgeting.actions import recurring as actions
from budgeting.items import ItemState, RecurringItem
from budgeting.queries import recurring as queries
from budgeting.queries.safe import safe_to_spend
from budgeting.queries.trials import trials
from budgeting.recurring_forms import RecurringEditForm, RecurringForm

TOPIC = "recurring"
MOST = 100


@require_safe
@book_page()
def recurring(request: BookRequest) -> HttpResponse:
    """Suggestions to decide about, the days ahead, and what it all costs."""
    today = request.book.today(timezone.now())
    found = queries.upcoming(book=request.book, today=today)
    costs = queries.costs(book=request.book)
    listed = [each for each in found if each.is_open or each.day >= today]
    context = {
        "suggested": queries.items(book=request.book, state=ItemState.SUGGESTED)[:MOST],
        "missed": [each for each in found if each.state == queries.Meeting.MISSED],
        "days": [(day, list(those)) for day, those in groupby(listed, key=lambda each: each.day)],
        "sums": queries.sums_of(found),
        "bills": [each for each in costs if each.item.amount < 0],
        "income": [each for each in costs if each.item.amount > 0],
        "spending": queries.spending_of(costs),
        "trials": trials(book=request.book, today=today),
        "safe": safe_to_spend(book=request.book, today=today),
        "ended": queries.items(book=request.book, state=ItemState.ENDED)[:MOST],
        "ignored": queries.items(book=request.book, state=ItemState.IGNORED)[:MOST],
    }
    return render(request, "budgeting/recurring.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Type one in."""
    form = RecurringForm(
        request.POST if request.method == "POST" else None,
        book=request.book,
        initial=_begun(request),
    )
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_add, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            return _done(request, _("Added."))
    context = {"form": form, "button": _("Add")}
    return _panel(request, "frame/_panel_form.html", context, _("Add a bill or income"), status_of(form))


def _begun(request: BookRequest) -> dict[str, object]:
    """What the form for a new one begins with; the link beside a found trial names it."""
    begun: dict[str, object] = {"next_on": request.book.today(timezone.now())}
    name, ends_on = request.GET.get("name", ""), parse_day(request.GET.get("trial_ends_on", ""))
    begun |= {"name": name[: actions.LONGEST_NAME]} if name else {}
    return begun | ({"trial_ends_on": ends_on, "next_on": ends_on} if ends_on else {})


def parse_day(text: str) -> date | None:
    """A day as addresses write it; None of anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _add(request: BookRequest, form: RecurringForm) -> int:
    return actions.add_recurring(book=request.book, by=request.user, new=form.new(), now=timezone.now()).pk


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def one(request: BookRequest, pk: int) -> HttpResponse:
    """Change one, or decide about it; who may only look sees what it is."""
    row = _row(request, pk)
    form = RecurringEditForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_bound and form.is_valid():
        try:
            if changes := form.changes():
                actions.edit_recurring(book=request.book, by=request.user, pk=pk, changes=changes, now=timezone.now())
        except Refused as error:
            refuse(form, error)
        else:
            return _done(request, _("Saved."))
    context = {"form": form, "button": _("Save"), "row": row, "cost": queries.cost_of(row)}
    return _panel(request, "budgeting/_recurring_one.html", context, row.called, status_of(form))


@require_POST
@edit_page
def confirm(request: BookRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, actions.confirm_recurring, _("Confirmed."))


@require_POST
@edit_page
def ignore(request: BookRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, actions.ignore_recurring, _("It will not be suggested again."))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then forget it."""
    row = _row(request, pk)
    if request.method == "POST":
        return _decided(request, pk, actions.remove_recurring, _("Removed."))
    title = _("Remove %(name)s?") % {"name": row.called}
    return _panel(request, "budgeting/_recurring_remove.html", {"row": row}, title, 200)


def _decided(request: BookRequest, pk: int, action: Callable[..., object], message: str) -> HttpResponse:
    try:
        action(book=request.book, by=request.user, pk=pk, now=timezone.now())
    except RecurringItem.DoesNotExist as error:
        raise Http404 from error
    except Refused as error:
        return sorry(request, str(error), back=reverse("recurring"))
    return _done(request, message)


def _row(request: BookRequest, pk: int) -> RecurringItem:
    try:
        return queries.item(book=request.book, pk=pk)
    except (RecurringItem.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _done(request: BookRequest, message: str) -> HttpResponse:
    return done(request, message, back=reverse("recurring"), topic=TOPIC)


def _panel(request: BookRequest, body: str, context: dict[str, object], title: str, status: int) -> HttpResponse:
    return panel(request, body, context, title=title, back=reverse("recurring"), status=status)
