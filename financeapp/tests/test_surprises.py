"""Things that surprised somebody once: slow clients, months at the border of a day, midnights that do not exist."""

import socket
import urllib.request
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import zones
from accounts.models import Book
from financeapp.dependencies import pins


def test_slow_clients_do_not_keep_others_waiting(server):
    host, port = "127.0.0.1", int(server.rsplit(":", 1)[1])
    slow = [socket.create_connection((host, port)) for _ in range(60)]
    for each in slow:
        each.sendall(b"POST /auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
    for _ in range(5):
        assert urllib.request.urlopen(f"{server}/health/live", timeout=5).status == 200
    for each in slow:
        each.close()


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("Pacific/Apia", datetime(2026, 1, 31, 11, 30, tzinfo=UTC), "2026-02-01"),
        ("America/Los_Angeles", datetime(2026, 3, 1, 7, 59, tzinfo=UTC), "2026-02-28"),
        ("Asia/Kathmandu", datetime(2026, 2, 28, 18, 15, tzinfo=UTC), "2026-03-01"),
        ("America/St_Johns", datetime(2028, 3, 1, 3, 29, tzinfo=UTC), "2028-02-29"),
    ],
)
def test_month_ends_follow_the_zone_of_the_book(zone, now, day):
    assert Book(time_zone=zone).today(now).isoformat() == day


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)), ("America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC))],
)
def test_midnights_that_are_missing_or_come_twice_have_a_day(zone, midnight):
    days = [Book(time_zone=zone).today(midnight + timedelta(minutes=n * 15)) for n in range(-8, 9)]
    assert days == sorted(days)
    assert len(set(days)) == 2


def test_every_zone_has_a_day_in_every_hour_of_a_year():
    """One of 599 zones an hour: 8760 hours, so that each zone is asked at 14 hours of the year or more."""
    known = sorted(zones.names())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for hour in range(8760):
        now, zone = start + timedelta(hours=hour), known[hour % len(known)]
        ahead = now.astimezone(ZoneInfo(zone)).utcoffset()
        assert Book(time_zone=zone).today(now) == (now + ahead).date(), (zone, now)


def test_passwords_cost_what_is_recommended():
    """Argon2id with at least 19 MiB and two passes; Django's own default would be nine times as dear."""
    from accounts.hashers import Argon2

    made = Argon2().encode("a password", "0123456789abcdef")
    assert made.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("address", ["/auth/login/", "/api/docs", "/api/auth/session", "/nowhere"])
def test_no_page_allows_inline_scripts_or_styles(client, db, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy


@pytest.mark.parametrize("package", ["django-cryptography", "ofxparse"])
def test_what_proved_unsound_is_not_used(package):
    assert package not in {pin.name for pin in pins("requirements.txt")}
