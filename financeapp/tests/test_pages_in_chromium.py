"""Every page in a real browser: axe finds nothing, nothing breaks the Content-Security-Policy, no script fails."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from financeapp.tests.walking import address_of, browser_of, fill, pages, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LEFT_OUT = ("metrics", "health", "worker.js", "auth/2fa/recovery-codes/download/")


def shown(person, rows):
    """The addresses that this person can look at."""
    client = browser_of(person)
    for route in pages():
        address = address_of(route, rows)
        if "^" not in route and not route.startswith(LEFT_OUT):
            response = client.get(address)
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield address


def faults(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(fault["id"], [node["html"][:120] for node in fault["nodes"]][:3]) for fault in found]


def walk(page, server, addresses):
    problems = {}
    for address in addresses:
        page.goto(server + address)
        if found := faults(page):
            problems[address] = found
    assert not problems, problems


def test_pages_of_a_member(server, page, cast, sandbox_bank):
    rows = fill(cast)
    addresses = list(shown(cast.alice, rows))
    assert len(addresses) > 25, addresses
    sign_in(page, server, cast.alice)
    walk(page, server, addresses)


def test_pages_of_nobody(server, page, cast):
    walk(page, server, [a for a in shown(None, {}) if a != "/api/docs"])


def test_pages_in_the_dark_and_on_a_phone(server, page, cast, sandbox_bank):
    rows = fill(cast)
    sign_in(page, server, cast.alice)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    walk(page, server, ["/", "/transactions", "/accounts", "/categories", "/connections", "/settings/profile"])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert rows


def test_pages_without_javascript_show_nothing_that_needs_it(server, browser, cast, sandbox_bank):
    rows, problems = fill(cast), {}
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, server, cast.alice)
    for address in shown(cast.alice, rows):
        page.goto(server + address)
        assert page.locator("main").first.is_visible(), address
        if dead := [each.inner_text() for each in page.locator("button[type=button]").all() if each.is_visible()]:
            problems[address] = dead
    context.close()
    assert not problems, problems
