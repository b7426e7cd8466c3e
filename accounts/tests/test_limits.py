"""Ten tries a minute per account and per address, which no success elsewhere clears."""

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.tests.api import bearer, login, signed_in
from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = pytest.mark.django_db
MOMENT = "2026-03-15 12:00:01"


WRONG = "not the password"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def alice():
    user = make_user()
    make_book(user)
    return user


@pytest.fixture(autouse=True)
def _few_tries(alice, settings, monkeypatch):
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "auth": "10/m", "refused": "20/m"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    monkeypatch.setitem(api_settings.__dict__, "DEFAULT_THROTTLE_RATES", rates)
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}


def tries(count, **answer):
    return [login(**answer).status_code for _number in range(count)]


def test_eleventh_try_on_an_account_waits():
    with time_machine.travel(MOMENT, tick=False):
        assert set(tries(10, password="wrong")) == {401}
        answer = login(password="wrong")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_unknown_accounts_are_limited_alike():
    with time_machine.travel(MOMENT, tick=False):
        assert tries(11, email="nobody@example.com", password="wrong")[-1] == 429


def test_right_password_does_not_clear_the_count():
    with time_machine.travel(MOMENT, tick=False):
        tries(9, password="wrong")
        assert login().status_code == 200
        assert login(password="wrong").status_code == 429


def on_page(client, email="alice@example.com", password=WRONG, **more):
    return client.post("/auth/login/", {"login": email, "password": password}, **more)


def refusals(answers):
    """The answers after the tenth, each of which must be 429 and say when to come back."""
    later = list(answers)[10:]
    assert all(answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60 for answer in later)
    return len(later)


def test_the_page_is_limited_by_account_whatever_the_address(client):
    with time_machine.travel(MOMENT, tick=False):
        names = ("alice@example.com", "ALICE@example.com")
        answers = [on_page(client, names[n % 2], REMOTE_ADDR=f"10.0.0.{n}") for n in range(12)]
    assert refusals(answers) == 2
    assert "Too many tries" in answers[-1].content.decode()


def test_the_page_is_limited_by_address_whatever_the_account(client):
    with time_machine.travel(MOMENT, tick=False):
        assert refusals([on_page(client, f"person{n}@example.com") for n in range(12)]) == 2
        assert on_page(client, REMOTE_ADDR="10.0.0.9", password=PASSWORD).status_code == 302


def test_page_and_api_count_together(client):
    with time_machine.travel(MOMENT, tick=False):
        tries(10, password="wrong")
        assert refusals([*range(10), on_page(client, REMOTE_ADDR="10.0.0.9")]) == 1


def test_the_admin_is_entered_by_the_same_door(client):
    with time_machine.travel(MOMENT, tick=False):
        door = client.get("/admin/", follow=True).redirect_chain[-1][0]
        assert refusals([client.post(door, {"login": "a@b.example", "password": "x"}) for _n in range(11)]) == 1
        assert client.post("/admin/login/", {"username": "alice@example.com", "password": PASSWORD}).status_code == 302
        assert client.get("/settings/profile").status_code == 302


def test_a_second_factor_from_the_same_address_clears_nothing(client, alice):
    TOTP.activate(alice, SECRET)
    with time_machine.travel(MOMENT, tick=False):
        for number in range(9):
            on_page(client, f"person{number}@example.com")
        on_page(client, password=PASSWORD)
        code = format_hotp_value(hotp_value(SECRET, 1773576001 // 30))
        assert client.post("/auth/2fa/authenticate/", {"code": code}).status_code == 302
        assert client.get("/settings/profile").status_code == 200
        assert on_page(Client(), "other@example.com").status_code == 429


def test_codes_are_limited_by_person(client, alice):
    TOTP.activate(alice, SECRET)
    on_page(client, password=PASSWORD)
    answers = [client.post("/auth/2fa/authenticate/", {"code": "000000"}) for _n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "300"
    assert login(code="000000").status_code == 429


def test_proving_oneself_again_is_limited(client, alice):
    client.force_login(alice)
    assert refusals([client.post("/auth/reauthenticate/", {"password": "wrong"}) for _n in range(11)]) == 1


@pytest.mark.parametrize("header", ["Bearer forged", "Bearer a.b.c", "bearer ", ""])
def test_refused_tokens_are_limited_by_address(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    with time_machine.travel(MOMENT, tick=False):
        answers = [client.get("/api/transactions") for _n in range(22)]
        elsewhere = client.get("/api/transactions", REMOTE_ADDR="10.0.0.9")
    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 401


def test_a_good_token_works_beside_refused_ones(alice):
    good = signed_in(alice)
    for _number in range(25):
        bearer("forged").get("/api/auth/me")
    assert good.get("/api/auth/me").status_code == 200


@pytest.fixture
def _cache_is_down(settings):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}


@pytest.mark.usefixtures("_cache_is_down")
@pytest.mark.parametrize("password", [WRONG, PASSWORD])
def test_nobody_signs_in_uncounted(password):
    answer = login(password=password)
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.usefixtures("_cache_is_down")
def test_no_page_takes_a_password_uncounted(client):
    answer = on_page(client, password=PASSWORD)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_a_password_is_not_changed_uncounted(alice, request):
    person = signed_in(alice)
    request.getfixturevalue("_cache_is_down")
    given = {"current_password": WRONG, "new_password": "a much longer secret 7"}
    answer = person.post("/api/auth/password", given, format="json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_minute_later_it_goes_on():
    with time_machine.travel(MOMENT, tick=False):
        tries(11, password="wrong")
    with time_machine.travel("2026-03-15 12:01:01", tick=False):
        assert login().status_code == 200


@pytest.mark.parametrize("address", ["signup", "forgot-password", "reset-password", "verify-email"])
def test_every_door_is_limited(address):
    with time_machine.travel(MOMENT, tick=False):
        codes = [APIClient().post(f"/api/auth/{address}", {}, format="json").status_code for _n in range(11)]
    assert codes[-1] == 429


def test_refused_refreshes_are_limited():
    with time_machine.travel(MOMENT, tick=False):
        answers = [APIClient().post("/api/auth/refresh", {"refresh": "forged"}, format="json") for _n in range(21)]
        odd = APIClient().post("/api/auth/refresh", {"what": 1}, format="json")
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert odd.status_code == 429


def test_neighbours_lock_nobody_out_of_a_refresh():
    with time_machine.travel(MOMENT, tick=False):
        token = login().json()["refresh"]
        for number in range(120):
            APIClient().post("/api/auth/signup", {}, format="json")
            login(email=f"person{number}@example.com", password=WRONG)
        for _number in range(21):
            APIClient().post("/api/auth/refresh", {"refresh": "forged"}, format="json")
        answer = APIClient().post("/api/auth/refresh", {"refresh": token}, format="json")
    assert answer.status_code == 200


def test_a_page_of_invitations_says_when_to_come_back(alice, client, mailoutbox):
    client.force_login(alice)
    address = f"/settings/books/{alice.default_book_id}/members/invite"
    with time_machine.travel(MOMENT, tick=False):
        answers = [client.post(address, {"email": f"x{n}@example.com", "role": "viewer"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert len(mailoutbox) == 10


def guess_from_elsewhere(count=10):
    return [on_page(Client(), REMOTE_ADDR=f"10.0.1.{n}").status_code for n in range(count)]


def test_a_stranger_does_not_lock_out_a_device_that_signed_in_before(client):
    on_page(client, password=PASSWORD)
    client.post("/auth/logout/")
    with time_machine.travel(MOMENT, tick=False):
        assert 429 not in guess_from_elsewhere()
        assert on_page(Client(), password=PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 429
        assert on_page(client, password=PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 302


def test_a_known_device_has_ten_tries_of_its_own(client):
    on_page(client, password=PASSWORD)
    client.post("/auth/logout/")
    with time_machine.travel(MOMENT, tick=False):
        assert refusals([on_page(client, REMOTE_ADDR=f"10.0.1.{n}") for n in range(12)]) == 2


@pytest.mark.parametrize("cookie", ["forged", "", "W10:1tQ:abc"])
def test_only_our_own_signature_makes_a_device_known(cookie):
    stranger = Client()
    stranger.cookies["device"] = cookie
    with time_machine.travel(MOMENT, tick=False):
        guess_from_elsewhere()
        assert on_page(stranger, password=PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 429


def test_a_device_is_known_to_those_alone_who_signed_in_on_it(client):
    bob = make_user("bob@example.com")
    make_book(bob)
    on_page(client, bob.email, PASSWORD)
    client.post("/auth/logout/")
    with time_machine.travel(MOMENT, tick=False):
        guess_from_elsewhere()
        assert on_page(client, password=PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 429
        assert on_page(client, bob.email, PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 302


def test_a_device_stays_known_when_somebody_else_signs_in_on_it(client):
    make_book(make_user("bob@example.com"))
    for email in ("alice@example.com", "bob@example.com"):
        on_page(client, email, PASSWORD)
        client.post("/auth/logout/")
    with time_machine.travel(MOMENT, tick=False):
        guess_from_elsewhere()
        assert on_page(client, password=PASSWORD, REMOTE_ADDR="10.0.2.1").status_code == 302


def test_a_client_of_the_api_is_known_by_its_cookie(alice):
    client = APIClient()
    body = {"email": alice.email, "password": PASSWORD}
    client.post("/api/auth/login", body, format="json")
    with time_machine.travel(MOMENT, tick=False):
        guess_from_elsewhere()
        assert login().status_code == 429
        assert client.post("/api/auth/login", body, format="json", REMOTE_ADDR="10.0.2.1").status_code == 200


def test_a_password_without_its_second_factor_makes_no_device_known(client, alice):
    TOTP.activate(alice, SECRET)
    on_page(client, password=PASSWORD)
    assert "device" not in client.cookies
