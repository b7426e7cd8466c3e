from decimal import Decimal

import numpy as np
import pytest

from banking.categoriser import Evidence, amounts, categorise
from banking.categoriser.codes import CODES
from banking.categoriser.tests.small import model


def told(description, amount, currency=None):
    return categorise([Evidence(description, Decimal(amount), currency=currency)], model=model())[0]


def weighed(amount):
    """Shares of dining, housing and the rest for a text that leaves it open."""
    open_to_both = np.full((1, len(CODES)), 0.01, dtype=np.float32)
    open_to_both[0, [CODES.index("DINING"), CODES.index("HOUSING")]] = 0.45, 0.41
    return model()._weighed(open_to_both, np.array([amounts.place(Decimal(amount))]))[0]


def test_amount_decides_where_the_text_leaves_it_open():
    assert CODES[weighed("-9").argmax()] == "DINING"
    assert CODES[weighed("-900").argmax()] == "HOUSING"
    assert told("QZXW", "-9").confidence > told("QZXW", "-1800").confidence


def test_reason_names_the_amount_where_it_decided():
    assert told("SAV", "-1800").reason == "“sav” usually means Savings"
    assert told("SAV", "-9").reason == "The text tells little; an amount like this is most likely Restaurants"


def test_known_name_stays_what_it_is_whatever_the_amount():
    assert {told("BLUE BOTTLE", amount).alternatives[0].code for amount in ("-1", "-60", "-3000")} == {"DINING"}


def test_amount_counts_by_what_the_currency_buys():
    assert told("QZXW", "-1800", "JPY").alternatives[0].code == told("QZXW", "-15").alternatives[0].code
    assert amounts.place(Decimal("-1800"), "JPY") == amounts.place(Decimal("-15"))
    assert amounts.place(Decimal("-1800"), "USD") == amounts.place(Decimal("1800"), None)


@pytest.mark.parametrize(("amount", "currency"), [("0", "USD"), ("-9", "XAU")])
def test_amount_that_tells_nothing_changes_nothing(amount, currency):
    assert amounts.place(Decimal(amount), currency) == amounts.NONE
    assert not amounts.likelihoods()[amounts.NONE].any()


def test_every_code_has_a_usual_amount():
    assert tuple(amounts.USUAL) == CODES
