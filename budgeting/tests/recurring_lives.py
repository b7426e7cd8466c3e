"""Made-up movements of which it is known what comes again: bills, pay, subscriptions, and what only looks like it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from budgeting.recurring import Frequency, Movement, Rhythm
from budgeting.recurring.frequencies import MONTHS, WEEKS, month_of

END = date(2026, 3, 1)
JITTER = {Frequency.WEEKLY: 1, Frequency.TWO_WEEKS: 1, Frequency.FOUR_WEEKS: 2, Frequency.YEARLY: 3}
SPANS = {Frequency.YEARLY: 1130, Frequency.HALF_YEARLY: 1000, Frequency.QUARTERLY: 760, Frequency.TWO_MONTHS: 760}


@dataclass
class Merchant:
    """All movements with one merchant, and the frequency of the series in them, if there is one."""

    movements: list[Movement]
    frequency: Frequency | None
    series: set[int]


def paid_again_and_again(dice: random.Random, frequency: Frequency) -> Merchant:
    """A series as banks tell it: moved by weekends and processing, dearer one day, now and then missing."""
    start = END - timedelta(days=SPANS.get(frequency, dice.choice([400, 560, 760])) + dice.randrange(20))
    rhythm = _rhythm(dice, frequency, start)
    first = rhythm.slot(start)
    days = [rhythm.day(slot) for slot in range(first, first + 200) if start <= rhythm.day(slot) < END]
    jitter, amounts = _jitter(dice, frequency), _amounts(dice, len(days), seasonal=frequency not in WEEKS)
    kept = [n for n in range(len(days)) if n in {0, len(days) - 1} or dice.random() > 0.04 or len(days) < 5]
    movements = [Movement(n, jitter(days[n]), amounts[n]) for n in kept]
    others = dice.randrange(1, 5) if dice.random() < 0.2 else 0
    return Merchant(movements + _purchases(dice, others, start, 1000), frequency, set(kept))


def only_visited(dice: random.Random) -> Merchant:
    """Groceries, coffee, petrol, a shop now and then, cash: no series, however often it happens."""
    start = END - timedelta(days=dice.choice([400, 560, 760]))
    days = (END - start).days
    count = dice.choice([2, 3, 4, 5, 6, 8, 12, 20, days // 10, days // 7, days // 4, days // 2])
    if dice.random() < 0.15:  # cash, always the same
        amount = -Decimal(dice.choice([20, 40, 60, 100]))
        times = sorted(dice.randrange(days) for _ in range(min(count, 60)))
        return Merchant([Movement(n, start + timedelta(days=t), amount) for n, t in enumerate(times)], None, set())
    if dice.random() < 0.15:  # mostly on Saturdays, for what the week needs
        saturdays = [start + timedelta(days=n) for n in range(days) if (start + timedelta(days=n)).weekday() == 5]
        bought = [day for day in saturdays if dice.random() < 0.75]
        spent = [-Decimal(round(dice.lognormvariate(4.4, 0.45) * 100)) / 100 for _ in bought]
        return Merchant([Movement(n, d, a) for n, (d, a) in enumerate(zip(bought, spent, strict=True))], None, set())
    return Merchant(_purchases(dice, count, start, 0), None, set())


def population(seed: int, count: int) -> Iterator[Merchant]:
    """`count` series, the frequencies in turn, and half as many merchants without."""
    dice = random.Random(seed)
    for n in range(count):
        yield paid_again_and_again(dice, list(Frequency)[n % len(Frequency)])
        if n % 2:
            yield only_visited(dice)


def _rhythm(dice: random.Random, frequency: Frequency, start: date) -> Rhythm:
    if frequency in WEEKS:
        return Rhythm(frequency, anchor=start + timedelta(days=dice.randrange(7)))
    if frequency == Frequency.TWICE_A_MONTH:
        return Rhythm(frequency, days=dice.choice([(1, 15), (15, 31), (5, 20), (10, 25)]), phase=month_of(start))
    return Rhythm(frequency, days=(dice.randrange(1, 32),), phase=month_of(start) + dice.randrange(MONTHS[frequency]))


def _jitter(dice: random.Random, frequency: Frequency) -> Callable[[date], date]:
    most = JITTER.get(frequency, 3)
    kind = dice.choice(["none", "weekend", "late", "both"])

    def moved(day: date) -> date:
        if kind in {"weekend", "both"} and day.weekday() > 4:
            day += timedelta(days=7 - day.weekday())
        if kind in {"late", "both"} and dice.random() < 0.4:
            day += timedelta(days=dice.randrange(1, most + 1))
        return day

    return moved


def _amounts(dice: random.Random, count: int, *, seasonal: bool) -> list[Decimal]:
    base = Decimal(round(dice.lognormvariate(3.6, 1.0) * 100)) / 100 + 3
    kind = dice.choice(["fixed", "fixed", "dearer", "varied", "seasonal" if seasonal else "varied"])
    wobble = {"varied": 0.08, "seasonal": 0.2}.get(kind, 0.0)
    rise, at = Decimal(str(dice.choice([1.05, 1.1, 1.2]))), dice.randrange(1, max(count, 2))
    found = []
    for n in range(count):
        amount = base * rise if kind == "dearer" and n >= at else base
        found.append(-round(amount * Decimal(str(1 + dice.gauss(0, 1) * wobble if wobble else 1)), 2))
    return [min(amount, Decimal("-0.50")) for amount in found]


def _purchases(dice: random.Random, count: int, start: date, first: int) -> list[Movement]:
    days = (END - start).days
    middle = dice.uniform(2.0, 4.5)
    return [
        Movement(
            first + n,
            start + timedelta(days=dice.randrange(days)),
            -Decimal(round(dice.lognormvariate(middle, 0.6) * 100) + 50) / 100,
        )
        for n in range(count)
    ]
