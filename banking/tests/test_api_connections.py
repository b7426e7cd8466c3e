"""Linking, reading and unlinking over the API: statuses, repeated requests, strangers."""

import pytest
from rest_framework.settings import api_settings

from accounts.books import entered
from banking.models import Connection
from banking.tests.bank import linked, public_token, read
from banking.tests.factories import make_account, make_connection
from sandboxbank.control import Control
from sandboxbank.walker import Walker


@pytest.fixture
def bank(sandbox_bank):
    return Control(sandbox_bank.url)


@pytest.fixture
def connection(cast, bank):
    made = linked(cast.book, cast.alice.user)
    with entered(cast.book):
        read(made)
    return made


def account_of(connection):
    with entered(connection.book):
        return connection.accounts.order_by("pk").first().pk


@pytest.mark.parametrize("begin", ["/api/plaid/create_link_token", "/api/accounts/link-token", "/api/connections"])
@pytest.mark.parametrize("end", ["/api/plaid/exchange_public_token", "/api/accounts/link"])
def test_a_session_is_begun_and_finished(api, cast, bank, begin, end):
    client = api()
    started = client.post(begin)
    assert started.status_code == 201
    Walker(started.json()["hosted_link_url"]).link()
    done = client.post(end, {"link_token": started.json()["link_token"]})
    assert done.status_code == 201
    assert done.json()["sync"]["status"] == "queued"


def test_finishing_before_the_bank_has_is_a_conflict(api, bank):
    client = api()
    token = client.post("/api/connections/connect").json()["link_token"]
    answer = client.post("/api/accounts/link", {"link_token": token})
    assert (answer.status_code, answer.json()["code"]) == (409, "link_open")


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"link_token": "x", "public_token": "y"}, 400), ({"link_token": "x"}, 404), ({"nonsense": 1}, 400)],
)
def test_a_body_that_names_nothing_is_refused(api, bank, body, status):
    assert api().post("/api/accounts/link", body).status_code == status


def test_a_made_up_public_token_is_a_conflict(api, bank):
    answer = api().post("/api/plaid/exchange_public_token", {"public_token": "public-sandbox-nothing"})
    assert (answer.status_code, answer.json()["code"]) == (409, "link_refused")


def test_linking_sent_twice_under_one_key_links_once(api, cast, bank):
    body, key = {"public_token": public_token()}, {"Idempotency-Key": "once"}
    first, second = (api().post("/api/accounts/link", body, headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    with entered(cast.book):
        assert Connection.objects.filter(book=cast.book).count() == 1


def test_a_sync_is_accepted_and_can_be_looked_at(api, connection):
    for address in (f"/api/connections/{connection.pk}/sync", f"/api/accounts/{account_of(connection)}/sync"):
        queued = api().post(address)
        assert queued.status_code == 202
        assert api().get(f"/api/syncs/{queued.json()['id']}").json()["kind"] == "manual"
    runs = api().get(f"/api/connections/{connection.pk}/sync").json()["results"]
    assert runs[-1]["duration_ms"] >= 0
    assert runs[-1]["request_id"]


@pytest.mark.parametrize(("status", "code"), [("reauth", "sign_in_needed"), ("unlinked", "not_linked")])
def test_a_sync_that_cannot_be_is_a_conflict(api, cast, connection, status, code):
    with entered(cast.book):
        Connection.objects.update(status=status)
    answer = api().post(f"/api/connections/{connection.pk}/sync")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_financial_sync_reads_all_and_leaves_out_who_waits_for_the_user(api, cast, connection):
    assert len(api().post("/api/financial/sync").json()["syncs"]) == 1
    with entered(cast.book):
        Connection.objects.update(status="reauth")
    answer = api().post("/api/financial/sync")
    assert answer.status_code == 200
    assert answer.json() == {"job_id": None, "status": "nothing_to_read", "syncs": []}


def test_financial_sync_of_a_manual_account_has_nothing_to_read(api, book):
    answer = api().post("/api/financial/sync", {"account_ids": [make_account(book).pk]})
    assert (answer.status_code, answer.json()["status"]) == (200, "nothing_to_read")


def test_financial_sync_of_a_strangers_account_is_a_404(api, cast, connection):
    with entered(cast.stranger.book):
        theirs = make_account(cast.stranger.book, connection=make_connection(cast.stranger.book)).pk
    mine = account_of(connection)
    assert api().post("/api/financial/sync", {"account_ids": [mine]}).status_code == 202
    assert api().post("/api/financial/sync", {"account_ids": [mine, theirs]}).status_code == 404


def test_only_what_asks_the_bank_is_counted(api, connection, monkeypatch):
    """A run is looked at until it is done, at a glance a second: that asks nobody anything."""
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "sync": "2/h"}
    monkeypatch.setitem(api_settings.__dict__, "DEFAULT_THROTTLE_RATES", rates)
    again = f"/api/connections/{connection.pk}/sync"
    run = api().post(again).json()["id"]
    looks = [f"/api/syncs/{run}", again, "/api/connections", f"/api/connections/{connection.pk}"] * 2
    assert {api().get(address).status_code for address in looks} == {200}
    balance = f"/api/accounts/{account_of(connection)}/balance"
    assert [api().get(balance).status_code for _n in range(2)] == [200, 429]
    assert api().post(again).status_code == 429


@pytest.mark.parametrize("address", ["/api/connections/{c}", "/api/accounts/{a}"])
@pytest.mark.parametrize(("query", "status"), [("", 204), ("?data=erase", 204), ("?data=Erase", 400)])
def test_unlinking_says_what_becomes_of_the_data(api, connection, address, query, status):
    address = address.format(c=connection.pk, a=account_of(connection)) + query
    assert api().delete(address).status_code == status


def test_unlinking_while_the_bank_is_away_is_a_503(api, cast, bank, connection):
    bank.fault("error", endpoint="/item/remove", code="INTERNAL_SERVER_ERROR")
    answer = api().delete(f"/api/connections/{connection.pk}")
    assert answer.status_code == 503
    assert "Try again in a moment." in answer.content.decode()
    with entered(cast.book):
        assert Connection.objects.get(pk=connection.pk).status == Connection.Status.ACTIVE


def test_a_repair_begins_a_session(api, connection):
    answer = api().post(f"/api/connections/{connection.pk}/repair")
    assert answer.status_code == 201
    assert answer.json()["hosted_link_url"]


@pytest.mark.parametrize(("hours", "status"), [(6, 200), (0, 400), (169, 400), ("x", 400)])
def test_how_often_it_is_read(api, connection, hours, status):
    answer = api().patch(f"/api/connections/{connection.pk}", {"sync_frequency_hours": hours})
    assert answer.status_code == status


def test_no_answer_holds_a_secret(api, connection):
    secret = connection.secret.reveal()
    for address in ("/api/connections", f"/api/connections/{connection.pk}", f"/api/connections/{connection.pk}/sync"):
        assert secret not in api().get(address).content.decode()


def test_a_balance_is_told_from_the_last_sync_while_the_cache_is_down(api, connection, settings):
    address = f"/api/accounts/{account_of(connection)}/balance"
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": redis}
    answer = api().get(address)
    assert (answer.status_code, answer.json()["live"]) == (200, False)
    assert answer.json()["current"] is not None
