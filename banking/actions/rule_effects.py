"""Carrying out what rules say, set-wise: every row and tag that changes is recorded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import Book
from banking import ruling
from banking.actions.dividing import Part
from banking.actions.merchants import merchant_named
from banking.actions.refunding import refile_refunds
from banking.actions.refusals import Refused
from banking.actions.rules import refresh_totals
from banking.actions.splitting import divide
from banking.actions.tagging import tags_named
from banking.models import Category, EvidenceSource, Merchant, Transaction, TransactionTag
from banking.queries import rule_splits
from banking.queries import ruling as queries
from journal.actions import Recorder
from journal.columns import written

BATCH = 2_000
CATEGORY = ("category_id", "category_source", "confidence", "reason", "suggestion_id")
COLUMNS = {"category": CATEGORY, "merchant": ("merchant_id",), "note": ("note",), "excluded": ("excluded",)}
LONGEST_REASON = 200
SPLIT = "Your rule split this"
K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Outcome:
    """How many rows were meant, changed, left to a person's own word, and wait to be split."""

    matched: int = 0
    changed: int = 0
    kept: int = 0
    unsplit: int = 0
    days: list[tuple[int, Any]] = field(default_factory=list)


def carry_out(
    *,
    book: Book,
    program: ruling.Program,
    ids: Sequence[int],
    recorder: Recorder,
    now: datetime,
    only: Collection[int] | None = None,
) -> Outcome:
    """Look at these rows as they are now, and change what the rules say.

    Refunds go where their purchases go. Call inside an operation that holds the accounts of both (`totals.lock`).
    """
    outcome = Outcome()
    rules = {rule.id: rule for rule in program.rules}
    for start in range(0, len(ids), BATCH):
        rows = queries.rows_of(book=book).filter(pk__in=ids[start : start + BATCH])
        held = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
        tagged = queries.tags_of(book=book, program=program, ids=held)
        named = dict(
            Merchant.objects.filter(pk__in={row.merchant_id for row in held.values()}).values_list("pk", "name")
        )
        found = [queries.look(_values(row, named), program, tagged, only) for row in held.values()]
        _change(book, held, [each for each in found if each is not None], rules, recorder, now, outcome)
    refresh_totals(book=book, days=outcome.days)
    return outcome


def apply_split(
    *,
    row: Transaction,
    parts: Sequence[ruling.Part],
    amounts: Sequence[Decimal],
    categories: Mapping[int, Category],
    reason: str,
    recorder: Recorder,
    now: datetime,
) -> bool:
    """Split the row as a rule says; whether that was done.

    It is not where a person put it together again, where a refund belongs to it, or where all goes to one part.
    """
    rest = next((part for part in parts if part.kind == "remainder"), parts[-1])
    wanted = [
        Part(
            amount=None if part is rest else amount,
            remainder=part is rest,
            category=categories.get(part.category or 0),
            note=part.note,
        )
        for part, amount in zip(parts, amounts, strict=True)
        if amount
    ]
    if "split" in row.edited or len(wanted) < 2:
        return False
    there = len(recorder.changes)
    try:
        with transaction.atomic():
            divide(row=row, parts=wanted, filed=(EvidenceSource.RULE, reason), recorder=recorder, now=now)
    except Refused:
        del recorder.changes[there:]
        return False
    return True


def _values(row: Transaction, merchants: dict[int, str]) -> tuple[Any, ...]:
    """The row as `queries.look` takes it."""
    own = {"merchant__name": merchants.get(row.merchant_id or 0)}
    return tuple(own[name] if name in own else getattr(row, name) for name in queries.COLUMNS)


def _change(
    book: Book,
    held: dict[int, Transaction],
    found: Sequence[queries.Found],
    rules: dict[int, ruling.Rule],
    recorder: Recorder,
    now: datetime,
    outcome: Outcome,
) -> None:
    outcome.matched += sum(each.matched for each in found)
    outcome.kept += sum(each.kept for each in found)
    changing = [each for each in found if each.changes]
    outcome.changed += sum(each.is_changed for each in changing)
    merchants = _merchants(book, changing, recorder)
    for each in changing:
        row = held[each.pk]
        columns = [column for change in each.changes for column in COLUMNS.get(change.field, ())]
        before = _columns(row, columns)
        for change in each.changes:
            _set(row, change, rules, merchants)
        recorder.noted(row._meta.label, row.pk, before, _columns(row, columns)) if columns else None
        if {"category", "excluded"} & {change.field for change in each.changes}:
            outcome.days.append((row.account_id, row.day))
    _write(changing, held, now)
    filed = {each.pk for each in changing if any(change.field == "category" for change in each.changes)}
    outcome.days += refile_refunds(book=book, purchases=filed, recorder=recorder, now=now) if filed else []
    _tag(book, changing, recorder, now)
    _split(book, held, [each for each in found if each.split], recorder, now, outcome)


def _split(
    book: Book,
    held: dict[int, Transaction],
    found: Sequence[queries.Found],
    recorder: Recorder,
    now: datetime,
    outcome: Outcome,
) -> None:
    if not found:
        return
    amounts = rule_splits.amounts(book=book, rows=found)
    wanted = {part.category for each in found for part in each.split if part.category is not None}
    categories = Category.objects.filter(book=book, archived_at=None).in_bulk(wanted)
    for each in found:
        row = held[each.pk]
        done = apply_split(
            row=row,
            parts=each.split,
            amounts=amounts[each.pk],
            categories=categories,
            reason=SPLIT,
            recorder=recorder,
            now=now,
        )
        outcome.unsplit += not done
        if done:
            outcome.days.append((row.account_id, row.day))


def _merchants(book: Book, changing: Iterable[queries.Found], recorder: Recorder) -> dict[str, Merchant]:
    """The merchants that rules name, those that are new made and recorded."""
    names = {str(change.after) for each in changing for change in each.changes if change.field == "merchant"}
    made = {name: merchant_named(book=book, name=name, recorder=recorder) for name in sorted(names)}
    return {name: merchant for name, merchant in made.items() if merchant is not None}


def _set(
    row: Transaction, change: ruling.Change, rules: dict[int, ruling.Rule], merchants: dict[str, Merchant]
) -> None:
    if change.field == "category":
        word = queries.word_of(rules[change.rule], (change.rule, int(str(change.after))))
        row.category_id, row.category_source = int(word.label), EvidenceSource.RULE
        row.confidence, row.reason, row.suggestion_id = 1.0, str(word.because)[:LONGEST_REASON], None
    elif change.field == "merchant":
        row.merchant_id = merchants[str(change.after)].pk
    elif change.field == "note":
        row.note = str(change.after)
    elif change.field == "excluded":
        row.excluded = bool(change.after)


def _columns(row: Transaction, names: Iterable[str]) -> dict[str, Any]:
    """These columns as the journal keeps them."""
    fields = {f.attname: f for f in row._meta.concrete_fields}
    return {name: written(fields[name], row) for name in names}


def _write(changing: Sequence[queries.Found], held: dict[int, Transaction], now: datetime) -> None:
    """One statement for all rows that get the same values: there are about as many as rules, not as rows."""
    for name, columns in COLUMNS.items():
        rows = [held[each.pk] for each in changing if any(change.field == name for change in each.changes)]
        for values, ids in _alike(rows, lambda row, columns=columns: tuple(getattr(row, c) for c in columns)).items():  # type: ignore[misc]  # bound early
            Transaction.objects.filter(pk__in=ids).update(**dict(zip(columns, values, strict=True)), updated_at=now)


def _alike(rows: Iterable[Transaction], key: Callable[[Transaction], K]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row.pk)
    return found


def _tag(book: Book, changing: Iterable[queries.Found], recorder: Recorder, now: datetime) -> None:
    wanted = [
        (each.pk, str(name))
        for each in changing
        for change in each.changes
        if change.field == "tags"
        for name in change.after  # type: ignore[attr-defined]  # tags are a tuple
    ]
    if not wanted:
        return
    tags = tags_named(book, {name for _pk, name in wanted}, recorder)
    links = {(pk, tags[name.casefold()].pk) for pk, name in wanted}
    new = [TransactionTag(book=book, transaction_id=pk, tag_id=tag) for pk, tag in sorted(links)]
    for link in TransactionTag.objects.bulk_create(new, batch_size=1_000):
        recorder.created(link)
    Transaction.objects.filter(pk__in={pk for pk, _name in wanted}).update(updated_at=now)
