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


CHANGED = "document.dispatchEvent(new CustomEvent('changed:transactions'))"
CHOSEN_MEANWHILE = """() => {
  const real = window.fetch;
  window.fetch = async (...asked) => {
    window.fetch = real;
    const answer = await real(...asked);
    document.querySelector("input[data-select]").checked = true;
    return answer;
  };
}"""
FAILS_TWICE = """() => {
  const real = window.fetch;
  let failures = 2;
  window.fetch = (...asked) => failures-- > 0 ? Promise.reject(new TypeError("offline")) : real(...asked);
}"""
NO_SOCKETS = """
  window.tried = 0;
  window.WebSocket = class extends EventTarget {
    constructor(address) {
      super();
      window.tried += 1;
      window.address = address;
      setTimeout(() => this.dispatchEvent(Object.assign(new Event("close"), { code: window.closing ?? 1006 })), 10);
    }
    close() {}
  };
"""


def add_row(cast):
    with entered(cast.book):
        make_transaction(cast.book, day=cast.book.today(timezone.now()), description="Newest")


def test_list_is_renewed_once_it_is_no_longer_in_use(server, page, cast, rows):
    open_page(page, f"{server}/transactions")
    page.evaluate(CHOSEN_MEANWHILE)
    add_row(cast)
    page.evaluate(CHANGED)
    page.locator("input[data-select]:checked").wait_for(state="attached")
    page.wait_for_timeout(300)
    assert page.get_by_role("link", name="Newest").count() == 0
    page.evaluate("document.querySelector('input[data-select]').checked = false")
    page.get_by_role("link", name="Newest").wait_for()


def test_what_could_not_be_fetched_is_fetched_later(server, page, cast, rows):
    open_page(page, f"{server}/transactions")
    page.evaluate(FAILS_TWICE)
    add_row(cast)
    page.evaluate(CHANGED)
    page.get_by_role("link", name="Newest").wait_for()


def test_back_online_the_list_is_renewed_at_once(server, page, cast, rows):
    page.add_init_script(NO_SOCKETS)
    page.goto(f"{server}/transactions")
    page.evaluate("window.closing = 4401")
    page.wait_for_timeout(100)
    add_row(cast)
    tried = page.evaluate("window.tried")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name="Newest").wait_for()
    assert page.evaluate("window.tried") == tried + 1


def test_listening_is_tried_for_as_long_as_the_page_is_open(server, page, cast, rows):
    page.clock.install()
    page.add_init_script(NO_SOCKETS)
    page.goto(f"{server}/transactions")
    page.clock.run_for(3600 * 1000)
    assert page.evaluate("window.tried") > 30


def test_who_is_signed_out_listens_no_more(server, page, cast, rows):
    page.clock.install()
    page.add_init_script("window.closing = 4401;" + NO_SOCKETS)
    page.goto(f"{server}/transactions")
    page.clock.run_for(3600 * 1000)
    assert page.evaluate("window.tried") == 1
