"""Opening and describing books."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, opening
from accounts.books import entered
from accounts.models import AuditKind, Book, BookKind, Membership, Role, User
from accounts.wishes import Wishes

BOOK_FIELDS = frozenset({"name", "currency", "fiscal_month", "fiscal_day", "time_zone"})
USER_FIELDS = frozenset({"name", "locale"})


@transaction.atomic
def open_book(
    *,
    user: User,
    kind: str,
    name: str,
    currency: str,
    now: datetime,
    fiscal_month: int = 1,
    fiscal_day: int = 1,
    time_zone: str = "UTC",
) -> Book:
    """Open a book owned by the user, filled by the other apps; it becomes their default if they had none."""
    book = Book.objects.create(
        kind=kind,
        name=name,
        currency=currency,
        fiscal_month=fiscal_month,
        fiscal_day=fiscal_day,
        time_zone=time_zone,
        created_at=now,
    )
    Membership.objects.create(book=book, user=user, role=Role.OWNER, created_at=now)
    if user.default_book_id is None:
        choose_default(user=user, book=book)
    with entered(book):
        opening.fill(book)
    audit.record(kind=AuditKind.BOOK_OPENED, subject=user, book=book, by=user, now=now, details={"kind": kind})
    return book


@transaction.atomic
def open_first_books(*, user: User, wishes: Wishes, now: datetime) -> list[Book]:
    """The books of somebody who just signed up: the personal one, and one for the business they named."""
    month, day = wishes.fiscal_year_start
    personal = open_book(
        user=user,
        kind=BookKind.PERSONAL,
        name=_("Personal"),
        currency=wishes.currency,
        time_zone=wishes.time_zone,
        now=now,
    )
    if not wishes.business_name:
        return [personal]
    business = open_book(
        user=user,
        kind=BookKind.BUSINESS,
        name=wishes.business_name,
        currency=wishes.currency,
        time_zone=wishes.time_zone,
        fiscal_month=month,
        fiscal_day=day,
        now=now,
    )
    return [personal, business]


def choose_default(*, user: User, book: Book) -> None:
    """The book that opens when none was chosen, and that the API uses without `X-Book`."""
    user.default_book = book
    user.save(update_fields=["default_book"])


def amend_book(*, book: Book, changes: Mapping[str, object]) -> None:
    """Set some of the book's own fields; raise ValueError for any other."""
    _set(book, changes, BOOK_FIELDS)


def amend_user(*, user: User, changes: Mapping[str, object]) -> None:
    """Set the user's name or locale; raise ValueError for anything else."""
    _set(user, changes, USER_FIELDS)


def _set(row: Book | User, changes: Mapping[str, object], allowed: frozenset[str]) -> None:
    if not allowed.issuperset(changes):
        raise ValueError(f"Not to be changed: {sorted(set(changes) - allowed)}")
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
