"""The search knows every word of a wording whatever is done to its row, and reads no row for one that is nowhere."""

from decimal import Decimal
from io import StringIO

from django.core.management import call_command

from accounts.tests.factories import NOW
from banking import actions, queries, wordings
from banking.models import Word
from banking.queries import Filters
from banking.queries.ledger import broken
from banking.queries.searching import page_found, understood
from banking.tests.factories import DAY, make_account, make_transaction
from journal import actions as journal
from journal.models import Operation

LONG = "".join(chr(ord("a") + number % 26) for number in range(300))


def found(book, text):
    search = understood(book=book, text=text, today=DAY)
    hits = page_found(search, rows=queries.listed(book=book), read=queries.plain, size=50).hits
    listed = queries.plain(queries.listed(book=book, filters=Filters(text=text)))
    assert [hit.row.id for hit in hits] == [row.id for row in listed]
    return [row.description for row in listed]


def test_words_are_runs_of_letters_and_long_ones_come_in_pieces():
    assert wordings.words_in(["Café 12x34-oﬃce", "CAFÉ"]) == {"CAFÉ", "X", "OFFICE"}
    assert wordings.sought("99 b-99") == ["B"]
    words = wordings.words_in([LONG])
    assert max(map(len, words)) == 80
    for start in range(len(LONG)):
        [letters] = wordings.sought(LONG[start:])
        assert any(letters in word for word in words)


def test_what_is_recorded_reworded_and_brought_back_is_found(book, cast):
    by = {"book": book, "by": cast.alice.user, "now": NOW}
    entry = actions.Entry(DAY, Decimal(-5), "Grüner Baum", merchant="Gasthof")
    row = actions.record(account=make_account(book), entry=entry, **by)
    assert found(book, "grüner") == found(book, "BAUM") == ["Grüner Baum"]
    actions.amend(pk=row.pk, changes={"description": "Rose 77"}, **by)
    assert (found(book, "ros"), found(book, "baum")) == (["Rose 77"], [])
    wordings.rebuild(book=book)
    assert set(Word.objects.values_list("text", flat=True)) == {"ROSE"}
    journal.undo(pk=Operation.objects.order_by("-id")[0].pk, **by)
    assert found(book, "baum") == ["Grüner Baum"]
    assert broken(now=NOW) == []


def test_a_word_that_is_not_known_is_named_and_learned(book):
    row = make_transaction(book)
    Word.objects.filter(text="COFFEE").delete()
    assert ("every word of a wording is known", f"transaction {row.pk}") in {
        (each.invariant, each.where) for each in broken(now=NOW)
    }
    call_command("rebuild_totals", book=book.pk, stdout=StringIO())
    assert broken(now=NOW) == []


def test_what_is_nowhere_costs_no_look_at_the_rows(book, django_assert_num_queries):
    make_transaction(book, description="SEATTLE 4711", note="a bicycle")
    understood(book=book, text="zzzz", today=DAY)
    with django_assert_num_queries(3):
        assert understood(book=book, text="zzzz", today=DAY).looked_for[0][1] == ()
    with django_assert_num_queries(1):
        assert queries.plain(queries.listed(book=book, filters=Filters(text="zzzz"))) == []
    assert found(book, "bicy") == found(book, "attl") == found(book, "471") == ["SEATTLE 4711"]
    assert found(book, "zzzz") == found(book, "seattle zzzz") == found(book, "bicycle99") == []
