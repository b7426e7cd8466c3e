"""Reads about files that were brought in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.books import everywhere
from accounts.models import Book
from banking import categoriser
from banking.importing.places import are_enough
from banking.importing.twins import Known
from banking.models import NEW, Account, Category, Import, ImportMapping, ImportRow, Origin, Transaction
from banking.queries.evidence import evidence
from banking.queries.import_categories import planned_of

AROUND = timedelta(days=10)
CORRECTED = frozenset({"amount", "day", "description"})
"""What a person may have changed of what a file had said."""
LOST = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of an import are in each state, and how many of all are to be brought in."""

    states: dict[str, int]
    chosen: int

    @property
    def rows(self) -> int:
        return sum(self.states.values())


def imports(*, book: Book) -> "QuerySet[Import]":
    """Newest first."""
    return Import.objects.filter(book=book).select_related("by", "book").order_by("-id")


def import_of(*, book: Book, pk: int) -> Import:
    """One import; raise Import.DoesNotExist."""
    return imports(book=book).get(pk=pk)


def lacks_columns(source: Import) -> bool:
    """Whether nobody has said yet which column of the table holds the day, or which the amount."""
    return bool(source.columns) and not are_enough({column["role"]: 0 for column in source.columns})


def import_rows(*, source: Import, state: str = "") -> "QuerySet[ImportRow]":
    """Its rows in the order of the file, of one state if it is named."""
    found = ImportRow.objects.filter(book=source.book_id, source=source).order_by("position")
    return found.filter(state=state) if state else found


def broken_rows(*, source: Import) -> "QuerySet[ImportRow]":
    """Its lines that cannot be read, in the order of the file."""
    return import_rows(source=source, state=ImportRow.State.UNREADABLE).order_by("line", "position")


def counts(*, source: Import) -> Counts:
    """One query."""
    rows = ImportRow.objects.filter(book=source.book_id, source=source).order_by()
    found = list(rows.values_list("state").annotate(count=Count("pk"), chosen=Count("pk", filter=Q(chosen=True))))
    return Counts({state: count for state, count, _chosen in found}, sum(chosen for _s, _c, chosen in found))


def mapping(*, book: Book, fingerprint: str) -> ImportMapping | None:
    """What was chosen for files of this layout the last time."""
    return ImportMapping.objects.filter(book=book, fingerprint=fingerprint).first()


def same_file(*, book: Book, sha256: str, besides: int = 0) -> Import | None:
    """The newest import of this very file that is done."""
    done = Import.objects.filter(book=book, sha256=sha256, status=Import.Status.DONE).exclude(pk=besides)
    return done.order_by("-id").first()


def targets(*, book: Book) -> list[Account]:
    """The accounts that rows can go to: open ones, by name."""
    return list(Account.objects.filter(book=book, closed_at=None).select_related("connection").order_by("name", "id"))


def landed(*, source: Import) -> list[tuple[Mapping[str, Any], Account]]:
    """The accounts of a file whose rows go somewhere, each with the account that takes them; one query."""
    taken = [(each, each["account"]) for each in source.statements if each.get("account")]
    rows = Account.objects.filter(book=source.book_id, pk__in=[pk for _each, pk in taken]).select_related("connection")
    accounts = {row.pk: row for row in rows}
    return [(each, accounts[pk]) for each, pk in taken if pk in accounts]


def named_categories(*, book: Book) -> list[Category]:
    """The categories that rows can be filed under, by name."""
    return list(Category.objects.filter(book=book, archived_at=None).order_by("name", "id"))


def known_rows(*, book: Book, account_id: int, first: date, last: date) -> Iterable[Known]:
    """The rows of an account that a file of these days may tell again; one query.

    Of what came from files also what was moved to another day since. What its bank took back is not there.
    """
    near = Q(day__gte=first - AROUND, day__lte=last + AROUND) | Q(origin=Origin.IMPORT, edited__has_key="day")
    rows = Transaction.objects.filter(near, book=book, account_id=account_id, part_of=None).order_by("day", "pk")
    columns = ("pk", "day", "authorized_on", "amount", "description", "external_id", "origin", "removed_at", "edited")
    for pk, day, made, amount, text, external_id, origin, removed_at, edited in rows.values_list(*columns).iterator(
        chunk_size=5_000
    ):
        if removed_at is not None and "removed" not in edited:
            continue
        own = external_id if origin == Origin.IMPORT and external_id else ""
        changed = not CORRECTED.isdisjoint(edited)
        yield Known(pk, day, made, amount, text, own, origin == Origin.PROVIDER, removed_at is not None, changed)


def lost_imports(*, now: datetime) -> list[tuple[int, int]]:
    """(book id, import id) of those that were asked for and that no worker finished."""
    with everywhere("the sweeper is for all books"):
        open_ones = Import.objects.filter(status__in=[Import.Status.QUEUED, Import.Status.RUNNING])
        waiting = open_ones.filter(started_at__lt=now - LOST)
        return list(waiting.order_by("pk").values_list("book_id", "pk"))


@dataclass(frozen=True, slots=True)
class LandingPart:
    """A part of a row's split and the name of the category it will have; `is_new` where that is made for it."""

    amount: Decimal
    category: str
    is_new: bool
    note: str
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Landing:
    """A row of a file and where it will be filed; `category` is None for one that stays out for good.

    `new` is the name of a category that will be made for it.
    """

    row: ImportRow
    category: Category | None
    reason: str
    new: str = ""
    parts: tuple[LandingPart, ...] = ()


def landings(*, source: Import, rows: list[ImportRow]) -> list[Landing]:
    """Rows of a page as they will land; as many queries for any number of rows."""
    known = evidence(book=source.book)
    readable = [row for row in rows if row.amount is not None and not source.categories.get(row.category)]
    told = [
        categoriser.Evidence(
            row.description,
            row.amount or Decimal(0),
            merchant=row.payee or None,
            day=row.day,
            account=source.statements[row.place].get("account") or 0,
            note=row.note,
            currency=row.currency or source.book.currency,
        )
        for row in readable
    ]
    decided = {row.pk: decision for row, decision in zip(readable, known.decide(told), strict=True)}
    by_id = {each.pk: each for each in named_categories(book=source.book)}
    new = _new(source, rows)
    found = [
        Landing(row, None, row.category, new[row.category])
        if row.category in new
        else _landing(row, source, by_id, decided.get(row.pk), known.uncategorised)
        for row in rows
    ]
    return [replace(each, parts=_parts(each, source, by_id, new)) if each.row.parts else each for each in found]


def _new(source: Import, rows: list[ImportRow]) -> dict[str, str]:
    """The names of the categories that are to be made for these rows and their parts, by the words of the file."""
    told = {row.category for row in rows} | {part.category for row in rows for part in row.told_parts}
    wanted = {word for word in told if source.categories.get(word) == NEW}
    plan = planned_of(source=source) if wanted else {}
    return {word: plan[word].name for word in wanted}


def _parts(whole: Landing, source: Import, by_id: dict[int, Category], new: dict[str, str]) -> tuple[LandingPart, ...]:
    """A part whose word is left open is filed as the whole is."""
    of_whole = whole.category.name if whole.category else whole.new
    found = []
    for part in whole.row.told_parts:
        ours = by_id.get(source.mapped.get(part.category, 0))
        name = new.get(part.category) or (ours.name if ours else of_whole)
        is_new = part.category in new or (ours is None and bool(whole.new))
        found.append(LandingPart(Decimal(part.amount), name, is_new, part.note, part.tags))
    return tuple(found)


def _landing(
    row: ImportRow,
    source: Import,
    by_id: dict[int, Category],
    decision: categoriser.Decision | None,
    uncategorised: int,
) -> Landing:
    if chosen := source.categories.get(row.category):
        return Landing(row, by_id.get(chosen), row.category)
    if decision is None:
        return Landing(row, None, "")
    return Landing(row, by_id.get(int(decision.label) if decision.label else uncategorised), decision.reason)
