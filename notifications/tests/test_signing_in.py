"""Somebody who signs in from a place that was never seen is told of, and only then."""

import pytest

from accounts import actions
from accounts.books import entered
from accounts.origin import Origin
from accounts.tests.factories import NOW
from notifications.models import Notification
from notifications.tests.factories import told_to

pytestmark = pytest.mark.django_db


def sign_in(person, address):
    return actions.sign_in(user=person.user, origin=Origin(address, "client"), now=NOW)


def kinds(person):
    with entered(person.book):
        return [row.kind for row in told_to(person.book, person.user)]


def test_a_new_place_is_told_once_and_to_that_person_alone(cast, run_tasks):
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.1"):
        sign_in(cast.alice, address)
    run_tasks()
    assert kinds(cast.alice) == ["sign_in"]
    assert kinds(cast.bob) == []
    with entered(cast.book):
        assert "192.0.2.2" in Notification.objects.get().body


def test_another_address_in_the_same_network_is_no_new_place(cast, run_tasks):
    for address in ("2001:db8:1:2:a::1", "2001:db8:1:2:b::2"):
        sign_in(cast.alice, address)
    run_tasks()
    assert kinds(cast.alice) == []
    sign_in(cast.alice, "2001:db8:1:3::1")
    run_tasks()
    assert kinds(cast.alice) == ["sign_in"]


def test_the_first_place_ever_is_no_news(cast, run_tasks):
    sign_in(cast.alice, "192.0.2.1")
    run_tasks()
    assert kinds(cast.alice) == []


def test_a_refused_sign_in_is_none(cast, client, run_tasks):
    sign_in(cast.alice, "192.0.2.1")
    client.post("/auth/login/", {"login": "alice@example.com", "password": "wrong"}, REMOTE_ADDR="192.0.2.9")
    run_tasks()
    assert kinds(cast.alice) == []


def test_a_page_tells_too(cast, client, run_tasks):
    from accounts.tests.factories import PASSWORD

    sign_in(cast.alice, "192.0.2.1")
    client.post("/auth/login/", {"login": "alice@example.com", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")
    run_tasks()
    assert kinds(cast.alice) == ["sign_in"]
