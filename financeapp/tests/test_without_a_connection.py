"""The installed application without a connection: an entry waits on the device, sealed, and counts once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.books import entered
from banking.models import Transaction
from banking.tests.factories import make_account
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.pages]
STORED = """async () => {
  const found = (await indexedDB.databases()).filter((each) => each.name === "pocketpilot-offline");
  if (!found.length) return null;
  const base = await new Promise((resolve) => {
    const asked = indexedDB.open("pocketpilot-offline");
    asked.onsuccess = () => resolve(asked.result);
  });
  let text = "";
  for (const name of ["entries", "place"]) {
    const rows = await new Promise((resolve) => {
      const asked = base.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const row of rows) text += JSON.stringify(row) + new TextDecoder("latin1").decode(row.sealed);
  }
  base.close();
  return text;
}"""


@pytest.fixture
def phone(server, browser, cast):
    """Alice's browser, with the application installed and the form for an entry used once."""
    with entered(cast.book):
        make_account(cast.book, name="Purse")
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/transactions/new")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
    page.get_by_label("Account", exact=True).focus()
    page.wait_for_function("async () => (await indexedDB.databases()).length > 0")
    yield page
    context.close()


def enter_offline(server, phone):
    phone.context.set_offline(True)
    phone.goto(f"{server}/transactions")
    assert "You are offline" in phone.content()
    phone.get_by_label("Amount").fill("4.20")
    phone.get_by_label("Description").fill("Zzcanary tea")
    phone.get_by_role("button", name="Keep it here").click()
    phone.get_by_text("Waiting here to be sent: 1.").wait_for()


def test_an_entry_waits_sealed_and_is_sent_once(server, phone, cast):
    enter_offline(server, phone)
    kept = phone.evaluate(STORED)
    assert kept
    assert not any(word in kept for word in ("canary", "4.20", "Purse"))
    phone.context.set_offline(False)
    for _ in range(2):
        phone.goto(f"{server}/budgets")
        phone.wait_for_load_state("networkidle")
    with entered(cast.book):
        [row] = Transaction.objects.filter(description="Zzcanary tea").select_related("account")
    assert (str(row.amount), row.account.name) == ("-4.20", "Purse")


def answering(phone, *answers):
    """Adding entries is answered with these statuses and texts; then the server's own answers come through."""
    left, asked = list(answers), []

    def answer(route):
        if route.request.method != "POST":
            return route.continue_()
        asked.append(route.request.url)
        if not left:
            return route.continue_()
        status, text = left.pop(0)
        return route.fulfill(status=status, body=text) if status else route.abort()

    phone.context.route("**/api/transactions", answer)
    return asked


def settle(server, phone):
    phone.goto(f"{server}/budgets")
    phone.wait_for_load_state("networkidle")


def test_an_entry_that_was_tried_a_day_ago_is_not_sent_again(server, phone, cast):
    enter_offline(server, phone)
    phone.context.set_offline(False)
    asked = answering(phone, (0, ""))
    settle(server, phone)
    assert len(asked) == 1
    phone.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=24))
    settle(server, phone)
    assert "It may have been added already. Look first." in phone.locator("#kept-entries").inner_text()
    assert len(asked) == 1


def test_what_no_server_of_ours_said_is_tried_later_and_a_refusal_is_shown(server, phone, cast):
    enter_offline(server, phone)
    phone.context.set_offline(False)
    asked = answering(phone, (400, "<h1>Proxy</h1>"), (403, '{"message": "You may only look."}'))
    settle(server, phone)
    phone.evaluate("() => dispatchEvent(new Event('online'))")
    phone.get_by_text("You may only look.").wait_for()
    assert len(asked) == 2


def test_signing_out_forgets_it(server, phone):
    phone.goto(f"{server}/more")
    assert phone.evaluate(STORED) is not None
    phone.locator("main form[data-sign-out] button").click()
    phone.wait_for_url("**/auth/login/**")
    assert phone.evaluate(STORED) is None


def test_somebody_else_who_signs_in_finds_nothing(server, phone, cast):
    enter_offline(server, phone)
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    asked = answering(phone)
    sign_in(phone, server, cast.bob)
    settle(server, phone)
    assert (phone.evaluate(STORED), asked) == (None, [])
    assert phone.evaluate("() => localStorage.getItem('pocketpilot-person')") == str(cast.bob.user.pk)


def test_nothing_of_a_person_is_in_the_cache(server, phone, cast):
    phone.goto(f"{server}/transactions")
    kept = phone.evaluate(
        """async () => {
          let text = "";
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const asked of await cache.keys()) {
              const answer = await cache.match(asked);
              if (answer.headers.get("Content-Type").startsWith("text/html")) text += asked.url + await answer.text();
            }
          }
          return text;
        }"""
    )
    assert "You are offline" in kept
    assert cast.alice.user.email not in kept
    assert "Alice" not in kept
