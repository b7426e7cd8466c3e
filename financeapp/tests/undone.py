"""Rows of each kind that something can be done to, beside those that every walk has."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from banking import actions
from banking.actions import Part, reviewing
from banking.actions.bringing_in import carry_out
from banking.actions.transferring import pair
from banking.models import ReviewItem, Transaction
from banking.tests.factories import (
    make_account,
    make_connection,
    make_import,
    make_merchant,
    make_rule,
    make_transaction,
)

HALVES = [Part(percent=Decimal(50), note="half"), Part(remainder=True)]


def further(cast, found):
    """Ids by name; `beside` has those that an address needs besides the one that it is about."""
    book, by, now = cast.book, cast.bob.user, timezone.now()
    today = book.today(now)
    by_hand = Transaction.objects.filter(account=found["manual"]).order_by("id").first()
    elsewhere = Transaction.objects.exclude(category=found["categories"]).first().category_id
    for row in (Transaction.objects.get(pk=found["transactions"]), by_hand):
        changes = {"note": "mine", "merchant": "My own", "category": row.category}
        actions.amend(book=book, by=by, pk=row.pk, changes=changes, now=now)
    removed, other = (make_transaction(book, amount=-50, day=today) for _ in range(2))
    actions.split(book=book, by=by, pk=other.pk, parts=HALVES, now=now)
    for row in (removed, other):
        actions.remove(book=book, by=by, pk=row.pk, now=now)
    bought, back = make_transaction(book, amount=-60), make_transaction(book, amount=20, category="SALARY")
    actions.link_refund(book=book, by=by, refund=back.pk, purchase=bought.pk, now=now)
    usual = [make_transaction(book, category="FUEL", day=today - timedelta(days=days)) for days in (35, 66)][0]
    filed = make_transaction(book, merchant=make_merchant(book))
    make_transaction(book, merchant=filed.merchant)
    actions.amend(book=book, by=by, pk=filed.pk, changes={"category": back.category}, now=now)
    source = make_import(book, word="landed")
    actions.start_import(book=book, by=by, pk=source.pk, now=now)
    carry_out(book=book, import_id=source.pk, clock=timezone.now)
    return {
        "by_hand": by_hand.pk,
        "elsewhere": elsewhere,
        "removed": removed.pk,
        "removed_divided": other.pk,
        "part": Transaction.objects.filter(part_of=found["divided"]).order_by("id").first().pk,
        "bought": bought.pk,
        "filed": filed.pk,
        "usual": usual.category_id,
        "landed": source.pk,
        "other_rule": make_rule(book, contains="another").pk,
        "beside": {"refund_id": back.pk},
        **to_be_decided(cast),
    }


def to_be_decided(cast):
    """Items of the inbox of each kind, open and accepted."""
    book, by, now = cast.book, cast.bob.user, timezone.now()
    linked = make_account(book, connection=make_connection(book))
    other = make_account(book)

    def row(amount, account=other, **more):
        return make_transaction(book, account=account, amount=amount, **more)

    def item(kind, first, second):
        key = f"{first.pk}:{second.pk}"
        return ReviewItem.objects.create(
            book=book, kind=kind, key=key, first=first, second=second, day=first.day, score=0.8
        )

    pending = row(-7, linked, pending=True)
    actions.amend(book=book, by=by, pk=pending.pk, changes={"note": "mine", "tags": ["mine"]}, now=now)
    open_ones = {
        "open_transfer": item("transfer", row(-3), row(3, linked)),
        "open_duplicate": item("duplicate", row(-4, linked), row(-4, note="theirs", tags=["theirs"])),
        "open_pending": item("pending", pending, row(-7, linked, day=pending.day + timedelta(days=2))),
        "open_refund": item("refund", row(-8), row(8, category="SALARY")),
    }
    item("duplicate", open_ones["open_transfer"].first, open_ones["open_duplicate"].second)
    accepted = {
        "accepted": item("transfer", row(-5), row(5, linked)),
        "refunded": item("refund", row(-6), row(6, category="SALARY")),
    }
    for each in accepted.values():
        reviewing.accept(book=book, by=by, pk=each.pk, now=now)
    paired = pair(book=book, by=by, outgoing=row(-2), incoming=row(2, linked), now=now)
    return {name: each.pk for name, each in (open_ones | accepted).items()} | {"paired": paired.pk}


def bring_a_file_in(cast, found):
    """A worker's job, which gives the operation; and what it remembers besides."""
    splitting_rule(cast, found, "in a file")
    source = make_import(cast.book, word="arrived")
    actions.amend_import(book=cast.book, by=cast.bob.user, pk=source.pk, changes={"all_new": True}, now=timezone.now())
    actions.start_import(book=cast.book, by=cast.bob.user, pk=source.pk, now=timezone.now())

    def ask():
        return carry_out(book=cast.book, import_id=source.pk, clock=timezone.now).operation_id

    return ask, ("Import", "ImportFile", "ImportRow", "ImportMapping")


def run_the_rules(cast, found):
    """The same."""
    splitting_rule(cast, found, "by hand")
    run = actions.ask_run(book=cast.book, by=cast.bob.user, rule_id=None, now=timezone.now())

    def ask():
        return actions.run_rules(book=cast.book, run_id=run.pk, clock=timezone.now).operation_id

    return ask, ("RuleRun",)


def splitting_rule(cast, found, words):
    """A rule that does everything that rules can do."""
    halves = [
        {"kind": "percent", "value": "50", "category_id": found["elsewhere"]},
        {"kind": "remainder", "note": "rest"},
    ]
    does = {"merchant": "Ruled", "tags": ["ruled"], "note": "ruled", "exclude": True, "split": halves}
    asks = {"all": [{"field": "text", "op": "contains", "value": words}]}
    wish = actions.RuleWish("All of it", asks, does)
    actions.store_rule(book=cast.book, by=cast.bob.user, wish=wish, now=timezone.now())
