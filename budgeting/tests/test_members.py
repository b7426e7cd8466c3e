"""Budgets of a member beside shared ones: whose spending counts where, and that none counts twice."""

import os
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import members
from accounts.tests.factories import NOW
from banking import actions as banking_actions
from banking import queries as banking
from banking import totals
from banking.forms import TransactionFilter
from banking.models import Account, Transaction
from banking.tests.browsing import browse
from banking.tests.factories import category_of, make_account, make_transaction
from budgeting import actions, queries
from budgeting.models import Budget, BudgetMove
from budgeting.periods import MONTHLY, Cycle, Kind
from budgeting.tests.factories import MARCH, make_budget

EXAMPLES = int(os.environ.get("MEMBER_EXAMPLES", "8"))
TODAY = date(2026, 3, 15)
CATEGORIES = ("FOOD", "COFFEE", "GROCERIES", "RENT")
CYCLE = Cycle(Kind.CUSTOM_MONTH, day=10)


@pytest.fixture
def people(cast):
    return {"": None, "alice": cast.alice.user.pk, "bob": cast.bob.user.pk}


@pytest.fixture
def purses(book, cast):
    holders = {"": None, "alice": cast.alice.user, "bob": cast.bob.user}
    return {name: make_account(book, name=name or "Joint", holder=holder) for name, holder in holders.items()}


def behind(book, figure):
    """The sum of the rows that the figure's link lists, as the figure shows it."""
    form = TransactionFilter(QueryDict(urlsplit(figure.href).query), book=book)
    assert form.is_valid(), form.errors
    rows = banking.matching(book=book, filters=form.filters())
    return sum((row.amount for row in rows), Decimal(0)) * figure.sign


def taken_by(plans, category, holder):
    """The budget that the row is for, as (category, whose): a member's first, of the category before the group."""
    above = "FOOD" if category in {"COFFEE", "GROCERIES"} else ""
    places = [(each, whose) for whose in dict.fromkeys((holder, "")) for each in (category, above)]
    return next((place for place in places if place in plans), None)


PLANS = st.sets(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(["", "alice", "bob"])), min_size=1)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(CATEGORIES),
        st.sampled_from(["", "alice", "bob"]),
        st.integers(-9_000, 9_000).filter(bool),
        st.integers(-40, 20),
        st.booleans(),
    ),
    max_size=30,
)


@pytest.mark.parametrize("cycle", [MONTHLY, CYCLE], ids=lambda cycle: cycle.name)
def test_each_row_is_in_the_budget_that_it_is_for(book, people, purses, cycle):
    period = cycle.period_of(TODAY)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(PLANS, ROWS)
    def held(plans, rows):
        Budget.objects.filter(book=book).delete()
        Transaction.objects.filter(book=book).delete()
        made = {
            place: make_budget(book, category=place[0], member=people[place[1]], cycle=cycle, day=TODAY)
            for place in sorted(plans)
        }
        for category, holder, cents, days, pending in rows:
            Transaction.objects.create(
                book=book,
                account=purses[holder],
                origin="manual",
                day=TODAY + timedelta(days=days),
                amount=Decimal(cents).scaleb(-2),
                currency="USD",
                category=category_of(book, category),
                pending=pending,
            )
        totals.rebuild(book=book)
        expected = {place: [Decimal(0), Decimal(0)] for place in made}
        for category, holder, cents, days, pending in rows:
            place = taken_by(plans, category, holder)
            if place and TODAY + timedelta(days=days) in period:
                expected[place][pending] -= Decimal(cents).scaleb(-2)
        for who in ("", "shared", str(people["bob"])):
            board = queries.board(book=book, cycle=cycle, day=TODAY, today=TODAY, pending=True, who=who)
            for total in board.totals:
                for figure in (total.spent, total.pending):
                    assert behind(book, figure) == figure.amount
            if not who:
                found = {each.budget.pk: [each.spent.amount, each.pending.amount] for each in board.statuses}
                assert found == {row.pk: expected[place] for place, row in made.items()}
                for each in board.statuses:
                    assert [behind(book, each.spent), behind(book, each.pending)] == found[each.budget.pk]

    held()


def test_one_of_each_person_and_one_that_is_shared(book, people):
    for member in people.values():
        make_budget(book, member=member)
        make_budget(book, member=member, amount=7)
    assert sorted(Budget.objects.values_list("amount", flat=True)) == [7, 7, 7]
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(
            book=book,
            category=category_of(book, "COFFEE"),
            start=MARCH,
            amount=1,
            currency="USD",
            member_id=people["bob"],
        )


@pytest.mark.parametrize(
    ("source", "target", "good"),
    [
        (("FOOD", ""), ("FOOD", ""), False),
        (("FOOD", "bob"), ("FOOD", "bob"), False),
        (None, None, False),
        (("FOOD", ""), ("FOOD", "bob"), True),
        (("FOOD", "alice"), ("FOOD", "bob"), True),
        (None, ("FOOD", ""), True),
        (("FOOD", "bob"), None, True),
        (("FOOD", ""), ("RENT", ""), True),
    ],
)
def test_what_a_move_is_between(book, people, source, target, good):
    places = {}
    for name, place in (("source", source), ("target", target)):
        places[name] = category_of(book, place[0]) if place else None
        places[f"{name}_member_id"] = people[place[1]] if place else None
    move = BudgetMove(book=book, start=MARCH, amount=1, currency="USD", **places)
    try:
        with transaction.atomic():
            move.save()
    except IntegrityError:
        assert not good
    else:
        assert good


def test_who_is_not_in_the_book_has_no_budget(book, cast):
    with pytest.raises(actions.Refused):
        make_budget(book, member=cast.stranger.user.pk)


def test_money_moves_from_a_person_to_all(book, people):
    mine, ours = make_budget(book, member=people["bob"]), make_budget(book)
    move = {"book": book, "by": None, "day": TODAY, "today": TODAY, "now": NOW}
    actions.move_money(source=mine.pk, target=ours.pk, amount=Decimal(30), **move)
    left = [queries.progress(book=book, pk=each.pk, day=TODAY, today=TODAY).available for each in (mine, ours)]
    assert left == [70, 130]


def test_who_leaves_keeps_account_and_budget(book, cast, people, purses):
    mine, ours = make_budget(book, member=people["bob"]), make_budget(book)
    make_transaction(book, account=purses["bob"], amount=-5, day=TODAY)
    members.remove(book=book, user=cast.bob.user, by=cast.alice.user, now=NOW)
    spent = [queries.progress(book=book, pk=each.pk, day=TODAY, today=TODAY).spent.amount for each in (mine, ours)]
    assert (spent, Account.objects.get(pk=purses["bob"].pk).holder_id) == ([5, 0], people["bob"])
    said = browse(cast.alice, cast.book).get("/budgets?on=2026-03-15").content.decode()
    assert "(left)" in said
    make_budget(book, member=people["bob"], amount=3)
    with pytest.raises(actions.Refused):
        make_budget(book, member=people["bob"], category="RENT")


def test_copies_keep_whose_they_are(book, people):
    make_budget(book, member=people["bob"], day=date(2026, 2, 1), repeats=False)
    [row] = actions.copy_last(book=book, by=None, cycle=MONTHLY, day=TODAY, now=NOW)
    assert row.member_id == people["bob"]


def test_the_page_shows_whose_they_are(cast, book, people, purses):
    make_budget(book, member=people["bob"], amount=41)
    make_budget(book, amount=59)
    alice = browse(cast.alice, cast.book)
    for who, shown in (("", {"41", "59"}), ("shared", {"59"}), (people["bob"], {"41"}), (people["alice"], set())):
        said = alice.get(f"/budgets?on=2026-03-15&who={who}").content.decode()
        assert {each for each in ("41", "59") if f"${each}.00" in said} == shown, who
    assert "Whose budgets" in said


def test_a_person_alone_sees_nothing_of_it(cast):
    alone = browse(cast.stranger, cast.stranger.book)
    assert "Whose budgets" not in alone.get("/budgets").content.decode()
    assert 'name="member"' not in alone.get("/budgets/new").content.decode()


def test_setting_one_for_a_person(cast, book, people):
    sent = {"category": category_of(book, "RENT").pk, "member": people["bob"], "amount": "12", "period": "month"}
    browse(cast.alice, cast.book).post(
        "/budgets/new", {**sent, "start": "2026-03-01", "holds": "on", "rollover": "none"}
    )
    assert Budget.objects.get().member_id == people["bob"]


def test_over_the_api(api, cast, book, people):
    client, bob = api(cast.alice), people["bob"]
    body = {"category_id": category_of(book, "COFFEE").pk, "amount": "9", "month": 3, "year": 2026}
    assert client.post("/api/budgets", {**body, "member_id": bob}, format="json").json()["member_id"] == bob
    assert client.post("/api/budgets", body, format="json").json()["member_id"] is None
    refused = client.post("/api/budgets", {**body, "member_id": cast.stranger.user.pk}, format="json")
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"member_id"})
    for query, count in (("", 2), (f"&member_id={bob}", 1), ("&shared=true", 1), (f"&member_id={people['alice']}", 0)):
        assert len(client.get(f"/api/budgets?month=3&year=2026{query}").json()["results"]) == count
        assert len(client.get(f"/api/budgets/summary?month=3&year=2026{query}").json()["budgets"]) == count
    assert client.get(f"/api/budgets?shared=true&member_id={bob}").status_code == 400


def test_whose_account_it_is(api, cast, book, purses, people):
    client, address = api(cast.alice), f"/api/accounts/{purses[''].pk}"
    assert client.get(address).json()["holder_id"] is None
    assert client.patch(address, {"holder_id": people["bob"]}, format="json").json()["holder_id"] == people["bob"]
    refused = client.patch(address, {"holder_id": cast.stranger.user.pk}, format="json")
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"holder_id"})
    alice = browse(cast.alice, cast.book)
    shown = {"initial-name": "Joint", "initial-opening": "0.00", "initial-holder_id": people["bob"]}
    alice.post(f"/accounts/{purses[''].pk}/edit", {**shown, "name": "Joint", "opening": "0.00", "holder_id": ""})
    assert Account.objects.get(pk=purses[""].pk).holder_id is None


def test_an_account_of_another_person_is_counted_there(book, cast, people, purses):
    mine, ours = make_budget(book, member=people["bob"], rollover="both", day=date(2026, 1, 1)), make_budget(book)
    make_transaction(book, account=purses[""], amount=-5, day=TODAY)
    make_transaction(book, account=purses[""], amount=-7, day=date(2026, 2, 3))

    def told():
        found = [queries.progress(book=book, pk=each.pk, day=TODAY, today=TODAY) for each in (mine, ours)]
        return [(each.spent.amount, each.rolled) for each in found]

    assert told() == [(0, 200), (5, 0)]
    by = {"book": book, "by": cast.alice.user, "now": NOW}
    banking_actions.amend_account(pk=purses[""].pk, changes={"holder_id": people["bob"]}, **by)
    assert told() == [(5, 193), (0, 0)]


def test_the_number_of_queries_is_fixed(book, counted, people, purses):
    def ask():
        return queries.board(book=book, cycle=MONTHLY, day=TODAY, today=TODAY)

    make_budget(book, rollover="both", day=date(2025, 1, 1))
    make_budget(book, cycle=CYCLE, category="FOOD", rollover="both", day=date(2025, 1, 1))
    before = counted(ask)
    for member in people.values():
        for category in ("RENT", "COFFEE", "GROCERIES", "FOOD"):
            make_budget(book, category=category, member=member, rollover="both", day=date(2025, 1, 1))
    make_transaction(book, account=purses["bob"], day=TODAY)
    assert counted(ask) == before == 5
