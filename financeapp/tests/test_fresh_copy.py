"""The README's first command in a fresh copy, an empty home and no environment, and then everything a newcomer does."""

import re

import httpx
import pytest
from django.conf import settings

from financeapp.tests.copying import PATH, answering, copied, free_port, running
from financeapp.tests.test_first_minute import PASSWORD, link_at_the_bank, wait_until_read

pytestmark = [pytest.mark.browser, pytest.mark.pages, pytest.mark.slow]


@pytest.fixture
def fresh_server(tmp_path):
    """`script/server` as a newcomer runs it; only the packages are there already."""
    if settings.DATABASE_URL:
        pytest.skip("A newcomer has no database server.")
    project, port, log = copied(tmp_path / "pocketpilot"), free_port(), tmp_path / "log"
    environment = {"HOME": str(tmp_path), "PATH": PATH, "SANDBOX_BANK_PORT": str(free_port())}
    command = ["script/server", "--port", str(port)]
    with running(command, cwd=project, environment=environment, log=log) as server:
        yield answering(f"http://localhost:{port}", server, log)


def signed_up(page, address, email):
    page.goto(address)
    page.get_by_role("link", name=re.compile("sign up|create|get started|start", re.IGNORECASE)).first.click()
    page.get_by_label("Your name").fill("Nora Newcomer")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Open the mails of this machine").click()
    page.locator("a[href^='/settings/outbox/']").first.click()
    page.locator("a[href*='confirm-email']").first.click()
    page.get_by_role("button", name=re.compile("confirm", re.IGNORECASE)).click()
    page.wait_for_url(re.compile(f"^{re.escape(address)}/(?!auth/|settings/)"))


def read_by_a_mobile_client(address, email):
    with httpx.Client(base_url=address, timeout=30) as client:
        pair = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json()
        client.headers["Authorization"] = f"Bearer {pair['access']}"
        return client.get("/api/transactions", params={"limit": 200}).json()["results"]


def test_newcomer_goes_from_the_first_page_to_a_filled_dashboard(fresh_server, page):
    page.set_default_timeout(30_000)
    signed_up(page, fresh_server, "nora@example.com")
    page.goto(f"{fresh_server}/connections/new")
    page.get_by_role("button", name="Continue to your bank").click()
    link_at_the_bank(page)
    wait_until_read(page, fresh_server)
    page.goto(fresh_server)
    assert page.locator("[data-figure]").count() > 20
    assert re.search(r"[1-9]", page.locator("[data-figure^='spending-']").first.inner_text())

    rows = read_by_a_mobile_client(fresh_server, "nora@example.com")
    assert len(rows) == 200
    assert sum(row["category"] != "Uncategorized" for row in rows) > 150
