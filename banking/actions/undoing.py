"""Changing rows so that exactly that change can be taken back, whatever else happened to them since."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.models import Book
from banking import totals
from banking.actions.handing_over import move_split, take_back
from banking.actions.refunding import refile_refunds, refund_accounts
from banking.actions.rules import refresh_totals
from banking.models import Category, Split, Transaction, TransactionTag
from journal import actions as journal

Entry = dict[str, Any]
FILING = ("category_id", "category_source", "confidence", "reason", "suggestion_id")
OTHERS = ("merchant_id", "note", "excluded", "removed_at", "discarded")
FILED = ("category", "category_source", "confidence", "reason", "suggestion")
COLUMNS = (*FILED, *OTHERS[1:], "merchant", "edited", "is_split")


class Desk:
    """Rows that are held until the transaction ends, changed in memory and written at once by `write`."""

    def __init__(self, *, book: Book, recorder: journal.Recorder, now: datetime, ids: Iterable[int]) -> None:
        self.book, self.recorder, self.now = book, recorder, now
        wanted = set(ids)
        of_rows = Transaction.objects.filter(book=book, pk__in=wanted).order_by()
        accounts = of_rows.values_list("account_id", flat=True).distinct()
        totals.lock(book=book, account_ids=[*accounts, *refund_accounts(book=book)])
        held = Transaction.objects.select_for_update(of=("self",)).filter(book=book, pk__in=wanted).order_by("pk")
        self.rows = {row.pk: row for row in held.select_related("category", "account")}
        self._before: dict[int, tuple[journal.Snapshot, date]] = {}
        self._refiled: set[int] = set()
        self._splits: list[tuple[int, int]] = []

    def has(self, ids: Iterable[int]) -> bool:
        """Whether all that is there of these rows is held."""
        lacking = set(ids) - self.rows.keys()
        return not lacking or not Transaction.objects.filter(book=self.book, pk__in=lacking).exists()

    def change(self, row: Transaction, **values: Any) -> Entry:
        """Set columns by their names in the database; what was and what is, of those that differ."""
        self._touch(row)
        before = {name: _plain(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        after = {name: _plain(getattr(row, name)) for name in values}
        differing = [name for name in values if before[name] != after[name]]
        return {"id": row.pk, "before": {n: before[n] for n in differing}, "after": {n: after[n] for n in differing}}

    def file(self, row: Transaction, category: Category, *, source: str, reason: str, score: float) -> Entry:
        """File a row under a category; its lock by hand goes, as that is no longer what stands."""
        edited = {name: at for name, at in row.edited.items() if name != "category"}
        if source == "user":
            edited["category"] = self.now.isoformat()
        entry = self.change(
            row,
            category_id=category.pk,
            category_source=source,
            confidence=round(score, 4),
            reason=reason[:200],
            suggestion_id=None,
            edited=edited,
        )
        row.category = category
        return entry

    def put_back(self, entries: Iterable[Entry]) -> None:
        """Undo entries, the last one first; a column that was changed again since keeps what it has."""
        for entry in reversed(list(entries)):
            row = self.rows.get(entry["id"])
            if row is not None:
                self._touch(row)
                _put_back(row, entry["before"], entry["after"])
                self._drop_tags(row, entry.get("tags", ()))
                self._give_back(entry)

    def refile(self, purchase: int) -> None:
        """Let the refunds of the row be filed where it is, once all is written."""
        self._refiled.add(purchase)

    def move_split(self, *, of: int, to: int) -> None:
        """Let the split of the one row be that of the other one, once all is written, if it is there and fits."""
        there = Split.objects.filter(book=self.book, transaction__in=(of, to)).values_list("transaction", flat=True)
        if set(there) == {of} and {of, to} <= self.rows.keys():
            for pk in (of, to):
                self._touch(self.rows[pk])
                self.rows[pk].is_split = pk == to
            self._splits.append((of, to))

    def add_tags(self, row: Transaction, tag_ids: Iterable[int]) -> list[int]:
        """Give the row these tags too; those that it did not have."""
        there = set(TransactionTag.objects.filter(book=self.book, transaction=row).values_list("tag_id", flat=True))
        added = sorted(set(tag_ids) - there)
        for pk in added:
            link = TransactionTag.objects.create(book=self.book, transaction=row, tag_id=pk)
            self.recorder.created(link)
        return added

    def write(self) -> None:
        """Store what was changed, record it, let refunds follow their purchases, and refresh the totals."""
        changed, days = [], []
        for pk, (before, _day) in sorted(self._before.items()):
            row = self.rows[pk]
            if journal.snapshot(row) != before:
                row.updated_at = self.now
                self.recorder.changed(row, before)
                changed.append(row)
                days.append((row.account_id, row.day))
                if row.category_id != int(before["category_id"]):
                    self._refiled.add(pk)
        Transaction.objects.bulk_update(changed, [*COLUMNS, "updated_at"], batch_size=500)
        for of, to in self._splits:
            move_split(book=self.book, of=of, to=to, now=self.now, recorder=self.recorder)
        days += refile_refunds(book=self.book, purchases=self._refiled, recorder=self.recorder, now=self.now)
        refresh_totals(book=self.book, days=days)

    def _give_back(self, entry: Entry) -> None:
        if moved := [(name, pk) for name, pk in entry.get("moved", ())]:
            take_back(book=self.book, gone=entry["of"], kept=entry["id"], moved=moved, recorder=self.recorder)
            self._refiled |= {entry["of"], entry["id"]}
        if entry.get("split"):
            self.move_split(of=entry["id"], to=entry["of"])

    def _touch(self, row: Transaction) -> None:
        self._before.setdefault(row.pk, (journal.snapshot(row), row.day))

    def _drop_tags(self, row: Transaction, tag_ids: Iterable[int]) -> None:
        for link in TransactionTag.objects.filter(book=self.book, transaction=row, tag__in=list(tag_ids)):
            self.recorder.deleted(link)
            link.delete()


def _put_back(row: Transaction, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The filing goes back as a whole or not at all."""
    now = {name: _plain(getattr(row, name)) for name in after}
    refiled = any(now[name] != after[name] for name in ("category_id", "category_source") if name in after)
    for name in after:
        if name == "edited":
            row.edited = _unmarked(row.edited, before[name], after[name], refiled=refiled)
        elif now[name] == after[name] and not (refiled and name in FILING):
            setattr(row, name, _lively(name, before[name]))


def _unmarked(now: dict[str, str], before: dict[str, str], after: dict[str, str], *, refiled: bool) -> dict[str, str]:
    """The marks as they were, field by field; one that was set since stays."""
    found = dict(now)
    for name in before.keys() | after.keys():
        if now.get(name) != after.get(name) or (refiled and name == "category"):
            continue
        if name in before:
            found[name] = before[name]
        else:
            found.pop(name, None)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _lively(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "removed_at" and value else value
