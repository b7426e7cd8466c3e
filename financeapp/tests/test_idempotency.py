"""A POST with an Idempotency-Key creates once, however often it is sent."""

import os
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.urls import include, path
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.books import entered
from accounts.idempotency import RESERVED
from accounts.models import IdempotencyKey
from accounts.rest import BookView
from banking.api.connections import PATIENCE
from banking.models import Tag
from banking.providers.plaid.client import PlaidSettings
from banking.tests.dying import in_a_fork

inside = threading.Event()
go_on = threading.Event()


class Tags(BookView):
    def post(self, request):
        tag = Tag.objects.create(book=self.book, name=request.data["name"])
        if request.data["name"] == "slow":
            inside.set()
            go_on.wait(10)
        if request.data["name"] == "killed":
            transaction.on_commit(lambda: os._exit(9))
        if request.data["name"] == "bad":
            raise ValidationError({"name": ["No."]})
        if request.data["name"] == "bug":
            raise ZeroDivisionError
        return Response({"id": tag.pk, "amount": Decimal("1.10")}, status=201)


class Outside(Tags):
    network = True

    def post(self, request):
        with entered(self.book):
            return super().post(request)


class TakenOver(Outside):
    """Meanwhile its reservation was taken over."""

    def post(self, request):
        answer = super().post(request)
        IdempotencyKey.objects.filter(key="k-1").delete()
        return answer


urlpatterns = [
    path("api/tags", Tags.as_view()),
    path("api/outside", Outside.as_view()),
    path("api/taken-over", TakenOver.as_view()),
    path("", include("financeapp.urls")),
]
pytestmark = pytest.mark.urls(__name__)
both = pytest.mark.parametrize("address", ["/api/tags", "/api/outside"])


def send(client, name="one", key="k-1", address="/api/tags"):
    return client.post(address, {"name": name}, format="json", headers={"Idempotency-Key": key})


def count(book):
    with entered(book):
        return Tag.objects.filter(book=book).count()


@both
def test_sent_twice_creates_once(api, cast, address):
    client = api(cast.alice)
    first, second = send(client, address=address), send(client, address=address)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert count(cast.book) == 1


@both
def test_another_body_under_the_key_is_refused(api, cast, address):
    client = api(cast.alice)
    send(client, address=address)
    response = send(client, name="two", address=address)
    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_key_reused"
    assert count(cast.book) == 1


def test_people_do_not_share_keys(api, cast):
    send(api(cast.alice), name="one")
    assert send(api(cast.bob), name="two").status_code == 201
    assert count(cast.book) == 2


def test_a_refreshed_token_still_matches(api, cast):
    send(api(cast.alice))
    assert send(api(cast.alice))["Idempotency-Replayed"] == "true"


@both
@pytest.mark.parametrize(("name", "status"), [("bad", 400), ("bug", 500)])
def test_an_error_is_not_kept_and_leaves_nothing(api, cast, address, name, status):
    client = api(cast.alice)
    assert send(client, name=name, address=address).status_code == status
    if address == "/api/tags":
        assert not IdempotencyKey.objects.exists()
        assert count(cast.book) == 0


def test_without_a_key_nothing_is_kept(api, cast):
    client = api(cast.alice)
    for name in ("one", "two"):
        assert client.post("/api/tags", {"name": name}, format="json").status_code == 201
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "tab\there"])
def test_keys_that_cannot_be_kept_are_refused(api, cast, key):
    assert send(api(cast.alice), key=key).status_code == 400


def test_old_keys_are_forgotten(api, cast):
    send(api(cast.alice))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(api(cast.alice), name="two").status_code == 201


def test_a_reservation_of_a_killed_process_is_free_again(api, cast):
    client = api(cast.alice)
    send(client, address="/api/outside")
    IdempotencyKey.objects.update(status=None, answer=None)
    assert send(client, name="one", address="/api/outside").status_code == 409
    IdempotencyKey.objects.update(created_at=timezone.now() - RESERVED + timedelta(seconds=5))
    assert send(client, name="one", address="/api/outside").status_code == 409
    IdempotencyKey.objects.update(created_at=timezone.now() - RESERVED - timedelta(seconds=1))
    assert send(client, name="other", address="/api/outside").status_code == 201


def test_a_reservation_outlasts_the_slowest_linking():
    slowest = PlaidSettings(host="", client_id="", secret="")
    assert timedelta(seconds=5 * (slowest.connect_timeout + slowest.read_timeout) + PATIENCE) < RESERVED


def test_an_answer_whose_reservation_was_taken_over_is_given_all_the_same(api, cast):
    assert send(api(cast.alice), address="/api/taken-over").status_code == 201
    assert not IdempotencyKey.objects.exists()


def test_what_is_kept_cannot_be_read(api, cast):
    send(api(cast.alice))
    assert "1.10" not in str(IdempotencyKey.objects.get().answer)
    assert send(api(cast.alice)).json()["amount"] == "1.10"


def test_a_viewer_cannot_replay_what_they_may_not_do(api, cast):
    assert send(api(cast.carol)).status_code == 403
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/api/tags", "/api/outside"])
def test_two_at_once_create_once(api, cast, address):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time: the second waits and is answered from memory")
    inside.clear(), go_on.clear()
    slow, quick, answers = api(cast.alice), api(cast.alice), []

    def first():
        answers.append(send(slow, name="slow", address=address))
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    meanwhile = send(quick, name="slow", address=address)
    go_on.set()
    thread.join(10)
    assert answers[0].status_code == 201
    assert meanwhile.status_code == 409
    assert meanwhile["Retry-After"] == "1"
    assert send(quick, name="slow", address=address).content == answers[0].content
    assert count(cast.book) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_create_once(api, cast):
    go_on.set()
    clients, seen = [api(cast.alice) for _ in range(6)], []

    def one(client):
        seen.append(send(client).status_code)
        connections.close_all()

    threads = [threading.Thread(target=one, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(seen) <= {201, 409}
    assert 201 in seen
    assert count(cast.book) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_between_commit_and_answer(api, cast):
    client = api(cast.alice)
    assert in_a_fork(lambda: print(send(client, name="killed").content)) == 9
    response = send(client, name="killed")
    assert response.status_code == 201
    assert response["Idempotency-Replayed"] == "true"
    assert count(cast.book) == 1
