"""The centre, on the page and over the API: what a person was told in a book, and what of it they have read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.books import entered
from accounts.tests.factories import NOW, make_book
from notifications.models import Notification
from notifications.tests.factories import make_notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(book, cast):
    """Three of alice's, the first of them read, and one of bob's."""
    make_notification(book, cast.bob.user, title="Bob's own")
    return [make_notification(book, cast.alice.user, title=f"News {n}", read=n == 0) for n in range(3)]


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice.user)
    return client


def titles(answer):
    return [each["title"] for each in answer.json()["results"]]


def test_the_list_is_ones_own_the_newest_first(api, cast, rows):
    answer = api(cast.alice).get("/api/notifications")
    assert titles(answer) == ["News 2", "News 1", "News 0"]
    assert answer.json()["unread"] == 2
    assert titles(api(cast.bob).get("/api/notifications")) == ["Bob's own"]


def test_unread_ones_alone(api, cast, rows):
    assert titles(api(cast.alice).get("/api/notifications?unread=true")) == ["News 2", "News 1"]
    assert api(cast.alice).get("/api/notifications?unread=perhaps").status_code == 400


def test_pages_hold_each_row_once(api, cast, rows):
    client, found, cursor = api(cast.alice), [], ""
    while cursor is not None:
        answer = client.get(f"/api/notifications?limit=2&cursor={cursor}" if cursor else "/api/notifications?limit=2")
        found += titles(answer)
        cursor = answer.json()["next"]
    assert found == ["News 2", "News 1", "News 0"]
    assert client.get("/api/notifications?cursor=x").status_code == 400
    assert client.get("/api/notifications?limit=0").status_code == 400


def test_marking_read_and_as_new_again(api, cast, rows):
    client, address = api(cast.alice), f"/api/notifications/{rows[1].pk}"
    first = client.patch(address, {"read": True}, format="json")
    assert first.json()["read_at"] is not None
    assert client.patch(address, {"read": True}, format="json").json() == first.json()
    assert client.patch(address, {"read": False}, format="json").json()["read_at"] is None
    assert client.patch(address, {}, format="json").status_code == 400


def test_a_viewer_marks_their_own(api, cast, book):
    told = make_notification(book, cast.carol.user)
    assert api(cast.carol).patch(f"/api/notifications/{told.pk}", {"read": True}, format="json").status_code == 200


def test_all_at_once_and_nobody_elses(api, cast, rows):
    assert api(cast.alice).post("/api/notifications/read-all").json() == {"read": 2}
    assert api(cast.alice).get("/api/notifications").json()["unread"] == 0
    assert api(cast.bob).get("/api/notifications").json()["unread"] == 1


@pytest.mark.parametrize("who", ["bob", "stranger"])
def test_another_ones_is_not_there(api, cast, rows, who):
    answer = api(getattr(cast, who)).patch(f"/api/notifications/{rows[1].pk}", {"read": True}, format="json")
    assert answer.status_code == 404


def test_the_page_shows_what_is_unread_and_all(alice, rows):
    unread = alice.get("/notifications").content.decode()
    assert ("News 2" in unread, "News 0" in unread, "Bob" in unread) == (True, False, False)
    assert "News 0" in alice.get("/notifications?show=all").content.decode()
    assert alice.get("/notifications?cursor=x").status_code == 404


def test_the_bell_counts(alice, rows):
    for path in ("/notifications/bell", "/budgets", "/settings/profile"):
        assert "Notifications: 2 unread" in alice.get(path).content.decode(), path
    alice.post("/notifications/read-all")
    assert "unread" not in alice.get("/notifications/bell").content.decode()


def test_more_than_can_be_counted(alice, cast, book):
    for _ in range(101):
        make_notification(book, cast.alice.user)
    assert "99+" in alice.get("/notifications/bell").content.decode()


def test_reading_one_leads_on_or_stays(alice, rows):
    answer = alice.post(f"/notifications/{rows[1].pk}/read")
    assert answer["Location"] == "/recurring"
    answer = alice.post(f"/notifications/{rows[2].pk}/read", {"stay": "yes", "next": "/notifications?show=all"})
    assert answer["Location"] == "/notifications?show=all"
    rows[2].refresh_from_db()
    assert rows[2].read_at is not None


def test_a_link_leads_to_what_it_is_about_also_in_another_book(alice, cast, rows):
    assert alice.get(f"/notifications/{rows[1].pk}")["Location"] == "/recurring"
    other = make_book(cast.alice.user, name="Shop")
    with entered(other):
        told = make_notification(other, cast.alice.user)
    assert "This is in Shop" in alice.get(f"/notifications/{told.pk}").content.decode()


def test_without_news_there_is_one_thing_to_do(alice):
    page = alice.get("/notifications?show=all").content.decode()
    assert "Choose what you hear of" in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_is_fixed(alice, api, cast, book, count):
    for _ in range(count):
        make_notification(book, cast.alice.user)
    for ask in (lambda: alice.get("/notifications"), lambda: api(cast.alice).get("/api/notifications")):
        with CaptureQueriesContext(connection) as made:
            ask()
        told = [query["sql"] for query in made if "notifications_notification" in query["sql"]]
        assert len(told) == 2


def test_what_is_told_is_forgotten_after_its_time(cast, book):
    from datetime import timedelta

    from accounts import actions

    make_notification(book, cast.alice.user, now=NOW)
    actions.forget_expired(now=NOW + timedelta(days=401))
    assert not Notification.objects.exists()
