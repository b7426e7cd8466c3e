"""Words and bars for budgets."""

from typing import Any

from babel.dates import format_interval, get_day_names
from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banking.figures import Figure
from banking.templatetags.figures import day_of, formatted, reader_of
from budgeting.models import KINDS
from budgeting.periods import Cycle, Kind, Period
from budgeting.queries import Board, State, Status, Totals

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
    query = urlencode({"period": place.cycle.name, "on": place.day.isoformat()})
    return f"{reverse(name)}?{query}"


@register.simple_tag
def period_address(place: Any, period: Period) -> str:
    """The page of budgets in another period."""
    return _address(place, period, pending=place.pending)


@register.simple_tag
def pending_address(place: Any, board: Board) -> str:
    """The same page with what is pending, or without it."""
    return _address(place, board.period, pending=not place.pending)


def _address(place: Any, period: Period, *, pending: bool) -> str:
    query = {"period": place.cycle.name, "on": period.start.isoformat(), **({"pending": "on"} if pending else {})}
    return f"{reverse('budgets')}?{urlencode(query)}"


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
