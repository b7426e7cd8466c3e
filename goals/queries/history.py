"""What remained of the last months: what came in less what went out, transfers left out."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from accounts.models import Book
from banking import queries as banking
from banking.models import CategoryKind
from goals.planning.projecting import Band, band_of

ZERO = Decimal(0)
MONTHS = 12


def history(*, book: Book, today: date) -> dict[str, Band]:
    """By currency the quartiles of the last twelve whole months, from the first in which anything moved; one query.

    A currency with too few months is not there.
    """
    end = today.replace(day=1)
    months = banking.months_between(banking.months_back(end, MONTHS), end)
    nets: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for each in banking.month_amounts(book=book, start=months[0], end=end):
        if each.kind != CategoryKind.TRANSFER:
            nets[each.currency][each.month] += each.net
    found = {}
    for currency, net in nets.items():
        known = months[months.index(min(net)) :]
        if band := band_of([net.get(month, ZERO) for month in known]):
            found[currency] = band
    return found
