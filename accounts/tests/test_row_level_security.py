"""The second wall: on PostgreSQL no query sees a row of a book that was not entered."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.books import entered, everywhere
from accounts.owned import owned_models
from accounts.tests.factories import make_book, make_user
from journal.models import Operation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no second wall.")


@pytest.fixture
def books():
    found = [make_book(make_user(f"{name}@example.com")) for name in ("one", "two")]
    for book in found:
        with entered(book):
            Operation.objects.create(book=book, verb="test", at=timezone.now())
    return found


def seen():
    return set(Operation.objects.filter(verb="test").values_list("book_id", flat=True))


def test_no_book_no_rows(books):
    assert seen() == set()


def test_entered_book_shows_its_own_rows_only(books):
    one, two = books
    with entered(one):
        assert seen() == {one.pk}
        with entered(two):
            assert seen() == {two.pk}
        assert seen() == {one.pk}
    assert seen() == set()


def test_everywhere_shows_all_and_wants_a_reason(books):
    with everywhere("a test"):
        assert seen() == {book.pk for book in books}
    with pytest.raises(ValueError, match="Say why"), everywhere(""):
        pass


def test_foreign_rows_cannot_be_written(books):
    one, two = books
    with entered(one):
        with pytest.raises(DatabaseError), transaction.atomic():
            Operation.objects.create(book=two, verb="test", at=timezone.now())
        with pytest.raises(DatabaseError), transaction.atomic():
            Operation.objects.filter(verb="test").update(book=two)
        assert Operation.objects.filter(book=two).delete()[0] == 0


def test_nothing_leaks_after_an_error(books):
    one, _two = books
    with pytest.raises(RuntimeError), entered(one):
        raise RuntimeError
    assert seen() == set()


def test_every_table_of_a_book_is_walled_off_by_force():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'book_wall'")
        walled = {row[0] for row in cursor.fetchall()}
    tables = {model._meta.db_table for model in owned_models()}
    assert tables
    assert tables <= forced
    assert tables <= walled


def test_role_of_the_application_is_held_by_it():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
