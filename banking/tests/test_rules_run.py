"""Rules over what is there and over what comes in: a preview equals its run, and a run is recorded whole."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import NOW
from banking import actions, totals
from banking.actions import Refused, rule_runs
from banking.models import Merchant, MonthTotal, Rule, Tag, Transaction, TransactionTag
from banking.queries import rule_splits, rule_survey, ruling
from banking.queries.ledger import broken
from banking.tests.factories import category_of, make_account, make_rule, make_transaction
from journal.models import Change


@pytest.fixture
def alice(cast):
    return cast.alice.user


@pytest.fixture
def rows(book):
    """Three of the landlord, of which a person filed one, and one of somebody else."""
    account = make_account(book)
    made = [
        make_transaction(book, account=account, description=f"LANDLORD {n}", amount=-900 - n, category="SHOPPING")
        for n in range(3)
    ]
    make_transaction(book, account=account, description="ELSE", category="SHOPPING", tags=["old"])
    Transaction.objects.filter(pk=made[0].pk).update(
        category_source="user", category=category_of(book, "COFFEE"), edited={"category": "x", "note": "x"}
    )
    totals.rebuild(book=book)
    return made


FULL = {"merchant": "The Landlord", "tags": ["home", "old"], "note": "rent", "exclude": True}


def run(book, by, rule=None):
    asked = actions.ask_run(book=book, by=by, rule_id=rule.pk if rule else None, now=NOW)
    done = actions.run_rules(book=book, run_id=asked.pk, clock=lambda: NOW)
    assert done.status == "success"
    return done


def state(book):
    """All that rules may touch, and what must follow from it."""
    rows = Transaction.objects.filter(book=book).order_by("pk").annotate(named=F("merchant__name"))
    own = [f.attname for f in Transaction._meta.concrete_fields if f.attname != "updated_at"]
    totals = MonthTotal.objects.filter(book=book).order_by("month", "category_id", "account_id")
    return (
        list(rows.values(*own, "named")),
        sorted(TransactionTag.objects.filter(book=book).values_list("transaction_id", "tag__name")),
        list(totals.values_list("month", "category_id", "money_out", "count")),
    )


def taken_back(operation_id):
    """Apply the inverse of what was recorded, by model and key only."""
    models = {m._meta.label: m for m in (Transaction, TransactionTag, Tag, Merchant)}
    for change in Change.objects.filter(operation_id=operation_id).order_by("-id"):
        found = models[change.model].objects.filter(pk=change.key)
        if change.before is None:
            found.delete()
        else:
            row = found.get()
            for name, value in change.before.items():
                setattr(row, name, row._meta.get_field(name).to_python(None if value == "None" else value))
            row.save()


def test_a_preview_equals_its_run_and_a_second_run_changes_nothing(book, alice, rows):
    rule = make_rule(book, contains="landlord", category="RENT", actions=FULL)
    shown = ruling.preview(book=book, draft=ruling.read(rule))
    before = {row.pk: row for row in Transaction.objects.filter(book=book).select_related("merchant")}
    done = run(book, alice, rule)
    assert (shown.matched, shown.changed, shown.kept) == (done.matched, done.changed, done.kept) == (3, 3, 1)
    for row in Transaction.objects.filter(book=book).select_related("merchant").prefetch_related("tags"):
        foreseen = {change.field: change.after for each in shown.rows if each.pk == row.pk for change in each.changes}
        assert row.category_id == foreseen.get("category", before[row.pk].category_id)
        assert (row.merchant.name if row.merchant else "") == foreseen.get("merchant", "")
        assert (row.note, row.excluded) == (foreseen.get("note", ""), foreseen.get("excluded", False))
        assert {tag.name for tag in row.tags.all()} >= set(foreseen.get("tags", ()))
    mine = Transaction.objects.get(pk=rows[0].pk)
    assert (mine.category.code, mine.category_source, mine.note) == ("COFFEE", "user", "")
    other = Transaction.objects.get(pk=rows[1].pk)
    assert (other.category_source, other.reason) == ("rule", "Your rule “landlord” matched “landlord”")
    left = state(book)
    again = run(book, alice, rule)
    assert (again.changed, again.operation_id, state(book)) == (0, None, left)


def test_what_a_run_recorded_taken_back_is_what_was_there(book, alice, rows):
    make_rule(book, contains="landlord", category="RENT", actions=FULL)
    make_rule(book, name="move", category=None, actions={"transfer": True}, contains="else")
    before = state(book)
    done = run(book, alice)
    assert state(book) != before
    assert Transaction.objects.get(description="ELSE").category.code == "TRANSFER"
    taken_back(done.operation_id)
    totals.rebuild(book=book)
    assert state(book) == before


def test_the_order_and_the_stop_decide(book, alice, rows):
    first = make_rule(book, contains="landlord", category="RENT", stop=True)
    make_rule(book, contains="landlord 2", category="GROCERIES", actions={"tags": ["late"]})
    run(book, alice)
    last = Transaction.objects.get(pk=rows[2].pk)
    assert (last.category.code, last.tags.count()) == ("RENT", 0)
    actions.move_rule(book=book, by=alice, pk=first.pk, up=False, now=NOW)
    run(book, alice)
    last = Transaction.objects.get(pk=rows[2].pk)
    assert (last.category.code, last.tags.get().name) == ("GROCERIES", "late")
    assert MonthTotal.objects.get(book=book, category__code="GROCERIES").money_out == Decimal(-902)


def test_the_run_of_one_rule_does_only_what_it_says(book, alice, rows):
    make_rule(book, contains="landlord", category="RENT")
    tagging = make_rule(book, contains="landlord", category=None, actions={"tags": ["home"]})
    assert run(book, alice, tagging).changed == 3
    assert Transaction.objects.get(pk=rows[1].pk).category.code == "SHOPPING"


def test_a_rule_that_is_off_resting_or_gone_runs_on_nothing(book, alice, rows):
    rule = make_rule(book, contains="landlord", category="RENT", active=False)
    assert run(book, alice).matched == 0
    with pytest.raises(Refused, match="Switch it on"):
        actions.ask_run(book=book, by=alice, rule_id=rule.pk, now=NOW)
    Rule.objects.update(active=True)
    asked = actions.ask_run(book=book, by=alice, rule_id=rule.pk, now=NOW)
    assert actions.ask_run(book=book, by=alice, rule_id=rule.pk, now=NOW) == asked
    actions.delete_rule(book=book, by=alice, pk=rule.pk, now=NOW)
    assert actions.run_rules(book=book, run_id=asked.pk, clock=lambda: NOW) is None
    asked.refresh_from_db()
    assert (asked.status, asked.error) == ("failed", rule_runs.GONE)
    assert Transaction.objects.filter(category_source="rule").count() == 0


def test_a_run_that_fell_silent_is_found_and_one_that_failed_says_so(book, alice, rows, monkeypatch):
    make_rule(book, contains="landlord", category="RENT")
    asked = actions.ask_run(book=book, by=alice, rule_id=None, now=NOW)
    assert rule_runs.silent_runs(now=NOW) == []
    assert rule_runs.silent_runs(now=NOW + 2 * rule_runs.SILENT) == [(book.pk, asked.pk)]
    monkeypatch.setattr(rule_runs, "carry_out", lambda **given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.run_rules(book=book, run_id=asked.pk, clock=lambda: NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.error, asked.looked_at) == ("failed", rule_runs.STUMBLED, 4)
    assert actions.run_rules(book=book, run_id=asked.pk, clock=lambda: NOW) is None


def test_a_rule_splits_once_and_not_what_was_put_together_again(book, alice, rows):
    loan = make_account(book, name="Loan", kind="loan", opening=-100_000)
    split = [{"kind": "interest", "value": "6", "account_id": loan.pk}, {"kind": "remainder"}]
    rule = make_rule(book, contains="landlord 2", category=None, actions={"split": split})
    shown = ruling.preview(book=book, draft=ruling.read(rule))
    assert (shown.splits, shown.changed) == (1, 0)
    assert rule_splits.amounts(book=book, rows=shown.rows) == {rows[2].pk: [Decimal(-500), Decimal(-402)]}
    assert run(book, alice, rule).unsplit == 0
    parts = Transaction.objects.filter(book=book, part_of=rows[2]).order_by("pk")
    assert [(part.amount, part.category_source) for part in parts] == [(Decimal(-500), "rule"), (Decimal(-402), "rule")]
    assert not broken(now=NOW, book_id=book.pk)
    assert (run(book, alice, rule).matched, parts.all().count()) == (0, 2)
    actions.unsplit(book=book, by=alice, pk=rows[2].pk, now=NOW)
    assert (run(book, alice, rule).unsplit, parts.all().count()) == (1, 0)


def test_previews_are_paged_and_cost_the_same_for_any_number(book, alice, rows, counted):
    rule = make_rule(book, contains="landlord", category="RENT", actions=FULL)
    few = counted(lambda: ruling.preview(book=book, draft=ruling.read(rule)))
    survey = counted(lambda: rule_survey.survey(book=book))
    for n in range(30):
        make_transaction(book, description=f"LANDLORD {n}", category="SHOPPING", tags=["old"])
        make_rule(book, contains=f"x{n}", category="RENT", actions={"tags": [f"t{n}"]})
    assert counted(lambda: ruling.preview(book=book, draft=ruling.read(rule))) == few == 4
    rule_survey.cache.clear()
    assert counted(lambda: rule_survey.survey(book=book)) == survey <= 5
    seen, cursor = [], ""
    while cursor is not None:
        found = ruling.preview(book=book, draft=ruling.read(rule), cursor=cursor, size=7)
        seen += [each.pk for each in found.rows]
        cursor = found.next
    assert len(seen) == len(set(seen)) == found.changed == 33
    with pytest.raises(ruling.BadCursor):
        ruling.preview(book=book, draft=ruling.read(rule), cursor="2026-03-01.x")


def test_conflicts_and_dead_rules_are_found(book, rows):
    by = {
        name: make_rule(book, name=name, contains=contains, category=category, **given)
        for name, contains, category, given in (
            ("first", "landlord", "RENT", {}),
            ("other", "landlord 1", "GROCERIES", {}),
            ("same", "landlord 2", "RENT", {}),
            ("stopping", "landlord", "RENT", {"stop": True, "actions": {"tags": ["x"]}}),
            ("behind", "landlord 0", "GROCERIES", {}),
            ("nothing", "zzz", "RENT", {}),
        )
    }
    found = rule_survey.survey(book=book)
    name_of = {rule.pk: name for name, rule in by.items()}
    assert {name_of[pk]: count for pk, count in found.matched.items()} == {
        "first": 3, "other": 1, "same": 1, "stopping": 3, "behind": 1, "nothing": 0
    }  # fmt: skip
    assert [(name_of[c.first], name_of[c.second], c.count) for c in found.conflicts] == [("first", "other", 1)]
    assert {(name_of[d.rule], d.why, name_of.get(d.by)) for d in found.dead} == {
        ("other", "unheard", "first"),
        ("same", "unheard", "first"),
        ("behind", "stopped", "stopping"),
        ("nothing", "never", None),
    }


def test_a_rule_that_another_one_leads_to_is_not_dead(book, rows):
    named = make_rule(book, contains="landlord", category=None, actions={"merchant": "The Landlord"})
    asked = {"all": [{"field": "merchant", "op": "equals", "value": "The Landlord"}]}
    led_to = make_rule(book, name="led to", category="RENT", conditions=asked)
    found = rule_survey.survey(book=book)
    assert (found.matched, found.dead) == ({named.pk: 3, led_to.pk: 3}, ())


def test_a_rule_that_is_deleted_while_it_runs_changes_nothing(book, alice, rows):
    rule = make_rule(book, contains="landlord", category="RENT")
    asked, before = actions.ask_run(book=book, by=alice, rule_id=rule.pk, now=NOW), state(book)
    asked_for_the_time = iter(range(9))

    def clock():
        if next(asked_for_the_time) == 1:
            Rule.objects.filter(pk=rule.pk).delete()
        return NOW

    done = actions.run_rules(book=book, run_id=asked.pk, clock=clock)
    assert (done.status, done.error) == ("failed", rule_runs.GONE)
    assert state(book) == before


def test_rules_on_new_rows_read_the_tags_of_these_alone(book, rows, django_assert_max_num_queries):
    make_rule(book, contains="new", category=None, actions={"tags": ["old"]})
    new = make_transaction(book, description="NEW")
    with django_assert_max_num_queries(30), CaptureQueriesContext(connection) as made:
        rule_runs.run_on_new(book=book, rows=Transaction.objects.filter(pk=new.pk), now=NOW)
    asked = [each["sql"] for each in made if "banking_transactiontag" in each["sql"] and "SELECT" in each["sql"]]
    assert asked
    assert all('transaction_id" IN' in sql or "INSERT" in sql for sql in asked), asked


def test_a_row_edited_while_the_run_looked_keeps_the_edit(book, alice, rows, monkeypatch):
    make_rule(book, contains="landlord", category="RENT")
    looked = rule_runs._looked

    def then_edited(*given):
        ids = looked(*given)
        changes = {"category": category_of(book, "GROCERIES")}
        actions.amend(book=book, by=alice, pk=rows[1].pk, changes=changes, now=NOW)
        return ids

    monkeypatch.setattr(rule_runs, "_looked", then_edited)
    done = run(book, alice)
    assert (done.changed, done.kept) == (1, 2)
    assert Transaction.objects.get(pk=rows[1].pk).category.code == "GROCERIES"
