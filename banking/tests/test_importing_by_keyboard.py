"""Mapping the categories of a file in Chromium with the keyboard alone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.books import entered
from banking import actions
from banking.actions import Received
from banking.models import NEW, Import
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]
FILE = "Date,Description,Amount,Category,Tags\n2024-01-15,KITE,-3.00,Fun: Kites,gift\n2024-01-16,GIG,9.00,Gigs,\n"


@pytest.fixture
def source(server, page, cast):
    with entered(cast.book):
        file = Received("bank.csv", FILE.encode())
        made = actions.receive_import(book=cast.book, by=cast.alice.user, file=file, now=timezone.now())
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/imports/{made.pk}/map")
    return made


def test_one_is_made_new_and_enter_goes_on(page, cast, source):
    page.get_by_label("Fun: Kites").focus()
    page.keyboard.type("New")
    page.get_by_label("Balance before the first row").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kites (new)")).to_be_visible()
    with entered(cast.book):
        assert Import.objects.get(pk=source.pk).categories == {"Fun: Kites": NEW, "Gigs": None}


def test_the_button_after_the_last_one_makes_all_of_them_new(page, source):
    page.get_by_label("Gigs").focus()
    for _word in range(2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "all-new":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Gigs")).to_have_value("new")
    expect(page.get_by_label("Fun: Kites")).to_have_value("new")
