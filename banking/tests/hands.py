"""What a person does to rows of their book, each as a deed that says what must stand afterwards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from banking import actions
from banking.actions import Edits, Part
from banking.models import Category, Transaction
from banking.queries.categorising import UNCATEGORISED
from banking.tests.at_the_bank import NAMES, ago
from banking.tests.in_the_book import SHOPS, TAGS, InTheBook
from banking.tests.plainly import Facts, Ledger
from banking.tests.said import Key

UNITS = 10_000
OF_PARTS = ("category_id", "category_source", "note", "excluded", *(f"tag {name}" for name in TAGS))
OF_ENTRIES = ("amount", "day", "description")


def nothing(_now: Ledger) -> dict[Key, Any]:
    return {}


@dataclass(frozen=True)
class Deed:
    """Something to do in the book, and what that says.

    `gives_way` are facts that it may change although a person said them, `then` gives what it says about what it made,
    `leaves` are the rows that may not be there afterwards.
    """

    do: Callable[[], object]
    said: dict[Key, Any] = field(default_factory=dict)
    gives_way: frozenset[Key] = frozenset()
    then: Callable[[Ledger], dict[Key, Any]] = nothing
    leaves: frozenset[int] = frozenset()


@dataclass
class Hands:
    """One person's, in the book of a login; which rows they take, its dice decide."""

    life: InTheBook
    by: User
    lately: list[int] = field(default_factory=list)

    @property
    def _shared(self) -> dict[str, Any]:
        return {"book": self.life.book, "by": self.by, "now": timezone.now()}

    def edit(self, now: Ledger) -> Deed | None:
        pk = self.one_of(now, lambda row: not row["removed"])
        if pk is None:
            return None
        changes, expected = self.life.changes_to(Transaction.objects.get(pk=pk))
        said = {key: fact for name, value in expected.items() for key, fact in _facts(pk, name, value).items()}
        return Deed(lambda: actions.amend(**self._shared, pk=pk, changes=changes), said)

    def edit_many(self, now: Ledger) -> Deed | None:
        found = [pk for pk, row in now.rows.items() if not row["removed"] and not row["is_split"]]
        ids = self.life.dice.sample(sorted(found), min(len(found), self.life.dice.randint(2, 5)))
        edits, facts = self._edits()
        said = {(pk, name): fact for pk in ids for name, fact in facts.items()}
        return Deed(lambda: actions.edit_many(**self._shared, edits=edits, ids=ids), said)

    def _edits(self) -> tuple[Edits, dict[str, Any]]:
        dice = self.life.dice
        tag, gone = dice.sample(TAGS, 2)
        category = self._category()
        filed = {"category_id": category.pk, "category_source": "user"}
        choices: list[tuple[Edits, dict[str, Any]]] = [
            (Edits(category=category), filed),
            (Edits(merchant=SHOPS[0], note="all of them"), {"merchant": SHOPS[0], "note": "all of them"}),
            (Edits(excluded=True, add_tags=(tag,)), {"excluded": True, f"tag {tag}": True}),
            (Edits(add_tags=(tag,), remove_tags=(gone,)), {f"tag {tag}": True, f"tag {gone}": None}),
            (Edits(excluded=False, category=category), {"excluded": False, **filed}),
            (Edits(delete=True), {"removed": True}),
        ]
        return dice.choice(choices)

    def record(self, _now: Ledger) -> Deed:
        dice, note = self.life.dice, f"note {self.life.dice.random()}"
        day, amount = date.fromisoformat(ago(dice.randint(0, 60))), self.life.amount() or Decimal(1)
        entry = actions.Entry(day, amount, dice.choice(NAMES), note=note, tags=TAGS[:1])
        account = self.life.wallet()

        def then(now: Ledger) -> dict[Key, Any]:
            [pk] = [pk for pk, row in now.rows.items() if row["note"] == note]
            facts = {"amount": int(amount * UNITS), "day": day, "description": entry.description}
            return {(pk, name): fact for name, fact in ({"note": note, f"tag {TAGS[0]}": True} | facts).items()}

        return Deed(lambda: actions.record(**self._shared, account=account, entry=entry), then=then)

    def remove(self, now: Ledger) -> Deed | None:
        pk = self.one_of(now, lambda row: not row["removed"] and row["part_of_id"] is None)
        if pk is None:
            return None
        said = {(key, "removed"): True for key in (pk, *parts_of(now, pk))}
        return Deed(lambda: actions.remove(**self._shared, pk=pk), said)

    def restore(self, now: Ledger) -> Deed | None:
        pk = self.one_of(now, lambda row: row["removed"] and row["part_of_id"] is None)
        if pk is None:
            return None
        back = frozenset((key, "removed") for key in (pk, *parts_of(now, pk)))
        return Deed(lambda: actions.restore(**self._shared, pk=pk), gives_way=back)

    def split(self, now: Ledger) -> Deed | None:
        """Also one that is split already, of which all parts but the first are made anew."""
        pk = self.one_of(now, lambda row: not row["removed"] and row["part_of_id"] is None)
        if pk is None:
            return None
        parts, old = self._parts(), parts_of(now, pk)
        if old and self.life.dice.random() < 0.5:
            parts[0] = Part(percent=Decimal(20), pk=old[0])

        def then(now: Ledger) -> dict[Key, Any]:
            return {(part, name): now.rows[part].get(name) for part in parts_of(now, pk) for name in OF_PARTS}

        whole = frozenset({(pk, name) for name in ("category_id", "category_source", "excluded")})
        return Deed(
            lambda: actions.split(**self._shared, pk=pk, parts=parts), then=then, leaves=frozenset(old), gives_way=whole
        )

    def _parts(self) -> list[Part]:
        dice = self.life.dice
        first = Part(percent=Decimal(dice.randint(5, 60)), category=self._category())
        more = [Part(percent=Decimal(30), note=f"note {dice.random()}")] * dice.randint(0, 1)
        return [first, *more, Part(remainder=True, tags=TAGS[:1])]

    def unsplit(self, now: Ledger) -> Deed | None:
        pk = self.one_of(now, lambda row: row["is_split"] and not row["removed"])
        if pk is None:
            return None
        return Deed(lambda: actions.unsplit(**self._shared, pk=pk), leaves=frozenset(parts_of(now, pk)))

    def _category(self) -> Category:
        found = Category.objects.filter(book=self.life.book).exclude(code=UNCATEGORISED).order_by("pk")
        return self.life.dice.choice(list(found))

    def one_of(self, now: Ledger, wanted: Callable[[Facts], bool]) -> int | None:
        """Often one to which something happened lately."""
        found = [pk for pk, row in now.rows.items() if wanted(row)]
        lately = [pk for pk in self.lately if pk in found]
        return self.any_of(lately if lately and self.life.dice.random() < 0.6 else found)

    def any_of(self, keys: Iterable[int]) -> int | None:
        found = sorted(keys)
        return self.life.one_of(found) if found else None


def parts_of(now: Ledger, pk: int) -> list[int]:
    return sorted(key for key, row in now.rows.items() if row["part_of_id"] == pk)


def _facts(pk: int, name: str, value: Any) -> dict[Key, Any]:
    """What an edited field is among the facts of a row."""
    if name == "tags":
        return {(pk, f"tag {tag}"): True if tag in value else None for tag in TAGS}
    if name == "category":
        return {(pk, "category_id"): value, (pk, "category_source"): "user"}
    return {(pk, name): int(value * UNITS) if name == "amount" else value}
