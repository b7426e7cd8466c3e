"""What the floors are measured with."""

from banking.categoriser.facts import shipped
from banking.categoriser.tests import scoring
from banking.categoriser.tests.scoring import Row


def rows(*told):
    return [
        Row({"id": str(at), "description": text, "amount": -1, "date": "2026-01-01"}, gold, frozenset([gold]))
        for at, (text, gold) in enumerate(told)
    ]


def test_wordings_that_differ_in_numbers_count_once():
    found = rows(("SHOP 1", "DINING"), ("SHOP 2", "SHOPPING"), ("SHOP 3", "SHOPPING"), ("BAKERY", "DINING"))
    assert scoring._unique(found) == [1, 3]


def test_coverage_ends_where_the_errors_begin():
    right = [True] * 20 + [False] * 20
    assert scoring._coverage([1 - at / 100 for at in range(40)], right) == 21 / 40
    assert scoring._coverage([0.5] * 40, right) == 0


def test_error_is_what_confidence_and_truth_differ_by():
    assert (
        abs(scoring._error([0.95] * 4 + [0.25] * 4, [True, True, True, False, True, True, False, False]) - 0.225) < 1e-9
    )


def test_the_made_up_rows_are_not_facts_word_for_word():
    facts = {fact.text.casefold() for fact in shipped()}
    wordings = {row.asked["description"].casefold() for row in scoring.statement()}
    assert len(wordings & facts) < len(wordings) / 50


def test_the_made_up_rows_are_always_the_same():
    assert scoring.statement() == scoring.statement()
