"""The pages of goals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from accounts.pages import BookRequest, book_page
from accounts.paging import BadCursor, page_of
from banking.views.panels import done, edit_page, panel, refuse, sorry, status_of
from goals import actions, queries
from goals.actions import Refused, Terms
from goals.forms import ContributionForm, GoalForm, NewSavingForm, SavingForm, ShareForm
from goals.models import Goal, GoalState
from goals.queries import Standing

TOPIC = "goals"
SAID = {
    GoalState.OPEN: gettext_lazy("It goes on."),
    GoalState.PAUSED: gettext_lazy("Paused."),
    GoalState.COMPLETED: gettext_lazy("Completed."),
    GoalState.ARCHIVED: gettext_lazy("Archived."),
}


@require_safe
@book_page()
def goals(request: BookRequest) -> HttpResponse:
    """Those that are open or paused, then those that are closed."""
    found = queries.standings(book=request.book, rows=queries.goals(book=request.book), today=_today(request))
    shown = [each for each in found if each.goal.state in {GoalState.OPEN, GoalState.PAUSED}]
    context = {"shown": shown, "closed": [each for each in found if each not in shown]}
    return render(request, "goals/goals.html", context)


@require_safe
@book_page()
def goal(request: BookRequest, pk: int) -> HttpResponse:
    """One goal: how it stands, its ledger, its accounts or debts, and where it leads."""
    one = standing_of(request, pk)
    rows = queries.contributions(book=request.book, goal=one.goal)
    try:
        page = page_of(rows, cursor=request.GET.get("cursor"))
    except BadCursor:
        return redirect("goal", pk)
    context = {"one": one, "page": page, "projection": one.projection}
    return render(request, "goals/goal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def new(request: BookRequest) -> HttpResponse:
    """Set something to save for."""
    form = NewSavingForm(request.POST if request.method == "POST" else None, book=request.book)
    return made(request, form, title=_("Set a goal"), button=_("Set goal"))


def made(request: BookRequest, form: GoalForm, *, title: str, button: str, kind: str = "saving") -> HttpResponse:
    """Carry out the form for a new goal, or show it."""
    if form.is_bound and form.is_valid():
        try:
            pk = once(request, partial(_create, request, form, kind))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("The goal is set."), back=reverse("goal", args=[pk]), topic=TOPIC)
    context = {"form": form, "button": button}
    return panel(request, "frame/_panel_form.html", context, title=title, back=reverse("goals"), status=status_of(form))


def _create(request: BookRequest, form: GoalForm, kind: str) -> int:
    name = form.cleaned_data["name"]
    terms = Terms(**{**form.terms(), "kind": kind})
    row, _is_new = actions.set_goal(
        book=request.book, by=request.user, name=name, terms=terms, new_only=True, now=timezone.now()
    )
    return row.pk


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def edit(request: BookRequest, pk: int) -> HttpResponse:
    """Change a goal of saving."""
    row = row_of(request, pk)
    if row.is_debt:
        return redirect("payoff_edit", pk)
    return changed(request, row, SavingForm(request.POST if request.method == "POST" else None, row=row))


def changed(request: BookRequest, row: Goal, form: GoalForm) -> HttpResponse:
    """Carry out the form for a goal that is there, or show it."""
    if form.is_bound and form.is_valid():
        try:
            if terms := form.terms():
                with gone_is_404():
                    actions.amend_goal(book=request.book, by=request.user, pk=row.pk, terms=terms, now=timezone.now())
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Saved."), back=reverse("goal", args=[row.pk]), topic=TOPIC)
    context = {"form": form, "button": _("Save")}
    return _panel(request, "frame/_panel_form.html", context, row.name, row, status_of(form))


@require_POST
@edit_page
def state(request: BookRequest, pk: int) -> HttpResponse:
    """Pause, complete, archive, or open again."""
    row, wanted = row_of(request, pk), request.POST.get("state", "")
    if wanted not in GoalState.values:
        return sorry(request, _("There is no such state."), back=reverse("goal", args=[pk]))
    try:
        with gone_is_404():
            actions.amend_goal(
                book=request.book, by=request.user, pk=row.pk, terms={"state": wanted}, now=timezone.now()
            )
    except Refused as error:
        return sorry(request, str(error), back=reverse("goal", args=[pk]))
    return done(request, str(SAID[GoalState(wanted)]), back=reverse("goal", args=[pk]), topic=TOPIC)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove(request: BookRequest, pk: int) -> HttpResponse:
    """Ask, then remove it."""
    row = row_of(request, pk)
    if request.method == "POST":
        with gone_is_404():
            actions.remove_goal(book=request.book, by=request.user, pk=pk, now=timezone.now())
        return done(request, _("The goal is gone."), back=reverse("goals"), topic=TOPIC)
    title = _("Remove %(name)s?") % {"name": row.name}
    return _panel(request, "goals/_remove.html", {"what": "goal"}, title, row, 200)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def contribute(request: BookRequest, pk: int) -> HttpResponse:
    """Put money aside or take some out; of debts enter a payment."""
    one = standing_of(request, pk)
    form = ContributionForm(
        request.POST if request.method == "POST" else None,
        row=one.goal,
        debts=one.debts,
        initial={"day": one.today},
    )
    if form.is_bound and form.is_valid():
        try:
            once(request, partial(_contribute, request, form, pk))
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Entered."), back=reverse("goal", args=[pk]), topic=TOPIC)
    title = _("Enter a payment") if one.goal.is_debt else _("Put money aside")
    context = {"form": form, "button": _("Enter")}
    return _panel(request, "frame/_panel_form.html", context, title, one.goal, status_of(form))


def _contribute(request: BookRequest, form: ContributionForm, pk: int) -> int:
    with gone_is_404():
        return actions.contribute(book=request.book, by=request.user, pk=pk, now=timezone.now(), **form.entry()).pk


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def remove_contribution(request: BookRequest, pk: int, contribution_id: int) -> HttpResponse:
    """Ask, then take an entry out of the ledger."""
    row, back = row_of(request, pk), reverse("goal", args=[pk])
    with gone_is_404():
        entry = queries.contributions(book=request.book, goal=row).get(pk=contribution_id)
    if request.method == "POST":
        try:
            with gone_is_404():
                actions.remove_contribution(
                    book=request.book, by=request.user, goal=pk, pk=contribution_id, now=timezone.now()
                )
        except Refused as error:
            return sorry(request, str(error), back=back)
        return done(request, _("Removed."), back=back, topic=TOPIC)
    context = {"what": "entry", "entry": entry}
    return _panel(request, "goals/_remove.html", context, _("Remove this entry?"), row, 200)


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def link(request: BookRequest, pk: int) -> HttpResponse:
    """Ear-mark a part of an account, or another part."""
    row = row_of(request, pk)
    form = ShareForm(
        request.POST if request.method == "POST" else None, row=row, initial={"account": request.GET.get("account")}
    )
    if form.is_bound and form.is_valid():
        try:
            with gone_is_404():
                actions.link_account(book=request.book, by=request.user, pk=pk, share=form.share(), now=timezone.now())
        except Refused as error:
            refuse(form, error)
        else:
            return done(request, _("Ear-marked."), back=reverse("goal", args=[pk]), topic=TOPIC)
    context = {"form": form, "button": _("Ear-mark"), "row": row}
    return _panel(request, "goals/_link.html", context, _("Ear-mark a part of an account"), row, status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@edit_page
def unlink(request: BookRequest, pk: int, account_id: int) -> HttpResponse:
    """Ask, then take the account from the goal."""
    one = standing_of(request, pk)
    mark = next((each.mark for each in one.held if each.mark.account_id == account_id), None)
    if mark is None:
        raise Http404
    if request.method == "POST":
        with gone_is_404():
            actions.unlink_account(book=request.book, by=request.user, pk=pk, account_id=account_id, now=timezone.now())
        return done(request, _("Its money is free again."), back=reverse("goal", args=[pk]), topic=TOPIC)
    title = _("Take %(account)s from this goal?") % {"account": mark.account}
    return _panel(request, "goals/_remove.html", {"what": "mark"}, title, one.goal, 200)


@contextmanager
def gone_is_404() -> Iterator[None]:
    """Around what finds a row: somebody else may have removed it since."""
    try:
        yield
    except (ObjectDoesNotExist, OverflowError) as error:
        raise Http404 from error


def row_of(request: BookRequest, pk: int) -> Goal:
    """404 for one of another book."""
    with gone_is_404():
        return queries.goal(book=request.book, pk=pk)


def standing_of(request: BookRequest, pk: int) -> Standing:
    """The same, with how it stands."""
    return queries.standing(book=request.book, row=row_of(request, pk), today=_today(request))


def _today(request: BookRequest) -> date:
    return request.book.today(timezone.now())


def _panel(
    request: BookRequest, body: str, context: dict[str, object], title: str, row: Goal, status: int
) -> HttpResponse:
    return panel(request, body, context, title=title, back=reverse("goal", args=[row.pk]), status=status)
