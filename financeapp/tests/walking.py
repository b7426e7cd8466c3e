"""Every address of the pages, with something behind it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.books import entered
from accounts.tests.factories import NOW, Cast
from banking.models import Rule, Sync
from banking.tests.factories import make_account, make_category, make_connection, make_merchant, make_transaction

CANARY = "zzcanary"


def fill(cast: Cast) -> dict[str, Any]:
    """One row of everything in alice's book, each with a name that must show nowhere else; ids by parameter name.

    What moved did so today, so that every chart has something to draw.
    """
    today = cast.book.today(timezone.now())
    with entered(cast.book):
        category = make_category(cast.book, name=f"{CANARY} category")
        merchant = make_merchant(cast.book, name=f"{CANARY} merchant")
        connection = make_connection(cast.book, problem=f"{CANARY} problem")
        account = make_account(cast.book, name=f"{CANARY} account", connection=connection)
        transaction = make_transaction(
            cast.book,
            account=account,
            day=today,
            amount=Decimal("-4711.42"),
            description=f"{CANARY} description",
            category=category,
            merchant=merchant,
            note=f"{CANARY} note",
            tags=[f"{CANARY} tag"],
        )
        manual = make_account(cast.book, name=f"{CANARY} manual")
        for day in (today, today + timedelta(days=40)):
            make_transaction(
                cast.book, account=manual, day=day, amount=Decimal("-4711.43"), description=f"{CANARY} by hand"
            )
        rule = Rule.objects.create(book=cast.book, contains=CANARY, category=category)
        sync = Sync.objects.create(book=cast.book, connection=connection, kind=Sync.Kind.MANUAL, created_at=NOW)
    return {
        "book_id": cast.book.pk,
        "user_id": cast.bob.user.pk,
        "connection_id": connection.pk,
        "account_id": account.pk,
        "sync_id": sync.pk,
        "accounts": account.pk,
        "transactions": transaction.pk,
        "categories": category.pk,
        "rules": rule.pk,
        "kind": "browser",
    }


def pages(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """The route of every address that is no part of the API or the admin."""
    for entry in patterns if patterns is not None else get_resolver("financeapp.urls").url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(("admin/", "api/")):
            continue
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from pages(entry.url_patterns, route)


def address_of(route: str, rows: dict[str, Any]) -> str:
    """The route with the ids of alice's rows in the place of its parameters."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in {"pk", "id"}:
            name = re.split(r"/[<{]", route)[0].split("/")[-1]
        return str(rows.get(name, 1))

    return "/" + re.sub(r"[<{](?:\w+:)?(\w+)[>}]", value, route).lstrip("/")


def browser_of(person: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person.user)
    return client


def sign_in(page: Any, server: str, person: Any) -> None:
    """Give Chromium the session of the person."""
    cookie = browser_of(person).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": server}])


def content_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")
