"""What a person said about rows and what each operation did to them: by these it is known what must stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from banking.tests.plainly import Facts, Ledger

UNSAID = object()
Key = tuple[int, str]
"""A row and the name of a fact of it."""
Change = tuple[Any, Any]
FILING = ("category_id", "category_source")


@dataclass
class Done:
    """What an operation changed; not `exact` where it was one of several things that happened together."""

    changes: dict[Key, Change]
    exact: bool = True
    said: dict[Key, Change] = field(default_factory=dict)


@dataclass
class Said:
    """Everything that a person said and did not take back, and what each operation did, by its key."""

    facts: dict[Key, Any] = field(default_factory=dict)
    done: dict[int, Done] = field(default_factory=dict)

    def lost(self, now: Ledger) -> list[tuple[Key, Any, Any]]:
        """What does not stand as it was said."""
        found = ((key, fact, fact_of(now.rows, key)) for key, fact in self.facts.items())
        return [each for each in found if each[1] != each[2]]

    def say(self, facts: dict[Key, Any]) -> None:
        self.facts |= facts

    def give_way(self, changes: dict[Key, Change], keys: Iterable[Key], now: Ledger) -> None:
        """Let what the person's own step meant to change be as it is now.

        Nobody's word are the category that a row has from its match, and that a row is there.
        """
        for key in changes.keys() & set(keys):
            fact = fact_of(now.rows, key)
            is_matched = key[1] in FILING and fact_of(now.rows, (key[0], "category_source")) != "user"
            if is_matched or (key[1] == "removed" and not fact):
                self.facts.pop(key, None)
            elif key in self.facts or key[1] in FILING:
                self.facts[key] = fact

    def since(self, before: dict[Key, Any]) -> dict[Key, Change]:
        """How what stands differs from what stood."""
        keys = before.keys() | self.facts.keys()
        both = {key: (before.get(key, UNSAID), self.facts.get(key, UNSAID)) for key in keys}
        return {key: (was, now) for key, (was, now) in both.items() if was is UNSAID or now is UNSAID or was != now}

    def unsay(self, done: Done) -> None:
        """What was said before the operation stands again."""
        for key, (was, _now) in done.said.items():
            self.facts.pop(key, None)
            if was is not UNSAID:
                self.facts[key] = was


@dataclass
class Filings:
    """How each side of a transfer was filed before it was one, by the key of the transfer and of the row."""

    before: dict[tuple[int, int], Change] = field(default_factory=dict)

    def not_put_back(self, was: Ledger, now: Ledger) -> list[tuple[int, Change, Change]]:
        """The sides of transfers that are gone, filed by them to the last, that are not filed as before."""
        found = []
        for pk in was.transfers.keys() - now.transfers.keys():
            for row in _sides(was.transfers[pk]):
                known = self.before.pop((pk, row), None)
                by_match = was.rows[row]["category_source"] == "match"
                if known and by_match and row in now.rows and _filing(now.rows[row]) != known:
                    found.append((row, known, _filing(now.rows[row])))
        return found

    def remember(self, was: Ledger, now: Ledger) -> None:
        for pk in now.transfers.keys() - was.transfers.keys():
            self.before |= {(pk, row): _filing(was.rows[row]) for row in _sides(now.transfers[pk]) if row in was.rows}


def _sides(transfer: Facts) -> tuple[int, int]:
    return transfer["outgoing_id"], transfer["incoming_id"]


def _filing(row: Facts) -> Change:
    return row["category_id"], row["category_source"]


def fact_of(rows: dict[int, Facts], key: Key) -> Any:
    """None too where there is no such row; a tag that a row does not have is None."""
    return rows.get(key[0], {}).get(key[1])


def differences(before: Ledger, after: Ledger) -> dict[Key, Change]:
    """Every fact of a row that is not what it was; all facts of one that is new or gone."""
    found: dict[Key, Change] = {}
    for pk in before.rows.keys() | after.rows.keys():
        was, now = before.rows.get(pk, {}), after.rows.get(pk, {})
        if was != now:
            found |= {(pk, n): (was.get(n), now.get(n)) for n in was.keys() | now.keys() if was.get(n) != now.get(n)}
    return found


def wrongly_undone(done: Done, changes: dict[Key, Change]) -> dict[Key, Change]:
    """Of the changes of an undo those that do not take back what the operation did, or what it left undone."""
    if not done.exact:
        return {key: change for key, change in changes.items() if key not in done.changes}
    wanted = {key: (now, was) for key, (was, now) in done.changes.items()}
    both = wanted.keys() | changes.keys()
    return {key: (wanted.get(key), changes.get(key)) for key in both if wanted.get(key) != changes.get(key)}
