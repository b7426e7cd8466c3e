"""Each event is told once to each member, over the channels that they want."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.books import entered
from accounts.models import Membership
from accounts.tests.factories import NOW
from notifications import actions, rules
from notifications.models import Delivery, Notification
from notifications.tests.factories import make_event, tell_of, told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(monkeypatch):
    """`found(kind, *events)`: what the only rule there is finds."""
    monkeypatch.setattr(rules, "_finds", {})

    def register(kind, *events):
        rules.register(kind, lambda book, now: events)

    return register


def test_each_member_is_told(book, cast):
    tell_of(book, make_event())
    assert [told.user_id for told in Notification.objects.order_by("user_id")] == [
        each.user.pk for each in (cast.alice, cast.bob, cast.carol)
    ]


def test_it_is_told_once_however_often_it_is_found(book, cast):
    event = make_event("rent")
    assert tell_of(book, event).users == {cast.alice.user.pk, cast.bob.user.pk, cast.carol.user.pk}
    for days in range(3):
        assert not tell_of(book, event, now=NOW + timedelta(days=days)).users
    assert told_to(book, cast.alice.user).count() == 1


def test_another_period_is_another_event(book, cast):
    for period in ("2026-03", "2026-04", "2026-03"):
        tell_of(book, make_event("rent", period=period))
    assert told_to(book, cast.alice.user).count() == 2


def test_the_same_key_of_another_kind_is_another_event(book, cast):
    for kind in ("bill_due", "bill_missed"):
        tell_of(book, make_event("rent"), kind=kind)
    assert told_to(book, cast.alice.user).count() == 2


def test_one_that_is_for_somebody_alone_is_told_to_nobody_else(book, cast):
    tell_of(book, make_event(only=cast.bob.user.pk))
    assert [told.user_id for told in Notification.objects.all()] == [cast.bob.user.pk]


def test_what_was_overtaken_counts_as_told_and_is_not_heard_of(book, cast):
    told = tell_of(book, make_event("50", silent=True), make_event("80"))
    assert [row.shown for row in told_to(book, cast.alice.user)] == [False, True]
    assert Delivery.objects.filter(user=cast.alice.user).count() == 1
    assert not tell_of(book, make_event("50")).users
    assert told.users


def test_who_has_left_and_who_is_closed_is_not_told(book, cast):
    Membership.objects.filter(user=cast.bob.user).delete()
    cast.carol.user.is_active = False
    cast.carol.user.save()
    tell_of(book, make_event())
    assert [told.user_id for told in Notification.objects.all()] == [cast.alice.user.pk]


def test_who_wants_it_nowhere_is_not_bothered(book, cast, only):
    only(cast.alice.user)
    tell_of(book, make_event())
    assert not told_to(book, cast.alice.user).filter(shown=True).exists()
    assert not Delivery.objects.filter(user=cast.alice.user).exists()


def test_mail_goes_to_confirmed_addresses_only(book, cast):
    cast.bob.user.emailaddress_set.update(verified=False)
    tell_of(book, make_event())
    assert {row.user_id for row in Delivery.objects.all()} == {cast.alice.user.pk, cast.carol.user.pk}


def test_words_are_in_the_readers_own_locale(book, cast):
    cast.alice.user.locale = "de-DE"
    cast.alice.user.save()
    tell_of(book, rules.Event("rent", "", "Rent", body=lambda locale: f"for {locale}"))
    assert [told.body for told in told_to(book, cast.alice.user)] == ["for de-DE"]
    assert [told.body for told in told_to(book, cast.bob.user)] == ["for en-US"]


def test_rules_are_asked_and_one_that_fails_keeps_no_other(cast, found):
    def fail(book, now):
        raise RuntimeError("broken")

    rules.register("bill_due", fail)
    found("low_balance", make_event())
    rules.register("bill_due", fail)
    assert actions.look(book=cast.book, now=NOW).users
    with entered(cast.book):
        assert {row.kind for row in Notification.objects.all()} == {"low_balance"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere a transaction that reads locks nobody out")
def test_rules_are_asked_before_anything_is_locked(cast, found):
    inside = []
    found("low_balance")
    rules.register("low_balance", lambda book, now: inside.append(connection.in_atomic_block) or [])
    actions.look(book=cast.book, now=NOW)
    assert inside == [False]


def test_who_listens_is_asked_once_for_many_events(book, cast):
    asked = []
    for number in (1, 6):
        with CaptureQueriesContext(connection) as captured:
            tell_of(book, *(make_event() for _ in range(number)))
        asked.append(sum(query["sql"].startswith("SELECT") for query in captured))
    assert asked[0] == asked[1]


def test_a_kind_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no kind"):
        rules.register("weather", lambda book, now: [])


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_tell_once(cast, found):
    found("low_balance", *(make_event(f"account-{number}") for number in range(5)))
    meet = threading.Barrier(4)

    def look():
        meet.wait()
        actions.look(book=cast.book, now=NOW)
        connections.close_all()

    workers = [threading.Thread(target=look) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with entered(cast.book):
        assert told_to(cast.book, cast.alice.user).count() == 5
        assert Delivery.objects.filter(user=cast.alice.user).count() == 5
