"""Receipts in the drawer and changes of chosen rows in Chromium."""

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Attachment, Transaction
from banking.tests.factories import PNG, make_account, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]


@pytest.fixture
def teas(server, page, cast):
    with entered(cast.book):
        wallet = make_account(cast.book)
        for number in range(3):
            make_transaction(cast.book, account=wallet, description=f"Tea {number}")
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/transactions")


def test_a_receipt_is_added_and_removed_in_the_drawer(page, cast, teas):
    page.get_by_role("link", name="Tea 2").click()
    drawer = page.locator("#drawer[open]")
    for name, content in (("notes.txt", b"hello"), ("bill.png", PNG)):
        drawer.get_by_label("Receipt", exact=True).set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": content}
        )
        drawer.get_by_role("button", name="Add receipt").click()
        if content != PNG:
            expect(drawer.get_by_text("Choose an image (JPEG, PNG, WebP, HEIC) or a PDF.")).to_be_visible()
    expect(drawer.get_by_role("link", name="bill.png", exact=True)).to_be_visible()
    expect(drawer.get_by_label("Category")).to_be_visible()
    drawer.get_by_role("link", name="Remove bill.png").click()
    drawer.get_by_role("button", name="Remove").click()
    expect(drawer.get_by_text("No receipt is kept with this one yet.")).to_be_visible()
    with entered(cast.book):
        assert Attachment.objects.get().removed_at is not None


def test_chosen_rows_are_changed_with_the_keyboard(page, cast, teas):
    for number in (0, 2):
        page.locator("input[data-select]").nth(number).press("Space")
    page.get_by_role("button", name="Change…").press("Enter")
    page.get_by_label("Add tags").fill("work")
    page.get_by_label("Add tags").press("Enter")
    expect(page.get_by_role("heading", name="Change 2 transactions?")).to_be_visible()
    page.get_by_role("button", name="Change", exact=True).press("Enter")
    expect(page.get_by_text("Changed 2 transactions.")).to_be_visible()
    with entered(cast.book):
        assert Transaction.objects.filter(tags__name="work").count() == 2
