"""Tags of a file: on its transactions and their parts, made where missing, and taken back with the import."""

import pytest
from django.utils import timezone

from banking.models import Tag, Transaction, TransactionTag
from banking.tests.factories import make_rule, make_transaction
from banking.tests.files import taken_back
from journal import actions as journal
from journal.models import Change

HEAD = "Date,Description,Amount,Tags\n"
FILE = HEAD + '2024-01-15,TEA,-3.00,"Trip, work"\n2024-01-16,CAKE,-4.00,trip\n2024-01-17,NUTS,-5.00,\n'
SPLIT = "!Type:Bank\nD01/15/2024\nT-50.00\nPCostco\nLFood/Trip\nSGroceries/Cabin\n$-30.00\nSHome\n$-20.00\n^\n"


def tagged(**where):
    rows = Transaction.objects.filter(**where).order_by("day", "pk")
    return [sorted(row.tags.values_list("name", flat=True)) for row in rows]


def test_rows_have_the_tags_of_the_file(book, bring_in):
    known = Tag.objects.create(book=book, name="Work")
    done = bring_in(FILE)
    assert tagged(book=book) == [["Trip", "Work"], ["Trip"], []]
    assert set(Transaction.objects.values_list("note", flat=True)) == {""}
    made = Change.objects.filter(operation=done.operation, model="banking.Tag")
    assert [each.after["name"] for each in made] == ["Trip"]
    assert Tag.objects.count() == 2
    link = TransactionTag.objects.filter(tag=known).get()
    assert Change.objects.get(model="banking.TransactionTag", key=link.pk).after == journal.snapshot(link)


def test_parts_have_those_of_the_whole_and_their_own(book, bring_in):
    bring_in(SPLIT, name="q.qif")
    assert tagged(part_of=None) == [["Trip"]]
    assert tagged(is_split=False) == [["Cabin", "Trip"], ["Trip"]]


def test_what_could_not_be_split_has_the_tags_of_its_parts(book, bring_in):
    bring_in(SPLIT.replace("-30.00", "-50.00").replace("-20.00", "0.00"), name="q.qif")
    assert tagged(book=book) == [["Cabin", "Trip"]]


def test_more_tags_than_there_is_room_for_go_into_the_note(book, bring_in):
    many = ";".join(f"tag{n:02}" for n in range(22))
    bring_in(HEAD + f"2024-01-15,TEA,-3.00,{many}\n2024-01-16,TEA,-3.00,{'x' * 60}\n")
    first, second = tagged(book=book)
    assert (len(first), second) == (20, ["x" * 40])
    assert Transaction.objects.order_by("pk")[0].note == "#tag20 #tag21"


def test_rules_see_the_tags_of_the_file(book, bring_in):
    make_rule(book, contains="TEA", actions={"tags": ["work"]})
    bring_in(FILE)
    assert tagged(description="TEA") == [["Trip", "work"]]


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_taking_it_back_removes_the_tags_that_it_made_and_only_those(book, cast, bring_in, way):
    mine = make_transaction(book)
    old = Tag.objects.create(book=book, name="work")
    TransactionTag.objects.create(book=book, transaction=mine, tag=old)
    unused = Tag.objects.create(book=book, name="unused")
    done = bring_in(FILE)
    taken_back(done, way)
    assert set(Tag.objects.all()) == {old, unused}
    assert list(mine.tags.all()) == [old]


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_a_tag_that_something_else_has_by_now_stays(book, cast, bring_in, way):
    mine = make_transaction(book)
    done = bring_in(FILE)
    TransactionTag.objects.create(book=book, transaction=mine, tag=Tag.objects.get(name="Trip"))
    taken_back(done, way)
    assert [tag.name for tag in Tag.objects.all()] == ["Trip"]


def test_undone_and_done_again_it_has_its_tags(book, cast, bring_in):
    done = bring_in(FILE)
    taken_back(done, "undo")
    assert not Tag.objects.exists()
    journal.redo(book=book, by=cast.alice.user, pk=done.operation_id, now=timezone.now())
    assert tagged(book=book) == [["Trip", "work"], ["Trip"], []]
