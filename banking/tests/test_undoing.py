"""Taking back what was done in the ledger, exactly, or not at all."""

import time
from decimal import Decimal

import pytest

from accounts.books import entered
from accounts.owned import owned_models
from accounts.tests.factories import NOW
from banking import actions, totals
from banking.models import Category, DayTotal, MonthTotal, ReviewItem, Tag, Transaction, Word
from banking.tests.factories import DAY, category_of, make_account, make_connection, make_transaction
from journal import actions as journal
from journal.actions import CannotUndo
from journal.models import Change, Operation

UNKEPT = {"updated_at", "next_sync_at"}


def kept(book):
    """Every row of the book without the journal's own and without stamps; the totals without their keys.

    The words of a search are not compared: those of rows that went stay known, so that none lacks when they come back.
    """
    found = {}
    for model in owned_models():
        if model not in {Operation, Change, Word}:
            without = {*UNKEPT, *({"id"} if model in {DayTotal, MonthTotal} else ())}
            rows = [
                {k: v for k, v in row.items() if k not in without} for row in model.objects.filter(book=book).values()
            ]
            found[model._meta.label] = sorted(rows, key=str)
    return found


def rebuilt(book):
    totals.rebuild(book=book)
    return kept(book)


@pytest.fixture
def do(book, cast):
    """`do(verb, **arguments)` calls the action as bob; the operation that it made."""

    def call(verb, **arguments):
        getattr(actions, verb)(book=book, by=cast.bob.user, now=NOW, **arguments)
        return Operation.objects.order_by("-id").first()

    return call


def undo(operation, cast, back=journal.undo):
    return back(book=operation.book, by=cast.bob.user, pk=operation.pk, now=NOW)


def amend(do, row, **changes):
    return do("amend", pk=row.pk, changes=changes)


def test_an_amendment_with_all_that_it_made(book, cast, do):
    row = make_transaction(book, tags=["old"])
    before = kept(book)
    done = amend(do, row, note="x", tags=["new"], merchant="Joe's", category=category_of(book, "FUEL"), excluded=True)
    after = kept(book)
    assert after != before
    undone = undo(done, cast)
    assert kept(book) == before == rebuilt(book)
    done.refresh_from_db()
    assert (undone.undoes, undone.verb, done.undone) == (done, "undo", True)
    again = undo(done, cast, journal.redo)
    assert kept(book) == after == rebuilt(book)
    undo(again, cast)
    assert kept(book) == before
    done.refresh_from_db()
    assert done.undone


def test_what_is_undone_is_not_undone_twice(book, cast, do):
    done = amend(do, make_transaction(book), note="x")
    undo(done, cast)
    with pytest.raises(CannotUndo, match="undone already"):
        undo(done, cast)
    undo(done, cast, journal.redo)
    with pytest.raises(CannotUndo, match="not been undone"):
        undo(done, cast, journal.redo)


def test_an_undo_is_turned_as_often_as_one_likes(book, cast, do):
    row = make_transaction(book)
    done = amend(do, row, note="x")
    undone = undo(done, cast)
    for _turn in range(2):
        undo(undone, cast)
        row.refresh_from_db()
        assert row.note == "x"
        undo(undone, cast, journal.redo)
        row.refresh_from_db()
        undone.refresh_from_db()
        assert (row.note, undone.undone) == ("", False)


def test_a_later_change_of_the_same_column_stands_in_the_way(book, cast, do):
    row = make_transaction(book)
    first, second = amend(do, row, note="first"), amend(do, row, note="second")
    before, operations = kept(book), Operation.objects.count()
    with pytest.raises(CannotUndo, match="Changed a transaction") as refused:
        undo(first, cast)
    assert refused.value.later == (second,)
    assert (kept(book), Operation.objects.count()) == (before, operations)
    undo(second, cast)
    undo(first, cast)
    row.refresh_from_db()
    assert (row.note, row.edited) == ("", {})


def test_a_later_change_of_another_column_does_not(book, cast, do):
    row = make_transaction(book)
    first = amend(do, row, note="first")
    amend(do, row, category=category_of(book, "FUEL"))
    undo(first, cast)
    row.refresh_from_db()
    assert (row.note, row.category.code, list(row.edited)) == ("", "FUEL", ["category"])


def test_what_is_used_since_is_not_taken_away(book, cast, do):
    made = do("create_category", new=actions.NewCategory(name="Kites", kind="expense"))
    kites = Category.objects.get(name="Kites")
    used = amend(do, make_transaction(book), category=kites)
    with pytest.raises(CannotUndo) as refused:
        undo(made, cast)
    assert refused.value.later == (used,)
    undo(used, cast)
    undo(made, cast)
    undo(made, cast, journal.redo)
    undo(used, cast, journal.redo)
    assert Transaction.objects.get().category == kites


def test_a_tag_that_others_use_meanwhile_stays(book, cast, do):
    first, other = make_transaction(book), make_transaction(book)
    done = amend(do, first, tags=["trip"])
    amend(do, other, tags=["trip"])
    undo(done, cast)
    assert (list(first.tags.all()), [tag.name for tag in other.tags.all()]) == ([], ["trip"])
    undo(done, cast, journal.redo)
    assert Tag.objects.get() in first.tags.all()


def test_a_name_that_was_given_anew_is_not_taken(book, cast, do):
    made = do("create_category", new=actions.NewCategory(name="Kites", kind="expense"))
    undo(made, cast)
    do("create_category", new=actions.NewCategory(name="Kites", kind="income"))
    before = kept(book)
    with pytest.raises(CannotUndo, match="same name"):
        undo(made, cast, journal.redo)
    assert kept(book) == before


def test_what_leads_nowhere_any_more_is_not_brought_back(book, cast, do):
    made = do("create_category", new=actions.NewCategory(name="Kites", kind="expense"))
    kites = Category.objects.get(name="Kites")
    do("create_rule", new=actions.NewRule("kite", kites))
    rule = Change.objects.get(model="banking.Rule").key
    gone = do("delete_rule", pk=rule)
    undo(made, cast)
    with pytest.raises(CannotUndo):
        undo(gone, cast)
    assert not Change.objects.filter(model="banking.Rule", operation__undoes=gone).exists()


HALVES = [actions.Part(percent=Decimal(50)), actions.Part(remainder=True)]


@pytest.mark.parametrize("change", [{"amount": Decimal(-20)}, {"day": DAY.replace(day=1)}, None])
def test_what_was_split_since_is_not_changed_without_its_parts(book, cast, do, change):
    row = make_transaction(book)
    if change is None:
        do("remove", pk=row.pk)
    done = do("amend", pk=row.pk, changes=change) if change else do("restore", pk=row.pk)
    split = do("split", pk=row.pk, parts=HALVES)
    before = kept(book)
    with pytest.raises(CannotUndo, match="Split a transaction") as refused:
        undo(done, cast)
    assert (refused.value.later, kept(book)) == ((split,), before)
    undo(split, cast)
    undo(done, cast)
    assert kept(book) == rebuilt(book)


def test_parts_do_not_come_back_to_an_amount_that_the_bank_has_changed(book, cast, do):
    row = make_transaction(book, account=make_account(book, connection=make_connection(book)))
    do("split", pk=row.pk, parts=HALVES)
    done = do("unsplit", pk=row.pk)
    Transaction.objects.filter(pk=row.pk).update(amount=Decimal(-12))
    before = kept(book)
    with pytest.raises(CannotUndo, match="update of your bank"):
        undo(done, cast)
    assert kept(book) == before


def test_what_the_bank_has_changed_since(book, cast, do):
    row = make_transaction(book, account=make_account(book, connection=make_connection(book)))
    done = do("remove", pk=row.pk)
    Transaction.objects.filter(pk=row.pk).update(discarded=False)
    with pytest.raises(CannotUndo, match="update of your bank"):
        undo(done, cast)


def test_what_was_erased_is_never_taken_back(book, cast, do):
    with journal.operation(book=book, by=None, verb="erase", now=NOW, final=True) as recorder:
        recorder.noted("banking.Account", 1, {}, None)
    with pytest.raises(CannotUndo, match="cannot be taken back"):
        undo(Operation.objects.get(verb="erase"), cast)


def test_one_action_within_another_is_one_operation(book, cast, do):
    row = make_transaction(book)
    with entered(cast.stranger.book):
        theirs = category_of(cast.stranger.book, "FUEL")
    with journal.operation(book=book, by=cast.bob.user, verb="refile", now=NOW):
        amend(do, row, note="one")
        with pytest.raises(actions.Refused):
            do("amend", pk=row.pk, changes={"category": theirs, "tags": ["two"]})
    assert [each.model for each in Operation.objects.get().changes.all()] == ["banking.Transaction"]


def test_two_thousand_rows_at_once(book, cast, do):
    account = make_account(book)
    one = make_transaction(book, account=account)
    rows = [Transaction(**{**_values(one), "note": str(n)}) for n in range(2_000)]
    Transaction.objects.bulk_create(rows)
    totals.rebuild(book=book)
    before, ids = kept(book), set(Transaction.objects.values_list("pk", flat=True))
    done = do("categorise_many", category=category_of(book, "FUEL"), ids=ids)
    started = time.process_time()
    undo(done, cast)
    assert time.process_time() - started < 5
    assert kept(book) == before


def _values(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def test_amounts_come_back_to_the_last_place(book, cast, do):
    row = make_transaction(book, account=make_account(book, currency="XTS"), amount=Decimal("-12.3456"))
    done = amend(do, row, amount=Decimal("-1.5"))
    undo(done, cast)
    assert Transaction.objects.get().amount == Decimal("-12.3456")


def test_what_the_inbox_asks_about_a_row_goes_with_it_and_comes_back(book, cast, do):
    row = make_transaction(book)
    account = make_account(book)
    made = do("record", account=account, entry=actions.Entry(row.day, row.amount, "Kite"))
    twin = Transaction.objects.get(book=book, account=account)
    shared = {"book": book, "kind": "duplicate", "day": row.day, "score": 0.8}
    ReviewItem.objects.create(**shared, key="1:2", first=row, second=twin)
    before = kept(book)
    undo(made, cast)
    assert not ReviewItem.objects.filter(book=book).exists()
    undo(made, cast, journal.redo)
    assert kept(book) == before
    ReviewItem.objects.filter(book=book).update(state="rejected")
    with pytest.raises(CannotUndo):
        undo(made, cast)
