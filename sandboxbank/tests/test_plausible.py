"""What a newcomer sees first has to look like somebody's life."""

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache

import pytest

from sandboxbank import calendars, catalogue
from sandboxbank.lives import AccountPlan
from sandboxbank.movements import Movement
from sandboxbank.personas import PERSONAS

DAYS = 730
LIVES = [(user, seed, today) for user in sorted(PERSONAS) for seed, today in (
    (7, date(2026, 3, 10)), (8, date(2026, 11, 30)), (21, date(2027, 6, 1)),
)]  # fmt: skip
every_life = pytest.mark.parametrize(("username", "seed", "today"), LIVES)


@lru_cache
def lived(username: str, seed: int, today: date) -> tuple[list[AccountPlan], list[Movement]]:
    home = PERSONAS[username].home
    life = catalogue.life(catalogue.Login(home, username), seed=seed, history_days=DAYS)
    first = today - timedelta(days=DAYS - 1)
    return life.accounts(today=today), [each for each in life.movements(first=first, last=today) if not each.vanishes]


def balances(plan: AccountPlan, rows: list[Movement], today: date) -> list[int]:
    """The account at the end of every day, as its owner sees it: negative is owed."""
    moved: dict[date, int] = defaultdict(int)
    for each in rows:
        if each.account == plan.key and not each.currency:
            moved[each.posts_on] += each.cents
    standing = -plan.balance if plan.type in ("credit", "loan") else plan.balance
    found = [standing]
    for back in range(DAYS - 1):
        standing += moved[today - timedelta(days=back)]
        found.append(standing)
    return found[::-1]


@every_life
def test_accounts_neither_run_dry_nor_run_away(username: str, seed: int, today: date) -> None:
    plans, rows = lived(username, seed, today)
    for plan in plans:
        days = balances(plan, rows, today)
        if plan.type == "depository":
            assert min(days) > -600_00, plan.key
        if plan.type == "depository" and plan.subtype == "checking":
            assert max(days) < 4 * days[0] + 10_000_00, plan.key
        if plan.limit:
            assert -min(days) < plan.limit, plan.key


@every_life
def test_cards_are_paid_every_month(username: str, seed: int, today: date) -> None:
    plans, rows = lived(username, seed, today)
    for plan in plans:
        if plan.type == "credit":
            paid = {each.day for each in rows if each.account == plan.key and "CREDIT_CARD_PAYMENT" in each.category}
            assert len(paid) >= DAYS // 31 - 1
            assert max(balances(plan, rows, today)) <= 0 < plan.balance


@every_life
def test_banks_book_on_working_days(username: str, seed: int, today: date) -> None:
    _, rows = lived(username, seed, today)
    assert all(each.posts_on.weekday() < 5 for each in rows)
    assert max((each.posts_on - each.day).days for each in rows) <= 8


@every_life
def test_what_comes_every_month_is_always_told_alike(username: str, seed: int, today: date) -> None:
    _, rows = lived(username, seed, today)
    bills = ("PMT RENT", "MIETE", "PAYROLL", "GEHALT", "IRS ", "AUTOPAY", "TUITION", "MTG PYMT", "TRANSFER TO")
    for bill in bills:
        told = {(each.category, each.confidence) for each in rows if bill in each.description and each.cents}
        assert len({category for category, _ in told if not category.startswith("FOOD")}) <= 3, bill
        assert all(category and confidence in ("HIGH", "VERY_HIGH") for category, confidence in told), bill


@every_life
def test_most_rows_have_a_category(username: str, seed: int, today: date) -> None:
    _, rows = lived(username, seed, today)
    missing = [each for each in rows if not each.category]
    assert len(missing) < len(rows) * 0.04


@every_life
def test_what_comes_in_pays_for_what_goes_out(username: str, seed: int, today: date) -> None:
    plans, rows = lived(username, seed, today)
    own = [balances(plan, rows, today) for plan in plans if plan.type in ("depository", "credit")]
    before, after = sum(days[0] for days in own), sum(days[-1] for days in own)
    income = -sum(each.cents for each in rows if each.category.startswith("INCOME"))
    assert -0.05 * income < after - before < 0.35 * income


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin"])
def test_the_clock_changes_twice_a_year(zone: str) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    changes = [(day, *found) for day in days if (found := calendars.around_clock_change(day, zone))]
    assert len(changes) == 2
    assert all(day.weekday() == 6 for day, *_ in changes)


def test_two_rides_in_the_doubled_hour_are_an_hour_apart() -> None:
    _, rows = lived("user_good", 7, date(2026, 11, 30))
    night = [each.at for each in rows if ".night." in each.key and each.day == date(2026, 11, 1)]
    assert night == ["2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z"]


def test_the_leap_day_is_lived() -> None:
    _, rows = lived("user_good", 7, date(2028, 3, 5))
    assert any(each.day == date(2028, 2, 29) and "LEAP DAY" in each.description for each in rows)


def test_one_row_is_in_a_currency_of_its_own() -> None:
    plans, rows = lived("user_europe", 7, date(2026, 11, 30))
    assert {each.currency for each in rows} == {"", "CHF"}
    assert {plan.currency for plan in plans} == {"EUR", "GBP"}
    assert any(plan.unofficial for plan in lived("user_investor", 7, date(2026, 11, 30))[0])
