"""Saved views: filters under a name, for oneself or for all, in an order."""

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.models import SavedView
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import make_transaction
from journal.models import Change, Operation


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def save(book, person, name, *, query="q=tea", shared=True):
    return actions.save_view(book=book, by=person.user, name=name, query=query, shared=shared, now=NOW)


def names(book, person):
    return [each.name for each in queries.saved_views(book=book, user=person.user)]


def test_the_page_saves_what_is_filtered_and_shows_it_above_the_list(book, cast, alice):
    make_transaction(book, description="TEA")
    listed = alice.get("/transactions", {"q": "tea", "direction": "out", "cursor": ""}).content.decode()
    assert "Save this view" in listed
    assert "Manage views" not in listed
    address = "/transactions/views/new?q=tea&direction=out"
    assert alice.get(address).status_code == 200
    sent = {"name": "Tea", "whose": "mine", "once": "token"}
    for _ in range(2):
        assert alice.post(address, sent)["Location"] == "/transactions?q=tea&direction=out"
    assert SavedView.objects.get().query == "q=tea&direction=out"
    listed = alice.get("/transactions?direction=out&q=tea").content.decode()
    assert 'aria-current="page">' in listed
    assert "Save this view" not in listed
    assert "Tea" not in browse(cast.bob, book).get("/transactions").content.decode()


def test_views_are_shared_renamed_moved_and_deleted(book, cast, alice):
    first, second, third = (save(book, cast.alice, name) for name in ("One", "Two", "Three"))
    alice.post(f"/transactions/views/{third.pk}/move", {"to": "earlier"})
    assert names(book, cast.bob) == ["One", "Three", "Two"]
    alice.post(f"/transactions/views/{first.pk}/move", {"to": "later"})
    alice.post(f"/transactions/views/{first.pk}/move", {"to": "later"})
    alice.post(f"/transactions/views/{first.pk}/move", {"to": "later"})
    assert names(book, cast.bob) == ["Three", "Two", "One"]
    assert alice.post(f"/transactions/views/{first.pk}", {"name": "Uno", "whose": "mine"}).status_code == 302
    assert (names(book, cast.bob), names(book, cast.alice)[-1]) == (["Three", "Two"], "Uno")
    assert alice.post(f"/transactions/views/{first.pk}", {"name": "two", "whose": "mine"}).status_code == 422
    assert alice.get(f"/transactions/views/{second.pk}/delete").status_code == 200
    assert alice.post(f"/transactions/views/{second.pk}/delete").status_code == 302
    page = alice.get("/transactions/views").content.decode()
    assert "Uno" in page
    assert "Two" not in page
    assert Change.objects.filter(model="banking.SavedView", after__isnull=True).exists()


def test_an_empty_page_says_how_to_begin(alice):
    assert "No saved views yet" in alice.get("/transactions/views").content.decode()


@pytest.mark.parametrize(
    ("query", "name"), [("", "x"), ("q=", "x"), ("amount_min=ten", "x"), ("account=99999", "x"), ("q=tea", "a\u202eb")]
)
def test_what_cannot_be_saved_is_refused(alice, query, name):
    answer = alice.post(f"/transactions/views/new?{query}", {"name": name, "whose": "mine"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_too_many_are_refused(book, cast, monkeypatch):
    monkeypatch.setattr("banking.actions.views.MOST_VIEWS", 1)
    save(book, cast.alice, "One")
    with pytest.raises(actions.TooMany):
        save(book, cast.alice, "Two")


def test_others_change_nothing(book, cast, api):
    mine, shared = save(book, cast.alice, "Mine", shared=False), save(book, cast.alice, "Shared")
    for name, view, status in (("carol", shared, 403), ("bob", mine, 404), ("stranger", shared, 404)):
        person = getattr(cast, name)
        client = browse(person, person.book if name == "stranger" else book)
        for page in ("", "/move", "/delete"):
            sent = {"name": "x", "whose": "mine"}
            assert client.post(f"/transactions/views/{view.pk}{page}", sent).status_code == status, (name, page)
        assert api(name).patch(f"/api/views/{view.pk}", {"name": "x"}).status_code == status
    assert {each.name for each in SavedView.objects.all()} == {"Mine", "Shared"}


def test_the_api_keeps_views(book, api):
    body = {"name": "Tea", "filter": {"q": "tea", "pending": False}, "shared": True}
    first, again = (api().post("/api/views", body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    view = first.json()
    assert (view["filter"], view["query"]) == ({"q": ["tea"], "pending": ["no"]}, "q=tea&pending=no")
    assert api().get(f"/api/transactions?{view['query']}").status_code == 200
    other = api().post("/api/views", {**body, "name": "Other"}).json()
    moved = api().patch(f"/api/views/{other['id']}", {"position": 0, "filter": {"direction": "in"}}).json()
    assert (moved["position"], moved["filter"]) == (0, {"direction": ["in"]})
    assert [each["name"] for each in api().get("/api/views").json()["results"]] == ["Other", "Tea"]
    assert api().get(f"/api/views/{view['id']}").json()["position"] == 1
    for bad, field in [
        ({"filter": {"nope": "x"}}, "filter.non_field_errors"),
        ({"filter": {}}, "filter"),
        ({"filter": {"account": [10**9]}}, "filter.account"),
        ({"name": " "}, "name"),
        ({}, ""),
    ]:
        answer = api().patch(f"/api/views/{view['id']}", bad)
        assert (answer.status_code, "".join(answer.json()["fields"])) == (400, field), bad
    assert api().patch(f"/api/views/{view['id']}", {"name": "OTHER"}).status_code == 409
    assert api().delete(f"/api/views/{view['id']}").status_code == 204
    assert api().get(f"/api/views/{view['id']}").status_code == 404


def test_the_number_of_queries_is_fixed(book, cast, alice, api, counted):
    client = api()

    def asked():
        pages = [queries_of(alice, path) for path in ("/transactions", "/transactions/views")]
        return [*pages, counted(lambda: client.get("/api/views"))]

    save(book, cast.alice, "One")
    few = asked()
    for number in range(8):
        save(book, cast.alice, f"View {number}")
    assert asked() == few


def test_a_view_of_ones_own_is_in_the_activity_of_nobody_else(book, cast, api):
    save(book, cast.alice, "Secret", query="q=divorce", shared=False)
    save(book, cast.alice, "Everybody's")
    for person, told in ((cast.alice, True), (cast.bob, False)):
        page = browse(person, book).get("/activity")
        assert (page.status_code, "Secret" in page.content.decode()) == (200, told)
        assert "Everybody" in page.content.decode()
    private = next(each for each in Operation.objects.filter(verb="save_view").order_by("id"))
    assert api("alice").get(f"/api/operations/{private.pk}").status_code == 200
    assert api("bob").get(f"/api/operations/{private.pk}").status_code == 404
    assert api("bob").post(f"/api/operations/{private.pk}/undo").status_code == 404
    assert "divorce" not in api("bob").get("/api/operations").content.decode()


def test_what_others_do_to_a_view_that_they_own_later_stays_theirs(book, cast, api):
    view = save(book, cast.alice, "Plain", shared=False)
    actions.amend_view(book=book, by=cast.alice.user, pk=view.pk, changes={"name": "Gift for Bob"}, now=NOW)
    actions.delete_view(book=book, by=cast.alice.user, pk=view.pk, now=NOW)
    assert api("bob").get("/api/operations").json()["results"] == []
    assert len(api("alice").get("/api/operations").json()["results"]) == 3


def test_a_view_that_others_use_is_not_taken_from_them(book, cast, api):
    view = save(book, cast.alice, "Ours")
    answer = api("bob").patch(f"/api/views/{view.pk}", {"shared": False}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert names(book, cast.carol) == ["Ours"]
