"""Connections, accounts, categories and transactions for tests. Call them inside the book."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from accounts.models import Book, User
from accounts.tests.factories import NOW
from banking import actions, totals, wordings
from banking.actions import Received, receive_import
from banking.models import (
    Account,
    AccountKind,
    Attachment,
    Category,
    Connection,
    EvidenceSource,
    Import,
    Institution,
    Merchant,
    Origin,
    Rule,
    Tag,
    Transaction,
    TransactionTag,
)

DAY = date(2026, 3, 10)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364f8ffbf1e000584027f9a4f27820000000049454e44ae426082"
)
"""An image of one pixel."""
_numbers = count(1)


def make_institution(name: str = "First Platypus Bank") -> Institution:
    return Institution.objects.get_or_create(provider="plaid", external_id=name, defaults={"name": name})[0]


def make_connection(
    book: Book, *, institution: str = "First Platypus Bank", status: str = Connection.Status.ACTIVE, problem: str = ""
) -> Connection:
    return Connection.objects.create(
        book=book,
        provider="plaid",
        external_id=f"item-{next(_numbers)}",
        secret="access-token",
        institution=make_institution(institution),
        status=status,
        problem=problem,
        created_at=NOW,
    )


def make_account(
    book: Book,
    *,
    name: str = "Wallet",
    kind: str = AccountKind.DEPOSITORY,
    currency: str = "USD",
    opening: Decimal | int = 0,
    connection: Connection | None = None,
    closed_at: datetime | None = None,
    holder: User | None = None,
) -> Account:
    """A manual account, or a linked one with a connection."""
    return Account.objects.create(
        book=book,
        name=name,
        kind=kind,
        currency=currency,
        opening=opening,
        connection=connection,
        external_id=f"account-{next(_numbers)}" if connection else "",
        closed_at=closed_at,
        holder=holder,
    )


def category_of(book: Book, code: str) -> Category:
    """The system category with that code."""
    return Category.objects.get(book=book, code=code)


def make_category(
    book: Book, *, name: str = "Hobby", kind: str = "expense", parent: Category | None = None
) -> Category:
    return Category.objects.create(book=book, name=name, kind=kind, parent=parent)


def make_merchant(book: Book, *, name: str = "Blue Bottle") -> Merchant:
    return Merchant.objects.get_or_create(book=book, key=name.lower(), defaults={"name": name})[0]


def make_attachment(row: Transaction, *, by: User, name: str = "receipt.png", content: bytes = PNG) -> Attachment:
    """A receipt with a file behind it."""
    return actions.attach(book=row.book, by=by, pk=row.pk, name=name, content=content, now=NOW)


def make_transaction(
    book: Book,
    *,
    account: Account | None = None,
    day: date = DAY,
    amount: Decimal | int | str = Decimal("-10"),
    description: str = "BLUE BOTTLE COFFEE",
    category: Category | str = "COFFEE",
    merchant: Merchant | None = None,
    currency: str = "",
    note: str = "",
    pending: bool = False,
    excluded: bool = False,
    removed_at: datetime | None = None,
    tags: Iterable[str] = (),
    refresh: bool = True,
) -> Transaction:
    """A row of a bank, or a manual one in a manual account, with the totals and the words kept."""
    account = account or Account.objects.filter(book=book).order_by("id").first() or make_account(book)
    row = Transaction.objects.create(
        book=book,
        account=account,
        external_id=None if account.is_manual else f"row-{next(_numbers)}",
        origin=Origin.MANUAL if account.is_manual else Origin.PROVIDER,
        day=day,
        amount=Decimal(amount),
        currency=currency or account.currency,
        description=description,
        category=category_of(book, category) if isinstance(category, str) else category,
        category_source=EvidenceSource.MODEL,
        merchant=merchant,
        note=note,
        pending=pending,
        excluded=excluded,
        removed_at=removed_at,
    )
    wordings.learn(book=book, texts=[description])
    for name in tags:
        tag = Tag.objects.get_or_create(book=book, name=name)[0]
        TransactionTag.objects.create(book=book, transaction=row, tag=tag)
    if refresh:
        totals.refresh(book=book, account_ids=[account.pk], start=day, end=day)
    return row


def make_rule(
    book: Book,
    *,
    contains: str = "coffee",
    category: Category | str | None = "COFFEE",
    name: str = "",
    conditions: dict[str, object] | None = None,
    actions: dict[str, object] | None = None,
    **given: object,
) -> Rule:
    """A rule for what contains the text, tried after those that are there."""
    last = Rule.objects.filter(book=book).order_by("-position").values_list("position", flat=True).first()
    return Rule.objects.create(
        book=book,
        name=name or contains,
        position=(last or 0) + 1,
        conditions=conditions or {"all": [{"field": "text", "op": "contains", "value": contains}]},
        actions=actions or {},
        category=category_of(book, category) if isinstance(category, str) else category,
        **given,
    )


def make_import(book: Book, *, word: str = "file") -> Import:
    """A file of one row that was not started."""
    receive = Received(
        f"{word}.csv",
        f"Date,Description,Amount,Category,Tags\n2026-03-10,{word} in a file,-47.11,{word},tag of {word}\n".encode(),
    )
    return receive_import(
        book=book, by=User.objects.filter(memberships__book=book).order_by("pk")[0], file=receive, now=NOW
    )
