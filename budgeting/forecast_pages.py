"""The pages of what is to come: the calendar of bills and income, and the forecast of balances."""

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.pages import BookRequest, book_page
from budgeting.queries.calendar import calendar
from budgeting.queries.forecast import Ahead, BookForecast, book_forecast
from budgeting.recurring_pages import parse_day

DAYS_OF_A_WEEK = 7


@require_safe
@book_page()
def recurring_calendar(request: BookRequest) -> HttpResponse:
    """A month of bills and income; `month` is any day of it."""
    today = request.book.today(timezone.now())
    month = calendar(book=request.book, month=_day(request, today), today=today)
    locale = _locale(request)
    order = [(locale.first_week_day + n) % DAYS_OF_A_WEEK for n in range(DAYS_OF_A_WEEK)]
    names = get_day_names("abbreviated", locale=locale)
    before = order.index(month.first.weekday())
    context = {
        "month": month,
        "today": today,
        "weekdays": [names[each] for each in order],
        "before": range(before),
        "after": range(-(before + len(month.days)) % DAYS_OF_A_WEEK),
    }
    return render(request, "budgeting/calendar.html", context)


@require_safe
@book_page()
def forecast(request: BookRequest) -> HttpResponse:
    """Where the balances are going; `account` is one of them, `currency` all of one together."""
    today = request.book.today(timezone.now())
    found = book_forecast(book=request.book, today=today)
    lines = [line for each in found.currencies for line in (each.total, *each.accounts)]
    context = {"forecast": found, "shown": _shown(request, found, lines), "several": len(lines) > len(found.currencies)}
    return render(request, "budgeting/forecast.html", context)


@require_safe
@book_page()
def forecast_widget(request: BookRequest) -> HttpResponse:
    """The small line for the dashboard, which is there before the forecast is reckoned."""
    found = book_forecast(book=request.book, today=request.book.today(timezone.now()))
    return render(request, "budgeting/_forecast_widget.html", {"forecast": found})


def _shown(request: BookRequest, found: BookForecast, lines: list[Ahead]) -> Ahead | None:
    """What is asked for, else everything in the first currency; None of a book without accounts."""
    account, currency = request.GET.get("account", ""), request.GET.get("currency", "")
    if account:
        chosen = [line for line in lines if line.account and str(line.account.pk) == account]
    elif currency:
        chosen = [each.total for each in found.currencies if each.currency == currency]
    else:
        chosen = lines[:1]
    if not chosen and (account or currency):
        raise Http404
    return chosen[0] if chosen else None


def _day(request: BookRequest, today: date) -> date:
    given = request.GET.get("month", "")
    if given and parse_day(given) is None:
        raise Http404
    return parse_day(given) or today


def _locale(request: BookRequest) -> Locale:
    try:
        return Locale.parse(request.user.locale or "en-US", sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en", "US")
