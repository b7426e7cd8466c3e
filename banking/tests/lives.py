"""Random lives of a bank login: what happens at the bank, on the way and in the book, and what must hold after."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection as database
from django.utils import timezone

from accounts.books import entered
from banking.models import Account, Connection, DayTotal, Sync
from banking.queries.ledger import broken
from banking.tests.bank import read
from banking.tests.in_the_book import UNTOLD, InTheBook, as_edited

DAYS_LATER = timedelta(days=3)


@dataclass
class Life(InTheBook):
    """One login and all that happens to it; the dice decide everything, so that a seed can be lived again."""

    log: list[str] = field(default_factory=list)

    def happen(self, step: str) -> None:
        self.log.append(step)
        getattr(self, step)()

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
            found = as_edited(rows[pk])
            for name, allowed in fields.items():
                assert UNTOLD in allowed or found[name] in allowed, (name, found[name], allowed, self.log)

    def _verify_balances(self, truth: dict) -> None:
        for account in truth["accounts"]:
            ours = Account.objects.get(connection=self.connection, external_id=account["account_id"])
            sign = -1 if account["type"] in ("credit", "loan") else 1
            assert ours.reported == sign * Decimal(str(account["balances"]["current"]))
            moved = sum((t.amount for t in DayTotal.objects.filter(account=ours)), Decimal(0))
            assert ours.opening + moved == ours.reported


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
