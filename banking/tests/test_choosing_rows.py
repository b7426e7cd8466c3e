"""Choosing several rows in Chromium, also rows that came while the page was open."""

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Transaction
from banking.tests.factories import make_account, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]


@pytest.fixture
def teas(server, page, cast):
    """Makes rows of a wallet; alice is signed in in the browser."""
    with entered(cast.book):
        wallet = make_account(cast.book)
    sign_in(page, server, cast.alice)

    def make(count):
        with entered(cast.book):
            return [make_transaction(cast.book, account=wallet, description=f"Tea {n}") for n in range(count)]

    return make


def boxes(page):
    return page.locator("input[data-select]")


def bar(page):
    return page.locator("[data-selection-bar]")


def file_under(page, name):
    page.get_by_label("File the chosen under").select_option(label=name)
    page.get_by_role("button", name="File", exact=True).click()


def test_bar_appears_with_the_first_and_counts(server, page, teas):
    teas(4)
    page.goto(f"{server}/transactions")
    expect(bar(page)).to_be_hidden()
    boxes(page).nth(0).click()
    boxes(page).nth(2).click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("3 chosen")
    page.get_by_label("All on this page").check()
    expect(bar(page)).to_contain_text("4 chosen")
    page.get_by_role("button", name="Choose none").click()
    expect(bar(page)).to_be_hidden()


def test_rows_that_came_meanwhile_can_be_filed(server, page, cast, teas):
    page.goto(f"{server}/transactions")
    expect(boxes(page)).to_have_count(0)
    teas(2)
    page.evaluate("document.dispatchEvent(new CustomEvent('changed:transactions'))")
    expect(boxes(page)).to_have_count(2)
    expect(page.get_by_role("link", name="Export")).to_be_visible()
    expect(bar(page)).to_be_hidden()
    boxes(page).nth(0).check()
    file_under(page, "Groceries")
    expect(page.get_by_text("Filed 1 transaction under Groceries.")).to_be_visible()
    with entered(cast.book):
        assert Transaction.objects.filter(category__code="GROCERIES").count() == 1


def test_nothing_is_renewed_while_rows_are_chosen(server, page, teas):
    teas(2)
    page.goto(f"{server}/transactions")
    boxes(page).nth(0).check()
    teas(1)
    page.evaluate("document.dispatchEvent(new CustomEvent('changed:transactions'))")
    page.wait_for_timeout(800)
    expect(boxes(page)).to_have_count(2)
    page.get_by_role("button", name="Choose none").click()
    expect(boxes(page)).to_have_count(3)
