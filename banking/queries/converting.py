"""What there is in all currencies together, in the book's own, at the rates of a day.

What is there in one currency is converted as a whole and rounded once, what one has and what one owes each; the totals
are the plain sums of what was rounded, so that the lines that are shown add up to them to the cent. Where a rate is
missing there is no total. Nothing of a currency needs no rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from accounts.models import Book
from banking.exchange import converted
from banking.figures import Figure
from banking.models import Account
from banking.queries.balances import net_worth_lines, positions
from banking.queries.rates import Rates, Used, rates
from banking.queries.standing import OWED, AccountBalance, Position

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Converted:
    """What there is in one currency, and what that is in the book's; `rate` is None where it is the book's already."""

    currency: str
    assets: Decimal
    liabilities: Decimal
    rate: Used | None
    assets_there: Decimal
    liabilities_there: Decimal

    @property
    def net_worth(self) -> Decimal:
        return self.assets - self.liabilities

    @property
    def net_worth_there(self) -> Decimal:
        return self.assets_there - self.liabilities_there


@dataclass(frozen=True, slots=True)
class Together:
    """What there was at the end of a day, in one currency; `missing` are those without a rate, `on` where it is past.

    A total is None where a currency is missing.
    """

    currency: str
    day: date
    parts: tuple[Converted, ...]
    missing: tuple[str, ...]
    on: date | None = None

    @property
    def net_worth(self) -> Figure | None:
        return self._figure("net-worth", [each.net_worth_there for each in self.parts])

    @property
    def assets(self) -> Figure | None:
        return self._figure("assets", [each.assets_there for each in self.parts])

    @property
    def liabilities(self) -> Figure | None:
        return self._figure("liabilities", [each.liabilities_there for each in self.parts])

    @property
    def rates(self) -> tuple[Used, ...]:
        return tuple(each.rate for each in self.parts if each.rate)

    def _figure(self, name: str, amounts: Iterable[Decimal]) -> Figure | None:
        if self.missing:
            return None
        address = reverse("accounts") + (f"?on={self.on.isoformat()}" if self.on else "")
        at = f"{self.on.isoformat()}-" if self.on else ""
        return Figure(f"all-{name}-{at}{self.currency}", sum(amounts, ZERO), self.currency, address=address)


def together(
    *, book: Book, balances: Iterable[AccountBalance], today: date, on: date | None = None, known: Rates | None = None
) -> Together:
    """At the rates of the day, for a later one at those of today. One query unless the rates are given."""
    there, day = positions(balances, first=book.currency), min(on or today, today)
    known = known or rates(book=book, currencies={each.currency for each in there}, days=[day])
    return _together(book, there, known, day=day, on=on)


def together_before(
    *,
    book: Book,
    rows: Sequence[Account],
    movements: Mapping[int, Mapping[date, Decimal]],
    ends: Sequence[date],
    known: Rates,
    today: date,
) -> list[Together]:
    """As `net_worth_lines`, which has the same arguments: one for each of `ends`, at the rates of its day; no query."""
    owed = [row for row in rows if row.kind in OWED]
    owned = [row for row in rows if row.kind not in OWED]
    there: list[dict[str, Position]] = [{} for _end in ends]
    for some, sign in ((owned, 1), (owed, -1)):
        for line in net_worth_lines(book=book, rows=some, movements=movements, ends=ends):
            for at, point in enumerate(line.points):
                before = there[at].get(line.currency, Position(line.currency, ZERO, ZERO))
                assets, liabilities = (point.amount, ZERO) if sign == 1 else (ZERO, -point.amount)
                there[at][line.currency] = Position(
                    line.currency, before.assets + assets, before.liabilities + liabilities
                )
    found = []
    for end, at_end in zip(ends, there, strict=True):
        day = end - timedelta(days=1)
        ordered = sorted(at_end.values(), key=lambda each: (each.currency != book.currency, each.currency))
        found.append(_together(book, ordered, known, day=day, on=day if day < today else None))
    return found


def _together(book: Book, there: Iterable[Position], known: Rates, *, day: date, on: date | None) -> Together:
    parts, missing = [], []
    for each in there:
        rate = None if each.currency == book.currency else known.find(each.currency, book.currency, day)
        if each.currency == book.currency:
            parts.append(Converted(each.currency, each.assets, each.liabilities, None, each.assets, each.liabilities))
        elif rate:
            factor = rate.factor
            parts.append(
                Converted(
                    each.currency,
                    each.assets,
                    each.liabilities,
                    rate,
                    converted(each.assets, factor, currency=book.currency),
                    converted(each.liabilities, factor, currency=book.currency),
                )
            )
        elif each.assets or each.liabilities:
            missing.append(each.currency)
    return Together(book.currency, day, tuple(parts), tuple(missing), on)
