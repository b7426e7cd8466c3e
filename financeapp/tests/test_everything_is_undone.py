"""Whatever the API changes in a book can be taken back exactly: snapshot, call, undo, compare; and done again.

A new operation of the API fails here until it is among CASES, or among EXEMPT with the reason why it is no change of
the ledger.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.models import Transaction
from banking.queries.ledger import broken
from banking.tests.test_undoing import kept
from financeapp.tests.described import operations
from financeapp.tests.walking import address_of, rows_in

SIGNING_IN = "signs in, out or up: no row of a book"
PEOPLE = "who may do what in a book, and its settings: kept in the audit log"
BANK = "gives or takes a bank's right, or asks it: what a bank tells is a fact"
NOTHING = "writes nothing"
ITSELF = "takes back and does again; both are what is tested here"
EXEMPT = {
    r"\w+ /api/auth/.*": SIGNING_IN,
    r"\w+ /api/(books|invitations).*": PEOPLE,
    r"\w+ /api/user/settings": PEOPLE,
    r"post /api/(connections|plaid|create_link_token|exchange_public_token).*": BANK,
    r"post /api/accounts/(link|link-token|\{account_id\}/sync)": BANK,
    r"delete /api/connections/\{connection_id\}": BANK,
    r"post /api/financial/sync": BANK,
    r"post /api/webhook/plaid": BANK,
    r"post /api/predict/category": NOTHING,
    r"post /api/operations/\{operation_id\}/(undo|redo)": ITSELF,
}
ROW = "/api/transactions/{id}"
CASES = {
    "post /api/accounts": [{"name": "Jar", "kind": "depository", "currency": "USD", "opening": "10"}],
    "patch /api/accounts/{id}": [{"name": "Other"}, {"name": "Other", "opening": "7", "kind": "loan"}],
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
    f"delete {ROW}": [None],
    f"post {ROW}/restore": [None],
    f"post {ROW}/unlock": [{"locks": ["category", "merchant"]}, {"locks": ["note"]}],
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
        by_hand = Transaction.objects.filter(account=found["manual"]).order_by("id").first()
        other = Transaction.objects.exclude(category=found["categories"]).first().category_id
        for row in (Transaction.objects.get(pk=found["transactions"]), by_hand):
            changes = {"note": "mine", "merchant": "My own", "category": row.category}
            actions.amend(book=cast.book, by=cast.bob.user, pk=row.pk, changes=changes, now=timezone.now())
    return {**found, "by_hand": by_hand.pk, "elsewhere": other}


def filled(body, rows):
    """The body with ids in the place of the names of rows."""
    if isinstance(body, dict):
        return {name: filled(value, rows) for name, value in body.items()}
    return [filled(each, rows) for each in body] if isinstance(body, list) else rows.get(body, body)


def aimed(name, body, rows):
    """The address, at a row that takes the body."""
    path = name.split()[1]
    if path.startswith("/api/accounts/") and (body is None or MANUAL & body.keys()):
        return address_of(path, {**rows, "accounts": rows["manual"]})
    return address_of(path, {**rows, "transactions": rows["by_hand"]} if MANUAL & (body or {}).keys() else rows)


@pytest.mark.parametrize("name", CASES)
def test_it_is_undone_and_done_again(api, cast, rows, name):
    client = api(cast.bob)
    with entered(cast.book):
        if name.endswith("restore"):
            actions.remove(book=cast.book, by=cast.bob.user, pk=rows["transactions"], now=timezone.now())
    for body in CASES[name]:
        before = standing(cast)
        answer = getattr(client, name.split()[0])(aimed(name, body, rows), filled(body, rows), format="json")
        assert answer.status_code < 300, answer.content
        after, done = standing(cast), answer["X-Operation"]
        assert after != before, body
        for turn, expected in (("undo", before), ("redo", after), ("undo", before)):
            turned = client.post(f"/api/operations/{done}/{turn}", format="json")
            assert turned.status_code == 200, (body, turn, turned.content)
            assert standing(cast) == expected, (body, turn)
        refused = client.post(f"/api/operations/{done}/undo", format="json")
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def standing(cast):
    """Every row of the book; the stored totals must be those of a rebuild."""
    with entered(cast.book):
        found = broken(now=timezone.now() - timedelta(days=1), book_id=cast.book.pk)
        assert not found, found
        return kept(cast.book)
