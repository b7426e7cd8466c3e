"""The transactions in a browser that runs no scripts: every function is a page, a link or a form."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Transaction
from banking.tests.factories import make_account, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]


@pytest.fixture
def plain(server, browser, cast):
    """A page without scripts, signed in as alice, with a wallet of two rows."""
    with entered(cast.book):
        wallet = make_account(cast.book)
        make_transaction(cast.book, account=wallet, amount=Decimal(-4), description="Tea")
        make_transaction(cast.book, account=wallet, amount=Decimal(9), description="Deposit returned")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/transactions")
    yield page
    context.close()


def names(page):
    return page.locator(".item-link")


def test_filters_narrow_the_list_and_come_off_again(plain):
    plain.locator(".filter-more summary").click()
    plain.get_by_label("Direction").select_option("in")
    plain.get_by_role("button", name="Show").click()
    expect(names(plain)).to_have_text(["Deposit returned"])
    plain.get_by_role("link", name="Money in Remove").click()
    expect(names(plain)).to_have_count(2)


def test_a_row_opens_as_a_page_and_is_saved(plain, cast):
    plain.get_by_role("link", name="Tea").click()
    plain.get_by_label("Note").fill("with Carol")
    plain.get_by_role("button", name="Save").click()
    plain.get_by_text("Saved.").wait_for()
    with entered(cast.book):
        assert Transaction.objects.get(description="Tea").note == "with Carol"
    plain.get_by_role("button", name="Undo").click()
    plain.get_by_text("Undone: Changed a transaction: Tea.").wait_for()
    with entered(cast.book):
        assert Transaction.objects.get(description="Tea").note == ""


def test_many_rows_are_filed_at_once(plain):
    for box in plain.locator("input[data-select]").all():
        box.check()
    plain.get_by_label("File the chosen under").select_option(label="Groceries")
    plain.get_by_role("button", name="File", exact=True).click()
    plain.get_by_text("Filed 2 transactions under Groceries.").wait_for()


def test_an_entry_is_added_and_removed(plain):
    plain.get_by_role("link", name="Add", exact=True).click()
    plain.get_by_label("Amount").fill("3.20")
    plain.get_by_label("Description").fill("Gum")
    plain.get_by_role("button", name="Add", exact=True).click()
    plain.get_by_role("link", name="Gum").click()
    plain.get_by_role("link", name="Remove").click()
    plain.get_by_role("button", name="Remove").click()
    expect(names(plain)).to_have_count(2)
    expect(plain.get_by_role("link", name="Gum")).to_have_count(0)


def test_the_charts_are_tables(plain, server):
    plain.goto(server)
    assert plain.get_by_role("table").count() == plain.locator("figure.chart").count()
    assert not plain.locator(".chart-canvas").first.is_visible()


def test_an_account_is_added_renamed_and_closed(plain, server):
    plain.goto(f"{server}/accounts")
    plain.get_by_role("link", name="By hand").click()
    plain.get_by_label("Name").fill("Piggy bank")
    plain.get_by_role("button", name="Add account").click()
    plain.get_by_role("link", name="Piggy bank").click()
    plain.get_by_role("link", name="Edit").click()
    plain.get_by_label("Name").fill("Jar")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Jar")
    plain.get_by_role("link", name="Close", exact=True).click()
    plain.get_by_role("button", name="Close account").click()
    expect(plain.get_by_text("The account is closed.")).to_be_visible()


def test_a_category_and_a_rule_are_added(plain, server):
    plain.goto(f"{server}/categories")
    plain.get_by_role("link", name="Add category").click()
    plain.get_by_label("Name").fill("Kites")
    plain.get_by_role("button", name="Add category").click()
    expect(plain.get_by_text("Category added.")).to_be_visible()
    plain.get_by_role("link", name="Add rule").click()
    plain.get_by_label("The wording or merchant contains").fill("tea")
    plain.get_by_label("File it under").select_option(label="Kites")
    plain.get_by_role("button", name="Save rule").click()
    expect(plain.get_by_text("Saved, and 1 transaction filed anew.")).to_be_visible()


def test_a_refused_entry_says_why(plain):
    plain.get_by_role("link", name="Add", exact=True).click()
    plain.get_by_label("Amount").fill("0")
    plain.get_by_label("Description").fill("Gum")
    plain.get_by_role("button", name="Add", exact=True).click()
    expect(plain.get_by_text("An amount of zero moves nothing.")).to_be_visible()


def test_the_list_is_exported(plain):
    with plain.expect_download() as waited:
        plain.get_by_role("link", name="Export").click()
    assert "Deposit returned" in waited.value.path().read_text()
