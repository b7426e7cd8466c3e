"""Every page in a real browser: axe finds nothing, nothing breaks the Content-Security-Policy, no script fails."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.tests.factories import Person, make_user
from financeapp.tests.walking import address_of, browser_of, fill, pages, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages, pytest.mark.slow]
PIECE = ("/toast", "/bell", "/widget")
LEFT_OUT = ("metrics", "health", "worker.js", "auth/2fa/recovery-codes/download/")


def shown(person, rows):
    """The addresses that this person can look at."""
    client = browser_of(person)
    for route in pages():
        address = address_of(route, rows)
        if "^" not in route and not route.startswith(LEFT_OUT) and not route.endswith(PIECE):
            response = client.get(address)
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield address


def faults(page):
    options = {"resultTypes": ["violations"], "preload": False, "iframes": False}
    found = Axe().run(page, options=options).response["violations"]
    return [(fault["id"], [node["html"][:120] for node in fault["nodes"]][:3]) for fault in found]


def walk(page, server, addresses):
    problems = {}
    for address in addresses:
        page.goto(server + address)
        if found := faults(page):
            problems[address] = found
    assert not problems, problems


@pytest.mark.parametrize("half", [0, 1])  # so that a parallel run shares them out
def test_pages_of_a_member(server, page, cast, sandbox_bank, half):
    rows = fill(cast)
    addresses = list(shown(cast.alice, rows))
    assert len(addresses) > 25, addresses
    sign_in(page, server, cast.alice)
    walk(page, server, addresses[half::2])


def test_pages_of_a_viewer(server, page, cast, sandbox_bank):
    """Those with something on them that a member does not see there."""
    addresses = list(shown(cast.carol, fill(cast)))
    assert len(addresses) > 15, addresses
    member, viewer = browser_of(cast.alice), browser_of(cast.carol)
    others = [each for each in addresses if tags_of(viewer.get(each)) - tags_of(member.get(each))]
    assert others
    sign_in(page, server, cast.carol)
    walk(page, server, others)


def tags_of(response):
    """What the page is made of, besides what differs from row to row and person to person."""
    tags = re.findall(r"<[a-z][^>]*>", response.content.decode())
    return {re.sub(r'(value|content|nonce|alt|title)="[^"]*"|\d+', "", tag) for tag in tags}


def test_charts_have_something_to_draw(server, page, cast):
    fill(cast)
    sign_in(page, server, cast.alice)
    page.goto(server)
    for chart in ("donut", "bar", "line"):
        page.locator(f"[data-chart={chart}] canvas").first.wait_for()
    assert page.locator(".spend-table .figure").count()


def test_filtered_refused_and_missing_pages(server, page, cast, sandbox_bank):
    rows = fill(cast)
    account, on = rows["account_id"], cast.book.today(timezone.now()).isoformat()
    sign_in(page, server, cast.alice)
    lists = [f"/transactions?{query}" for query in ("direction=out", "q=nothing+like+it", "amount_min=ten", "tag=9")]
    lists += ["/search?q=zzcanary+>1+-tag:none", "/search?q=nothing+like+it"]
    divided = f"/transactions/{rows['divided']}"
    walk(
        page,
        server,
        [
            *lists,
            divided,
            f"{divided}/split",
            f"{divided}/unsplit",
            f"/accounts?on={on}",
            f"/accounts/{account}?on={on}&span=2y",
            "/nowhere",
        ],
    )


def test_pages_without_anything_to_show(server, page, cast, sandbox_bank):
    sign_in(page, server, cast.stranger)
    walk(page, server, ["/", "/transactions", "/accounts", "/categories", "/connections", "/transactions/new"])


def test_pages_of_somebody_without_a_book(server, page, cast):
    sign_in(page, server, Person(make_user("new@example.com"), cast.book))
    walk(page, server, ["/", "/settings/books/new"])


@pytest.mark.parametrize("address", ["/accounts/new", "/categories/new", "/settings/books/new"])
def test_refused_forms(server, page, cast, address):
    sign_in(page, server, cast.alice)
    page.goto(server + address)
    send_unfilled(page, "main form.form")
    page.locator(".field-error").first.wait_for()
    assert not faults(page)


def test_a_form_on_a_page_of_its_own_leads_back(server, page, cast):
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/accounts/new")
    page.get_by_label("Name").fill("Piggy bank")
    page.get_by_role("button", name="Add account").click()
    page.wait_for_url(f"{server}/accounts")
    assert page.get_by_role("link", name="Piggy bank").is_visible()


def test_an_open_drawer_and_a_refused_form_in_it(server, page, cast):
    fill(cast)
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/transactions")
    page.locator(".item-link").first.click()
    page.locator("#drawer[open] form.form").wait_for()
    assert not faults(page)
    page.goto(f"{server}/accounts")
    page.get_by_role("link", name="By hand").click()
    page.locator("#drawer[open] form.form").wait_for()
    send_unfilled(page, "#drawer form.form")
    page.locator("#drawer .field-error").first.wait_for()
    assert not faults(page)


def send_unfilled(page, form):
    """Send a form past the browser's own checks."""
    page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")


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
        if dead := page.locator("button[type=button]:visible").all_inner_texts():
            problems[address] = dead
    context.close()
    assert not problems, problems
