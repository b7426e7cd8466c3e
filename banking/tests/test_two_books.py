"""Two books open in two tabs: what one of them sends never reaches the other book."""

import re

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from accounts.models import AuditEvent, AuditKind, Membership
from accounts.tests.factories import make_book
from banking.models import Account, Transaction
from banking.tests.browsing import IN_DRAWER, browse
from banking.tests.factories import make_account, make_transaction
from financeapp.tests.walking import address_of, fill, pages, sign_in

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
ABOUT_NO_BOOK = re.compile(r'action="(/auth/|/settings/|/appearance|/invitations/)|method="get"|id="offline-entry"')
"""What is entered without a connection is kept with its book, which the sealed store knows and the page does not."""


@pytest.fixture
def business(cast):
    """A second book of alice's with one row, beside the first with another."""
    made = make_book(cast.alice.user, name="Business")
    for book, description in ((cast.book, "At home"), (made, "At work")):
        with entered(book):
            make_transaction(book, account=make_account(book), description=description)
    return made


def sent(book):
    return {"in_book": book.pk}


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


def test_export_is_of_the_book_that_is_shown(cast, business):
    client = browse(cast.alice, business)
    page = client.get("/transactions").content.decode()
    address = re.search(r'href="(/transactions/export[^"]*)"', page)[1].replace("&amp;", "&")
    lines = text_of(client.get(address))
    assert "At work" in lines
    assert "At home" not in lines
    assert AuditEvent.objects.get(kind=AuditKind.EXPORTED).book == business


def test_export_keeps_the_filters(cast, business):
    lines = text_of(browse(cast.alice, business).get("/transactions/export?q=nothing+like+it"))
    assert lines.count("\n") == 1


def test_export_with_senseless_filters_goes_back_to_the_list(cast, business):
    answer = browse(cast.alice, business).get("/transactions/export?start=1899-01-01")
    assert answer.headers["Location"] == "/transactions?start=1899-01-01"


def test_export_of_another_book_than_the_current_one_is_refused(cast, business):
    answer = browse(cast.alice, cast.book).get(f"/transactions/export?in_book={business.pk}")
    assert answer.status_code == 409
    assert not AuditEvent.objects.filter(kind=AuditKind.EXPORTED).exists()


def test_what_the_other_tab_sends_is_not_carried_out(cast, business):
    client = browse(cast.alice, cast.book)
    account = {"name": "Till", "kind": "other", "currency": "USD", "opening": "0"}
    answer = client.post("/accounts/new", account | sent(business))
    assert answer.status_code == 409
    assert "Go back into Business" in answer.content.decode()
    for book in (cast.book, business):
        with entered(book):
            assert not Account.objects.filter(book=book, name="Till").exists()


def test_drawer_says_so_too(cast, business):
    answer = browse(cast.alice, cast.book).get("/accounts/new", HTTP_X_BOOK=str(business.pk), **IN_DRAWER)
    assert answer.status_code == 409
    assert answer.content.lstrip().startswith(b'<header class="drawer-head">')


def test_book_of_others_is_not_named(cast, business):
    answer = browse(cast.stranger, cast.stranger.book).post("/accounts/new", sent(business))
    assert answer.status_code == 409
    assert "Business" not in answer.content.decode()


def test_removed_member_is_told_so(cast):
    client = browse(cast.bob, cast.book)
    Membership.objects.filter(user=cast.bob.user, book=cast.book).delete()
    make_book(cast.bob.user)
    answer = client.get("/accounts/new", HTTP_X_BOOK=str(cast.book.pk), **IN_DRAWER)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "You are no longer in this book." in page
    assert "another tab" not in page


def test_every_form_names_its_book(cast, sandbox_bank):
    rows, client, seen = fill(cast), browse(cast.alice, cast.book), 0
    for route in pages():
        answer = client.get(address_of(route, rows))
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for form in FORM.findall(answer.content.decode()):
            if ABOUT_NO_BOOK.search(form) or route.startswith(("settings/", "auth/", "invitations/")):
                continue
            seen += 1
            assert f'name="in_book" value="{cast.book.pk}"' in form, (route, form)
    assert seen > 12


@pytest.mark.browser
class TestInTwoTabs:
    @pytest.fixture
    def first(self, server, page, cast, business):
        """A tab that shows the business, while another tab has gone home since."""
        sign_in(page, server, cast.alice)
        page.goto(f"{server}/settings/books")
        self.enter(page, "Business")
        page.goto(f"{server}/transactions")
        expect(page.get_by_role("link", name="At work")).to_be_visible()
        other = page.context.new_page()
        other.goto(server)
        self.enter(other, "Alice's book")
        return page

    @staticmethod
    def enter(page, name):
        page.get_by_text("Change book").locator("..").click()
        page.locator(".menu-panel").get_by_role("button", name=re.compile(name)).click()
        page.wait_for_load_state()
        expect(page.locator(".book-name")).to_have_text(name)

    def test_live_update_does_not_paint_the_other_book(self, first, cast, business):
        first.evaluate("document.dispatchEvent(new CustomEvent('changed:transactions'))")
        expect(first.get_by_text("You are in another book now")).to_be_visible()
        expect(first.get_by_role("link", name="At work")).to_be_visible()
        expect(first.get_by_role("link", name="At home")).to_have_count(0)

    def test_drawer_offers_the_way_back(self, first, server, cast, business):
        first.get_by_role("link", name="Add", exact=True).click()
        expect(first.locator("#drawer").get_by_text("Nothing was changed.")).to_be_visible()
        first.get_by_role("button", name="Go back into Business").click()
        first.wait_for_load_state()
        expect(first.locator(".book-name")).to_have_text("Business")

    def test_filing_from_the_list_changes_nothing(self, first, cast, business):
        first.locator("input[data-select]").check()
        first.get_by_label("File the chosen under").select_option(label="Groceries")
        first.get_by_role("button", name="File", exact=True).click()
        expect(first.get_by_role("heading", name="You are in another book now")).to_be_visible()
        with entered(business):
            assert Transaction.objects.get(description="At work").category.code == "COFFEE"

    def test_listening_is_to_the_book_of_the_page(self, server, page, cast, business):
        opened = []
        page.on("websocket", lambda socket: opened.append(socket.url))
        sign_in(page, server, cast.alice)
        page.goto(f"{server}/transactions")
        page.wait_for_timeout(300)
        assert [address.partition("?")[2] for address in opened] == [f"book={cast.book.pk}"]
