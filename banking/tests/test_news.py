"""What there is to tell about banks, files and movements."""

from datetime import timedelta

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import news
from banking.actions.connections import hear
from banking.actions.erasing import erase
from banking.models import Connection, Import, Sync
from banking.providers.base import Notice
from banking.tests.factories import make_account, make_connection, make_import, make_merchant, make_transaction
from notifications.models import Delivery, Notification
from notifications.tests.factories import make_event, tell_of, told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(cast):
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def today(book):
    return book.today(NOW)


def titles(find, book):
    return [event.title for event in find(book, NOW)]


def said(event, locale="en-US"):
    return event.body(locale) if callable(event.body) else event.body


@pytest.fixture
def usual(book, today):
    """Forty payments of about ten dollars, six of them at one merchant, and a rent each month."""
    for number in range(40):
        merchant = make_merchant(book, name="Grocer") if number < 6 else None
        make_transaction(book, day=today - timedelta(days=5 + number * 4), amount=-10 - number % 3, merchant=merchant)
    for months in (1, 2):
        day = today - timedelta(days=30 * months)
        make_transaction(book, day=day, amount=-900, merchant=make_merchant(book, name="Landlord"), category="RENT")


def test_income_that_arrived(book, today):
    make_transaction(book, day=today, amount=2500, category="SALARY", merchant=make_merchant(book, name="Works"))
    make_transaction(book, day=today - timedelta(days=9), amount=2500, category="SALARY")
    make_transaction(book, day=today, amount=2500, category="SALARY", pending=True)
    make_transaction(book, day=today, amount=70, category="TRANSFER")
    [event] = news.income(book, NOW)
    assert event.title == "Income arrived: Works"
    assert (said(event), said(event, "de-DE")) == ("$2,500.00", "2.500,00\N{NO-BREAK SPACE}$")
    assert "2500" not in f"{event.title}{event.private_body}"


@pytest.mark.parametrize(
    ("booked", "stored", "told"), [(10, 1, True), (10, 5, False), (20, 1, False), (1, 40, False), (1, 5, True)]
)
def test_of_a_bank_what_came_late_is_told_and_what_was_there_first_is_not(book, today, booked, stored, told):
    row = make_connection(book)
    first = NOW - timedelta(days=40)
    Sync.objects.create(book=book, connection=row, kind="full", status="success", created_at=first, finished_at=first)
    paid = make_transaction(
        book,
        account=make_account(book, connection=row),
        day=today - timedelta(days=booked),
        amount=900,
        category="SALARY",
    )
    type(paid).objects.filter(pk=paid.pk).update(created_at=NOW - timedelta(days=stored))
    assert bool(titles(news.income, book)) == told


def test_a_payment_that_is_unusual_for_its_merchant(book, today, usual):
    make_transaction(book, day=today, amount=-30, merchant=make_merchant(book, name="Grocer"))
    make_transaction(book, day=today, amount=-12, merchant=make_merchant(book, name="Grocer"))
    [event] = news.large_transactions(book, NOW)
    assert (event.title, said(event)) == ("Unusual payment: Grocer", "$30.00; $11.00 is usual there.")


def test_one_of_the_largest_is_told_and_the_rent_is_not(book, today, usual):
    make_transaction(book, day=today, amount=-1200, merchant=make_merchant(book, name="Boats"))
    make_transaction(book, day=today, amount=-900, merchant=make_merchant(book, name="Landlord"), category="RENT")
    assert titles(news.large_transactions, book) == ["Large payment: Boats"]


def test_of_a_short_history_nothing_is_large(book, today):
    make_transaction(book, day=today, amount=-1200)
    assert titles(news.large_transactions, book) == []


def test_a_bank_that_needs_its_owner(book):
    row = make_connection(book, status=Connection.Status.REAUTH, problem="Sign in again.")
    make_connection(book)
    [event] = news.connections(book, NOW)
    assert (event.title, event.private_body) == ("First Platypus Bank needs you to sign in", "Sign in again.")
    assert event.url == f"/connections/{row.pk}"
    Connection.objects.filter(pk=row.pk).update(synced_at=NOW)
    assert next(news.connections(book, NOW)).period != event.period


def test_access_that_ends_and_accounts_that_are_new(book):
    for changes in ({"expires_on": NOW.date()}, {"new_accounts": True}):
        Connection.objects.filter(pk=make_connection(book).pk).update(**changes)
    assert titles(news.connections, book) == [
        "Access to First Platypus Bank ends soon",
        "New accounts at First Platypus Bank",
    ]


def test_new_accounts_are_told_once_over_all_syncs(book):
    row = make_connection(book)
    periods = []
    for hours in range(3):
        now = NOW + timedelta(hours=hours)
        hear(notice=Notice(row.external_id, "new_accounts"), provider="plaid", now=now)
        Connection.objects.filter(pk=row.pk).update(synced_at=now)
        periods += [event.period for event in news.connections(book, now)]
    assert len(periods) == 3
    assert len(set(periods)) == 1
    Connection.objects.filter(pk=row.pk).update(new_accounts=False)
    hear(notice=Notice(row.external_id, "new_accounts"), provider="plaid", now=NOW + timedelta(days=1))
    assert next(news.connections(book, NOW)).period not in periods


def test_a_bank_that_cannot_be_read(book):
    make_connection(book, status=Connection.Status.ERROR, problem="The bank is down.")
    assert titles(news.failures, book) == ["First Platypus Bank cannot be read"]


def test_a_file_is_told_to_who_sent_it(book, cast):
    source = make_import(book)
    assert titles(news.imports, book) == []
    Import.objects.filter(pk=source.pk).update(status=Import.Status.DONE, finished_at=NOW, added=3)
    [event] = news.imports(book, NOW)
    assert (event.title, event.only) == ("file.csv was brought in", source.by_id)


def test_a_sync_asks_the_rules(cast, run_tasks):
    from banking.signals import connection_synced

    with entered(cast.book):
        row = make_connection(cast.book, status=Connection.Status.REAUTH)
        make_account(cast.book, connection=row)
    for _ in range(2):
        connection_synced.send(sender=Connection, book_id=cast.book.pk, connection_id=row.pk)
        run_tasks()
    with entered(cast.book):
        assert [told.kind for told in told_to(cast.book, cast.alice.user)] == ["connection"]


def test_what_was_told_goes_with_what_a_bank_told_and_is_not_told_again(book, cast):
    found = make_event("rent")
    tell_of(book, found)
    tell_of(book, make_event(title="New sign-in", only=cast.alice.user.pk), kind="sign_in")
    erase(book=book, connection=make_connection(book), by=cast.alice.user, now=NOW)
    assert "Rent" not in str(list(Notification.objects.values()))
    assert [row.kind for row in told_to(book, cast.alice.user).filter(shown=True)] == ["sign_in"]
    assert {row.state for row in Delivery.objects.filter(notification__kind="bill_due")} == {"left_out"}
    assert not tell_of(book, found).users
