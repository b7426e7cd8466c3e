"""Running rules: over everything that is there, in the background, and over what has just come in.

As in a sync everything is looked at outside of any transaction, so that progress can be seen; then one transaction
looks at the rows to be changed again and stores it all. A crash before the commit leaves nothing behind, and a second
run changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.books import entered, everywhere
from accounts.models import Book, User
from banking import ruling, totals
from banking.actions.refusals import Refused
from banking.actions.rule_effects import Outcome, carry_out
from banking.models import Account, Rule, RuleRun, Transaction
from banking.queries import ruling as queries
from journal import actions as journal
from journal.actions import Recorder

Clock = Callable[[], datetime]
CHUNK = 5_000
SILENT = timedelta(minutes=10)
STUMBLED = "Running the rules went wrong on our side; nothing was changed. Try again."

GONE = "This rule was deleted before it could run."
ENDED = (
    *("status", "finished_at", "heard_at", "error"),
    *("looked_at", "matched", "changed", "kept", "unsplit", "operation"),
)


def ask_run(*, book: Book, by: User, rule_id: int | None, now: datetime) -> RuleRun:
    """Ask for a run of one rule or of all; one that waits already is that one. Raise Refused, or Rule.DoesNotExist."""
    rule = Rule.objects.get(book=book, pk=rule_id) if rule_id is not None else None
    if rule is not None and not rule.active:
        raise Refused(_("This rule is off. Switch it on first."), field="rule_id")
    waiting = RuleRun.objects.filter(book=book, rule=rule, status=RuleRun.Status.QUEUED, by=by)
    return waiting.order_by("id").first() or RuleRun.objects.create(
        book=book, rule=rule, name=rule.name if rule else "", by=by, created_at=now, heard_at=now
    )


def run_rules(*, book: Book, run_id: int, clock: Clock) -> RuleRun | None:
    """Carry out a run that was asked for; None where it is done, or done by somebody else at the moment."""
    with entered(book), transaction.atomic():
        run = _begin(book, run_id, clock())
    if run is None:
        return None
    try:
        with entered(book):
            asked = queries.program(book=book)
        only = {run.rule_id} if run.rule_id is not None else None
        ids = _looked(book, run, asked, only, clock)
        with entered(book), transaction.atomic():
            return _store(book, run, asked, only, ids, clock())
    except Exception:
        with entered(book), transaction.atomic():
            _end(run, RuleRun.Status.FAILED, clock(), error=STUMBLED)
        raise


def run_on_new(*, book: Book, rows: QuerySet[Transaction], now: datetime) -> int:
    """Carry out the rules on rows that have just come in; how many changed.

    Call inside the transaction that holds their accounts.
    """
    asked = queries.program(book=book)
    if not asked.rules:
        return 0
    ids = [each.pk for each in _meant(book, rows, asked) if each.changes or each.split]
    if not ids:
        return 0
    with journal.operation(book=book, by=None, verb="run_rules", now=now) as recorder:
        return carry_out(book=book, program=asked, ids=ids, recorder=recorder, now=now).changed


def _meant(book: Book, rows: QuerySet[Transaction], asked: ruling.Program) -> Iterator[queries.Found]:
    """What the rules mean among the rows, so many at a time: two queries for each."""
    keys = rows.order_by("pk")
    last = 0
    while chunk := list(keys.filter(pk__gt=last).values_list(*queries.COLUMNS)[:CHUNK]):
        last = chunk[-1][0]
        yield from queries.looked(chunk, book=book, program=asked)


def run_on_made(*, book: Book, keys: Sequence[int], recorder: Recorder, now: datetime) -> None:
    """The same for rows that an operation is making: what rules change in them is part of how they came.

    Call before the rows are recorded.
    """
    there = len(recorder.changes)
    for start in range(0, len(keys), CHUNK):
        run_on_new(book=book, rows=Transaction.objects.filter(book=book, pk__in=keys[start : start + CHUNK]), now=now)
    recorder.forget(Transaction._meta.label, set(keys), since=there)


def silent_runs(*, now: datetime) -> list[tuple[int, int]]:
    """(book, run) of runs that were asked for or begun and of which nothing was heard for a while; for the sweep."""
    with everywhere("the sweep looks after the runs of all books"):
        runs = RuleRun.objects.filter(
            status__in=[RuleRun.Status.QUEUED, RuleRun.Status.RUNNING], heard_at__lt=now - SILENT
        )
        return list(runs.order_by("id").values_list("book_id", "id"))


def _begin(book: Book, run_id: int, now: datetime) -> RuleRun | None:
    run = RuleRun.objects.select_for_update(of=("self",)).filter(book=book, pk=run_id).first()
    if run is None or not run.is_open or (run.status == RuleRun.Status.RUNNING and run.heard_at > now - SILENT):
        return None
    if run.name and run.rule_id is None:
        _end(run, RuleRun.Status.FAILED, now, error=GONE)
        return None
    run.status, run.heard_at, run.looked_at = RuleRun.Status.RUNNING, now, 0
    run.rows = queries.rows_of(book=book).count()
    run.save()
    return run


def _looked(book: Book, run: RuleRun, asked: ruling.Program, only: set[int] | None, clock: Clock) -> list[int]:
    """The rows that the rules mean, looked at by and by."""
    ids: list[int] = []
    last = 0
    while True:
        with entered(book):
            rows = queries.rows_of(book=book).filter(pk__gt=last).order_by("pk")
            chunk = list(rows.values_list(*queries.COLUMNS)[:CHUNK])
            if not chunk:
                return ids
            last = chunk[-1][0]
            ids += [each.pk for each in queries.looked(chunk, book=book, program=asked, only=only)]
            run.looked_at += len(chunk)
            RuleRun.objects.filter(pk=run.pk).update(looked_at=run.looked_at, heard_at=clock())


def _store(
    book: Book, run: RuleRun, asked: ruling.Program, only: set[int] | None, ids: list[int], now: datetime
) -> RuleRun:
    current = RuleRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not current.is_open:
        return current
    if current.rule_id != run.rule_id:
        _end(current, RuleRun.Status.FAILED, now, error=GONE)
        return current
    totals.lock(book=book, account_ids=Account.objects.filter(book=book).values_list("pk", flat=True))
    with journal.operation(book=book, by=run.by, verb="run_rules", now=now) as recorder:
        outcome = carry_out(book=book, program=asked, ids=ids, recorder=recorder, now=now, only=only)
    _end(run, RuleRun.Status.SUCCESS, now, outcome=outcome, operation_id=recorder.operation.pk)
    return run


def _end(
    run: RuleRun,
    status: RuleRun.Status,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    operation_id: int | None = None,
    error: str = "",
) -> None:
    run.status, run.finished_at, run.heard_at, run.error = status, now, now, error
    if outcome is not None:
        run.matched, run.changed, run.kept, run.unsplit = (
            outcome.matched,
            outcome.changed,
            outcome.kept,
            outcome.unsplit,
        )
        run.operation_id = operation_id
    run.save(update_fields=ENDED)  # its rule may be gone by now
