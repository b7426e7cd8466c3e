"""Rendering amounts, days and moments in the reader's own locale."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banking.figures import Figure

register = template.Library()
MINUS, NO_BREAK = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
TOUCHING = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
"""Between a currency that is a word and its number, where the locale's pattern leaves no space."""


@lru_cache(maxsize=64)
def locale_named(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en", "US")


def reader_of(context: template.Context) -> Locale:
    request = context.get("request")
    user = getattr(request, "user", None)
    return locale_named(getattr(user, "locale", "") or "en-US")


def zone_of(context: template.Context) -> ZoneInfo:
    request = context.get("request")
    membership = getattr(request, "membership", None)
    return ZoneInfo(membership.book.time_zone if membership else "UTC")


@lru_cache(maxsize=4096)
def formatted(amount: Decimal, currency: str, locale: Locale, *, plus: bool = False) -> str:
    """The amount with its currency, every decimal place it has, and a real minus sign."""
    text = format_currency(abs(amount), currency, locale=locale, decimal_quantization=_is_exact(amount, currency))
    sign = MINUS if amount < 0 else "+" if plus and amount > 0 else ""
    return f"{sign}{TOUCHING.sub(NO_BREAK, text)}"


def _is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the places that the currency is commonly written with say it all."""
    return amount == round(amount, int(get_currency_precision(currency)))


def amount_of(amount: Decimal, currency: str, locale: Locale, *, signed: bool = False) -> SafeString:
    """The amount as an element that a script can read; `signed` adds a plus and the colour of money in."""
    return format_html(
        '<data class="amount{}" value="{}">{}</data>',
        " in" if signed and amount > 0 else "",
        format(amount, "f"),
        formatted(amount, currency, locale, plus=signed),
    )


@register.simple_tag(takes_context=True)
def money(context: template.Context, amount: Decimal | None, currency: str, *, signed: bool = False) -> SafeString:
    """A plain amount; a dash where there is none. `signed` adds a plus and the colour of money in."""
    if amount is None:
        return format_html('<span class="muted" title="{}">–</span>', _("Not known"))
    return amount_of(amount, currency, reader_of(context), signed=signed)


FIGURE = (
    '<span class="explained"><a class="figure" href="{}" data-figure="{}" data-currency="{}" data-sign="{}">{}</a>'
    '<a class="why" href="{}" data-drawer title="{title}"><span class="visually-hidden">{title}</span></a></span>'
)


@register.simple_tag(takes_context=True)
def figure(context: template.Context, figure: Figure, *, signed: bool = False) -> SafeString:
    """A computed amount with the link to the rows that, times its sign, add up to it, and beside it why it is so."""
    shown = amount_of(figure.amount, figure.currency, reader_of(context), signed=signed)
    href = figure.href
    return format_html(
        FIGURE,
        href,
        figure.id,
        figure.currency,
        figure.sign,
        shown,
        _explaining(figure.id, href),
        title=_("Why this sum?"),
    )


def _explaining(name: str, href: str) -> str:
    """The page about the figure; one of a list or of a day needs the filters or the day of its own page."""
    query = href.partition("#")[0].partition("?")[2]
    of_page = name.startswith(("list-", "day-")) or query.startswith("on=")
    return f"{_explain_address()}{quote(name)}" + (f"?{query}" if query and of_page else "")


@cache
def _explain_address() -> str:
    return reverse("explain", args=["-"]).removesuffix("-")


@register.simple_tag(takes_context=True)
def day(context: template.Context, day: date | None, style: str = "short") -> SafeString:
    """A day: "short" (Mar 4, with the year unless it is this one), "long", "month" or "head" (Today, Wednesday …)."""
    if day is None:
        return SafeString("")
    return day_of(day, timezone.now().astimezone(zone_of(context)).date(), style, reader_of(context))


def day_of(day: date, today: date, style: str, locale: Locale) -> SafeString:
    """The day as an element, in words that depend on which day is today."""
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), _day_text(day, today, style, locale))


def _day_text(day: date, today: date, style: str, locale: Locale) -> str:
    if style == "head" and today - day in {timedelta(0), timedelta(1)}:
        return _("Today") if day == today else _("Yesterday")
    if style == "long":
        return format_date(day, "full", locale=locale)
    this_year = day.year == today.year
    skeleton = {
        "head": "MMMEd" if this_year else "yMMMEd",
        "month": "MMM" if this_year else "yMMM",
        "month-long": "yMMMM",
    }.get(style, "MMMd" if this_year else "yMMMd")
    return str(format_skeleton(skeleton, day, locale=locale))


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None) -> SafeString:
    """How long ago, with the exact moment in the title; "never" for None."""
    if at is None:
        return SafeString(_("never"))
    locale = reader_of(context)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        format_datetime(at, "medium", tzinfo=zone_of(context), locale=locale),
        format_timedelta(at - timezone.now(), add_direction=True, locale=locale),
    )


@register.simple_tag(takes_context=True)
def on_day(context: template.Context, at: datetime) -> SafeString:
    """The day of a moment in the book's zone, with the exact moment in the title."""
    title = format_datetime(at, "medium", tzinfo=zone_of(context), locale=reader_of(context))
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, on_day_text(context, at))


def on_day_text(context: template.Context, at: datetime) -> str:
    """The day of a moment in the book's zone, as short as it can be."""
    zone = zone_of(context)
    today = timezone.now().astimezone(zone).date()
    return _day_text(at.astimezone(zone).date(), today, "short", reader_of(context))


@register.simple_tag(takes_context=True)
def percent(context: template.Context, part: Decimal | float) -> str:
    """A share of one as a whole percentage."""
    return str(format_percent(part, format="#,##0%", locale=reader_of(context)))


@register.simple_tag(takes_context=True)
def number(context: template.Context, count: Decimal | int) -> str:
    """A count, or a size without a currency, with the reader's own separators and every decimal place it has."""
    return str(format_decimal(count, locale=reader_of(context), decimal_quantization=False))
