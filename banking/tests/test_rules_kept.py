"""Rules that are kept: what is suggested, what files entries by hand, and what of it is recorded."""

from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Refused, RuleWish
from banking.models import RuleRun
from banking.queries import rule_suggestions
from banking.tests.factories import category_of, make_account, make_merchant, make_rule, make_transaction
from journal import actions as journal
from journal.models import Change


@pytest.fixture
def alice(cast):
    return cast.alice.user


def test_what_is_corrected_three_times_is_suggested_until_it_is_dismissed(book, alice):
    merchant = make_merchant(book, name="Blue Bottle")
    rent = category_of(book, "RENT")
    for n in range(4):
        row = make_transaction(book, merchant=merchant if n else None, description="BLUE BOTTLE")
        actions.amend(book=book, by=alice, pk=row.pk, changes={"category": rent}, now=NOW)
        assert len(rule_suggestions.suggestions(book=book)) == (n == 3)
    [found] = rule_suggestions.suggestions(book=book)
    assert (found.name, found.count, found.category) == ("Blue Bottle", 3, rent)
    wish = RuleWish("", found.conditions, found.actions)
    rule = actions.store_rule(book=book, by=alice, wish=wish, now=NOW)
    assert rule_suggestions.suggestions(book=book) == []
    rule.delete()
    actions.dismiss_suggestion(book=book, by=alice, key=found.key, now=NOW)
    actions.dismiss_suggestion(book=book, by=alice, key=found.key, now=NOW)
    assert rule_suggestions.suggestions(book=book) == []


def test_what_comes_in_by_hand_is_filed_by_rules_that_ask_for_account_and_note(book, alice):
    account = make_account(book)
    asked = [{"field": "account", "op": "equals", "value": account.pk}]
    asked += [{"field": "note", "op": "contains", "value": "dues"}]
    make_rule(book, name="Dues", category="RENT", conditions={"all": asked})
    entry = actions.Entry(day=book.today(NOW), amount=Decimal(-5), description="XQZT", note="club dues")
    row = actions.record(book=book, by=alice, account=account, entry=entry, now=NOW)
    assert (row.category.code, row.category_source, row.reason) == ("RENT", "rule", "Your rule “Dues” matched “dues”")


def test_every_change_to_rules_is_recorded(book, alice):
    wish = RuleWish("", {"all": [{"field": "text", "op": "contains", "value": "x"}]}, {"tags": ["a"]})
    one, two = (actions.store_rule(book=book, by=alice, wish=wish, now=NOW) for _n in range(2))
    assert [rule.pk for rule in queries.rules(book=book)] == [two.pk, one.pk]
    actions.reorder_rules(book=book, by=alice, order=[one.pk, two.pk], now=NOW)
    actions.amend_rule(book=book, by=alice, pk=one.pk, changes={"name": "Other"}, now=NOW)
    actions.delete_rule(book=book, by=alice, pk=two.pk, now=NOW)
    one.refresh_from_db()
    [*_earlier, last] = Change.objects.filter(key=one.pk, model="banking.Rule").order_by("id")
    assert last.after == {"name": "Other"}
    gone = Change.objects.get(key=two.pk, model="banking.Rule", after__isnull=True).before
    assert gone["conditions"] == wish.conditions
    assert journal.snapshot(one)["position"] == "1"
    for bad in ([one.pk, one.pk], [], [one.pk, 999_999]):
        with pytest.raises(Refused, match="exactly once"):
            actions.reorder_rules(book=book, by=alice, order=bad, now=NOW)
    assert RuleRun.objects.count() == 0
