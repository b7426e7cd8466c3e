"""Search and the palette by keyboard alone, and why a figure is what it is, in a real browser."""

import pytest

from financeapp.tests.test_pages_in_chromium import faults
from financeapp.tests.walking import fill, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages, pytest.mark.slow]


def test_a_slash_searches_and_control_k_goes_anywhere(server, page, cast):
    fill(cast)
    sign_in(page, server, cast.alice)
    page.goto(server)
    page.keyboard.press("/")
    page.keyboard.type("zzcanary -nothing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=zzcanary+-nothing")
    assert page.locator("#search-results .item-link").count()
    page.keyboard.press("Control+k")
    page.keyboard.type("acc")
    assert not faults(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert not page.locator("#palette[open]").count()
    page.keyboard.press("Control+k")
    page.keyboard.type("acc")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/accounts")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzcanary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=zzcanary")


def test_why_a_sum_is_what_it_is_opens_beside_it(server, page, cast):
    fill(cast)
    sign_in(page, server, cast.alice)
    page.goto(server)
    page.locator(".figure").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#drawer[open] .explanation").wait_for()
    assert "it is the figure" in page.locator("#drawer .explanation").inner_text()
    assert not faults(page)
