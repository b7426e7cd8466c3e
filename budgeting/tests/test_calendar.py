"""The calendar of bills and income, and where free trials end."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_merchant, make_transaction
from budgeting.actions import recurring as actions
from budgeting.actions.recurring import NewItem
from budgeting.items import RecurringItem
from budgeting.queries.calendar import calendar
from budgeting.queries.trials import trials

TODAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)


def add(book, name, amount, day, **more):
    given = {"frequency": "monthly", **more}
    new = NewItem(name, Decimal(amount), next_on=day, **given)
    return actions.add_recurring(book=book, by=None, new=new, now=NOW)


def pay(book, day, amount, name="Netflix", category="STREAMING"):
    merchant = make_merchant(book, name=name)
    return make_transaction(book, day=day, amount=amount, merchant=merchant, category=category)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def found(book, today=TODAY):
    return [(each.name, each.day, each.is_guess) for each in trials(book=book, today=today)]


def test_a_month_day_by_day(book):
    add(book, "Rent", "-900", date(2026, 1, 31))
    add(book, "Blue Bottle", "-20", date(2026, 3, 2), frequency="weekly")
    paid = pay(book, date(2026, 3, 3), "-20", name="Blue Bottle", category="COFFEE")
    month = calendar(book=book, month=date(2026, 3, 20), today=TODAY)
    told = {day.day.day: [(each.item.name, each.state.value) for each in day.comings] for day in month.days}
    assert len(month.days) == 31
    assert (told[2], told[9], told[16], told[31]) == (
        [("Blue Bottle", "met")],
        [("Blue Bottle", "missed")],
        [("Blue Bottle", "ahead")],
        [("Rent", "ahead")],
    )
    assert month.days[1].comings[0].paid.pk == paid.pk
    assert (month.previous, month.next) == (date(2026, 2, 1), date(2026, 4, 1))


@pytest.mark.parametrize(("asked", "first"), [("1999-01-01", date(2025, 3, 1)), ("2099-01-01", date(2027, 3, 1))])
def test_months_far_away_are_not_looked_at(book, asked, first):
    month = calendar(book=book, month=date.fromisoformat(asked), today=TODAY)
    assert (month.first, None in {month.previous, month.next}) == (first, True)


def test_the_page_without_a_script(cast, book):
    today = book.today(timezone.now())
    row = add(book, "Rent", "-900", today.replace(day=1), trial_ends_on=today.replace(day=28))
    for person in (cast.alice, cast.carol):
        answer = browse(person, book).get("/recurring/calendar")
        assert f'href="/recurring/{row.pk}"' in answer.content.decode()
        assert "Trial ends" in text_of(answer)
    assert "Rent" in text_of(browse(cast.carol, book).get(f"/recurring/{row.pk}"))
    assert "Nothing is expected in this month" in text_of(
        browse(cast.alice, book).get(f"/recurring/calendar?month={today - timedelta(days=300)}")
    )
    assert browse(cast.alice, book).get("/recurring/calendar?month=kites").status_code == 404
    assert "Rent" not in text_of(browse(cast.stranger, cast.stranger.book).get("/recurring/calendar"))


def test_a_first_charge_of_next_to_nothing_is_a_trial(book):
    pay(book, date(2026, 3, 1), "-1.00")
    assert found(book) == [("Netflix", date(2026, 3, 31), True)]
    full = pay(book, date(2026, 3, 8), "-9.99")
    assert found(book) == [("Netflix", date(2026, 3, 8), False)]
    assert trials(book=book, today=TODAY)[0].amount == full.amount
    assert found(book, TODAY + timedelta(days=60)) == []


@pytest.mark.parametrize(
    "more",
    [
        [(date(2026, 3, 1), "-1.01")],
        [(date(2025, 12, 1), "-9.99"), (date(2026, 3, 1), "-0.99")],
        [(date(2026, 3, 1), "-0.99"), (date(2026, 3, 2), "-0.99")],
        [(date(2025, 12, 1), "-0.99")],
    ],
)
def test_what_is_no_trial(book, more):
    for day, amount in more:
        pay(book, day, amount)
    assert found(book) == []


def test_a_cheap_purchase_elsewhere_is_no_trial(book):
    pay(book, date(2026, 3, 1), "-0.50", name="Kiosk", category="GROCERIES")
    assert found(book) == []


def test_what_a_person_says_counts(book):
    row = pay(book, date(2026, 3, 1), "-1.00")
    item = add(book, "Netflix", "-9.99", date(2026, 3, 20), trial_ends_on=date(2026, 3, 15), merchant=row.merchant)
    assert found(book) == [("Netflix", date(2026, 3, 15), False)]
    actions.edit_recurring(book=book, by=None, pk=item.pk, changes={"trial_ends_on": None}, now=NOW)
    assert found(book) == [("Netflix", date(2026, 3, 31), True)]
    actions.ignore_recurring(book=book, by=None, pk=item.pk, now=NOW)
    assert found(book) == []


def test_a_trial_over_the_api_and_on_the_form(api, cast, book):
    client, alice = api(cast.alice), browse(cast.alice, book)
    today = book.today(timezone.now())
    make_account(book)
    first = pay(book, today, "-1")
    [told] = client.get("/api/recurring/upcoming").json()["trials"]
    assert (told["name"], told["is_guess"], told["transaction_id"]) == ("Netflix", True, first.pk)
    page = alice.get("/recurring").content.decode()
    link = re.search(r'href="(/recurring/new\?name=Netflix[^"]*)"', page)[1].replace("&amp;", "&")
    assert f'value="{told["day"]}"' in alice.get(link).content.decode()
    body = {"name": "Netflix", "amount": "-9.99", "frequency": "monthly", "next_on": told["day"]}
    made = client.post("/api/recurring", {**body, "trial_ends_on": told["day"]}, format="json").json()
    assert made["trial_ends_on"] == told["day"]
    address = f"/api/recurring/{made['id']}"
    assert client.patch(address, {"trial_ends_on": None}, format="json").json()["trial_ends_on"] is None
    assert client.patch(address, {"trial_ends_on": "1850-01-01"}, format="json").status_code == 400
    shown = {"name": "Netflix", "amount": "9.99", "frequency": "monthly", "next_on": told["day"]}
    alice.post(f"/recurring/{made['id']}", {**shown, "trial_ends_on": "2026-12-24"})
    assert RecurringItem.objects.get().trial_ends_on == date(2026, 12, 24)


def test_the_number_of_queries_is_fixed(book, counted):
    make_account(book)
    pay(book, date(2026, 3, 1), "-1")
    add(book, "Rent", "-900", date(2026, 3, 20))
    before = counted(lambda: calendar(book=book, month=TODAY, today=TODAY))
    for name in ("Spotify", "Gym"):
        pay(book, date(2026, 3, 2), "-1", name=name)
        add(book, f"{name} bill", "-9", date(2026, 3, 20))
    assert counted(lambda: calendar(book=book, month=TODAY, today=TODAY)) == before == 6
