"""What a file means for the book: currencies, balances, categories and references, read again as a person chooses."""

from decimal import Decimal

import pytest

from banking.actions import Refused
from banking.models import Account, ImportRow, Transaction
from banking.tests.browsing import browse
from banking.tests.factories import make_account
from banking.tests.files import amended

HEAD = "Date,Description,Amount,Currency\n"
NEXT = "Date,Description,Amount,Transaction ID\n"


@pytest.mark.parametrize(
    ("told", "ours", "state"),
    [
        ("eur", "EUR", "fresh"),
        ("CURRENCY::EUR", "EUR", "fresh"),
        ("kr", "", "fresh"),
        ("$", "USD", "fresh"),
        ("BTC", "", "broken"),
    ],
)
def test_a_row_is_in_a_currency_that_there_is_or_in_that_of_its_account(
    book, cast, bring_in, receive, told, ours, state
):
    source = receive(f"{HEAD}2024-01-02,TEA,-3.00,{told}\n")
    assert (source.rows.get().currency, source.rows.get().state) == (ours, state)
    if state == "fresh":
        bring_in(f"{HEAD}2024-01-02,TEA,-3.00,{told}\n")
        assert Account.objects.get(book=book).currency == (ours or book.currency)
    assert browse(cast.alice, book).get("/").status_code == 200


@pytest.mark.parametrize(
    ("text", "choices", "opening"),
    [
        ("Date,Text,Amount,Balance\n2024-01-01,A,-1.000,9.000\n2024-01-02,B,-2.000,7.000\n", {"decimal": ","}, "10000"),
        (
            "Date,Text,Amount,Stand\n2024-01-01,A,-1.00,9.00\n2024-01-02,B,-2.00,7.00\n",
            {"columns": {"3": "balance"}},
            "10",
        ),
    ],
)
def test_a_new_account_opens_with_what_is_read_now(receive, text, choices, opening):
    source = amended(receive(text), choices=choices)
    assert Decimal(source.statements[0]["new"]["opening"]) == Decimal(opening)


def test_what_a_person_said_of_the_new_account_stays(receive):
    new = {"name": "Mine", "kind": "other", "currency": "USD", "opening": "5"}
    source = amended(receive("Date,Text,Amount\n2024-01-01,A,-1.000\n"), accounts={0: {"new": new}})
    source = amended(source, choices={"decimal": ","})
    assert source.statements[0]["new"] == new | {"opening": "5.00"}


def test_a_new_account_is_in_the_currency_of_its_rows(receive):
    new = {"name": "Mine", "kind": "other", "currency": "USD", "opening": "0"}
    with pytest.raises(Refused, match="These rows are in EUR"):
        amended(receive(f"{HEAD}2024-01-02,TEA,-3.00,EUR\n"), accounts={0: {"new": new}})


def test_a_balance_that_cannot_be_kept_exactly_is_left_out(book, bring_in):
    done = bring_in("Date,Description,Amount,Balance\n2024-01-02,TEA,-1.00,1.12345678\n")
    assert (done.status, Account.objects.get(book=book).opening) == ("done", 0)


def test_uncategorised_in_a_file_is_nobodys_word(book, bring_in):
    bring_in("Date,Description,Amount,Category\n2024-01-15,BLUE BOTTLE COFFEE,-5.75,Uncategorized\n")
    row = Transaction.objects.get(book=book)
    assert (row.category.code, row.category_source != "user") == ("COFFEE", True)


def test_a_reference_that_a_payer_uses_again_is_another_payment(book, bring_in, receive):
    account = make_account(book)
    first, second = f"{NEXT}2024-01-01,RENT,-10.00,K99\n", f"{NEXT}2024-01-01,SHOP TWO,-99.00,K99\n"
    assert [bring_in(each, account=account.pk).added for each in (first, second)] == [1, 1]
    for again in (first, second):
        assert receive(again, account=account.pk).rows.get().state == ImportRow.State.DUPLICATE
