"""What each filter lists."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from accounts.books import entered
from accounts.tests.factories import NOW
from banking import queries
from banking.forms import TransactionFilter
from banking.tests.factories import category_of, make_account, make_category, make_merchant, make_transaction


def found(book, **given):
    form = TransactionFilter(given, book=book, strict=True)
    assert form.is_valid(), form.errors
    return set(queries.transactions(book=book, filters=form.filters()))


def errors(book, **given):
    form = TransactionFilter(given, book=book, strict=True)
    assert not form.is_valid()
    return form.errors


def test_days_start_inclusive_end_exclusive_until_inclusive(book):
    first, second, third = (make_transaction(book, day=date(2026, 3, day)) for day in (1, 2, 3))
    assert found(book, start="2026-03-02") == {second, third}
    assert found(book, end="2026-03-02") == {first}
    assert found(book, until="2026-03-02") == {first, second}
    assert found(book, start="2026-03-02", end="2026-03-03") == {second}


def test_an_exclusive_end_fills_the_inclusive_field(book):
    form = TransactionFilter(QueryDict("end=2026-04-01"), book=book)
    assert 'value="2026-03-31"' in str(form["until"])


def test_a_parent_includes_its_children_unless_exact(book):
    food, coffee = category_of(book, "FOOD"), category_of(book, "COFFEE")
    at_parent, at_child = make_transaction(book, category=food), make_transaction(book, category=coffee)
    make_transaction(book, category="RENT")
    assert found(book, category=str(food.pk)) == {at_parent, at_child}
    assert found(book, category=str(food.pk), exact="on") == {at_parent}
    assert found(book, category=[coffee.pk]) == {at_child}


def test_uncategorised_is_a_word(book):
    row = make_transaction(book, category="UNCATEGORISED")
    make_transaction(book)
    assert found(book, category="uncategorised") == {row}


def test_accounts_may_be_repeated(book):
    one, two, three = (make_account(book, name=name) for name in "abc")
    rows = {make_transaction(book, account=each) for each in (one, two)}
    make_transaction(book, account=three)
    assert found(book, account=[one.pk, two.pk]) == rows


def test_amounts_are_sizes(book):
    rows = {make_transaction(book, amount=amount) for amount in ("-15", "15", "10", "-20")}
    make_transaction(book, amount="-9.99")
    make_transaction(book, amount="20.01")
    assert found(book, amount_min="10", amount_max="20") == rows


def test_direction_kind_and_currency(book):
    spent = make_transaction(book, amount="-5")
    refund = make_transaction(book, amount="5")
    salary = make_transaction(book, amount="100", category="SALARY")
    moved = make_transaction(book, amount="-50", category="TRANSFER")
    euro = make_transaction(book, account=make_account(book, currency="EUR"), amount="-1")
    assert found(book, direction="in") == {refund, salary}
    assert found(book, direction="out") == {spent, moved, euro}
    assert found(book, kind="expense", currency="usd") == {spent, refund}
    assert found(book, kind="flow") == {spent, refund, salary, euro}
    assert found(book, kind="transfer") == {moved}


def test_pending_excluded_and_counted(book):
    plain = make_transaction(book)
    pending, excluded = make_transaction(book, pending=True), make_transaction(book, excluded=True)
    make_transaction(book, removed_at=NOW)
    assert found(book) == {plain, pending, excluded}
    assert found(book, pending="yes") == {pending}
    assert found(book, pending="no") == {plain, excluded}
    assert found(book, excluded="yes") == {excluded}
    assert found(book, counted="on") == {plain}
    assert found(book, counted="false") == {plain, pending, excluded}


@pytest.mark.parametrize("yes", ["true", "True", "1", "yes", "on", True])
def test_every_word_for_yes_switches_on(book, yes):
    plain, _pending = make_transaction(book), make_transaction(book, pending=True)
    assert found(book, counted=yes) == {plain}


@pytest.mark.parametrize("no", ["false", "False", "0", "no", "off", "", False])
def test_no_word_for_no_switches_on(book, no):
    parent = category_of(book, "COFFEE").parent
    rows = {make_transaction(book, category="COFFEE"), make_transaction(book, category="COFFEE", pending=True)}
    assert found(book, counted=no) == rows
    assert found(book, category=parent.pk, exact=no) == rows


@pytest.mark.parametrize("code", ["dollars", "USDTX", "US"])
def test_a_currency_is_three_letters(book, code):
    assert "currency" in errors(book, currency=code)


def test_a_longer_currency_is_one_that_an_account_has(book):
    row = make_transaction(book, account=make_account(book, currency="USDTX"), currency="USDTX")
    assert found(book, currency="usdtx") == {row}


def test_text_finds_merchant_wording_and_note(book):
    by_merchant = make_transaction(book, description="SQ *1", merchant=make_merchant(book, name="Café Zoë"))
    by_wording = make_transaction(book, description="CAFÉ ROMA 12")
    by_note = make_transaction(book, description="X", note="café with Ann")
    make_transaction(book, description="RENT")
    assert found(book, q="café") == {by_merchant, by_wording, by_note}
    assert found(book, q="zoë café") == {by_merchant}
    assert found(book, q="100%") == set()


def test_merchant_and_tag(book):
    merchant = make_merchant(book)
    row = make_transaction(book, merchant=merchant, tags=["trip", "work"])
    make_transaction(book)
    tags = [tag.pk for tag in queries.tags(book=book)]
    assert found(book, merchant=merchant.pk) == {row}
    assert found(book, tag=tags) == {row}


def test_tags_do_not_double_totals(book):
    make_transaction(book, tags=["trip", "work"])
    form = TransactionFilter({"tag": [tag.pk for tag in queries.tags(book=book)]}, book=book)
    assert form.is_valid()
    [total] = queries.summary(book=book, filters=form.filters()).totals
    assert (total.count, total.net) == (1, Decimal(-10))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "yesterday"),
        ("start", "1899-12-31"),
        ("until", "9999-12-31"),
        ("end", "0001-01-01"),
        ("account", "9" * 30),
        ("account", "-1"),
        ("account", "1; drop table"),
        ("category", "groceries"),
        ("category", "9" * 30),
        ("merchant", "१२"),
        ("amount_min", "NaN"),
        ("amount_min", "-1"),
        ("amount_min", "1.23456"),
        ("q", "a\u202eb"),
        ("q", "x" * 101),
        ("pending", "maybe"),
        ("kind", "gift"),
        ("currency", "U$"),
        ("direction", "sideways"),
        ("counted", "perhaps"),
        ("exact", "2"),
    ],
)
def test_bad_values_are_errors(book, name, value):
    assert name in errors(book, **{name: value})


def test_an_unknown_filter_is_an_error(book):
    assert "categroy" in str(errors(book, categroy="1"))


def test_days_and_amounts_the_wrong_way_round_are_errors(book):
    assert "end" in errors(book, start="2026-03-02", end="2026-03-02") | {"end": 1}
    assert "until" in errors(book, start="2026-03-02", until="2026-03-01")
    assert "amount_max" in errors(book, amount_min="2", amount_max="1")


def test_rows_of_another_book_cannot_be_named(book, cast):
    with entered(cast.stranger.book):
        theirs = make_account(cast.stranger.book)
        category = make_category(cast.stranger.book)
        make_transaction(cast.stranger.book, account=theirs)
    assert "account" in errors(book, account=theirs.pk)
    assert "category" in errors(book, category=category.pk)
    assert found(book) == set()


def test_every_word_of_a_long_wording_counts(book):
    words = "card payment to blue bottle coffee berlin mitte 4711"
    row = make_transaction(book, description=words)
    make_transaction(book, description=words.replace("4711", "4712"))
    assert found(book, q=words) == {row}
