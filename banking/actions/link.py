"""Linking a bank: ask for a Hosted Link, confirm what came of it, recognise a duplicate, then exchange."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.books import entered
from accounts.models import AuditKind, Book, User
from banking.actions.connections import ask
from banking.actions.errors import AlreadyLinked, LinkLeft, LinkOpen
from banking.models import Account, Connection, Institution, LinkSession, Sync
from banking.providers.base import BankError, Grant, LinkedAccount, LinkResult, Vendor


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
    """Open a session at the provider; `return_url` gets our `state` appended. Raise BankError."""
    state = secrets.token_urlsafe(32)
    link = vendor.feed.start(
        user_key=f"user-{user.pk}",
        return_url=f"{return_url}?state={state}",
        secret=repair.secret.reveal() if repair else None,
        choose_accounts=bool(repair and repair.new_accounts),
    )
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


def finish(*, book: Book, session: LinkSession, vendor: Vendor, now: datetime) -> Finished:
    """Confirm with the provider what came of the session and store it. Twice is once.

    Raise LinkOpen, LinkLeft, AlreadyLinked or BankError; nothing is stored then.
    """
    if session.finished_at and session.connection_id:
        with entered(book):
            return _again(session)
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


def exchange(*, book: Book, user: User, vendor: Vendor, public_token: str, now: datetime) -> Finished:
    """Link by a token that a client's own Link session gave it.

    What it stands for is only known after the exchange, so a duplicate is given back at once. Raise AlreadyLinked or
    BankError.
    """
    grant = vendor.feed.finish(public_token=public_token)
    accounts = vendor.feed.accounts(secret=grant.secret)
    known = [LinkedAccount(a.external_id, a.name, a.mask, a.kind, a.subtype) for a in accounts]
    institution = _institution(vendor, vendor.feed.institution_of(secret=grant.secret), "")
    with entered(book):
        duplicate = _duplicate(book, institution, known)
    if duplicate is not None and duplicate.status != Connection.Status.UNLINKED:
        if duplicate.external_id != grant.external_id:
            vendor.feed.revoke(secret=grant.secret)
        raise AlreadyLinked(duplicate.pk)
    with entered(book), transaction.atomic():
        return _store(book, user, vendor, grant, institution, duplicate, now)


def _again(session: LinkSession) -> Finished:
    connection = Connection.objects.get(pk=session.connection_id or 0)
    run = connection.syncs.order_by("-id").first() or ask(connection=connection, kind="manual", now=session.created_at)
    return Finished(connection, run, repaired=False)


def _repaired(book: Book, session: LinkSession, now: datetime) -> Finished:
    with entered(book), transaction.atomic():
        connection = Connection.objects.select_for_update().get(book=book, pk=session.connection_id or 0)
        Connection.objects.filter(pk=connection.pk).update(
            status=Connection.Status.ACTIVE, problem="", new_accounts=False, expires_on=None, failures=0
        )
        connection.refresh_from_db()
        LinkSession.objects.filter(pk=session.pk).update(finished_at=now)
        return Finished(connection, ask(connection=connection, kind="manual", now=now), repaired=True)


def _linked(book: Book, session: LinkSession, vendor: Vendor, result: LinkResult, now: datetime) -> Finished:
    institution = _institution(vendor, result.institution_id, result.institution_name)
    with entered(book), transaction.atomic():
        duplicate = _duplicate(book, institution, result.accounts)
        if duplicate is not None and duplicate.status != Connection.Status.UNLINKED:
            raise AlreadyLinked(duplicate.pk)
        claimed = LinkSession.objects.filter(pk=session.pk, finished_at=None).update(finished_at=now)
    if not claimed:
        raise LinkOpen
    try:
        grant = vendor.feed.finish(public_token=str(result.public_token))
    except BankError:
        with entered(book):
            LinkSession.objects.filter(pk=session.pk).update(finished_at=None)
        raise
    with entered(book), transaction.atomic():
        finished = _store(book, session.user, vendor, grant, institution, duplicate, now)
        LinkSession.objects.filter(pk=session.pk).update(connection=finished.connection)
        return finished


def _store(
    book: Book,
    user: User,
    vendor: Vendor,
    grant: Grant,
    institution: Institution | None,
    before: Connection | None,
    now: datetime,
) -> Finished:
    """A new connection, or the one that was unlinked with its data kept: its accounts go on where they ended."""
    connection = before or Connection(book=book, provider=vendor.name, created_at=now)
    connection.external_id = grant.external_id
    connection.secret = grant.secret
    connection.institution, connection.linked_by = institution, user
    connection.status, connection.problem, connection.failures = Connection.Status.ACTIVE, "", 0
    connection.cursor, connection.complete, connection.next_sync_at = "", False, now
    connection.save()
    audit.record(
        kind=AuditKind.LINKED, subject=user, by=user, book=book, now=now, details={"connection": connection.pk}
    )
    return Finished(connection, ask(connection=connection, kind="full", now=now), repaired=False)


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
    for account in (
        Account.objects.filter(book=book, connection__institution=institution)
        .select_related("connection")
        .order_by("connection_id")
    ):
        names = {account.bank_name.lower(), account.name.lower()}
        if alike & {(name, account.mask, account.kind, account.subtype) for name in names}:
            return account.connection
    return None
