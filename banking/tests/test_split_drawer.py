"""Splitting in the drawer in Chromium: what is left is said while one types, and the list shows the parts."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Transaction
from banking.tests.factories import make_account, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]


def test_split_in_the_drawer(server, page, cast):
    with entered(cast.book):
        row = make_transaction(cast.book, account=make_account(cast.book), amount=Decimal(-120), description="Market")
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/transactions")
    page.get_by_role("link", name="Market", exact=True).click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("link", name="Split", exact=True).click()
    left, sizes = drawer.locator("[data-split-left]"), drawer.get_by_label("Size")
    expect(left).to_have_text("The rest is: 120.00")
    sizes.first.fill("80.10")
    drawer.get_by_label("How much").nth(1).select_option("percent")
    sizes.nth(1).fill("25")
    expect(left).to_have_text("Left to give away: 9.90")
    drawer.get_by_role("button", name="Add a part").click()
    expect(sizes).to_have_count(3)
    expect(left).to_have_text("Left to give away: 9.90")
    drawer.get_by_label("Size").nth(2).fill("10")
    expect(left).to_have_text("Too much by: 0.10")
    drawer.get_by_role("button", name="Save split").click()
    expect(drawer.get_by_text("let one part take the rest")).to_be_visible()
    drawer.get_by_label("Size").nth(2).fill("9.9")
    drawer.get_by_role("button", name="Save split").click()
    expect(page.get_by_text("part of $120.00 at Market")).to_have_count(3)
    with entered(cast.book):
        found = Transaction.objects.filter(part_of=row).order_by("pk").values_list("amount", flat=True)
        assert list(found) == [Decimal("-80.10"), Decimal("-30.00"), Decimal("-9.90")]
