"""Reading a bank: what it tells is stored once, and what the user did stays."""

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import queries
from banking.models import Connection, EvidenceSource, Sync, Transaction
from banking.queries.ledger import broken
from banking.tests.bank import linked, read
from banking.tests.factories import category_of
from sandboxbank.control import Control


@pytest.fixture
def connection(cast, sandbox_bank):
    return linked(cast.book, cast.alice.user)


@pytest.fixture
def inside(cast):
    with entered(cast.book):
        yield cast.book


def test_first_sync_stores_two_years_and_the_ledger_holds(connection, inside):
    run = read(connection)
    rows = Transaction.objects.filter(book=inside)
    assert run.status == Sync.Status.SUCCESS
    assert run.added == rows.count() > 500
    assert (rows.latest("day").day - rows.earliest("day").day).days > 600
    assert broken(now=timezone.now(), book_id=inside.pk) == []


def test_second_sync_writes_no_row(connection, inside):
    read(connection)
    before = list(Transaction.objects.filter(book=inside).order_by("pk").values())
    run = read(connection)
    assert (run.added, run.modified, run.removed) == (0, 0, 0)
    assert list(Transaction.objects.filter(book=inside).order_by("pk").values()) == before


def test_reading_the_whole_history_again_writes_no_row(connection, inside):
    read(connection)
    before = list(Transaction.objects.filter(book=inside).order_by("pk").values())
    Connection.objects.filter(pk=connection.pk).update(cursor="")
    run = read(connection)
    assert (run.added, run.modified, run.removed) == (0, 0, 0)
    assert list(Transaction.objects.filter(book=inside).order_by("pk").values()) == before


def test_foreign_cursor_is_given_up_for_a_full_read(connection, inside):
    read(connection)
    Connection.objects.filter(pk=connection.pk).update(cursor="bm90IHlvdXJz")
    run = read(connection)
    assert run.status == Sync.Status.SUCCESS
    assert (run.added, run.modified, run.removed) == (0, 0, 0)


def test_balances_equal_the_banks(connection, inside, sandbox_bank):
    for _ in range(2):
        read(connection)
    truth = Control(sandbox_bank.url).ledger(connection.external_id)["accounts"]
    told = {each["account_id"]: (each["type"], each["balances"]["current"]) for each in truth}
    balances = queries.accounts(book=inside, today=inside.today(timezone.now()))
    ours = {each.account.external_id: each.balance for each in balances}
    assert ours == {key: -amount if kind in ("credit", "loan") else amount for key, (kind, amount) in told.items()}
    assert all(account.opening_settled for account in connection.accounts.all())


def test_every_row_is_filed_with_source_and_reason(connection, inside):
    read(connection)
    for row in Transaction.objects.filter(book=inside).select_related("category"):
        assert 0 <= row.confidence <= 1
        assert (row.category.code == "UNCATEGORISED") == (row.category_source == EvidenceSource.NONE)
        assert row.reason or row.category_source == EvidenceSource.NONE


def test_most_rows_are_filed(connection, inside):
    read(connection)
    rows = Transaction.objects.filter(book=inside)
    assert rows.exclude(category_source=EvidenceSource.NONE).count() > 0.8 * rows.count()


def test_what_the_user_set_stays_when_the_bank_changes_the_row(connection, inside):
    read(connection)
    row = Transaction.objects.filter(book=inside, pending=False).latest("day", "id")
    gifts = category_of(inside, "EDUCATION")
    Transaction.objects.filter(pk=row.pk).update(
        category=gifts, category_source="user", note="mine", description="changed here", edited={"category": "now"}
    )
    Connection.objects.filter(pk=connection.pk).update(cursor="")
    run = read(connection)
    row.refresh_from_db()
    assert (run.added, run.modified) == (0, 1)
    assert (row.category_id, row.note) == (gifts.pk, "mine")
    assert row.description != "changed here"


def test_a_run_that_died_is_closed_by_the_next(connection, inside):
    dead = connection.syncs.get()
    dead.status, dead.started_at = Sync.Status.RUNNING, timezone.now()
    dead.save()
    read(connection)
    dead.refresh_from_db()
    assert (dead.status, dead.error_code) == (Sync.Status.FAILED, "STOPPED")


def test_login_that_the_bank_refuses_asks_for_the_user(connection, inside, sandbox_bank):
    from plaid.model.sandbox_item_reset_login_request import SandboxItemResetLoginRequest

    from banking.providers import registry

    feed = registry.vendor("plaid").feed
    feed.client.call(
        feed.api.sandbox_item_reset_login, SandboxItemResetLoginRequest(access_token=connection.secret.reveal())
    )
    run = read(connection)
    connection.refresh_from_db()
    assert (run.status, connection.status) == (Sync.Status.FAILED, Connection.Status.REAUTH)
    assert connection.problem == run.error == "Your bank wants you to sign in again."
