"""What Plaid writes, as we read it."""

import json
from decimal import Decimal

import pytest

from banking.providers.plaid import parse

ROW = {
    "transaction_id": "t1",
    "account_id": "a1",
    "date": "2026-03-01",
    "authorized_date": None,
    "amount": Decimal("72.10"),
    "iso_currency_code": "USD",
    "unofficial_currency_code": None,
    "name": "SHELL OIL 1",
    "merchant_name": None,
    "merchant_entity_id": None,
    "pending": False,
    "pending_transaction_id": None,
    "payment_channel": "in store",
    "personal_finance_category": None,
}


def read(**changes):
    return parse.transaction(ROW | changes)


def test_money_out_is_negative():
    assert read().amount == Decimal("-72.10")
    assert read(amount=Decimal("-5")).amount == 5


@pytest.mark.parametrize("written", ["0.1", "72.10", "99999999999999.9999", "0.0001", "-0", "3", "1e3"])
def test_amount_is_exact(written):
    value = json.loads(written, parse_float=Decimal)
    assert read(amount=value).amount == -Decimal(written)


def test_finer_amount_is_rounded_to_what_can_be_stored():
    assert read(amount=Decimal("0.12345")).amount == Decimal("-0.1234")


TOO_LARGE = [Decimal("1e14"), Decimal("99999999999999.99999"), Decimal("-99999999999999.99999")]


@pytest.mark.parametrize("amount", [None, True, "12", 1.5, *TOO_LARGE, Decimal("NaN"), Decimal("Infinity"), []])
def test_what_is_no_amount_spoils_only_its_row(amount):
    good, bad = parse.sifted([ROW, ROW | {"transaction_id": "odd", "amount": amount}])
    assert [row.external_id for row in good] == ["t1"]
    assert bad == ["odd"]


@pytest.mark.parametrize("piece", ["\x00", "\ud800", "\u202e", "\x1b"])
def test_what_no_database_stores_is_left_out_of_texts(piece):
    category = {"detailed": f"FOOD{piece}", "primary": f"FOOD{piece}", "confidence_level": f"HIGH{piece}"}
    row = read(
        name=f"SHOP{piece}1",
        payment_channel=f"in{piece}store",
        merchant_name=f"{piece}Shop",
        pending_transaction_id=f"p{piece}",
        iso_currency_code=f"EUR{piece}",
        personal_finance_category=category,
    )
    assert (row.description, row.channel, row.merchant) == ("SHOP 1", "in store", "Shop")
    assert (row.replaces, row.currency) == ("p", "EUR")
    assert (row.category, row.category_primary, row.category_confidence) == ("FOOD", "FOOD", "HIGH")


@pytest.mark.parametrize("field", ["transaction_id", "account_id"])
@pytest.mark.parametrize("piece", ["\x00", "\ud800"])
def test_an_id_that_no_database_stores_spoils_only_its_row(field, piece):
    good, bad = parse.sifted([ROW, ROW | {"transaction_id": "odd", field: f"odd{piece}"}])
    assert ([row.external_id for row in good], bad) == (["t1"], ["odd"])


def test_a_currency_is_no_longer_than_its_column():
    assert len(read(iso_currency_code="ß" * 8).currency) == 8


@pytest.mark.parametrize("field", ["transaction_id", "account_id", "date", "amount"])
def test_row_without_what_it_needs_is_left_out(field):
    good, bad = parse.sifted([{name: value for name, value in ROW.items() if name != field}])
    assert (good, len(bad)) == ([], 1)


@pytest.mark.parametrize("row", [None, 7, "row", [], {}, {"transaction_id": {}}])
def test_something_that_is_no_row_is_left_out(row):
    good, bad = parse.sifted([row, ROW])
    assert (len(good), len(bad)) == (1, 1)


@pytest.mark.parametrize("day", ["2026-02-30", "1899-12-31", "2200-01-02", "", 20260301, None, ["2026-01-01"]])
def test_day_that_no_bank_books_on_is_refused(day):
    with pytest.raises(parse.BadRow):
        read(date=day)


def test_text_loses_what_cannot_be_seen():
    assert read(name="PAYPAL *\u202emoc.live\u202c\x00 SHOP\n").description == "PAYPAL * moc.live SHOP"
    assert read(name="مقهى السلام ☕️").description == "مقهى السلام ☕️"


def test_description_is_what_the_bank_wrote():
    assert read(original_description="SHELL OIL 57444").description == "SHELL OIL 57444"
    assert read(name="", merchant_name="Shell").description == "Shell"
    assert read(name="").description == "—"


@pytest.mark.parametrize(
    ("iso", "other", "currency"), [("EUR", None, "EUR"), (None, "usdt", "USDT"), (None, None, "USD")]
)
def test_currency_is_the_one_that_is_told(iso, other, currency):
    assert read(iso_currency_code=iso, unofficial_currency_code=other).currency == currency


@pytest.mark.parametrize(("kind", "sign"), [("depository", 1), ("credit", -1), ("loan", -1), ("investment", 1)])
def test_what_is_owed_is_a_negative_balance(kind, sign):
    balances = {"current": Decimal("10.50"), "available": Decimal(3), "limit": None, "iso_currency_code": "USD"}
    account = parse.account({"account_id": "a", "type": kind, "balances": balances})
    assert (account.current, account.available, account.limit) == (sign * Decimal("10.50"), 3, None)
    assert account.name == "Account"
