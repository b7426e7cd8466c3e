from decimal import Decimal

import pytest

from sandboxbank.control import Control
from sandboxbank.personas import PERSONAS
from sandboxbank.tests.mirror import Mirror


@pytest.mark.parametrize("username", sorted(PERSONAS))
def test_balance_is_the_start_and_everything_booked(control: Control, username: str) -> None:
    item = control.link(username=username)
    mirror = Mirror(control, item).sync()
    for _ in range(2):
        control.advance(4)
        mirror.sync()
        for account in control.ledger(item.item_id)["accounts"]:
            moved = mirror.total(account["account_id"])
            assert account["moved"] == (moved if account["type"] in ("credit", "loan") else -moved)
            if account["type"] != "investment":
                assert account["balances"]["current"] == account["starting_balance"] + account["moved"]


def test_available_counts_what_is_pending(control: Control) -> None:
    item = control.link()
    before = {each["name"]: each["balances"] for each in control.ledger(item.item_id)["accounts"]}
    held = [{"amount": 10, "pending": True, "account": key} for key in ("checking", "card")]
    control.transactions(item.item_id, add=held)
    after = {each["name"]: each["balances"] for each in control.ledger(item.item_id)["accounts"]}
    for name in ("Everyday Checking", "Cash Rewards Card"):
        assert after[name]["current"] == before[name]["current"]
        assert after[name]["available"] == before[name]["available"] - 10


def test_the_balance_stays_while_history_is_loading(control: Control) -> None:
    short, long = control.link(days_requested=10), control.link(days_requested=100)
    balances = [
        [each["balances"]["current"] for each in control.ledger(item.item_id)["accounts"]] for item in (short, long)
    ]
    assert balances[0] == balances[1]


def test_amounts_have_two_decimals_on_the_wire(control: Control) -> None:
    item = control.link()
    page = control.api("/transactions/sync", {"access_token": item.access_token, "count": 500})
    assert {row["amount"].as_tuple().exponent for row in page["added"]} == {-2}
    assert all(isinstance(row["amount"], Decimal) for row in page["added"])


def test_a_holding_s_value_makes_the_account_s(control: Control) -> None:
    item = control.link(username="user_investor", institution_id="ins_109511")
    answer = control.api("/investments/holdings/get", {"access_token": item.access_token})
    for account in answer["accounts"]:
        held = [each for each in answer["holdings"] if each["account_id"] == account["account_id"]]
        assert account["balances"]["current"] == sum(each["institution_value"] for each in held)


def test_a_card_s_last_payment_is_no_refund(control: Control) -> None:
    item = control.link()
    body: dict[str, object] = {"access_token": item.access_token}
    [card] = control.api("/liabilities/get", body)["liabilities"]["credit"]
    control.transactions(item.item_id, add=[{"amount": -3, "account": "card", "category": "GENERAL_MERCHANDISE_OTHER"}])
    assert control.api("/liabilities/get", body)["liabilities"]["credit"][0] == card
    assert card["last_payment_amount"] > 100


@pytest.mark.parametrize("day", [1, 15, 28])
def test_a_card_is_due_in_the_future(control: Control, day: int) -> None:
    item = control.link()
    while (today := control.today()).day != day:
        control.advance(1)
    [card] = control.api("/liabilities/get", {"access_token": item.access_token})["liabilities"]["credit"]
    assert card["next_payment_due_date"] >= str(today)
