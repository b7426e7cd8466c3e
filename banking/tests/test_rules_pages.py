"""The rules lab: every button works as a plain form."""

import io
import json
import re

import pytest

from accounts.tests.factories import NOW
from banking import actions
from banking.models import DismissedSuggestion, Rule, RuleRun, Transaction
from banking.tests.browsing import browse, queries_of
from banking.tests.factories import category_of, make_account, make_rule, make_transaction

FORM = {"mode:": "all", "test:0": "text:contains", "value:0": "landlord", "active": "yes"}


@pytest.fixture
def alice(cast):
    return browse(cast.alice, cast.book)


def shown(answer):
    return answer.content.decode()


def test_a_book_without_rules_has_one_thing_to_do(book, alice):
    page = shown(alice.get("/rules"))
    assert "No rules yet" in page
    assert "Write the first rule" in page
    assert "No runs yet" in shown(alice.get("/rules/runs"))


def test_rules_are_listed_in_words(book, alice):
    account = make_account(book, name="Visa")
    asked = [{"field": "account", "op": "equals", "value": account.pk}]
    asked += [{"none": [{"field": "amount", "op": "between", "value": ["5", None]}]}]
    make_rule(book, name="Odd", conditions={"all": asked}, actions={"tags": ["a"], "exclude": True}, category="RENT")
    make_rule(book, contains="tea", active=False)
    page = " ".join(shown(alice.get("/rules")).split())
    assert "Where account is Visa and none of (amount is between 5 – …): file under Rent, tag a, leave out" in page
    assert "Switch on" in page


def test_conditions_groups_and_parts_are_added_and_removed(book, alice):
    def places(page, name):
        return re.findall(rf'name="{name}:([\d.]*)"', page)

    page = shown(alice.post("/rules/new", {**FORM, "do": "group:"}))
    assert (places(page, "test"), places(page, "mode")) == (["0", "1.0"], ["", "1"])
    assert 'value="landlord"' in page
    sent = {**FORM, "mode:1": "any", "test:1.0": "amount:between", "value:1.0": "5", "until:1.0": "6"}
    page = shown(alice.post("/rules/new", {**sent, "do": "condition:1"}))
    assert places(page, "test") == ["0", "1.0", "1.1"]
    page = shown(alice.post("/rules/new", {**sent, "do": "remove:0"}))
    assert (places(page, "test"), places(page, "mode")) == (["0.0"], ["", "0"])
    page = shown(alice.post("/rules/new", {**sent, "do": "part"}))
    assert places(page, "kind") == ["0", "1"]
    page = shown(
        alice.post("/rules/new", {**sent, "kind:0": "percent", "part:0": "7", "kind:1": "fixed", "do": "unpart:1"})
    )
    assert places(page, "kind") == ["0"]
    assert not Rule.objects.exists()


def test_a_rule_is_tried_saved_changed_and_run(book, alice, run_tasks):
    for n in range(25):
        make_transaction(book, description=f"LANDLORD {n}", category="SHOPPING")
    sent = {**FORM, "category": category_of(book, "RENT").pk, "tags": "home, flat", "kind:0": "remainder"}
    sent |= {"kind:1": "percent", "part:1": "10", "of:1": category_of(book, "COFFEE").pk, "exclude": "yes"}
    page = shown(alice.post("/rules/new", {**sent, "do": "try"}))
    assert "25 transactions would change" in page
    assert "<s>Shopping</s> → <strong>Rent</strong>" in page
    more = re.search(r'value="(more:[^"]+)"', page)[1]
    assert len(re.findall("item-link", shown(alice.post("/rules/new", {**sent, "do": more})))) == 5
    assert not Rule.objects.exists()
    for _n in range(2):
        assert alice.post("/rules/new", {**sent, "once": "x", "do": "save"}).status_code == 302
    rule = Rule.objects.get()
    assert (rule.name, rule.actions["tags"], rule.actions["exclude"]) == ("landlord", ["home", "flat"], True)
    page = shown(alice.get(f"/rules/{rule.pk}"))
    assert 'value="home, flat"' in page
    piece = shown(alice.post("/rules/preview", {**sent, "rule": rule.pk}, HTTP_HX_REQUEST="true"))
    assert "25 transactions would change" in piece
    answer = alice.post(f"/rules/{rule.pk}", {**sent, "name": "Rent", "do": "run"})
    assert answer["Location"] == "/rules#runs"
    assert "It runs on the past now" in shown(alice.get("/rules"))
    run_tasks()
    run = RuleRun.objects.get()
    assert (run.name, run.status, run.changed, run.unsplit) == ("Rent", "success", 25, 0)
    assert Transaction.objects.filter(category__code="RENT", excluded=True, part_of=None).count() == 25
    assert Transaction.objects.filter(part_of__isnull=False).count() == 50
    for path in ("/rules", "/rules/runs"):
        assert "25 transactions changed" in shown(alice.get(path))
        assert "and back as before" not in shown(alice.get(path))
    alice.post(f"/activity/{run.operation_id}/undo")
    assert "25 transactions changed, and back as before" in shown(alice.get("/rules"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value:0": ""}, "Say what to look for"),
        ({"test:0": "text:regex", "value:0": "(a"}, "This pattern cannot be read: missing ): (a."),
        ({"test:0": "amount:between", "value:0": "9", "until:0": "1"}, "must be at least the first"),
        ({"test:0": "account:999999"}, "There is no such account here"),
        ({"test:0": "colour:blue"}, "The field is one of"),
        ({"test:0": "", "mode:0": "any"}, "at least one condition"),
        ({"category": ""}, "at least one thing"),
        ({"category": "999999"}, "no such category"),
        ({"kind:0": "fixed", "part:0": "five"}, "2 to 20 parts"),
        ({"kind:0": "fixed", "part:0": "five", "kind:1": "remainder"}, "above zero"),
    ],
)
def test_a_bad_rule_is_refused_and_changes_nothing(book, alice, change, says):
    rule = make_rule(book, contains="old")
    sent = {**FORM, "category": category_of(book, "RENT").pk, **change}
    for path in ("/rules/new", f"/rules/{rule.pk}"):
        answer = alice.post(path, {**sent, "do": "save"})
        assert answer.status_code == 422
        assert says in shown(answer)
    assert says in shown(alice.post("/rules/preview", sent))
    rule.refresh_from_db()
    assert (Rule.objects.count(), rule.name, rule.category.code) == (1, "old", "COFFEE")


def test_rules_are_moved_switched_and_run(book, alice, run_tasks):
    one, two = make_rule(book, contains="one"), make_rule(book, contains="two")
    alice.post(f"/rules/{one.pk}/move", {"to": "down"})
    assert [rule.name for rule in Rule.objects.order_by("position")] == ["two", "one"]
    alice.post(f"/rules/{one.pk}/move", {"to": "up"})
    alice.post(f"/rules/{one.pk}/move", {"to": "up"})
    assert [rule.name for rule in Rule.objects.order_by("position")] == ["one", "two"]
    alice.post(f"/rules/{two.pk}/switch", {"active": "no"})
    two.refresh_from_db()
    assert not two.active
    assert "Switch it on first" in shown(alice.post(f"/rules/{two.pk}/run", follow=True))
    alice.post(f"/rules/{two.pk}/switch", {"active": "yes"})
    for path in (f"/rules/{two.pk}/run", "/rules/run"):
        assert alice.post(path).status_code == 302
    run_tasks()
    assert list(RuleRun.objects.order_by("id").values_list("name", "status")) == [("two", "success"), ("", "success")]


def test_a_suggestion_fills_the_form_or_is_dismissed(book, cast, alice):
    for _n in range(3):
        row = make_transaction(book, description="XQZT")
        rent = category_of(book, "RENT")
        actions.amend(book=book, by=cast.alice.user, pk=row.pk, changes={"category": rent}, now=NOW)
    page = shown(alice.get("/rules"))
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    form = shown(alice.get("/rules/new", {"suggestion": key}))
    assert 'value="XQZT"' in form
    assert alice.post("/rules/suggestions/dismiss", {"key": ""}, follow=True).status_code == 200
    assert not DismissedSuggestion.objects.exists()
    alice.post("/rules/suggestions/dismiss", {"key": key})
    assert "Suggested" not in shown(alice.get("/rules"))


def test_the_check_explains_what_it_found(book, alice):
    make_transaction(book, description="LANDLORD")
    make_rule(book, name="First", contains="landlord", category="RENT")
    make_rule(book, name="Second", contains="landlord", category="GROCERIES")
    make_rule(book, name="Third", contains="zzz")
    page = " ".join(shown(alice.get("/rules/check")).split())
    assert "“First” comes before “Second” and decides 1 transaction that it would file elsewhere." in page
    assert "All that it says, earlier rules have said, mostly “First”." in page
    assert "No transaction is like this." in page


def test_files_come_and_go(book, alice):
    make_rule(book, contains="tea")
    file = alice.get("/rules/export")
    assert "attachment" in file["Content-Disposition"]
    document = json.loads(file.content)
    document["rules"][0] |= {"name": "More", "stop": True}

    def sent(text):
        return alice.post("/rules/import", {"file": io.BytesIO(text.encode())})

    sent(json.dumps(document))
    assert "Rules added: 1. Here already: 0." in shown(alice.get("/rules"))
    for bad in ("{", "[" * 100_000, json.dumps({"format": "x"})):
        answer = sent(bad)
        assert (answer.status_code, "no file of rules" in shown(answer)) == (422, True)
    assert Rule.objects.count() == 2


def test_viewer_looks_and_stranger_finds_nothing(cast, book):
    rule = make_rule(book, contains="tea")
    carol, stranger = browse(cast.carol, book), browse(cast.stranger, cast.stranger.book)
    for path in ("/rules", "/rules/check", "/rules/runs", "/rules/export"):
        assert carol.get(path).status_code == stranger.get(path).status_code == 200
    assert "tea" in shown(carol.get("/rules"))
    assert "tea" not in shown(stranger.get("/rules"))
    for path in (f"/rules/{rule.pk}", f"/rules/{rule.pk}/move", f"/rules/{rule.pk}/switch", f"/rules/{rule.pk}/run"):
        assert stranger.post(path, FORM).status_code == 404, path
        assert carol.post(path, FORM).status_code == 403, path
    assert stranger.post("/rules/preview", {**FORM, "rule": rule.pk}).status_code == 404
    assert RuleRun.objects.count() == 0


@pytest.mark.parametrize("path", ["/rules", "/rules/check", "/rules/runs", "/rules/new", "/rules/{pk}", "/categories"])
def test_number_of_queries_is_fixed(book, alice, path):
    rule = make_rule(book, contains="tea", actions={"tags": ["x"]})
    path = path.format(pk=rule.pk)

    def more(number):
        for n in range(number):
            made = make_rule(book, contains=f"tea {n}", actions={"tags": [f"y{n}"]})
            RuleRun.objects.create(book=book, rule=made, by=book.memberships.first().user)
            make_transaction(book, description=f"TEA {n}", category="SHOPPING")

    more(1)
    before = queries_of(alice, path)
    more(8)
    assert queries_of(alice, path) == before <= 24
