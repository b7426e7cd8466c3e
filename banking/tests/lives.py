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
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book
from banking.actions import splitting, transactions
from banking.actions.dividing import Part
from banking.actions.errors import Busy, Overtaken
from banking.actions.refusals import Refused
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
ANSWERS = [plan for plan in FAULTS if plan["kind"] in ("error", "html", "not_json", "reset", "truncate", "hang")]
SHOPS = ["Corner Shop", "Night Market", "Old Bakery", "Kiosk am Platz"]
TAGS = ["holiday", "shared", "to check"]
UNTOLD = object()
DAYS_LATER = timedelta(days=3)
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
    edits: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    discarded: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    parts: dict[int, set[int]] = field(default_factory=dict)
    unearthed: int = 0

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
            self._correct(self._one_of(present))

    def removal(self) -> None:
        present = self._present()
        if present:
            self._rows(remove=[self._one_of(present)["transaction_id"]])

    def renumbering(self) -> None:
        self.control.renumber_account(self._account())
        self.accounts.clear()

    def unearthing(self) -> None:
        """History comes late, each time older: today's balance stays as it is."""
        self.unearthed += 1
        age = 400 + 15 * self.unearthed
        rows = [self._row() | {"date": _ago(age + self.dice.randint(0, 14))} for _ in range(self.dice.randint(1, 3))]
        self._rows(add=rows, past=True)

    def trouble(self) -> None:
        for endpoint, plans in (("/transactions/sync", FAULTS), ("/accounts/get", ANSWERS)):
            for plan in self.dice.sample(plans, self.dice.randint(0, 2)):
                details = {k: v for k, v in plan.items() if k != "kind"}
                self.control.fault(str(plan["kind"]), endpoint=endpoint, count=self.dice.randint(1, 4), **details)

    def lagging(self) -> None:
        """Balances do not have the newest rows yet, over some readings."""
        count, days = self.dice.randint(1, 3), self.dice.randint(1, 30)
        for endpoint in ("/transactions/sync", "/accounts/get"):
            self.control.fault("stale_balance", endpoint=endpoint, count=count, days=days)

    def garbling(self) -> None:
        """Webhooks get lost, doubled, overtaken or forged."""
        self.control.fault(self.dice.choice(WEBHOOK_FAULTS), endpoint="webhook", count=self.dice.randint(1, 3))

    def _correct(self, row: dict) -> None:
        name = f"{row['name']} CORR"
        renamed = {"name": name, "original_description": name}
        change = self.dice.choice([renamed, {"amount": self._amount()}])
        self._rows(modify=[{"transaction_id": row["transaction_id"], **change}])

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

    def dispute(self) -> None:
        """The user and the bank change the same row, and the bank comes last."""
        row = self.dice.choice([self.edit, self.edit, self.discard])()
        for told in self._present():
            if row is not None and told["transaction_id"] == (row.part_of or row).external_id:
                self._correct(told)

    def edit(self) -> Transaction | None:
        """Until it is known to be stored either is right: the edit, or what was there before it."""
        with entered(self.book):
            row = self._any_row()
            changes, expected = self._changes(row) if row else ({}, {})
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
        entry = transactions.Entry(
            day=date.fromisoformat(_ago(3)), amount=self._amount() or Decimal(1), description="X"
        )
        with entered(self.book):
            transactions.record(book=self.book, by=None, account=self._wallet(), entry=entry, now=timezone.now())

    def discard(self) -> Transaction | None:
        with entered(self.book):
            row = self._any_row()
            row = row.part_of if row and row.part_of else row
            if row is not None:
                transactions.remove(book=self.book, by=None, pk=row.pk, now=timezone.now())
        if row is not None:
            self.discarded |= {row.pk, *self.parts.get(row.pk, ())}
        return row

    def divide(self) -> None:
        """A row is split; what the bank does to it later its parts share."""
        with entered(self.book):
            row = self._any_row()
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
            kept = _as_edited(part)
            self.edits[part.pk] = {name: [kept[name]] for name in ("category", "note", "tags", "excluded")}

    def _changes(self, row: Transaction) -> tuple[Any, dict[str, Any]]:
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
                "amount": (amount := self._amount() or Decimal(2), amount),
                "day": (day := date.fromisoformat(_ago(self.dice.randint(0, 90))), day),
                "description": (words := self.dice.choice(NAMES), words),
            }
        if row.is_split:
            choices = {name: choice for name, choice in choices.items() if name not in {"category", "excluded"}}
        names = self.dice.sample(sorted(choices), self.dice.randint(1, 3))
        return {name: choices[name][0] for name in names}, {name: choices[name][1] for name in names}

    def _any_row(self) -> Transaction | None:
        found = list(self.all_rows().filter(removed_at=None).select_related("part_of").order_by("day", "pk"))
        return self._one_of(found) if found else None

    def _wallet(self) -> Account:
        wallet = {"book": self.book, "connection": None, "name": f"Wallet {self.connection.pk}"}
        return Account.objects.get_or_create(**wallet, defaults={"kind": "other", "currency": "USD"})[0]

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
                return self._let_gaps_close()
        raise AssertionError(f"it does not come to rest: {run.status} {run.error_code}")

    def _let_gaps_close(self) -> None:
        """Only what the bank told late or out of step leaves a gap, and in some days it is gone."""
        with entered(self.book):
            gaps = Account.objects.filter(connection=self.connection, gap_since__isnull=False).exists()
        if gaps:
            assert {"lagging", "unearthing"} & set(self.log), self.log
            read(self.connection, later=DAYS_LATER)

    def verify(self) -> None:
        """The ledger equals the bank's; nothing lost, nothing doubled, every edit still there."""
        truth = self.control.ledger(self.connection.external_id)
        rows = {row.pk: row for row in self.stored() if row.part_of_id is None}
        present = [row for row in rows.values() if row.removed_at is None or row.discarded]
        stored = {t.external_id: (t.account.external_id, t.day, t.amount, t.pending) for t in present}
        assert len(stored) == len(present)
        assert stored == {t["transaction_id"]: _facts(t) for t in truth["transactions"]}, self.log
        found = broken(now=timezone.now(), book_id=self.book.pk)
        assert not found, (found, self.log)
        self._verify_balances(truth)
        self._verify_edits()
        left_behind = {row.external_id for row in rows.values()} - stored.keys()
        assert not left_behind & {t["pending_transaction_id"] for t in truth["transactions"]}, "a hold was not followed"

    def _verify_edits(self) -> None:
        ours = self.all_rows().select_related("merchant").prefetch_related("tags")
        rows = {row.pk: row for row in ours}
        assert not any(rows[pk].removed_at is None for pk in self.discarded)
        for pk, parts in self.parts.items():
            assert {row.pk for row in rows.values() if row.part_of_id == pk} == parts, (pk, self.log)
        for pk, fields in self.edits.items():
            found = _as_edited(rows[pk])
            for name, allowed in fields.items():
                assert UNTOLD in allowed or found[name] in allowed, (name, found[name], allowed, self.log)

    def all_rows(self) -> QuerySet[Transaction]:
        """Those of the login, and those by hand."""
        by_hand = Q(account__connection=None, account__name=f"Wallet {self.connection.pk}")
        return Transaction.objects.filter(by_hand | Q(account__connection=self.connection), book=self.book)

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
        return {
            "amount": self._amount(),
            "name": self.dice.choice(NAMES),
            "date": _ago(self.dice.randint(0, 40)),
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


def _ago(days: int) -> str:
    return (timezone.now().date() - timedelta(days=days)).isoformat()


def _as_edited(row: Transaction) -> dict[str, Any]:
    """The fields that a user may set, as `_changes` expects them."""
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


def _facts(row: dict) -> tuple[str, date, Decimal, bool]:
    """A row of the bank as we should have stored it."""
    return row["account_id"], date.fromisoformat(row["date"]), -Decimal(str(row["amount"])), bool(row["pending"])


BANK_STEPS = ["purchase", "purchase", "twins", "pending", "pending", "posting", "posting", "correction", "removal"]
BOOK_STEPS = [
    "reading",
    "reading",
    "reading",
    "edit",
    "edit",
    "edit",
    "divide",
    "divide",
    "record",
    "discard",
    "forgetting",
]
WAY_STEPS = ["trouble", "trouble", "garbling", "hearing", "hearing", "meeting", "lagging"]
STEPS = [*BANK_STEPS, *BOOK_STEPS, *WAY_STEPS, "renumbering", "unearthing", "dispute", "dispute"]
if database.vendor == "postgresql":
    STEPS += ["dying", "dying"]
