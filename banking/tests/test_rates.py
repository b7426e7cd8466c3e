"""Typed rates: stored exactly, one per pair and day, found by day, turned round and crossed, and never guessed."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.tests.factories import NOW
from banking import actions, exchange, queries
from banking.actions import NewRate, Refused
from banking.actions import rates as storing
from banking.models import Rate, ReferenceRate
from banking.tests.factories import make_account
from journal import actions as journal
from journal.models import Operation

D = Decimal
DAY = date(2026, 3, 2)


def typed(book, cast, base, quote, rate, day=DAY):
    new = NewRate(day, base, quote, D(rate))
    return actions.set_rate(book=book, by=cast.alice.user, new=new, now=NOW)[0]


def published(currency, rate, day=DAY):
    return ReferenceRate.objects.create(day=day, currency=currency, rate=D(rate))


def found(book, base, quote, on=DAY):
    return queries.rates(book=book, currencies={base, quote}, days=[on]).find(base, quote, on)


@pytest.mark.parametrize("rate", ["1.0867", "0.0000000001", "99999999.9999999999", "18342", "0.1"])
def test_what_is_typed_is_kept_to_the_last_place(book, cast, rate):
    row = Rate.objects.get(pk=typed(book, cast, "EUR", "USD", rate).pk)
    assert (row.rate, format(row.rate, "f")) == (D(rate), rate)
    assert found(book, "EUR", "USD").rate == exchange.shown(Fraction(rate))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": D(0)}, "rate"),
        ({"rate": D(-1)}, "rate"),
        ({"rate": D("0.00000000001")}, "rate"),
        ({"rate": D(10) ** 8}, "rate"),
        ({"rate": D("NaN")}, "rate"),
        ({"base": "XXX"}, "base"),
        ({"quote": "ZZTOP"}, "quote"),
        ({"quote": "EUR"}, "quote"),
        ({"day": date(1899, 12, 31)}, "day"),
        ({"day": NOW.date() + timedelta(days=2)}, "day"),
    ],
)
def test_what_is_no_rate_is_refused(book, cast, changes, field):
    new = NewRate(**{"day": DAY, "base": "EUR", "quote": "USD", "rate": D(1), **changes})
    with pytest.raises(Refused) as refused:
        actions.set_rate(book=book, by=cast.alice.user, new=new, now=NOW)
    assert refused.value.field == field
    assert not Rate.objects.exists()


def test_a_pair_has_one_rate_a_day_either_way_and_each_change_is_undone(book, cast):
    first = typed(book, cast, "EUR", "USD", "1.1")
    turned = typed(book, cast, "USD", "EUR", "0.9")
    assert first.pk == turned.pk
    assert found(book, "EUR", "USD").factor == 1 / Fraction("0.9")
    actions.delete_rate(book=book, by=cast.alice.user, pk=first.pk, now=NOW)
    for expected in (("USD", "EUR", D("0.9")), ("EUR", "USD", D("1.1"))):
        pk = next(each.pk for each in Operation.objects.filter(undoes=None).order_by("-id") if not each.undone)
        journal.undo(book=book, by=cast.alice.user, pk=pk, now=NOW)
        assert Rate.objects.values_list("base", "quote", "rate").get() == expected


def test_who_stores_the_same_pair_a_moment_later_replaces_it(book, cast, monkeypatch):
    """The look comes before the other's row is there."""
    first, looked = typed(book, cast, "EUR", "USD", "1.1"), []
    look = storing._there
    monkeypatch.setattr(storing, "_there", lambda *given: look(*given) if looked else looked.append(given))
    assert typed(book, cast, "USD", "EUR", "0.9").pk == first.pk
    assert Rate.objects.values_list("base", "rate").get() == ("USD", D("0.9"))


def test_the_newest_stored_rate_is_used_and_a_typed_one_holds(book, cast):
    typed(book, cast, "GBP", "USD", "1.25", DAY - timedelta(days=400))
    published("GBP", "0.8", DAY - timedelta(days=7))
    published("USD", "1.2", DAY - timedelta(days=7))
    assert found(book, "GBP", "USD", DAY - timedelta(days=401)) is None
    crossed = found(book, "GBP", "USD")
    assert (crossed.factor, crossed.age, crossed.sources) == (Fraction(3, 2), 7, ("ECB",))
    assert [(leg.base, leg.quote, leg.turned) for leg in crossed.legs] == [("EUR", "GBP", True), ("EUR", "USD", False)]
    old = found(book, "GBP", "USD", DAY + timedelta(days=1))
    assert (old.factor, old.age, old.sources) == (Fraction("1.25"), 401, ("typed",))
    typed(book, cast, "USD", "GBP", "0.5", DAY - timedelta(days=7))
    assert found(book, "GBP", "USD").factor == 2


def test_failing_the_euro_two_are_crossed_through_another_that_both_have(book, cast, django_assert_num_queries):
    book.currency = "EUR"
    typed(book, cast, "EUR", "USD", "1.25")
    typed(book, cast, "JPY", "USD", "0.01", DAY - timedelta(days=3))
    with django_assert_num_queries(1):
        through = queries.rates(book=book, currencies={"JPY"}, days=[DAY]).find("JPY", "EUR", DAY)
    assert (through.factor, through.age) == (Fraction(1, 125), 3)
    assert [(leg.base, leg.quote, leg.turned) for leg in through.legs] == [("JPY", "USD", False), ("EUR", "USD", True)]
    Rate.objects.filter(book=book, base="EUR").delete()
    assert found(book, "JPY", "EUR") is None
    published("USD", "1.25")
    assert found(book, "JPY", "EUR").sources == ("typed", "ECB")
    for quote in ("JPY", "EUR"):
        typed(book, cast, "CHF", quote, "2", DAY - timedelta(days=1))
    assert (found(book, "JPY", "EUR").factor, found(book, "JPY", "EUR").age) == (1, 1)
    typed(book, cast, "JPY", "EUR", "3", DAY - timedelta(days=30))
    assert found(book, "JPY", "EUR").factor == 3


def test_a_missing_rate_is_none_and_the_own_currency_asks_nothing(book, cast, django_assert_num_queries):
    published("USD", "1.2")
    assert found(book, "JPY", "USD") is None
    with django_assert_num_queries(0):
        queries.rates(book=book, currencies={"USD"}, days=[DAY])
    days = [DAY - timedelta(days=30 * each) for each in range(12)]
    for day in days:
        typed(book, cast, "CHF", "EUR", "1.05", day)
    with django_assert_num_queries(1):
        known = queries.rates(book=book, currencies={"CHF", "JPY", "GBP"}, days=days)
    assert all(known.find("CHF", "EUR", day).day == day for day in days)
    assert known.find("CHF", "USD", DAY).factor == Fraction("1.05") * Fraction("1.2")


@pytest.mark.parametrize(
    ("amount", "factor", "currency", "expected"),
    [
        ("0.01", Fraction(1, 2), "USD", "0.01"),
        ("-0.01", Fraction(1, 2), "USD", "-0.01"),
        ("0.01", Fraction(49, 100), "USD", "0.00"),
        ("10", Fraction(1, 3), "USD", "3.33"),
        ("2.5", Fraction(1), "JPY", "3.00"),
        ("1", Fraction("0.0005"), "KWD", "0.001"),
    ],
)
def test_an_amount_is_rounded_once_a_half_away_from_zero(amount, factor, currency, expected):
    assert str(exchange.converted(D(amount), factor, currency=currency)) == expected


def test_everything_together_is_the_sum_of_its_lines_or_a_gap(book, cast):
    today = book.today(NOW)
    make_account(book, opening=100)
    make_account(book, currency="EUR", opening=D("10.01"))
    make_account(book, currency="EUR", kind="credit", opening=D("-3.33"))
    make_account(book, currency="JPY", opening=0)

    def told():
        return queries.together(book=book, balances=queries.accounts(book=book, today=today), today=today)

    assert (told().missing, told().net_worth, told().assets) == (("EUR",), None, None)
    typed(book, cast, "EUR", "USD", "1.15", today)
    assert (told().assets.amount, told().liabilities.amount) == (D("111.51"), D("3.83"))
    assert told().net_worth.amount == sum(each.net_worth_there for each in told().parts) == D("107.68")
