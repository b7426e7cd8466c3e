"""A row that takes the place of another one has all that a person hung on that, and gives it back when parted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Part
from banking.actions.refusals import Refused
from banking.models import Split, Transaction
from banking.queries.ledger import broken
from banking.tests.factories import DAY, PNG, category_of, make_account, make_connection, make_transaction
from banking.tests.inbox import decide, find, only, state
from journal import actions as journal
from journal.models import Operation

D = Decimal
TIES = ("pk", "part_of", "is_split", "amount", "day", "pending")


@pytest.fixture
def twins(book):
    """The bank's row, and the same as a person typed it."""
    account = make_account(book, connection=make_connection(book))
    kept = make_transaction(book, account=account, description="CORNER SHOP 12")
    typed = make_transaction(book, account=account, description="Corner shop")
    Transaction.objects.filter(pk=typed.pk).update(origin="manual", external_id=None)
    return kept, typed


def hanging(book, row):
    """How many receipts and refunds, and whether something is owed."""
    receipts = queries.attachments(book=book, transaction_id=row.pk).count()
    owed = queries.reimbursement_of(book=book, pk=row.pk)
    return receipts, len(queries.links_of(book=book, pk=row.pk)), owed is not None


def test_receipts_refunds_and_what_is_owed_go_along_and_come_back(book, cast, twins):
    kept, typed = twins
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    back = make_transaction(book, account=kept.account, amount=D(4), day=DAY + timedelta(days=30), description="BACK")
    actions.amend(**given, pk=typed.pk, changes={"category": category_of(book, "RENT")})
    actions.link_refund(**given, refund=back.pk, purchase=typed.pk)
    actions.attach(**given, pk=typed.pk, name="a.png", content=PNG)
    actions.expect_back(**given, pk=typed.pk, amount=D(9))
    before = state(book)
    find(book)
    decide("accept", book, cast, only("duplicate"))
    assert (hanging(book, kept), hanging(book, typed)) == ((1, 1, True), (0, 0, False))
    actions.amend(**given, pk=kept.pk, changes={"category": category_of(book, "GROCERIES")})
    assert Transaction.objects.get(pk=back.pk).category.code == "GROCERIES"
    actions.amend(**given, pk=kept.pk, changes={"category": category_of(book, "RENT")})
    decide("reject", book, cast, only("duplicate"))
    assert (hanging(book, kept), hanging(book, typed)) == ((0, 0, False), (1, 1, True))
    assert state(book)[0][1:] == before[0][1:]


def test_refunds_follow_what_is_carried_over_and_two_sets_of_them_are_not_mixed(book, cast, twins):
    kept, typed = twins
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    backs = [make_transaction(book, account=kept.account, amount=D(4), day=DAY + timedelta(days=30)) for _ in "ab"]
    actions.amend(**given, pk=typed.pk, changes={"category": category_of(book, "RENT")})
    for back, row in zip(backs, twins, strict=True):
        actions.link_refund(**given, refund=back.pk, purchase=row.pk)
    find(book)
    with pytest.raises(Refused, match="Take that away first"):
        decide("accept", book, cast, only("duplicate"))
    actions.unlink_refund(**given, refund=backs[1].pk, purchase=typed.pk)
    decide("accept", book, cast, only("duplicate"))
    assert Transaction.objects.get(pk=backs[0].pk).category.code == "RENT"
    assert broken(book_id=book.pk, now=NOW) == []


@pytest.mark.parametrize(("amount", "how"), [(-50, "reject"), (-59, "undo")])
def test_the_split_of_a_pending_row_is_that_of_the_booked_one(book, cast, amount, how):
    card = make_account(book, name="Card", kind="credit", connection=make_connection(book))
    waits = make_transaction(book, account=card, amount=D(-50), description="TRATTORIA ROMA", pending=True)
    actions.split(book=book, by=None, pk=waits.pk, parts=[Part(amount=D(-20)), Part(remainder=True)], now=NOW)
    parts = [each.pk for each in queries.parts(book=book, pk=waits.pk)]
    given = {"account": card, "amount": D(amount), "day": DAY + timedelta(days=2)}
    row = make_transaction(book, **given, description="TRATTORIA ROMA")
    Transaction.objects.filter(pk=waits.pk).update(edited={"note": "x"}, created_at=NOW)
    Transaction.objects.filter(pk__in=[waits.pk, *parts]).update(removed_at=NOW)
    Transaction.objects.filter(pk=row.pk).update(
        created_at=NOW + timedelta(days=2), bank_category="FOOD_AND_DRINK", authorized_on=DAY if amount == -50 else None
    )
    before = state(book), list(Transaction.objects.order_by("pk").values_list(*TIES)), Split.objects.values().get()
    find(book)
    if (item := only("pending")).state == "open":
        decide("accept", book, cast, item)
    assert [each.pk for each in queries.transactions(book=book)] == sorted(parts, reverse=True)
    assert [each.amount for each in queries.parts(book=book, pk=row.pk)] == [D(-20), D(amount) + 20]
    assert broken(book_id=book.pk, now=NOW) == []
    if how == "reject":
        decide("reject", book, cast, only("pending"))
    else:
        journal.undo(book=book, by=cast.alice.user, pk=Operation.objects.latest("pk").pk, now=NOW)
    after = state(book), list(Transaction.objects.order_by("pk").values_list(*TIES)), Split.objects.values().get()
    assert after == before
    assert broken(book_id=book.pk, now=NOW) == []


def test_a_part_of_a_split_is_nobodys_double(book):
    account = make_account(book, connection=make_connection(book))
    row = make_transaction(book, account=account, amount=D(-20), description="SHOP REF ABCD12345678")
    make_transaction(book, account=account, amount=D(-10), description="SHOP REF ABCD12345678")
    Transaction.objects.filter(pk=row.pk).update(origin="import")
    actions.split(book=book, by=None, pk=row.pk, parts=[Part(percent=D(50)), Part(remainder=True)], now=NOW)
    assert find(book).new == 0
