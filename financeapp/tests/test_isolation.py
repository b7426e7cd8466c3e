"""Nobody reaches a book that is not theirs: every address and every operation of the API is walked by everyone."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from drf_spectacular.generators import SchemaGenerator

from accounts.books import entered, everywhere
from accounts.owned import owned_models
from banking.models import Tag
from financeapp.tests.walking import CANARY, address_of, browser_of, content_of, fill, pages

PUBLIC_PAGES = re.compile(
    r"^(auth/|health|metrics$|docs$|api/|invitations/|offline$|worker\.js$|appearance$|$|admin/login/)"
)
PUBLIC_OPERATIONS = {
    "/api/auth/signup",
    "/api/auth/login",
    "/api/auth/refresh",
    "/api/auth/logout",
    "/api/auth/session",
    "/api/auth/verify-email",
    "/api/auth/forgot-password",
    "/api/auth/reset-password",
    "/api/auth/google/begin",
    "/api/auth/google/callback",
}
OWN = re.compile(r"^/api/(auth|user|invitations)|^/api/books$")


@pytest.fixture
def rows(cast, sandbox_bank):
    return fill(cast)


def snapshot(*, besides=None):
    """Every row of every book (besides one's own), to see that nothing changed."""
    with everywhere("the test compares all books before and after"):
        return {
            model._meta.label: list(model.objects.exclude(book=besides).order_by("pk").values())
            for model in owned_models()
        }


def walkable(route):
    return not route.startswith("auth/") and "^" not in route


def test_anonymous_sees_no_page_of_a_book(rows):
    for route in filter(walkable, pages()):
        response = browser_of().get(address_of(route, rows))
        assert CANARY not in content_of(response), route
        if not PUBLIC_PAGES.match(route):
            assert response.status_code in {302, 404, 405}, (route, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith(("/auth/login/", "/settings", "/docs", "/api/docs")), route


def test_anonymous_changes_nothing(rows):
    before = snapshot()
    for route in filter(walkable, pages()):
        response = browser_of().post(address_of(route, rows))
        assert response.status_code < 500, (route, response.status_code)
    assert snapshot() == before


def test_stranger_sees_no_page_of_it(cast, rows):
    client = browser_of(cast.stranger)
    for route in filter(walkable, pages()):
        response = client.get(address_of(route, rows))
        assert response.status_code < 500, (route, response.status_code)
        assert CANARY not in content_of(response), route
        if "<" in route and not route.startswith(("invitations/", "settings/outbox/")):
            assert response.status_code in {404, 405}, (route, response.status_code)


def test_stranger_changes_nothing_of_it(cast, rows):
    client, before = browser_of(cast.stranger), snapshot(besides=cast.stranger.book)
    for route in filter(walkable, pages()):
        if route != "settings/books/new":
            response = client.post(
                address_of(route, rows), {"category": rows["categories"], "account": rows["accounts"]}
            )
            assert response.status_code < 500, (route, response.status_code)
    assert snapshot(besides=cast.stranger.book) == before


def test_viewer_changes_nothing_of_it(cast, rows):
    client, before = browser_of(cast.carol), snapshot()
    for route in filter(walkable, pages()):
        if route in {"settings/books/new", "connections/return"} or route.startswith("settings/"):
            continue
        response = client.post(address_of(route, rows), {"category": rows["categories"], "account": rows["accounts"]})
        assert response.status_code in {302, 400, 403, 404, 405}, (route, response.status_code)
    assert snapshot() == before


def test_members_see_it(cast, rows):
    for person in (cast.alice, cast.bob, cast.carol):
        client = browser_of(person)
        assert CANARY in client.get("/transactions").content.decode()
        assert client.get(f"/accounts/{rows['accounts']}").status_code == 200


def operations():
    """(method, path) of every operation that the API describes."""
    found = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return [
        (method, path)
        for path, methods in sorted(found.items())
        for method in methods
        if method in {"get", "post", "put", "patch", "delete"}
    ]


@pytest.fixture
def walk(api, rows):
    """`walk(person, …)` yields (method, path, response) of every operation."""

    def walk(person=None, *, bodies=({},), methods=("get", "post", "put", "patch", "delete")):
        client = api(person)
        for method, path in operations():
            if method in methods and not path.endswith(("auth/logout", "auth/password")):
                for body in bodies:
                    yield method, path, getattr(client, method)(address_of(path, rows), body or None, format="json")

    return walk


@pytest.fixture
def bodies(rows):
    """Bodies that name alice's rows wherever a field could take them."""
    return (
        {},
        {"account": rows["accounts"], "category": rows["categories"], "ids": [rows["transactions"]], "note": "changed"},
        {"account_id": rows["accounts"], "category_id": rows["categories"], "account_ids": [rows["accounts"]]},
        {"category": rows["categories"], "ids": [rows["transactions"]]},
        {
            "account": rows["accounts"],
            "category": rows["categories"],
            "day": "2026-03-01",
            "amount": "-1.00",
            "description": "slipped in",
        },
    )


def test_there_are_operations_to_walk():
    assert len(operations()) > 40


def test_api_answers_anonymous_with_401(walk, bodies):
    before = snapshot()
    for method, path, response in walk(bodies=bodies):
        assert CANARY not in content_of(response), (method, path)
        if path not in PUBLIC_OPERATIONS and not path.startswith("/api/schema"):
            assert response.status_code == 401, (method, path, response.status_code)
        assert response.status_code < 500, (method, path)
    assert snapshot() == before


def test_api_shows_a_stranger_nothing(walk, cast, bodies):
    before = snapshot(besides=cast.stranger.book)
    for method, path, response in walk(cast.stranger, bodies=bodies):
        assert response.status_code < 500, (method, path, response.status_code)
        assert CANARY not in content_of(response), (method, path)
        if "{" in path and not OWN.match(path):
            assert response.status_code in {400, 404}, (method, path, response.status_code)
    assert snapshot(besides=cast.stranger.book) == before


def test_api_does_not_let_a_stranger_name_the_book(walk, cast, bodies, api, rows):
    before, client = snapshot(), api(cast.stranger)
    client.credentials(HTTP_AUTHORIZATION=client._credentials["HTTP_AUTHORIZATION"], HTTP_X_BOOK=str(cast.book.pk))
    for method, path in operations():
        if OWN.match(path) or path.startswith(("/api/schema", "/api/books")):
            continue
        response = getattr(client, method)(address_of(path, rows), {}, format="json")
        assert response.status_code == 404, (method, path, response.status_code)
        assert response.json()["code"] == "not_found"
    assert snapshot() == before


def test_api_lets_a_viewer_only_look(walk, cast, bodies):
    before = snapshot()
    for method, path, response in walk(cast.carol, bodies=bodies, methods=("post", "put", "patch", "delete")):
        if not OWN.match(path) and not path.startswith("/api/predict"):
            assert response.status_code == 403, (method, path, response.status_code)
    assert snapshot() == before


def test_api_shows_members_their_rows(walk, cast):
    seen = [path for _method, path, r in walk(cast.carol, methods=("get",)) if CANARY in content_of(r)]
    assert {"/api/transactions", "/api/accounts", "/api/categories"} <= set(seen)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has row-level security")
class TestSecondWall:
    def test_a_query_without_its_filter_returns_nothing_of_others(self, cast, rows):
        with entered(cast.stranger.book):
            for model in owned_models():
                books = set(model.objects.values_list("book_id", flat=True))
                assert books <= {cast.stranger.book.pk}, model

    def test_without_a_book_there_is_nothing(self, cast, rows):
        for model in owned_models():
            assert not model.objects.exists(), model

    def test_a_row_of_another_book_cannot_be_written(self, cast, rows):
        with entered(cast.stranger.book):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Tag.objects.create(book=cast.book, name="slipped in")
            assert Tag.objects.filter(book=cast.book).update(name="changed") == 0
            assert Tag.objects.filter(book=cast.book).delete()[0] == 0
