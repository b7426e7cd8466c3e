"""How goals stand, read in a fixed number of queries however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum

from accounts.models import Book
from goals.models import Contribution, Debt, Goal, GoalState
from goals.planning import projecting
from goals.planning.projecting import Band
from goals.queries.history import history
from goals.queries.marking import marked
from goals.queries.rows import goals
from goals.queries.standing import Held, Standing

ZERO = Decimal(0)


def open_goals(*, book: Book, today: date) -> list[Standing]:
    """The goals that are open, in order, for the dashboard; as many queries as `standings`."""
    return standings(book=book, rows=goals(book=book, states=(GoalState.OPEN,)), today=today)


def standing(*, book: Book, row: Goal, today: date) -> Standing:
    """One goal; as many queries as `standings`."""
    return standings(book=book, rows=[row], today=today)[0]


def standings(*, book: Book, rows: Iterable[Goal], today: date) -> list[Standing]:
    """These goals, in their order; eight queries at most, beside that of the rows."""
    rows = list(rows)
    if not rows:
        return []
    everyone = {row.pk: row for row in (*goals(book=book, states=(GoalState.OPEN,)), *rows)}
    contributed = Contribution.objects.filter(book=book, goal__in=everyone).order_by().values_list("goal")
    given = dict(contributed.annotate(given=Sum("amount")))
    debts = _by_goal(Debt.objects.filter(book=book, goal__in=everyone).order_by("id"))
    held = _held(book, today)
    found = {
        pk: _standing(row, today, given.get(pk, ZERO), held.get(pk, ()), debts.get(pk, ()))
        for pk, row in everyone.items()
    }
    bands, asked = history(book=book, today=today), _asked(found.values())
    return [replace(found[row.pk], usual=_usual(found[row.pk], bands, asked)) for row in rows]


def _asked(everyone: Iterable[Standing]) -> Mapping[str, Decimal]:
    """What all open goals of saving need a month, by currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in everyone:
        if each.goal.is_open and not each.goal.is_debt:
            found[each.currency] += each.needed or ZERO
    return found


def _usual(one: Standing, bands: Mapping[str, Band], asked: Mapping[str, Decimal]) -> Band | None:
    """Its part of what usually remains of a month: each open goal of the currency gets what it needs of the whole."""
    band = bands.get(one.currency)
    if band is None or one.aim is None:
        return None
    mine = one.needed or ZERO
    whole = asked[one.currency] if one.goal.is_open else asked.get(one.currency, ZERO) + mine
    return projecting.share_of(band, Fraction(mine) / Fraction(whole) if whole else Fraction(1), one.places)


def _by_goal(rows: Iterable[Debt]) -> Mapping[int, list[Debt]]:
    found: dict[int, list[Debt]] = defaultdict(list)
    for row in rows:
        found[row.goal_id].append(row)
    return found


def _held(book: Book, today: date) -> Mapping[int, list[Held]]:
    """What each goal has in accounts; of an archived one, whose money is free again, nothing is there or missing."""
    known = marked(book=book, today=today)
    shares = known.shares()
    found: dict[int, list[Held]] = defaultdict(list)
    for marks in known.marks.values():
        for mark in marks:
            found[mark.goal_id].append(Held(mark, *shares[mark.pk]))
    for mark in known.resting:
        found[mark.goal_id].append(Held(mark, ZERO, ZERO))
    return found


def _standing(row: Goal, today: date, given: Decimal, held: Sequence[Held], debts: Sequence[Debt]) -> Standing:
    return Standing(row, today, given, tuple(held), tuple(debts), None)
