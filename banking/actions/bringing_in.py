"""Bringing the rows of a file into the ledger, in the background: all of them in one operation, or none."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.books import entered
from accounts.models import Book, User
from banking import categoriser, totals
from banking.actions import filing
from banking.actions.import_accounts import accounts_for
from banking.actions.import_categories import leave_gone, make_categories
from banking.actions.import_tags import tag_made
from banking.actions.importing import NO_TICKS, Ticks, keep_ticks
from banking.actions.parting import split_made
from banking.actions.refusals import Conflicting, Refused
from banking.actions.rule_runs import run_on_made
from banking.actions.staging import match
from banking.adding import AddedRow, add
from banking.importing.twins import Incoming, external_ids
from banking.merge import loaded
from banking.models import Account, Import, ImportFile, ImportMapping, ImportRow, Transaction
from banking.money import to_units
from banking.queries.evidence import Evidence, evidence
from journal import actions as journal
from journal import bulk
from journal.actions import Recorder

STUMBLED = "Bringing the file in went wrong on our side. Nothing was changed; start it again."
BATCH = 2_000
State = ImportRow.State
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Landing:
    """The rows of one account of ours: `ids` number every row of the file, so that they are the same next time."""

    account: Account
    rows: list[ImportRow]
    ids: dict[int, str]


def start_import(*, book: Book, by: User, pk: int, now: datetime, ticks: Ticks = NO_TICKS) -> Import:
    """Ask for a file to be brought in; the caller enqueues. The ticks are kept, also where the start is refused.

    Raise Refused, or Import.DoesNotExist.
    """
    with transaction.atomic():
        source = Import.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
        if not source.is_draft:
            raise Conflicting(_("This file is being brought in, or was already."))
        keep_ticks(source=source, ticks=ticks)
        refused = _not_ready(book, source)
        if not refused:
            source.status, source.started_at, source.progress, source.error = Import.Status.QUEUED, now, 5, ""
            source.by = by
            source.save(update_fields=["status", "started_at", "progress", "error", "by"])
    if refused:
        raise refused
    return source


def _not_ready(book: Book, source: Import) -> Refused | None:
    chosen = ImportRow.objects.filter(book=book, source=source, chosen=True)
    if not chosen.exists():
        return Refused(_("No row is chosen: everything in this file is there already, or left out."), field="rows")
    aimed = [place for place, each in enumerate(source.statements) if each.get("account") or each.get("new")]
    if not chosen.filter(place__in=aimed).exists():
        return Refused(_("Choose where the rows go: an account of yours, or a new one."), field="accounts")
    return None


def carry_out(*, book: Book, import_id: int, clock: Clock) -> Import | None:
    """Bring the file in; None where there is nothing to do. A failure is stored in it, one of our own raised too.

    Running it twice, or again after a crash, brings nothing in twice.
    """
    source = _begun(book, import_id, clock())
    if source is None:
        return None
    try:
        with entered(book), transaction.atomic():
            return _stored(book, source.pk, clock())
    except Refused as reason:
        return _failed(book, source, str(reason), clock())
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _failed(book, source, STUMBLED, clock())
        raise


def _begun(book: Book, import_id: int, now: datetime) -> Import | None:
    with entered(book), transaction.atomic():
        source = Import.objects.select_for_update(of=("self",)).filter(book=book, pk=import_id).first()
        if source is None or not source.is_open:
            return None
        source.status, source.progress, source.started_at = Import.Status.RUNNING, 20, now
        source.save(update_fields=["status", "progress", "started_at"])
        return source


def _failed(book: Book, source: Import, message: str, now: datetime) -> Import:
    with entered(book), transaction.atomic():
        source.status, source.error, source.finished_at = Import.Status.FAILED, message[:300], now
        source.progress = 0
        source.save(update_fields=["status", "error", "finished_at", "progress"])
    return source


def _stored(book: Book, pk: int, now: datetime) -> Import | None:
    source = Import.objects.select_for_update(of=("self",)).get(book=book, pk=pk)
    if not source.is_open:
        return None
    before = {**journal.snapshot(source), "status": Import.Status.REVERTED.value}  # its file is gone: no draft again
    with journal.operation(book=book, by=source.by, verb="import", now=now) as recorder:
        accounts = accounts_for(book=book, source=source, recorder=recorder, now=now)
        totals.lock(book=book, account_ids=[account.pk for account in accounts.values()])
        landings = _landings(book, source, accounts)
        landing = [row for each in landings for row in each.rows]
        leave_gone(book=book, source=source)
        make_categories(book=book, source=source, rows=landing, recorder=recorder, now=now)
        made = _added(book, source, landings, recorder, now)
        rows = [(row, made[row.position]) for row in landing if row.position in made]
        split_made(book=book, rows=rows, categories=source.mapped, recorder=recorder, now=now)
        tag_made(book=book, rows=rows, recorder=recorder)
        run_on_made(book=book, keys=list(made.values()), recorder=recorder, now=now)
        _record(book, recorder, list(made.values()))
        _anchor(landings, recorder)
        _refresh(book, landings)
        source.added, source.status, source.progress = len(made), Import.Status.DONE, 100
        source.finished_at, source.error = now, ""
        source.save()
        kept = {name: value for name, value in journal.snapshot(source).items() if name in {"added", "finished_at"}}
        recorder.changed(source, before | kept)
    Import.objects.filter(pk=source.pk).update(operation=recorder.operation)
    source.operation = recorder.operation
    _link(book, source, made)
    ImportFile.objects.filter(book=book, source=source).delete()
    _remember(book, source, accounts, now)
    return source


def _landings(book: Book, source: Import, accounts: Mapping[int, Account]) -> list[Landing]:
    """The chosen rows by account of ours. What came there since they were looked at is left out now."""
    rows = ImportRow.objects.filter(book=book, source=source, place__in=list(accounts)).exclude(state=State.UNREADABLE)
    groups: dict[int, list[ImportRow]] = defaultdict(list)
    for row in rows.order_by("position").iterator(chunk_size=5_000):
        groups[accounts[row.place].pk].append(row)
    by_id = {account.pk: account for account in accounts.values()}
    found = []
    for account_id, all_rows in groups.items():
        counted = [row for row in all_rows if row.state in {State.FRESH, State.DUPLICATE, State.PENDING}]
        ids = dict(
            zip([row.position for row in counted], external_ids([_incoming(row) for row in counted]), strict=True)
        )
        chosen = [row for row in all_rows if row.chosen]
        fresh = [_incoming(row) for row in counted if row.state == State.FRESH or not row.chosen]
        twins, _likely = match(book=book, account_id=account_id, rows=fresh)
        for row in chosen:
            if row.state == State.FRESH and row.position in twins:
                row.chosen, row.state, row.why = False, State.DUPLICATE, twins[row.position].why
        ImportRow.objects.bulk_update(
            [row for row in chosen if not row.chosen], ["chosen", "state", "why"], batch_size=BATCH
        )
        found.append(Landing(by_id[account_id], [row for row in chosen if row.chosen], ids))
    return found


def _incoming(row: ImportRow) -> Incoming:
    assert row.day is not None  # it could be read
    assert row.amount is not None
    return Incoming(row.position, row.day, row.amount, row.description, row.reference)


def _added(
    book: Book, source: Import, landings: Sequence[Landing], recorder: Recorder, now: datetime
) -> dict[int, int]:
    """{position: key} of the rows that were stored."""
    rows = [(landing, row) for landing in landings for row in landing.rows]
    known = replace(evidence(book=book), rules=None)  # rules ask about rows as they are stored: `run_on_made`
    mapped = source.mapped
    decided = known.decide([_told(row, book) for _landing, row in rows if row.category not in mapped])
    decisions = iter(decided)
    named = [filing.key_and_name(row.description, row.payee) for _landing, row in rows]
    merchants = filing.merchants(book=book, names={key: name for key, name in named if key}, recorder=recorder)
    added = [
        _row(landing, row, _filed(row, mapped, decisions, known), merchants.get(key))
        for (landing, row), (key, _name) in zip(rows, named, strict=True)
    ]
    return add(book=book, rows=added, now=now)


def _told(row: ImportRow, book: Book) -> categoriser.Evidence:
    return categoriser.Evidence(
        row.description,
        row.amount or Decimal(0),
        merchant=row.payee or None,
        day=row.day,
        currency=row.currency or book.currency,
    )


def _filed(row: ImportRow, mapped: Mapping[str, int], decisions: Any, known: Evidence) -> filing.Filed:
    """The person's own mapping, else the evidence."""
    if row.category in mapped:
        return mapped[row.category], "user", 1.0, f"“{row.category[:150]}” in your file", None
    return filing.filed(decision=next(decisions), uncategorised=known.uncategorised)


def _row(landing: Landing, row: ImportRow, filed: filing.Filed, merchant_id: int | None) -> AddedRow:
    category_id, source, confidence, reason, suggestion_id = filed
    assert row.day is not None  # it could be read
    assert row.amount is not None
    return AddedRow(
        position=row.position,
        external_id=landing.ids.get(row.position, f"row:other:{row.source_id}:{row.position}"),
        account_id=landing.account.pk,
        day=row.day,
        authorized_on=row.authorized_on,
        amount=to_units(row.amount),
        currency=row.currency or landing.account.currency,
        description=row.description,
        note=row.note,
        merchant_id=merchant_id,
        category_id=category_id,
        category_source=source,
        confidence=confidence,
        reason=reason,
        suggestion_id=suggestion_id,
    )


def _record(book: Book, recorder: Recorder, keys: Sequence[int]) -> None:
    """Each created row, as it was stored."""
    label = Transaction._meta.label
    for start in range(0, len(keys), BATCH * 10):
        rows = Transaction.objects.filter(book=book, pk__in=keys[start : start + BATCH * 10])
        recorder.noted_many(label, ((pk, None, after) for pk, after in bulk.snapshots(rows)))


def _anchor(landings: Sequence[Landing], recorder: Recorder) -> None:
    """Rows beside those that a bank told were in its balance all along: the opening of a linked account gives way."""
    for landing in landings:
        account = landing.account
        if account.is_manual or not landing.rows:
            continue
        same = [row for row in landing.rows if (row.currency or account.currency) == account.currency]
        before = journal.snapshot(account)
        account.opening -= sum((row.amount for row in same if row.amount is not None), Decimal(0))
        account.save(update_fields=["opening"])
        recorder.changed(account, before)


def _refresh(book: Book, landings: Sequence[Landing]) -> None:
    for landing in landings:
        if days := [row.day for row in landing.rows if row.day]:
            totals.refresh(book=book, account_ids=[landing.account.pk], start=min(days), end=max(days))


def _link(book: Book, source: Import, made: Mapping[int, int]) -> None:
    """Note which transaction each row became."""
    with loaded("landed", {"position": "bigint", "made": "bigint"}, list(made.items())) as cursor:
        cursor.execute(
            "UPDATE banking_importrow SET made = landed.made FROM landed"
            " WHERE banking_importrow.position = landed.position AND source_id = %s AND book_id = %s",
            [source.pk, book.pk],
        )


def _remember(book: Book, source: Import, accounts: Mapping[int, Account], now: datetime) -> None:
    ImportMapping.objects.update_or_create(
        book=book,
        fingerprint=source.fingerprint,
        defaults={
            "choices": source.choices,
            "accounts": {source.statements[place]["key"]: account.pk for place, account in accounts.items()},
            "categories": source.categories,
            "used_at": now,
        },
    )
