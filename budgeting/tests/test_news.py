"""What there is to tell about budgets and bills, by the numbers of their pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.books import entered
from accounts.tests.factories import NOW
from banking.models import Connection
from banking.tests.factories import make_category, make_connection, make_transaction
from budgeting import news
from budgeting.actions.recurring import NewItem, add_recurring
from budgeting.models import RecurringItem
from budgeting.tests.factories import make_budget
from notifications.models import Notification
from notifications.tests.factories import tell_of, told_to

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def book(cast):
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def category(book):
    made = make_category(book, name="Hobby")
    make_budget(book, category=made, amount=100, day=TODAY)
    return made


def titles(find, book):
    return [event.title for event in find(book, NOW) if not event.silent]


def told(book, cast):
    tell_of(book, *news.budgets(book, NOW), kind="budget", now=NOW)
    return [row.title for row in told_to(book, cast.alice.user).filter(shown=True)]


def spend(book, category, amount):
    return make_transaction(book, category=category, amount=-amount, day=TODAY - timedelta(days=5))


def test_the_highest_threshold_that_is_reached_is_told_and_no_lower_one_later(book, cast, category):
    assert told(book, cast) == []
    row = spend(book, category, 85)
    assert told(book, cast) == ["80 % of the budget for Hobby"]
    type(row).objects.filter(pk=row.pk).update(amount=Decimal(-55))
    assert told(book, cast) == ["80 % of the budget for Hobby"]
    spend(book, category, 70)
    assert told(book, cast)[1:] == ["The budget for Hobby is exceeded"]


@pytest.mark.parametrize(
    ("spent", "expected"),
    [("49.99", []), ("50", ["50 % of the budget for Hobby"]), ("100", ["100 % of the budget for Hobby"])],
)
def test_a_threshold_is_reached_by_nothing_less(book, category, spent, expected):
    spend(book, category, Decimal(spent))
    assert titles(news.budgets, book) == expected


def test_the_amounts_are_those_of_the_page(book, category):
    spend(book, category, 85)
    [event] = [event for event in news.budgets(book, NOW) if not event.silent]
    assert event.body("en-US") == "$85.00 of $100.00 spent, $15.00 left."
    assert "85" not in event.title


def test_a_budget_that_is_on_course_to_be_exceeded(book, category):
    spend(book, category, 80)
    assert titles(news.courses, book) == ["The budget for Hobby is on course to be exceeded"]


@pytest.fixture
def bill(book, cast):
    def bill(day, amount="-12.50"):
        new = NewItem("Rent", Decimal(amount), "monthly", day)
        return add_recurring(book=book, by=cast.alice.user, new=new, now=NOW - timedelta(days=40))

    return bill


@pytest.mark.parametrize(("days", "expected"), [(-1, ["Rent is due"]), (3, ["Rent is due"]), (4, [])])
def test_a_bill_is_due_within_three_days(book, bill, days, expected):
    bill(TODAY + timedelta(days=days))
    assert titles(news.bills_due, book) == expected


def test_a_bill_that_was_not_seen(book, bill):
    bill(TODAY - timedelta(days=20))
    assert titles(news.bills_missed, book) == ["Rent was not seen"]
    [event] = news.bills_missed(book, NOW)
    assert (event.period, event.private_body("en-US")) == ("2026-02-23", "Expected on Feb 23, 2026.")
    assert "$12.50" in event.body("en-US")


@pytest.mark.parametrize(("read", "expected"), [(None, []), (19, []), (1, ["Rent was not seen"])])
def test_a_bill_is_missed_only_where_the_bank_was_read_since(book, bill, read, expected):
    bill(TODAY - timedelta(days=20))
    row = make_connection(book, status=Connection.Status.REAUTH)
    Connection.objects.filter(pk=row.pk).update(synced_at=NOW - timedelta(days=read) if read else None)
    assert titles(news.bills_missed, book) == expected


def test_income_is_no_bill(book, bill):
    bill(TODAY, amount="12.50")
    assert titles(news.bills_due, book) == []


def test_a_price_that_has_risen(book, bill):
    row = bill(TODAY + timedelta(days=10))
    risen = {"price_before": Decimal("-10"), "price_after": Decimal("-12.50"), "price_on": TODAY}
    RecurringItem.objects.filter(pk=row.pk).update(**risen)
    [event] = news.price_rises(book, NOW)
    assert (event.title, event.body("en-US")) == ("Rent costs more", "$12.50 instead of $10.00, $150.00 a year.")
    RecurringItem.objects.filter(pk=row.pk).update(price_on=date(2025, 1, 1))
    assert titles(news.price_rises, book) == []
    assert not Notification.objects.exists()
