"""The list of transactions and the page of one: they work, show what counts, refuse what they must."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.books import entered
from banking.models import EvidenceSource, Rule, Transaction
from banking.tests.browsing import IN_DRAWER, browse, figures_in, queries_of, rows_in
from banking.tests.factories import DAY, category_of, make_account, make_connection, make_merchant, make_transaction


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


@pytest.fixture
def row(book):
    """A row of a bank in a linked account."""
    account = make_account(book, name="Checking", connection=make_connection(book))
    return make_transaction(book, account=account, merchant=make_merchant(book), amount="-4.50")


def test_rows_stand_under_their_days_newest_first(book, alice):
    old = make_transaction(book, day=DAY - timedelta(days=1))
    new = make_transaction(book, day=DAY)
    page = alice.get("/transactions").content.decode()
    assert rows_in(page) == [new.pk, old.pk]
    assert page.index(f"day-{DAY}") < page.index(f"day-{DAY - timedelta(days=1)}")


def test_strip_and_days_equal_the_rows_they_link_to(book, alice):
    make_transaction(book, amount="-10.10")
    make_transaction(book, amount="-3.33", day=DAY - timedelta(days=2))
    make_transaction(book, amount="250.00", category="SALARY")
    make_transaction(book, amount="-7", pending=True)
    make_transaction(book, amount="-8", excluded=True)
    found = figures_in(alice.get("/transactions").content.decode())
    assert found["list-net-USD"][2] == Decimal("236.57")
    assert found[f"day-{DAY}-USD"][2] == Decimal("239.90")
    for address, sign, amount in found.values():
        listed = alice.get(address).content.decode()
        rows = Transaction.objects.filter(pk__in=rows_in(listed))
        assert sum(each.amount for each in rows) * sign == amount
        assert figures_in(listed)["list-net-USD"][2] * sign == amount


@pytest.mark.parametrize(("direction", "other"), [("out", "in"), ("in", "out")])
def test_a_list_of_one_direction_has_no_figure_for_the_other(book, alice, direction, other):
    make_transaction(book, amount="-10.10")
    make_transaction(book, amount="250.00", category="SALARY")
    found = figures_in(alice.get("/transactions", {"direction": direction}).content.decode())
    assert found[f"list-{direction}-USD"][2] == found["list-net-USD"][2]
    assert f"list-{other}-USD" not in found


def test_a_page_of_fifty_and_the_way_back(book, alice):
    for _ in range(52):
        make_transaction(book, refresh=False)
    first = alice.get("/transactions")
    assert len(rows_in(first.content.decode())) == 50
    second = alice.get("/transactions", {"cursor": first.context["page"].next})
    assert len(rows_in(second.content.decode())) == 2
    assert 'rel="prev"' in second.content.decode()


def test_each_filter_has_a_chip_that_takes_it_away(book, alice):
    make_transaction(book)
    page = alice.get("/transactions", {"q": "bottle", "start": "2026-03-01", "direction": "out"})
    chips = page.context["chips"]
    assert len(chips) == 3
    assert all("bottle" not in chip.without for chip in chips if "bottle" in chip.text)
    assert sum("q=bottle" in chip.without for chip in chips) == 2


ENDLESS = "1" * 4301
"""More digits than Python turns into a number."""


@pytest.mark.parametrize(
    "query",
    [
        {"start": "1899-01-01"},
        {"amount_min": "ten"},
        {"account": "999999"},
        {"q": "a\u202eb"},
        {"pending": "so"},
        *({name: ENDLESS} for name in ("category", "account", "merchant", "tag", "amount_min")),
    ],
)
def test_senseless_filter_lists_nothing_and_says_why(book, alice, query):
    make_transaction(book)
    page = alice.get("/transactions", query)
    assert page.status_code == 422
    assert rows_in(page.content.decode()) == []


def test_foreign_cursor_is_not_found(alice):
    assert alice.get("/transactions", {"cursor": "abc"}).status_code == 404


def test_number_of_queries_is_fixed(book, alice):
    make_transaction(book, tags=["a"])
    before = queries_of(alice, "/transactions")
    for number in range(20):
        make_transaction(book, merchant=make_merchant(book, name=f"M{number}"), tags=["a", "b"])
    assert queries_of(alice, "/transactions") == before <= 24


def test_stranger_finds_nothing(cast, book, row):
    stranger = browse(cast.stranger, cast.stranger.book)
    for path in (f"/transactions/{row.pk}", f"/transactions/{row.pk}/rule", f"/transactions/{row.pk}/remove"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"category": 1}).status_code == 404


def test_visitor_is_asked_to_sign_in(client, db):
    assert client.get("/transactions").headers["Location"].startswith("/auth/login/")


def test_drawer_and_page_show_the_same(alice, row):
    whole, piece = alice.get(f"/transactions/{row.pk}"), alice.get(f"/transactions/{row.pk}", **IN_DRAWER)
    assert b"<!doctype html>" in whole.content.lower()
    assert piece.content.lstrip().startswith(b'<header class="drawer-head">')
    assert "HX-Request" in whole.headers["Vary"]
    for page in (whole, piece):
        assert b"BLUE BOTTLE COFFEE" in page.content
        assert b"Recognised" in page.content


def test_changing_a_transaction_keeps_and_locks_it(book, alice, row):
    groceries = category_of(book, "GROCERIES")
    sent = {"category": groceries.pk, "merchant": "Corner shop", "note": "Milk", "tags": "home, weekly"}
    answer = alice.post(f"/transactions/{row.pk}", sent)
    assert answer.headers["Location"] == f"/transactions/{row.pk}"
    row.refresh_from_db()
    assert (row.category, row.category_source, row.note) == (groceries, EvidenceSource.USER, "Milk")
    page = alice.get(f"/transactions/{row.pk}").content.decode()
    assert "Category: you set this on" in page
    assert "Alice" in page


def test_saving_in_the_drawer_closes_it_and_renews_the_list(book, alice, row):
    answer = alice.post(f"/transactions/{row.pk}", {"category": row.category_id, "merchant": "X"}, **IN_DRAWER)
    assert answer.status_code == 204
    assert "changed:transactions" in answer.headers["HX-Trigger"]


def test_bad_change_is_refused_beside_its_field(alice, row):
    answer = alice.post(f"/transactions/{row.pk}", {"category": row.category_id, "note": "a\u202eb"})
    assert answer.status_code == 422
    assert b'id="id_note_error"' in answer.content
    row.refresh_from_db()
    assert row.note == ""


def test_viewer_looks_but_has_no_controls(cast, book, row):
    carol = browse(cast.carol, cast.book)
    page = carol.get("/transactions").content.decode()
    assert 'id="selection"' not in page
    assert b"<textarea" not in carol.get(f"/transactions/{row.pk}").content
    assert carol.post(f"/transactions/{row.pk}", {"category": row.category_id}).status_code == 403
    assert carol.get("/transactions/new").status_code == 403


def test_filing_several_at_once(book, alice):
    rows = [make_transaction(book) for _ in range(3)]
    sent = {"transaction": [rows[0].pk, rows[1].pk], "category": category_of(book, "GROCERIES").pk}
    answer = alice.post("/transactions/categorise", {**sent, "next": "/transactions?q=blue"})
    assert answer.headers["Location"] == "/transactions?q=blue"
    codes = Transaction.objects.filter(book=book).order_by("id").values_list("category__code", flat=True)
    assert list(codes) == ["GROCERIES", "GROCERIES", "COFFEE"]


@pytest.mark.parametrize("sent", [{}, {"transaction": "x", "category": "1"}, {"transaction": "1", "category": "no"}])
def test_filing_nothing_says_so(alice, sent):
    page = alice.post("/transactions/categorise", sent, follow=True)
    assert b"Choose" in page.content


def test_filing_never_leads_off_the_site(book, alice):
    answer = alice.post("/transactions/categorise", {"next": "https://evil.example/"})
    assert answer.headers["Location"] == "/transactions"


def test_entry_by_hand_appears_and_can_be_removed(book, alice):
    account = make_account(book)
    sent = {"account": account.pk, "direction": "out", "amount": "12.30", "day": "2026-03-01", "description": "Book"}
    assert alice.post("/transactions/new", sent).status_code == 302
    row = Transaction.objects.get(book=book)
    assert row.amount == Decimal("-12.30")
    assert alice.get(f"/transactions/{row.pk}/remove").status_code == 200
    alice.post(f"/transactions/{row.pk}/remove")
    assert rows_in(alice.get("/transactions").content.decode()) == []


@pytest.mark.parametrize("wrong", [{"amount": "0"}, {"amount": "1.2345678"}, {"day": "1899-01-01"}, {"account": "99"}])
def test_bad_entry_is_refused(book, alice, wrong):
    good = {
        "account": make_account(book).pk,
        "direction": "out",
        "amount": "1",
        "day": "2026-03-01",
        "description": "a",
    }
    assert alice.post("/transactions/new", good | wrong).status_code == 422
    assert not Transaction.objects.filter(book=book).exists()


def test_bank_row_cannot_be_removed(alice, row):
    assert alice.post(f"/transactions/{row.pk}/remove").status_code == 404


def test_always_file_like_this_makes_a_rule_and_files_the_past(book, alice, row):
    groceries = category_of(book, "GROCERIES")
    sent = {"contains": "blue bottle", "category": groceries.pk, "direction": "out", "past": "on"}
    alice.post(f"/transactions/{row.pk}/rule", sent)
    row.refresh_from_db()
    assert Rule.objects.get(book=book).category == groceries
    assert row.category == groceries


def test_name_with_markup_is_only_text(book, alice):
    make_transaction(book, description="<script>alert(1)</script>")
    assert b"<script>alert" not in alice.get("/transactions").content


def test_empty_book_offers_one_thing(cast, alice):
    with entered(cast.book):
        page = alice.get("/transactions").content
    assert page.count(b"Connect your bank</a>") == 1


def test_today_is_said(book, alice):
    make_transaction(book, day=book.today(timezone.now()))
    assert b">Today</time>" in alice.get("/transactions").content


def test_fields_that_nobody_filled_in_filter_nothing(alice):
    fields = "q=&start=&until=&account=&category=&tag=&direction=&pending=&amount_min=&amount_max=&excluded=&kind="
    answer = alice.get(f"/transactions?{fields}")
    assert (answer.status_code, answer.context["is_active"]) == (200, False)


def test_money_between_own_accounts_can_be_left_out_of_the_sums(book, alice):
    make_transaction(book, amount="-5", category="COFFEE")
    make_transaction(book, amount="-900", category="SAVINGS")
    address = alice.get("/transactions").context["without_transfers"]
    page = alice.get(address)
    assert figures_in(page.content.decode())["list-net-USD"][2] == Decimal(-5)
    assert page.context["without_transfers"] == ""


@pytest.mark.parametrize("path", ["/transactions/new", "/categories/rules/new"])
def test_an_endless_number_is_refused_as_a_category(book, alice, path):
    account = make_account(book)
    sent = {"account": account.pk, "amount": "1", "day": DAY, "description": "a", "contains": "a", "category": ENDLESS}
    page = alice.post(path, sent | {"direction": "out"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["category"])


@pytest.fixture
def archived(book, row):
    """The category of the row, which is not offered any more."""
    row.category.archived_at = timezone.now()
    row.category.save()
    return row.category


def test_a_note_leaves_a_row_in_its_archived_category(book, alice, row, archived):
    page = alice.get(f"/transactions/{row.pk}").content.decode()
    assert f'<option value="{archived.pk}" selected>' in page
    assert alice.post(f"/transactions/{row.pk}", {"category": archived.pk, "note": "Kept"}).status_code == 302
    row.refresh_from_db()
    assert (row.category, row.note) == (archived, "Kept")


def test_a_row_is_not_moved_to_another_archived_category(book, alice, archived):
    other = make_transaction(book, category="GROCERIES")
    assert alice.post(f"/transactions/{other.pk}", {"category": archived.pk}).status_code == 422


def test_a_list_of_an_archived_category_shows_it_as_chosen(book, alice, archived):
    page = alice.get("/transactions", {"category": archived.pk}).content.decode()
    filters, choice = page.split('id="id_category"')[1].split("</select>")[0], page.split('id="selection-category"')[1]
    assert f'<option value="{archived.pk}" selected>' in filters
    assert f'<option value="{archived.pk}"' not in choice


def test_a_rule_is_not_begun_with_an_archived_category(book, alice, row, archived):
    page = alice.get(f"/transactions/{row.pk}/rule").content.decode()
    assert "Choose a category" in page
    assert f'value="{archived.pk}"' not in page


@pytest.mark.parametrize("name", ["counted", "exact"])
def test_a_switch_that_is_neither_yes_nor_no_is_refused_on_the_page(alice, book, name):
    answer = alice.get("/transactions", {name: "perhaps"})
    assert "Give true or false." in answer.content.decode()
    assert "Give true or false." not in alice.get("/transactions", {name: "no"}).content.decode()
