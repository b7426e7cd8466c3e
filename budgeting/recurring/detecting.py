"""Find series among the movements of one merchant in one direction.

Every rhythm is weighed against chance: how much likelier are these days and amounts if there is a series than if the
merchant is paid whenever somebody happens to be there? The score is that ratio's logarithm, less what was chosen to fit
(the first day) and what speaks against it (a day left out, a movement between). Days may jitter, amounts may change.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count, takewhile
from math import exp, log
from statistics import median

from budgeting.recurring.frequencies import MONTHS, WEEKS, Frequency, Rhythm, month_of

ENOUGH = 5.0
"""A series is told from here on: what is found would be this far from chance, e^5 to 1."""
MOST = 6  # series of one merchant
LEFT_OUT = 3.0  # what a day without a movement costs
BETWEEN, ANOTHER = 2.0, 0.7  # what a movement without a day costs, of about the same amount or of another
SAME = 1.5  # what it counts that an amount is the same to the cent
NEVER = -6.0
MOST_OFF = 4  # times the usual width
_LEAST = {Frequency.YEARLY: 2, Frequency.HALF_YEARLY: 3, Frequency.QUARTERLY: 3, Frequency.TWO_MONTHS: 3}
_LEAST_USUAL = {Frequency.MONTHLY: 3}
_WIDTH = {Frequency.WEEKLY: 0.5, Frequency.TWO_WEEKS: 0.8, Frequency.YEARLY: 4.0, Frequency.HALF_YEARLY: 3.0}
_USUAL_WIDTH = 1.5
"""How far from its day a movement usually lies, in days."""


_Places = dict[Rhythm, dict[date, tuple[int, int]]]
"""By rhythm the place of each day that was asked for: the same days are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Movement:
    """`amount` is signed as everywhere; all movements given together have one sign and one currency."""

    key: Hashable
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """Movements that belong together, in order, and the rhythm they follow."""

    rhythm: Rhythm
    movements: tuple[Movement, ...]
    score: float
    left_out: tuple[date, ...] = field(default=())

    @property
    def frequency(self) -> Frequency:
        return self.rhythm.frequency

    @property
    def amount(self) -> Decimal:
        """What to expect next: the last amount where amounts hold still, else the median of the last few."""
        amounts = [movement.amount for movement in self.movements]
        return amounts[-1] if self.is_steady else median(amounts[-5:])

    @property
    def is_steady(self) -> bool:
        """Whether amounts stay the same for a while: each of the last two steps, or three steps in four."""
        steps = [_alike(a.amount, b.amount, "0.015") for a, b in _pairs(self.movements)]
        return all(steps[-2:]) or sum(steps) >= 0.75 * len(steps)

    @property
    def next_on(self) -> date:
        return self.rhythm.day(self.rhythm.slot(self.movements[-1].day) + 1)

    def has_ended(self, today: date) -> bool:
        """Whether two of its days passed without it."""
        last = self.rhythm.slot(self.movements[-1].day)
        return today > self.rhythm.day(last + 2) + timedelta(days=self.grace)

    @property
    def grace(self) -> int:
        """How many days it may be late before it is missed."""
        return grace_of(self.frequency)

    @property
    def price(self) -> tuple[Decimal, Decimal, date] | None:
        """The last change of an amount that was the same twice before and has held still since: from, to, since."""
        if not self.is_steady:
            return None
        for at in range(len(self.movements) - 1, 1, -1):
            one, before, after = self.movements[at - 2 : at + 1]
            if before.amount != after.amount:
                return (before.amount, after.amount, after.day) if one.amount == before.amount else None
        return None


def grace_of(frequency: Frequency) -> int:
    """How many days it may come early or late."""
    return max(2, round(3 * _width(frequency)))


def detect(movements: Sequence[Movement]) -> list[Series]:
    """The series in them, the surest first; a movement is in one of them at most."""
    left = sorted(movements, key=lambda movement: (movement.day, str(movement.key)))
    places: _Places = {}
    found: list[Series] = []
    while len(found) < MOST and len(left) > 1:
        choices = list(_choices(left))
        fits = [
            found
            for n, some in enumerate(choices)
            for found in _fits(some, places, chosen_from=len(choices) if n else 1)
        ]
        best = max(fits, key=lambda series: series.score, default=None)
        if best is None or best.score < ENOUGH:
            break
        found.append(best)
        taken = {movement.key for movement in best.movements}
        left = [movement for movement in left if movement.key not in taken]
    return found


def _choices(movements: list[Movement]) -> Iterator[list[Movement]]:
    """All of them, and those of about one amount: a subscription among purchases."""
    yield movements
    ranked = sorted(movements, key=lambda movement: abs(movement.amount))
    group = [ranked[0]]
    groups = [group]
    for movement in ranked[1:]:
        if _alike(group[-1].amount, movement.amount, "0.03"):
            group.append(movement)
        else:
            group = [movement]
            groups.append(group)
    for group in groups:
        if 1 < len(group) < len(movements):
            yield sorted(group, key=lambda movement: (movement.day, str(movement.key)))


def _fits(movements: list[Movement], places: _Places, *, chosen_from: int) -> Iterator[Series]:
    """What could be in them; that some of all amounts were picked costs what it would cost to say which."""
    for rhythm in _rhythms(movements):
        if fit := _fit(movements, rhythm, places.setdefault(rhythm, {})):
            yield replace(fit, score=fit.score - log(chosen_from))


def _rhythms(movements: list[Movement]) -> Iterator[Rhythm]:
    """Those that could be meant: begun on each day that occurs often, or late in the series where days have moved."""
    span = (movements[-1].day - movements[0].day).days
    possible = {frequency for frequency in Frequency if _can_be(frequency, len(movements), span)}
    for frequency, weeks in WEEKS.items():
        if frequency not in possible:
            continue
        offsets = _often([movement.day.toordinal() % (7 * weeks) for movement in movements])
        yield from (Rhythm(frequency, anchor=date.fromordinal(7 * weeks + offset)) for offset in offsets)
    days = _often([movement.day.day for movement in movements])
    for frequency, months in MONTHS.items():
        if frequency not in possible:
            continue
        for phase in _often([month_of(movement.day) % months for movement in movements], most=2):
            yield from (Rhythm(frequency, days=(day,), phase=12 + phase) for day in _nominal(days))
    if Frequency.TWICE_A_MONTH in possible:
        for first, second in dict.fromkeys([(1, 15), (15, 31), (5, 20), (10, 25), *_halves(days)]):
            yield Rhythm(Frequency.TWICE_A_MONTH, days=(first, second), phase=12)


def _can_be(frequency: Frequency, count: int, span: int) -> bool:
    """Whether that many movements could reach the score if all that can lie on a day do."""
    most = min(count, span / frequency.length + 2)
    return most * (_nearness(0, frequency) + SAME) - ANOTHER * (count - most) >= ENOUGH


def _often(values: list[int], *, most: int = 4) -> list[int]:
    """The most frequent ones, and the middle one."""
    counts: dict[int, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return [*dict.fromkeys([*ranked[:most], sorted(values)[len(values) // 2]])]


def _nominal(days: list[int]) -> list[int]:
    """Also the last of the month where days lie at its end, and the first where they may have waited for Monday."""
    return [*dict.fromkeys([*days, *([31] if max(days) >= 28 else []), *([1] if min(days) <= 3 else [])])]


def _halves(days: list[int]) -> Iterator[tuple[int, int]]:
    for day in days:
        if day <= 16:
            yield day, day + 15 if day < 16 else 31


def _fit(movements: list[Movement], rhythm: Rhythm, places: dict[date, tuple[int, int]]) -> Series | None:
    """The movements nearest to the rhythm's days, one each, and how far that is from chance; None if too few."""
    nearest: dict[int, tuple[float, Movement]] = {}
    gains = _gains(rhythm.frequency)
    for movement in movements:
        place = places.get(movement.day)
        if place is None:
            place = places[movement.day] = rhythm.place(movement.day)
        slot, off = place
        if abs(off) < len(gains):
            gain = gains[abs(off)]
            if slot not in nearest or nearest[slot][0] < gain:
                nearest[slot] = gain, movement
    if len(nearest) < _LEAST.get(rhythm.frequency, _LEAST_USUAL.get(rhythm.frequency, 4)):
        return None
    slots = sorted(nearest)
    empty = [slot for slot in range(slots[0], slots[-1]) if slot not in nearest]
    chosen = tuple(nearest[slot][1] for slot in slots)
    if not _is_bill(chosen, rhythm.frequency):
        return None
    score = sum(gain for gain, _movement in nearest.values()) - log(rhythm.frequency.length)
    score += sum(_steady(before.amount, after.amount) for before, after in _pairs(chosen))
    score -= LEFT_OUT * len(empty) + _between(movements, chosen)
    return Series(rhythm, chosen, score, tuple(rhythm.day(slot) for slot in empty))


def _between(movements: list[Movement], chosen: Sequence[Movement]) -> float:
    """What the others cost: the same amount on other days speaks against the days."""
    keys, middle = {movement.key for movement in chosen}, median(movement.amount for movement in chosen)
    others = [movement for movement in movements if movement.key not in keys]
    return sum(BETWEEN if _alike(movement.amount, middle, "0.3") else ANOTHER for movement in others)


def _nearness(off: int, frequency: Frequency) -> float:
    """How much likelier a day this far off is with the rhythm than without, as a logarithm; at least NEVER."""
    return _logarithm(_width(frequency), frequency.length, abs(off))


@cache
def _gains(frequency: Frequency) -> tuple[float, ...]:
    """The nearness of each number of days that is not never, from none on."""
    return tuple(takewhile(lambda gain: gain > NEVER, (_nearness(off, frequency) for off in count())))


@lru_cache(maxsize=1024)
def _logarithm(width: float, length: float, off: int) -> float:
    fading = exp(-1 / width)
    likely = (1 - fading) / (1 + fading) * fading**off
    return max(log(length * likely), NEVER) if off <= MOST_OFF * width + 1 else NEVER


def _width(frequency: Frequency) -> float:
    return _WIDTH.get(frequency, _USUAL_WIDTH)


def _steady(before: Decimal, after: Decimal) -> float:
    """Chance hardly ever asks the same amount twice."""
    if before == after:
        return SAME
    steps = [("0.03", 1.0), ("0.10", 0.5), ("0.30", 0.0)]
    return next((gain for within, gain in steps if _alike(before, after, within)), -0.7)


def _is_bill(movements: Sequence[Movement], frequency: Frequency) -> bool:
    """Whether amounts keep together as those of bills do: what is bought each Saturday is a habit."""
    amounts = [abs(movement.amount) for movement in movements]
    middle = median(amounts)
    spread = median(abs(amount - middle) for amount in amounts)
    return spread <= middle * Decimal("0.12" if frequency in WEEKS else "0.45")


def _alike(before: Decimal, after: Decimal, within: str) -> bool:
    one, other = abs(before), abs(after)
    return abs(one - other) <= max(one, other) * Decimal(within)


def _pairs(movements: Sequence[Movement]) -> Iterator[tuple[Movement, Movement]]:
    return zip(movements, movements[1:], strict=False)
