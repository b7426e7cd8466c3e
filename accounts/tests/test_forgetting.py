from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts import actions, idempotency
from accounts.actions import forgetting
from accounts.books import entered
from accounts.models import IdempotencyKey, Invitation, SignIn
from accounts.origin import NOWHERE
from accounts.owned import owned_models
from accounts.tasks import forget_expired
from accounts.tests.factories import NOW
from banking.models import LinkSession, Sync
from banking.tests.factories import make_connection
from financeapp.celery import app

SECOND = timedelta(seconds=1)


def left(model, book=None):
    if book is None:
        return model.objects.count()
    with entered(book):
        return model.objects.count()


def make_key(name, *, created_at):
    return IdempotencyKey.objects.create(
        caller="user:1", key=name, fingerprint="0", status=201, answer={"link_token": "x"}, created_at=created_at
    )


def make_session(key, *, expires_at):
    return Session.objects.create(session_key=key, session_data="", expire_date=expires_at)


@pytest.fixture
def rows(cast):
    """Of each kind that a book keeps for a time: one as old as may be, and one a second older."""
    with entered(cast.book):
        connection = make_connection(cast.book)
        for number, extra in enumerate((timedelta(0), SECOND)):
            Sync.objects.create(
                book=cast.book, connection=connection, kind="full", created_at=NOW - Sync.keep_for - extra
            )
            LinkSession.objects.create(
                book=cast.book,
                user=cast.alice.user,
                provider="plaid",
                state=f"s{number}",
                token=f"t{number}",
                created_at=NOW - LinkSession.keep_for - extra,
            )


def test_rows_of_a_book_go_when_their_time_is_over(cast, rows):
    done = actions.forget_expired(now=NOW)
    assert (done["banking.Sync"], done["banking.LinkSession"]) == (1, 1)
    assert (left(Sync, cast.book), left(LinkSession, cast.book)) == (1, 1)


def test_every_model_that_keeps_for_a_time_says_since_when():
    limited = [model for model in owned_models() if model.keep_for is not None]
    assert limited
    for model in limited:
        assert model._meta.get_field("created_at"), model


def test_answers_to_repeated_requests_live_a_day(db):
    make_key("old", created_at=NOW - idempotency.KEPT - SECOND)
    make_key("new", created_at=NOW - idempotency.KEPT)
    actions.forget_expired(now=NOW)
    assert IdempotencyKey.objects.get().key == "new"


def test_invitations_and_ended_sign_ins_go(cast):
    actions.invite(book=cast.book, email="x@example.com", role="viewer", by=cast.alice.user, now=NOW)
    ended = actions.sign_in(user=cast.bob.user, origin=NOWHERE, now=NOW).sign_in
    actions.revoke(sign_in=ended, now=NOW)
    actions.sign_in(user=cast.bob.user, origin=NOWHERE, now=NOW + timedelta(days=20))
    actions.forget_expired(now=NOW + timedelta(days=7))
    assert (left(Invitation), left(SignIn)) == (1, 2)
    actions.forget_expired(now=NOW + timedelta(days=30, seconds=1))
    assert (left(Invitation), left(SignIn)) == (0, 1)


def test_sessions_go_with_what_is_listed_of_them(cast):
    make_session("over", expires_at=NOW - SECOND)
    make_session("good", expires_at=NOW + SECOND)
    for key, seen in (("over", 2), ("good", 2), ("new", 0)):
        listed = UserSession.objects.create(user=cast.alice.user, session_key=key, ip="::1", user_agent="x")
        UserSession.objects.filter(pk=listed.pk).update(last_seen_at=NOW - timedelta(days=seen))
    actions.forget_expired(now=NOW)
    assert Session.objects.get().session_key == "good"
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {"good", "new"}


def test_many_go_in_batches(db, monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        make_key(str(number), created_at=NOW - timedelta(days=2))
    assert actions.forget_expired(now=NOW)["accounts.IdempotencyKey"] == 5
    assert left(IdempotencyKey) == 0


def test_the_clock_asks_for_it_every_night(cast, rows):
    assert forget_expired.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    forget_expired.apply(throw=True)
    assert left(Sync, cast.book) == 0
