"""Nobody reaches a book that is not theirs: every address and every operation of the API is walked by everyone."""

import re

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.urls import NoReverseMatch, reverse

from accounts.books import entered, everywhere
from accounts.models import Book, Invitation, Membership, SignIn, User
from accounts.owned import owned_models
from banking.models import Tag
from financeapp.tests.described import ROWS, operations
from financeapp.tests.walking import CANARY, address_of, browser_of, content_of, fill, pages

PUBLIC_PAGES = re.compile(r"^(auth/|health|metrics$|docs$|api/|invitations/|offline$|worker\.js$|appearance$|$)")
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
OWN = re.compile(r"^/api/(auth|user|invitations|webhook|devices|notification-preferences)|^/api/books$")
"""Addresses that know no book, or all books of whoever asks."""
THEIR_OWN = ("/api/predict", "/api/notifications", "/api/dashboard/layout")
"""Addresses where who may only look changes nothing of the book, or how they themselves look at it."""


@pytest.fixture
def rows(cast, sandbox_bank):
    return fill(cast)


def snapshot(*, besides=None):
    """Every row of every book and person, besides one person and the books that they own: to see nothing change."""
    user = besides.user.pk if besides else None
    with everywhere("the test compares all books before and after"):
        own = set(Membership.objects.filter(user=user, role="owner").values_list("book", flat=True))
        found = {model: model.objects.exclude(book__in=own) for model in (*owned_models(), Membership, Invitation)}
        found |= {
            Book: Book.objects.exclude(pk__in=own),
            User: User.objects.exclude(pk=user),
            SignIn: SignIn.objects.exclude(user=user),
        }
        return {model._meta.label: list(rows.order_by("pk").values()) for model, rows in found.items()}


def posted(client, route, rows):
    """The answer to a POST that names alice's rows; what signs one out gets a client of its own."""
    return client.post(address_of(route, rows), {"category": rows["categories"], "account": rows["accounts"]})


def browsers(person=None):
    """`client_for(route)`: one browser for all pages, another for each of signing in and out."""
    shared = browser_of(person)
    return lambda route: browser_of(person) if route.startswith("auth/") else shared


def test_anonymous_sees_no_page_of_a_book(rows):
    for route in pages():
        response = browser_of().get(address_of(route, rows))
        assert CANARY not in content_of(response), route
        assert response.status_code < 500, route
        if not PUBLIC_PAGES.match(route):
            assert response.status_code in {302, 404, 405}, (route, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith(("/auth/login/", "/settings", "/docs", "/api/docs")), route


def test_anonymous_changes_nothing(rows):
    before = snapshot()
    for route in pages():
        response = posted(browser_of(), route, rows)
        assert response.status_code < 500, (route, response.status_code)
    assert snapshot() == before


def test_stranger_sees_no_page_of_it(cast, rows):
    client_for = browsers(cast.stranger)
    for route in pages():
        response = client_for(route).get(address_of(route, rows))
        assert response.status_code < 500, (route, response.status_code)
        assert CANARY not in content_of(response), route
        if "<" in route and not route.startswith(("invitations/", "settings/outbox/", "auth/")):
            assert response.status_code in {404, 405}, (route, response.status_code)


def test_stranger_changes_nothing_of_it(cast, rows):
    client_for, before = browsers(cast.stranger), snapshot(besides=cast.stranger)
    for route in pages():
        response = posted(client_for(route), route, rows)
        assert response.status_code < 500, (route, response.status_code)
    assert snapshot(besides=cast.stranger) == before


def test_viewer_changes_nothing_of_it(cast, rows):
    """Of the settings a viewer may see the forms of their own; nobody else's row changes."""
    client_for, before = browsers(cast.carol), snapshot(besides=cast.carol)
    for route in pages():
        response = posted(client_for(route), route, rows)
        own = route.startswith(("settings/", "auth/"))
        allowed = {200, 301, 302, 400, 403, 404, 405, 422} if own else {302, 400, 403, 404, 405}
        assert response.status_code in allowed, (route, response.status_code)
    assert snapshot(besides=cast.carol) == before


def staff_addresses():
    """Every address of the admin, with the newest row of each model."""
    for model in admin.site._registry:
        with everywhere("the test names a row of each model"):
            newest = model._default_manager.order_by("-pk").first()
        for view in ("changelist", "add", "change", "delete", "history"):
            arguments = [newest.pk if newest else 1] if view in {"change", "delete", "history"} else []
            try:
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=arguments)
            except NoReverseMatch:
                pytest.fail(f"{model} has no {view}")
    yield reverse("admin:index")


@pytest.mark.parametrize("who", ["alice", "stranger", ""])
def test_nobody_but_staff_enters_the_admin(cast, rows, who):
    client, before = browser_of(getattr(cast, who, None)), snapshot()
    for address in staff_addresses():
        for response in (client.get(address), client.post(address, {"action": "end", "staff_reason": "x"})):
            assert response.status_code in {302, 403}, (address, response.status_code)
            assert CANARY not in content_of(response), address
    assert snapshot() == before


def test_members_see_it(cast, rows):
    for person in (cast.alice, cast.bob, cast.carol):
        client = browser_of(person)
        assert CANARY in client.get("/transactions").content.decode()
        assert client.get(f"/accounts/{rows['accounts']}").status_code == 200


SIGN_OUT = ("auth/logout", "auth/password")


@pytest.fixture
def walk(api, rows):
    """`walk(person)` yields (operation, response) of every operation, with a good body that names alice's rows."""

    def walk(person=None):
        client = api(person)
        for operation in operations():
            if not operation.path.endswith(SIGN_OUT):
                yield operation, sent(client, operation, rows)

    return walk


def sent(client, operation, rows):
    body = operation.body() if operation.fields else None
    for name in (body or {}).keys() & ROWS.keys():
        body[name] = [rows[ROWS[name]]] if isinstance(body[name], list) else rows[ROWS[name]]
    return getattr(client, operation.method)(address_of(operation.path, rows), body, format="json")


def test_there_are_operations_to_walk():
    assert len(operations()) > 40


def test_api_answers_anonymous_with_401(walk):
    before = snapshot()
    for operation, response in walk():
        assert CANARY not in content_of(response), operation.name
        if operation.path not in PUBLIC_OPERATIONS and not operation.path.startswith("/api/schema"):
            assert response.status_code == 401, (operation.name, response.status_code)
        assert response.status_code < 500, operation.name
    assert snapshot() == before


def test_api_shows_a_stranger_nothing(walk, cast):
    before = snapshot(besides=cast.stranger)
    for operation, response in walk(cast.stranger):
        assert response.status_code < 500, (operation.name, response.status_code)
        assert CANARY not in content_of(response), operation.name
        if "{" in operation.path:
            assert response.status_code == 404, (operation.name, response.status_code)
    assert snapshot(besides=cast.stranger) == before


def test_api_does_not_let_a_stranger_name_the_book(cast, api, rows):
    client = api(cast.stranger)
    before = snapshot()
    client.credentials(HTTP_AUTHORIZATION=client._credentials["HTTP_AUTHORIZATION"], HTTP_X_BOOK=str(cast.book.pk))
    for operation in operations():
        if OWN.match(operation.path) or operation.path.startswith(("/api/schema", "/api/books")):
            continue
        response = sent(client, operation, rows)
        assert response.status_code == 404, (operation.name, response.status_code)
        assert response.json()["code"] == "not_found"
    assert snapshot() == before


def test_api_lets_a_viewer_only_look(walk, cast):
    before = snapshot(besides=cast.carol)
    for operation, response in walk(cast.carol):
        if operation.method == "get" or operation.path.startswith(
            ("/api/predict", "/api/notifications", "/api/dashboard/layout")
        ):
            continue
        if not OWN.match(operation.path):
            assert response.status_code == 403, (operation.name, response.status_code)
    assert snapshot(besides=cast.carol) == before


def test_api_shows_members_their_rows(walk, cast):
    seen = [each.path for each, response in walk(cast.carol) if each.method == "get" and CANARY in content_of(response)]
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
