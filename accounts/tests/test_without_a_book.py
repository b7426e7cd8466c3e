"""Somebody without a book: sign-up never leaves one behind, and whoever is in none finds the way to one."""

import pytest
from rest_framework.test import APIClient

from accounts import actions, opening
from accounts.models import Book, Role, User
from accounts.tests.factories import NOW, make_book, make_user

pytestmark = pytest.mark.django_db
PAGES = ("/", "/transactions", "/accounts", "/connections", "/connections/new", "/categories", "/more")


@pytest.fixture
def broken(monkeypatch):
    """A book that cannot be filled."""

    def fail(book):
        raise RuntimeError("The database went away.")

    monkeypatch.setattr(opening, "_fillers", [fail])


def test_sign_up_on_the_page_is_all_or_nothing(client, broken):
    client.raise_request_exception = False
    sent = {"email": "ann@example.com", "password1": "correct horse battery", "name": "Ann"}
    assert client.post("/auth/signup/", sent).status_code == 500
    assert not User.objects.exists()


def test_sign_up_over_the_api_is_all_or_nothing(broken):
    sent = {"email": "ann@example.com", "password": "correct horse battery", "name": "Ann"}
    answer = APIClient(raise_request_exception=False).post("/api/auth/signup", sent, format="json")
    assert answer.status_code == 500
    assert not User.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_book_leads_to_where_one_is_opened(client, path):
    client.force_login(make_user())
    answer = client.get(path, follow=True)
    assert answer.redirect_chain == [("/settings/books", 302)]
    assert 'href="/settings/books/new?kind=personal"' in answer.content.decode()


def test_whoever_leaves_their_only_book_opens_another(client):
    ann, ben = make_user("ann@example.com"), make_user("ben@example.com")
    book = make_book(ann)
    actions.grant(book=book, user=ben, role=Role.OWNER, by=ann, now=NOW)
    client.force_login(ann)
    client.post(f"/settings/books/{book.pk}/members/{ann.pk}/remove")
    form = client.get("/settings/books/new?kind=personal").context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"name": "Mine"}
    assert client.post("/settings/books/new", sent).headers["Location"] == "/"
    assert Book.objects.get(name="Mine").kind == "personal"
    assert client.get("/").status_code == 200
