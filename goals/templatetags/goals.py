"""Words and bars for goals."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banking.templatetags.figures import day_of, formatted, reader_of
from goals.models import GoalState
from goals.planning.debts import Owed, Strategy, never_ends
from goals.planning.months import later
from goals.planning.pace import Track
from goals.queries import Standing

register = template.Library()
BADGES = {
    Track.ON_TRACK: ("success", gettext_lazy("On track")),
    Track.AHEAD: ("success", gettext_lazy("Ahead")),
    Track.BEHIND: ("warning", gettext_lazy("Behind")),
    Track.REACHED: ("success", gettext_lazy("Reached")),
    Track.OVERDUE: ("danger", gettext_lazy("Overdue")),
}
STRATEGIES = {
    Strategy.SNOWBALL: gettext_lazy("Snowball"),
    Strategy.AVALANCHE: gettext_lazy("Avalanche"),
    Strategy.CONSOLIDATION: gettext_lazy("Consolidation"),
}
FULL = 100
BAR = (
    '<svg class="budget-bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect class="whole" width="100" height="6"/><rect class="used" width="{}" height="6"/>{}</svg>'
)
PACE = '<rect class="pace" x="{}" width="0.6" height="6"/>'


@register.simple_tag
def goal_bar(one: Standing) -> SafeString:
    """How much is there, with a mark where it should be by now; the words beside it say the same."""
    at = int(one.expected * FULL / one.target) if one.expected and one.target else 0
    mark = format_html(PACE, at) if 0 < at < FULL and one.goal.is_open else ""
    colour = one.track.value if one.track in {Track.BEHIND, Track.OVERDUE} else ""
    return format_html(BAR, colour if one.goal.is_open else "rests", one.percent, mark)


@register.simple_tag
def goal_badge(one: Standing) -> SafeString:
    """Whether it is on track, in words; of one that is not open that."""
    if one.goal.is_open:
        colour, words = BADGES[one.track]
        return format_html('<span class="badge {}">{}</span>', colour, words)
    colour = "success" if one.goal.state == GoalState.COMPLETED else "info"
    return format_html('<span class="badge {}">{}</span>', colour, one.goal.get_state_display())


@register.simple_tag(takes_context=True)
def what_to_do(context: template.Context, one: Standing) -> SafeString | str:
    """The one thing to do, in a sentence."""
    locale = reader_of(context)

    def money(amount: Any) -> str:
        return formatted(amount, one.currency, locale)

    if not one.goal.is_open:
        return _("Nothing is asked of you while it rests.")
    if one.track == Track.REACHED:
        return _("All of it is there: complete it.")
    if one.goal.is_debt:
        return _of_debts(context, one, money)
    if (advice := one.advice) is not None and one.aim is not None:
        return _catching_up(one, advice, money)
    if one.ends_on is None or one.needed is None or one.aim is None:
        return ""
    day = day_of(one.aim.end, one.today, "short", locale)
    if one.track == Track.AHEAD:
        words = _("You are ahead: {amount} each month is enough until {day}.")
        return format_html(words, amount=money(one.needed), day=day)
    words = _("Put aside {amount} each month until {day}.")
    return format_html(words, amount=money(one.needed if one.aim.fixed else one.aim.monthly), day=day)


def _catching_up(one: Standing, advice: Any, money: Any) -> str:
    if one.track == Track.OVERDUE:
        missing = _("%(amount)s is missing: put it aside now.") % {"amount": money(one.left)}
        if advice.later is None or one.aim is None:
            return missing
        words = ngettext(
            "%(amount)s is missing: put it aside now, or %(monthly)s a month for %(months)d month more.",
            "%(amount)s is missing: put it aside now, or %(monthly)s a month for %(months)d months more.",
            advice.later,
        )
        return words % {"amount": money(one.left), "monthly": money(one.aim.monthly), "months": advice.later}
    if not advice.later:
        return _("Put aside %(amount)s more each month.") % {"amount": money(advice.more)}
    words = ngettext(
        "%(amount)s more each month, or %(months)d month later.",
        "%(amount)s more each month, or %(months)d months later.",
        advice.later,
    )
    return words % {"amount": money(advice.more), "months": advice.later}


def _of_debts(context: template.Context, one: Standing, money: Any) -> SafeString | str:
    if not one.debts:
        return _("Type in your debts to see how they can be paid off.")
    advice = one.advice
    if one.ends_on is None:
        return _("With these payments it never ends: pay more each month.")
    if advice is not None and advice.later:
        return _catching_up(one, advice, money)
    day = day_of(one.ends_on, one.today, "short", reader_of(context))
    return format_html(_("Pay {amount} each month: all is paid off by {day}."), amount=money(one.needed), day=day)


@register.simple_tag(takes_context=True)
def months_on(
    context: template.Context, today: date, months: int | None, style: str = "month-long"
) -> SafeString | str:
    """The month that is so many months from today; "never" for None."""
    if months is None:
        return _("never")
    return day_of(later(today, months), today, style, reader_of(context))


@register.filter
def strategy_name(strategy: str) -> str:
    return str(STRATEGIES[Strategy(strategy)])


@register.filter
def is_endless(owed: Owed, places: int) -> bool:
    """Whether the minimum of a debt alone never pays it off."""
    return never_ends(owed, places)
