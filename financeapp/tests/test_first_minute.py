"""The main job: sign up, link a bank, look at two years of categorised transactions; in a browser and by the API."""

import re
import time

import httpx
import pytest
from django.core import mail

from financeapp.tests.test_journey import sign_up, verify
from sandboxbank.control import Control

PASSWORD = "a long and unusual passphrase"


def link_at_the_bank(page, *, user_name="user_good"):
    """The bank's own pages: choose it, sign in, choose accounts, agree."""
    page.get_by_role("button", name="Juniper").click()
    page.locator("input[name=username]").fill(user_name)
    page.locator("input[type=password]").fill("pass_good")
    page.locator("form[method=post] button").first.click()
    page.wait_for_load_state()
    while "/connections/" not in page.url:
        code = page.locator("input[name=code]")
        if code.count():
            code.fill("1234")
        page.locator("form[method=post] button").first.click()
        page.wait_for_load_state()


def wait_until_read(page, server):
    for _ in range(60):
        page.goto(f"{server}/transactions")
        if page.locator("a[href^='/transactions/']").count() > 20:
            return
        time.sleep(0.5)
    raise AssertionError("no transactions appeared")


@pytest.mark.browser
def test_newcomer_links_a_bank_and_sees_the_dashboard(server, page, sandbox_bank):
    sign_up(page, server)
    verify(page, server)
    page.goto(f"{server}/connections/new")
    page.get_by_role("button", name="Continue to your bank").click()
    link_at_the_bank(page)
    assert page.get_by_role("heading", level=1).inner_text()
    wait_until_read(page, server)
    page.goto(server)
    assert page.locator("[data-figure]").count() > 5


def api_token(server):
    mail.outbox.clear()
    person = {"email": "mobile@example.com", "password": PASSWORD}
    with httpx.Client(base_url=server, timeout=20) as client:
        assert client.post("/api/auth/signup", json={**person, "name": "Mo"}).status_code in {201, 202}
        letter = mail.outbox[-1].body
        key = re.search(r"confirm-email/(\S+?)/?\s", letter + " ")[1]
        verified = client.get("/api/auth/verify-email", params={"token": key}, headers={"Accept": "application/json"})
        assert verified.status_code == 200, verified.text
        answer = client.post("/api/auth/login", json=person)
        assert answer.status_code == 200, answer.text
        return answer.json()["access"]


def test_mobile_client_links_a_bank_and_reads_the_dashboard(server, sandbox_bank):
    token = api_token(server)
    with httpx.Client(base_url=server, timeout=20, headers={"Authorization": f"Bearer {token}"}) as client:
        started = client.post("/api/plaid/create_link_token").json()
        assert started["hosted_link_url"].startswith(sandbox_bank.url)
        public = Control(sandbox_bank.url).public_token()
        linked = client.post("/api/plaid/exchange_public_token", json={"public_token": public})
        assert linked.status_code == 201, linked.text
        address = f"/api/syncs/{linked.json()['sync']['id']}"
        for _ in range(100):
            run = client.get(address).json()
            if run["status"] not in {"queued", "running"}:
                break
            time.sleep(0.2)
        assert run["status"] == "success", run
        assert run["records"] > 500
        assert client.get("/api/dashboard/summary").status_code == 200
        again = client.post(
            "/api/plaid/exchange_public_token", json={"public_token": Control(sandbox_bank.url).public_token()}
        )
        assert (again.status_code, again.json()["code"]) == (409, "already_linked")
