"""A goal is set, saved for, paused, completed, archived and removed; every step is undone by the journal."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.models import MonthTotal
from banking.tests.factories import make_account, make_transaction
from goals import actions, queries
from goals.actions import Conflicting, Refused, setting
from goals.models import Contribution, Debt, EarMark, Goal
from goals.planning.debts import Loan
from goals.planning.months import later
from goals.planning.pace import Track
from goals.queries import Basis, owing
from goals.tests.factories import ear_mark, make_debts, make_goal, owed, put_aside
from journal import actions as journal
from journal.models import Operation

NOW = timezone.now()


def standing(row):
    row.refresh_from_db()
    return queries.standing(book=row.book, row=row, today=row.book.today(NOW))


def moved(row, state, now=NOW):
    return actions.amend_goal(book=row.book, by=None, pk=row.pk, terms={"state": state}, now=now)


def undo_last(book):
    last = Operation.objects.filter(book=book, undone=False, undoes=None).order_by("-id").first()
    journal.undo(book=book, by=None, pk=last.pk, now=timezone.now())


def test_the_name_creates_or_changes(book):
    one, other = make_goal(book), make_goal(book, target=Decimal(900))
    assert (one.pk, other.target, Goal.objects.count()) == (other.pk, 900, 1)


def test_one_that_is_to_be_new_changes_no_other(book, monkeypatch):
    """Also where somebody else sets one of the name after it was looked for."""
    row, terms = make_goal(book), {"target": Decimal(5), "pace": Decimal(5)}
    held = setting._held
    late = [Goal.objects.none()]
    for _time in range(2):
        with pytest.raises(Conflicting, match="already a goal"):
            actions.set_goal(book=book, by=None, name=row.name, terms=terms, new_only=True, now=NOW)
        monkeypatch.setattr(setting, "_held", lambda book: late.pop() if late else held(book))
    assert (standing(row).target, late) == (1200, [])


def test_a_day_takes_the_place_of_a_pace(book):
    row, day = make_goal(book), book.today(NOW) + timedelta(days=400)
    changed = actions.amend_goal(book=book, by=None, pk=row.pk, terms={"due_on": day}, now=NOW)
    assert (changed.due_on, changed.pace) == (day, None)
    changed = actions.amend_goal(book=book, by=None, pk=row.pk, terms={"pace": Decimal(9)}, now=NOW)
    assert (changed.due_on, changed.pace) == (None, 9)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"target": None}, "target"),
        ({"target": Decimal(0)}, "target"),
        ({"target": Decimal("1.001")}, "target"),
        ({"pace": None}, "due_on"),
        ({"pace": Decimal(-1)}, "pace"),
        ({"pace": Decimal("0.01"), "target": Decimal(100_000)}, "pace"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"due_on": date(2030, 1, 1), "pace": Decimal(5)}, "due_on"),
        ({"priority": 10}, "priority"),
        ({"extra": Decimal(5)}, "extra"),
        ({"debts": [owed()]}, "debts"),
        ({"currency": "KITE"}, "currency"),
        ({"kind": "kite"}, "kind"),
        ({"kind": "debt"}, "target"),
    ],
)
def test_what_is_no_goal(book, terms, field):
    with pytest.raises(Refused) as refused:
        make_goal(book, **terms)
    assert refused.value.field == field


def test_the_ledger(book):
    row = make_goal(book)
    first = put_aside(row, "120.50")
    put_aside(row, -20)
    assert (standing(row).amount, standing(row).given) == (Decimal("100.50"), Decimal("100.50"))
    with pytest.raises(Refused, match="not that much"):
        put_aside(row, "-100.51")
    with pytest.raises(Conflicting, match="More has been taken out"):
        actions.remove_contribution(book=book, by=None, goal=row.pk, pk=first.pk, now=NOW)
    with pytest.raises(Refused, match="not after today"):
        put_aside(row, 1, day=book.today(NOW) + timedelta(days=2))


def test_a_pause_does_not_count(book):
    start = NOW - timedelta(days=100)
    row = make_goal(book, now=start)
    assert standing(row).track == Track.BEHIND
    moved(row, "paused", now=start + timedelta(days=10))
    assert standing(row).track == Track.ON_TRACK
    with pytest.raises(Conflicting, match="so already"):
        moved(row, "paused")
    moved(row, "open")
    row.refresh_from_db()
    assert (row.started_on, row.paused_on) == (book.today(NOW) - timedelta(days=10), None)


def test_closed_goals_take_nothing_until_they_are_open_again(book):
    row = make_goal(book)
    for state in ("completed", "archived"):
        moved(row, state)
        with pytest.raises(Conflicting, match="Open it again"):
            put_aside(row, 1)
        moved(row, "open")
    put_aside(row, 1)


def test_debts_are_paid_and_corrected(book):
    row = make_debts(book, [owed(), owed("Master", 500)], extra=Decimal(100))
    put_aside(row, 200, debt="Visa")
    assert (standing(row).amount, standing(row).owed, standing(row).percent) == (200, 1300, 13)
    with pytest.raises(Refused, match="more than is owed"):
        put_aside(row, 501, debt="Master")
    with pytest.raises(Refused, match="Name one"):
        put_aside(row, 1)
    actions.amend_goal(book=book, by=None, pk=row.pk, terms={"debts": [owed(balance=900)]}, now=NOW)
    assert list(Debt.objects.values_list("name", "balance", "first")) == [("Visa", 900, 1000)]
    put_aside(row, 900)
    assert standing(row).track == Track.REACHED


def test_a_debt_that_never_ends_is_said_to(book):
    row = make_debts(book, [owed(minimum=10)])
    assert (standing(row).ends_on, standing(row).track) == (None, Track.BEHIND)
    [snowball, avalanche] = queries.strategies(row, standing(row).debts)
    assert (snowball.ends, avalanche.ends) == (False, False)


def test_debts_with_a_day_say_how_much_more_it_takes(book):
    due = later(book.today(NOW), 10)
    row = make_debts(book, [owed(rate=0)], due_on=due)
    found = standing(row)
    assert (found.track, found.advice.more, found.needed) == (Track.BEHIND, 50, 50)
    actions.amend_goal(book=book, by=None, pk=row.pk, terms={"extra": Decimal(50)}, now=NOW)
    assert standing(row).track == Track.ON_TRACK


def test_a_loan_asks_for_its_instalment(book):
    debts, loan = [owed("Visa", 5000, 20, 100), owed("Master", 3000, 15, 60)], Loan(Decimal(6), Decimal(0), 24)
    row = make_debts(book, debts, strategy="consolidation", loan=loan, extra=Decimal(10))
    found = standing(row)
    assert (found.needed, found.payoff.lines[0].payment) == (Decimal("364.57"), Decimal("364.57"))
    actions.amend_goal(book=book, by=None, pk=row.pk, terms={"extra": Decimal(0)}, now=NOW)
    assert standing(row).needed == Decimal("354.57")


def test_a_debt_that_is_paid_off_leaves_its_minimum_to_the_others(book):
    due = later(book.today(NOW), 8)
    row = make_debts(book, [owed("A", 100, 0, 100), owed("B", 1000, 0, 50)], due_on=due)
    assert (standing(row).payoff.months, standing(row).needed, standing(row).track) == (8, 150, Track.ON_TRACK)
    put_aside(row, 100, debt="A")
    put_aside(row, 50, debt="B")
    found = standing(row)
    assert (found.payoff.months, found.needed, found.track) == (7, 150, Track.ON_TRACK)
    assert {each.months for each in queries.strategies(row, found.debts)} == {7}
    Goal.objects.filter(pk=row.pk).update(due_on=later(book.today(NOW), 5))
    assert standing(row).advice.more == 40
    put_aside(row, 950, debt="B")
    assert standing(row).needed == 0


def test_only_debts_that_are_looked_at_are_worked_out_and_once(book, monkeypatch):
    rows, worked_out = [make_debts(book, [owed()], name=name) for name in "ab"], []
    planned = owing.planned
    monkeypatch.setattr(owing, "planned", lambda *args, **named: worked_out.append(1) or planned(*args, **named))
    found = standing(rows[0])
    assert found.track == Track.ON_TRACK
    assert (found.advice, found.ends_on, found.projection.ends[0]) == (None, found.ends_on, found.ends_on)
    assert len(worked_out) == 1


def test_everything_is_undone(book):
    wallet = make_account(book, opening=500)
    saving, debts = make_goal(book), make_debts(book, [owed()])
    put_aside(saving, 10)
    put_aside(debts, 100)
    ear_mark(saving, wallet, percent=10)
    before = kept()
    for row in (saving, debts):
        actions.remove_goal(book=book, by=None, pk=row.pk, now=NOW)
    assert not any(kept().values())
    undo_last(book)
    undo_last(book)
    assert kept() == before
    actions.unlink_account(book=book, by=None, pk=saving.pk, account_id=wallet.pk, now=NOW)
    undo_last(book)
    debt = Debt.objects.get()
    actions.put_debt(book=book, by=None, goal=debts.pk, pk=debt.pk, new=owed("Other", 1), now=NOW)
    undo_last(book)
    actions.remove_debt(book=book, by=None, pk=debt.pk, now=NOW)
    undo_last(book)
    actions.remove_contribution(book=book, by=None, goal=debts.pk, pk=debts_payment(debts).pk, now=NOW)
    undo_last(book)
    assert kept() == before


def debts_payment(row):
    return Contribution.objects.get(goal=row)


def kept():
    return {model: list(model.objects.order_by("pk").values()) for model in (Goal, Debt, Contribution, EarMark)}


def test_without_history_it_is_a_straight_line(book):
    found = standing(make_goal(book)).projection
    assert found.basis == Basis.PLAN
    assert [each.middle for each in found.points[:3]] == [0, 100, 200]
    assert found.ends == (later(book.today(NOW), 12),) * 3


def test_with_history_it_is_the_book_s_own(book):
    """Months with 100, 200 and 300 left: 200 in a usual one, of which a goal of the same need gets the half."""
    month = book.today(NOW).replace(day=1)
    for back, left in ((1, 100), (2, 300), (3, 200)):
        day = later(month, -back)
        make_transaction(book, amount=1000 + left, category="SALARY", day=day)
        make_transaction(book, amount=-1000, category="RENT", day=day)
        make_transaction(book, amount=-5000, category="TRANSFER", day=day)
    assert MonthTotal.objects.exists()
    row = make_goal(book)
    assert standing(row).projection.band.middle == 200
    make_goal(book, name="Trip")
    found = standing(row).projection
    assert (found.basis, found.band.low, found.band.middle, found.band.high) == (Basis.HISTORY, 75, 100, 125)
    assert found.ends == tuple(later(book.today(NOW), months) for months in (16, 12, 10))


def test_the_number_of_queries_is_fixed(book, counted):
    wallet, today = make_account(book, opening=1000), book.today(NOW)

    def asked():
        return counted(lambda: [each.projection for each in queries.open_goals(book=book, today=today)])

    ear_mark(make_goal(book), wallet, amount=1)
    before = asked()
    for name in ("a", "b", "c"):
        row = make_goal(book, name=name)
        put_aside(row, 5)
        ear_mark(row, wallet, amount=1)
    make_debts(book, [owed()])
    assert asked() == before <= 9
