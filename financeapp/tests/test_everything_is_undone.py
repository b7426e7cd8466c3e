"""Whatever the API changes in a book can be taken back exactly: snapshot, call, undo, compare; and done again.

A new operation of the API fails here until it is among CASES, or among EXEMPT with the reason why it is no change of
the ledger.
"""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.books import entered
from banking.queries.ledger import broken
from banking.queries.rule_files import FORMAT
from banking.tests.factories import PNG
from banking.tests.test_undoing import kept
from financeapp.tests.described import operations
from financeapp.tests.undone import bring_a_file_in, further, run_the_rules
from financeapp.tests.walking import address_of, rows_in

SIGNING_IN = "signs in, out or up: no row of a book"
PEOPLE = "who may do what in a book, and its settings: kept in the audit log"
LOOKS = "how one person looks at the book: nothing in it"
BANK = "gives or takes a bank's right, or asks it: what a bank tells is a fact"
NOTHING = "writes nothing"
TOLD = "how and where a person is told, and what they have read: theirs alone, and no row of the ledger"
DRAFT = "a file or its rows as they may land: nothing of it is in the ledger before a worker brings it in"
LATER = "asks a worker; what that does is undone in test_what_a_worker_does_is_undone"
ITSELF = "takes back and does again; both are what is tested here"
EXEMPT = {
    r"\w+ /api/auth/.*": SIGNING_IN,
    r"\w+ /api/(books|invitations).*": PEOPLE,
    r"\w+ /api/user/settings": PEOPLE,
    r"put /api/dashboard/layout": LOOKS,
    r"post /api/(connections|plaid|create_link_token|exchange_public_token).*": BANK,
    r"post /api/accounts/(link|link-token|\{account_id\}/sync)": BANK,
    r"delete /api/connections/\{connection_id\}": BANK,
    r"post /api/financial/sync": BANK,
    r"post /api/webhook/plaid": BANK,
    r"\w+ /api/(notifications|notification-preferences|devices).*": TOLD,
    r"post /api/(predict/category|rules/preview)": NOTHING,
    r"post /api/imports|(patch|delete) /api/imports/\{id\}|patch /api/imports/\{id\}/rows": DRAFT,
    r"post /api/(rules/runs|imports/\{id\}/start)": LATER,
    r"post /api/operations/\{operation_id\}/(undo|redo)": ITSELF,
}
ROW = "/api/transactions/{id}"
HALVES = [{"percent": "50", "merchant": "Nobody yet", "tags": ["new one"], "note": "half"}, {"remainder": True}]
ASKED = {"all": [{"field": "text", "op": "contains", "value": "kite"}]}
CASES = {
    "post /api/accounts": [{"name": "Jar", "kind": "depository", "currency": "USD", "opening": "10"}],
    "patch /api/accounts/{id}": [
        *({"name": "Other"}, {"holder_id": "user_id"}, {"name": "Other", "opening": "7", "kind": "loan"}),
    ],
    "delete /api/accounts/{id}": [None],
    "post /api/categories": [{"name": "Kites", "kind": "expense"}],
    "patch /api/categories/{id}": [{"name": "Other"}, {"archived": True}],
    "delete /api/categories/{id}": [None],
    "patch /api/connections/{connection_id}": [{"sync_frequency_hours": 6}],
    "post /api/transactions": [
        {"account_id": "manual", "day": "2026-03-01", "amount": "-3.33", "description": "Kite & Co"},
        {
            "account_id": "manual",
            "day": "2026-03-01",
            "amount": "-3.33",
            "description": "Kite",
            "merchant": "Kites of Paris",
            "category_id": "categories",
            "tags": ["new one"],
            "note": "note",
        },
    ],
    "post /api/transactions/bulk-categorize": [
        {"category_id": "elsewhere", "ids": ["transactions", "by_hand"]},
        {"category_id": "elsewhere", "filter": {"q": "zzcanary"}},
    ],
    f"patch {ROW}": [
        {"category_id": "elsewhere"},
        {"merchant": "Somebody new"},
        {"merchant": ""},
        {"note": "other", "tags": ["other", "zzcanary tag"], "excluded": True},
        {"tags": []},
        {"day": "2025-12-31", "amount": "5", "description": "other"},
    ],
    f"delete {ROW}": [None, {"at": "divided"}, {"at": "bought"}],
    f"post {ROW}/restore": [{"at": "removed"}, {"at": "removed_divided"}],
    f"post {ROW}/unlock": [{"locks": ["category", "merchant"]}, {"locks": ["note"]}],
    f"post {ROW}/alike": [{"at": "filed"}],
    f"post {ROW}/split": [
        {"at": "free", "parts": [{**HALVES[0], "category_id": "elsewhere"}, HALVES[1]]},
        {"at": "divided", "parts": HALVES},
        {"at": "divided", "parts": [{"id": "part", "amount": "-20", "tags": []}, {"amount": "-30"}, HALVES[1]]},
    ],
    f"delete {ROW}/split": [{"at": "divided"}],
    f"put {ROW}/owed": [{"amount": "1.00", "who": "Somebody else"}, {"at": "by_hand", "who": "a friend"}],
    f"delete {ROW}/owed": [None],
    f"post {ROW}/refunds": [{"refund_id": "refund_id", "amount": "12"}, {"refund_id": "refund_id"}],
    f"delete {ROW}/refunds/{{refund_id}}": [{"at": "bought"}],
    f"post {ROW}/attachments": [{"at": "by_hand", "file": "a receipt"}],
    "delete /api/attachments/{id}": [None],
    "post /api/transactions/bulk": [
        {
            "ids": ["transactions", "by_hand", "part", "bought"],
            "category_id": "elsewhere",
            "merchant": "Somebody new",
            "note": "all",
            "excluded": True,
            "add_tags": ["new one"],
            "remove_tags": ["zzcanary tag"],
        },
        {"filter": {"q": "zzcanary by hand"}, "merchant": "", "note": ""},
        {"ids": ["transactions", "by_hand", "bought"], "delete": True},
    ],
    "post /api/transfers": [{"outgoing_id": "outgoing", "incoming_id": "incoming"}],
    "delete /api/transfers/{id}": [None, {"at": "paired"}],
    "post /api/review/{id}/accept": [
        *({"at": "review"}, {"at": "review", "category_id": "elsewhere", "rule": True}),
        *({"at": kind} for kind in ("open_transfer", "open_duplicate", "open_pending", "open_refund")),
    ],
    "post /api/review/{id}/reject": [{"at": kind} for kind in ("review", "open_transfer", "accepted", "refunded")],
    "post /api/review/bulk": [
        {"decision": "accept", "items": ["review", "open_transfer", "open_refund"]},
        {"decision": "reject", "items": ["review", "accepted", "refunded"]},
    ],
    "put /api/review/settings": [
        {"kind": "transfer", "automatic": False},
        {"kind": "duplicate", "automatic": False, "account_id": "accounts"},
    ],
    "post /api/rules": [{"name": "Kites", "conditions": ASKED, "actions": {"category_id": "elsewhere"}}],
    "patch /api/rules/{id}": [
        {"active": False},
        {"name": "Kites", "stop": True, "conditions": ASKED, "actions": {"tags": ["kite"], "exclude": True}},
    ],
    "delete /api/rules/{id}": [None],
    "post /api/rules/reorder": [{"order": ["other_rule", "rules"]}],
    "post /api/rules/import": [
        {
            "format": FORMAT,
            "version": 1,
            "rules": [{"name": "Kites", "conditions": ASKED, "actions": {"category": "Flying"}}],
            "categories": [{"name": "Flying", "kind": "expense"}],
            "create_categories": True,
        }
    ],
    "post /api/rules/suggestions/dismiss": [{"key": "m1:1"}],
    "patch /api/merchants/{id}": [{"name": "Other"}, {"name": "Other", "category_id": "elsewhere", "past": True}],
    "post /api/merchants/{id}/merge": [{"merchant_id": "other_merchants"}],
    "post /api/imports/{id}/revert": [{"at": "landed"}],
    "post /api/budgets": [
        {"category_id": "elsewhere", "amount": "5", "rollover": "both", "cap": "3", "repeats": True},
        {"category_id": "categories", "amount": "7"},
        {"category_id": "categories", "amount": "7", "member_id": "user_id"},
    ],
    "put /api/budgets/mode": [{"mode": "limits"}],
    "put /api/budgets/{id}": [{"amount": "7"}],
    "patch /api/budgets/{id}": [{"amount": "7"}, {"rollover": "surplus", "cap": "1", "repeats": False}],
    "delete /api/budgets/{id}": [None],
    "post /api/budgets/copy": [{}],
    "post /api/budgets/move": [
        {"source_id": "budgets", "target_id": "other_budgets", "amount": "5"},
        {"source_id": "budgets", "amount": "6"},
    ],
    "post /api/budgets/suggestions": [{}, {"category_ids": ["usual"]}],
    "post /api/recurring": [
        {"name": "Kites", "amount": "-3.33", "frequency": "yearly", "next_on": "2026-12-31"},
        {
            "name": "Other",
            "merchant_id": "other_merchants",
            "amount": "3.33",
            "frequency": "two_weeks",
            "next_on": "2026-12-31",
            "category_id": "elsewhere",
            "account_id": "manual",
        },
    ],
    "patch /api/recurring/{id}": [
        {"name": "Other"},
        {"amount": "-7", "frequency": "weekly", "next_on": "2026-12-31", "category_id": None, "account_id": "manual"},
        {"trial_ends_on": "2026-12-24"},
    ],
    "delete /api/recurring/{id}": [None],
    "post /api/recurring/{id}/confirm": [None],
    "post /api/recurring/{id}/ignore": [None],
    "post /api/goals": [
        {"name": "Kites", "target": "100", "due_on": "2090-01-01", "priority": 1},
        {"name": "zzcanary goal", "target": "50", "accounts": [{"account_id": "manual", "percent": "5"}]},
        {
            "name": "Cards",
            "kind": "debt",
            "strategy": "consolidation",
            "extra": "5",
            "loan_rate": "3",
            "loan_months": 9,
            "debts": [{"name": "Card", "balance": "90", "rate": "12", "minimum": "10"}],
        },
    ],
    "put /api/goals/{id}": [{"name": "Other", "target": "7", "pace": "1"}],
    "patch /api/goals/{id}": [
        {"name": "Other", "accounts": []},
        *({"state": state} for state in ("paused", "completed", "archived")),
        {"at": "payoff", "extra": "3", "debts": []},
    ],
    "delete /api/goals/{id}": [None, {"at": "payoff"}],
    "post /api/goals/{id}/contributions": [
        {"amount": "5", "note": "kite"},
        {"amount": "-5"},
        {"at": "payoff", "amount": "11.49", "debt": "zzcanary debt"},
    ],
    "delete /api/goals/{id}/contributions/{contribution_id}": [None],
    "post /api/views": [{"name": "Kites", "filter": {"q": "kite"}, "shared": True}],
    "patch /api/views/{id}": [{"name": "Other", "position": 0, "filter": {"q": "kite"}, "shared": True}],
    "delete /api/views/{id}": [None],
    "post /api/rates": [
        {"day": "2026-03-01", "base": "GBP", "quote": "USD", "rate": "1.2345678901"},
        {"day": "2026-03-01", "base": "USD", "quote": "GBP", "rate": "0.8"},
    ],
    "delete /api/rates/{id}": [None],
}
MANUAL = {"day", "opening"}


def changing():
    return [each.name for each in operations() if each.method != "get"]


def exempt(name):
    return [reason for pattern, reason in EXEMPT.items() if re.fullmatch(pattern, name)]


def test_every_operation_is_covered_or_exempt():
    for name in changing():
        assert (name in CASES) != bool(exempt(name)), name
    assert set(changing()) >= set(CASES)


@pytest.fixture
def rows(cast):
    found = rows_in(cast.book, owner=cast.alice.user)
    with entered(cast.book):
        return {**found, **further(cast, found)}


def filled(body, rows):
    """The body with ids in the place of the names of rows."""
    if isinstance(body, dict):
        return {name: filled(value, rows) for name, value in body.items()}
    return [filled(each, rows) for each in body] if isinstance(body, list) else rows.get(body, body)


def aimed(name, body, rows):
    """The address, at the row that the body names, or at one that takes it."""
    path, body = name.split()[1], body or {}
    parameter = path.split("/")[2]
    if "at" in body:
        return address_of(path, {**rows, **rows["beside"], parameter: rows[body["at"]]})
    if path.startswith("/api/accounts/") and (not body or MANUAL & body.keys()):
        return address_of(path, {**rows, "accounts": rows["manual"]})
    return address_of(path, {**rows, "transactions": rows["by_hand"]} if MANUAL & body.keys() else rows)


def sent(client, name, body, rows):
    """The answer to the body, as a form where it has a file."""
    given = {key: filled(value, rows) for key, value in (body or {}).items() if key != "at"}
    if "file" in given:
        file = SimpleUploadedFile("receipt.png", PNG, "image/png")
        return client.post(aimed(name, body, rows), {"file": file}, format="multipart")
    return getattr(client, name.split()[0])(aimed(name, body, rows), given or None, format="json")


@pytest.mark.parametrize("name", CASES)
def test_it_is_undone_and_done_again(api, cast, rows, name):
    client = api(cast.bob)
    for body in CASES[name]:
        before = standing(cast)
        answer = sent(client, name, body, rows)
        assert answer.status_code < 300, (body, answer.content)
        after, done = standing(cast), answer["X-Operation"]
        assert after != before, body
        turned_and_turned(client, cast, done, before, after)
        refused = client.post(f"/api/operations/{done}/undo", format="json")
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("work", [bring_a_file_in, run_the_rules])
def test_what_a_worker_does_is_undone(api, cast, rows, work):
    client = api(cast.bob)
    with entered(cast.book):
        ask, memories = work(cast, rows)
    before = standing(cast)
    done = ask()
    after = standing(cast)
    assert after["banking.Transaction"] != before["banking.Transaction"]
    assert after["banking.Split"] != before["banking.Split"]
    for found in (before, after):
        [found.pop(f"banking.{name}") for name in memories]
    turned_and_turned(client, cast, done, before, after)


def turned_and_turned(client, cast, done, before, after):
    """Undone, done again and undone again: the book is exactly what it was each time."""
    for turn, expected in (("undo", before), ("redo", after), ("undo", before)):
        turned = client.post(f"/api/operations/{done}/{turn}", format="json")
        assert turned.status_code == 200, (turn, turned.content)
        found = standing(cast)
        for label, rows in expected.items():
            assert found[label] == rows, (turn, label)


def standing(cast):
    """Every row of the book; the stored totals must be those of a rebuild."""
    with entered(cast.book):
        found = broken(now=timezone.now() - timedelta(days=1), book_id=cast.book.pk)
        assert not found, found
        return kept(cast.book)
