"""What is typed, and the terms that are understood."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banking.searching import Kind, distance, nearest, parse
from banking.searching.language import MOST_TERMS

TODAY = date(2026, 3, 21)


def terms(text, locale="en"):
    return parse(text, today=TODAY, locale=locale).terms


def one(text, locale="en"):
    [term] = terms(text, locale)
    return term


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-03-21", "2026-03-22"),
        ("yesterday", "2026-03-20", "2026-03-21"),
        ("this month", "2026-03-01", "2026-04-01"),
        ("last month", "2026-02-01", "2026-03-01"),
        ("last week", "2026-03-09", "2026-03-16"),
        ("this quarter", "2026-01-01", "2026-04-01"),
        ("last quarter", "2025-10-01", "2026-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last 30 days", "2026-02-20", "2026-03-22"),
        ("past 2 weeks", "2026-03-08", "2026-03-22"),
        ("last 3 months", "2025-12-22", "2026-03-22"),
        ("march", "2026-03-01", "2026-04-01"),
        ("in May", "2025-05-01", "2025-06-01"),
        ("last march", "2025-03-01", "2025-04-01"),
        ("March 2025", "2025-03-01", "2025-04-01"),
        ("5 march", "2026-03-05", "2026-03-06"),
        ("march 25th", "2025-03-25", "2025-03-26"),
        ("q1 2025", "2025-01-01", "2025-04-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-03-05", "2026-03-05", "2026-03-06"),
        ("2026-03-01..2026-03-31", "2026-03-01", "2026-04-01"),
        ("2026-03-31..2026-03-01", "2026-03-01", "2026-04-01"),
        ("may..june", "2025-05-01", "2025-07-01"),
        ("2025..", "2025-01-01", None),
        ("since may", "2025-05-01", None),
        ("after 2026-03-05", "2026-03-06", None),
        ("before march", None, "2026-03-01"),
        ("until march", None, "2026-04-01"),
        ("date:yesterday", "2026-03-20", "2026-03-21"),
    ],
)
def test_days(text, start, end):
    term = one(text)
    assert term.kind is Kind.DAYS
    assert (term.start, term.end) == tuple(day and date.fromisoformat(day) for day in (start, end))


@pytest.mark.parametrize(("text", "locale"), [("märz 2025", "de-DE"), ("mars 2025", "fr"), ("march 2025", "de")])
def test_months_in_the_language_of_the_person_and_in_english(text, locale):
    assert one(text, locale).start == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("42.10", "42.10", "42.10"),
        ("$42", "42", "42.99"),
        ("42,10", "42.10", "42.10"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1.234,50€", "1234.50", "1234.50"),
        (">100", "100.01", None),
        (">=100", "100", None),
        ("<100", None, "99.99"),
        ("over 100", "100.01", None),
        ("under $20", None, "19.99"),
        ("<0", None, "0"),
        ("between 60 and $50", "50", "60"),
        ("100..200", "100", "200"),
        ("200..100.50", "100.50", "200"),
        ("=42", "42", "42"),
        ("amount:42", "42", "42"),
        ("-42.10", "42.10", "42.10"),
    ],
)
def test_amounts(text, low, high):
    term = one(text)
    assert (term.kind, term.without) == (Kind.AMOUNT, False)
    assert (term.low, term.high) == tuple(size and Decimal(size) for size in (low, high))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shell  77", [("word", "shell"), ("word", "77")]),
        ('"Blue  Bottle" -"gift card"', [("phrase", "blue bottle"), ("phrase", "-gift card")]),
        ("category:groceries account:Visa", [("category", "groceries"), ("account", "visa")]),
        ('-tag:work merchant:"blue bottle"', [("tag", "-work"), ("merchant", "blue bottle")]),
        ("in: out:no", [("in", ""), ("out", "-")]),
        ("is:pending -is:excluded is:posted", [("pending", ""), ("excluded", "-"), ("pending", "-")]),
        ("note: note:gift", [("note", ""), ("note", "gift")]),
        ("coffee places", [("meaning", "coffee")]),
        ("gas stations berlin", [("meaning", "gas"), ("word", "berlin")]),
        ("streaming services last march", [("meaning", "streaming"), ("days", "last march")]),
        ("-coffee", [("word", "-coffee")]),
        ("ref:1234 is:odd", [("word", "ref:1234"), ("word", "is:odd")]),
        ("merchant: cat:", [("merchant", ""), ("category", "")]),
        ("pending coffee", [("pending", ""), ("meaning", "coffee")]),
        ("between friends", [("word", "between"), ("meaning", "friends")]),
        ('"never closed', [("phrase", "never closed")]),
        ("31 february", [("word", "31"), ("days", "february")]),
        ("2026-02-31", [("word", "2026-02-31")]),
        ("2026-13", [("word", "2026-13")]),
        ("2026-00", [("word", "2026-00")]),
        ("0.125", [("word", "0.125")]),
        ("same same", [("word", "same")]),
    ],
)
def test_words_and_operators(text, expected):
    found = [(term.kind.value, ("-" if term.without else "") + term.text) for term in terms(text)]
    assert found == expected


def test_words_that_say_nothing_count_only_alone():
    query = parse("at the starbucks", today=TODAY)
    assert ([each.text for each in query.terms], query.left_out) == (["starbucks"], ("at", "the"))
    assert [each.text for each in terms("the")] == ["the"]
    assert [terms(text) for text in ("", " , -- ! ", ">", '""', "..")] == [()] * 5


def test_too_many_words_are_named():
    query = parse(" ".join(f"x{number}y" for number in range(20)), today=TODAY)
    assert (len(query.terms), len(query.left_out)) == (MOST_TERMS, 20 - MOST_TERMS)


@given(
    st.text(max_size=80) | st.text(alphabet='-:".<>$0123456789 lastmrchyeq', max_size=40),
    st.sampled_from(["en", "de", "?"]),
)
def test_nothing_is_an_error(text, locale):
    for term in terms(text, locale):
        assert term.written
        assert term.start is None or term.end is None or term.start < term.end
        assert term.low is None or term.high is None or term.low <= term.high


def test_mistakes_are_counted_and_near_words_found():
    known = dict.fromkeys(["starbucks", "shell", "stella", "target", "netflix", "shop"])
    assert [distance(*pair) for pair in (("shop", "shpo"), ("kitten", "sitting"), ("a", ""))] == [1, 3, 1]
    assert nearest("starbuks", known) == {"starbucks": 1}
    assert nearest("strabukcs", known) == {"starbucks": 2}
    assert nearest("nteflix", known) == {"netflix": 1}
    assert nearest("shpo", known) == {"shop": 1}
    assert [nearest(word, known) for word in ("sho", "sh0p", "arget", "margin")] == [{}, {}, {}, {}]
