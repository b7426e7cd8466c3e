"""How often one may ask, counted exactly and by person."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.urls import include, path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.attempts import incremented, parsed


class Open(APIView):
    permission_classes = (AllowAny,)

    def get(self, request):
        return Response({})

    post = get


class SignIn(Open):
    throttle_scope = "auth"


urlpatterns = [
    path("api/open", Open.as_view()),
    path("api/sign-in", SignIn.as_view()),
    path("", include("financeapp.urls")),
]
NOBODY_LISTENS = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": "redis://127.0.0.1:1",
    "OPTIONS": {"socket_connect_timeout": 1},
}
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def rates(monkeypatch):
    def change(**rates):
        rest = {**api_settings.DEFAULT_THROTTLE_RATES, **rates}
        monkeypatch.setitem(api_settings.__dict__, "DEFAULT_THROTTLE_RATES", rest)

    return change


def statuses(client, times, address="/api/open", **options):
    return [client.get(address, **options).status_code for _ in range(times)]


def test_the_window_is_kept(client, rates):
    rates(anonymous="3/h")
    assert statuses(client, 5) == [200, 200, 200, 429, 429]


def test_the_answer_says_when_to_come_back(client, rates):
    rates(anonymous="1/h")
    statuses(client, 1)
    response = client.get("/api/open")
    assert response.json()["code"] == "throttled"
    assert 1 <= int(response["Retry-After"]) <= 3600


def test_each_person_counts_alone(api, cast, rates):
    rates(user="2/h")
    assert statuses(api(cast.alice), 3) == [200, 200, 429]
    assert statuses(api(cast.alice), 1) == [429]
    assert statuses(api(cast.bob), 2) == [200, 200]


def test_a_scope_counts_besides(client, rates):
    rates(auth="1/h")
    assert statuses(client, 2, "/api/sign-in") == [200, 429]
    assert statuses(client, 2) == [200, 200]


def test_a_forged_address_does_not_help(client, rates):
    rates(anonymous="1/h")
    seen = [client.get("/api/open", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(3)]
    assert seen == [200, 429, 429]


def test_behind_a_proxy_the_hop_before_it_counts(client, rates, settings):
    settings.TRUSTED_PROXIES = 1
    rates(anonymous="1/h")
    chains = ["6.6.6.6, 1.1.1.1", "7.7.7.7, 1.1.1.1", "1.1.1.1, 2.2.2.2"]
    assert [client.get("/api/open", headers={"X-Forwarded-For": c}).status_code for c in chains] == [200, 429, 200]


def test_neighbours_in_one_ipv6_network_count_together(client, rates):
    rates(anonymous="1/h")
    seen = [client.get("/api/open", REMOTE_ADDR=a).status_code for a in ("2001:db8::1", "2001:db8::2", "2001:db9::1")]
    assert seen == [200, 429, 200]


def test_counts_exactly_under_concurrency():
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: incremented("test:window", 60), range(200)))
    assert sorted(counts) == list(range(1, 201))


def test_a_cache_that_is_down_refuses_nobody(client, rates, settings):
    rates(anonymous="1/h")
    settings.CACHES = {"default": NOBODY_LISTENS}
    assert statuses(client, 3) == [200, 200, 200]


@pytest.mark.parametrize(("rate", "meaning"), [("100/15m", (100, 900)), ("5/s", (5, 1)), ("1/d", (1, 86400))])
def test_rates_are_read(rate, meaning):
    assert parsed(rate) == meaning


@pytest.mark.parametrize("rate", ["", "100", "x/m", "1/week"])
def test_wrong_rates_are_refused(rate):
    with pytest.raises(ValueError, match="is not a rate"):
        parsed(rate)
