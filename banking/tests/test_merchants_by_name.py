"""The merchant that a person types is the one that is shown."""

from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Entry, filing
from banking.actions.merchants import merchant_named, merchant_worded
from banking.models import Merchant
from banking.tests.browsing import browse
from banking.tests.factories import DAY, category_of, make_account, make_transaction

ENTRY = Entry(day=DAY, amount=Decimal("-4.50"), description="MEMBERSHIP")


@pytest.mark.parametrize(
    "names",
    [("Shop 24", "Shop 25"), ("Gym 1", "Gym 2"), ("Café de Paris", "Café de London"), ("x" * 120, "x" * 119 + "y")],
)
def test_names_that_look_alike_stay_apart(book, api, names):
    rows = [make_transaction(book) for _ in names]
    for row, name in zip(rows, names, strict=True):
        answer = api().patch(f"/api/transactions/{row.pk}", {"merchant": name})
        assert (answer.status_code, answer.json()["merchant"]) == (200, name)
    assert [queries.transaction(book=book, pk=row.pk).merchant.name for row in rows] == list(names)


def test_a_name_typed_again_is_the_same_merchant(book):
    first = merchant_named(book=book, name="Shop 24")
    assert merchant_named(book=book, name="SHOP 24") == first
    assert Merchant.objects.filter(book=book).count() == 1


def test_a_name_that_a_bank_may_write_meets_the_banks_rows(book):
    typed = merchant_named(book=book, name="Joe's Café")
    key, name = filing.key_and_name("SQ *JOES CAFE 1234", "")
    assert filing.merchants(book=book, names={key: name}) == {key: typed.pk}
    assert merchant_worded(book=book, text="JOES CAFE #9") == typed


def test_a_typed_name_is_not_given_to_other_wordings(book):
    typed = merchant_named(book=book, name="Shop 24")
    key, name = filing.key_and_name("SHOP 99", "")
    assert filing.merchants(book=book, names={key: name})[key] != typed.pk


def test_a_typed_spelling_is_kept_beside_the_banks(book):
    banks = merchant_worded(book=book, text="JOES PIZZA 12")
    typed = merchant_named(book=book, name="Joe's Pizza")
    assert (banks.name, typed.name) == ("Joes Pizza", "Joe's Pizza")


def test_entries_of_one_wording_meet(book, cast):
    account = make_account(book)
    entries = [replace(ENTRY, description=text) for text in ("BLUE BOTTLE 12", "Blue Bottle 13")]
    rows = [actions.record(book=book, by=cast.alice.user, account=account, entry=each, now=NOW) for each in entries]
    assert rows[0].merchant == rows[1].merchant


def test_what_was_filed_under_a_typed_merchant_is_learned(book, cast):
    entry = replace(ENTRY, merchant="Gym 1", category=category_of(book, "COFFEE"))
    actions.record(book=book, by=cast.alice.user, account=make_account(book), entry=entry, now=NOW)
    found = queries.prediction(book=book, description="MEMBERSHIP", amount=Decimal("-5"), merchant="Gym 1")
    assert (found.filed.name, found.filed.source) == ("Coffee", "history")


@pytest.mark.parametrize("text", ["Bäckerei Müller & Söhne", "Ice cream \N{SOFT ICE CREAM}", "old ok", "Shop 24"])
def test_an_entry_without_merchant_is_shown_as_typed(book, cast, text):
    entry = replace(ENTRY, description=text)
    row = actions.record(book=book, by=cast.alice.user, account=make_account(book), entry=entry, now=NOW)
    shown = unescape(browse(cast.alice, cast.book).get("/transactions").content.decode())
    assert f">{text}</a>" in shown
    assert f"<h1>{text}</h1>" in " ".join(
        unescape(browse(cast.alice, cast.book).get(f"/transactions/{row.pk}").content.decode()).split()
    ).replace("<h1> ", "<h1>").replace(" </h1>", "</h1>")


def test_an_entry_with_a_merchant_is_shown_under_it(book, cast):
    entry = replace(ENTRY, description="cake", merchant="Bäckerei Müller")
    row = actions.record(book=book, by=cast.alice.user, account=make_account(book), entry=entry, now=NOW)
    assert queries.title(row) == "Bäckerei Müller"


def test_a_merchant_worded_with_accents_keeps_them(book):
    assert merchant_worded(book=book, text="Bäckerei Müller & Söhne").name == "Bäckerei Müller & Söhne"


@pytest.mark.parametrize(
    ("description", "told", "name"),
    [
        ("--", "", ""),
        ("***", "---", ""),
        ("WITHDRAWAL 12", "--", "Withdrawal"),
        ("--", "Joe's", "Joe's"),
        ("٣٤", "", "٣٤"),
    ],
)
def test_mere_signs_name_nobody(description, told, name):
    assert filing.key_and_name(description, told)[1] == name
