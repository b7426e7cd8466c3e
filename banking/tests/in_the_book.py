"""What may happen in the book: reading the bank, well or badly, and what a person does to the rows."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book
from banking.actions import splitting, transactions
from banking.actions.dividing import Part
from banking.actions.errors import Busy, Overtaken
from banking.actions.refusals import Refused
from banking.models import Account, Category, Connection, Transaction
from banking.queries.categorising import UNCATEGORISED
from banking.tests.at_the_bank import NAMES, AtTheBank, ago
from banking.tests.bank import read
from banking.tests.dying import dies_at
from financeapp.tests.queue import run_tasks

SHOPS = ["Corner Shop", "Night Market", "Old Bakery", "Kiosk am Platz"]
TAGS = ["holiday", "shared", "to check"]
UNTOLD = object()


@dataclass
class InTheBook(AtTheBank):
    """The login in a book, and what was done there by hand: `edits` as each field must look ever after."""

    book: Book = field(kw_only=True)
    edits: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    discarded: set[int] = field(default_factory=set)
    parts: dict[int, set[int]] = field(default_factory=dict)

    def reading(self) -> None:
        with suppress(Busy, Overtaken):
            read(self.connection)

    def forgetting(self) -> None:
        """The cursor is lost: the whole history is read again."""
        with entered(self.book):
            Connection.objects.filter(pk=self.connection.pk).update(cursor="")

    def meeting(self) -> None:
        """Two workers at once."""

        def work() -> None:
            try:
                self.reading()
            finally:
                database.close()

        both = [threading.Thread(target=work) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()

    def hearing(self) -> None:
        """Whatever webhooks are under way arrive, in whatever order and number, and the workers do what they say."""
        self.control.flush_webhooks()
        run_tasks()

    def dying(self) -> None:
        """A worker is killed at some point of its run."""
        dies_at(self.dice.randint(0, 60), self.reading)

    def dispute(self) -> None:
        """The user and the bank change the same row, and the bank comes last."""
        row = self.dice.choice([self.edit, self.edit, self.discard])()
        for told in self.present():
            if row is not None and told["transaction_id"] == (row.part_of or row).external_id:
                self.correct(told)

    def edit(self) -> Transaction | None:
        """Until it is known to be stored either is right: the edit, or what was there before it."""
        with entered(self.book):
            row = self.any_row()
            changes, expected = self.changes_to(row) if row else ({}, {})
        if row is None:
            return None
        known = self.edits.setdefault(row.pk, {})
        for name, value in expected.items():
            known[name] = [*known.get(name, [UNTOLD]), value]
        with entered(self.book):
            transactions.amend(book=self.book, by=None, pk=row.pk, changes=changes, now=timezone.now())
        for name, value in expected.items():
            known[name] = [value]
        return row

    def record(self) -> None:
        """A row by hand, in an account that no bank reads."""
        entry = transactions.Entry(day=date.fromisoformat(ago(3)), amount=self.amount() or Decimal(1), description="X")
        with entered(self.book):
            transactions.record(book=self.book, by=None, account=self.wallet(), entry=entry, now=timezone.now())

    def discard(self) -> Transaction | None:
        with entered(self.book):
            row = self.any_row()
            row = row.part_of if row and row.part_of else row
            if row is not None:
                transactions.remove(book=self.book, by=None, pk=row.pk, now=timezone.now())
        if row is not None:
            self.discarded |= {row.pk, *self.parts.get(row.pk, ())}
        return row

    def divide(self) -> None:
        """A row is split; what the bank does to it later its parts share."""
        with entered(self.book):
            row = self.any_row()
            if row is None or row.is_split or row.part_of_id or not row.amount:
                return
            code = UNCATEGORISED if self.dice.random() < 0.2 else "SHOPPING"
            first = Part(
                percent=Decimal(self.dice.randint(5, 60)), category=Category.objects.get(book=self.book, code=code)
            )
            parts = [
                first,
                Part(percent=Decimal(30), note=f"note {self.dice.random()}"),
                Part(remainder=True, tags=TAGS[:1]),
            ]
            with suppress(Refused):  # a third of a cent is nothing
                splitting.split(book=self.book, by=None, pk=row.pk, parts=parts, now=timezone.now())
                self._expect_parts(row)

    def _expect_parts(self, row: Transaction) -> None:
        found = Transaction.objects.filter(part_of=row).select_related("merchant").prefetch_related("tags")
        self.parts[row.pk] = {part.pk for part in found}
        for part in found:
            kept = as_edited(part)
            self.edits[part.pk] = {name: [kept[name]] for name in ("category", "note", "tags", "excluded")}

    def changes_to(self, row: Transaction) -> tuple[Any, dict[str, Any]]:
        """What to amend, one to three fields, and how each must look ever after.

        Leaving a row uncategorised is no edit.
        """
        no_edit = {"code": UNCATEGORISED, "pk": row.category_id}
        category = self.dice.choice(list(Category.objects.filter(book=self.book).exclude(**no_edit).order_by("pk")))
        choices: dict[str, tuple[Any, Any]] = {
            "category": (category, category.pk),
            "note": (note := f"note {self.dice.random()}", note),
            "merchant": (shop := self.dice.choice(SHOPS), shop),
            "tags": (tags := self.dice.sample(TAGS, self.dice.randint(0, 2)), sorted(tags)),
            "excluded": (excluded := self.dice.random() < 0.5, excluded),
        }
        if row.is_manual:
            choices |= {
                "amount": (amount := self.amount() or Decimal(2), amount),
                "day": (day := date.fromisoformat(ago(self.dice.randint(0, 90))), day),
                "description": (words := self.dice.choice(NAMES), words),
            }
        if row.is_split:
            choices = {name: choice for name, choice in choices.items() if name not in {"category", "excluded"}}
        names = self.dice.sample(sorted(choices), self.dice.randint(1, 3))
        return {name: choices[name][0] for name in names}, {name: choices[name][1] for name in names}

    def any_row(self) -> Transaction | None:
        found = list(self.all_rows().filter(removed_at=None).select_related("part_of").order_by("day", "pk"))
        return self.one_of(found) if found else None

    def wallet(self) -> Account:
        wallet = {"book": self.book, "connection": None, "name": f"Wallet {self.connection.pk}"}
        return Account.objects.get_or_create(**wallet, defaults={"kind": "other", "currency": "USD"})[0]

    def all_rows(self) -> QuerySet[Transaction]:
        """Those of the login, and those by hand."""
        by_hand = Q(account__connection=None, account__name=f"Wallet {self.connection.pk}")
        return Transaction.objects.filter(by_hand | Q(account__connection=self.connection), book=self.book)

    def stored(self) -> QuerySet[Transaction]:
        """All rows we have of the login, tombstones too."""
        return Transaction.objects.filter(account__connection=self.connection).select_related("account")


def as_edited(row: Transaction) -> dict[str, Any]:
    """The fields that a user may set, as `changes_to` expects them."""
    return {
        "category": row.category_id,
        "note": row.note,
        "merchant": row.merchant.name if row.merchant else "",
        "tags": sorted(tag.name for tag in row.tags.all()),
        "excluded": row.excluded,
        "amount": row.amount,
        "day": row.day,
        "description": row.description,
    }
