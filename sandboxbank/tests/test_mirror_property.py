"""Whatever happens, and whenever the client looks: its copy equals the bank."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandboxbank.control import Control
from sandboxbank.server import make_server
from sandboxbank.tests.mirror import Mirror
from sandboxbank.tests.test_sync_cursors import copy, truth

NUMBERS = st.integers(0, 10_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("page"), NUMBERS),
        st.tuples(st.just("loop"), NUMBERS),
        st.tuples(st.just("add"), NUMBERS),
        st.tuples(st.just("hold"), NUMBERS),
        st.tuples(st.just("change"), NUMBERS),
        st.tuples(st.just("remove"), NUMBERS),
        st.tuples(st.just("post"), NUMBERS),
        st.tuples(st.just("day"), NUMBERS),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Control]:
    server = make_server(today=date(2026, 3, 10), history_days=12, initial_seconds=0, historical_seconds=0)
    yield Control(server.run_in_thread().url)
    server.stop()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_copy_equals_the_bank_after_any_interleaving(shared: Control, steps: list[tuple[str, int]]) -> None:
    shared.reset()
    item = shared.link()
    mirror = Mirror(shared, item, count=3)
    for step, number in steps:
        happen(shared, item.item_id, mirror, step, number)
    mirror.sync()
    assert copy(mirror) == truth(shared, item.item_id)
    for account in shared.ledger(item.item_id)["accounts"]:
        moved = mirror.total(account["account_id"])
        assert account["moved"] == (moved if account["type"] == "credit" else -moved)
        assert account["balances"]["current"] == account["starting_balance"] + account["moved"]


def happen(control: Control, item_id: str, mirror: Mirror, step: str, number: int) -> None:
    present = list(truth(control, item_id))
    amount = Decimal(number) / 100
    if step == "page":
        mirror.step()
    elif step == "loop":
        mirror.sync()
    elif step == "add":
        control.transactions(item_id, add=[{"amount": amount}])
    elif step == "hold":
        control.transactions(item_id, add=[{"amount": amount, "pending": True, "vanishes": number % 5 == 0}])
    elif step == "post":
        control.post_pending(item_id)
    elif step == "day":
        control.advance(1)
    elif present:
        one = present[number % len(present)]
        change = [{"transaction_id": one, "amount": amount}]
        control.transactions(
            item_id, modify=change if step == "change" else [], remove=[one] if step == "remove" else []
        )
