import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandboxbank import catalogue
from sandboxbank.control import Control, ControlFailed
from sandboxbank.lives import Life
from sandboxbank.movements import Movement
from sandboxbank.personas import PERSONAS
from sandboxbank.tests.mirror import Mirror

TODAY = date(2026, 3, 10)
START = TODAY - timedelta(days=729)


def life(username: str, *, seed: int = 7, institution_id: str = "ins_109508") -> Life:
    catalogue._life.cache_clear()
    return catalogue.life(catalogue.Login(institution_id, username), seed=seed, history_days=730)


def movements(username: str, *, seed: int = 7) -> list[Movement]:
    return list(life(username, seed=seed).movements(first=START, last=TODAY))


@pytest.mark.parametrize("username", sorted(PERSONAS))
def test_the_same_seed_gives_the_same_life(username: str) -> None:
    assert movements(username) == movements(username)
    assert movements(username) != movements(username, seed=8)


def test_a_life_does_not_depend_on_when_it_is_asked() -> None:
    whole, days = life("user_good"), life("user_good")
    piecewise = [each for offset in range(60) for each in day_of(days, TODAY - timedelta(days=59 - offset))]
    assert piecewise == list(whole.movements(first=TODAY - timedelta(days=59), last=TODAY))


def day_of(of: Life, day: date) -> list[Movement]:
    return list(of.movements(first=day, last=day))


@pytest.mark.parametrize("username", sorted(PERSONAS))
def test_keys_are_unique(username: str) -> None:
    keys = [(each.account, each.key) for each in movements(username)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("username", sorted(set(PERSONAS) - {"user_transactions_dynamic"}))
def test_two_years_are_life_like(username: str) -> None:
    found = movements(username)
    assert 1_000 < len(found) < 4_000
    plans = life(username).accounts(today=TODAY)
    assert all(plan.balance > -5_000_00 for plan in plans)
    assert any(plan.balance > 0 for plan in plans)


def test_the_ordinary_oddities_are_there() -> None:
    found = [each for username in PERSONAS for each in movements(username)]
    texts = "\n".join(each.description for each in found)
    assert all(sign in texts for sign in ("☕️", "مقهى", "IGNORE PREVIOUS", "<script>", "=HYPERLINK", "渋谷"))
    assert any(each.held_cents not in (None, each.cents) for each in found)
    assert any(each.vanishes for each in found)
    assert any(each.key.endswith(".twin") for each in found)
    assert any(each.key.endswith(".refund") for each in found)
    assert any(not each.category for each in found)
    assert len(set(re.findall(r"WHOLEFDS .*", texts))) > 3


def test_subscriptions_rise() -> None:
    netflix = [each for each in movements("user_good") if "NETFLIX" in each.description]
    assert len({each.cents for each in netflix}) >= 2


def test_a_card_payment_has_two_legs() -> None:
    found = movements("user_good")
    out = [each.cents for each in found if "AUTOPAY" in each.description]
    into = [-each.cents for each in found if each.description.startswith("PAYMENT THANK YOU")]
    assert out == into
    assert len(out) >= 22


def test_bulk_users_have_exactly_as_many(control: Control) -> None:
    item = control.link(username="user_bulk_1234")
    mirror = Mirror(control, item).sync()
    assert 1_150 <= len(mirror.rows) <= 1_234
    assert len({row["account_id"] for row in mirror.rows.values()}) == 5
    assert min(row["authorized_date"] for row in mirror.rows.values()) < "2023-03-20"


def test_a_custom_user_lives_as_written(control: Control) -> None:
    rows = [
        {"date_transacted": "2026-02-01", "date_posted": "2026-02-02", "amount": 12.34, "description": "NETFLIX.COM"},
        {"date_transacted": "2026-03-09", "date_posted": "2026-03-12", "amount": 5, "description": "PARKING"},
        {"date_transacted": "2026-03-01", "date_posted": "2026-03-01", "amount": -7, "description": "GIFT",
         "currency": "GBP"},
    ]  # fmt: skip
    account = {"type": "depository", "subtype": "checking", "starting_balance": 1000.10, "transactions": rows}
    document = json.dumps({"version": "2", "seed": "s", "override_accounts": [account]})
    item = control.link(username="user_custom", password=document)
    mirror = Mirror(control, item).sync()
    assert sorted(row["amount"] for row in mirror.rows.values()) == [-7, 5, Decimal("12.34")]
    assert [row["pending"] for row in mirror.rows.values()].count(True) == 1
    [shown] = control.ledger(item.item_id)["accounts"]
    assert shown["balances"]["current"] == Decimal("1000.10")
    assert shown["starting_balance"] == Decimal("1012.44")


def test_a_custom_user_has_an_income(control: Control) -> None:
    model = {"type": "monthly-income", "income_amount": 2500.5, "payment_day_of_month": 31}
    account = {"type": "depository", "subtype": "checking", "starting_balance": 100, "inflow_model": model}
    item = control.link(username="user_custom", password=json.dumps({"override_accounts": [account]}))
    rows = Mirror(control, item).sync().rows.values()
    assert {row["amount"] for row in rows} == {Decimal("-2500.5")}
    assert {"2026-02-28", "2025-12-31"} <= {row["date"] for row in rows}
    assert len(rows) in (24, 25)
    control.advance(21)
    assert "2026-03-31" in {row["date"] for row in Mirror(control, item).sync().rows.values()}


@pytest.mark.parametrize(("kind", "guarded"), [("device", True), ("none", False)])
def test_a_custom_user_may_be_asked_for_a_code(kind: str, guarded: bool) -> None:
    document = json.dumps({"override_accounts": [{"type": "depository"}], "mfa": {"type": kind}})
    assert catalogue.authenticate("ins_109508", "user_custom", document).asks_code is guarded


@pytest.mark.parametrize(
    "document",
    [
        '{"override_accounts": [{"type": "depository"}], "mfa": 7}',
        "",
        "[]",
        "{}",
        '{"override_accounts": [{"type": "depository", "transactions": [1]}]}',
    ],
)
def test_a_useless_custom_user_is_refused(control: Control, document: str) -> None:
    with pytest.raises(ControlFailed) as failure:
        control.link(username="user_custom", password=document or "x")
    assert failure.value.answer["error_code"] == "INVALID_CREDENTIALS"


def test_the_dynamic_user_has_news_at_every_refresh(control: Control) -> None:
    item = control.link(username="user_transactions_dynamic")
    mirror = Mirror(control, item).sync()
    for _ in range(2):
        known = set(mirror.rows)
        control.api("/transactions/refresh", {"access_token": item.access_token})
        mirror.sync()
        assert sum(row["pending"] for row in mirror.rows.values()) == 3
        assert set(mirror.rows) - known
