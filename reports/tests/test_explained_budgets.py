"""Every figure of budgets says what it is made of, and that it adds up."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from banking.tests.browsing import browse, figures_in
from banking.tests.factories import make_account, make_transaction
from budgeting.actions import choose_mode
from budgeting.periods import Cycle, Kind
from budgeting.tests.factories import make_budget


@pytest.fixture
def planned(book):
    """A group, a category in it with a budget of its own and something rolled over, and another group."""
    today = book.today(timezone.now())
    first = today.replace(day=1)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    for category, more in (("FOOD", {}), ("COFFEE", {"day": before, "rollover": "both"}), ("RENT", {})):
        make_budget(book, category=category, **{"day": today, **more})
    for category, day, more in (
        ("COFFEE", before, {}),
        ("COFFEE", today, {}),
        ("COFFEE", today, {"pending": True}),
        ("GROCERIES", today, {}),
        ("GROCERIES", today, {"excluded": True}),
    ):
        make_transaction(book, amount="-12.34", category=category, day=day, **more)


@pytest.fixture
def divided(cast, book, planned):
    """The same with envelopes, one of them overspent; an account that is Bob's, and a budget of his."""
    now, bob = timezone.now(), cast.bob.user
    today = book.today(now)
    choose_mode(book=book, by=None, mode="envelopes", now=now)
    mine = make_account(book, name="Bob's", kind="credit", opening=-5, holder=bob)
    make_budget(book, category="FOOD", amount=3, member=bob.pk, day=today)
    make_budget(book, category="FUEL", amount=20, day=today, cycle=Cycle(Kind.WEEK), rollover="both")
    for category in ("COFFEE", "FUEL"):
        make_transaction(book, account=mine, category=category, amount="-12.34", day=today)
    make_transaction(book, account=mine, category="FUEL", amount=-1, day=today + timedelta(days=1))


@pytest.mark.parametrize("who", ["", "shared", "bob"])
def test_each_figure_of_envelopes_adds_up(api, cast, book, divided, who):
    pk = str(cast.bob.user.pk) if who == "bob" else who
    shown = figures_in(browse(cast.alice, book).get(f"/budgets?who={pk}").content.decode())
    assert {f"budgets-{each}-USD" for each in ("to-assign", "balance", "held", "overspent")} <= shown.keys()
    for name, (_href, _sign, amount) in shown.items():
        found = api("alice").get(f"/api/explain/{name}").json()
        assert (found["agrees"], found["total"]) == (True, str(amount)), (name, found)


@pytest.mark.parametrize("query", ["", "?pending=on"])
def test_each_figure_of_the_page_adds_up(api, cast, book, planned, query):
    shown = figures_in(browse(cast.alice, book).get(f"/budgets{query}").content.decode())
    assert len(shown) >= 8
    for name, (_href, _sign, amount) in shown.items():
        found = api("alice").get(f"/api/explain/{name}").json()
        assert (found["agrees"], found["total"]) == (True, str(amount)), (name, found)
        assert browse(cast.alice, book).get(f"/explain/{name}").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "budget-spent-999999999-2026-03-01",
        "budget-left-{pk}-2026-03-02",
        "budgets-left-month-2026-03-01-EUR",
        "budget-kites",
        "budgets-to-assign-USD",
    ]
    + ["budgets-left-kites-2026-03-01-USD", "budget-spent-{pk}-2026-02-31", "budget-spent-{pk}-0001-01-01"],
)
def test_what_is_no_figure(api, book, name):
    row = make_budget(book)
    assert api("alice").get(f"/api/explain/{name.format(pk=row.pk)}").status_code == 404
