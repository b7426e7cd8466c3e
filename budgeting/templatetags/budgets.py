"""Words and bars for budgets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from babel.dates import format_interval, get_day_names
from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from banking.figures import Figure
from banking.models import Category
from banking.templatetags.figures import day_of, formatted, reader_of
from budgeting.models import KINDS, BudgetMove
from budgeting.periods import Cycle, Kind, Period
from budgeting.queries import SHARED, Board, State, Status, ToAssign, Totals

register = template.Library()
NAMES = dict(KINDS)
BADGES = {State.ON_TRACK: "success", State.AHEAD: "warning", State.OVER: "danger"}
WORDS = {
    State.ON_TRACK: gettext_lazy("On track"),
    State.AHEAD: gettext_lazy("Ahead of plan"),
    State.OVER: gettext_lazy("Over"),
}
FULL = 100
BAR = (
    '<svg class="budget-bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect class="whole" width="100" height="6"/><rect class="used" width="{}" height="6"/>{}</svg>'
)
PACE = '<rect class="pace" x="{}" width="0.6" height="6"/>'


@register.simple_tag(takes_context=True)
def cycle_words(context: template.Context, cycle: Cycle) -> str:
    """The kind of period, with what tells it from others of its kind: "Week from Monday"."""
    name = str(NAMES[cycle.kind.value])
    if cycle.kind == Kind.WEEK:
        day = get_day_names("wide", locale=reader_of(context))[cycle.anchor.weekday()]
        return _("Week from %(day)s") % {"day": day}
    if cycle.kind == Kind.CUSTOM_MONTH:
        return _("Month from day %(day)d") % {"day": cycle.day}
    return name


@register.simple_tag(takes_context=True)
def period_words(context: template.Context, cycle: Cycle, period: Period) -> SafeString | str:
    """ "March 2026", or "Mar 6 – 19, 2026"."""
    locale = reader_of(context)
    if cycle.kind == Kind.MONTH:
        return day_of(period.start, period.start, "month-long", locale)
    return str(format_interval(period.start, period.last, "yMMMd", locale=locale))


@register.simple_tag
def here(name: str, place: Any) -> str:
    """A page about the period that is shown."""
    people = {"who": place.who} if place.who else {}
    query = urlencode({"period": place.cycle.name, "on": place.day.isoformat(), **people})
    return f"{reverse(name)}?{query}"


@register.simple_tag
def period_address(place: Any, period: Period) -> str:
    """The page of budgets in another period."""
    return str(place.elsewhere(day=period.start))


@register.simple_tag
def pending_address(place: Any, board: Board) -> str:
    """The same page with what is pending, or without it."""
    return str(place.elsewhere(day=board.period.start, pending=not place.pending))


@register.simple_tag
def cycle_address(place: Any, cycle: Cycle) -> str:
    """The same page for another kind of periods."""
    return str(replace(place, cycle=cycle, pending=False).address)


@register.simple_tag
def people_tabs(place: Any, people: Mapping[int, str]) -> list[tuple[str, str, bool]]:
    """(name, address, whether it is this one): all budgets, the shared ones, and those of each person."""
    named = {"": _("All"), SHARED: _("Shared"), **{str(pk): name for pk, name in people.items()}}
    return [(name, place.elsewhere(who=who), who == place.who) for who, name in named.items()]


@register.simple_tag(takes_context=True)
def assign_words(context: template.Context, found: ToAssign) -> str:
    """What to do about what is to assign."""
    if found.amount == 0:
        return _("Every coin has a job.")
    if found.amount > 0:
        return _("Give it a job: put it into envelopes.")
    amount = formatted(-found.amount, found.currency, reader_of(context))
    words = _("You gave out %(amount)s more than you have: take some back from an envelope.")
    return words % {"amount": amount}


@register.simple_tag
def budget_bar(status: Status) -> SafeString:
    """How much of what is available is used, with a mark where the period stands; the words beside it say the same."""
    percent = status.percent if status.percent is not None else FULL * (status.used > 0)
    mark = format_html(PACE, int(status.gone * FULL)) if 0 < status.gone < 1 else ""
    return format_html(BAR, status.state.value, min(max(percent, 0), FULL), mark)


@register.simple_tag(takes_context=True)
def state_badge(context: template.Context, status: Status) -> SafeString:
    """The state in words; how much it is over."""
    words = str(WORDS[status.state])
    if status.state == State.OVER:
        amount = formatted(-status.left.amount, status.currency, reader_of(context))
        words = _("Over by %(amount)s") % {"amount": amount}
    return format_html('<span class="badge {}">{}</span>', BADGES[status.state], words)


@register.simple_tag
def shortfall(status: Status) -> str:
    """What is missing in an overspent budget, as a field takes it."""
    return str(-status.left.amount)


@register.simple_tag
def move_words(move: BudgetMove) -> str:
    """ "From Coffee to Rent · Bob"."""
    source = _called(move.source, move.source_member)
    return _("From %(source)s to %(target)s") % {"source": source, "target": _called(move.target, move.target_member)}


def _called(category: Category | None, member: User | None) -> str:
    if category is None:
        return _("what is to assign")
    return f"{category.name} · {member.get_short_name()}" if member else category.name


@register.simple_tag(takes_context=True)
def left_words(context: template.Context, left: Figure) -> str:
    """ "$12.00 left" or "$3.00 over"."""
    amount = formatted(abs(left.amount), left.currency, reader_of(context))
    return (_("%(amount)s over") if left.amount < 0 else _("%(amount)s left")) % {"amount": amount}


@register.simple_tag
def counts(total: Totals) -> SafeString:
    """How many budgets are in which state."""
    words = {
        State.ON_TRACK: ngettext("%d on track", "%d on track", total.counts[State.ON_TRACK]),
        State.AHEAD: ngettext("%d ahead of plan", "%d ahead of plan", total.counts[State.AHEAD]),
        State.OVER: ngettext("%d over", "%d over", total.counts[State.OVER]),
    }
    badges = ((BADGES[state], words[state] % total.counts[state]) for state in State if total.counts[state])
    return format_html_join(" ", '<span class="badge {}">{}</span>', badges)
