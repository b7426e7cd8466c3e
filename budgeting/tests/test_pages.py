"""The pages of budgets: looked at, set, changed, copied, moved, removed; all without a script."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_transaction
from budgeting.models import Budget, BudgetMove
from budgeting.tests.factories import MARCH, make_budget

PAGE = "/budgets?on=2026-03-15"


SHOWN = {"initial-amount": "100", "initial-holds": "on", "initial-rollover": "none", "initial-cap": ""}


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def coffee(book):
    make_transaction(book, amount="-30.05", day=date(2026, 3, 2))
    return make_budget(book)


def text_of(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", words)


def test_a_period_at_a_glance(alice, book, coffee):
    make_budget(book, category="FOOD", amount=5)
    make_transaction(book, amount="-7", category="RESTAURANTS", day=date(2026, 3, 2))
    said = text_of(alice.get(PAGE))
    for words in ("March 2026", "On track", "Over by $2.00", "$69.95", "1 on track", "1 over"):
        assert words in said, words
    assert "On track" not in text_of(alice.get("/budgets?on=2026-01-31"))


@pytest.mark.parametrize("query", ["", "?on=x", "?on=0001-01-01", "?period=kites", "?period=week-0&pending=on"])
def test_any_address_leads_to_a_page(alice, query):
    assert "No budgets in this period" in text_of(alice.get(f"/budgets{query}"))


@pytest.mark.parametrize(("zone", "month"), [("Pacific/Kiritimati", "April 2026"), ("Etc/GMT+12", "March 2026")])
def test_the_month_is_that_of_the_book(alice, book, monkeypatch, zone, month):
    book.time_zone = zone
    book.save()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 31, 10, 30, tzinfo=UTC))
    assert month in text_of(alice.get("/budgets"))


def test_setting_one(alice, book):
    sent = {"category": category_of(book, "RENT").pk, "amount": "1200", "period": "custom_month", "first_day": 25}
    sent |= {"start": "2026-03-27", "shift": "before", "holds": "on", "rollover": "surplus", "cap": "50"}
    answer = alice.post("/budgets/new", sent)
    row = Budget.objects.get()
    assert (row.cycle.name, row.start, row.end, row.cap) == ("custom_month-25-before", date(2026, 3, 25), None, 50)
    assert "Mar 25" in text_of(alice.get(answer["Location"]))


def test_what_cannot_be_set_is_refused(alice, book):
    sent = {"category": category_of(book, "RENT").pk, "amount": "1.001", "period": "month", "start": "2026-03-01"}
    answer = alice.post("/budgets/new", {**sent, "holds": "on", "rollover": "none"})
    assert answer.status_code == 422
    assert "decimal places" in text_of(answer)


def test_another_amount_from_a_month_on_leaves_what_was(alice, coffee):
    address = f"/budgets/{coffee.pk}?on=2026-05-01"
    alice.post(address, {**SHOWN, "amount": "120", "holds": "on", "rollover": "none", "cap": ""})
    assert list(Budget.objects.order_by("start").values_list("start", "amount", "end")) == [
        (MARCH, 100, None),
        (date(2026, 5, 1), 120, None),
    ]


def test_only_what_was_changed_is_written(alice, coffee):
    Budget.objects.update(rollover="both")
    alice.post(f"/budgets/{coffee.pk}", {**SHOWN, "amount": "99", "holds": "on", "rollover": "none", "cap": ""})
    row = Budget.objects.order_by("-start", "-pk").first()
    assert (row.amount, row.rollover) == (99, "both")


def test_who_has_an_older_page_open_changes_what_holds_now(alice, coffee):
    make_budget(coffee.book, day=date(2026, 5, 1), rollover="both")
    address = f"/budgets/{coffee.pk}?on=2026-05-01"
    alice.post(address, {**SHOWN, "amount": "99", "holds": "on", "rollover": "none", "cap": ""})
    row = Budget.objects.get(start=date(2026, 5, 1))
    assert (row.amount, row.rollover, Budget.objects.count()) == (99, "both", 2)


def test_moving_copying_and_removing(alice, book, coffee):
    rent = make_budget(book, category="RENT", amount=10, repeats=False)
    alice.post("/budgets/move?on=2026-03-15", {"source": coffee.pk, "target": rent.pk, "amount": "2.50"})
    assert BudgetMove.objects.get().amount == Decimal("2.50")
    assert "From Coffee to Rent" in text_of(alice.get(PAGE))
    refused = alice.post("/budgets/move?on=2026-03-15", {"source": rent.pk, "target": coffee.pk, "amount": "13"})
    assert (refused.status_code, "not that much" in text_of(refused)) == (422, True)
    alice.post("/budgets/copy?on=2026-04-15")
    assert Budget.objects.get(start=date(2026, 4, 1)).amount == 10
    alice.post(f"/budgets/{coffee.pk}/remove?on=2026-04-15", {"what": "on"})
    coffee.refresh_from_db()
    assert coffee.end == date(2026, 4, 1)
    alice.post(f"/budgets/{coffee.pk}/remove?on=2026-03-15", {"what": "all"})
    assert not Budget.objects.filter(pk=coffee.pk).exists()


def test_a_change_is_told_to_open_pages(book, monkeypatch, django_capture_on_commit_callbacks):
    heard = []
    monkeypatch.setattr("notifications.live.publish", lambda *, book_id, topic: heard.append((book_id, topic)))
    with django_capture_on_commit_callbacks(execute=True):
        make_budget(book)
    assert heard == [(book.pk, "budgets")]


def test_what_is_rolled_into_a_period_to_come_is_said_to_be_as_of_today(alice, book):
    row = make_budget(book, rollover="both")
    first = timezone.now().date().replace(day=1)
    ahead = first.replace(year=first.year + 1)
    assert "as it stands today" in text_of(alice.get(f"/budgets/{row.pk}?on={ahead}"))
    assert "as it stands today" not in text_of(alice.get(f"/budgets/{row.pk}?on={first}"))


def test_taking_the_suggestion(alice, book):
    for month in (1, 2):
        make_transaction(book, amount=-60, day=date(2026, month, 5))
    shown = alice.get("/budgets/suggested?on=2026-03-15")
    assert "$60.00" in text_of(shown)
    alice.post("/budgets/suggested?on=2026-03-15", {"category": category_of(book, "FOOD").pk})
    assert Budget.objects.get().amount == 60


def test_who_may_only_look_sees_no_form(cast, coffee):
    carol = browse(cast.carol, cast.book)
    assert "Set budget" not in text_of(carol.get(PAGE))
    shown = carol.get(f"/budgets/{coffee.pk}?on=2026-03-15")
    assert (shown.status_code, b'<form class="form"' in shown.content) == (200, False)
    assert carol.post(f"/budgets/{coffee.pk}", {"amount": "1"}).status_code == 403


def test_a_stranger_finds_nothing(cast, coffee):
    stranger = browse(cast.stranger, cast.stranger.book)
    for address in (f"/budgets/{coffee.pk}", f"/budgets/{coffee.pk}/remove"):
        assert stranger.get(address).status_code == 404


def test_the_number_of_queries_is_fixed(alice, book, coffee, counted):
    alice.get(PAGE)
    before = counted(lambda: alice.get(PAGE))
    for category in ("RENT", "FUEL", "FOOD"):
        make_budget(book, category=category, rollover="both", day=date(2025, 1, 1))
    assert counted(lambda: alice.get(PAGE)) == before
