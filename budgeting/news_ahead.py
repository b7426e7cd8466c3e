"""What there is to tell of days to come: the numbers are those of the forecast's page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.news import amount_words, day_words
from budgeting.queries.forecast import low_point
from notifications.rules import Event

NEAR = timedelta(days=30)
"""What is farther off is told when it comes nearer."""


def low_balances(book: Book, now: datetime) -> Iterator[Event]:
    """The first account that is expected to fall below zero soon, once for the month in which it does."""
    point, today = low_point(book=book, now=now), book.today(now)
    if point is None or not point.is_below or point.day > today + NEAR:
        return
    said = amount_words(_("%(amount)s is expected"), amount=(point.amount, point.currency))
    yield Event(
        key=str(point.account.pk),
        period=f"{point.day:%Y-%m}",
        title=_("%(name)s will run low") % {"name": point.account.name},
        body=lambda locale: f"{day_words('%(day)s', point.day)(locale)}: {said(locale)}.",
        private_body=day_words(_("Around %(day)s."), point.day),
        url=f"{reverse('forecast')}?currency={point.currency}",
    )
