"""What a change to the ledger can be refused for. The text says what to do; `field` names what to correct."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Book
from accounts.plain import plain_lines, plain_text
from banking.money import from_units, places_of, to_units

EARLIEST = date(1970, 1, 1)
YEARS_AHEAD = 10
LARGEST = Decimal(10) ** 12


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflicting(Refused):
    """What was asked for does not fit with what is there already."""


class NotYours(Refused):
    """What the bank tells is not ours to change."""


class TooMany(Refused):
    """More rows than one operation changes."""


def checked_amount(amount: Decimal, *, currency: str, field: str = "amount") -> Decimal:
    """The amount; refuse one that the currency cannot express or that is out of all proportion."""
    try:
        amount = from_units(to_units(amount))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field=field) from error
    if abs(amount) >= LARGEST:
        raise Refused(_("This amount is too large."), field=field)
    places = places_of(currency)
    if amount != round(amount, places):
        message = _("%(currency)s has at most %(places)d decimal places.")
        raise Refused(message % {"currency": currency, "places": places}, field=field)
    return amount


def checked_day(day: date, *, book_today: date, field: str = "day") -> date:
    """The day; refuse one before 1970 or more than ten years ahead."""
    if not EARLIEST <= day <= book_today.replace(year=book_today.year + YEARS_AHEAD, day=1):
        raise Refused(_("The day must be after 1969 and at most ten years ahead."), field=field)
    return day


def checked_text(text: str, *, field: str, length: int, lines: bool = False, required: bool = False) -> str:
    """The text without surrounding blanks; refuse invisible characters, too long or, if required, none at all."""
    text = text.strip()
    try:
        (plain_lines if lines else plain_text)(text)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field=field) from error
    if required and not text:
        raise Refused(_("This may not be empty."), field=field)
    if len(text) > length:
        raise Refused(_("This may have at most %(length)d characters.") % {"length": length}, field=field)
    return text


def of_book(row: object, *, book: Book, field: str) -> None:
    """Refuse a row of another book."""
    if getattr(row, "book_id", None) != book.pk:
        raise Refused(_("This is not in this book."), field=field)
