"""Bank to ledger: the real sync path over HTTP, and its database part beside the barest merge there is."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.books import entered
from accounts.models import Book, User
from banking import actions, merge, totals
from banking.actions import Received, link
from banking.actions.bringing_in import carry_out
from banking.actions.comparing import difference
from banking.actions.sync import sync
from banking.merge import COLUMNS, IncomingRow
from banking.models import Account, Category, Connection, Import
from banking.providers import registry
from financeapp.bench.books import make_book
from financeapp.bench.statements import TODAY
from financeapp.bench.timing import Line, seconds
from financeapp.collecting import collect_rarely
from sandboxbank.control import Control

_BARE = f"""
INSERT INTO banking_transaction (book_id, origin, note, excluded, discarded, edited, created_at, updated_at,
    {", ".join(COLUMNS)})
SELECT {{book}}, 'provider', '', false, false, '{{{{}}}}', now(), now(), {", ".join(COLUMNS)} FROM incoming
ON CONFLICT (account_id, external_id) DO UPDATE SET amount = excluded.amount
WHERE banking_transaction.amount <> excluded.amount
"""  # noqa: S608  names of our own columns


def warmed_up(user: User, bank: str) -> None:
    """A worker that has read a bank before: set up as one, the model loaded, connections open."""
    collect_rarely()
    for _line in synced(user, bank, 500):
        pass


def synced(user: User, bank: str, count: int) -> Iterator[Line]:
    """Link a login with `count` rows, read it, read nothing new, read everything again."""
    book, vendor = make_book(user, f"sync {count}"), registry.vendor("plaid")
    public = Control(bank).public_token(username=f"user_bulk_{count}")
    made = link.exchange(book=book, user=user, vendor=vendor, public_token=public, now=timezone.now()).connection
    Control(bank).ledger(made.external_id)

    def read() -> None:
        run = sync(book=book, connection_id=made.pk, feed=vendor.feed, clock=timezone.now)
        if run.status != "success":
            raise RuntimeError(f"the sync ended as {run.status}: {run.error}")

    first = seconds(read)
    yield Line(f"sync of {count:,} from the bank", f"{count / first:10,.0f} tx/s", "≥ 10,000 (10k), 12,000 (100k)")
    yield Line("  nothing new", f"{seconds(read) * 1000:10.0f} ms")
    with entered(book):
        Connection.objects.filter(pk=made.pk).update(cursor="")
    again = seconds(read)
    yield Line("  the same rows again, whole path", f"{count / again:10,.0f} tx/s")
    found = vendor.feed.changes(secret=made.secret.reveal(), cursor="")
    named = {account.external_id for account in found.accounts}
    with entered(book):
        compared = seconds(lambda: difference(connection=made, changes=found, renamed={}, named=named))
    yield Line("  the same rows again, in the database", f"{count / compared:10,.0f} tx/s", "≥ 50,000")


def imported(user: User, count: int) -> Iterator[Line]:
    """A file of `count` rows: read and laid out, brought in with categories, journal and totals, and taken back."""
    book = make_book(user, f"import {count}")
    lines = (
        f"{TODAY - timedelta(days=n % 1095)},PURCHASE {n % 2000} STORE {n % 97},-{n % 999 + 1}.{n % 100:02},{n:09}"
        for n in range(1, count + 1)
    )
    file = Received("bench.csv", "\n".join(("Date,Description,Amount,Transaction ID", *lines)).encode())
    made: list[Import] = []

    def receive() -> None:
        with entered(book):
            made.append(actions.receive_import(book=book, by=user, file=file, now=timezone.now()))

    def bring_in() -> None:
        with entered(book):
            actions.start_import(book=book, by=user, pk=made[0].pk, now=timezone.now())
        done = carry_out(book=book, import_id=made[0].pk, clock=timezone.now)
        if done is None or done.added != count:
            raise RuntimeError(f"the import ended as {done and done.status}: {done and done.error}")

    def take_back() -> None:
        with entered(book):
            actions.revert_import(book=book, by=user, pk=made[0].pk, now=timezone.now())

    laid_out, stored = seconds(receive), seconds(bring_in)
    yield Line(f"import of {count:,}, whole", f"{count / (laid_out + stored):10,.0f} rows/s")
    yield Line("  read and laid out", f"{count / laid_out:10,.0f} rows/s")
    yield Line("  brought in", f"{count / stored:10,.0f} rows/s")
    yield Line("  the same file again, read and compared", f"{count / seconds(receive):10,.0f} rows/s")
    yield Line("  taken back", f"{count / seconds(take_back):10,.0f} rows/s")


def merged(user: User, count: int) -> Line:
    """The database part of a sync against COPY and one merge without totals."""
    book = make_book(user, f"merge {count}")
    with entered(book):
        account = Account.objects.create(book=book, name="Bench", kind="depository", currency="USD")
        category = Category.objects.filter(book=book).order_by("pk")[0].pk
        rows = list(_rows(account.pk, category, count))
        ours = _rolled_back(lambda: _ours(book, account, rows))
        bare = _rolled_back(lambda: _bare(book, rows))
    return Line(
        f"store {count:,} rows / bare COPY-merge",
        f"{count / ours:10,.0f} / {count / bare:,.0f} tx/s = {bare / ours:.2f}",
        "≥ 0.6",
    )


def _ours(book: Book, account: Account, rows: list[IncomingRow]) -> None:
    totals.lock(book=book, account_ids=[account.pk])
    merge.merge(book=book, rows=rows, now=timezone.now())
    days = [row.day for row in rows]
    totals.refresh(book=book, account_ids=[account.pk], start=min(days), end=max(days))


def _bare(book: Book, rows: list[IncomingRow]) -> None:
    with merge.incoming(rows) as cursor:
        cursor.execute(_BARE.format(book=int(book.pk)))


def _rolled_back(work: object) -> float:
    with transaction.atomic():
        taken = seconds(work)  # type: ignore[arg-type]  # a callable
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return taken


def _rows(account_id: int, category_id: int, count: int) -> Iterator[IncomingRow]:
    first = IncomingRow(
        external_id="",
        account_id=account_id,
        day=TODAY,
        authorized_on=None,
        amount=-1000,
        currency="USD",
        description="",
        merchant_id=None,
        category_id=category_id,
        category_source="model",
        confidence=0.97,
        reason="“shop” usually means Shopping",
        suggestion_id=None,
        pending=False,
        channel="in store",
        bank_category="",
        bank_category_confidence="",
    )
    for number in range(count):
        yield first._replace(
            external_id=f"bench-{number:040}",
            day=TODAY - timedelta(days=number % 1095),
            amount=-(number % 99_999),
            description=f"PURCHASE {number % 2000} STORE {number % 97}",
        )
