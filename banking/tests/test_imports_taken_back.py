"""Taking an import back: the book is as it was, whatever the application found out about its rows since."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banking import actions
from banking.actions import Amendment, Conflicting, reviewing
from banking.actions.finding import find_matches
from banking.models import Account, Attachment, ReviewItem, Transaction, Transfer
from banking.queries.ledger import broken
from banking.tests.factories import make_account, make_attachment, make_transaction
from banking.tests.files import taken_back
from banking.tests.test_undoing import kept
from journal import actions as journal

FILE = """Date,Description,Amount,Category
2024-01-15,BLUE BOTTLE COFFEE,-5.75,Coffee
2024-01-15,BLUE BOTTLE COFFEE,-5.75,Coffee
2024-01-02,RENT JANUARY,-1200.00,
"""
MOVED = """Date,Description,Amount,Account
2024-01-02,TRANSFER TO SAVINGS 123,-500.00,Checking
2024-01-02,TRANSFER FROM CHECKING 123,500.00,Savings
2024-01-03,TRANSFER TO WALLET,-40.00,Checking
"""
SPLIT = "!Type:Bank\nD01/15/2024\nT-50.00\nPCostco\nSFood\nEcaf\u00ad\u00e9\n$-30.00\nSHome\n$-20.00\n^\n"


def snapshot(book):
    """All that the rows and accounts of the book hold, but for when they were changed."""
    found = [list(model.objects.filter(book=book).order_by("pk").values()) for model in (Transaction, Account)]
    return [[{name: value for name, value in row.items() if name != "updated_at"} for row in rows] for rows in found]


def test_reverting_leaves_the_book_as_it_was(book, cast, bring_in):
    make_transaction(book, account=make_account(book))
    before = snapshot(book)
    done = bring_in(FILE)
    reverted = actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    assert (snapshot(book), reverted.status) == (before, "reverted")
    assert not broken(now=timezone.now(), book_id=book.pk)
    with pytest.raises(Conflicting):
        actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    assert bring_in(FILE).added == 3


def test_reverting_refuses_where_a_row_was_changed_since(book, cast, bring_in):
    done = bring_in(FILE)
    rent = Transaction.objects.get(description="RENT JANUARY")
    actions.amend(book=book, by=cast.alice.user, pk=rent.pk, changes=Amendment(note="mine"), now=timezone.now())
    before = snapshot(book)
    with pytest.raises(Conflicting, match=r"1 of its transactions was changed since: 2024-01-02 RENT JANUARY"):
        actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    assert snapshot(book) == before


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_what_was_paired_alone_is_parted_alone_and_paired_again(book, cast, bring_in, way):
    wallet = make_account(book, name="Wallet")
    make_transaction(
        book, account=wallet, day=date(2024, 1, 3), amount=Decimal(40), description="TRANSFER FROM CHECKING"
    )
    before = snapshot(book)
    done = bring_in(MOVED)
    assert find_matches(book=book, now=timezone.now()).accepted == 2
    after = kept(book)
    for _turn in range(2):
        taken_back(done, way)
        assert (snapshot(book), Transfer.objects.count(), ReviewItem.objects.count()) == (before, 0, 0)
        assert not broken(now=timezone.now(), book_id=book.pk)
        journal.redo(book=book, by=cast.alice.user, pk=done.operation_id, now=timezone.now())
        assert kept(book) == after


def test_what_a_person_accepted_stands_in_the_way(book, cast, bring_in):
    done = bring_in(MOVED)
    find_matches(book=book, now=timezone.now())
    item = ReviewItem.objects.first()
    reviewing.accept(book=book, by=cast.alice.user, pk=item.pk, now=timezone.now())
    before = snapshot(book)
    with pytest.raises(Conflicting, match="changed since"):
        actions.revert_import(book=book, by=cast.alice.user, pk=done.pk, now=timezone.now())
    assert (snapshot(book), Transfer.objects.count()) == (before, 1)


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_parts_with_signs_that_nobody_sees_are_split_and_taken_back(book, cast, bring_in, way):
    mine = make_account(book, name="Mine")
    done = bring_in(SPLIT, name="quicken.qif")
    assert Transaction.objects.filter(book=book, part_of__isnull=False).count() == 2
    make_transaction(book, account=mine, description="MINE")
    taken_back(done, way)
    assert [row.description for row in Transaction.objects.filter(book=book)] == ["MINE"]


def test_a_receipt_that_was_removed_again_stands_in_nobodys_way(book, cast, bring_in, settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path
    done = bring_in(FILE)
    receipt = make_attachment(Transaction.objects.get(description="RENT JANUARY"), by=cast.alice.user)
    with pytest.raises(Conflicting, match="RENT JANUARY"):
        taken_back(done, "revert")
    actions.detach(book=book, by=cast.alice.user, pk=receipt.pk, now=timezone.now())
    taken_back(done, "revert")
    assert not Transaction.objects.filter(book=book).exists()
    assert not Attachment.objects.exists()


def test_splits_of_a_file_cost_the_same_for_any_number(book, bring_in):
    counts = []
    for number in (2, 30):
        rows = "".join(
            f"D01/{n % 28 + 1}/2024\nT-{n + 10}.00\nPX{n}\nSFood\n$-4.00\nSHome\n$-{n + 6}.00\n^\n"
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as made:
            bring_in(f"!Account\nNCard {number}\nTBank\n^\n!Type:Bank\n{rows}", name="quicken.qif")
        counts.append(len(made))
    assert Transaction.objects.filter(book=book, part_of__isnull=False).count() == 64
    assert abs(counts[0] - counts[1]) <= 2, counts
