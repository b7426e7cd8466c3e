"""The review inbox and the other side of a transaction, on pages, without scripts and by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.books import entered
from accounts.tests.factories import NOW
from banking.actions.finding import find_matches
from banking.models import ReviewItem, ReviewSetting, Rule, Transaction, Transfer
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import DAY, category_of, make_account, make_connection, make_merchant, make_transaction
from financeapp.tests.walking import sign_in


def fill(book, *, transfers=2, groups=1):
    """Pairs that are likely but not certain, and merchants whose category is not."""
    bank = make_connection(book)
    checking, savings = (make_account(book, name=name, connection=bank) for name in ("Checking", "Savings"))
    for number in range(transfers):
        words = {"day": DAY - timedelta(days=9 * number), "category": "UNCATEGORISED", "refresh": False}
        make_transaction(book, account=checking, amount=-100 - number, description="XFER", **words)
        make_transaction(book, account=savings, amount=100 + number, description="DEPOSIT", **words)
    for number in range(groups):
        merchant = make_merchant(book, name=f"Cafe {number}")
        row = make_transaction(book, account=checking, amount=-4, merchant=merchant, category="UNCATEGORISED")
        guess = {"category_source": "none", "suggestion": category_of(book, "COFFEE"), "confidence": 0.6}
        Transaction.objects.filter(pk=row.pk).update(**guess)
    find_matches(book=book, now=NOW)
    return list(ReviewItem.objects.order_by("-kind", "-day"))


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def test_the_inbox_shows_each_question_with_its_rows_and_evidence(book, alice):
    nothing = alice.get("/review").content.decode()
    assert "Nothing to review" in nothing
    assert nothing.count('data-waits="/review"></span>') == 2
    items = fill(book)
    assert [each.kind for each in items] == ["transfer", "transfer", "category"]
    page = alice.get("/review").content.decode()
    assert "1 transaction, " in page
    assert ("Look at it" in page, "Look at them" in page) == (True, False)
    assert page.count('data-waits="/review"><span class="badge count">3') == 2
    for words in ("Is this a transfer", "Where does “Cafe 0” belong?", "XFER", "The amounts are equal", "% sure"):
        assert words in page
    assert "Where does" not in alice.get("/review?kind=transfer").content.decode()
    assert alice.get("/review?kind=nonsense").status_code == 302
    assert alice.get("/review?cursor=nonsense").status_code == 404


def test_one_is_accepted_and_one_rejected_and_all_of_a_kind_together(book, alice):
    first, second, unsure = fill(book)
    assert alice.post(f"/review/{first.pk}", {"decision": "accept"}).status_code == 302
    assert alice.post(f"/review/{second.pk}", {"decision": "reject"}).status_code == 302
    assert Transfer.objects.get().outgoing_id == first.first_id
    again = alice.post(f"/review/{second.pk}", {"decision": "reject"}, follow=True).content.decode()
    assert "This was rejected already." in again
    chosen = {"decision": "accept", "category": category_of(book, "RENT").pk, "rule": "on"}
    alice.post(f"/review/{unsure.pk}", chosen)
    assert Rule.objects.get().category.code == "RENT"
    assert "Nothing to review" in alice.get("/review").content.decode()
    fill(book, transfers=2, groups=3)
    assert "Choose something first." in alice.post("/review/many", {"decision": "accept"}, follow=True).content.decode()
    done = alice.post("/review/many", {"decision": "accept", "all": "category"}, follow=True).content.decode()
    assert "decided." in done
    assert not ReviewItem.objects.filter(kind="category", state="open").exists()


def test_a_decision_in_place_answers_what_was_done(book, alice):
    item = fill(book)[0]
    answer = alice.post(f"/review/{item.pk}", {"decision": "accept"}, headers={"HX-Request": "true"})
    assert (answer.status_code, "Accepted." in answer["HX-Trigger"]) == (204, True)


def test_strangers_and_viewers_decide_nothing(book, cast, alice):
    item = fill(book)[0]
    row = f"/transactions/{item.first_id}/transfer"
    for person, answers in ((cast.stranger, {404}), (cast.carol, {403})):
        client = browse(person, person.book)
        posts = [
            client.post(f"/review/{item.pk}", {"decision": "accept"}),
            client.post(row),
            client.post(f"{row}/remove"),
        ]
        assert {each.status_code for each in posts} == answers
    assert not Transfer.objects.exists()
    assert browse(cast.carol, cast.book).get("/review").status_code == 200
    assert browse(cast.carol, cast.book).get("/review/settings").status_code == 403


def test_automatic_acceptance_is_set_for_the_book_and_for_an_account(book, alice):
    fill(book)
    account = ReviewItem.objects.filter(kind="transfer").first().first.account_id
    assert alice.get("/review/settings").status_code == 200
    alice.post("/review/settings", {"transfer": "off", f"transfer-{account}": "on", "pending": "on"})
    found = set(ReviewSetting.objects.values_list("kind", "account", "automatic"))
    assert found == {("transfer", None, False), ("transfer", account, True), ("pending", None, True)}
    refused = alice.post("/review/settings", {"transfer": "perhaps"}, follow=True).content.decode()
    assert "Choose on or off." in refused
    alice.post("/review/settings", {f"transfer-{account}": ""})
    assert ReviewSetting.objects.count() == 2


def test_a_row_is_paired_by_hand_and_taken_apart(book, alice):
    item = fill(book)[0]
    address = f"/transactions/{item.first_id}"
    assert "DEPOSIT" in alice.get(f"{address}/transfer").content.decode()
    refused = alice.post(f"{address}/transfer", {"partner": item.first_id})
    assert (refused.status_code, "Choose money that" in refused.content.decode()) == (422, True)
    assert alice.post(f"{address}/transfer", {}).status_code == 422
    assert alice.post(f"{address}/remove", {}).status_code == 404
    alice.post(f"{address}/transfer", {"partner": item.second_id})
    assert "The other side of this transfer" in alice.get(address).content.decode()
    alice.post(f"{address}/transfer/remove")
    assert not Transfer.objects.exists()
    assert alice.post(f"{address}/transfer/remove").status_code == 404


def test_queries_do_not_grow_with_the_inbox(book, alice):
    pair = f"/transactions/{fill(book)[0].first_id}/transfer"
    few = {address: queries_of(alice, address) for address in ("/review", "/review/settings", pair)}
    fill(book, transfers=12, groups=12)
    assert {address: queries_of(alice, address) for address in few} == few


@pytest.mark.browser
@pytest.mark.pages
def test_the_inbox_is_worked_off_by_keyboard(server, page, cast):
    with entered(cast.book):
        first, second, _unsure = fill(cast.book)
    sign_in(page, server, cast.alice)
    page.goto(f"{server}/review?kind=transfer")
    page.keyboard.press("j")
    expect(page.locator(f"#item-{first.pk}")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-review-item]")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator(f"#item-{second.pk}")).to_be_focused()
    page.keyboard.press("r")
    page.get_by_role("heading", name="Nothing to review").wait_for()
    with entered(cast.book):
        assert set(ReviewItem.objects.values_list("state", flat=True)) == {"accepted", "rejected", "open"}
