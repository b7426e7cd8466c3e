"""A transaction that is divided: its parts add up, stand for it everywhere, and follow what happens to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection as database
from hypothesis import given
from hypothesis import strategies as st

from accounts.tests.factories import NOW
from banking import actions, queries
from banking.actions import Conflicting, Part, Refused, connections, following, transferring
from banking.actions.dividing import divided
from banking.models import Connection, RefundLink, Reimbursement, Split, Transaction, TransactionTag
from banking.providers import registry
from banking.queries.destinations import destinations_of
from banking.queries.evidence import _filed
from banking.queries.ledger import broken
from banking.tests.factories import (
    DAY,
    PNG,
    category_of,
    make_account,
    make_connection,
    make_merchant,
    make_transaction,
)
from journal import actions as journal
from journal.models import Change, Operation

HALVES = [Part(percent=Decimal(50)), Part(remainder=True)]


@pytest.fixture
def row(book):
    """120.00 spent, told by a bank."""
    account = make_account(book, name="Checking", connection=make_connection(book))
    return make_transaction(book, account=account, amount="-120", merchant=make_merchant(book, name="Costco"))


def split(row, parts=HALVES, **options):
    actions.split(book=row.book, by=None, pk=row.pk, parts=parts, now=NOW, **options)
    return queries.parts(book=row.book, pk=row.pk)


def amounts(parts):
    return [str(part.amount) for part in parts]


shares = st.lists(
    st.one_of(
        st.integers(-10_000, 10_000).filter(bool).map(lambda cents: Part(amount=Decimal(cents) / 100)),
        st.integers(1, 1_000_000).map(lambda share: Part(percent=Decimal(share) / 10_000)),
    ),
    min_size=1,
    max_size=8,
)


@given(total=st.integers(-(10**9), 10**9).filter(bool), parts=shares, with_rest=st.booleans())
def test_parts_always_add_up_or_are_refused(total, parts, with_rest):
    whole = Decimal(total) / 100
    try:
        found = divided(total=whole, currency="USD", parts=[*parts, Part(remainder=True)] if with_rest else parts)
    except Refused:
        return
    assert sum(found) == whole
    assert all(amount == round(amount, 2) != 0 for amount in found)


@given(
    total=st.integers(-(10**9), 10**9).filter(lambda cents: abs(cents) > 1_000),
    cuts=st.sets(st.integers(1, 99), min_size=1, max_size=5),
)
def test_percentages_that_make_a_hundred_add_up(total, cuts):
    edges = [0, *sorted(cuts), 100]
    parts = [Part(percent=Decimal(end - start)) for start, end in zip(edges, edges[1:], strict=False)]
    assert sum(divided(total=Decimal(total) / 100, currency="USD", parts=parts)) == Decimal(total) / 100


def test_yen_have_no_parts_of_one():
    thirds = [Part(percent=Decimal("33.3333"))] * 2 + [Part(remainder=True)]
    assert divided(total=Decimal(-100), currency="JPY", parts=thirds) == [-33, -34, -33]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([Part(remainder=True)], "2 to 50"),
        ([Part(amount=Decimal(-1)), Part(amount=Decimal(-2))], "let one part take the rest"),
        ([Part(remainder=True), Part(remainder=True)], "Only one part"),
        ([Part(), Part(remainder=True)], "Part 1 needs"),
        ([Part(amount=Decimal(1), percent=Decimal(1)), Part(remainder=True)], "Part 1 needs"),
        ([Part(percent=Decimal(0)), Part(remainder=True)], "more than 0"),
        ([Part(percent=Decimal("NaN")), Part(remainder=True)], "more than 0"),
        ([Part(amount=Decimal(-120)), Part(remainder=True)], "Part 2 is nothing"),
        ([Part(amount=Decimal("-1.005")), Part(remainder=True)], "decimal places"),
        ([Part(amount=Decimal(-1), pk=9), Part(remainder=True)], "no part 9"),
    ],
)
def test_what_does_not_add_up_is_refused_and_changes_nothing(row, parts, message):
    with pytest.raises(Refused, match=message):
        split(row, parts)
    assert list(Transaction.objects.all()) == [row]
    assert not Operation.objects.exists()


def test_parts_stand_for_the_row_in_lists_totals_and_exports(book, row):
    rent = category_of(book, "RENT")
    first, second = split(row, [Part(amount=Decimal(-80), category=rent, note="n"), Part(remainder=True)])
    assert amounts([first, second]) == ["-80.00", "-40.00"]
    assert [each.pk for each in queries.transactions(book=book)] == [second.pk, first.pk]
    found = {part.name: part.total.net for part in queries.stats(book=book).by_category}
    assert found == {"Rent": Decimal(-80), "Coffee": Decimal(-40)}
    assert queries.summary(book=book).totals[0].count == 2
    balances = queries.running_balances(account=row.account, rows=[first, second])
    assert balances == {first.pk: Decimal(-80), second.pk: Decimal(-120)}
    lines = b"".join(queries.csv_of(book=book)).decode().splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines] == ["part_of", str(row.pk), str(row.pk)]
    assert broken(now=NOW, book_id=book.pk) == []


def test_money_the_other_way_may_be_a_part(row):
    """Spent 150 on one thing, gave another one back for 30."""
    assert amounts(split(row, [Part(amount=Decimal(-150)), Part(amount=Decimal(30))])) == ["-150.00", "30.00"]


def test_splitting_again_keeps_the_named_part_and_drops_the_others(book, row):
    first, second = split(row, [Part(amount=Decimal(-20), tags=["a"], note="kept"), Part(remainder=True, tags=["b"])])
    third, fourth = split(row, [Part(amount=Decimal(-30), pk=first.pk), Part(amount=Decimal(-90))])
    assert (third.pk, third.note, [tag.name for tag in third.tags.all()]) == (first.pk, "kept", ["a"])
    assert (str(fourth.amount), Transaction.objects.filter(pk=second.pk).exists()) == ("-90.00", False)
    assert TransactionTag.objects.count() == 1


def test_what_is_owed_of_a_part_keeps_its_size(book, row):
    first, second = split(row)
    actions.expect_back(book=book, by=None, pk=first.pk, now=NOW)
    for parts in ([Part(amount=Decimal(-30), pk=first.pk), Part(remainder=True)], HALVES):
        with pytest.raises(Conflicting, match="Take that away first"):
            split(row, parts)
    kept = [Part(amount=Decimal(-60), pk=first.pk), Part(amount=Decimal(-50), pk=second.pk), Part(remainder=True)]
    with pytest.raises(Conflicting, match="Take that away first"):
        actions.unsplit(book=book, by=None, pk=row.pk, now=NOW)
    assert amounts(split(row, kept)) == ["-60.00", "-50.00", "-10.00"]


def test_a_side_of_a_transfer_keeps_its_size(book, cast, row):
    given = {"book": book, "by": cast.alice.user, "now": NOW}
    into = make_transaction(book, account=make_account(book, name="Savings"), amount=100)
    first, second = split(row, [Part(amount=Decimal(-100)), Part(remainder=True)])
    row.refresh_from_db()
    other = make_transaction(book, account=into.account, amount=120)
    with pytest.raises(Conflicting, match="is split"):
        transferring.pair(**given, outgoing=row, incoming=other)
    pair = transferring.pair(**given, outgoing=first, incoming=into)
    with pytest.raises(Conflicting, match="part of a transfer"):
        actions.unsplit(**given, pk=row.pk)
    assert amounts(split(row, [Part(amount=Decimal(-100), pk=first.pk), Part(amount=Decimal(-20))]))[0] == "-100.00"
    transferring.unpair(**given, pk=pair.pk)
    actions.unsplit(**given, pk=row.pk)
    row.refresh_from_db()
    transferring.pair(**given, outgoing=row, incoming=other)
    with pytest.raises(Conflicting, match="part of a transfer"):
        split(row)


def test_receipts_of_parts_stay_with_the_whole_and_go_back(book, cast, row):
    first, _second = split(row)
    actions.attach(book=book, by=cast.alice.user, pk=first.pk, name="a.png", content=PNG, now=NOW)
    actions.unsplit(book=book, by=cast.alice.user, pk=row.pk, now=NOW)
    assert queries.attachments(book=book, transaction_id=row.pk).count() == 1
    journal.undo(book=book, by=cast.alice.user, pk=Operation.objects.get(verb="unsplit").pk, now=NOW)
    assert queries.attachments(book=book, transaction_id=first.pk).count() == 1


def test_a_part_is_filed_noted_and_left_out_by_itself(book, row):
    first, _second = split(row)
    changes = {"category": category_of(book, "RENT"), "note": "mine", "tags": ["t"], "excluded": True}
    actions.amend(book=book, by=None, pk=first.pk, changes=changes, now=NOW)
    assert queries.summary(book=book).totals[0].net == Decimal(-60)
    assert broken(now=NOW, book_id=book.pk) == []


@pytest.mark.parametrize("change", [{"amount": Decimal(1)}, {"day": DAY}, {"description": "x"}])
def test_a_part_has_no_amount_of_its_own(book, change):
    first, _second = split(make_transaction(book, amount=-120))
    with pytest.raises(Conflicting, match="Change the split"):
        actions.amend(book=book, by=None, pk=first.pk, changes=change, now=NOW)
    with pytest.raises(Conflicting, match="part of a split"):
        actions.remove(book=book, by=None, pk=first.pk, now=NOW)
    with pytest.raises(Conflicting, match="part of a split"):
        split(first)


def test_a_split_row_has_no_category_of_its_own(book, row):
    split(row)
    for change in ({"category": category_of(book, "RENT")}, {"excluded": True}):
        with pytest.raises(Conflicting, match="its parts"):
            actions.amend(book=book, by=None, pk=row.pk, changes=change, now=NOW)


def test_parts_follow_what_a_person_changes_in_the_whole(book):
    row = make_transaction(book, amount=-120)
    split(row, [Part(remainder=True), Part(amount=Decimal(-100))])
    changes = {"amount": Decimal(-130), "day": date(2026, 4, 1), "merchant": "Costco"}
    actions.amend(book=book, by=None, pk=row.pk, changes=changes, now=NOW)
    first, second = queries.parts(book=book, pk=row.pk)
    assert amounts([first, second]) == ["-30.00", "-100.00"]
    assert {(each.day, each.merchant.name) for each in (first, second)} == {(date(2026, 4, 1), "Costco")}
    assert [each.transaction for each in queries.splits_out_of_step(book=book)] == [row]
    assert broken(now=NOW, book_id=book.pk) == []
    split(row, [Part(amount=Decimal(-30), pk=first.pk), Part(remainder=True, pk=second.pk)])
    assert not queries.splits_out_of_step(book=book).exists()


def test_what_the_bank_changes_without_a_rest_goes_to_the_last_part(book, row):
    split(row, [Part(amount=Decimal(-20)), Part(amount=Decimal(-100))])
    Transaction.objects.filter(pk=row.pk).update(amount=Decimal(-125), pending=True)
    assert following.follow(book=book, parents=[row.pk], now=NOW) == 2
    found = queries.parts(book=book, pk=row.pk)
    assert (amounts(found), {part.pending for part in found}) == (["-20.00", "-105.00"], {True})
    assert following.follow(book=book, parents=[row.pk], now=NOW) == 0


def test_a_removed_split_takes_its_parts_along(book, row):
    split(row)
    actions.remove(book=book, by=None, pk=row.pk, now=NOW)
    assert not queries.transactions(book=book).exists()
    assert broken(now=NOW, book_id=book.pk) == []
    assert set(Transaction.objects.values_list("discarded", flat=True)) == {True}


def test_a_split_is_put_together_again(book, row):
    before = Transaction.objects.filter(pk=row.pk).values("amount", "category", "category_source", "is_split").get()
    split(row)
    actions.unsplit(book=book, by=None, pk=row.pk, now=NOW)
    assert Transaction.objects.filter(pk=row.pk).values(*before).get() == before
    assert list(queries.transactions(book=book)) == [row]
    assert not Split.objects.exists()
    with pytest.raises(Conflicting, match="not split"):
        actions.unsplit(book=book, by=None, pk=row.pk, now=NOW)


def test_every_row_that_changes_is_recorded(book, row):
    first, second = split(row, [Part(amount=Decimal(-20), tags=["a"]), Part(remainder=True)])
    made = {(each.model.split(".")[1], each.key) for each in Change.objects.filter(before__isnull=True)}
    assert {("Transaction", first.pk), ("Transaction", second.pk)} < made
    assert {model for model, _key in made} == {"Transaction", "Split", "Tag", "TransactionTag"}
    actions.unsplit(book=book, by=None, pk=row.pk, now=NOW)
    gone = {
        each.model.split(".")[1] for each in Operation.objects.get(verb="unsplit").changes.filter(after__isnull=True)
    }
    assert gone == {"Transaction", "Split", "TransactionTag"}
    flags = Change.objects.filter(model="banking.Transaction", key=row.pk).order_by("pk")
    assert [each.after["is_split"] for each in flags] == ["True", "False"]


def test_what_a_person_filed_in_parts_teaches_nothing(book, row):
    split(row, [Part(amount=Decimal(-20), category=category_of(book, "RENT")), Part(remainder=True)])
    assert _filed(book, destinations_of(book=book, names={})) == []


def test_a_sync_without_a_split_asks_once(book, row, counted):
    told = following.Difference((), (), (), {})
    connection = row.account.connection
    assert counted(lambda: following.touched(book=book, connection=connection, difference=told)) == 1
    split(row)
    gone = following.Difference((), (), (row.pk,), {})
    assert following.touched(book=book, connection=connection, difference=told) == []
    assert following.touched(book=book, connection=connection, difference=gone) == [row.pk]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal(-61)},
        {"day": date(2026, 1, 1)},
        {"pending": True},
        {"removed_at": NOW},
        {"is_split": True},
        {"currency": "EUR"},
    ],
)
def test_a_split_that_does_not_hold_is_found(book, row, wrong):
    part = split(row)[0]
    Transaction.objects.filter(pk=part.pk).update(**wrong)
    found = {each.invariant for each in broken(now=NOW, book_id=book.pk)}
    assert found & {"parts = split", "a part is like its split"}


def test_an_erased_bank_leaves_no_ties(book, cast, row):
    """Its split rows go, and so do the ties of rows of other accounts to them."""
    part = split(row)[0]
    refund = make_transaction(book, account=make_account(book), amount="60", category="SALARY")
    actions.link_refund(book=book, by=None, refund=refund.pk, purchase=part.pk, now=NOW)
    actions.expect_back(book=book, by=None, pk=part.pk, now=NOW)
    Connection.objects.update(secret=None)
    connections.unlink(
        book=book,
        connection=Connection.objects.get(),
        vendor=registry.vendor("plaid"),
        by=cast.alice.user,
        keep=False,
        now=NOW,
    )
    database.check_constraints()
    assert list(Transaction.objects.all()) == [refund]
    for model in (Split, RefundLink, Reimbursement):
        assert not model.objects.exists()
        assert not Change.objects.filter(model=model._meta.label).exists()
    assert broken(now=NOW, book_id=book.pk) == []
