"""What comes again is found once, stays as a person left it, and says what became of each day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from banking.actions.erasing import erase
from banking.actions.errors import Busy
from banking.actions.locking import looking_for_recurring
from banking.models import Transaction
from banking.tests.factories import category_of, make_account, make_connection, make_merchant, make_transaction
from budgeting.actions import recurring as actions
from budgeting.actions.finding_recurring import find_recurring
from budgeting.actions.recurring import NewItem
from budgeting.items import RecurringItem, rhythm_from
from budgeting.queries import recurring as queries
from budgeting.recurring import Frequency, detect
from journal import actions as journal
from journal.models import Change, Operation

TODAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)


def pay(book, *days, amount="-9.99", merchant="Netflix", **more):
    known = make_merchant(book, name=merchant) if merchant else None
    more = {"category": "STREAMING", "description": "NETFLIX.COM", **more}
    return [make_transaction(book, day=day, amount=amount, merchant=known, refresh=False, **more) for day in days]


def months(count, day=5, until=3):
    return [date(2026 + (until - 1 - n) // 12, (until - 1 - n) % 12 + 1, day) for n in range(count)][::-1]


def find(book, now=NOW):
    return find_recurring(book=book, now=now)


def add(book, **more):
    given = {"name": "Rent", "amount": Decimal(-900), "frequency": "monthly", "next_on": date(2026, 3, 28), **more}
    return actions.add_recurring(book=book, by=None, new=NewItem(**given), now=NOW)


def one():
    return RecurringItem.objects.get()


@pytest.fixture
def netflix(book):
    pay(book, *months(8))
    find(book)
    return one()


def test_a_subscription_is_suggested(netflix):
    assert (netflix.state, netflix.called, netflix.amount, netflix.frequency, netflix.next_on) == (
        "suggested",
        "Netflix",
        Decimal("-9.99"),
        "monthly",
        date(2026, 4, 5),
    )
    assert (netflix.last_on, netflix.category.code, netflix.account.name) == (date(2026, 3, 5), "STREAMING", "Wallet")


def test_a_second_look_changes_nothing(book, netflix):
    before = (journal.snapshot(netflix), Operation.objects.count())
    assert (find(book).new, journal.snapshot(one()), Operation.objects.count()) == (0, *before)


@pytest.mark.parametrize("more", [{"category": "TRANSFER"}, {"excluded": True}, {"pending": True}, {"removed_at": NOW}])
def test_what_does_not_count_is_not_looked_at(book, more):
    pay(book, *months(8), **more)
    assert find(book).new == 0


def test_rows_without_a_merchant_meet_by_their_words(book):
    pay(book, *months(6), merchant=None, description="SQ *BLUE BOTTLE 1234 SF CA")
    find(book)
    assert (one().called, one().wording) == ("Blue Bottle", "blue bottle")
    row = make_merchant(book, name="Blue Bottle")
    pay(book, date(2026, 4, 5), merchant="Blue Bottle")
    Transaction.objects.update(merchant=row)
    find(book, NOW + timedelta(days=30))
    assert (one().merchant, one().last_on) == (row, date(2026, 4, 5))


def test_what_a_person_changed_stays_and_what_comes_later_is_followed(book, netflix):
    changes = {"name": "Films", "amount": Decimal(-12), "next_on": date(2026, 4, 9)}
    actions.confirm_recurring(book=book, by=None, pk=netflix.pk, now=NOW)
    actions.edit_recurring(book=book, by=None, pk=netflix.pk, changes=changes, now=NOW)
    find(book)
    assert (one().called, one().amount, one().next_on, one().state) == (
        "Films",
        Decimal(-12),
        date(2026, 4, 9),
        "confirmed",
    )
    pay(book, date(2026, 4, 8))
    find(book, NOW + timedelta(days=30))
    assert (one().called, one().amount, one().last_on, one().next_on) == (
        "Films",
        Decimal(-12),
        date(2026, 4, 8),
        date(2026, 5, 9),
    )


def test_an_ignored_one_is_never_suggested_again(book, netflix):
    actions.ignore_recurring(book=book, by=None, pk=netflix.pk, now=NOW)
    for n in range(4, 10):
        pay(book, date(2026, n, 5), amount="-12.99")
        find(book, NOW + timedelta(days=30 * (n - 3)))
    assert (one().state, one().last_amount) == ("ignored", Decimal("-12.99"))


def test_two_of_one_merchant_are_two(book, netflix):
    pay(book, *months(8, day=20, until=2), amount="-2.99")
    find(book)
    assert sorted(RecurringItem.objects.values_list("amount", flat=True)) == [Decimal("-9.99"), Decimal("-2.99")]
    assert RecurringItem.objects.get(amount=Decimal("-9.99")).pk == netflix.pk


def test_a_typed_one_is_met_and_not_doubled(book):
    typed = add(book, name="Netflix", amount=Decimal(-10), next_on=date(2026, 3, 5), account=make_account(book))
    pay(book, date(2026, 3, 6))
    find(book)
    assert (one().pk, one().last_on, one().next_on) == (typed.pk, date(2026, 3, 6), date(2026, 4, 5))
    pay(book, *months(8, until=2))
    find(book)
    assert (one().pk, one().amount, one().source) == (typed.pk, Decimal(-10), "typed")


def test_what_stops_coming_ends_and_what_is_no_series_any_more_is_gone(book, netflix):
    later = NOW + timedelta(days=90)
    assert find(book, later).gone == 0
    actions.confirm_recurring(book=book, by=None, pk=netflix.pk, now=NOW)
    find(book, later)
    assert one().state == "ended"
    pay(book, *[date(2026, n, 5) for n in (4, 5, 6)])
    find(book, later)
    assert one().state == "confirmed"
    RecurringItem.objects.update(state="suggested")
    Transaction.objects.update(excluded=True)
    assert (find(book, later).gone, RecurringItem.objects.count()) == (1, 0)


def test_a_price_that_rose(book):
    pay(book, *months(8, until=1))
    pay(book, *months(2), amount="-11.99")
    find(book)
    actions.confirm_recurring(book=book, by=None, pk=one().pk, now=NOW)
    [cost] = queries.costs(book=book)
    assert (cost.is_dearer, cost.item.price_before, cost.item.price_after, cost.item.price_on) == (
        True,
        Decimal("-9.99"),
        Decimal("-11.99"),
        date(2026, 2, 5),
    )
    assert (cost.yearly, cost.monthly) == (Decimal("-143.88"), Decimal("-11.99"))


def test_each_day_says_what_became_of_it(book):
    row = add(book, next_on=date(2026, 3, 1), frequency="weekly", amount=Decimal("-20"), name="Blue Bottle")
    pay(book, date(2026, 3, 2), amount="-20.50", merchant="Blue Bottle")
    pay(book, date(2026, 3, 9), amount="-200", merchant="Blue Bottle")
    found = queries.upcoming(book=book, today=date(2026, 3, 15), days=10)
    assert [(each.day.day, each.state.value) for each in found] == [
        (1, "met"),
        (8, "missed"),
        (15, "due"),
        (22, "ahead"),
    ]
    assert found[0].paid.day == date(2026, 3, 2)
    assert [(each.currency, each.incoming, each.outgoing) for each in queries.sums_of(found)] == [("USD", 0, 40)]
    actions.edit_recurring(book=book, by=None, pk=row.pk, changes={"ended": True}, now=NOW)
    assert queries.upcoming(book=book, today=TODAY) == []


def test_months_without_the_day_have_their_last(book):
    add(book, next_on=date(2026, 1, 31))
    days = [each.day for each in queries.upcoming(book=book, today=date(2026, 2, 1), days=90)]
    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 1, 31), date(2026, 3, 15), date(2026, 3, 16)])
def test_a_rhythm_from_a_day_has_that_day(frequency, day):
    rhythm = rhythm_from(frequency, day)
    assert rhythm.day(rhythm.slot(day)) == day
    assert abs((rhythm.after(day) - day).days - rhythm.frequency.length) <= 4


def test_looking_twice_at_once_is_refused(book):
    with looking_for_recurring(book.pk), pytest.raises(Busy):
        find(book)


def test_what_is_found_is_erased_with_what_a_bank_told_and_what_is_typed_stays(book, cast):
    account = make_account(book, connection=make_connection(book))
    typed = add(book, account=account)
    pay(book, *months(8), account=account)
    find(book)
    found = RecurringItem.objects.exclude(pk=typed.pk).get()
    erase(book=book, connection=account.connection, by=cast.alice.user, now=NOW)
    kept = Change.objects.filter(model="budgeting.RecurringItem").values_list("key", flat=True)
    assert (one().pk, one().account, found.pk in kept, typed.pk in kept) == (typed.pk, None, False, True)


def test_a_merchant_without_anything_is_looked_at_again_once_that_changes(book, monkeypatch):
    looked_at = []
    monkeypatch.setattr("budgeting.actions.detected.detect", lambda found: looked_at.append(found) or detect(found))
    shop = [make_transaction(book, merchant=make_merchant(book, name="Kiosk"), day=day) for day in months(2)]
    pay(book, *months(8))
    assert (find(book).new, len(looked_at)) == (1, 2)
    assert (find(book).new, len(looked_at)) == (0, 3)
    pay(book, *months(6, until=1), merchant="Kiosk", amount=str(shop[0].amount))
    assert (find(book).new, len(looked_at)) == (1, 5)


def test_the_number_of_queries_is_fixed(book, counted):
    pay(book, *months(8))
    find(book)
    actions.confirm_recurring(book=book, by=None, pk=one().pk, now=NOW)
    asked = [lambda: find(book), lambda: queries.upcoming(book=book, today=TODAY), lambda: queries.costs(book=book)]
    before = [counted(each) for each in asked]
    for name in ("Spotify", "Gym", "Phone"):
        pay(book, *months(6), merchant=name, category=category_of(book, "GROCERIES"))
    find(book)
    RecurringItem.objects.update(state="confirmed")
    assert [counted(each) for each in asked] == before
