"""The fault plan: what shall go wrong, where, and how often. Seeded, so that a bad day can be had again."""

import json
import random
from collections.abc import Mapping
from typing import Any

from sandboxbank.store import Store

ON_REQUEST = ("delay", "hang", "reset", "error", "http", "html", "not_json")
ON_ANSWER = ("truncate", "missing_field", "extra_field", "unknown_enum", "null_pfc", "stale_balance")
ON_SYNC = ("mutate", "empty_cursor")
ON_WEBHOOK = ("drop", "duplicate", "reorder", "late", "forged", "expired", "tampered", "rotated_key", "retired_key")
KINDS = {*ON_REQUEST, *ON_ANSWER, *ON_SYNC, *(f"webhook_{kind}" for kind in ON_WEBHOOK)}


class UnknownFault(Exception):
    """The plan names no fault that the bank can commit."""


class Faults:
    """Faults are taken one by one: `count` says how many times in all, `probability` how likely each time."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store, self._seed = store, seed
        self.reseed()

    def reseed(self) -> None:
        """Begin the dice anew."""
        self._dice = random.Random(self._seed)

    def add(self, plan: Mapping[str, Any]) -> int:
        """Plan a fault; its number. Raises UnknownFault."""
        if plan.get("kind") not in KINDS:
            raise UnknownFault(f"kind must be one of {', '.join(sorted(KINDS))}")
        count = plan.get("count", None if "probability" in plan else 1)
        with self._store.transaction():
            self._store.run(
                "INSERT INTO fault (plan, remaining) VALUES (?, ?)", json.dumps(dict(plan), default=str), count
            )
            found = self._store.one("SELECT max(id) AS id FROM fault")
            assert found is not None
            return int(found["id"])

    def all(self) -> list[dict[str, Any]]:
        """The plan, with what is left of it."""
        found = self._store.rows("SELECT * FROM fault ORDER BY id")
        return [json.loads(row["plan"]) | {"id": row["id"], "remaining": row["remaining"]} for row in found]

    def clear(self) -> None:
        """Nothing shall go wrong any more."""
        self._store.run("DELETE FROM fault")

    def take(self, kinds: tuple[str, ...], *, endpoint: str, item_id: str = "", code: str = "") -> list[dict[str, Any]]:
        """The faults of these kinds that happen now."""
        with self._store.transaction():
            happening = [
                plan for plan in self.all() if plan["kind"] in kinds and self._hits(plan, endpoint, item_id, code)
            ]
            for plan in happening:
                self._store.run("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", plan["id"])
            return happening

    def _hits(self, plan: Mapping[str, Any], endpoint: str, item_id: str, code: str) -> bool:
        if plan["remaining"] is not None and plan["remaining"] <= 0:
            return False
        if plan.get("endpoint", "*") not in ("*", endpoint) or plan.get("code_sent", code) != code:
            return False
        if plan.get("item_id", item_id) != item_id:
            return False
        return "probability" not in plan or self._dice.random() < float(plan["probability"])
