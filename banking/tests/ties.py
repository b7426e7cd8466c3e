"""What a person says about rows that belong together: matches, transfers and refunds, by hand and as they are found."""

from typing import Any

from banking import actions
from banking.actions import reviewing, transferring
from banking.models import Transaction
from banking.tests.hands import Deed, Hands
from banking.tests.plainly import Facts, Ledger
from banking.tests.said import FILING, Key

OPEN, DONE = {"open"}, {"accepted", "auto"}
CARRIED = (*FILING, "merchant", "note", "excluded")


class Ties(Hands):
    """Deeds about two rows, or about what the inbox asks."""

    def accept(self, now: Ledger) -> Deed | None:
        pk = self._item(now, OPEN | {"auto"})
        if pk is None:
            return None
        gives_way = _touched(now, [now.items[pk]])
        return Deed(lambda: reviewing.accept(**self._shared, pk=pk), gives_way=gives_way)

    def reject(self, now: Ledger) -> Deed | None:
        pk = self._item(now, OPEN | DONE)
        if pk is None:
            return None
        return Deed(lambda: reviewing.reject(**self._shared, pk=pk), gives_way=_touched(now, [now.items[pk]]))

    def decide_many(self, now: Ledger) -> Deed:
        accepted = self.life.dice.random() < 0.6
        found = [item for item in now.items.values() if item["state"] == "open"]
        return Deed(
            lambda: reviewing.decide_many(**self._shared, accepted=accepted),
            gives_way=_touched(now, found),
        )

    def _item(self, now: Ledger, states: set[str]) -> int | None:
        """Of any kind that there is, as of some there are few."""
        found = {pk: item["kind"] for pk, item in now.items.items() if item["state"] in states}
        kind = self.life.dice.choice(sorted(set(found.values()))) if found else ""
        return self.any_of(pk for pk, each in found.items() if each == kind)

    def pair(self, now: Ledger) -> Deed | None:
        """Two that fit where there are any."""
        others = list(now.rows.values())
        out = self.one_of(now, lambda row: row["amount"] < 0 and any(_is_other_side(each, row) for each in others))
        into = self.one_of(now, lambda each: out is None or _is_other_side(each, now.rows[out]))
        out = out or self.one_of(now, lambda row: not row["removed"])
        if out is None or into is None:
            return None
        sides = [Transaction.objects.get(pk=pk) for pk in (out, into)]
        return Deed(
            lambda: transferring.pair(**self._shared, outgoing=sides[0], incoming=sides[1]),
            gives_way=_filings(out, into),
        )

    def unpair(self, now: Ledger) -> Deed | None:
        pk = self.any_of(now.transfers)
        if pk is None:
            return None
        pair = now.transfers[pk]
        return Deed(
            lambda: transferring.unpair(**self._shared, pk=pk),
            gives_way=_filings(pair["outgoing_id"], pair["incoming_id"]),
        )

    def link_refund(self, now: Ledger) -> Deed | None:
        refund = self.one_of(now, lambda row: row["amount"] > 0 and not row["removed"])
        purchase = self.one_of(now, lambda row: row["amount"] < 0 and not row["removed"])
        if refund is None or purchase is None:
            return None
        ids = {"refund": refund, "purchase": purchase}
        return Deed(lambda: actions.link_refund(**self._shared, **ids), gives_way=_filings(refund))

    def unlink_refund(self, now: Ledger) -> Deed | None:
        pk = self.any_of(now.refunds)
        if pk is None:
            return None
        ids = {"refund": now.refunds[pk]["refund_id"], "purchase": now.refunds[pk]["purchase_id"]}
        return Deed(lambda: actions.unlink_refund(**self._shared, **ids), gives_way=_filings(ids["refund"]))


def carried_over(before: Ledger, after: Ledger, said: dict[Key, Any]) -> frozenset[Key]:
    """What was said of rows that others take the place of must be at those; which facts of theirs gave way for it."""
    gives_way: set[Key] = set()
    for pk, item in after.items.items():
        known = before.items.get(pk, {}).get("state")
        if item["kind"] in {"pending", "duplicate"} and item["state"] in DONE and known not in DONE:
            kept, gone = sides_of(item)
            gives_way |= {(kept, name) for name in (*CARRIED, *_tags(after.rows[gone]))}
            _check_carried(after.rows[kept], kept, gone, said)
    return frozenset(gives_way)


def sides_of(item: Facts) -> tuple[int, int]:
    """(the row that stays, the row that goes)."""
    first, second = item["first_id"], item["second_id"]
    return (first, second) if item["kind"] == "duplicate" else (second, first)


def _check_carried(row: Facts, kept: int, gone: int, said: dict[Key, Any]) -> None:
    for (pk, name), fact in said.items():
        if pk == gone and name in CARRIED and (kept, name) not in said:
            assert fact in row[name] if name == "note" else row[name] == fact, (name, fact, row)
        if pk == gone and name.startswith("tag ") and fact:
            assert name in row, (name, row)


def _touched(now: Ledger, items: list[Facts]) -> frozenset[Key]:
    """What deciding these may change: all that is carried over, and what is filed anew."""
    found: set[Key] = set()
    for item in items:
        ids = [pk for pk in item["rows"] if pk in now.rows]
        carried = (*CARRIED, "removed", *(name for pk in ids for name in _tags(now.rows[pk])))
        names = carried if item["kind"] in {"pending", "duplicate"} else FILING
        found |= {(pk, name) for pk in ids for name in names}
    return frozenset(found)


def _tags(row: Facts) -> list[str]:
    return [name for name in row if name.startswith("tag ")]


def _is_other_side(each: Facts, row: Facts) -> bool:
    return bool(each["amount"] == -row["amount"] and each["account_id"] != row["account_id"] and not each["removed"])


def _filings(*ids: int | None) -> frozenset[Key]:
    return frozenset((pk, name) for pk in ids if pk is not None for name in FILING)
