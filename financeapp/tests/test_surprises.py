"""Things that surprised somebody once: slow clients, months at the border of a day."""

import socket
import urllib.request
from datetime import UTC, datetime

import pytest

from accounts.models import Book


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
