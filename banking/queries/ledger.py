"""What must always hold in the ledger, each as one query that finds where it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, ForeignKey, Q, QuerySet, Sum

from accounts.owned import Owned, owned_models
from banking import wordings
from banking.models import Account, Connection, DayTotal, Sync, Transaction, UnreadRow
from banking.totals import DAY_TOTALS, MONTH_TOTALS

LONGEST_RUN = timedelta(minutes=20)
SHARED = ("account", "day", "currency", "pending", "discarded")


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where an invariant does not hold; carries keys, never amounts or names."""

    invariant: str
    book_id: int
    where: str


def broken(*, now: datetime, book_id: int | None = None) -> list[Broken]:
    """Every violation, of one book or of all. Reads only; call inside `entered` or `everywhere`."""
    checks = (
        _balances(book_id),
        _day_totals(book_id),
        _month_totals(book_id),
        _splits(book_id),
        _parts(book_id),
        _strangers(book_id),
        _stuck(book_id, now),
        _unread(book_id),
        _unfindable(book_id),
    )
    return [found for check in checks for found in check]


def moved_in(rows: "QuerySet[DayTotal]") -> dict[int, Decimal]:
    """What moved in each account: all that the bank has booked is in its balance, whatever day it gives it."""
    return dict(rows.order_by().values_list("account_id").annotate(moved=Sum("amount")))


def _balances(book_id: int | None) -> Iterator[Broken]:
    """Opening balance + what moved = what the bank reports, once the whole history is there."""
    accounts = Account.objects.filter(opening_settled=True, reported__isnull=False).exclude(
        connection__status=Connection.Status.UNLINKED
    )
    moved = moved_in(DayTotal.objects.all())
    for account in accounts.filter(**_of(book_id)).order_by("pk"):
        if account.opening + moved.get(account.pk, 0) != account.reported:
            yield Broken("opening + transactions = balance", account.book_id, f"account {account.pk}")


def _day_totals(book_id: int | None) -> Iterator[Broken]:
    columns = "book_id, account_id, day, amount, count"
    yield from _differences(
        "day totals = sum of rows", "banking_daytotal", columns, DAY_TOTALS[connection.vendor], book_id
    )


def _month_totals(book_id: int | None) -> Iterator[Broken]:
    columns = "book_id, account_id, category_id, month, currency, money_in, money_out, count"
    rebuilt = MONTH_TOTALS[connection.vendor]
    yield from _differences("month totals = sum of rows", "banking_monthtotal", columns, rebuilt, book_id)


def _differences(name: str, table: str, columns: str, rebuilt: str, book_id: int | None) -> Iterator[Broken]:
    """Stored rows that a rebuild would not make, and the other way round."""
    stored = f"SELECT {columns} FROM {table}"  # noqa: S608  names of our own tables
    with connection.cursor() as cursor:
        for left, right in ((stored, rebuilt), (rebuilt, stored)):
            cursor.execute(f"SELECT * FROM ({left}) a EXCEPT SELECT * FROM ({right}) b")  # noqa: S608  our own statements
            for row in cursor.fetchall():
                if book_id in (None, row[0]):
                    yield Broken(name, row[0], f"account {row[1]}, {row[2] if table == 'banking_daytotal' else row[3]}")


def _splits(book_id: int | None) -> Iterator[Broken]:
    for pk, book in unequal(**_of(book_id)).order_by("pk").values_list("pk", "book_id"):
        yield Broken("parts = split", book, f"transaction {pk}")


def _parts(book_id: int | None) -> Iterator[Broken]:
    for pk, book in apart(**_of(book_id)).order_by("pk").values_list("pk", "book_id"):
        yield Broken("a part is like its split", book, f"transaction {pk}")


def unequal(**where: object) -> QuerySet[Transaction]:
    """Splits that are not what they must be: the sum of two parts or more, marked as split and remembered as one."""
    marked = Transaction.objects.filter(Q(is_split=True) | Q(split__isnull=False), **where)
    found = marked.annotate(sum=Sum("parts__amount"), number=Count("parts"))
    return found.exclude(sum=F("amount"), number__gt=1, is_split=True, split__isnull=False)


def apart(**where: object) -> QuerySet[Transaction]:
    """Parts that do not share with their split what SHARED names, or are one themselves."""
    parts = Transaction.objects.filter(part_of__isnull=False, **where)
    differ = Q(is_split=True) | Q(part_of__is_split=False)
    for name in SHARED:
        differ |= ~Q(**{name: F(f"part_of__{name}")})
    differ |= ~Q(removed_at=F("part_of__removed_at")) & (
        Q(removed_at__isnull=False) | Q(part_of__removed_at__isnull=False)
    )
    return parts.filter(differ)


def _strangers(book_id: int | None) -> Iterator[Broken]:
    """A row and what it points to lie in the same book; of every model that belongs to books, by name."""
    for model, relation in _relations():
        crossing = model._default_manager.filter(Q(**{f"{relation}__isnull": False}), **_of(book_id)).exclude(
            **{f"{relation}__book": F("book")}
        )
        for pk, book in crossing.values_list("pk", "book_id"):
            yield Broken(f"{model._meta.model_name} and its {relation} lie in one book", book, f"row {pk}")


def _relations() -> list[tuple[type[Owned], str]]:
    return [
        (model, field.name)
        for model in owned_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and issubclass(field.related_model, Owned)
    ]


def _stuck(book_id: int | None, now: datetime) -> Iterator[Broken]:
    """No run goes on for ever."""
    running = Sync.objects.filter(status=Sync.Status.RUNNING, started_at__lt=now - LONGEST_RUN, **_of(book_id))
    for pk, book in running.values_list("pk", "book_id"):
        yield Broken("every sync ends", book, f"sync {pk}")


def _unread(book_id: int | None) -> Iterator[Broken]:
    """Every row that a bank tells is stored."""
    for pk, book in UnreadRow.objects.filter(**_of(book_id)).order_by("pk").values_list("pk", "book_id"):
        yield Broken("every row of the bank is read", book, f"unread row {pk}")


def _unfindable(book_id: int | None) -> Iterator[Broken]:
    """Every word of the bank's wordings is known to the search."""
    for book in Transaction.objects.filter(**_of(book_id)).order_by("book").values_list("book", flat=True).distinct():
        for pk in wordings.unknown(book_id=book):
            yield Broken("every word of a wording is known", book, f"transaction {pk}")


def _of(book_id: int | None) -> dict[str, int]:
    return {} if book_id is None else {"book_id": book_id}
