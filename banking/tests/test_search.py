"""What a search finds in a book, in which order and why: the query, the page and the API."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from banking import queries
from banking.models import Merchant, Transaction
from banking.queries.searching import page_found, understood
from banking.queries.understanding import parameters, parts
from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_category, make_merchant, make_transaction

TODAY = date(2026, 3, 21)
API, PAGE = "/api/transactions/search", "/search"


@pytest.fixture
def ledger(book):
    """One row of each merchant, a day apart, the first one the newest."""
    visa, cash = make_account(book, name="Visa"), make_account(book, name="Wallet")
    rows = [
        ("Starbucks", "STARBUCKS 123 SEATTLE", "-4.50", "COFFEE", {}),
        ("Corner House", "CORNER HOUSE", "-3.80", "COFFEE", {"tags": ["work"]}),
        ("Netflix", "NETFLIX.COM", "-15.49", "SHOPPING", {"account": cash}),
        ("Shell", "SHELL OIL 5744", "-42.10", "FUEL", {"note": "rented car, Möbelhaus"}),
        ("Whole Foods", "WHOLEFDS MKT", "-120.00", "GROCERIES", {"pending": True}),
        (None, "TRANSFER TO STARFISH LTD", "-77", "TRANSFER", {"excluded": True}),
        ("Café Zoë", "CAFE ZOE", "-6", "RESTAURANTS", {"account": cash}),
        ("Employer", "PAYROLL", "2000", "SALARY", {}),
        ("Blue Bottle", "BLUE BOTTLE", "-5", "COFFEE", {"tags": ["private"]}),
        ("Bottle Blue", "BOTTLE BLUE SHOP", "-8", "ALCOHOL", {}),
    ]
    for back, (name, wording, amount, category, more) in enumerate(rows):
        make_transaction(
            book,
            day=date(2026, 3, 20 - back),
            description=wording,
            amount=amount,
            category=category,
            merchant=make_merchant(book, name=name) if name else None,
            **{"account": visa, **more},
        )
    make_transaction(book, account=visa, description="GONE STARBUCKS", removed_at=timezone.now())
    return book


def found(book, text, **more):
    search = understood(book=book, text=text, today=TODAY)
    page = page_found(search, rows=queries.listed(book=book), read=queries.plain, size=50, **more)
    again = page_found(search, rows=queries.transactions(book=book), read=list, size=50, **more)
    assert [(hit.row.id, hit.score, hit.reasons) for hit in page.hits] == [
        (hit.row.pk, hit.score, hit.reasons) for hit in again.hits
    ]
    return page.hits


def words(book, text):
    return [hit.row.description.split()[0] for hit in found(book, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("starbucks", ["STARBUCKS"]),
        ("STAR", ["STARBUCKS", "TRANSFER"]),
        ("starbuks", ["STARBUCKS"]),
        ("netlfix", ["NETFLIX.COM"]),
        ("coffee places", ["STARBUCKS", "BLUE", "CORNER"]),
        ("streaming", ["NETFLIX.COM"]),
        ("cafe zoe", ["CAFE"]),
        ("café", ["CAFE", "STARBUCKS", "BLUE", "CORNER"]),
        ("blue bottle", ["BLUE", "BOTTLE"]),
        ('"blue bottle"', ["BLUE"]),
        ("seattle", ["STARBUCKS"]),
        ("möbelhaus", ["SHELL"]),
        ("77", ["TRANSFER"]),
        ("42.10", ["SHELL"]),
        (">100", ["WHOLEFDS", "PAYROLL"]),
        ("100..150 out:", ["WHOLEFDS"]),
        ("2026-03-18..2026-03-19", ["CORNER", "NETFLIX.COM"]),
        ("last march", []),
        ("category:food account:wallet", ["CAFE"]),
        ("category:cofee", ["STARBUCKS", "CORNER", "BLUE"]),
        ("coffee -tag:work", ["STARBUCKS", "BLUE"]),
        ("coffee -starbucks", ["BLUE", "CORNER"]),
        ("work", ["CORNER"]),
        ("wallet", ["NETFLIX.COM", "CAFE"]),
        ("merchant:blue", ["BLUE", "BOTTLE"]),
        ("note:rented", ["SHELL"]),
        ("note:", ["SHELL"]),
        ("is:pending", ["WHOLEFDS"]),
        ("excluded:", ["TRANSFER"]),
        ("in:", ["PAYROLL"]),
        ("merchant:nobody", []),
        ("account:starfish", []),
        ("coffee -account:starfish", ["STARBUCKS", "BLUE", "CORNER"]),
        ("category:", []),
        ("pending", ["WHOLEFDS"]),
        ("grocries", ["WHOLEFDS"]),
        ("restarants", ["CORNER", "CAFE"]),
        ("salry", ["PAYROLL"]),
        ("50%_", []),
    ],
)
def test_what_is_found(ledger, text, expected):
    assert words(ledger, text) == expected


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("starbucks", 100, "“starbucks” is in the merchant Starbucks"),
        ("star", 90, "“star” is in the merchant Starbucks"),
        ("bucks", 80, "“bucks” is in the merchant Starbucks"),
        ("coffee places", 75, "Starbucks is a coffee shop"),
        ("streaming", 75, "Netflix is a streaming service"),
        ("work", 70, "Tagged work"),
        ("starbuks", 62, "“starbuks” is nearly “starbucks”"),
        ("seattle", 60, "“seattle” is in the bank's wording or the note"),
        ("77", 60, "The amount is 77"),
        ("starbucks 4.50", 100, "“starbucks” is in the merchant Starbucks"),
    ],
)
def test_each_hit_says_why(ledger, text, score, reason):
    [best, *_others] = found(ledger, text)
    assert (best.score, best.reasons) == (score, (reason,))


def test_the_weakest_term_decides_and_the_better_come_first(ledger):
    hits = found(ledger, "coffee")
    assert [(hit.row.description.split()[0], hit.score) for hit in hits] == [
        ("STARBUCKS", 75),
        ("BLUE", 75),
        ("CORNER", 70),
    ]
    [hit] = found(ledger, "shell rented")
    assert (hit.score, len(hit.reasons)) == (60, 2)


def test_a_merchant_that_is_renamed_or_new_is_found_at_once(ledger, api):
    assert words(ledger, "kaffeehaus") == []
    row = Transaction.objects.get(description="CORNER HOUSE")
    assert api().patch(f"/api/transactions/{row.pk}", {"merchant": "Kaffeehaus"}).status_code == 200
    assert words(ledger, "kaffeehaus") == ["CORNER"]


def test_pages_follow_one_another_without_gap_or_repeat(ledger):
    for number in range(7):
        make_transaction(ledger, day=TODAY, description=f"STAR {number}", merchant=make_merchant(ledger, name="Star"))
    everything = [hit.row.id for hit in found(ledger, "star")]
    search, seen, cursor = understood(book=ledger, text="star", today=TODAY), [], ""
    while cursor is not None:
        page = page_found(search, rows=queries.listed(book=ledger), read=queries.plain, size=2, cursor=cursor)
        assert len(page.hits) <= 2
        seen += [hit.row.id for hit in page.hits]
        cursor = page.next
    assert (seen, len(set(seen))) == (everything, 9)


def test_a_rare_word_of_old_rows_is_found_in_a_long_book(ledger, monkeypatch):
    monkeypatch.setattr("banking.queries.searching.NEWEST", 3)
    assert words(ledger, "seattle") == ["STARBUCKS"]
    assert words(ledger, "oil") == ["SHELL"]
    assert words(ledger, "starfish") == ["TRANSFER"]


def test_the_ordinary_filters_that_say_the_same(ledger):
    search = understood(book=ledger, text="shell category:food last march >=5 in: -tag:work is:posted", today=TODAY)
    given = parameters(search)
    [category] = given.pop("category")
    assert given == {
        "start": ["2025-03-01"],
        "end": ["2025-04-01"],
        "amount_min": ["5"],
        "direction": ["in"],
        "pending": ["no"],
        "q": ["shell"],
    }
    assert queries.category(book=ledger, pk=int(category)).code == "FOOD"


def test_how_a_text_is_understood_is_said(ledger):
    said = {
        each.written: each.meaning
        for text in ("coffee places in march >100 -tag:work", "under 20 account:", "category:nowhere starbuks at")
        for each in parts(understood(book=ledger, text=text, today=TODAY))
    }
    assert said == {
        "coffee places": "a coffee shop, or the words “coffee”",
        "in march": "Mar 1, 2026 to Mar 31, 2026",
        ">100": "an amount of more than 100.00",
        "under 20": "an amount of less than 20.00",
        "account:": "say which one, as in account:visa",
        "-tag:work": "not: tagged work",
        "category:nowhere": "there is no category “nowhere” here",
        "starbuks": "the word “starbuks”, or one that is nearly so",
        "at": "left out: it says nothing here",
    }


def test_the_page_works(ledger, cast):
    html = browse(cast.carol, ledger).get(PAGE, {"q": "coffee places"}).content.decode()
    assert html.index("Starbucks is a coffee shop") < html.index("Filed under Coffee")
    assert 'value="coffee places"' in html
    empty = browse(cast.carol, ledger).get(PAGE, {"q": "qqqq"}).content.decode()
    assert "Nothing found for “qqqq”" in empty
    near = browse(cast.carol, ledger).get("/transactions", {"find": "strbks"}).content.decode()
    assert "Nothing found for “strbks”" in near
    assert '<a href="?find=starbucks">starbucks</a>' in near
    assert "What you can look for" in browse(cast.carol, ledger).get(PAGE).content.decode()
    assert browse(cast.carol, ledger).get(PAGE, {"q": "\0<script>" * 50}).status_code == 200
    assert browse(cast.carol, ledger).get(PAGE, {"q": "star", "cursor": "nonsense"}).status_code == 404


def test_the_api_tells_score_reasons_and_filters(ledger, api):
    body = api("carol").get(API, {"q": "coffee places", "limit": "2"}).json()
    assert [(row["merchant"], row["score"], row["reasons"]) for row in body["results"]][0] == (
        "Starbucks",
        75,
        ["Starbucks is a coffee shop"],
    )
    following = api().get(API, {"q": "coffee places", "limit": "2", "cursor": body["next"]}).json()
    assert ([row["merchant"] for row in following["results"]], following["next"]) == (["Corner House"], None)
    filtered = api().get(API, {"q": ">100 out:"}).json()
    assert filtered["filters"] == {"amount_min": ["100.01"], "direction": ["out"]}
    assert filtered["results"][0]["reasons"] == ["an amount of more than 100.00", "money out"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "q"),
        ({"q": " ,"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a", "limit": "0"}, "limit"),
        ({"q": "a", "cursor": "x"}, "cursor"),
    ],
)
def test_the_api_refuses_what_is_nothing_to_look_for(ledger, api, given, field):
    answer = api().get(API, given)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {field})


def test_a_stranger_finds_nothing(ledger, api, cast):
    assert api("stranger").get(API, {"q": "starbucks"}).status_code == 404
    html = browse(cast.stranger, cast.stranger.book).get(PAGE, {"q": "starbucks"}).content.decode()
    assert "STARBUCKS 123" not in html


@pytest.mark.parametrize("count", [3, 12])
def test_the_number_of_queries_is_fixed(ledger, api, cast, counted, count):
    for number in range(count):
        make_transaction(ledger, merchant=make_merchant(ledger, name=f"Star {number}"), tags=["work"])
        make_category(ledger, name=f"Star {number}")
    client, page = api(), browse(cast.alice, ledger)
    for ask in (lambda: client.get(API, {"q": "star work"}), lambda: page.get(PAGE, {"q": "star work"})):
        ask()
    assert counted(lambda: client.get(API, {"q": "star work"})) == 9
    assert counted(lambda: page.get(PAGE, {"q": "star work"})) <= 16
    assert counted(lambda: page.get("/transactions", {"find": "star work"})) == 20


def test_a_book_of_one_merchant_has_a_million_words_to_type(book):
    """A name may hold what is a pattern elsewhere."""
    make_transaction(book, merchant=make_merchant(book, name="100%_Pure"), amount=Decimal("-1"))
    assert len(found(book, "100%_pure")) == 1
    assert Merchant.objects.filter(book=book).count() == 1


ASKED = ["coffee places", "starbuks", "coffee -tag:work", "category:food account:wallet", ">100 out:", "café", "50%_"]


@pytest.mark.parametrize("text", ASKED)
def test_the_list_finds_the_same_and_totals_are_of_it(ledger, cast, api, text):
    expected = {hit.row.id for hit in found(ledger, text)}
    page = browse(cast.carol, ledger).get("/transactions", {"find": text})
    assert {row.pk for row in page.context["page"].rows} == expected
    assert [each.written for each in page.context["parts"]] == [
        each.written for each in parts(understood(book=ledger, text=text, today=TODAY))
    ]
    counted = Transaction.objects.filter(pk__in=expected, pending=False, excluded=False)
    assert [strip.net.amount for strip in page.context["strips"]] == (
        [sum(row.amount for row in counted)] * bool(counted)
    )
    assert {row["id"] for row in api().get("/api/transactions", {"find": text}).json()["results"]} == expected


def test_the_list_keeps_its_filters_beside_what_is_looked_for(ledger, cast):
    client = browse(cast.alice, ledger)
    [visa] = {row.account_id for row in Transaction.objects.filter(description="CORNER HOUSE")}
    page = client.get("/transactions", {"find": "coffee", "account": visa, "q": "corner"})
    assert [row.description for row in page.context["page"].rows] == ["CORNER HOUSE"]
    html = page.content.decode()
    assert 'name="find" value="coffee"' in " ".join(html.split())
    assert '<input type="hidden" name="q" value="corner">' in html
    figure = next(iter(page.context["strips"])).net.href
    assert "find=coffee" in figure
    assert "q=corner" in figure
    assert client.get("/transactions", {"find": ", ."}).context["page"].rows
    assert client.get("/transactions", {"find": "a\u202eb"}).status_code == 422


def test_nothing_but_signs_is_no_filter_for_a_change_of_many(ledger, api):
    sent = {"filter": {"find": ", ."}, "note": "x"}
    assert api().post("/api/transactions/bulk", sent, format="json").status_code == 400
