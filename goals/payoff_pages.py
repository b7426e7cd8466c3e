"""The pages of debts that are paid off: strategies compared, and the debts themselves."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from banking.views.panels import done, edit_page, panel, refuse, status_of
from goals import actions, queries
from goals.actions import Refused
from goals.forms import DebtForm, DebtsForm, NewDebtsForm
from goals.models import Debt, Goal, GoalKind
from goals.views import TOPIC, changed, gone_is_404, made, row_of, standing_of


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Begin to pay off debts; they are typed in afterwards."""
    form = NewDebtsForm(request.POST if request.method == "POST" else None, book=request.book)
    return made(request, form, title=_("Pay off debts"), button=_("Go on to the debts"), kind=GoalKind.DEBT.value)


@require_safe
@book_page()
def compare(request: BookRequest, pk: int) -> HttpResponse:
    """Each strategy, and month by month what the chosen one comes to."""
    one = standing_of(request, _debts_row(request, pk).pk)
    context = {"one": one, "strategies": queries.strategies(one.goal, one.debts)}
    return render(request, "goals/payoff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit(request: BookRequest, pk: int) -> HttpResponse:
    """Change the strategy, the extra payment or the loan to compare with."""
    row = _debts_row(request, pk)
    return changed(request, row, DebtsForm(request.POST if request.method == "POST" else None, row=row))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def add(request: BookRequest, pk: int) -> HttpResponse:
    """Type in a debt."""
    row = _debts_row(request, pk)
    form = DebtForm(request.POST if request.method == "POST" else None)
    return _put(request, form, row, None)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def debt(request: BookRequest, pk: int) -> HttpResponse:
    """Change a debt: what is owed now, above all."""
    row = _debt_of(request, pk)
    return _put(request, DebtForm(request.POST if request.method == "POST" else None, row=row), row.goal, row)


def _put(request: BookRequest, form: DebtForm, row: Goal, debt: Debt | None) -> HttpResponse:
    back = reverse("goal", args=[row.pk])
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_write, request, form, row, debt))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=back, topic=TOPIC)
    context = {"form": form, "button": _("Save") if debt else _("Add debt"), "debt": debt}
    title = debt.name if debt else _("Add a debt")
    return panel(request, "goals/_debt_form.html", context, title=title, back=back, status=status_of(form))


def _write(request: BookRequest, form: DebtForm, row: Goal, debt: Debt | None) -> int:
    key = debt.pk if debt else None
    with gone_is_404():
        return actions.put_debt(
            book=request.book, by=request.user, goal=row.pk, pk=key, new=form.new(), now=timezone.now()
        ).pk


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then remove a debt with its payments."""
    row = _debt_of(request, pk)
    back = reverse("goal", args=[row.goal_id])
    if request.method == "POST":
        with gone_is_404():
            actions.remove_debt(book=request.book, by=request.user, pk=pk, now=timezone.now())
        return done(request, _("Removed."), back=back, topic=TOPIC)
    title = _("Remove %(name)s?") % {"name": row.name}
    return panel(request, "goals/_remove.html", {"what": "debt"}, title=title, back=back)


def _debts_row(request: BookRequest, pk: int) -> Goal:
    row = row_of(request, pk)
    if not row.is_debt:
        raise Http404
    return row


def _debt_of(request: BookRequest, pk: int) -> Debt:
    with gone_is_404():
        return queries.debt(book=request.book, pk=pk)
