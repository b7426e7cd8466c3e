"""Made-up households over two years: pay, bills, cards, savings, habits and surprises, day by day.

Levels drift, months are more and less dear, jobs and subscriptions change, and now and then something breaks: what a
forecast cannot know is in here on purpose.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from budgeting.recurring.frequencies import day_in, month_of

START = date(2024, 5, 1)
DAYS = 640
SATURDAY = 5


class Row(NamedTuple):
    """`who` is the merchant; None for transfers between own accounts."""

    day: date
    account: str
    who: str | None
    amount: Decimal


@dataclass
class Household:
    openings: dict[str, Decimal]
    rows: list[Row] = field(default_factory=list)

    def balances(self, account: str, first: date, days: int) -> list[Decimal]:
        """At the end of each of so many days."""
        moved: dict[date, Decimal] = defaultdict(Decimal)
        for row in self.rows:
            if row.account == account:
                moved[row.day] += row.amount
        balance = self.openings[account] + sum((amount for day, amount in moved.items() if day < first), Decimal(0))
        found = []
        for n in range(days):
            balance += moved[first + timedelta(days=n)]
            found.append(balance)
        return found


def household(seed: int) -> Household:
    """One of them; the same for the same seed."""
    return _Life(random.Random(seed)).lived()


class _Life:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.card = "card" if dice.random() < 0.65 else "checking"
        accounts = [
            "checking",
            *(["card"] if self.card == "card" else []),
            *(["savings"] if dice.random() < 0.5 else []),
        ]
        self.home = Household({name: Decimal(0) for name in accounts})
        self.home.openings["checking"] = Decimal(dice.randrange(500, 9000))
        self.income = dice.lognormvariate(8.2, 0.4)
        self.end = START + timedelta(days=DAYS)

    def lived(self) -> Household:
        self._paid()
        self._bills()
        self._habits()
        self._surprises()
        if "savings" in self.home.openings:
            self._saved()
        if self.card == "card":
            self._card_paid()
        self.home.rows.sort(key=lambda row: (row.day, row.account, row.who or "", row.amount))
        return self.home

    def _row(self, day: date, account: str, who: str | None, amount: float) -> None:
        if START <= day < self.end and round(amount, 2):
            self.home.rows.append(Row(day, account, who, Decimal(str(round(amount, 2)))))

    def _paid(self) -> None:
        dice = self.dice
        share = dice.uniform(0.5, 1.0) if dice.random() < 0.45 else 1.0
        for n, part in enumerate([share, 1 - share] if share < 1 else [1.0]):
            self._job(f"employer {n}", self.income * part)
        if dice.random() < 0.3:
            for day in self._days_at_random(dice.uniform(0.01, 0.06)):
                self._row(day, "checking", "friends", dice.lognormvariate(3.8, 0.7))

    def _job(self, name: str, income: float) -> None:
        """One way of being paid; now and then another job follows after a gap."""
        dice = self.dice
        kind = dice.choice(["monthly", "monthly", "two weeks", "two weeks", "halves", "irregular"])
        changes = START + timedelta(days=dice.randrange(DAYS * 4))
        after = changes + timedelta(days=dice.randrange(5, 60))
        level = dice.uniform(0.85, 1.3)
        rises = dice.uniform(0.0, 0.05)
        for day, amount in self._pays(kind, income):
            years = (day - START).days / 365
            if day < changes:
                self._row(day, "checking", name, amount * (1 + rises * int(years)))
            elif day >= after:
                self._row(day, "checking", f"{name} new", amount * level)

    def _pays(self, kind: str, income: float) -> Iterator[tuple[date, float]]:
        dice = self.dice
        wobble = dice.choice([0.0, 0.0, 0.02, 0.1])
        if kind == "irregular":
            gap = dice.choice([8, 14, 21])
            day = START
            while day < self.end:
                day += timedelta(days=max(1, round(dice.expovariate(1 / gap))))
                yield day, income * gap / 30 * dice.lognormvariate(-0.1, 0.45)
            return
        if kind == "two weeks":
            day = START + timedelta(days=dice.randrange(14))
            while day < self.end:
                yield _weekday_before(day), income * 12 / 26 * (1 + dice.gauss(0, 1) * wobble)
                day += timedelta(days=14)
            return
        when = [15, 31] if kind == "halves" else [dice.choice([1, 15, 25, 28, 31])]
        for day in self._monthly(*when):
            yield _weekday_before(day), income / len(when) * (1 + dice.gauss(0, 1) * wobble)

    def _bills(self) -> None:
        dice, income = self.dice, self.income
        self._bill("landlord", "checking", income * dice.uniform(0.2, 0.35), 1, rise=dice.choice([0, 0, 0.04]))
        for n in range(dice.randrange(2, 6)):
            account = dice.choice(["checking", self.card])
            self._bill(f"utility {n}", account, dice.uniform(25, 140), 1, wobble=dice.choice([0, 0.05, 0.2]), late=3)
        for n in range(dice.randrange(1, 7)):
            self._bill(f"subscription {n}", self.card, dice.uniform(5, 40), 1, changes=True, rise=dice.choice([0, 0.1]))
        for n in range(dice.randrange(0, 3)):
            months = dice.choice([3, 6, 12])
            self._bill(f"insurance {n}", "checking", dice.uniform(15, 90) * months, months, late=2)

    def _bill(
        self,
        who: str,
        account: str,
        amount: float,
        months: int,
        *,
        wobble: float = 0.0,
        late: int = 0,
        rise: float = 0.0,
        changes: bool = False,
    ) -> None:
        dice = self.dice
        first, on = dice.randrange(months), dice.randrange(1, 29)
        begins = START + timedelta(days=dice.randrange(DAYS)) if changes and dice.random() < 0.3 else START
        ends = begins + timedelta(days=dice.randrange(90, 900)) if changes and dice.random() < 0.4 else self.end
        rises_on = START + timedelta(days=dice.randrange(DAYS))
        for n, day in enumerate(self._monthly(on)):
            if n % months == first and begins <= day < ends and dice.random() > 0.01:
                paid = amount * (1 + dice.gauss(0, 1) * wobble) * (1 + rise * (day >= rises_on))
                self._row(_weekday_after(day) + timedelta(days=dice.randrange(late + 1)), account, who, -paid)

    def _habits(self) -> None:
        """Groceries, meals, fuel and shops: more at weekends, in dear months and in December."""
        dice = self.dice
        months = self._moods(dice.uniform(0.08, 0.25))
        spends = self.income * dice.uniform(0.25, 0.5) / 30.4
        for name, share, a_week, spread in (
            ("grocer", 0.42, dice.uniform(1, 3.5), 0.5),
            ("meals", 0.23, dice.uniform(1, 5), 0.5),
            ("fuel", 0.1, dice.uniform(0.3, 1.2), 0.25),
            ("shop", 0.25, dice.uniform(0.5, 2), 0.8),
        ):
            account = self.card if dice.random() < 0.8 else "checking"
            saturday = dice.uniform(1, 3)
            for n in range(DAYS):
                day = START + timedelta(days=n)
                chance = a_week / (5 + 2 * saturday) * (saturday if day.weekday() >= SATURDAY else 1)
                for _turn in range(int(chance) + (dice.random() < chance % 1)):
                    middle = spends * share * 7 / a_week
                    amount = middle * months[month_of(day)] * dice.lognormvariate(-spread * spread / 2, spread)
                    self._row(day, account, f"{name} {dice.randrange(4)}", -amount)
        for day in self._days_at_random(dice.uniform(0.0, 0.05)):
            self._row(day, "checking", "cash", -float(dice.choice([20, 40, 60, 100])))

    def _moods(self, spread: float) -> dict[int, float]:
        dice, level, found = self.dice, 0.0, {}
        for month in range(month_of(START), month_of(self.end) + 1):
            level = 0.5 * level + dice.gauss(0, spread)
            found[month] = (1.25 if month % 12 == 11 else 1.0) * (1 + level) if level > -0.8 else 0.2
        return found

    def _surprises(self) -> None:
        dice = self.dice
        for day in self._days_at_random(dice.uniform(0.5, 4) / 365):
            self._row(day, self.card, dice.choice(["garage", "clinic", "travel"]), -dice.lognormvariate(5.8, 0.9))
        for day in self._days_at_random(dice.uniform(0, 1.5) / 365):
            self._row(day, "checking", "windfall", dice.lognormvariate(5.5, 0.9))
        if dice.random() < 0.5:
            for year in (2024, 2025, 2026):
                self._row(
                    date(year, 8, dice.randrange(1, 28)), self.card, "holiday", -self.income * dice.uniform(0.2, 0.9)
                )

    def _saved(self) -> None:
        dice = self.dice
        amount, on = self.income * dice.uniform(0.03, 0.15), dice.randrange(2, 28)
        for day in self._monthly(on):
            if dice.random() < 0.92:
                self._move("checking", "savings", _weekday_after(day), amount)

    def _card_paid(self) -> None:
        """What was bought up to three weeks before is paid on a day of the month."""
        spent: dict[date, float] = defaultdict(float)
        for row in self.home.rows:
            if row.account == "card":
                spent[row.day] -= float(row.amount)
        before = START
        for day in self._monthly(self.dice.randrange(3, 29)):
            closed = day - timedelta(days=21)
            owed = sum(amount for on, amount in spent.items() if before <= on < closed)
            if owed > 0:
                self._move("checking", "card", _weekday_after(day), owed)
            before = max(before, closed)

    def _move(self, source: str, target: str, day: date, amount: float) -> None:
        self._row(day, source, None, -amount)
        self._row(day, target, None, amount)

    def _monthly(self, *on: int) -> Iterator[date]:
        for month in range(month_of(START), month_of(self.end) + 1):
            for day in on:
                yield day_in(month, day)

    def _days_at_random(self, chance: float) -> Iterator[date]:
        for n in range(DAYS):
            if self.dice.random() < chance:
                yield START + timedelta(days=n)


def _weekday_before(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - SATURDAY + 1, 0))


def _weekday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)
