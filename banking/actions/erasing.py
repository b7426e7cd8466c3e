"""Erasing what a login told: nothing of it stays, nor of what was written about it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Book, User
from banking import forgetting, vault, wordings
from banking.actions.finding import forget_matches
from banking.actions.following import ties
from banking.models import (
    Account,
    Attachment,
    Connection,
    DayTotal,
    Merchant,
    MonthTotal,
    Tag,
    Transaction,
    TransactionTag,
)
from journal import actions as journal
from notifications import actions as notifications

MANY = 500


def erase(*, book: Book, connection: Connection, by: User, now: datetime) -> None:
    """What was read, whom only it names, and what the journal kept of both. Call inside the book's transaction.

    Set-wise, children first: a cascade through the ORM would load every row.
    """
    accounts = Account.objects.filter(book=book, connection=connection)
    rows = Transaction.objects.filter(account__in=list(accounts.values_list("pk", flat=True)))
    links = TransactionTag.objects.filter(book=book, transaction__in=rows)
    merchants = list(rows.exclude(merchant=None).order_by().values_list("merchant", flat=True).distinct())
    tags = list(links.order_by().values_list("tag", flat=True).distinct())
    with journal.operation(book=book, by=by, verb="erase", now=now, final=True) as recorder:
        recorder.noted(Connection._meta.label, connection.pk, {"status": connection.status}, None)
        receipts = Attachment.objects.filter(book=book, transaction__in=rows)
        journal.forget(book=book, rows=(accounts, rows, links, receipts))
        vault.drop(book_id=book.pk, names=list(receipts.values_list("file", flat=True)))
        receipts.delete()
        links.delete()
        for tie in ties(book=book, rows=rows):
            journal.forget(book=book, rows=(tie,))
            tie.delete()
        forget_matches(book=book, rows=rows)
        for learned in forgetting.learned_from(book=book, accounts=accounts):
            journal.forget(book=book, rows=(learned,))
            learned.delete()
        notifications.blank(book=book)
        for model in (DayTotal, MonthTotal, Transaction):
            read = model.objects.filter(account__in=list(accounts.values_list("pk", flat=True)))
            read._raw_delete(read.db)  # what delete() does where nothing cascades
        for start in range(0, len(merchants), MANY):
            _forget_merchants(book, merchants[start : start + MANY])
        unused = Tag.objects.filter(pk__in=tags, transactions=None)
        journal.forget(book=book, rows=(unused,))
        unused.delete()
        connection.delete()
        wordings.rebuild(book=book)


def _forget_merchants(book: Book, keys: Sequence[int]) -> None:
    """Those of the merchants, and of those merged into them, whom no row names any more."""
    gone = Merchant.objects.filter(book=book, pk__in=keys, transactions=None)
    into = Merchant.objects.filter(book=book, merged_into__in=gone, transactions=None)
    journal.forget(book=book, rows=(gone, into))
    gone.delete()
