"""Rules over the API."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.books import entered
from banking.models import Category, Rule, RuleRun, Transaction
from banking.tests.factories import category_of, make_account, make_rule, make_transaction

ASKS = {"all": [{"field": "text", "op": "contains", "value": "landlord"}]}
STRANGE = {"all": [{"field": "text", "op": "regex", "value": "(a"}]}


@pytest.fixture
def alice(api):
    return api()


def test_a_rule_is_added_changed_and_deleted(book, alice):
    rent = category_of(book, "RENT")
    made = alice.post("/api/rules", {"conditions": ASKS, "actions": {"category_id": rent.pk, "tags": ["home"]}})
    assert made.status_code == 201, made.content
    address = f"/api/rules/{made.json()['id']}"
    assert made.json()["name"] == "landlord"
    changed = alice.patch(address, {"name": "Rent", "stop": True, "active": False}).json()
    assert (changed["name"], changed["stop"], changed["active"]) == ("Rent", True, False)
    assert changed == alice.get(address).json() == alice.get("/api/rules").json()["results"][0]
    assert changed["conditions"] == ASKS
    assert changed["actions"] == {"category_id": rent.pk, "tags": ["home"]}
    assert alice.delete(address).status_code == 204
    assert alice.get(address).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"conditions": STRANGE}, "conditions", "This pattern cannot be read: missing ): (a. (condition 0)"),
        ({"conditions": {}}, "conditions", "exactly one of"),
        ({"conditions": "x"}, "conditions", "dictionary"),
        ({"actions": {}}, "actions", "at least one thing"),
        ({"actions": {"category_id": 999_999}}, "actions", "no such category"),
        ({"actions": {"split": [{"kind": "remainder"}]}}, "actions", "2 to 20 parts"),
        ({"conditions": {"all": [{"field": "account", "op": "equals", "value": 999_999}]}}, "conditions", "account"),
        ({"name": "x" * 121}, "name", "120"),
        ({"colour": 1}, "colour", ""),
    ],
)
def test_a_bad_rule_is_refused_and_changes_nothing(book, alice, change, field, says):
    rule = make_rule(book, contains="old")
    good = {"conditions": ASKS, "actions": {"tags": ["home"]}}
    for answer in (alice.post("/api/rules", {**good, **change}), alice.patch(f"/api/rules/{rule.pk}", change)):
        assert answer.status_code == 400, answer.content
        assert says in " ".join(answer.json()["fields"][field])
    previewed = alice.post("/api/rules/preview", {**good, **change} if "name" not in change else {"x": 1})
    assert previewed.status_code == 400
    before = rule.conditions
    rule.refresh_from_db()
    assert (Rule.objects.count(), rule.conditions, rule.name) == (1, before, "old")


def test_rows_of_another_book_are_refused_inside_a_rule(book, cast, alice):
    with entered(cast.stranger.book):
        theirs = category_of(cast.stranger.book, "RENT").pk
        account = make_account(cast.stranger.book).pk
    for body in (
        {"conditions": ASKS, "actions": {"category_id": theirs}},
        {"conditions": ASKS, "actions": {"split": [{"kind": "remainder"}, _part(account)]}},
        {"conditions": {"any": [{"field": "account", "op": "equals", "value": account}]}, "actions": {"tags": ["x"]}},
    ):
        assert alice.post("/api/rules", body).status_code == alice.post("/api/rules/preview", body).status_code == 400
    assert not Rule.objects.filter(book=book).exists()


def _part(account):
    return {"kind": "interest", "value": "5", "account_id": account}


def test_a_preview_and_a_run(book, alice, run_tasks):
    row = make_transaction(book, description="LANDLORD LTD", category="SHOPPING")
    rule = make_rule(book, contains="landlord", category="RENT")
    shown = alice.post("/api/rules/preview", {"rule_id": rule.pk}).json()
    change = {"field": "category", "before": row.category_id, "after": category_of(book, "RENT").pk}
    assert (shown["changed"], shown["results"][0]["changes"]) == (1, [change])
    other = alice.post("/api/rules/preview", {"rule_id": rule.pk, "conditions": {"none": ASKS["all"]}}).json()
    assert (other["matched"], other["results"], other["next"]) == (0, [], None)
    answer = alice.post("/api/rules/runs", {"rule_id": rule.pk})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    run_tasks()
    done = alice.get(f"/api/rules/runs/{answer.json()['id']}").json()
    assert (done["status"], done["changed"], done["rows"], done["looked_at"]) == ("success", 1, 1, 1)
    assert alice.get(f"/api/rules/{rule.pk}/runs").json()["results"] == [done]
    assert alice.get("/api/rules/runs").json()["results"] == [done]
    assert Transaction.objects.get(pk=row.pk).category_source == "rule"
    assert alice.post("/api/rules/runs", {"rule_id": 999_999}).status_code == 400
    assert RuleRun.objects.count() == 1


def test_the_order_is_given_whole(book, alice):
    rules = [make_rule(book, contains=f"x{n}").pk for n in range(3)]
    listed = alice.post("/api/rules/reorder", {"order": rules[::-1]}).json()["results"]
    assert [each["id"] for each in listed] == rules[::-1]
    refused = alice.post("/api/rules/reorder", {"order": rules[:2]})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["order"])


def test_an_export_is_imported_into_another_book(book, cast, alice, api):
    loan = make_account(book, name="Loan")
    odd = Category.objects.create(book=book, name="Odd", kind="income")
    asked = {"any": [*ASKS["all"], {"field": "account", "op": "equals", "value": loan.pk}]}
    split = [_part(loan.pk), {"kind": "remainder", "category_id": odd.pk}]
    make_rule(book, name="Loan", conditions=asked, actions={"split": split, "tags": ["a"]}, category="RENT", stop=True)
    make_rule(book, contains="tea", category=odd, active=False)
    file = alice.get("/api/rules/export").json()
    assert alice.post("/api/rules/import", file).json() == {"added": 0, "known": 2, "categories": 0}
    client = api("stranger")
    client.credentials(HTTP_X_BOOK=str(cast.stranger.book.pk))
    refused = client.post("/api/rules/import", {**file, "create_categories": True})
    assert "Rule 1: There is no account “Loan” here" in str(refused.json())
    with entered(cast.stranger.book):
        make_account(cast.stranger.book, name="loan")
    refused = client.post("/api/rules/import", file)
    assert "Rule 1: There is no category “Odd” here" in str(refused.json())
    with entered(cast.stranger.book):
        assert not Category.objects.filter(book=cast.stranger.book, name="Odd").exists()
    done = client.post("/api/rules/import", {**file, "create_categories": True})
    assert done.json() == {"added": 2, "known": 0, "categories": 1}, done.content
    again = client.get("/api/rules/export").json()
    assert json.loads(json.dumps(again["rules"]).replace('"loan"', '"Loan"')) == file["rules"]
    with entered(cast.stranger.book):
        assert Category.objects.get(book=cast.stranger.book, name="Odd").kind == "income"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "x"}, "no file of rules"),
        ({"version": 2}, ""),
        ({"rules": []}, "1 to 500 rules"),
        ({"rules": [{}]}, "Rule 1: A rule has a name"),
        ({"rules": [{"conditions": ASKS, "actions": {"category_id": 1}}]}, "named in a file, not numbered"),
        ({"rules": [{"conditions": STRANGE, "actions": {"tags": ["x"]}}]}, "Rule 1: This pattern cannot be read"),
    ],
)
def test_a_bad_file_is_refused(book, alice, change, says):
    file = {"format": "pocketpilot-rules", "version": 1, "rules": [{"conditions": ASKS, "actions": {"tags": ["x"]}}]}
    refused = alice.post("/api/rules/import", {**file, **change})
    assert refused.status_code == 400
    assert says in str(refused.json())
    assert not Rule.objects.exists()


def test_suggestions_are_listed_and_dismissed(book, alice):
    rent = category_of(book, "RENT")
    for _n in range(3):
        row = make_transaction(book, description="XQZT")
        alice.patch(f"/api/transactions/{row.pk}", {"category_id": rent.pk})
    [found] = alice.get("/api/rules/suggestions").json()["results"]
    assert (found["count"], found["actions"]) == (3, {"category_id": rent.pk})
    assert alice.post("/api/rules/suggestions/dismiss", {"key": ""}).status_code == 400
    assert alice.post("/api/rules/suggestions/dismiss", {"key": found["key"]}).status_code == 204
    assert alice.get("/api/rules/suggestions").json()["results"] == []


def test_viewer_looks_and_stranger_finds_nothing(book, api):
    rule = make_rule(book)
    for path in ("rules", f"rules/{rule.pk}", f"rules/{rule.pk}/runs", "rules/runs", "rules/export"):
        assert api("carol").get(f"/api/{path}").status_code == 200, path
        assert api("stranger").get(f"/api/{path}").status_code == 404, path
    assert api("carol").patch(f"/api/rules/{rule.pk}", {"name": "x"}).status_code == 403
    assert api("stranger").delete(f"/api/rules/{rule.pk}").status_code == 404


@pytest.mark.parametrize("path", ["rules", "rules/runs", "rules/suggestions", "rules/export"])
def test_number_of_queries_is_fixed(book, alice, path):
    def count():
        with CaptureQueriesContext(connection) as made:
            assert alice.get(f"/api/{path}").status_code == 200
        return len(made)

    def more():
        rule = make_rule(book, actions={"tags": ["x"]})
        RuleRun.objects.create(book=book, rule=rule)
        for _n in range(3):
            source = {"category_source": "user", "edited": {"category": "x"}}
            row = make_transaction(book, description=f"W{rule.pk}")
            Transaction.objects.filter(pk=row.pk).update(**source)

    more()
    count()
    before = count()
    for _n in range(5):
        more()
    assert count() == before
