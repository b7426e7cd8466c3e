"""Amounts, sizes and days are written as the reader is used to."""

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale

from accounts.models import User
from banking.models import Connection
from banking.templatetags.figures import formatted
from banking.tests.browsing import browse
from banking.tests.factories import make_connection, make_rule


@pytest.fixture
def german(cast):
    User.objects.filter(pk=cast.alice.user.pk).update(locale="de-DE")
    return browse(cast.alice, cast.book)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("100.50", "JPY", "¥100.5"),
        ("100.00", "JPY", "¥100"),
        ("12.3456", "USD", "$12.3456"),
        ("1.00", "USD", "$1.00"),
        ("1.5", "KWD", "KWD\N{NO-BREAK SPACE}1.500"),
        ("0.0005", "USDT", "USDT\N{NO-BREAK SPACE}0.0005"),
    ],
)
def test_no_decimal_place_is_lost(amount, currency, text):
    assert formatted(Decimal(amount), currency, Locale("en", "US")) == text


def test_sizes_in_filters_and_rules(book, german):
    size = {"field": "amount", "op": "least", "value": "1234.5"}
    text = {"field": "text", "op": "contains", "value": "rewe"}
    make_rule(book, category="GROCERIES", conditions={"all": [text, size]})
    chips = german.get("/transactions", {"amount_min": "1234.5"}).content.decode().split('class="chips"')[1]
    assert "1.234,5" in chips
    assert "1.234,5" in german.get("/rules").content.decode()


@pytest.mark.parametrize("path", ["/", "/connections", "/connections/{}"])
def test_the_day_a_right_ends(book, german, path):
    connection = make_connection(book)
    Connection.objects.filter(pk=connection.pk).update(expires_on=date(2031, 3, 4), complete=True)
    assert "4. März 2031" in german.get(path.format(connection.pk)).content.decode()


def test_charts_are_told_how_the_reader_writes(german, client):
    assert b'data-locale="de-DE"' in german.get("/").content
    assert b'data-locale="en-US"' in client.get("/").content
