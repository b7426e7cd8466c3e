"""A row that a body, a query string or an address names is looked for in one's own book only.

Each request is good in everything save one id: a refusal can be of nothing else.
"""

import pytest

from financeapp.tests.described import ROWS, operations
from financeapp.tests.test_isolation import snapshot
from financeapp.tests.walking import CANARY, address_of, browser_of, content_of, fill, rows_in

FILTERS = {"account": "accounts", "category": "categories", "merchant": "merchants", "tag": "tags"}
NO_ROWS = {
    "colour",
    "days",
    "first_day",
    "limit",
    "loan_months",
    "month",
    "person",
    "position",
    "positions",
    "priority",
    "provider_id",
    "public_token",
    "sync_frequency_hours",
    "token",
    "version",
    "year",
}
BULK = "post /api/transactions/bulk"
BESIDE = {
    ("post /api/transactions/bulk-categorize", "category_id"): "ids",
    ("post /api/budgets/move", "source_id"): "amount",
    (BULK, "category_id"): "ids",
    (BULK, "ids"): "category_id",
    (BULK, "filter"): "category_id",
}
BY_MAIL = {"/api/invitations/accept", "/api/auth/reset-password", "/api/auth/verify-email"}


def looks_like_a_row(name, schema):
    numbers = "integer" in (schema.get("type"), schema.get("items", {}).get("type"))
    return (
        name.endswith(("id", "ids", "token", "version"))
        or numbers
        or (name in FILTERS and schema.get("type") == "array")
    )


def named():
    """(operation, field) for each field of a body that names a row."""
    return [(each, field) for each in operations() for field in each.fields if field in {*ROWS, "filter"}]


def body_naming(operation, field, rows, *, theirs=None, choice=""):
    """A good body naming `rows`, save the field (of a filter: the choice in it), which names `theirs`."""
    beside = BESIDE.get((operation.name, field), "")
    body = operation.body(*({field, beside} - {*operation.required, ""}))
    for name in body.keys() & ROWS.keys():
        body[name] = like(body[name], (theirs if theirs and name == field else rows)[ROWS[name]])
    if field == "filter":
        body[field] = {choice: [(theirs or rows)[FILTERS[choice]]]}
    return body


def like(value, key):
    return [key] if isinstance(value, list) else key


@pytest.fixture
def theirs(cast, sandbox_bank):
    return fill(cast)


@pytest.fixture
def mine(cast, theirs):
    return rows_in(cast.stranger.book, owner=cast.stranger.user, word="own")


def send(client, operation, rows, body=None):
    return getattr(client, operation.method)(address_of(operation.path, rows), body, format="json")


def test_every_field_that_names_a_row_is_known_here():
    for operation in operations():
        for name, schema in {**operation.fields, **operation.query}.items():
            if looks_like_a_row(name, schema):
                assert name in {*ROWS, *FILTERS, *NO_ROWS}, (operation.name, name)
    assert len(named()) >= 10


@pytest.mark.parametrize(("operation", "field"), named(), ids=lambda part: getattr(part, "name", part))
def test_a_row_that_a_body_names(api, cast, theirs, mine, operation, field):
    client, before = api(cast.stranger), snapshot(besides=cast.stranger)
    for choice in FILTERS if field == "filter" else ("",):
        foreign = body_naming(operation, field, mine, theirs=theirs, choice=choice)
        answer = send(client, operation, mine, foreign)
        assert answer.status_code in {400, 404}, (choice, answer.content)
        if answer.status_code == 400:
            assert set(answer.json()["fields"]) == {f"{field}.{choice}".rstrip(".")}, answer.content
        assert CANARY not in content_of(answer)
        own = send(client, operation, mine, body_naming(operation, field, mine, choice=choice))
        assert own.status_code not in {400, 404}, (choice, own.content)
    assert snapshot(besides=cast.stranger) == before


@pytest.mark.parametrize("operation", [each for each in operations() if {*FILTERS} <= each.query.keys()])
@pytest.mark.parametrize("choice", FILTERS)
def test_a_row_that_a_query_string_names(api, cast, theirs, mine, operation, choice):
    client, address = api(cast.stranger), address_of(operation.path, {"figure": "list-net-USD"})
    foreign = client.get(address, {choice: theirs[FILTERS[choice]]})
    assert (foreign.status_code, set(foreign.json()["fields"])) == (400, {choice})
    assert client.get(address, {choice: mine[FILTERS[choice]]}).status_code == 200


def addressed():
    return [each for each in operations() if "{" in each.path]


@pytest.mark.parametrize("operation", addressed(), ids=lambda operation: operation.name)
def test_a_row_that_an_address_names(api, cast, theirs, mine, operation):
    client, before = api(cast.stranger), snapshot(besides=cast.stranger)
    for field in operation.fields or ("",):
        body = operation.body(*({field} - {*operation.required, ""})) if field else None
        for name in (body or {}).keys() & ROWS.keys():
            body[name] = like(body[name], mine[ROWS[name]])
        for part in parameters(operation.path):
            foreign = send(client, operation, {**mine, part: theirs[part]}, body)
            assert foreign.status_code == 404, (field, part, foreign.content)
            assert CANARY not in content_of(foreign)
    assert snapshot(besides=cast.stranger) == before


def parameters(path):
    """The names under which the rows of the address are kept, without the kind of a device."""
    found, parts = [], path.split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            found.append(parts[place - 1] if part == "{id}" else part.strip("{}"))
    return [name for name in found if name != "kind"]


PAGES = {
    "/transactions/new": (
        {"direction": "out", "amount": "1.00", "day": "2026-03-01", "description": "x"},
        {"account": "manual", "category": "categories"},
    ),
    "/transactions/{transactions}": ({}, {"category": "categories"}),
    "/transactions/{outgoing}/transfer": ({}, {"partner": "incoming"}),
    "/review/{review}": ({"decision": "accept"}, {"category": "categories"}),
    "/review/many": ({"decision": "reject"}, {"item": "review"}),
    "/transactions/{transactions}/rule": ({"contains": "own"}, {"category": "categories"}),
    "/transactions/{free}/split": (
        {
            "part-TOTAL_FORMS": 2,
            "part-INITIAL_FORMS": 0,
            "part-0-how": "amount",
            "part-0-size": 1,
            "part-1-how": "rest",
        },
        {"part-0-category": "categories", "part-1-category": "categories"},
    ),
    "/transactions/{free}/refunds": ({}, {"other": "refund_id"}),
    "/transactions/categorise": ({}, {"transaction": "transactions", "category": "categories"}),
    "/transactions/edit": ({"step": "do"}, {"transaction": "transactions", "category": "categories"}),
    "/merchants/{merchants}/edit": ({"name": "own name"}, {"category": "categories"}),
    "/merchants/{merchants}/merge": ({}, {"into": "other_merchants"}),
    "/budgets/new": (
        {"amount": "7", "period": "month", "start": "2026-03-01", "holds": "on", "rollover": "none"},
        {"category": "categories"},
    ),
    "/budgets/move": ({"amount": "1"}, {"source": "budgets", "target": "other_budgets"}),
    "/recurring/new": (
        {"name": "x", "direction": "out", "amount": "1", "frequency": "monthly", "next_on": "2026-12-01"},
        {"category": "categories", "account": "manual"},
    ),
    "/recurring/{recurring}": (
        {"name": "x", "amount": "1", "frequency": "monthly", "next_on": "2026-12-01"},
        {"category": "categories", "account": "manual"},
    ),
    "/goals/{goals}/accounts/new": ({"how": "percent", "size": "1"}, {"account": "manual"}),
    "/categories/new": ({"name": "Inside"}, {"parent": "categories"}),
    "/categories/rules/new": ({"contains": "own"}, {"category": "categories"}),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_row_that_a_form_names(cast, theirs, mine, page):
    client, (plain, rows) = browser_of(cast.stranger), PAGES[page]
    good, everyone = {**plain, **{name: mine[key] for name, key in rows.items()}}, snapshot()
    for name, key in rows.items():
        answer = client.post(page.format(**mine), {**good, name: theirs[key]})
        assert answer.status_code in {302, 404, 422}, (name, answer.status_code)
        assert CANARY not in content_of(answer), name
        assert snapshot() == everyone, name
    assert client.post(page.format(**mine), good).status_code == 302
    assert snapshot() != everyone
