"""What is said for and against a pair is so."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from banking import matching

DAY = date(2026, 3, 10)
CARD = matching.Account(1, "Card", kind="credit")
ROW = matching.Row(1, CARD, DAY, Decimal(-50), "USD", "SQ *BLUE BTL 0042", merchant="blue bottle")


def said(found):
    [pair] = found
    return {each.code: each.values for each in pair.evidence}


def test_one_merchant_in_two_wordings_is_not_one_wording():
    typed = replace(ROW, id=2, description="Coffee with Bob", origin="manual")
    evidence = said(matching.duplicates([ROW, typed]))
    assert "same_merchant" in evidence
    assert "name_alike" not in evidence
    assert said(matching.duplicates([ROW, replace(typed, description=ROW.description)]))["name_alike"] == ("100%",)


def test_money_that_comes_a_day_before_it_goes_is_a_day_apart():
    savings = matching.Account(2, "Savings")
    out = replace(ROW, description="TRANSFER TO SAVINGS", kind="transfer", day=DAY + timedelta(days=1))
    into = replace(ROW, id=2, account=savings, amount=Decimal(50), description="TRANSFER FROM CARD", kind="transfer")
    assert said(matching.transfers([out, into]))["days_apart"] == ("1",)


def test_what_is_not_all_is_never_said_to_be_all():
    back = replace(ROW, id=2, amount=Decimal("49.99"), description="REFUND", day=DAY + timedelta(days=3))
    assert said(matching.refunds([ROW, back]))["part_amount"] == ("99%",)
