"""Opening, amending and closing accounts by hand; a bank that is read does that to its own."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from accounts import currencies
from accounts.models import Book, Membership, User
from banking.actions.refusals import Conflicting, NotYours, Refused, checked_amount, checked_text
from banking.models import Account, AccountKind
from journal import actions as journal


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A manual account; `opening` is what is in it before its first transaction, negative where something is owed."""

    name: str
    kind: str
    currency: str
    opening: Decimal = Decimal(0)


class AccountAmendment(TypedDict, total=False):
    """What to change; what is not named stays. `opening` and `kind` only of a manual account.

    `holder_id` is the member whose account it is, None where it is joint.
    """

    name: str
    kind: str
    opening: Decimal
    holder_id: int | None


OURS = frozenset({"name", "holder_id"})
"""What no bank tells."""


def open_account(*, book: Book, by: User, new: NewAccount, now: datetime) -> Account:
    """Open a manual account; raise Refused."""
    if new.currency not in currencies.codes():
        raise Refused(_("This is not a currency: give its three letters, such as USD."), field="currency")
    with journal.operation(book=book, by=by, verb="open_account", now=now) as recorder:
        account = Account.objects.create(
            book=book,
            name=checked_text(new.name, field="name", length=120, required=True),
            kind=_kind(new.kind),
            currency=new.currency,
            opening=checked_amount(new.opening, currency=new.currency, field="opening"),
            created_at=now,
        )
        recorder.created(account)
    return account


def amend_account(*, book: Book, by: User, pk: int, changes: AccountAmendment, now: datetime) -> Account:
    """Change what is named; raise Refused, or Account.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="amend_account", now=now) as recorder:
        account = Account.objects.select_for_update().get(book=book, pk=pk)
        before = journal.snapshot(account)
        if not account.is_manual and changes.keys() - OURS:
            message = _("The bank tells this. Only the name of a linked account, and whose it is, can be changed.")
            raise NotYours(message, field=min(changes.keys() - OURS))
        if "name" in changes:
            account.name = checked_text(changes["name"], field="name", length=120, required=True)
        if "kind" in changes:
            account.kind = _kind(changes["kind"])
        if "opening" in changes:
            account.opening = checked_amount(changes["opening"], currency=account.currency, field="opening")
        if "holder_id" in changes:
            account.holder_id = _holder(book, changes["holder_id"], kept=account.holder_id)
        account.save(update_fields=sorted(changes.keys()))
        recorder.changed(account, before)
    return account


def _holder(book: Book, pk: int | None, *, kept: int | None) -> int | None:
    """A member of the book, or who it was before."""
    if pk not in {None, kept} and not Membership.objects.filter(book=book, user=pk).exists():
        raise Refused(_("Nobody in this book is called so: choose a member."), field="holder_id")
    return pk


def close_account(*, book: Book, by: User, pk: int, now: datetime) -> Account:
    """Close an account by hand or of an unlinked bank: its rows stay, its balance no longer counts.

    Raise Refused, or Account.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="close_account", now=now) as recorder:
        account = _not_read(book, pk)
        before = journal.snapshot(account)
        if account.closed_at is not None:
            raise Conflicting(_("This account is closed already."))
        account.closed_at = now
        account.save(update_fields=["closed_at"])
        recorder.changed(account, before)
    return account


def reopen_account(*, book: Book, by: User, pk: int, now: datetime) -> Account:
    """Open such an account again; raise Refused, or Account.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="reopen_account", now=now) as recorder:
        account = _not_read(book, pk)
        before = journal.snapshot(account)
        account.closed_at = None
        account.save(update_fields=["closed_at"])
        recorder.changed(account, before)
    return account


def _not_read(book: Book, pk: int) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("connection")
    account = rows.get(book=book, pk=pk)
    if not account.may_close:
        raise NotYours(_("This account is linked to a bank. Unlink its connection instead."))
    return account


def _kind(kind: str) -> str:
    if kind not in AccountKind.values:
        raise Refused(_("Choose one of: %(kinds)s.") % {"kinds": ", ".join(AccountKind.values)}, field="kind")
    return kind
