"""A person who has never been here: from the first page to a verified, signed-in dashboard, in a real browser."""

import re

import pytest
from django.core import mail

pytestmark = pytest.mark.browser
PASSWORD = "a long and unusual passphrase"


def sign_up(page, server):
    page.goto(server)
    page.get_by_role("link", name=re.compile("sign up|create|get started|start", re.IGNORECASE)).first.click()
    page.get_by_label("Your name").fill("Nora Newcomer")
    page.locator("input[name=email]").fill("newcomer@example.com")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(re.compile("confirm-email"))


def verification_link():
    (message,) = [m for m in mail.outbox if "newcomer@example.com" in m.to]
    return re.search(r"https?://\S+confirm-email/\S+", message.body)[0]


def verify(page, server):
    page.goto(re.sub(r"^https?://[^/]+", server, verification_link()))
    page.get_by_role("button", name=re.compile("confirm", re.IGNORECASE)).click()
    page.wait_for_url(re.compile(f"^{re.escape(server)}/(?!auth/confirm)"))


def test_sign_up_verify_and_see_the_dashboard(server, page, sandbox_bank):
    sign_up(page, server)
    verify(page, server)
    page.goto(server)
    assert page.locator("a[href^='/connections']").count() > 0
    assert page.context.cookies()


def test_unverified_is_not_let_in(server, page):
    sign_up(page, server)
    page.goto(f"{server}/transactions")
    assert "/auth/login" in page.url
