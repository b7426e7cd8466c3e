from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.books import entered
from accounts.models import Book
from accounts.tests.factories import Cast, make_cast
from banking.models import Connection, Import
from banking.tests.bank import linked, quick
from banking.tests.files import brought_in, received
from sandboxbank.control import Control


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice's book, who may do what in it, and a stranger."""
    return make_cast()


@pytest.fixture
def book(cast: Cast):
    """Alice's book, entered."""
    with entered(cast.book):
        yield cast.book


@pytest.fixture
def api(cast: Cast) -> Callable[..., APIClient]:
    """`api("bob")` is a client of that person, by default of Alice, about Alice's book."""

    def client(name: str = "alice") -> APIClient:
        person = getattr(cast, name)
        found = APIClient(headers={"X-Book": str(cast.book.pk)})
        found.default_format = "json"
        found.force_authenticate(person.user)
        return found

    return client


@pytest.fixture
def counted(db: None) -> Callable[[Callable[[], object]], int]:
    """`counted(call)` is how many queries a call makes, without those that enter the book on PostgreSQL."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(database) as made:
            call()
        said = [each["sql"] or "" for each in made]  # a prepared statement is counted without its words
        return sum("'app." not in sql and "SAVEPOINT" not in sql for sql in said)

    return count


@pytest.fixture
def bank(sandbox_bank: Any) -> Iterator[Control]:
    """The sandbox bank's controls, what fails being asked again at once; it is without faults again afterwards."""
    quick(page_size=500, read_timeout=20)
    control = Control(sandbox_bank.url)
    yield control
    control.clear_faults()


@pytest.fixture
def connection(cast: Cast, bank: Control) -> Connection:
    """A login of Alice's book at the sandbox bank, not read yet."""
    return linked(cast.book, cast.alice.user)


@pytest.fixture
def receive(book: Book, cast: Cast) -> Callable[..., Import]:
    """`receive(text)` lays a file out, by Alice; `name` and what `Received` takes besides."""

    def receive(text: str | bytes, *, name: str = "bank.csv", **more: Any) -> Import:
        return received(book, cast.alice.user, text, name=name, **more)

    return receive


@pytest.fixture
def bring_in(receive: Callable[..., Import]) -> Callable[..., Import | None]:
    """`bring_in(text)` lays a file out and brings its rows in."""

    def bring_in(text: str | bytes, **more: Any) -> Import | None:
        return brought_in(receive(text, **more))

    return bring_in
