"""Linking logins of the sandbox bank, over HTTP as everything else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from plaid.model.products import Products
from plaid.model.sandbox_public_token_create_request import SandboxPublicTokenCreateRequest
from plaid.model.sandbox_public_token_create_request_options import SandboxPublicTokenCreateRequestOptions

from accounts.books import entered
from accounts.models import Book, User
from banking.actions import connections, link
from banking.actions.sync import sync
from banking.models import Connection, Sync, Transaction
from banking.providers import registry

BANK, PASSWORD = "ins_109508", "pass_good"


def public_token(
    user_name: str = "user_good", *, password: str = PASSWORD, institution: str = BANK, webhook: str = ""
) -> str:
    """A one-time token, as a finished Link session gives it."""
    feed = registry.vendor("plaid").feed
    hook = {"webhook": webhook} if webhook else {}
    options = SandboxPublicTokenCreateRequestOptions(override_username=user_name, override_password=password, **hook)
    request = SandboxPublicTokenCreateRequest(
        institution_id=institution, initial_products=[Products("transactions")], options=options
    )
    return str(feed.client.call(feed.api.sandbox_public_token_create, request)["public_token"])


def linked(book: Book, user: User, user_name: str = "user_good", **login: str) -> Connection:
    """A connection of the book to that login, not read yet."""
    token = public_token(user_name, **login)
    vendor = registry.vendor("plaid")
    return link.exchange(book=book, user=user, vendor=vendor, public_token=token, now=timezone.now()).connection


def read(connection: Connection, *, later: timedelta = timedelta(0)) -> Sync:
    """One run, now or later."""
    feed = registry.vendor(connection.provider).feed
    return sync(book=connection.book, connection_id=connection.pk, feed=feed, clock=lambda: timezone.now() + later)


def now_of(connection: Connection) -> Connection:
    """As it is stored now."""
    with entered(connection.book):
        return Connection.objects.get(pk=connection.pk)


def run(connection: Connection) -> Sync:
    """One run inside the book, of the connection as it is stored."""
    with entered(connection.book):
        return read(now_of(connection))


def rows(connection: Connection) -> list[dict[str, Any]]:
    """All columns of all transactions of its book."""
    with entered(connection.book):
        return list(Transaction.objects.filter(book=connection.book).order_by("pk").values())


def unlink(connection: Connection, by: User, *, keep: bool = True) -> None:
    """Give the login back; what was read stays, or goes."""
    vendor = registry.vendor(connection.provider)
    now = timezone.now()
    connections.unlink(book=connection.book, connection=connection, by=by, vendor=vendor, keep=keep, now=now)


def quick(page_size: int = 4, read_timeout: float = 0.5) -> None:
    """Small pages and short waits, so that a life takes a moment and every loop has several pages."""
    settings = replace(
        registry.vendor("plaid").feed.settings,
        page_size=page_size,
        read_timeout=read_timeout,
        retry_delay=0.001,
        tries=5,
    )
    registry.configure(settings)
