"""The page of exchange rates and /api/rates: look, type in, delete; who may and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from banking.models import Rate, ReferenceRate
from banking.tests.browsing import browse
from banking.tests.factories import make_account

API = "/api/rates"
D = Decimal


@pytest.fixture
def today(book):
    return book.today(timezone.now())


@pytest.fixture
def typed(book, cast, today):
    make_account(book, currency="EUR", opening=10)
    values = {"base": "EUR", "quote": "USD", "by": cast.alice.user}
    return [Rate.objects.create(book=book, day=today - timedelta(days=n), rate=D(2 + n), **values) for n in range(3)]


def body(today, **changes):
    return {"day": today.isoformat(), "base": "GBP", "quote": "USD", "rate": "1.25", **changes}


def test_rates_are_listed_typed_replaced_and_deleted(book, api, typed, today):
    first = api("carol").get(API, {"limit": 2}).json()
    assert [(each["rate"], each["source"], each["by"]) for each in first["results"]] == [
        ("2", "typed", "Alice"),
        ("3", "typed", "Alice"),
    ]
    second = api("carol").get(API, {"limit": 2, "cursor": first["next"]}).json()
    assert ([each["rate"] for each in second["results"]], second["next"]) == (["4"], None)
    made = api("bob").post(API, body(today))
    turned = api("bob").post(API, body(today, base="USD", quote="GBP", rate=0.8))
    assert (made.status_code, turned.status_code, turned.json()["id"]) == (201, 200, made.json()["id"])
    assert (turned.json()["base"], turned.json()["rate"]) == ("USD", "0.8")
    assert api("carol").get(f"{API}/{made.json()['id']}").json() == turned.json()
    assert api("bob").delete(f"{API}/{made.json()['id']}").status_code == 204
    assert Rate.objects.filter(book=book).count() == 3


def test_a_deleted_rate_does_not_come_back_over_a_newer_one(book, api, today):
    client = api("bob")
    made = client.post(API, body(today)).json()
    deleted = client.delete(f"{API}/{made['id']}")["X-Operation"]
    client.post(API, body(today, base="USD", quote="GBP", rate="0.5"))
    refused = client.post(f"/api/operations/{deleted}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert Rate.objects.get(book=book).rate == D("0.5")


def test_who_may_only_look_changes_nothing_and_a_stranger_finds_nothing(book, cast, api, typed, today):
    row = typed[0]
    assert api("carol").post(API, body(today)).status_code == 403
    assert api("carol").delete(f"{API}/{row.pk}").status_code == 403
    carol = browse(cast.carol, book)
    html = carol.get("/accounts/rates").content.decode()
    assert "1 EUR = 2 USD" in html
    assert "rates/new" not in html
    for address in ("/accounts/rates/new", f"/accounts/rates/{row.pk}/delete"):
        assert carol.get(address).status_code == carol.post(address).status_code == 403
    stranger = browse(cast.stranger, cast.stranger.book)
    assert stranger.post(f"/accounts/rates/{row.pk}/delete").status_code == 404
    assert "EUR" not in stranger.get("/accounts/rates").content.decode()
    for method in ("get", "delete"):
        assert getattr(api("stranger"), method)(f"{API}/{row.pk}").status_code == 404
    assert Rate.objects.filter(book=book).count() == 3


BAD = [
    ({"rate": "0"}, "rate"),
    ({"rate": "-1"}, "rate"),
    ({"rate": "0.12345678901"}, "rate"),
    ({"rate": "1,25"}, "rate"),
    ({"rate": "NaN"}, "rate"),
    ({"rate": "1e2"}, "rate"),
    ({"rate": "123456789"}, "rate"),
    ({"base": "XXX"}, "base"),
    ({"quote": "GBP"}, "quote"),
    ({"day": "1899-12-31"}, "day"),
    ({"day": "9999-12-31"}, "day"),
    ({"day": "soon"}, "day"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_is_no_rate_is_refused_beside_its_field(book, cast, api, today, changes, field):
    answer = api().post(API, body(today, **changes))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    if changes.get("rate") != "1e2":  # a form takes it for what it is
        page = browse(cast.alice, book).post("/accounts/rates/new", body(today, **changes))
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Rate.objects.exists()


def test_the_page_types_one_in_for_what_is_missing_and_forgets_it(book, cast, today):
    make_account(book, currency="BTC", opening=1)
    alice = browse(cast.alice, book)
    assert "a rate is missing for" in alice.get("/accounts").content.decode()
    assert "Type in a rate of BTC" in alice.get("/accounts/rates").content.decode()
    form = alice.get("/accounts/rates/new?base=BTC").content.decode()
    assert '<option value="BTC" selected>' in form
    sent = body(today, base="BTC", rate="65000.5", once="token")
    assert [alice.post("/accounts/rates/new", sent)["Location"] for _ in range(2)] == ["/accounts/rates"] * 2
    html = alice.get("/accounts").content.decode()
    assert 'data-figure="all-net-worth-USD"' in html
    assert "65,000.50" in html
    pk = Rate.objects.get().pk
    assert alice.get(f"/accounts/rates/{pk}/delete").status_code == 200
    assert alice.post(f"/accounts/rates/{pk}/delete")["Location"] == "/accounts/rates"
    assert not Rate.objects.exists()


def test_the_page_says_what_a_rate_replaced_also_one_the_other_way_round(book, cast, typed, today):
    alice = browse(cast.alice, book)
    assert "whichever way round it was typed" in alice.get("/accounts/rates/new").content.decode()
    sent = body(today, base="USD", quote="EUR", rate="0.5")
    html = alice.post("/accounts/rates/new", sent, follow=True).content.decode()
    assert "Rate saved. Replaced: 1 EUR was 2 USD." in html
    assert Rate.objects.filter(book=book).count() == 3


def test_what_was_done_to_a_rate_is_called_as_it_was_then(book, api, today):
    client = api("bob")
    for base, quote, rate in (("EUR", "USD", "1.25"), ("EUR", "USD", "1.5"), ("USD", "EUR", "0.5")):
        client.post(API, body(today, base=base, quote=quote, rate=rate))
    told = [each["about"] for each in client.get("/api/operations").json()["results"]]
    assert told == ["USD/EUR", "EUR/USD", "EUR/USD"]


def test_the_page_says_whose_and_how_old_a_rate_is(book, cast, today):
    make_account(book, currency="JPY", opening=1)
    for currency, rate, days in (("JPY", "150", 1), ("USD", "1.2", 2)):
        ReferenceRate.objects.create(day=today - timedelta(days=days), currency=currency, rate=D(rate))
    html = " ".join(browse(cast.carol, book).get("/accounts/rates").content.decode().split())
    assert "1 JPY = 0.008 USD" in html
    assert "1 EUR = 150 JPY, European Central Bank" in html
    assert "2 days old" in html


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_is_fixed(book, cast, api, typed, counted, today, count):
    for each in range(count):
        Rate.objects.create(book=book, day=today - timedelta(days=each), base="CHF", quote="USD", rate=1)
        make_account(book, currency=["CHF", "JPY", "GBP"][each % 3])
    assert counted(lambda: api("carol").get(API)) <= 4
    assert counted(lambda: api("carol").get("/api/financial/overview")) <= 8
