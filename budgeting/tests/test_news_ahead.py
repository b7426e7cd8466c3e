"""That an account runs low is told by the forecast's own number, once for the month in which it does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking.tests.factories import make_account
from budgeting.actions.recurring import NewItem, add_recurring
from budgeting.news_ahead import low_balances
from budgeting.queries.forecast import low_point

TODAY = NOW.date()


def bill(book, account, amount, days):
    new = NewItem("Rent", Decimal(amount), "monthly", TODAY + timedelta(days=days), account=account)
    add_recurring(book=book, by=None, new=new, now=NOW)


@pytest.mark.parametrize(("amount", "days", "told"), [("-900", 10, True), ("-100", 10, False), ("-900", 45, False)])
def test_it_is_told_where_the_balance_falls_below_zero_soon(book, amount, days, told):
    account = make_account(book, name="Wallet", opening=500)
    bill(book, account, amount, days)
    found = list(low_balances(book, NOW))
    assert bool(found) is told
    for event in found:
        point = low_point(book=book, now=NOW)
        assert (event.title, event.period) == ("Wallet will run low", f"{point.day:%Y-%m}")
        assert "400" in event.body("en-US")
        assert "400" not in event.private_body("en-US")
