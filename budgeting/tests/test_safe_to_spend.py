"""What is safe to spend: what is there, less what is pending, bills before the next income, and what budgets want."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from banking.tests.browsing import browse, figures_in
from banking.tests.factories import category_of, make_account, make_merchant, make_transaction
from budgeting.actions import recurring as actions
from budgeting.actions.recurring import NewItem
from budgeting.periods import Cycle, Kind
from budgeting.queries.safe import safe_to_spend
from budgeting.tests.factories import make_budget

TODAY = date(2026, 3, 11)
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


def add(book, name, amount, day, frequency="monthly", **more):
    new = NewItem(name, Decimal(amount), frequency, day, **more)
    return actions.add_recurring(book=book, by=None, new=new, now=NOW)


def safe(book, currency="USD"):
    return next(each for each in safe_to_spend(book=book, today=TODAY) if each.currency == currency)


@pytest.fixture
def wallet(book):
    found = make_account(book, opening=1000)
    add(book, "Pay", "2000", date(2026, 3, 21))
    return found


def test_bills_before_the_next_income_are_taken_off(book, wallet):
    add(book, "Rent", "-300", date(2026, 3, 20))
    add(book, "Gym", "-40", date(2026, 3, 21))
    add(book, "Phone", "-20", date(2026, 3, 10))
    found = safe(book)
    assert (found.until, found.income.item.name) == (date(2026, 3, 21), "Pay")
    assert [each.item.name for each in found.bills] == ["Phone", "Rent"]  # a day late is still to be paid
    assert found.figure.amount == 1000 - 320


def test_without_an_income_it_is_until_the_end_of_the_month(book):
    make_account(book, opening=1000)
    add(book, "Rent", "-300", date(2026, 3, 31))
    assert (safe(book).until, safe(book).figure.amount) == (date(2026, 4, 1), 700)


def test_what_is_owed_on_cards_is_spent_and_what_is_set_aside_is_not_there(book, wallet):
    make_account(book, name="Card", kind="credit", opening=-250)
    savings = make_account(book, name="Savings", opening=9000)
    savings.subtype = "savings"
    savings.save()
    make_account(book, name="Loan", kind="loan", opening=-90000)
    assert safe(book).figure.amount == 750


def test_pending_is_spent_and_what_is_to_arrive_is_not_there_yet(book, wallet):
    make_transaction(book, account=wallet, day=TODAY, amount="-12.50", pending=True)
    make_transaction(book, account=wallet, day=TODAY, amount="80", pending=True)
    assert (safe(book).pending.amount, safe(book).figure.amount) == (Decimal("-12.50"), Decimal("987.50"))


def test_a_pending_transfer_between_what_is_lived_from_is_nothing(book, wallet):
    card = make_account(book, name="Card", kind="credit", opening=-500)
    for account, amount in ((wallet, "-500"), (card, "500")):
        make_transaction(book, account=account, day=TODAY, amount=amount, pending=True, category="TRANSFER")
    assert (safe(book).moving.amount, safe(book).figure.amount) == (0, 500)


def test_what_is_entered_for_a_day_to_come_is_spent(book, wallet):
    make_budget(book, category="GROCERIES", amount=210)
    before = safe(book).figure.amount
    make_transaction(book, account=wallet, day=date(2026, 3, 13), amount="-105", category="GROCERIES")
    assert (safe(book).ahead.amount, safe(book).budgeted) == (-105, 50)
    assert safe(book).figure.amount == before - 105 + 50
    add(book, "Blue Bottle", "-30", date(2026, 3, 14))
    make_transaction(
        book, account=wallet, day=date(2026, 3, 14), amount="-30", merchant=make_merchant(book, name="Blue Bottle")
    )
    assert (safe(book).billed, safe(book).ahead.amount) == (0, -135)


def test_what_other_accounts_pay_or_receive_is_left_alone(book, wallet):
    loan = make_account(book, name="Loan", kind="loan", opening=-90000)
    depot = make_account(book, name="Depot", kind="investment", opening=90000)
    add(book, "Interest", "-400", date(2026, 3, 12), account=loan)
    add(book, "Dividend", "3000", date(2026, 3, 13), account=depot)
    assert (safe(book).billed, safe(book).until) == (0, date(2026, 3, 21))


def test_a_long_budget_keeps_what_its_later_bill_takes(book, wallet):
    make_budget(book, category="BILLS", amount=1200, cycle=Cycle(Kind.YEAR))
    add(book, "Insurance", "-1200", date(2026, 9, 1), frequency="yearly", category=category_of(book, "BILLS"))
    assert safe(book).budgeted == 0


def test_a_pending_bill_is_met_and_counts_once(book, wallet):
    add(book, "Blue Bottle", "-30", date(2026, 3, 12), category=category_of(book, "COFFEE"))
    make_budget(book, category="COFFEE", amount=30)
    make_transaction(
        book, account=wallet, day=TODAY, amount="-30", pending=True, merchant=make_merchant(book, name="Blue Bottle")
    )
    assert safe(book).figure.amount == 970


def test_a_budget_wants_its_part_of_the_days(book, wallet):
    make_budget(book, category="GROCERIES", amount=210)
    [wanted] = safe(book).wanted
    assert wanted.amount == Decimal("100.00")  # ten of the 21 days that are left
    make_transaction(book, account=wallet, day=TODAY, amount="-210", category="GROCERIES")
    assert safe(book).wanted == ()


def test_a_bill_in_a_budget_counts_once(book, wallet):
    make_budget(book, category="BILLS", amount=942)
    add(book, "Rent", "-900", date(2026, 3, 15), category=category_of(book, "RENT"))
    found = safe(book)
    assert (found.billed, found.budgeted) == (900, 20)
    assert found.figure.amount == 80


def test_a_bill_after_the_income_leaves_the_budget_alone(book, wallet):
    make_budget(book, category="BILLS", amount=942)
    add(book, "Rent", "-900", date(2026, 3, 28), category=category_of(book, "RENT"))
    assert (safe(book).billed, safe(book).budgeted) == (0, 20)


def test_budgets_of_two_kinds_of_periods_do_not_want_the_same_twice(book, wallet):
    make_budget(book, category="FOOD", amount=210)
    make_budget(book, category="GROCERIES", amount=70, cycle=Cycle(Kind.WEEK))
    assert safe(book).budgeted == 120  # of two weeks, which want more than the month


def test_the_next_period_wants_too(book):
    make_account(book, opening=1000)
    add(book, "Pay", "2000", date(2026, 4, 7))
    make_budget(book, category="GROCERIES", amount=60)
    assert [each.amount for each in safe(book).wanted] == [60, 12]


def test_currencies_stand_apart(book, wallet):
    euros = make_account(book, name="Euro", currency="EUR", opening=50)
    add(book, "Abo", "-8", date(2026, 3, 12), account=euros)
    assert safe(book, "EUR").figure.amount == 42
    assert safe(book).figure.amount == 1000
    assert [each.currency for each in safe_to_spend(book=book, today=TODAY)] == ["USD", "EUR"]


def test_it_explains_itself_on_the_page_and_over_the_api(api, cast, book):
    today = book.today(datetime.now(UTC))
    account = make_account(book, opening=1000)
    make_transaction(book, account=account, day=today, amount="-10")
    make_transaction(book, account=account, day=today, amount="-7", pending=True)
    make_budget(book, category="GROCERIES", amount=200, day=today)
    add(book, "Rent", "-300", today, frequency="weekly")
    shown = figures_in(browse(cast.alice, book).get("/recurring").content.decode())
    told = api(cast.alice).get("/api/forecast/safe-to-spend").json()["results"][0]
    assert told["figure"] in shown
    for name in ("safe-to-spend-USD", "safe-pending-USD"):
        found = api(cast.alice).get(f"/api/explain/{name}").json()
        assert (found["agrees"], found["total"]) == (True, str(shown[name][2])), found
        assert browse(cast.alice, book).get(f"/explain/{name}").status_code == 200
    parts = sum(Decimal(each["amount"]) for each in told["parts"])
    assert Decimal(told["amount"]) == parts == shown["safe-to-spend-USD"][2]
    assert api(cast.alice).get("/api/explain/safe-to-spend-EUR").status_code == 404


def test_the_number_of_queries_is_fixed(book, wallet, counted):
    make_budget(book, category="GROCERIES", amount=60)
    add(book, "Rent", "-300", date(2026, 3, 20))
    before = counted(lambda: safe_to_spend(book=book, today=TODAY))
    for n in range(3):
        add(book, f"Bill {n}", "-3", date(2026, 3, 20))
        make_account(book, name=f"More {n}", opening=1)
    make_budget(book, category="COFFEE", amount=60)
    assert counted(lambda: safe_to_spend(book=book, today=TODAY)) == before
