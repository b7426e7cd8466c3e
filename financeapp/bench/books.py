"""A book with any number of made-up transactions: 5 accounts, 24 categories, 3 years, neighbours around it."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import open_book
from accounts.books import entered
from accounts.models import Book, BookKind, User
from banking import totals, wordings
from banking.models import Account, Category, Merchant
from financeapp.bench.statements import TODAY

ACCOUNTS, MERCHANTS, DAYS = 5, 2_000, 1_095
NEIGHBOURS = 4

_FILL = """
INSERT INTO banking_transaction (book_id, origin, note, excluded, discarded, edited, created_at, updated_at,
    external_id, account_id, day, amount, currency, description, merchant_id, category_id, category_source, confidence,
    reason, pending, channel, bank_category, bank_category_confidence)
SELECT %(book)s, 'provider', '', false, false, '{}', now(), now(),
    'bench-' || n, (%(accounts)s::bigint[])[1 + n %% 5], %(first)s::date + (n::bigint * 7919 %% %(days)s)::int,
    CASE WHEN n %% 20 = 0 THEN 25000000 + n %% 1000 ELSE -(10000 + n::bigint * 104729 %% 2000000) END, 'USD',
    'PURCHASE ' || n %% %(merchants_count)s || ' STORE ' || n %% 97,
    (%(merchants)s::bigint[])[1 + n %% %(merchants_count)s],
    (%(categories)s::bigint[])[1 + n %% 24], 'model', 0.97, '', n %% 2000 = 1, 'in store', '', ''
FROM generate_series(1, %(count)s) n
"""


def make_user(email: str) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, "bench-password")


def make_book(user: User, name: str) -> Book:
    return open_book(user=user, kind=BookKind.PERSONAL, name=name, currency="USD", now=timezone.now())


def filled(user: User, count: int) -> Book:
    """A book with `count` transactions, and others that share as many among them."""
    others = [make_book(user, f"neighbour {n} of {count}") for n in range(NEIGHBOURS)]
    book = make_book(user, f"{count} rows")
    for each in (*others[: NEIGHBOURS // 2], book, *others[NEIGHBOURS // 2 :]):
        _write(each, count if each == book else count // NEIGHBOURS)
    with connection.cursor() as cursor:
        for table in ("transaction", "merchant", "monthtotal", "daytotal", "word"):
            cursor.execute(f"VACUUM ANALYZE banking_{table}")  # As PostgreSQL does by itself after a minute.
    return book


def _write(book: Book, count: int) -> None:
    """Rows by one statement, their totals and their words."""
    with entered(book), transaction.atomic():
        accounts = [_account(book, n) for n in range(ACCOUNTS)]
        named = [Merchant(book=book, key=f"shop {n}", name=f"Shop {n}") for n in range(MERCHANTS)]
        merchants = Merchant.objects.bulk_create(named)
        categories = Category.objects.filter(book=book).order_by("pk").values_list("pk", flat=True)[:24]
        with connection.cursor() as cursor:
            cursor.execute(
                _FILL,
                {
                    "book": book.pk,
                    "accounts": [account.pk for account in accounts],
                    "first": TODAY - timedelta(days=DAYS - 1),
                    "days": DAYS,
                    "merchants": [merchant.pk for merchant in merchants],
                    "merchants_count": MERCHANTS,
                    "categories": list(categories),
                    "count": count,
                },
            )
        totals.rebuild(book=book)
        wordings.rebuild(book=book)


def _account(book: Book, number: int) -> Account:
    return Account.objects.create(book=book, name=f"Account {number}", kind="depository", currency="USD")
