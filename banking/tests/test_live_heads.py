"""The head of a page in Chromium follows what happens to the page's subject: name, state, and what can be done."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.books import entered
from banking.models import Sync
from banking.tests.factories import make_account, make_connection
from financeapp.tests.walking import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def wallet(server, page, cast):
    """The page of a wallet, open in the browser."""
    with entered(cast.book):
        made = make_account(cast.book, name="Wallet")
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/accounts/{made.pk}")
    return made


def test_account_that_is_renamed_in_the_drawer(page, wallet):
    page.get_by_role("link", name="Edit").click()
    page.locator("#drawer").get_by_label("Name").fill("Purse")
    page.locator("#drawer").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Purse")
    expect(page).to_have_title(re.compile("^Purse"))


def test_account_that_is_closed_and_opened_again(page, wallet):
    head = page.locator("#page-head")
    head.get_by_role("link", name="Close").click()
    page.locator("#drawer").get_by_role("button", name="Close account").click()
    head.get_by_role("link", name="Open again").click()
    expect(head).to_contain_text("closed")
    expect(head.get_by_role("link", name="Add")).to_have_count(0)
    page.locator("#drawer").get_by_role("button", name="Open again").click()
    expect(head.get_by_role("link", name="Close")).to_be_visible()
    expect(head).not_to_contain_text("closed")


def test_reading_that_ends(server, page, cast):
    with entered(cast.book):
        connection = make_connection(cast.book)
        run = Sync.objects.create(
            book=cast.book, connection=connection, kind=Sync.Kind.MANUAL, created_at=timezone.now()
        )
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/connections/{connection.pk}")
    expect(page.locator("#page-head .spinner")).to_be_visible()
    with entered(cast.book):
        Sync.objects.filter(pk=run.pk).update(status=Sync.Status.SUCCESS, finished_at=timezone.now())
    expect(page.locator("#page-head").get_by_role("button", name="Sync now")).to_be_visible()
