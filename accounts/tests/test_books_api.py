import pytest

from accounts.models import Book
from accounts.tests.api import signed_in

pytestmark = pytest.mark.django_db
SHOP = {"kind": "business", "name": "Shop", "currency": "EUR", "fiscal_year_start": "04-06"}


@pytest.fixture
def alice(cast):
    return signed_in(cast.alice.user)


def test_list_shows_each_book_with_the_role(cast, alice):
    assert [(b["name"], b["role"]) for b in alice.get("/api/books").json()] == [("Alice's book", "owner")]
    bob = signed_in(cast.bob.user)
    assert [(b["name"], b["role"]) for b in bob.get("/api/books").json()] == [("Alice's book", "editor")]


def test_opening_a_book(cast, alice):
    answer = alice.post("/api/books", SHOP, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["kind"], made["fiscal_year_start"], made["role"]) == ("business", "04-06", "owner")
    assert alice.get(f"/api/books/{made['id']}").json() == made
    assert alice.get("/api/auth/me").json()["default_book"] == cast.book.pk


def test_a_new_book_is_in_the_time_zone_of_its_owner(cast, alice):
    Book.objects.filter(pk=cast.book.pk).update(time_zone="Asia/Tokyo")
    assert alice.post("/api/books", SHOP, format="json").json()["time_zone"] == "Asia/Tokyo"
    named = alice.post("/api/books", {**SHOP, "time_zone": "Europe/Paris"}, format="json")
    assert named.json()["time_zone"] == "Europe/Paris"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "secret"),
        ("name", ""),
        ("name", "\u202eevil"),
        ("name", "two\nlines"),
        ("name", "x" * 101),
        ("currency", "usd"),
        ("currency", "ZZZ"),
        ("currency", None),
        ("fiscal_year_start", "02-30"),
        ("fiscal_year_start", "13-01"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("owner", 1),
    ],
)
def test_bad_book_is_refused_and_changes_nothing(alice, field, value):
    before = Book.objects.count()
    answer = alice.post("/api/books", {**SHOP, field: value}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert Book.objects.count() == before


def test_changing_a_book(cast, alice):
    address = f"/api/books/{cast.book.pk}"
    changed = alice.patch(address, {"name": "Home", "fiscal_year_start": "2024-02-29"}, format="json").json()
    assert (changed["name"], changed["fiscal_year_start"], changed["currency"]) == ("Home", "02-29", "USD")


def test_only_owners_change_a_book(cast):
    for person in (cast.bob, cast.carol):
        answer = signed_in(person.user).patch(f"/api/books/{cast.book.pk}", {"name": "Mine"}, format="json")
        assert answer.status_code == 403
    cast.book.refresh_from_db()
    assert cast.book.name == "Alice's book"


@pytest.mark.parametrize("path", ["", "/members", "/invitations"])
def test_stranger_gets_404(cast, path):
    answer = signed_in(cast.stranger.user).get(f"/api/books/{cast.book.pk}{path}")
    missing = signed_in(cast.stranger.user).get(f"/api/books/999999{path}")
    assert answer.status_code == missing.status_code == 404
    assert answer.json()["message"] == missing.json()["message"]


def test_stranger_changes_nothing(cast):
    client = signed_in(cast.stranger.user)
    assert client.patch(f"/api/books/{cast.book.pk}", {"name": "Mine"}, format="json").status_code == 404
    assert client.delete(f"/api/books/{cast.book.pk}/members/{cast.bob.user.pk}").status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30])
def test_absurd_ids_are_404(alice, number):
    assert alice.get(f"/api/books/{number}").status_code == 404


def test_settings_are_the_users_and_the_books(cast, alice):
    body = {"name": "Al", "locale": "en-GB", "business_name": "Home", "currency": "GBP", "time_zone": "Europe/London"}
    answer = alice.put("/api/user/settings", body, format="json")
    assert answer.status_code == 200
    assert {**answer.json(), **body} == answer.json() == alice.get("/api/user/settings").json()
    cast.book.refresh_from_db()
    assert (cast.book.name, cast.book.currency) == ("Home", "GBP")


def test_a_viewer_changes_only_their_own_settings(cast):
    carol = signed_in(cast.carol.user)
    assert carol.patch("/api/user/settings", {"name": "C."}, format="json").json()["name"] == "C."
    assert carol.patch("/api/user/settings", {"name": "D.", "currency": "EUR"}, format="json").status_code == 403
    assert carol.get("/api/user/settings").json()["name"] == "C."


@pytest.mark.parametrize(("field", "value"), [("locale", "xx-YY"), ("name", "a\x00b"), ("name", "\u2067x"), ("id", 3)])
def test_bad_settings_change_nothing(alice, field, value):
    before = alice.get("/api/user/settings").json()
    assert alice.patch("/api/user/settings", {field: value}, format="json").status_code == 400
    assert alice.get("/api/user/settings").json() == before


def test_settings_of_another_book_are_404(cast):
    client = signed_in(cast.stranger.user)
    answer = client.get("/api/user/settings", headers={"X-Book": str(cast.book.pk)})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/api/auth/me", 5), ("/api/books", 2), ("/api/books/{}", 2), ("/api/books/{}/members", 3)],
)
def test_queries_are_few_and_fixed(cast, alice, path, queries, django_assert_max_num_queries):
    with django_assert_max_num_queries(queries):
        assert alice.get(path.format(cast.book.pk)).status_code == 200


@pytest.mark.parametrize("path", ["/api/books", "/api/auth/me", "/api/user/settings", "/api/auth/sessions"])
def test_anonymous_gets_401(client, path):
    assert client.get(path).status_code == 401
