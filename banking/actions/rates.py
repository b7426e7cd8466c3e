"""Typing in what one currency was worth of another on a day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import currencies
from accounts.models import Book, User
from banking import exchange
from banking.actions.refusals import EARLIEST, Refused, TooMany
from banking.models import Rate
from banking.queries.rates import currencies_of
from journal import actions as journal

MOST_RATES = 5_000


@dataclass(frozen=True, slots=True)
class NewRate:
    """On the day one of the base was worth `rate` of the quote."""

    day: date
    base: str
    quote: str
    rate: Decimal


class StoredRate(NamedTuple):
    """The row, and what it said before where it took the place of one."""

    row: Rate
    replaced: NewRate | None


def set_rate(*, book: Book, by: User, new: NewRate, now: datetime) -> StoredRate:
    """Store the rate, in the place of one of the same pair and day, whichever way round that is. Raise Refused."""
    rate = checked_rate(new.rate)
    _check_pair(book, new.base, new.quote)
    _check_day(new.day, book.today(now))
    values = {"base": new.base, "quote": new.quote, "rate": rate, "by": by}
    with journal.operation(book=book, by=by, verb="set_rate", now=now) as recorder:
        if there := _there(book, new):
            return _replaced(there, values, recorder)
        if Rate.objects.filter(book=book).count() >= MOST_RATES:
            message = _("At most %(count)d rates. Delete some that you no longer need.")
            raise TooMany(message % {"count": MOST_RATES}, field="day")
        try:
            with transaction.atomic():
                row = Rate.objects.create(book=book, day=new.day, created_at=now, **values)
        except IntegrityError:
            if there := _there(book, new):  # somebody else has stored it this moment
                return _replaced(there, values, recorder)
            raise
        recorder.created(row)
    return StoredRate(row, None)


def _there(book: Book, new: NewRate) -> Rate | None:
    pair = Q(base=new.base, quote=new.quote) | Q(base=new.quote, quote=new.base)
    return Rate.objects.select_for_update().filter(pair, book=book, day=new.day).first()


def _replaced(row: Rate, values: dict[str, Any], recorder: journal.Recorder) -> StoredRate:
    before, replaced = journal.snapshot(row), NewRate(row.day, row.base, row.quote, row.rate)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    recorder.changed(row, before, called_by={"base", "quote"})
    return StoredRate(row, replaced)


def delete_rate(*, book: Book, by: User, pk: int, now: datetime) -> None:
    """Forget it; what was converted with it is converted with the one before. Raise Rate.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="delete_rate", now=now) as recorder:
        there = Rate.objects.select_for_update().get(book=book, pk=pk)
        recorder.deleted(there)
        there.delete()


def checked_rate(rate: Decimal) -> Decimal:
    """The rate; refuse what is no number above zero, or has more places than are kept."""
    try:
        rate = exchange.from_units(exchange.to_units(rate))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="rate") from error
    if rate <= 0:
        raise Refused(_("A rate is more than zero."), field="rate")
    return rate


def _check_pair(book: Book, base: str, quote: str) -> None:
    used = set(currencies_of(book=book))
    for field, name in (("base", base), ("quote", quote)):
        if name not in currencies.codes() | used:
            raise Refused(_("There is no such currency."), field=field)
    if base == quote:
        raise Refused(_("Choose two different currencies."), field="quote")


def _check_day(day: date, today: date) -> None:
    if day < EARLIEST:
        raise Refused(_("The day must be after 1969."), field="day")
    if day > today:
        raise Refused(_("This day is still to come. Choose today or one before."), field="day")
