"""Everybody arranges the dashboard of a book for themselves."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from accounts.books import entered
from accounts.models import Membership
from banking.tests.browsing import browse
from banking.tests.factories import make_account, make_transaction
from budgeting.actions.recurring import NewItem, add_recurring
from budgeting.models import RecurringItem
from budgeting.tests.factories import make_budget
from financeapp.tests.walking import sign_in
from reports.widgets import MOVES, WIDGETS, Layout, layout_of, moved, placed

LAYOUT = "/api/dashboard/layout"
NAMES = st.sampled_from(list(WIDGETS))


@given(steps=st.lists(st.tuples(NAMES, st.sampled_from(MOVES)), max_size=30), shown=st.sets(NAMES))
def test_each_widget_is_there_once_whatever_is_moved(steps, shown):
    layout = Layout()
    for name, move in steps:
        layout = layout_of(moved(layout, name=name, move=move, shown=shown).kept())
        assert sorted(layout.order) == sorted(WIDGETS)
    found = placed(layout, shown=shown)
    assert {each.widget.name for each in found} == shown
    assert [each.is_first for each in found] == [True, *[False] * len(found)][: len(found)]


@given(name=NAMES, shown=st.sets(NAMES, min_size=2))
def test_up_undoes_down_among_those_that_are_shown(name, shown):
    def seen(layout):
        return [each.widget.name for each in placed(layout, shown=shown)]

    down = moved(Layout(), name=name, move="down", shown=shown)
    if name in shown and seen(Layout())[-1] != name:
        assert seen(down) != seen(Layout())
        assert seen(moved(down, name=name, move="up", shown=shown)) == seen(Layout())
    else:
        assert seen(down) == seen(Layout())


def test_a_new_widget_finds_its_place_in_an_old_layout():
    old = [name for name in reversed(WIDGETS) if name != "bills"]
    order = layout_of({"widgets": [*old, "gone"], "folded": ["gone", "latest"]}).order
    assert order.index("bills") == order.index("budgets") + 1
    assert layout_of({"folded": ["gone", "latest"]}).folded == {"latest"}


@pytest.fixture
def filled(cast):
    with entered(cast.book):
        make_transaction(cast.book, account=make_account(cast.book, opening=9))
        make_budget(cast.book, category="GROCERIES", amount=120)
    return cast


def titles(page):
    return re.findall(r'id="widget-(\w+)"', page.content.decode())


def test_it_is_moved_and_folded_for_one_person_without_a_script(filled):
    alice, bob = browse(filled.alice, filled.book), browse(filled.bob, filled.book)
    assert 'id="budgets-widget"' in alice.get("/").content.decode()
    before = titles(alice.get("/?arrange=on"))
    shown = {"shown": " ".join(before), "arrange": "on"}
    answer = alice.post("/dashboard/arrange", {"widget": before[2], "move": "up", **shown})
    assert answer["Location"] == f"/?arrange=on#widget-{before[2]}"
    alice.post("/dashboard/arrange", {"widget": "budgets", "move": "fold"})
    page = alice.get("/")
    assert titles(page)[:3] == [before[0], before[2], before[1]]
    assert 'id="budgets-widget"' not in page.content.decode()
    assert titles(bob.get("/")) == before
    assert 'id="budgets-widget"' in bob.get("/").content.decode()


def test_bills_that_were_found_ask_to_be_confirmed(filled):
    with entered(filled.book):
        new = NewItem("Rent", Decimal(-900), "monthly", filled.book.today(timezone.now()))
        found = add_recurring(book=filled.book, by=None, new=new, now=timezone.now())
        RecurringItem.objects.filter(pk=found.pk).update(state="suggested")
    assert "1 was found and waits for your word" in browse(filled.alice, filled.book).get("/").content.decode()


@pytest.mark.parametrize("wrong", [{"widget": "nothing", "move": "up"}, {"widget": "worth", "move": "away"}, {}])
def test_what_is_not_there_is_refused(filled, wrong):
    assert browse(filled.alice, filled.book).post("/dashboard/arrange", wrong).status_code == 400
    assert Membership.objects.get(user=filled.alice.user, book=filled.book).dashboard == {}


def test_layout_over_the_api(book, api):
    found = api("carol").get(LAYOUT).json()
    assert found == {"widgets": list(WIDGETS), "folded": []}
    wanted = {"widgets": list(reversed(WIDGETS)), "folded": ["latest"]}
    assert api("carol").put(LAYOUT, wanted, format="json").json() == wanted
    assert api("carol").get(LAYOUT).json() == wanted
    assert api().get(LAYOUT).json() == found


@pytest.mark.parametrize("order", [[], ["worth"], [*WIDGETS, "worth"], [*list(WIDGETS)[1:], "none"]])
def test_a_layout_that_lacks_or_doubles_something_is_refused(book, api, order):
    assert api().put(LAYOUT, {"widgets": order, "folded": []}, format="json").status_code == 400
    assert api().get(LAYOUT).json()["widgets"] == list(WIDGETS)


@pytest.mark.browser
@pytest.mark.pages
def test_it_is_arranged_with_the_keyboard_alone(server, page, filled):
    sign_in(page, server, filled.alice)
    page.goto(f"{server}/?arrange=on")
    expect(page.locator(".widget").first).to_have_attribute("id", "widget-worth")
    page.locator("#down-worth").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".widget").nth(1)).to_have_attribute("id", "widget-worth")
    expect(page.locator("#down-worth")).to_be_focused()
    page.locator("#fold-worth").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fold-worth")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#fold-worth")).to_be_focused()
    page.get_by_role("link", name="Done").press("Enter")
    expect(page.locator("#widget-cash_flow canvas")).to_be_visible()
    expect(page.locator("#widget-forecast .forecast-picture")).to_be_visible()
    page.locator("#fold-worth").press("Enter")
    expect(page.locator("#widget-worth canvas")).to_be_visible()
    expect(page.locator("#widget-cash_flow canvas")).to_be_visible()
    expect(page.locator("#fold-worth")).to_be_focused()
