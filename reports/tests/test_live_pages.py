"""Open pages follow what happens elsewhere, without a reload and without disturbing the reader."""

from decimal import Decimal

import httpx
import pytest
from django.utils import timezone

from accounts import actions
from accounts.books import entered
from accounts.origin import NOWHERE
from banking.tests.factories import make_account, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def rows(server, page, cast):
    """Sixty rows of today, with alice signed in in the browser."""
    with entered(cast.book):
        wallet = make_account(cast.book, opening=100)
        today = cast.book.today(timezone.now())
        made = [
            make_transaction(cast.book, account=wallet, day=today, amount=Decimal(-1), description=f"Row {n}")
            for n in range(40)
        ]
    sign_in(page, server, cast.alice)
    return made


def patch(server, person, pk, **changes):
    """Change a row as the phone of that person does."""
    pair = actions.sign_in(user=person.user, origin=NOWHERE, now=timezone.now())
    headers = {"Authorization": f"Bearer {pair.access}", "X-Book": str(person.book.pk)}
    answer = httpx.patch(f"{server}/api/transactions/{pk}", json=changes, headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text


def open_page(page, address):
    """Until the server has said its first word over the WebSocket, which may be before the page is complete."""
    heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    page.goto(address)
    for _ in range(100):
        if heard:
            break
        page.wait_for_timeout(100)
    assert heard
    page.evaluate("window.neverReloaded = true")


def test_list_shows_a_change_made_over_the_api(server, page, cast, rows):
    open_page(page, f"{server}/transactions")
    link = page.locator(f"#row-{rows[10].pk}")
    link.focus()
    page.evaluate("window.scrollTo(0, 600)")
    patch(server, cast.bob, rows[5].pk, merchant="Corner shop")
    page.get_by_role("link", name="Corner shop").wait_for()
    assert page.evaluate("window.neverReloaded") is True
    assert page.evaluate("document.activeElement.id") == f"row-{rows[10].pk}"
    assert abs(page.evaluate("window.scrollY") - 600) < 2


def test_dashboard_adds_up_anew_and_keeps_its_open_table(server, page, cast, rows):
    open_page(page, server)
    figure = page.locator("[data-figure='expense-now-USD']")
    assert figure.inner_text() == "$40.00"
    page.locator("#cash-flow-table-USD summary").click()
    patch(server, cast.bob, rows[5].pk, excluded=True)
    page.locator("[data-figure='expense-now-USD']", has_text="$39.00").wait_for()
    assert page.evaluate("document.getElementById('cash-flow-table-USD').open") is True
    assert page.evaluate("document.activeElement.localName") == "summary"
    assert page.evaluate("window.neverReloaded") is True
