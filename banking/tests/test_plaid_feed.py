"""The Plaid adapter against the sandbox bank over HTTP: what crosses the border, and BankError as the only failure."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from banking.providers.base import BankError
from banking.providers.plaid import PlaidFeed, PlaidSettings
from sandboxbank.control import Control
from sandboxbank.server import make_server
from sandboxbank.walker import Walker

BACK = "http://127.0.0.1:8000/back"
SYNC = "/transactions/sync"
KEYS = {"client_id": "sandbox-client", "secret": "sandbox-secret"}


@pytest.fixture(scope="module")
def bank():
    server = make_server(today=date(2026, 3, 10), history_days=60, initial_seconds=0, historical_seconds=0)
    yield server.run_in_thread()
    server.stop()


@pytest.fixture
def control(bank):
    control = Control(bank.url)
    control.reset()
    return control


@pytest.fixture
def feed(bank):
    return PlaidFeed(PlaidSettings(host=bank.url, **KEYS, page_size=50, retry_delay=0, read_timeout=5))


def start(feed, **changes):
    return feed.start(**{"user_key": "u1", "return_url": BACK, "secret": None, "choose_accounts": False} | changes)


def truth(control, item):
    return {row["transaction_id"]: -row["amount"] for row in control.ledger(item.item_id)["transactions"]}


def test_link_goes_from_page_to_lasting_right(feed, control):
    started = start(feed)
    assert feed.result(token=started.token).status == "open"
    assert Walker(started.url).link().left == BACK
    result = feed.result(token=started.token)
    assert (result.status, result.institution_name, len(result.accounts)) == ("done", "Juniper Street Bank", 3)
    grant = feed.finish(public_token=result.public_token)
    assert feed.institution_of(secret=grant.secret) == "ins_109508"
    assert {each.external_id for each in result.accounts} == {
        each.external_id for each in feed.accounts(secret=grant.secret)
    }


def test_link_that_was_left_is_left(feed, control):
    started = start(feed)
    Walker(started.url).cancel()
    assert feed.result(token=started.token).status == "left"


def test_repair_keeps_the_same_right(feed, control):
    item = control.link()
    control.fail_item(item.item_id)
    with pytest.raises(BankError) as problem:
        feed.changes(secret=item.access_token, cursor="")
    assert (problem.value.kind, problem.value.message) == ("reauth", "Your bank wants you to sign in again.")
    started = start(feed, secret=item.access_token, choose_accounts=True)
    Walker(started.url).link()
    assert feed.result(token=started.token).status == "done"
    assert feed.changes(secret=item.access_token, cursor="").added


def test_changes_are_the_bank_s_truth(feed, control):
    item = control.link()
    changes = feed.changes(secret=item.access_token, cursor="")
    assert {row.external_id: row.amount for row in changes.added} == truth(control, item)
    assert changes.full
    assert changes.complete
    assert changes.pages > 1
    assert changes.request_id


def test_changes_since_a_cursor_are_only_the_news(feed, control):
    item = control.link()
    cursor = feed.changes(secret=item.access_token, cursor="").cursor
    old, other = list(truth(control, item))[:2]
    change = [{"transaction_id": old, "amount": Decimal("12.34")}]
    [new] = control.transactions(item.item_id, add=[{"amount": 5}], modify=change, remove=[other])
    news = feed.changes(secret=item.access_token, cursor=cursor)
    assert [row.external_id for row in news.added] == [new]
    assert [(row.external_id, row.amount) for row in news.modified] == [(old, Decimal("-12.34"))]
    assert (news.removed, news.full) == ((other,), False)


def test_posted_row_names_the_pending_one(feed, control):
    item = control.link()
    held = control.transactions(item.item_id, add=[{"amount": 9, "pending": True, "held": 1}])
    cursor = feed.changes(secret=item.access_token, cursor="").cursor
    control.post_pending(item.item_id)
    news = feed.changes(secret=item.access_token, cursor=cursor)
    assert set(held) <= {row.replaces for row in news.added}
    assert set(held) <= set(news.removed)


@pytest.mark.parametrize("kind", ["reset", "truncate", "html", "not_json", "delay"])
def test_failed_page_is_asked_for_again(feed, control, kind):
    item = control.link()
    control.fault(kind, endpoint=SYNC, count=3)
    assert len(feed.changes(secret=item.access_token, cursor="").added) == len(truth(control, item))


@pytest.mark.parametrize("code", ["RATE_LIMIT", "INTERNAL_SERVER_ERROR", "INSTITUTION_DOWN", "NEVER_HEARD_OF"])
def test_passing_error_is_passed_over(feed, control, code):
    item = control.link()
    control.fault("error", endpoint=SYNC, code=code, count=5)
    assert len(feed.changes(secret=item.access_token, cursor="").added) == len(truth(control, item))


def test_error_that_stays_is_told(feed, control):
    item = control.link()
    control.fault("error", endpoint=SYNC, code="INSTITUTION_DOWN", count=None)
    with pytest.raises(BankError) as problem:
        feed.changes(secret=item.access_token, cursor="")
    assert (problem.value.kind, problem.value.code) == ("retry", "INSTITUTION_DOWN")
    assert problem.value.request_id


def test_mutation_starts_the_loop_anew(feed, control):
    item = control.link()
    control.fault("mutate", endpoint=SYNC, count=3)
    assert {row.external_id for row in feed.changes(secret=item.access_token, cursor="").added} == set(
        truth(control, item)
    )


@pytest.mark.parametrize("cursor", ["nonsense", "theirs"])
def test_cursor_that_is_not_ours_leads_to_a_full_read(feed, control, cursor):
    item, other = control.link(), control.link()
    if cursor == "theirs":
        cursor = feed.changes(secret=other.access_token, cursor="").cursor
    changes = feed.changes(secret=item.access_token, cursor=cursor)
    assert changes.full
    assert {row.external_id for row in changes.added} == set(truth(control, item))


def test_empty_cursor_is_no_progress(feed, control):
    item = control.link()
    cursor = feed.changes(secret=item.access_token, cursor="").cursor
    control.fault("empty_cursor", endpoint=SYNC)
    changes = feed.changes(secret=item.access_token, cursor=cursor)
    assert (changes.cursor, changes.ready, changes.complete) == (cursor, False, False)


@pytest.mark.parametrize("kind", ["missing_field", "extra_field", "unknown_enum", "null_pfc"])
def test_odd_row_is_still_a_row(feed, control, kind):
    item = control.link()
    control.fault(kind, endpoint=SYNC, rows=10)
    changes = feed.changes(secret=item.access_token, cursor="")
    assert changes.rejected == ()
    assert len(changes.added) == len(truth(control, item))


def test_row_that_cannot_be_read_is_named(feed, control):
    item = control.link()
    control.fault("missing_field", endpoint=SYNC, field="amount", rows=2)
    changes = feed.changes(secret=item.access_token, cursor="")
    assert len(changes.rejected) == 2
    assert set(changes.rejected) | {row.external_id for row in changes.added} == set(truth(control, item))


NONSENSE = [
    "[]",
    "null",
    "{}",
    '{"accounts": []}',
    '{"accounts": null}',
    '{"accounts": 7}',
    '{"accounts": [7]}',
    '{"accounts": [{}]}',
    '{"link_sessions": 1}',
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_a_bank_error(bank, feed, control, answer):
    calls = (
        lambda: start(feed),
        lambda: feed.finish(public_token="public-1"),
        lambda: feed.accounts(secret="access-1"),
    )
    for call in calls[:2] if "link" in answer else calls:
        control._post("/control/faults", {"kind": "http", "status": 200, "body": answer, "count": feed.settings.tries})
        with pytest.raises(BankError) as problem:
            call()
        control.clear_faults()
        assert problem.value.kind == "retry"


@pytest.mark.parametrize("kind", ["reset", "truncate", "html", "not_json"])
def test_accounts_are_asked_for_again_like_pages(feed, control, kind):
    item = control.link()
    control.fault(kind, endpoint="/accounts/get", count=feed.settings.tries - 1)
    assert len(feed.accounts(secret=item.access_token)) == 3


def test_accounts_that_never_come_are_a_bank_error(feed, control):
    item = control.link()
    control.fault("error", endpoint="/accounts/get", code="INTERNAL_SERVER_ERROR", count=feed.settings.tries)
    with pytest.raises(BankError) as problem:
        feed.accounts(secret=item.access_token)
    assert problem.value.code == "INTERNAL_SERVER_ERROR"


PAGES = [
    '{"next_cursor": "x", "added": 7}',
    '{"next_cursor": "x", "removed": [7]}',
    '{"next_cursor": "x", "removed": [{}]}',
]


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_page_is_a_bank_error(bank, feed, control, page):
    control._post("/control/faults", {"kind": "http", "status": 200, "body": page, "endpoint": SYNC})
    with pytest.raises(BankError) as problem:
        feed.changes(secret=control.link().access_token, cursor="")
    assert problem.value.code == "UNREADABLE_ANSWER"


def test_nobody_there_is_a_retry():
    feed = PlaidFeed(PlaidSettings(host="http://127.0.0.1:9", **KEYS, retry_delay=0))
    with pytest.raises(BankError) as problem:
        feed.accounts(secret="access-1")
    assert problem.value.kind == "retry"


def test_silence_ends_in_time(bank, control):
    feed = PlaidFeed(PlaidSettings(host=bank.url, **KEYS, read_timeout=0.2, retry_delay=0, tries=2))
    control.fault("hang", seconds=2, count=2)
    with pytest.raises(BankError) as problem:
        feed.accounts(secret="access-1")
    assert problem.value.code == "ReadTimeoutError"


def test_wrong_keys_are_our_own_fault(bank):
    feed = PlaidFeed(PlaidSettings(host=bank.url, client_id="sandbox-client", secret="wrong"))
    with pytest.raises(BankError) as problem:
        start(feed)
    assert (problem.value.kind, problem.value.code) == ("config", "INVALID_API_KEYS")
    assert "wrong" not in repr(feed.settings)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 731}])
def test_wrong_settings_are_our_own_fault(bank, wrong):
    with pytest.raises(BankError) as problem:
        start(PlaidFeed(PlaidSettings(host=bank.url, **KEYS, **wrong)))
    assert (problem.value.kind, problem.value.code) == ("config", "WRONG_SETTINGS")


def test_right_that_is_gone_is_given_back_without_fuss(feed, control):
    item = control.link()
    feed.revoke(secret=item.access_token)
    feed.revoke(secret=item.access_token)
    with pytest.raises(BankError) as problem:
        feed.changes(secret=item.access_token, cursor="")
    assert problem.value.kind == "gone"


def test_live_balances_are_signed_like_ours(feed, control):
    item = control.link()
    told = {each.external_id: each for each in feed.balances(secret=item.access_token, account_ids=[])}
    card = next(each for each in told.values() if each.kind == "credit")
    assert card.current < 0 < card.limit
    [one] = feed.balances(secret=item.access_token, account_ids=[card.external_id])
    assert one == card


def test_bank_has_a_name_and_a_face(feed):
    facts = feed.institution(external_id="ins_109510")
    assert (facts.name, facts.colour) == ("Copper & Finch", "#8a4b22")
    assert facts.logo.startswith("iVBOR")
    assert urlsplit(facts.url).scheme == "https"


def test_page_elsewhere_without_encryption_is_not_followed(bank, feed, control):
    answer = '{"link_token": "link-1", "hosted_link_url": "http://127.0.0.1.evil.example/x"}'
    control._post("/control/faults", {"kind": "http", "status": 200, "body": answer})
    with pytest.raises(BankError) as problem:
        start(feed)
    assert problem.value.code == "NO_HOSTED_LINK"
