"""Is the bank there, and which day is it there."""

from sandboxbank.bank import Bank
from sandboxbank.messages import Response, json_response


def answer(bank: Bank) -> Response:
    """A short self-description."""
    items = bank.store.one("SELECT count(*) AS number FROM item WHERE removed = 0")
    assert items is not None
    return json_response({"status": "ok", "today": str(bank.clock.today()), "items": items["number"]})
