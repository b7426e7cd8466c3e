"""When not to disturb, and when a digest goes out: plain reckoning with a person's own clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
MONDAY = 0


def after(moment: datetime, *, start: time | None, end: time | None, zone: ZoneInfo) -> datetime:
    """The moment, or the end of the quiet hours that it lies in; those from 22 to 7 go over midnight."""
    if start is None or end is None or start == end:
        return moment
    local = moment.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return moment
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return max(datetime.combine(day, end, zone).astimezone(moment.tzinfo), moment)


def next_digest(moment: datetime, *, weekly: bool, zone: ZoneInfo) -> datetime:
    """The first 8 o'clock, with `weekly` of a Monday, after the moment."""
    day = moment.astimezone(zone).date()
    while True:
        slot = datetime.combine(day, MORNING, zone).astimezone(moment.tzinfo)
        if slot > moment and (not weekly or day.weekday() == MONDAY):
            return slot
        day += timedelta(days=1)
