"""Pages as a test client sees them."""

import re
from decimal import Decimal
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Book
from accounts.tests.factories import Person

FIGURE = re.compile(
    r'<a class="figure" href="([^"]+)" data-figure="([^"]+)" data-currency="([^"]+)" data-sign="(-?1)">'
    r'<data class="[^"]*" value="([^"]+)">'
)
IN_DRAWER = {"HTTP_HX_REQUEST": "true"}


def browse(person: Person, book: Book) -> Client:
    """A signed-in client in that book."""
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["book"] = book.pk
    session.save()
    return client


def figures_in(html: str) -> dict[str, tuple[str, int, Decimal]]:
    """Every figure of a page: {its id: (address of its rows, sign, the amount shown)}."""
    found = FIGURE.findall(html)
    return {name: (unescape(href), int(sign), Decimal(value)) for href, name, _currency, sign, value in found}


def rows_in(html: str) -> list[int]:
    """The ids of the transactions listed on a page, in order."""
    return [int(pk) for pk in re.findall(r'class="item-link" href="/transactions/(\d+)"', html)]


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes; the first visit of a session costs more and is not counted."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
