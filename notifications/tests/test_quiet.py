"""Quiet hours and digests follow a person's own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.quiet import after, next_digest

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-15T02:00", "2026-03-15T11:00"),  # 22:00 in New York
        ("2026-03-15T01:59", "2026-03-15T01:59"),
        ("2026-03-15T10:59", "2026-03-15T11:00"),
        ("2026-03-15T11:00", "2026-03-15T11:00"),
        ("2026-03-08T05:00", "2026-03-08T11:00"),  # the clocks went forward that night
        ("2026-11-01T04:00", "2026-11-01T12:00"),  # and back that one
    ],
)
def test_hours_over_midnight(moment, expected):
    assert after(at(moment), start=time(22), end=time(7), zone=NEW_YORK) == at(expected)


def test_hours_within_a_day():
    found = after(at("2026-03-15T12:30"), start=time(13), end=time(14), zone=BERLIN)
    assert found == at("2026-03-15T13:00")


@pytest.mark.parametrize(("start", "end"), [(None, None), (time(7), None), (time(7), time(7))])
def test_no_hours_wait_for_nothing(start, end):
    assert after(at("2026-03-15T02:00"), start=start, end=end, zone=NEW_YORK) == at("2026-03-15T02:00")


def test_what_waits_never_waits_in_quiet_hours_again():
    for minutes in range(0, 24 * 60, 7):
        moment = at("2026-03-28T12:00") + timedelta(minutes=minutes)
        found = after(moment, start=time(23, 30), end=time(6, 15), zone=BERLIN)
        assert moment <= found <= moment + timedelta(hours=8)
        assert after(found, start=time(23, 30), end=time(6, 15), zone=BERLIN) == found


def test_a_digest_is_the_next_morning_and_the_next_monday():
    moment = at("2026-03-28T07:00")  # a Saturday, 8 o'clock in Berlin
    assert next_digest(moment, weekly=False, zone=BERLIN) == at("2026-03-29T06:00")  # summer time began
    assert next_digest(moment - timedelta(minutes=1), weekly=False, zone=BERLIN) == moment
    assert next_digest(moment, weekly=True, zone=BERLIN) == at("2026-03-30T06:00")
