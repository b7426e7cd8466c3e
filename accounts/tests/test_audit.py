from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.idempotency import Replay, _answer_from
from accounts.models import AuditChain, AuditEvent, AuditKind, IdempotencyKey
from accounts.origin import Origin
from accounts.tests.api import login, refresh, signed_in
from accounts.tests.factories import NOW, PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user()


def note(user, count=3):
    where = Origin("::1", "x")
    return [
        audit.record(kind=AuditKind.SIGN_IN, subject=user, by=user, origin=where, details={"n": n}, now=NOW)
        for n in range(count)
    ]


@contextmanager
def unguarded():
    """Behind the application's back; on PostgreSQL with the table's guard off."""
    with connection.cursor() as cursor:
        guard = connection.vendor == "postgresql"
        if guard:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER append_only")
        yield
        if guard:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER append_only")


def test_untouched_log_is_whole(user):
    note(user)
    audit.record(kind=AuditKind.SIGN_IN_FAILED)
    audit.record(kind=AuditKind.LINKED, book=make_book(user), now=NOW)
    assert audit.tampered() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "sign_out"),
        ("actor", "user:999"),
        ("chain", "user:999"),
        ("digest", "0" * 64),
        ("previous", "0" * 64),
        ("at", NOW + timedelta(seconds=1)),
        ("address", "10.0.0.1"),
        ("details", {}),
    ],
)
def test_changed_event_is_found(user, column, value):
    event = note(user)[1]
    with unguarded():
        AuditEvent.objects.filter(pk=event.pk).update(**{column: value})
    slipped_in = [value] if column == "chain" else []
    assert audit.tampered() == [f"user:{user.pk}", *slipped_in]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_removed_event_is_found_also_the_newest(user, place):
    event = note(user)[place]
    with unguarded():
        event.delete()
    assert audit.tampered() == [f"user:{user.pk}"]


def rewrite(name):
    """What somebody can do who may write to every table and knows how digests are made, but has no key."""
    last = ""
    with unguarded():
        for event in AuditEvent.objects.filter(chain=name).order_by("id"):
            event.details, event.previous = {"n": 7}, last
            last = event.digest = event.computed_digest()
            event.save()
        AuditChain.objects.filter(name=name).update(digest=last)


def test_a_chain_that_was_written_anew_is_found(user):
    note(user)
    rewrite(f"user:{user.pk}")
    assert audit.tampered() == [f"user:{user.pk}"]


def test_the_next_event_does_not_vouch_for_forged_ones(user):
    note(user)
    rewrite(f"user:{user.pk}")
    note(user, 1)
    assert audit.tampered() == [f"user:{user.pk}"]


def test_a_chain_without_its_end_is_found(user):
    note(user)
    AuditChain.objects.all().delete()
    assert audit.tampered() == [f"user:{user.pk}"]


def test_the_seal_of_another_chain_does_not_fit(user):
    other = make_user("bob@example.com")
    note(user, 1), note(other, 1)
    with unguarded():
        AuditEvent.objects.filter(subject=user).delete()
        AuditEvent.objects.filter(subject=other).update(chain=f"user:{user.pk}")
    theirs = AuditChain.objects.get(name=f"user:{other.pk}")
    AuditChain.objects.filter(name=f"user:{user.pk}").update(digest=theirs.digest, seal=theirs.seal)
    assert f"user:{user.pk}" in audit.tampered()


def test_an_older_key_still_opens(user, settings):
    old = settings.ENCRYPTION_KEYS[0]
    note(user)
    settings.ENCRYPTION_KEYS = ["another key", old]
    assert audit.tampered() == []
    note(user, 1)
    settings.ENCRYPTION_KEYS = ["another key"]
    assert audit.tampered() == []
    settings.ENCRYPTION_KEYS = [old]
    assert audit.tampered() == [f"user:{user.pk}"]


def test_logs_of_before_there_were_seals_are_sealed(user):
    note(user)
    AuditChain.objects.update(seal="")
    IdempotencyKey.objects.create(caller="user:1", key="k", fingerprint="", status=201, answer={"id": 7})
    assert audit.tampered() == [f"user:{user.pk}"]
    import_module("accounts.migrations.0004_seals").seal(apps, None)
    assert audit.tampered() == []
    with pytest.raises(Replay) as replay:
        _answer_from(IdempotencyKey.objects.get(), "")
    assert replay.value.response.data == {"id": 7}


def test_an_event_that_is_added_while_looking_is_no_forgery(user, monkeypatch):
    note(user)
    look = audit._is_whole

    def and_meanwhile(chain):
        if AuditEvent.objects.count() == 3:
            note(user, 1)
        return look(chain)

    monkeypatch.setattr(audit, "_is_whole", and_meanwhile)
    assert audit.tampered() == []
    assert AuditEvent.objects.count() == 4


def test_database_refuses_change_and_removal(user):
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL guards the table itself.")
    event = note(user)[0]
    for change in (lambda: AuditEvent.objects.update(actor="me"), lambda: AuditEvent.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            change()
    assert AuditEvent.objects.get(pk=event.pk).actor == f"user:{user.pk}"


def test_erased_person_leaves_a_whole_pseudonymous_chain(user):
    note(user)
    name = f"user:{user.pk}"
    user.delete()
    assert AuditEvent.objects.filter(chain=name, subject=None).count() == 3
    assert audit.tampered() == []


def test_chains_are_apart(user):
    note(user, 1)
    note(make_user("bob@example.com"), 1)
    assert AuditChain.objects.count() == 2
    assert set(AuditEvent.objects.values_list("previous", flat=True)) == {""}


def kinds(**filters):
    return list(AuditEvent.objects.filter(**filters).order_by("id").values_list("kind", flat=True))


def test_each_event_of_a_client_is_one_row(user):
    make_book(user)
    before = AuditEvent.objects.count()
    login(password="wrong")
    pair = login().json()
    refresh(pair["refresh"])
    refresh(pair["refresh"])
    client = signed_in(user)
    client.post("/api/auth/logout")
    expected = ["sign_in_failed", "token_issued", "token_reused", "token_issued", "sign_out"]
    assert kinds()[before:] == expected


def test_each_event_of_a_browser_is_one_row(user, client):
    make_book(user)
    before = AuditEvent.objects.count()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    new = "another good long password"
    client.post("/auth/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    client.post("/auth/logout/")
    assert kinds()[before:] == ["sign_in", "password_changed", "sign_out"]


def test_failure_on_an_unknown_address_keeps_no_address_book(client):
    login("nobody@example.com")
    event = AuditEvent.objects.get()
    assert (event.kind, event.subject, event.details) == ("sign_in_failed", None, {})
    assert event.address == "127.0.0.1"
