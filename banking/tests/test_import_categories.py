"""Categories of a file that become new ones here: what they are called, where they land, and how they go again."""

import pytest
from django.utils import timezone

from banking import actions
from banking.actions import Refused
from banking.actions.bringing_in import carry_out
from banking.models import NEW, Category, ImportMapping, Transaction
from banking.queries import import_categories as queries
from banking.tests.factories import category_of, make_account, make_transaction
from banking.tests.files import amended, brought_in, received, taken_back
from journal import actions as journal
from journal.models import Operation

HEAD = "Date,Description,Amount,Category\n"
FILE = HEAD + (
    "2024-01-15,KITE SHOP,-30.00,Hobbies: Kites\n"
    "2024-01-16,KITE SHOP,5.00,Hobbies: Kites\n"
    "2024-01-17,GLUE,-3.00,Hobbies:Glue\n"
    "2024-01-18,GIG,100.00,Gigs\n"
    "2024-01-19,TEA,-2.00,COFFEE\n"
    "2024-01-20,MISC,-1.00,Unassigned\n"
)


@pytest.fixture
def receive(book, cast):
    def receive(text=FILE, *, name="bank.csv", **changes):
        source = received(book, cast.alice.user, text, name=name)
        return amended(source, **changes) if changes else source

    return receive


@pytest.fixture
def bring_in(receive):
    def bring_in(text=FILE, **changes):
        return brought_in(receive(text, **changes or {"all_new": True}))

    return bring_in


def own(book):
    """The book's own categories: name, kind, and what they are inside of."""
    rows = Category.objects.filter(book=book, code="").order_by("name")
    return [(row.name, row.kind, row.parent.name if row.parent else "") for row in rows]


def plan(source):
    found = queries.planned(book=source.book, source=source, told=queries.words(source=source))
    return {word: (each.name, each.kind, each.parent) for word, each in found.items()}


def test_nothing_is_made_before_it_is_brought_in(book, receive):
    source = receive(all_new=True)
    assert source.categories == {
        "Hobbies: Kites": NEW, "Hobbies:Glue": NEW, "Gigs": NEW, "COFFEE": category_of(book, "COFFEE").pk,
        "Unassigned": None,
    }  # fmt: skip
    assert own(book) == []


def test_new_ones_are_made_with_their_groups_and_kinds(book, bring_in):
    done = bring_in()
    assert own(book) == [
        ("Gigs", "income", ""), ("Glue", "expense", "Hobbies"),
        ("Hobbies", "expense", ""), ("Kites", "expense", "Hobbies"),
    ]  # fmt: skip
    kite = Transaction.objects.filter(description="KITE SHOP").first()
    assert (kite.category.name, kite.category_source, kite.reason) == ("Kites", "user", "“Hobbies: Kites” in your file")
    assert NEW not in done.categories.values()
    assert ImportMapping.objects.get(book=book).categories == done.categories


def test_the_next_file_goes_to_those_that_were_made(book, bring_in, receive):
    bring_in()
    again = receive(HEAD + "2024-02-15,KITE SHOP,-31.00,Hobbies: Kites\n")
    assert again.categories == {"Hobbies: Kites": Category.objects.get(name="Kites").pk}


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_taking_it_back_removes_them(book, cast, bring_in, receive, way):
    done = bring_in()
    taken_back(done, way)
    assert own(book) == []
    assert receive().categories["Gigs"] == NEW, "as it was chosen"


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_one_that_something_else_uses_by_now_stays_with_its_parent(book, cast, bring_in, way):
    done = bring_in()
    elsewhere = make_account(book, name="Elsewhere")
    make_transaction(book, account=elsewhere, category=Category.objects.get(name="Kites"))
    taken_back(done, way)
    assert [name for name, _kind, _parent in own(book)] == ["Hobbies", "Kites"]
    assert Transaction.objects.count() == 1


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_one_that_was_renamed_since_stays(book, cast, bring_in, way):
    done = bring_in()
    gigs = Category.objects.get(name="Gigs")
    actions.rename_category(book=book, by=cast.alice.user, pk=gigs.pk, name="Concerts", now=timezone.now())
    taken_back(done, way)
    assert own(book) == [("Concerts", "income", "")]


def test_undone_and_done_again_they_are_there(book, cast, bring_in):
    done = bring_in()
    before = own(book)
    taken_back(done, "undo")
    journal.redo(book=book, by=cast.alice.user, pk=done.operation_id, now=timezone.now())
    assert own(book) == before
    assert Transaction.objects.filter(category__name="Kites").count() == 2


@pytest.mark.parametrize("way", ["undo", "revert"])
def test_an_archived_one_of_the_name_comes_back_and_goes_again(book, cast, bring_in, way):
    old = Category.objects.create(book=book, name="gigs", kind="income", archived_at=timezone.now())
    done = bring_in()
    old.refresh_from_db()
    assert (old.archived_at, Transaction.objects.get(description="GIG").category) == (None, old)
    taken_back(done, way)
    old.refresh_from_db()
    assert old.archived_at is not None


def test_what_no_row_uses_is_not_made_and_stays_remembered(book, cast, receive):
    source = receive(all_new=True)
    gig = source.rows.get(description="GIG")
    actions.choose_import_rows(book=book, pk=source.pk, chosen=False, positions=[gig.position])
    actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now())
    carry_out(book=book, import_id=source.pk, clock=timezone.now)
    assert not Category.objects.filter(name="Gigs").exists()
    assert receive().categories["Gigs"] == NEW


def test_one_that_was_made_meanwhile_is_used(book, cast, receive):
    source = receive(all_new=True)
    gigs = Category.objects.create(book=book, name="GIGS", kind="expense")
    actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now())
    carry_out(book=book, import_id=source.pk, clock=timezone.now)
    assert Transaction.objects.get(description="GIG").category == gigs


def test_one_whose_making_was_undone_meanwhile_is_none(book, cast, receive):
    shared = {"book": book, "by": cast.alice.user, "now": timezone.now()}
    kites = actions.create_category(**shared, new=actions.NewCategory(name="Kites", kind="expense"))
    source = receive(categories={"Gigs": kites.pk})
    journal.undo(**shared, pk=Operation.objects.get().pk)
    done = brought_in(source)
    assert (done.status, done.added, done.categories["Gigs"]) == ("done", 6, None)


def test_parts_go_to_new_ones_too(book, bring_in):
    text = "!Type:Bank\nD01/15/2024\nT-50.00\nPCostco\nSKites\n$-30.00\nSGlue\n$-20.00\n^\n"
    bring_in(text)
    assert [part.category.name for part in Transaction.objects.exclude(part_of=None).order_by("pk")] == [
        "Kites",
        "Glue",
    ]


def test_a_column_tells_the_group(receive):
    head = "Account,Flag,Date,Payee,Category Group/Category,Category Group,Category,Memo,Outflow,Inflow\n"
    text = head + '"A","","01/15/2024","Kite","Fun: Kites","Fun","Kites","",$3.00,$0.00\n'
    assert plan(receive(text)) == {"Kites": ("Kites", "expense", "Fun")}


def rows(*words):
    return HEAD + "".join(f"2024-01-{n:02},X{n},{amount},{word}\n" for n, (word, amount) in enumerate(words, 1))


def test_names_are_there_once_and_levels_are_two(book, receive):
    told = rows(("A1: Cover", -1), ("B1: Cover", -2), ("C1: D1: E1", -3), ("F1", -4), ("F1: G1", -5), ("H1: H1", -6))
    assert plan(receive(told)) == {
        "A1: Cover": ("A1: Cover", "expense", "A1"),
        "B1: Cover": ("B1: Cover", "expense", "B1"),
        "C1: D1: E1": ("D1: E1", "expense", "C1"),
        "F1": ("F1", "expense", ""),
        "F1: G1": ("G1", "expense", "F1"),
        "H1: H1": ("H1", "expense", ""),
    }


def test_a_parent_that_does_not_fit_is_none(book, receive):
    source = receive(
        rows(("Coffee: Beans", -1), ("Fun: Play", -9), ("Fun: Win", 9), ("Fun: Toy", -1), ("Play: Ball", -1))
    )
    assert plan(source) == {
        "Coffee: Beans": ("Beans", "expense", ""),  # Coffee is inside another one
        "Fun: Play": ("Play", "expense", "Fun"),
        "Fun: Toy": ("Toy", "expense", "Fun"),
        "Fun: Win": ("Win", "income", ""),
        "Play: Ball": ("Ball", "expense", ""),  # Play will be inside another one
    }


def test_a_group_that_is_mapped_is_that_category(book, cast, receive):
    shopping = category_of(book, "SHOPPING")
    source = receive(rows(("Stuff", -1), ("Stuff: Kites", -1)), categories={"Stuff": shopping.pk})
    assert plan(source)["Stuff: Kites"] == ("Kites", "expense", "Shopping")


@pytest.mark.parametrize("given", [{"Nothing": NEW}, {"Gigs": 999_999}])
def test_what_does_not_exist_is_refused(receive, given):
    with pytest.raises(Refused):
        receive(categories=given)
