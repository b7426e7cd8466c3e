"""Finding what belongs together, deciding it, and taking it back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.tests.factories import NOW
from banking import actions
from banking.actions import reviewing, transferring
from banking.actions.decisions import Decisions
from banking.actions.refusals import Conflicting, Refused
from banking.models import Account, ReviewItem, ReviewSetting, Transaction, Transfer
from banking.queries import review
from banking.queries.ledger import broken
from banking.tests.factories import (
    DAY,
    category_of,
    make_account,
    make_connection,
    make_merchant,
    make_transaction,
)
from banking.tests.inbox import decide, find, only, state, unsure
from journal import actions as journal
from journal.models import Change, Operation

D = Decimal


@pytest.fixture
def household(book):
    """A checking and a savings account at a bank, a transfer between them that names both, and lunch."""
    bank = make_connection(book)
    checking = make_account(book, name="Everyday Checking", connection=bank)
    savings = make_account(book, name="Rainy Savings", connection=bank)
    words = {"amount": D(-250), "description": "ONLINE TRANSFER TO RAINY SAVINGS", "category": "UNCATEGORISED"}
    out = make_transaction(book, account=checking, **words)
    words = {"amount": D(250), "description": "TRANSFER FROM EVERYDAY CHECKING", "category": "UNCATEGORISED"}
    into = make_transaction(book, account=savings, day=DAY + timedelta(days=1), **words)
    make_transaction(book, account=checking, amount=D("-12.50"), description="LUNCH")
    return checking, savings, out, into


def test_a_sure_transfer_is_accepted_alone_and_taken_back_exactly(book, cast, household):
    before, (_checking, _savings, out, into) = state(book), household
    found = find(book)
    assert (found.new, found.accepted) == (1, 1)
    pair = Transfer.objects.get()
    assert (pair.outgoing, pair.incoming, pair.source) == (out, into, "match")
    filed = Transaction.objects.filter(pk__in=[out.pk, into.pk]).values_list("category__code", "category_source")
    assert set(filed) == {("TRANSFER", "match")}
    assert find(book).new == 0
    decide("reject", book, cast, only("transfer", state="auto"))
    assert state(book) == before
    assert not Transfer.objects.exists()
    assert not list(broken(book_id=book.pk, now=NOW))
    assert (find(book).new, ReviewItem.objects.get().state) == (0, "rejected")


def test_every_row_that_is_written_is_in_the_journal(book, cast, household):
    find(book)
    verbs = [each.verb for each in Operation.objects.order_by("pk")]
    assert verbs == ["find_matches", "match"]
    models = sorted(Change.objects.filter(operation__verb="match").values_list("model", flat=True))
    assert models == ["banking.ReviewItem", "banking.Transaction", "banking.Transaction", "banking.Transfer"]


def test_a_rejected_pair_stays_away_when_the_bank_tells_a_row_again_under_another_id(book, cast, household):
    _checking, savings, _out, into = household
    find(book)
    decide("reject", book, cast, only("transfer"))
    Transaction.objects.filter(pk=into.pk).update(removed_at=NOW)
    make_transaction(book, account=savings, day=into.day, amount=into.amount, description=into.description)
    find(book)
    assert [each.state for each in ReviewItem.objects.all()] == ["rejected"]
    assert not Transfer.objects.exists()


def test_what_a_person_filed_is_left_to_them_and_comes_back_when_unpaired(book, cast, household):
    out = household[2]
    changes = {"category": category_of(book, "RENT"), "note": "for the flat"}
    actions.amend(book=book, by=cast.alice.user, pk=out.pk, changes=changes, now=NOW)
    before = state(book)
    find(book)
    item = only("transfer", state="open")
    decide("accept", book, cast, item)
    assert Transaction.objects.get(pk=out.pk).category.code == "TRANSFER"
    transferring.unpair(book=book, by=cast.alice.user, pk=Transfer.objects.get().pk, now=NOW)
    assert state(book) == before
    assert only("transfer").state == "rejected"


def test_what_was_changed_since_is_not_taken_back(book, cast, household):
    out = household[2]
    find(book)
    changes = {"category": category_of(book, "RENT"), "note": "mine"}
    actions.amend(book=book, by=cast.alice.user, pk=out.pk, changes=changes, now=NOW)
    decide("reject", book, cast, only("transfer"))
    row = Transaction.objects.get(pk=out.pk)
    assert (row.category.code, row.category_source, row.note, set(row.edited)) == (
        "RENT", "user", "mine", {"category", "note"},
    )  # fmt: skip


def test_two_equally_good_sides_are_left_to_a_person(book, cast, household):
    checking, _savings, out, into = household
    make_transaction(book, account=checking, amount=out.amount, description=out.description)
    assert find(book).accepted == 0
    assert only("transfer").sure is False
    assert into.pk == only("transfer").second_id


def test_nothing_is_accepted_alone_where_that_is_switched_off(book, cast, household):
    checking = household[0]
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    reviewing.set_automatic(**given, choices={("transfer", checking): False})
    assert find(book).accepted == 0
    assert only("transfer").state == "open"
    reviewing.set_automatic(**given, choices={("transfer", checking): None})
    assert not ReviewSetting.objects.exists()
    with pytest.raises(Refused):
        reviewing.set_automatic(**given, choices={("category", None): True})


def test_a_transfer_whose_side_is_removed_ends(book, cast, household):
    into = household[3]
    find(book)
    actions.remove(book=book, by=cast.alice.user, pk=into.pk, now=NOW)
    find(book)
    assert not Transfer.objects.exists()
    assert Transaction.objects.get(pk=household[2].pk).category.code == "UNCATEGORISED"


def test_pairing_by_hand_and_what_it_refuses(book, cast, household):
    checking, savings, out, into = household
    other = make_transaction(book, account=savings, amount=D(99), description="X")
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    for outgoing, incoming in (
        (into, out),
        (out, other),
        (out, make_transaction(book, account=checking, amount=D(250))),
    ):
        with pytest.raises(Refused):
            transferring.pair(**given, outgoing=outgoing, incoming=incoming)
    made = transferring.pair(**given, outgoing=out, incoming=into)
    assert (made.source, find(book).accepted) == ("user", 0)
    with pytest.raises(Conflicting):
        transferring.pair(**given, outgoing=out, incoming=into)


@pytest.fixture
def posted(book, cast):
    """A card's pending dinner that a person edited, and the same with a tip, read a day later."""
    card = make_account(book, name="Card", kind="credit", connection=make_connection(book))
    waits = make_transaction(book, account=card, amount=D(-50), description="TRATTORIA ROMA", pending=True)
    changes = {"category": category_of(book, "RENT"), "note": "with Bob", "tags": ["party"], "excluded": True}
    actions.amend(book=book, by=cast.alice.user, pk=waits.pk, changes=changes, now=NOW)
    row = make_transaction(
        book, account=card, amount=D(-59), day=DAY + timedelta(days=2), description="TRATTORIA ROMA 17"
    )
    Transaction.objects.filter(pk=row.pk).update(
        created_at=NOW + timedelta(days=2), bank_category="FOOD_AND_DRINK_RESTAURANT"
    )
    Transaction.objects.filter(pk=waits.pk).update(created_at=NOW)
    return waits, row


def test_a_booked_row_takes_over_from_the_pending_one_and_gives_back(book, cast, posted):
    waits, row = posted
    before = state(book)
    find(book)
    decide("accept", book, cast, only("pending"))
    kept, gone = Transaction.objects.get(pk=row.pk), Transaction.objects.get(pk=waits.pk)
    assert (kept.category.code, kept.category_source, kept.note, kept.excluded) == ("RENT", "user", "with Bob", True)
    assert [tag.name for tag in kept.tags.all()] == ["party"]
    assert set(kept.edited) == {"category", "note", "tags", "excluded"}
    assert (gone.removed_at is None, gone.discarded) == (False, False)
    assert find(book).new == 0
    decide("reject", book, cast, only("pending"))
    assert state(book) == before


def test_what_the_bank_took_back_gives_its_edits_to_the_row_that_took_its_place(book, cast, posted):
    waits, row = posted
    Transaction.objects.filter(pk=waits.pk).update(removed_at=NOW)
    Transaction.objects.filter(pk=row.pk).update(amount=D(-50), authorized_on=DAY)
    assert find(book).accepted == 1
    assert Transaction.objects.get(pk=row.pk).note == "with Bob"


def test_a_duplicate_from_a_file_leaves_the_balance_as_the_bank_tells_it(book, cast):
    account = make_account(book, connection=make_connection(book), opening=10)
    Account.objects.filter(pk=account.pk).update(reported=D(-10), opening_settled=True)
    make_transaction(book, account=account, amount=D(-10), description="CORNER SHOP")
    row = make_transaction(book, account=account, amount=D(-10), description="CORNER SHOP", day=DAY + timedelta(days=1))
    Transaction.objects.filter(pk=row.pk).update(origin="import")
    find(book)
    decide("accept", book, cast, only("duplicate"))
    assert not broken(now=NOW, book_id=book.pk)
    row.refresh_from_db()
    assert (row.removed_at, row.discarded) == (NOW, True)
    decide("reject", book, cast, only("duplicate"))
    assert not broken(now=NOW, book_id=book.pk)


def test_a_duplicate_goes_and_its_edits_stay(book, cast):
    account = make_account(book, connection=make_connection(book))
    kept = make_transaction(book, account=account, description="CORNER SHOP 12")
    typed = make_transaction(book, account=account, description="Corner shop", note="eggs")
    Transaction.objects.filter(pk=typed.pk).update(origin="manual", external_id=None)
    twin = make_transaction(book, account=account, description="CORNER SHOP 12", day=DAY - timedelta(days=40))
    make_transaction(book, account=account, description="CORNER SHOP 12", day=twin.day)
    before = state(book)
    assert (find(book).accepted, ReviewItem.objects.count()) == (0, 1)
    decide("accept", book, cast, only("duplicate"))
    assert Transaction.objects.get(pk=kept.pk).note == "eggs"
    assert not Transaction.objects.get(pk=typed.pk).discarded
    assert not list(broken(book_id=book.pk, now=NOW))
    decide("reject", book, cast, only("duplicate"))
    assert state(book) == before


def test_a_refund_goes_where_its_purchase_is_filed(book, cast):
    shop = make_merchant(book, name="Zara")
    make_transaction(book, amount=D(-80), merchant=shop, description="ZARA 12", category="CLOTHING")
    back = make_transaction(book, amount=D(80), merchant=shop, day=DAY + timedelta(days=4), description="ZARA REFUND")
    before = state(book)
    find(book)
    decide("accept", book, cast, only("refund"))
    assert Transaction.objects.get(pk=back.pk).category.code == "CLOTHING"
    decide("reject", book, cast, only("refund"))
    assert state(book) == before


def test_many_are_decided_at_once_and_what_cannot_be_is_left(book, cast, household, counted):
    reviewing.set_automatic(book=book, by=cast.alice.user, choices={("transfer", None): False}, now=NOW)
    for name in ("One", "Two", "Three"):
        unsure(book, 2, name=name, account=household[0])
    find(book)
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    done = reviewing.decide_many(**given, accepted=True, kind="category")
    assert (done.count, done.left, review.counts(book=book)["all"]) == (3, 0, 1)
    ids = list(ReviewItem.objects.values_list("pk", flat=True))
    done = reviewing.decide_many(**given, accepted=True, ids=ids)
    assert (done.count, done.left) == (1, 3)
    with pytest.raises(Refused):
        reviewing.decide_many(**given, accepted=True, ids=[max(ids) + 1])


def test_looking_again_asks_no_more_questions_for_more_rows(book, cast, household, counted):
    find(book)
    first = counted(lambda: find(book))
    for number in range(12):
        make_transaction(book, account=household[0], amount=D(-number - 100), description=f"SHOP {number}")
    find(book)
    assert counted(lambda: find(book)) == first


def test_a_transfer_ends_when_the_bank_changes_an_amount(book, cast, household):
    into = household[3]
    find(book)
    Transaction.objects.filter(pk=into.pk).update(amount=D(251))
    find(book)
    assert not Transfer.objects.exists()
    assert Transaction.objects.get(pk=into.pk).category.code == "UNCATEGORISED"


def test_a_transfer_that_ended_by_itself_may_be_found_again(book, cast, household):
    """Nobody rejected it: not where a side comes back, nor where the bank tells it again under another id."""
    _checking, savings, out, into = household
    find(book)
    actions.remove(book=book, by=cast.alice.user, pk=into.pk, now=NOW)
    find(book)
    assert not ReviewItem.objects.exists()
    actions.restore(book=book, by=cast.alice.user, pk=into.pk, now=NOW)
    assert find(book).accepted == 1
    Transaction.objects.filter(pk=into.pk).update(removed_at=NOW)
    find(book)
    words = {"description": into.description, "category": "UNCATEGORISED"}
    told = make_transaction(book, account=savings, day=into.day, amount=into.amount, **words)
    assert find(book).accepted == 1
    assert (Transfer.objects.get().outgoing, Transfer.objects.get().incoming) == (out, told)


def test_what_was_taken_apart_by_hand_stays_apart_under_another_id(book, cast, household):
    _checking, savings, out, into = household
    made = transferring.pair(book=book, by=cast.alice.user, outgoing=out, incoming=into, now=NOW)
    transferring.unpair(book=book, by=cast.alice.user, pk=made.pk, now=NOW)
    Transaction.objects.filter(pk=into.pk).update(removed_at=NOW)
    words = {"description": into.description, "category": "UNCATEGORISED"}
    make_transaction(book, account=savings, day=into.day, amount=into.amount, **words)
    assert find(book).new == 0


def test_an_open_question_says_what_is_true_now(book, cast, posted):
    _waits, row = posted
    find(book)
    assert "tip" in [each[0] for each in only("pending").evidence]
    Transaction.objects.filter(pk=row.pk).update(amount=D(-50))
    find(book)
    codes = [each[0] for each in only("pending").evidence]
    assert ("tip" in codes, "same_amount" in codes) == (False, True)


def test_who_decides_upon_what_another_has_just_decided_takes_back_all_of_it(book, cast, household):
    before = state(book)
    reviewing.set_automatic(book=book, by=cast.alice.user, choices={("transfer", None): False}, now=NOW)
    find(book)
    seen = review.item(book=book, pk=only("transfer").pk)
    decide("accept", book, cast, seen)
    with journal.operation(book=book, by=cast.alice.user, verb="reject_match", now=NOW) as recorder:
        decisions = Decisions(book=book, by=cast.alice.user, now=NOW, recorder=recorder, found=[seen])
        decisions.reject(seen)
        decisions.write()
    assert (state(book), Transfer.objects.count()) == (before, 0)


def test_nobody_asks_about_what_is_paid_back_already(book, cast):
    """Neither about a refund that a person has linked, nor about one for which the purchase has nothing left."""
    shop, account = make_merchant(book, name="Zara"), make_account(book)
    given = {"merchant": shop, "account": account}
    bought = make_transaction(book, amount=D(-80), description="ZARA 12", **given)
    back = [make_transaction(book, amount=D(50), day=DAY + timedelta(days=4), description="REFUND", **given)]
    find(book)
    assert only("refund").second == back[0]
    actions.link_refund(book=book, by=cast.alice.user, refund=back[0].pk, purchase=bought.pk, now=NOW)
    assert not ReviewItem.objects.exists()
    back.append(make_transaction(book, amount=D(31), day=DAY + timedelta(days=5), description="REFUND", **given))
    assert find(book).new == 0
    actions.unlink_refund(book=book, by=cast.alice.user, refund=back[0].pk, purchase=bought.pk, now=NOW)
    find(book)
    assert (only("refund", state="rejected").second, only("refund", state="open").second) == tuple(back)
