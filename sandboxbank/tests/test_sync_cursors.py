from datetime import date
from decimal import Decimal

import pytest

from sandboxbank.control import Control, ControlFailed
from sandboxbank.server import make_server
from sandboxbank.tests.mirror import MUTATION, Mirror


def truth(control: Control, item_id: str) -> dict[str, tuple[str, Decimal, bool]]:
    rows = control.ledger(item_id)["transactions"]
    return {row["transaction_id"]: (row["name"], row["amount"], row["pending"]) for row in rows}


def copy(mirror: Mirror) -> dict[str, tuple[str, Decimal, bool]]:
    return {key: (row["name"], row["amount"], row["pending"]) for key, row in mirror.rows.items()}


def sync(control: Control, token: str, **more: object) -> dict[str, object]:
    return control.api("/transactions/sync", {"access_token": token, **more})


def code_of(failure: pytest.ExceptionInfo[ControlFailed]) -> str:
    return str(failure.value.answer["error_code"])


def test_a_whole_loop_gives_the_bank_s_truth(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item, count=37).sync()
    assert len(mirror.rows) > 150
    assert copy(mirror) == truth(control, item.item_id)


def test_a_second_loop_without_news_is_empty(control: Control) -> None:
    item = control.link()
    cursor = Mirror(control, item).sync().cursor
    page = sync(control, item.access_token, cursor=cursor)
    assert (page["added"], page["modified"], page["removed"], page["has_more"]) == ([], [], [], False)


def test_a_change_shows_as_modified_and_a_removal_as_removed(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    first, second = list(mirror.rows)[:2]
    control.transactions(item.item_id, modify=[{"transaction_id": first, "amount": Decimal("12.34")}], remove=[second])
    page = sync(control, item.access_token, cursor=mirror.cursor)
    assert [(row["transaction_id"], row["amount"]) for row in page["modified"]] == [(first, Decimal("12.34"))]
    assert [row["transaction_id"] for row in page["removed"]] == [second]


def test_a_row_that_came_and_went_between_two_loops_is_never_told(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    [row] = control.transactions(item.item_id, add=[{"amount": 5, "name": "GHOST"}])
    control.transactions(item.item_id, remove=[row])
    page = sync(control, item.access_token, cursor=mirror.cursor)
    assert (page["added"], page["removed"]) == ([], [])
    assert page["next_cursor"] != mirror.cursor


def test_a_pending_row_is_replaced_by_a_booked_one(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    add = [{"amount": Decimal("9.00"), "name": "SHELL OIL 1", "pending": True, "held": 1, "posts_on": "2026-03-12"}]
    [held] = control.transactions(item.item_id, add=add)
    mirror.sync()
    assert mirror.rows[held]["amount"] == 1
    control.advance(3)
    mirror.sync()
    [booked] = [row for row in mirror.rows.values() if row["pending_transaction_id"] == held]
    assert held not in mirror.rows
    assert (booked["amount"], booked["pending"]) == (9, False)


def test_a_row_booked_early_is_dated_today(control: Control) -> None:
    item = control.link()
    mirror = Mirror(control, item).sync()
    control.transactions(item.item_id, add=[{"amount": 9, "name": "EARLY", "pending": True}])
    control.post_pending(item.item_id)
    [booked] = [row for row in mirror.sync().rows.values() if row["name"] == "EARLY"]
    assert (booked["date"], booked["pending"]) == ("2026-03-10", False)


def test_pages_are_refused_once_the_journal_moved(control: Control) -> None:
    item = control.link()
    page = sync(control, item.access_token, count=50)
    control.transactions(item.item_id, add=[{"amount": 1}])
    with pytest.raises(ControlFailed) as failure:
        sync(control, item.access_token, count=50, cursor=page["next_cursor"])
    assert code_of(failure) == MUTATION
    assert failure.value.status == 400
    assert copy(Mirror(control, item).sync()) == truth(control, item.item_id)


def test_planned_mutations_only_delay_a_client_that_restarts(control: Control) -> None:
    item = control.link()
    control.fault("mutate", endpoint="/transactions/sync", count=3)
    mirror = Mirror(control, item, count=100).sync()
    assert mirror.restarts == 3
    assert copy(mirror) == truth(control, item.item_id)


@pytest.mark.parametrize("cursor", ["bm9uc2Vuc2U=", "%%%", "A" * 80])
def test_a_forged_cursor_is_refused(control: Control, cursor: str) -> None:
    item = control.link()
    with pytest.raises(ControlFailed) as failure:
        sync(control, item.access_token, cursor=cursor)
    assert code_of(failure) == "INVALID_FIELD"
    assert "cursor not associated with access_token" in str(failure.value)


def test_a_cursor_of_another_item_is_refused(control: Control) -> None:
    one, other = control.link(), control.link()
    cursor = Mirror(control, one).sync().cursor
    with pytest.raises(ControlFailed) as failure:
        sync(control, other.access_token, cursor=cursor)
    assert code_of(failure) == "INVALID_FIELD"


def test_one_account_is_a_stream_of_its_own(control: Control) -> None:
    item = control.link()
    account = control.ledger(item.item_id)["accounts"][0]["account_id"]
    page = sync(control, item.access_token, count=500, options={"account_id": account})
    assert {row["account_id"] for row in page["added"]} == {account}
    with pytest.raises(ControlFailed):
        sync(control, item.access_token, cursor=page["next_cursor"])


def test_original_descriptions_and_old_categories_come_on_request(control: Control) -> None:
    item = control.link()
    plain = sync(control, item.access_token)["added"][0]
    options = {"include_original_description": True, "personal_finance_category_version": "v1"}
    asked = sync(control, item.access_token, options=options, count=500)["added"]
    assert plain["original_description"] is None
    assert asked[0]["original_description"]
    detailed = {row["personal_finance_category"]["detailed"] for row in asked if row["personal_finance_category"]}
    assert "INCOME_WAGES" in detailed
    assert "INCOME_SALARY" not in detailed


@pytest.mark.parametrize("count", [0, 501, "9", True])
def test_a_wrong_count_is_refused(control: Control, count: object) -> None:
    item = control.link()
    with pytest.raises(ControlFailed) as failure:
        sync(control, item.access_token, count=count)
    assert code_of(failure) == "INVALID_FIELD"


def test_history_comes_in_two_steps() -> None:
    server = make_server(today=date(2026, 3, 10), history_days=90, initial_seconds=0.5, historical_seconds=3.0)
    control = Control(server.run_in_thread().url)
    item, seen = control.link(), []
    while "HISTORICAL_UPDATE_COMPLETE" not in seen:
        page = sync(control, item.access_token, count=500)
        status = str(page["transactions_update_status"])
        assert (page["next_cursor"] == "") == (status == "NOT_READY")
        if status == "INITIAL_UPDATE_COMPLETE":
            assert min(row["authorized_date"] for row in page["added"]) >= "2026-02-09"
        seen += [status] if status not in seen else []
    server.stop()
    assert seen == ["NOT_READY", "INITIAL_UPDATE_COMPLETE", "HISTORICAL_UPDATE_COMPLETE"]
