"""Linking a bank: ask for a Hosted Link, confirm what came of it, recognise a duplicate, then exchange."""

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as database

from accounts import audit
from accounts.books import entered, everywhere
from accounts.models import AuditKind, Book, User
from banking.actions.connections import ask, freeze
from banking.actions.errors import AlreadyLinked, Busy, LinkBusy, LinkLeft, LinkOpen, LinkSpent
from banking.actions.locking import linking
from banking.models import Account, Connection, Institution, LinkSession, Sync
from banking.providers.base import BankError, Grant, LinkedAccount, LinkResult, LinkStart, Vendor

DATABASE_IS_BACK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Started:
    """An open link session: send the browser to `url`."""

    session: LinkSession
    url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The connection that was made or repaired, and the sync that will read it."""

    connection: Connection
    sync: Sync
    repaired: bool


def start(
    *, book: Book, user: User, vendor: Vendor, return_url: str, repair: Connection | None, now: datetime
) -> Started:
    """Open a session at the provider; `return_url` gets our `state` appended. Raise BankError.

    A login that is gone cannot be repaired: it is unlinked with its data kept, and the session links the bank anew.
    """
    state = secrets.token_urlsafe(32)
    address = f"{return_url}?state={state}"
    try:
        link = _asked(vendor, user, address, repair)
    except BankError as error:
        if repair is None or error.kind != "gone":
            raise
        with entered(book), transaction.atomic():
            freeze(repair, now=now)
        repair, link = None, _asked(vendor, user, address, None)
    with entered(book):
        session = LinkSession.objects.create(
            book=book,
            provider=vendor.name,
            state=state,
            token=link.token,
            connection=repair,
            user=user,
            created_at=now,
        )
    return Started(session, link.url, link.expires_at)


def _asked(vendor: Vendor, user: User, return_url: str, repair: Connection | None) -> LinkStart:
    return vendor.feed.start(
        user_key=f"user-{user.pk}",
        return_url=return_url,
        secret=repair.secret.reveal() if repair else None,
        choose_accounts=bool(repair and repair.new_accounts),
    )


def finish(*, book: Book, session: LinkSession, vendor: Vendor, now: datetime, patience: float = 0) -> Finished:
    """Confirm with the provider what came of the session and store it. Twice, also at once, is once.

    Raise LinkBusy when another request is at it for `patience` seconds, LinkOpen, LinkLeft, LinkSpent, AlreadyLinked or
    BankError; nothing is stored then.
    """
    try:
        with linking(book.pk, patience=patience):
            return _finish(book, session, vendor, now)
    except Busy as error:
        raise LinkBusy from error
    except (LinkLeft, LinkSpent, AlreadyLinked):
        with entered(book):
            LinkSession.objects.filter(pk=session.pk).update(told_at=None)
        raise


def exchange(
    *, book: Book, user: User, vendor: Vendor, public_token: str, now: datetime, patience: float = 0
) -> Finished:
    """Link by a token that a client's own Link session gave it.

    What it stands for is only known after the exchange, so a duplicate is given back at once. Raise LinkBusy,
    LinkSpent, AlreadyLinked or BankError.
    """
    try:
        with linking(book.pk, patience=patience):
            return _exchange(book, user, vendor, public_token, now)
    except Busy as error:
        raise LinkBusy from error


def _finish(book: Book, session: LinkSession, vendor: Vendor, now: datetime) -> Finished:
    with entered(book):
        session.refresh_from_db(fields=["connection", "finished_at"])
        if session.finished_at and session.connection_id:
            return _again(session)
    with _token_taken():
        result = vendor.feed.result(token=session.token)
    if result.status == "open":
        raise LinkOpen
    if result.status == "left":
        raise LinkLeft
    if session.connection_id:
        return _repaired(book, session, now)
    if not result.public_token:
        raise LinkLeft
    return _linked(book, session, vendor, result, now)


def _exchange(book: Book, user: User, vendor: Vendor, public_token: str, now: datetime) -> Finished:
    with _token_taken():
        grant = vendor.feed.finish(public_token=public_token)
    with _given_back_if_useless(vendor, grant):
        told = vendor.feed.accounts(secret=grant.secret)
        accounts = [LinkedAccount(a.external_id, a.name, a.mask, a.kind, a.subtype) for a in told]
        institution = _institution(vendor, vendor.feed.institution_of(secret=grant.secret), "")
        with entered(book):
            duplicate = _duplicate(book, institution, accounts)
        if duplicate is not None and duplicate.status != Connection.Status.UNLINKED:
            raise AlreadyLinked(duplicate.pk)
        return _stored(None, Link(book, user, vendor, grant, institution, accounts, duplicate), now)


def _again(session: LinkSession) -> Finished:
    connection = Connection.objects.get(pk=session.connection_id or 0)
    run = connection.syncs.order_by("-id").first() or ask(connection=connection, kind="manual", now=session.created_at)
    return Finished(connection, run, repaired=connection.created_at < session.created_at)


def _repaired(book: Book, session: LinkSession, now: datetime) -> Finished:
    with entered(book), transaction.atomic():
        connection = Connection.objects.select_for_update().get(book=book, pk=session.connection_id or 0)
        if connection.status == Connection.Status.UNLINKED:
            raise LinkSpent
        Connection.objects.filter(pk=connection.pk).update(
            status=Connection.Status.ACTIVE, problem="", new_accounts=False, expires_on=None, failures=0
        )
        connection.refresh_from_db()
        LinkSession.objects.filter(pk=session.pk).update(finished_at=now)
        return Finished(connection, ask(connection=connection, kind="manual", now=now), repaired=True)


def _linked(book: Book, session: LinkSession, vendor: Vendor, result: LinkResult, now: datetime) -> Finished:
    institution = _institution(vendor, result.institution_id, result.institution_name)
    with entered(book):
        duplicate = _duplicate(book, institution, result.accounts)
    if duplicate is not None and duplicate.status != Connection.Status.UNLINKED:
        raise AlreadyLinked(duplicate.pk)
    with _token_taken():
        grant = vendor.feed.finish(public_token=str(result.public_token))
    with _given_back_if_useless(vendor, grant):
        link = Link(book, session.user, vendor, grant, institution, result.accounts, duplicate)
        return _stored(session, link, now)


@dataclass(frozen=True, slots=True)
class Link:
    """What is to be stored; `before` is a connection to the same accounts that was unlinked with its data kept."""

    book: Book
    user: User
    vendor: Vendor
    grant: Grant
    institution: Institution | None
    accounts: Sequence[LinkedAccount]
    before: Connection | None


def _stored(session: LinkSession | None, link: Link, now: datetime) -> Finished:
    """Store it, and once more when the database went away just then: the bank may not give the right a second time."""
    try:
        return _store(session, link, now)
    except (OperationalError, InterfaceError):
        if database.in_atomic_block:
            raise
        database.close()
        time.sleep(DATABASE_IS_BACK_SECONDS)
        return _store(session, link, now)


def _store(session: LinkSession | None, link: Link, now: datetime) -> Finished:
    with entered(link.book), transaction.atomic():
        login = Connection.objects.filter(provider=link.vendor.name, external_id=link.grant.external_id)
        known = login.filter(book=link.book).first()
        connection = known or _opened(link, now)
        if session is not None:
            LinkSession.objects.filter(pk=session.pk).update(connection=connection, finished_at=now)
        return Finished(connection, ask(connection=connection, kind="full", now=now), repaired=False)


def _opened(link: Link, now: datetime) -> Connection:
    """A new connection, or the one that was unlinked with its data kept: its accounts go on where they ended."""
    connection = link.before or Connection(book=link.book, provider=link.vendor.name, created_at=now)
    connection.external_id = link.grant.external_id
    connection.secret = link.grant.secret
    connection.institution, connection.linked_by = link.institution, link.user
    connection.status, connection.problem, connection.failures = Connection.Status.ACTIVE, "", 0
    connection.cursor, connection.complete, connection.next_sync_at = "", False, now
    connection.relinked, connection.linked_at = link.before is not None, now
    connection.announced = [[a.name.lower(), a.mask, a.kind, a.subtype] for a in link.accounts]
    try:
        with transaction.atomic():
            connection.save()
            connection.accounts.update(opening_settled=False)
    except IntegrityError as error:
        raise LinkSpent from error
    details: dict[str, str | int] = {"connection": connection.pk}
    audit.record(kind=AuditKind.LINKED, subject=link.user, by=link.user, book=link.book, now=now, details=details)
    return connection


@contextmanager
def _token_taken() -> Iterator[None]:
    """A token that the provider does not know is the person's to renew, not a fault of this server."""
    try:
        yield
    except BankError as error:
        if error.code not in {"INVALID_PUBLIC_TOKEN", "INVALID_LINK_TOKEN"}:
            raise
        raise LinkSpent from error


@contextmanager
def _given_back_if_useless(vendor: Vendor, grant: Grant) -> Iterator[None]:
    """A right that nobody holds would go on costing. One that is stored already, here or in another book, is left."""
    try:
        yield
    except (AlreadyLinked, BankError):
        with everywhere("a login is in one book only, whichever it is"):
            held = Connection.objects.filter(provider=vendor.name, external_id=grant.external_id).exists()
        if not held:
            with suppress(BankError):
                vendor.feed.revoke(secret=grant.secret)
        raise


def _institution(vendor: Vendor, external_id: str, name: str) -> Institution | None:
    """The bank, asked for once; a bank that cannot be described now is known by the name that Link gave."""
    if not external_id:
        return None
    found = Institution.objects.filter(provider=vendor.name, external_id=external_id).first()
    if found is not None:
        return found
    try:
        facts = vendor.feed.institution(external_id=external_id)
        looks = {"name": facts.name, "logo": facts.logo, "colour": facts.colour, "url": facts.url}
    except BankError:
        looks = {"name": name or external_id}
    return Institution.objects.get_or_create(provider=vendor.name, external_id=external_id, defaults=looks)[0]


def _duplicate(book: Book, institution: Institution | None, accounts: Iterable[LinkedAccount]) -> Connection | None:
    """A connection of the book to the same bank that holds one of these accounts already."""
    if institution is None:
        return None
    alike = {(a.name.lower(), a.mask, a.kind, a.subtype) for a in accounts}
    known = Connection.objects.filter(book=book, institution=institution).order_by("pk")
    held = {each.pk: {tuple(account) for account in each.announced} for each in known}
    for account in Account.objects.filter(book=book, connection__in=held):
        names = {account.bank_name.lower(), account.name.lower()}
        held[account.connection_id or 0] |= {(name, account.mask, account.kind, account.subtype) for name in names}
    found = [each for each in known if alike & held[each.pk]]
    return min(found, key=lambda each: each.status == Connection.Status.UNLINKED, default=None)
