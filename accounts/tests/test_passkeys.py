"""A passkey in a real browser, with Chromium's virtual authenticator."""

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, make_book, make_user

pytestmark = [pytest.mark.browser, pytest.mark.pages, pytest.mark.slow]


@pytest.fixture
def key(page):
    """A platform authenticator that says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page, server):
    page.goto(f"{server}/auth/login/")
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/auth/login/" not in address)


def test_passkey_is_set_up_and_signs_in(server, page, key):
    make_book(make_user())
    sign_in(page, server)
    page.goto(f"{server}/auth/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_label("Sign in with it alone").is_checked()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    page.goto(f"{server}/auth/2fa/webauthn/")
    page.get_by_text("Passkey", exact=True).wait_for()

    page.goto(f"{server}/auth/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/auth/login/**")
    page.goto(f"{server}/auth/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{server}/")
    page.goto(f"{server}/settings/profile")
    assert page.get_by_label("name").input_value() == "Alice"


REFUSES = """
  for (const name of ["get", "create"]) {
    navigator.credentials[name] = () => Promise.reject(new DOMException("closed", "NotAllowedError"));
  }
"""


def test_closed_dialogue_is_said_at_sign_in(server, page):
    page.add_init_script(REFUSES)
    page.goto(f"{server}/auth/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing came of it")


def test_closed_dialogue_is_said_where_a_key_is_added(server, page):
    make_book(make_user())
    page.add_init_script(REFUSES)
    sign_in(page, server)
    page.goto(f"{server}/auth/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#passkey-failed")).to_be_visible()
