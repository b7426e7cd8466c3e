"""Days on which banks work and people are paid, and moments as the protocol writes them."""

import calendar
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def working_day(day: date) -> date:
    """That day, or the Monday after a weekend."""
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() >= 5 else 0)


def is_the(on: int, day: date) -> bool:
    """Is it the `on`-th of a month, or the last day of a month that is too short?"""
    return day.day == on or (on > 28 and day.day == min(on, calendar.monthrange(day.year, day.month)[1]))


def day_of(year: int, month: int, on: int) -> date:
    """The working day on which a bank books what falls on the `on`-th; never in another month."""
    wanted = date(year, month, min(on, calendar.monthrange(year, month)[1]))
    booked = working_day(wanted)
    return booked if booked.month == month else wanted - timedelta(days=wanted.weekday() - 4)


def falls_on(day: date, on: int) -> bool:
    """Does a bank book on this day what falls on the `on`-th?"""
    return day.weekday() < 5 and day == day_of(day.year, day.month, on)


def is_payday(day: date, first: date, every: int) -> bool:
    """Is it a day of the rhythm, or the Monday after one at the weekend?"""
    late = {0: 3}.get(day.weekday(), 1)
    return day.weekday() < 5 and any((day - first).days % every == back for back in range(min(late, every)))


def days_of(year: int, month: int) -> Iterator[date]:
    """Every day of a month."""
    return (date(year, month, number) for number in range(1, calendar.monthrange(year, month)[1] + 1))


def some_moment(day: date, zone: str, dice: random.Random) -> str:
    """Mostly nothing or midnight, as banks fill it in; sometimes when it was, in UTC."""
    hour, minute, kind = dice.randrange(6, 24), dice.randrange(60), dice.random()
    if kind < 0.5:
        return ""
    if kind < 0.75:
        return f"{day}T00:00:00Z"
    return _written(datetime.combine(day, time(hour, minute, 7), ZoneInfo(zone)))


def around_clock_change(day: date, zone: str) -> list[str]:
    """Half an hour before and after the clock is set, on the days on which it is."""
    change = _clock_change(day, zone)
    return [] if change is None else [_written(change + timedelta(minutes=minutes)) for minutes in (-30, 30)]


@lru_cache(maxsize=4096)
def _clock_change(day: date, zone: str) -> datetime | None:
    place = ZoneInfo(zone)
    midnight = datetime.combine(day, time(), place)
    if midnight.utcoffset() == datetime.combine(day + DAY, time(), place).utcoffset():
        return None
    hours = (midnight.astimezone(UTC) + timedelta(hours=number) for number in range(1, 25))
    return next(hour for hour in hours if hour.astimezone(place).utcoffset() != midnight.utcoffset())


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
