"""The picture of a forecast, drawn on the server: a line, its band and zero. The table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banking.templatetags.figures import formatted, reader_of
from budgeting.queries.forecast import Ahead, LowPoint
from budgeting.queries.trials import Trial

register = template.Library()
WIDTH, HEIGHT, MARGIN = 600, 200, 8
WEEK = 7
PICTURE = (
    '<svg class="forecast-picture" viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true" '
    'focusable="false"><polygon class="band" points="{}"/>{}<polyline class="line" points="{}"/></svg>'
)
ZERO_LINE = '<line class="zero" x1="0" x2="600" y1="{0}" y2="{0}"/>'


@dataclass(frozen=True, slots=True)
class Row:
    """A day of the table."""

    day: date
    expected: Decimal
    low: Decimal
    high: Decimal
    is_lowest: bool


@register.simple_tag
def forecast_picture(line: Ahead) -> SafeString:
    """Today's balance and the expected ones, in the band of four of five."""
    outlook = line.outlook
    lows, highs = (line.balance, *outlook.low), (line.balance, *outlook.high)
    least, most = _ends(line)
    zero = format_html(ZERO_LINE, _height(Decimal(0), least, most)) if least < 0 < most else ""
    band = [*_points(highs, least, most), *reversed(_points(lows, least, most))]
    expected = _points((line.balance, *outlook.expected), least, most)
    return format_html(PICTURE, " ".join(band), zero, " ".join(expected))


@register.simple_tag(takes_context=True)
def forecast_ends(context: template.Context, line: Ahead) -> dict[str, str]:
    """The greatest and the least amount in the picture, in words."""
    least, most = (formatted(each, line.currency, reader_of(context)) for each in _ends(line))
    return {"least": least, "most": most}


@register.simple_tag
def forecast_rows(line: Ahead) -> list[Row]:
    """A day in each week, the last day and the lowest one."""
    outlook, lowest = line.outlook, line.outlook.lowest
    last = len(outlook.days) - 1
    chosen = sorted({*range(WEEK - 1, last, WEEK), last, lowest})
    return [
        Row(outlook.days[at], outlook.expected[at], outlook.low[at], outlook.high[at], is_lowest=at == lowest)
        for at in chosen
    ]


@register.simple_tag(takes_context=True)
def low_badge(context: template.Context, point: LowPoint) -> SafeString | str:
    """Whether it goes below zero, in words."""
    if point.is_below:
        return format_html('<span class="badge danger">{}</span>', _("Below zero"))
    if point.may_be_below:
        return format_html('<span class="badge warning">{}</span>', _("May go below zero"))
    return ""


@register.simple_tag
def last_day(until: date) -> date:
    """The day before an exclusive end."""
    return until - timedelta(days=1)


@register.simple_tag
def trial_words(trial: Trial) -> str:
    """What is known about its end."""
    if trial.full:
        return _("Trial ended")
    return _("Trial probably ends") if trial.is_guess else _("Trial ends")


def _ends(line: Ahead) -> tuple[Decimal, Decimal]:
    outlook = line.outlook
    return min(line.balance, *outlook.low), max(line.balance, *outlook.high)


def _points(amounts: Sequence[Decimal], least: Decimal, most: Decimal) -> list[str]:
    step = WIDTH / max(len(amounts) - 1, 1)
    return [f"{place * step:.1f},{_height(amount, least, most)}" for place, amount in enumerate(amounts)]


def _height(amount: Decimal, least: Decimal, most: Decimal) -> Decimal:
    share = (amount - least) / (most - least) if most > least else Decimal("0.5")
    return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)
