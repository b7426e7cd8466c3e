"""Accounts as the bank tells them."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Book
from banking.models import Account, Connection
from banking.providers.base import AccountFacts


def store_accounts(
    *, book: Book, connection: Connection, told: Iterable[AccountFacts], now: datetime
) -> dict[str, Account]:
    """Create or update each account, keeping the name that the user gave it; {bank's id: account}.

    An account that comes under a new id, with everything else as before, is the same account. One that the bank no
    longer names is closed, and stays with all its rows.
    """
    facts = {each.external_id: each for each in told}
    stored = {a.external_id: a for a in Account.objects.filter(book=book, connection=connection).order_by("pk")}
    for external_id, each in facts.items():
        account = stored.get(external_id) or _same(each, stored, facts)
        if account is None:
            account = Account(book=book, connection=connection, name=each.name, currency=each.currency, kind=each.kind)
        elif account.external_id != external_id:
            stored.pop(account.external_id, None)
        _tell(account, each, now)
        stored[external_id] = account
    left_out = [account.pk for external_id, account in stored.items() if external_id not in facts]
    Account.objects.filter(pk__in=left_out, closed_at=None).update(closed_at=now)
    return stored


def renamed(*, connection: Connection, told: Iterable[AccountFacts]) -> dict[str, str]:
    """{id we know: id the bank uses now} of accounts that came under a new id."""
    facts = {each.external_id: each for each in told}
    stored = {a.external_id: a for a in Account.objects.filter(connection=connection).order_by("pk")}
    found = ((_same(each, stored, facts), key) for key, each in facts.items() if key not in stored)
    return {account.external_id: key for account, key in found if account is not None}


def _same(told: AccountFacts, stored: dict[str, Account], facts: dict[str, AccountFacts]) -> Account | None:
    """The one stored account that the bank no longer names and that looks exactly like this one."""
    alike = [
        account
        for external_id, account in stored.items()
        if external_id not in facts
        and (account.mask, account.kind, account.subtype, account.bank_name, account.currency)
        == (told.mask, told.kind, told.subtype, told.name, told.currency)
    ]
    return alike[0] if len(alike) == 1 else None


def _tell(account: Account, told: AccountFacts, now: datetime) -> None:
    """Save only when something differs: a second sync writes no row."""
    new = {
        "external_id": told.external_id,
        "bank_name": told.name,
        "official_name": told.official_name,
        "mask": told.mask,
        "subtype": told.subtype,
        "kind": told.kind,
        "reported": told.current,
        "available": told.available,
        "limit": told.limit,
        "closed_at": None,
    }
    differing = [name for name, value in new.items() if getattr(account, name) != value]
    if account.pk and not differing:
        return
    for name in differing:
        setattr(account, name, new[name])
    account.reported_at = now
    account.save()
