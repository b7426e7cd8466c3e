"""Every figure says what it is made of, what is left out and why, and that it adds up."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from banking import totals
from banking.forms import TransactionFilter
from banking.models import Account, AccountKind, DayTotal, Rate, Transaction
from banking.queries import matching
from banking.tests.browsing import FIGURE, browse
from banking.tests.factories import make_account, make_connection, make_merchant, make_transaction
from reports import queries
from reports.queries import Asked

D = Decimal
API = "/api/explain"
ROWS = [
    *[("-9.99", "COFFEE"), ("3.10", "CLOTHING"), ("1500", "SALARY"), ("-90", "SAVINGS"), ("-5", "UNCATEGORISED")],
    *[("6", "UNCATEGORISED"), ("-20", "FOOD")],
]


@pytest.fixture
def filled(book):
    """Two currencies and months, all kinds, a card, a closed account, entries ahead, and all that does not count."""
    today = book.today(timezone.now())
    before = today.replace(day=1) - timedelta(days=1)
    make = partial(make_transaction, book, refresh=False)
    for currency in ("USD", "EUR"):
        account = make_account(book, name=currency, currency=currency, opening=100)
        for day in (today, before):
            for amount, category in ROWS:
                make(account=account, day=day, amount=amount, category=category)
            make(account=account, day=day, amount="-7", pending=True)
            make(account=account, day=day, amount="-8", excluded=True)
            make(account=account, day=day, amount="-11", excluded=True, pending=True)
        make(account=account, day=today, amount="-1000", removed_at=timezone.now())
        make(account=account, day=today + timedelta(days=40), amount="-50.50")
    make(account=Account.objects.get(book=book, name="USD"), day=today, amount="-66", currency="EUR")
    read = make_account(book, name="Bank", connection=make_connection(book), opening=5)
    make(account=read, day=today + timedelta(days=40), amount="-1.5")
    card = make_account(book, name="Card", kind=AccountKind.CREDIT, opening=-200)
    make(account=card, day=today, amount="-30", category="RESTAURANTS")
    make_account(book, name="Old", opening=7, closed_at=timezone.now() - timedelta(days=100))
    euros = make_account(book, name="Euro card", currency="EUR", kind=AccountKind.CREDIT, opening=D("-3.33"))
    make(account=euros, day=before, amount="-0.07")
    Rate.objects.create(book=book, day=today - timedelta(days=400), base="USD", quote="EUR", rate=D("0.93"))
    totals.rebuild(book=book)
    return book


def shown_on(client, page):
    """{(id, address that explains it): (amount, link)} of each figure of the page."""
    html = client.get(page).content.decode()
    why = [part.split('"', 1)[0] for part in html.split('<a class="why" href="')[1:]]
    figures = FIGURE.findall(html)
    assert len(why) == len(figures) > 0
    return {
        (name, unescape(address)): (D(value), unescape(href))
        for address, (href, name, _currency, _sign, value) in zip(why, figures, strict=True)
    }


def explained(api, address):
    answer = api("carol").get(f"/api{address}")
    assert answer.status_code == 200, (address, answer.content)
    return answer.json()


def listed(book, address):
    """(how many, their sum) of the rows that the address of a list leads to."""
    form = TransactionFilter(dict(parse_qs(urlsplit(address).query)), book=book, strict=True)
    assert form.is_valid(), (address, form.errors)
    amounts = list(matching(book=book, filters=form.filters()).values_list("amount", flat=True))
    return len(amounts), sum(amounts, D(0))


TOGETHER = ("all-net-worth-", "all-assets-", "all-liabilities-")
PAGES = {
    "/": {
        "net-worth",
        "net-worth-after",
        "assets",
        "liabilities",
        "balance",
        "after",
        "income",
        "expense",
        "left",
        "spending",
        *TOGETHER,
        "all-net-worth-20",
    },
    "/accounts": {
        *TOGETHER,
        "net-worth",
        "net-worth-after",
        "assets",
        "liabilities",
        "depository",
        "credit",
        "balance",
        "after",
    },
    "/accounts?on={on}": {*TOGETHER, "net-worth", "assets", "liabilities", "depository", "credit", "balance"},
    "/transactions?q=bottle": {"list-in", "list-out", "list-net", "day"},
    "/transactions?direction=out&pending=yes": {"list-out", "list-net", "day"},
    "/transactions?excluded=yes&kind=expense": {"list-out", "list-net", "day"},
}


@pytest.mark.parametrize("place", PAGES)
def test_every_figure_of_a_page_is_explained_and_adds_up(filled, cast, api, place):
    on = filled.today(timezone.now()) - timedelta(days=20)
    figures = shown_on(browse(cast.carol, filled), place.format(on=on))
    assert all(any(name.startswith(kind) for name, _address in figures) for kind in PAGES[place])
    left_out = {}
    for (name, address), (amount, _href) in figures.items():
        found = explained(api, address)
        assert found["id"] == name
        assert D(found["amount"]) == amount, (name, found)
        assert sum(D(part["amount"]) for part in found["parts"]) * found["sign"] == amount, (name, found)
        assert (found["agrees"], D(found["total"])) == (True, amount)
        assert found["definition"]
        left_out |= {each["address"]: (each["count"], D(each["amount"])) for each in found["left_out"]}
    for address, told in left_out.items():
        assert listed(filled, address) == told, address


def test_what_moved_with_a_merchant_is_explained_on_each_of_its_pages(filled, cast, api):
    row = make_merchant(filled)
    Transaction.objects.filter(book=filled, amount__lt=0).update(merchant=row)
    client = browse(cast.carol, filled)
    for page in ("/merchants", f"/merchants/{row.pk}"):
        figures = shown_on(client, page)
        assert {name for name, _address in figures} == {f"merchant-{row.pk}-{each}" for each in ("EUR", "USD")}
        for (_name, address), (amount, _href) in figures.items():
            assert client.get(address).status_code == 200
            found = explained(api, address)
            assert (D(found["amount"]), found["agrees"], D(found["total"])) == (amount, True, amount)
            assert {each["reason"] for each in found["left_out"]} == {"other_currency", "pending", "excluded"}
    for name in (f"merchant-{row.pk}-GBP", f"merchant-{row.pk + 1}-USD", f"merchant-{10**17}-USD"):
        assert api().get(f"{API}/{name}").status_code == 404
    assert api("stranger").get(f"{API}/merchant-{row.pk}-USD").status_code == 404


def test_what_is_left_out_is_told_with_count_sum_and_list(filled, api):
    found = explained(api, "/explain/expense-now-USD")
    assert found["parts"][0]["count"] == 5
    left_out = {(each["reason"], each["currency"]): each for each in found["left_out"]}
    told = {key: (each["count"], D(each["amount"])) for key, each in left_out.items()}
    assert told.pop(("other_currency", "EUR"))[0] == 11
    assert told == {
        ("pending", "USD"): (2, D("-18")),
        ("excluded", "USD"): (1, D("-8")),
        ("transfer", "USD"): (1, D("-90")),
        ("other_kind", "USD"): (2, D("1506")),
    }
    for each in found["left_out"]:
        assert listed(filled, each["address"]) == (each["count"], D(each["amount"])), each


def test_everything_tells_the_rate_of_each_currency_and_without_one_there_is_no_figure(filled, api, cast):
    found = explained(api, "/explain/all-net-worth-USD")
    originals = [part["original"] for part in found["parts"] if part["original"]]
    assert [(each["amount"], each["currency"]) for each in originals] == [("2852.22", "EUR"), ("-3.40", "EUR")]
    [rate] = found["rates"]
    assert (rate["base"], rate["quote"], rate["rate"], rate["age_days"]) == ("EUR", "USD", "1.0752688", 400)
    assert [(leg["rate"], leg["turned"], leg["source"]) for leg in rate["legs"]] == [("0.93", True, "typed")]
    for part in found["parts"]:
        if part["original"]:
            exact = D(part["original"]["amount"]) / D("0.93")
            assert D(part["amount"]) == exact.quantize(D("0.01"))
    client = browse(cast.carol, filled)
    page = client.get("/explain/all-net-worth-USD").content.decode()
    assert "1.0752688" in page
    assert page.partition("What is left out")[0].count(">Number</th>") == 0
    Rate.objects.update(day=filled.today(timezone.now()))
    told = browse(cast.alice, filled).get("/").content.decode().partition("There is no line over the months yet")[2]
    assert "/accounts/rates/new?base=EUR&amp;quote=USD" in told.partition("</section>")[0]
    Rate.objects.all().delete()
    refused = api().get(f"{API}/all-net-worth-USD")
    assert (refused.status_code, "a rate is missing for EUR" in refused.json()["message"]) == (404, True)
    page = browse(cast.alice, filled).get("/explain/all-net-worth-USD").content.decode()
    assert "No total: a rate is missing for" in page
    assert "/accounts/rates/new?base=EUR&amp;quote=USD" in page
    together = api().get("/api/financial/overview").json()["together"]
    assert (together["net_worth"], together["missing"]) == (None, ["EUR"])
    html = browse(cast.alice, filled).get("/").content.decode()
    assert "a rate is missing for" in html
    assert "/accounts/rates/new?base=EUR&amp;quote=USD" in html
    assert 'data-figure="all-' not in html


def test_a_balance_tells_its_opening_and_what_is_not_in_it(filled, api):
    pk = Account.objects.get(book=filled, name="USD").pk
    found = explained(api, f"/explain/balance-{pk}")
    assert [(part["name"], part["count"]) for part in found["parts"]] == [
        ("What it began with", None),
        ("Booked transactions", 16),
    ]
    told = {each["reason"]: (each["count"], each["amount"]) for each in found["left_out"]}
    assert told == {"pending": (4, "-36.00"), "ahead": (1, "-50.50"), "other_currency": (1, "-66.00")}


def test_a_stored_total_that_went_wrong_shows(filled, api, cast):
    pk = Account.objects.get(book=filled, name="EUR").pk
    DayTotal.objects.filter(account=pk).first().delete()
    assert explained(api, f"/explain/balance-{pk}")["agrees"] is False
    html = browse(cast.carol, filled).get(f"/explain/balance-{pk}").content.decode()
    assert "it is not the figure" in html


def test_the_page_works_and_opens_in_the_drawer(filled, cast):
    client = browse(cast.carol, filled)
    html = client.get("/explain/left-USD").content.decode()
    assert "Income less spending" in html
    assert "Transfers: between your own accounts" in html
    assert "<html" not in client.get("/explain/left-USD", headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("nothing", {}, 404),
        ("balance-999999", {}, 404),
        ("net-worth-2026-02-31-USD", {}, 404),
        ("assets-XXX", {}, 404),
        ("income-now-XXX", {}, 404),
        ("day-2026-13-01-USD", {}, 404),
        ("balance-1", {"on": "soon"}, 400),
        ("list-net-USD", {"amount_min": "ten"}, 400),
        ("list-net-USD", {"account": "999999"}, 400),
        ("list-net-USD", {"what": "ever"}, 400),
    ],
)
def test_what_is_no_figure_is_refused(filled, api, cast, name, query, status):
    answer = api().get(f"{API}/{name}", query)
    assert answer.status_code == status, answer.content
    if "what" not in query:
        assert browse(cast.alice, filled).get(f"/explain/{name}", query).status_code == 404


def test_a_stranger_sees_nothing(filled, api, cast):
    pk = Account.objects.filter(book=filled).first().pk
    assert api("stranger").get(f"{API}/balance-{pk}").status_code == 404
    client = browse(cast.stranger, cast.stranger.book)
    assert client.get(f"/explain/balance-{pk}").status_code == 404
    assert "1500" not in client.get("/explain/income-now-USD").content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_is_fixed(filled, counted, count):
    today = filled.today(timezone.now())
    for number in range(count):
        make_transaction(filled, account=make_account(filled, name=f"A{number}"), day=today)
    form = TransactionFilter({}, book=filled)
    form.is_valid()
    for name, expected in (
        ("expense-now-USD", 12),
        ("net-worth-USD", 5),
        ("all-net-worth-USD", 5),
        ("balance-1", 5),
        ("list-net-USD", 4),
    ):
        made = counted(lambda name=name: _asked(filled, name, today, form))
        assert made <= expected, (name, made)


def _asked(book, name, today, form):
    try:
        return queries.explanation(book=book, asked=Asked(name, form=form), today=today)
    except queries.UnknownFigure:
        return None
