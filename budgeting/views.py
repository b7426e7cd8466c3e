"""The pages of budgets."""

import re
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries as people
from accounts.once import once
from accounts.pages import BookRequest, book_page
from banking.views.panels import done, edit_page, panel, refuse, sorry, status_of
from budgeting import actions, queries
from budgeting.actions import Refused
from budgeting.actions.setting import EARLIEST, LATEST
from budgeting.forms import ON, BudgetForm, EditForm, RemoveForm, SuggestionForm
from budgeting.models import Budget, Mode
from budgeting.periods import MONTHLY, Cycle
from budgeting.queries import Board, Status, ToAssign

TOPIC = "budgets"
WHO = re.compile(r"shared|[1-9]\d{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page of budgets somebody is: in which periods, on which day, with or without what is pending, and at
    whose budgets."""

    cycle: Cycle
    day: date
    pending: bool = False
    who: str = ""

    @property
    def address(self) -> str:
        return self.elsewhere()

    def elsewhere(self, *, day: date | None = None, pending: bool | None = None, who: str | None = None) -> str:
        """The address of the page, with something else than here."""
        query = {
            "period": self.cycle.name,
            "on": (day or self.day).isoformat(),
            "pending": "on" if (self.pending if pending is None else pending) else "",
            "who": self.who if who is None else who,
        }
        return f"{reverse('budgets')}?{urlencode({name: value for name, value in query.items() if value})}"


def place_of(request: BookRequest) -> Place:
    """What the address asks for; for what nobody can read this month."""
    given, today = request.GET, request.book.today(timezone.now())
    try:
        cycle = Cycle.named(given.get("period") or MONTHLY.name)
    except ValueError:
        cycle = MONTHLY
    who = given.get("who", "")
    return Place(
        cycle,
        _day(given.get("on")) or today,
        given.get("pending") == "on",
        who if WHO.fullmatch(who) else "",
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if EARLIEST <= day < LATEST else None


@require_safe
@book_page()
def budgets(request: BookRequest) -> HttpResponse:
    """The budgets of one period at a glance."""
    place = place_of(request)
    board = board_at(request, place)
    mode, today_in = queries.mode_of(book=request.book), board.today in board.period
    context = {
        "board": board,
        "place": place,
        "today_in": today_in,
        "moves": queries.moves(book=request.book, cycle=board.cycle, start=board.period.start),
        "pending": place.pending,
        "people": people.of_book(book=request.book, kept=board.members),
        "envelopes": mode == Mode.ENVELOPES,
        "to_assign": assignable(request, today_in=today_in, mode=mode),
    }
    return render(request, "budgeting/budgets.html", context)


def assignable(request: BookRequest, *, today_in: bool, mode: Mode | None = None) -> ToAssign | None:
    """What is to assign, where a book has envelopes and today lies in the period that is shown."""
    if not today_in or (mode or queries.mode_of(book=request.book)) != Mode.ENVELOPES:
        return None
    return queries.to_assign(book=request.book, today=request.book.today(timezone.now()))


def board_at(request: BookRequest, place: Place) -> Board:
    today = request.book.today(timezone.now())
    return queries.board(
        book=request.book, cycle=place.cycle, day=place.day, today=today, pending=place.pending, who=place.who
    )


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Set a budget."""
    place = place_of(request)
    form = BudgetForm(
        request.POST if request.method == "POST" else None,
        book=request.book,
        cycle=place.cycle,
        start=place.cycle.period_of(place.day).start,
        category=request.GET.get("category", ""),
        people=people.of_book(book=request.book),
        member=place.who if place.who.isdecimal() else "",
    )
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_set, request, form))
        except Refused as error:
            refuse(form, error)
        else:
            plan = form.plan()
            back = Place(plan.cycle, plan.day, who=place.who).address
            return done(request, _("Budget set."), back=back, topic=TOPIC)
    context = {"form": form, "button": _("Set budget"), "address": request.get_full_path()}
    return shown(request, "budgeting/_new.html", context, _("Set a budget"), place, status_of(form))


def _set(request: BookRequest, form: BudgetForm | EditForm) -> int:
    row, _new = actions.set_budget(book=request.book, by=request.user, plan=form.plan(), now=timezone.now())
    return row.pk


@require_http_methods(["GET", "HEAD", "POST"])
@book_page()
def budget(request: BookRequest, pk: int) -> HttpResponse:
    """One budget in a period: how its figures come about, and for who may edit the form to change it."""
    status = status_in(request, pk)
    place = Place(status.budget.cycle, status.period.start)
    form = EditForm(request.POST if request.method == "POST" else None, status=status)
    if form.is_bound and form.is_valid():
        try:
            _set(request, form)
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=place.address, topic=TOPIC)
    context = {
        "status": status,
        "form": form,
        "to_assign": assignable(request, today_in=request.book.today(timezone.now()) in status.period),
        "button": _("Save"),
        "place": place,
        "address": f"{request.path}?on={status.period.start.isoformat()}",
        "before": status.budget.cycle.previous(status.period).start,
    }
    return shown(request, "budgeting/_budget.html", context, status.name, place, status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponse:
    """Ask how much of it goes, then remove it."""
    status = status_in(request, pk)
    place = Place(status.budget.cycle, status.period.start)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        since = status.period.start if form.cleaned_data["what"] == ON else None
        try:
            actions.remove_budget(book=request.book, by=request.user, pk=pk, since=since, now=timezone.now())
        except Budget.DoesNotExist as error:
            raise Http404 from error
        return done(request, _("The budget is gone."), back=place.address, topic=TOPIC)
    title = _("Remove the budget for %(category)s?") % {"category": status.name}
    address = f"{request.path}?on={status.period.start.isoformat()}"
    context = {"form": form, "button": _("Remove"), "address": address}
    return shown(request, "frame/_panel_form.html", context, title, place, status_of(form))


@require_POST
@edit_page
def copy(request: BookRequest) -> HttpResponse:
    """The budgets of the period before once more."""
    place = place_of(request)
    try:
        made = actions.copy_last(
            book=request.book, by=request.user, cycle=place.cycle, day=place.day, now=timezone.now()
        )
    except Refused as error:
        return sorry(request, str(error), back=place.address)
    message = ngettext("%d budget copied.", "%d budgets copied.", len(made)) % len(made)
    return done(request, message, back=place.address, topic=TOPIC)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def suggested(request: BookRequest) -> HttpResponse:
    """What is usually spent, each as a budget to set or not."""
    place = place_of(request)
    found = queries.suggestions(book=request.book, cycle=place.cycle, day=place.day)
    form = SuggestionForm(request.POST if request.method == "POST" else None, found=found)
    if form.is_bound and form.is_valid():
        try:
            count = once(request, partial(_take, request, form.cleaned_data["category"], place))
        except Refused as error:
            refuse(form, error)
        else:
            message = ngettext("%d budget set.", "%d budgets set.", count) % count
            return done(request, message, back=place.address, topic=TOPIC)
    context = {"form": form, "found": found, "address": request.get_full_path()}
    return shown(request, "budgeting/_suggested.html", context, _("Suggested budgets"), place, status_of(form))


def _take(request: BookRequest, categories: list[int], place: Place) -> int:
    made = actions.take_suggestions(
        book=request.book,
        by=request.user,
        cycle=place.cycle,
        day=place.day,
        categories=categories,
        now=timezone.now(),
    )
    return len(made)


def status_in(request: BookRequest, pk: int) -> Status:
    """The budget, or what has replaced it, in the period that the address names; 404 where none holds then."""
    today = request.book.today(timezone.now())
    try:
        return queries.progress(book=request.book, pk=pk, day=_day(request.GET.get("on")), today=today, follow=True)
    except Budget.DoesNotExist as error:
        raise Http404 from error


def shown(
    request: BookRequest, body: str, context: dict[str, object], title: str, place: Place, status: int
) -> HttpResponse:
    return panel(request, body, context, title=title, back=place.address, status=status)
