"""Forms in Chromium with scripts: in the drawer over a page, and the same forms opened as pages of their own."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Account, Transaction
from banking.tests.factories import make_account, make_category, make_merchant, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]


@pytest.fixture
def tea(server, page, cast):
    """A row of a wallet, with alice signed in in the browser."""
    with entered(cast.book):
        row = make_transaction(cast.book, account=make_account(cast.book), amount=Decimal(-4), description="Tea")
    sign_in(page, server, cast.alice)
    return row


def drawer(page):
    return page.locator("#drawer")


def open_row(page, server, name="Tea"):
    page.goto(f"{server}/transactions")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(drawer(page).get_by_role("heading", name=name)).to_be_visible()


def test_row_is_saved_in_the_drawer_and_shown_behind_it(server, page, cast, tea):
    open_row(page, server)
    assert page.url == f"{server}/transactions/{tea.pk}"
    drawer(page).get_by_label("Note").fill("with Carol")
    drawer(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("with Carol")).to_be_visible()
    expect(drawer(page)).not_to_be_visible()
    assert page.url == f"{server}/transactions"
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: Changed a transaction: Tea.")).to_be_visible()
    expect(page.get_by_text("with Carol")).not_to_be_visible()
    page.get_by_role("button", name="Redo").press("Enter")
    expect(page.get_by_text("with Carol")).to_be_visible()
    expect(page.get_by_role("link", name="Tea", exact=True).first).to_be_focused()


def test_others_of_the_merchant_follow_by_keyboard(server, page, cast, tea):
    with entered(cast.book):
        merchant = make_merchant(cast.book)
        rows = [make_transaction(cast.book, merchant=merchant) for _ in range(3)]
    open_row(page, server, merchant.name)
    drawer(page).get_by_label("Category").select_option(label="Groceries")
    drawer(page).get_by_role("button", name="Save").last.click()
    page.get_by_role("button", name="Also file 2 earlier ones like it").press("Enter")
    expect(page.get_by_text("Filed 2 transactions under Groceries.")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone: Filed transactions")).to_be_visible()
    with entered(cast.book):
        filed = Transaction.objects.filter(pk__in=[row.pk for row in rows], category__code="COFFEE")
        assert filed.count() == 2


def test_refusal_is_shown_in_the_drawer(server, page, cast, tea):
    open_row(page, server)
    drawer(page).get_by_label("Amount").fill("0")
    drawer(page).get_by_role("button", name="Save").click()
    expect(drawer(page).get_by_text("An amount of zero moves nothing.")).to_be_visible()
    with entered(cast.book):
        assert Transaction.objects.get(pk=tea.pk).amount == Decimal(-4)


def test_labels_in_the_drawer_name_its_own_fields(server, page, cast, tea):
    open_row(page, server)
    drawer(page).get_by_text("Category", exact=True).click()
    assert page.evaluate("document.activeElement.closest('#drawer') !== null")


def test_account_is_added_from_its_own_page_once(server, page, cast, tea):
    page.goto(f"{server}/accounts/new")
    page.get_by_label("Name").fill("Piggy bank")
    page.get_by_role("button", name="Add account").click()
    page.wait_for_url(f"{server}/accounts")
    expect(page.get_by_text("Account added.")).to_be_visible()
    with entered(cast.book):
        assert Account.objects.filter(book=cast.book, name="Piggy bank").count() == 1


def test_refusal_is_shown_on_the_page_of_the_form(server, page, cast, tea):
    page.goto(f"{server}/transactions/new")
    page.get_by_label("Amount").fill("0")
    page.get_by_label("Description").fill("Nothing")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("An amount of zero moves nothing.")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "button", "lands"),
    [
        ("/transactions/{row}", "Save", "/transactions/{row}"),
        ("/transactions/{row}/remove", "Remove", "/transactions"),
        ("/transactions/{row}/rule", "Save rule", "/transactions/{row}"),
        ("/accounts/{account}/edit", "Save", "/accounts/{account}"),
        ("/accounts/{account}/close", "Close account", "/accounts"),
        ("/categories/{category}", "Rename", "/categories"),
        ("/categories/{category}", "Archive", "/categories"),
    ],
)
def test_form_opened_as_a_page_leads_on(server, page, cast, tea, address, button, lands):
    with entered(cast.book):
        ids = {"row": tea.pk, "account": tea.account_id, "category": make_category(cast.book).pk}
    page.goto(server + address.format(**ids))
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".message.success").wait_for()
    assert page.url == server + lands.format(**ids)


def test_enter_saves_without_taking_the_suggestion(server, page, cast, tea):
    with entered(cast.book):
        Transaction.objects.filter(pk=tea.pk).update(suggestion=make_category(cast.book, name="Kites"))
    open_row(page, server)
    drawer(page).get_by_label("Merchant").fill("Tea house")
    drawer(page).get_by_label("Merchant").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    with entered(cast.book):
        saved = Transaction.objects.get(pk=tea.pk)
        assert (saved.merchant.name, saved.category.code) == ("Tea house", "COFFEE")


def test_suggestion_is_taken_with_one_press(server, page, cast, tea):
    with entered(cast.book):
        Transaction.objects.filter(pk=tea.pk).update(suggestion=make_category(cast.book, name="Kites"))
    open_row(page, server)
    drawer(page).get_by_label("Note").fill("red one")
    drawer(page).get_by_role("button", name="Kites").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with entered(cast.book):
        saved = Transaction.objects.get(pk=tea.pk)
        assert (saved.category.name, saved.note) == ("Kites", "red one")


def escape(page):
    page.keyboard.press("Escape")
    expect(drawer(page)).not_to_be_visible()


def open_rule(page):
    page.get_by_role("link", name="Always file like this").click()
    expect(drawer(page).get_by_role("button", name="Save rule")).to_be_visible()


def test_closing_leads_back_to_the_list(server, page, cast, tea):
    open_row(page, server)
    escape(page)
    page.wait_for_url(f"{server}/transactions")
    assert page.evaluate("document.activeElement.id") == f"row-{tea.pk}"
    page.go_forward()
    expect(drawer(page).get_by_role("heading", name="Tea")).to_be_visible()
    page.go_back()
    expect(drawer(page)).not_to_be_visible()


def test_reloaded_drawer_is_a_page_with_a_drawer_of_its_own(server, page, cast, tea):
    open_row(page, server)
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Tea")).to_be_visible()
    open_rule(page)
    escape(page)
    page.wait_for_url(f"{server}/transactions/{tea.pk}")
    page.wait_for_timeout(300)
    expect(drawer(page)).not_to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Tea")).to_be_visible()


def test_back_from_a_reloaded_drawer_shows_the_list(server, page, cast, tea):
    open_row(page, server)
    page.reload()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Transactions")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name="Tea")).to_be_visible()


def test_form_of_a_reloaded_drawer_is_a_form_of_a_page(server, page, cast, tea):
    open_row(page, server)
    page.reload()
    page.get_by_label("Amount").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("An amount of zero moves nothing.")).to_be_visible()
    page.get_by_label("Amount").fill("-5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_one_form_leads_to_the_next_in_the_drawer(server, page, cast, tea):
    open_row(page, server)
    open_rule(page)
    drawer(page).get_by_role("button", name="Save rule").click()
    expect(page.get_by_text("Saved, and")).to_be_visible()
    expect(drawer(page)).not_to_be_visible()


def test_whoever_lost_the_role_keeps_what_was_typed_and_reads_why(server, page, cast, tea):
    open_row(page, server)
    cast.alice.user.memberships.update(role="viewer")
    drawer(page).get_by_label("Note").fill("typed already")
    drawer(page).get_by_role("button", name="Save").click()
    expect(drawer(page).get_by_role("alert")).to_have_text("Your role does not allow this")
    expect(drawer(page).get_by_label("Note")).to_have_value("typed already")


def test_without_a_connection_what_was_typed_stays(server, browser, cast, tea):
    page = browser.new_page()  # htmx reports the failure on the console, which the fixture would not have
    sign_in(page, server, cast.alice)
    open_row(page, server)
    drawer(page).get_by_label("Note").fill("typed already")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    drawer(page).get_by_role("button", name="Save").click()
    expect(drawer(page).get_by_role("alert")).to_contain_text("No answer came.")
    expect(drawer(page).get_by_label("Note")).to_have_value("typed already")
    page.close()


def test_whoever_is_signed_out_is_asked_to_sign_in(server, page, cast, tea):
    page.goto(f"{server}/transactions")
    page.context.clear_cookies()
    page.get_by_role("link", name="Tea", exact=True).click()
    page.wait_for_url("**/auth/login/**")


def test_two_quick_presses_add_one_account(server, page, cast, tea):
    page.goto(f"{server}/accounts/new")
    page.get_by_label("Name").fill("Piggy bank")
    page.get_by_role("button", name="Add account").dblclick()
    page.wait_for_url(f"{server}/accounts")
    with entered(cast.book):
        assert Account.objects.filter(book=cast.book, name="Piggy bank").count() == 1
