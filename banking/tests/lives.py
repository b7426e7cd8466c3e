"""Random lives of a bank login: what may happen at the bank, on the way and in the book, and what must hold after."""

import json
import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db.models import QuerySet
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book
from banking.actions import transactions
from banking.actions.errors import Busy, Overtaken
from banking.models import Account, Category, Connection, DayTotal, Sync, Transaction
from banking.queries.categorising import UNCATEGORISED
from banking.queries.ledger import broken
from banking.tests.bank import read
from banking.tests.dying import dies_at
from financeapp.tests.queue import run_tasks
from sandboxbank.control import Control

NAMES = [
    "STARBUCKS STORE 1042",
    "SQ *BLUE BOTTLE",
    "SHELL OIL 57441",
    "NETFLIX.COM",
    "WHOLEFDS #10233",
    "مقهى ☕ القهوة",
]
FAULTS = [
    {"kind": "error", "code": "INTERNAL_SERVER_ERROR"},
    {"kind": "error", "code": "RATE_LIMIT"},
    {"kind": "error", "code": "INSTITUTION_DOWN"},
    {"kind": "html"},
    {"kind": "not_json"},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "hang", "seconds": 1},
    {"kind": "mutate"},
    {"kind": "empty_cursor"},
    {"kind": "missing_field"},
    {"kind": "extra_field"},
    {"kind": "unknown_enum"},
]
WEBHOOK_FAULTS = ["webhook_drop", "webhook_duplicate", "webhook_reorder", "webhook_late", "webhook_forged"]

CUSTOM = json.dumps(
    {
        "override_accounts": [
            {
                "type": "depository",
                "subtype": "checking",
                "starting_balance": 1000,
                "transactions": [
                    {
                        "date_transacted": f"2026-0{month}-0{day}",
                        "date_posted": f"2026-0{month}-0{day + 1}",
                        "amount": 10 * day + 0.25,
                        "description": f"SHOP {month}{day}",
                        "currency": "USD",
                    }
                    for month in range(1, 4)
                    for day in range(1, 5)
                ],
            },
            {"type": "credit", "subtype": "credit card", "starting_balance": 250, "transactions": []},
        ]
    }
)


@dataclass
class Life:
    """One login and all that happens to it; the dice decide everything, so that a seed can be lived again."""

    control: Control
    book: Book
    connection: Connection
    dice: random.Random
    quiet: bool = True
    edits: dict[int, list[tuple[int, str] | None]] = field(default_factory=dict)
    discarded: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    def happen(self, step: str) -> None:
        self.log.append(step)
        getattr(self, step)()

    # at the bank

    def purchase(self) -> None:
        count = self.dice.randint(1, 6)
        self._rows(add=[self._row() for _ in range(count)])

    def twins(self) -> None:
        row = self._row()
        self._rows(add=[row, dict(row)])

    def pending(self) -> None:
        self._rows(add=[self._pending_row() for _ in range(self.dice.randint(1, 3))])

    def posting(self) -> None:
        self.control.post_pending(self.connection.external_id)

    def correction(self) -> None:
        present = self._present()
        if present:
            row = self._one_of(present)
            change = self.dice.choice([{"name": f"{row['name']} CORR"}, {"amount": self._amount()}])
            self._rows(modify=[{"transaction_id": row["transaction_id"], **change}])

    def removal(self) -> None:
        present = self._present()
        if present:
            self._rows(remove=[self._one_of(present)["transaction_id"]])

    def renumbering(self) -> None:
        self.control.renumber_account(self._account())
        self.accounts.clear()

    def trouble(self) -> None:
        for plan in self.dice.sample(FAULTS, self.dice.randint(1, 3)):
            details = {k: v for k, v in plan.items() if k != "kind"}
            self.control.fault(
                str(plan["kind"]), endpoint="/transactions/sync", count=self.dice.randint(1, 4), **details
            )

    def garbling(self) -> None:
        """Webhooks get lost, doubled, overtaken or forged."""
        self.control.fault(self.dice.choice(WEBHOOK_FAULTS), endpoint="webhook", count=self.dice.randint(1, 3))

    # in the book

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

    def edit(self) -> None:
        """Until it is known to be stored either is right: the edit, or what was there before it.

        Leaving a row uncategorised is no edit.
        """
        with entered(self.book):
            row = self._any_row()
            if row is None:
                return
            no_edit = {"code": UNCATEGORISED, "pk": row.category_id}
            categories = list(Category.objects.filter(book=self.book).exclude(**no_edit).order_by("pk"))
        category, note = self.dice.choice(categories), f"note {self.dice.random()}"
        self.edits[row.pk] = [*self.edits.get(row.pk, [None]), (category.pk, note)]
        with entered(self.book):
            transactions.amend(
                book=self.book, by=None, pk=row.pk, changes={"category": category, "note": note}, now=timezone.now()
            )
        self.edits[row.pk] = [(category.pk, note)]

    def discard(self) -> None:
        with entered(self.book):
            row = self._any_row()
            if row is not None:
                transactions.remove(book=self.book, by=None, pk=row.pk, now=timezone.now())
        if row is not None:
            self.discarded.add(row.pk)

    def _any_row(self) -> Transaction | None:
        rows = Transaction.objects.filter(account__connection=self.connection, removed_at=None)
        found = list(rows.order_by("day", "pk"))
        return self._one_of(found) if found else None

    # afterwards

    def settle(self) -> None:
        """The trouble ends, and the sweeper reads until everything is there; a run that the machine slows may fail."""
        self.control.clear_faults()
        self.hearing()
        for _ in range(8):
            run = read(self.connection)
            with entered(self.book):
                complete = Connection.objects.get(pk=self.connection.pk).complete
            if complete and run.status in {Sync.Status.SUCCESS, Sync.Status.PARTIAL} and not run.records:
                return
        raise AssertionError(f"it does not come to rest: {run.status} {run.error_code}")

    def verify(self) -> None:
        """The ledger equals the bank's; nothing lost, nothing doubled, every edit still there."""
        truth = self.control.ledger(self.connection.external_id)
        rows = {row.pk: row for row in self.stored()}
        present = [row for row in rows.values() if row.removed_at is None or row.discarded]
        stored = {t.external_id: (t.account.external_id, t.day, t.amount, t.pending) for t in present}
        assert len(stored) == len(present)
        assert stored == {t["transaction_id"]: _facts(t) for t in truth["transactions"]}, self.log
        found = broken(now=timezone.now(), book_id=self.book.pk)
        assert not found, (found, self.log)
        self._verify_balances(truth)
        assert not any(rows[pk].removed_at is None for pk in self.discarded)
        for pk, allowed in self.edits.items():
            assert None in allowed or (rows[pk].category_id, rows[pk].note) in allowed
        left_behind = {row.external_id for row in rows.values()} - stored.keys()
        assert not left_behind & {t["pending_transaction_id"] for t in truth["transactions"]}, "a hold was not followed"

    def stored(self) -> QuerySet[Transaction]:
        """All rows we have of the login, tombstones too."""
        return Transaction.objects.filter(account__connection=self.connection).select_related("account")

    def _verify_balances(self, truth: dict) -> None:
        for account in truth["accounts"]:
            ours = Account.objects.get(connection=self.connection, external_id=account["account_id"])
            sign = -1 if account["type"] in ("credit", "loan") else 1
            assert ours.reported == sign * Decimal(str(account["balances"]["current"]))
            moved = sum((t.amount for t in DayTotal.objects.filter(account=ours)), Decimal(0))
            assert ours.opening + moved == ours.reported

    def _present(self) -> list[dict]:
        return sorted(self.control.ledger(self.connection.external_id)["transactions"], key=lambda row: row["date"])

    def _one_of(self, rows: list[Any]) -> Any:
        """Often an early one, so that the bank and the user meet at the same rows."""
        return self.dice.choice(rows[:10] if self.dice.random() < 0.5 else rows)

    def _rows(self, **changes: object) -> list[str]:
        return self.control.transactions(self.connection.external_id, quiet=self.quiet, **changes)

    def _row(self) -> dict:
        day = timezone.now().date() - timedelta(days=self.dice.randint(0, 40))
        return {
            "amount": self._amount(),
            "name": self.dice.choice(NAMES),
            "date": day.isoformat(),
            "account": self._account(),
        }

    def _pending_row(self) -> dict:
        row = self._row()
        posts_on = date.fromisoformat(row["date"]) + timedelta(days=self.dice.randint(1, 5))
        return row | {"pending": True, "posts_on": posts_on.isoformat(), "held": self._amount()}

    def _account(self) -> str:
        """Asked for once, as the truth is long."""
        if not self.accounts:
            truth = self.control.ledger(self.connection.external_id)
            self.accounts = [account["account_id"] for account in truth["accounts"]]
        return self.dice.choice(self.accounts)

    def _amount(self) -> Decimal:
        return Decimal(self.dice.randint(-5_000, 9_000)) / 100


def _facts(row: dict) -> tuple[str, date, Decimal, bool]:
    """A row of the bank as we should have stored it."""
    return row["account_id"], date.fromisoformat(row["date"]), -Decimal(str(row["amount"])), bool(row["pending"])


BANK_STEPS = ["purchase", "purchase", "twins", "pending", "pending", "posting", "posting", "correction", "removal"]
BOOK_STEPS = ["reading", "reading", "reading", "edit", "edit", "discard", "forgetting"]
STEPS = [*BANK_STEPS, *BOOK_STEPS, "trouble", "trouble", "renumbering", "garbling", "hearing", "hearing", "meeting"]
if database.vendor == "postgresql":
    STEPS += ["dying", "dying"]
