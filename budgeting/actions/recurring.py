"""Deciding about what comes again, typing it in, changing and removing it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.refusals import Conflicting, Refused, checked_amount, checked_text, of_book
from banking.categoriser import merchant_key
from banking.models import Account, Category, Merchant
from banking.models.categories import LONGEST_KEY
from budgeting.actions.setting import checked_day
from budgeting.items import ItemSource, ItemState, RecurringItem, rhythm_from
from budgeting.recurring import Frequency
from journal import actions as journal

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NewItem:
    """What is typed in; positive is money in. Without an account it is in the book's currency."""

    name: str
    amount: Decimal
    frequency: str
    next_on: date
    merchant: Merchant | None = None
    category: Category | None = None
    account: Account | None = None
    trial_ends_on: date | None = None


class ItemChanges(TypedDict, total=False):
    """What to change; what is not named stays. `ended` true: it comes no more; false: it does again."""

    name: str
    amount: Decimal
    frequency: str
    next_on: date
    category: Category | None
    account: Account | None
    trial_ends_on: date | None
    ended: bool


def add_recurring(*, book: Book, by: User | None, new: NewItem, now: datetime) -> RecurringItem:
    """Type one in. Raise Refused."""
    row = RecurringItem(
        book=book, state=ItemState.CONFIRMED, source=ItemSource.TYPED, merchant=new.merchant, created_at=now
    )
    if new.merchant is not None:
        of_book(new.merchant, book=book, field="merchant")
    row.currency = new.account.currency if new.account else book.currency
    changes = ItemChanges(
        name=new.name,
        amount=new.amount,
        frequency=new.frequency,
        next_on=new.next_on,
        category=new.category,
        account=new.account,
        trial_ends_on=new.trial_ends_on,
    )
    with journal.operation(book=book, by=by, verb="add_recurring", now=now) as recorder:
        _fill(row, changes, now)
        row.save()
        recorder.created(row)
    return row


def confirm_recurring(*, book: Book, by: User | None, pk: int, now: datetime) -> RecurringItem:
    """Count on it from now on. Raise Conflicting where that is so already, or RecurringItem.DoesNotExist."""
    return _decide(book, by, pk, ItemState.CONFIRMED, "confirm_recurring", now)


def ignore_recurring(*, book: Book, by: User | None, pk: int, now: datetime) -> RecurringItem:
    """Never suggest it again. Raise Conflicting where that is so already, or RecurringItem.DoesNotExist."""
    return _decide(book, by, pk, ItemState.IGNORED, "ignore_recurring", now)


def edit_recurring(*, book: Book, by: User | None, pk: int, changes: ItemChanges, now: datetime) -> RecurringItem:
    """Change what is named; what is found later leaves it alone. Raise Refused or RecurringItem.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="edit_recurring", now=now) as recorder:
        row = _held(book, pk)
        before = journal.snapshot(row)
        _fill(row, changes, now)
        row.save()
        recorder.changed(row, before)
    return row


def remove_recurring(*, book: Book, by: User | None, pk: int, now: datetime) -> None:
    """Forget it. One that was found is suggested again while it goes on. Raise RecurringItem.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="remove_recurring", now=now) as recorder:
        row = _held(book, pk)
        recorder.deleted(row)
        row.delete()


def _held(book: Book, pk: int) -> RecurringItem:
    rows = RecurringItem.objects.select_for_update(of=("self",)).select_related("merchant")
    return rows.get(book=book, pk=pk)


def _decide(book: Book, by: User | None, pk: int, state: ItemState, verb: str, now: datetime) -> RecurringItem:
    with journal.operation(book=book, by=by, verb=verb, now=now) as recorder:
        row = _held(book, pk)
        if row.state == state:
            raise Conflicting(_("That is so already."))
        before = journal.snapshot(row)
        if row.state == ItemState.ENDED:
            row.edited = {**row.edited, "state": now.isoformat()}
        row.state = state
        row.save(update_fields=["state", "edited"])
        recorder.changed(row, before)
    return row


def _fill(row: RecurringItem, changes: ItemChanges, now: datetime) -> None:
    edited: set[str] = set()
    if "name" in changes:
        row.name = checked_text(changes["name"], field="name", length=LONGEST_NAME, required=row.merchant_id is None)
        if row.source == ItemSource.TYPED and row.last_on is None:
            row.wording = merchant_key(row.name)[:LONGEST_KEY] if row.name else ""
        edited.add("name")
    if "amount" in changes:
        row.amount = _checked_amount(row, changes["amount"])
        edited.add("amount")
    if "frequency" in changes or "next_on" in changes:
        _follow(row, changes)
        edited.add("rhythm")
    if "category" in changes:
        if (category := changes["category"]) is not None:
            of_book(category, book=row.book, field="category")
        row.category = category
        edited.add("category")
    if "account" in changes:
        row.account = _checked_account(row, changes["account"])
        edited.add("account")
    if "trial_ends_on" in changes:
        ends_on = changes["trial_ends_on"]
        row.trial_ends_on = None if ends_on is None else checked_day(ends_on, field="trial_ends_on")
    if "ended" in changes:
        if row.state not in {ItemState.CONFIRMED, ItemState.ENDED}:
            raise Conflicting(_("Confirm it first."))
        row.state = ItemState.ENDED if changes["ended"] else ItemState.CONFIRMED
        edited.add("state")
    row.edited = {**row.edited, **{name: now.isoformat() for name in edited}}


def _follow(row: RecurringItem, changes: ItemChanges) -> None:
    frequency = changes.get("frequency", row.frequency)
    if frequency not in [each.value for each in Frequency]:
        raise Refused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Frequency)}, field="frequency")
    next_on = checked_day(changes.get("next_on", row.next_on), field="next_on")
    if row.pk is None or frequency != row.frequency or next_on not in _near(row):
        row.follow(rhythm_from(Frequency(frequency), next_on))
    row.next_on = next_on


def _near(row: RecurringItem) -> set[date]:
    """The days of its rhythm about the next one: choosing another of them leaves the rhythm as it is."""
    slot = row.rhythm.slot(row.next_on)
    return {row.rhythm.day(each) for each in range(slot - 2, slot + 14)}


def _checked_amount(row: RecurringItem, amount: Decimal) -> Decimal:
    amount = checked_amount(amount, currency=row.currency)
    if amount == 0:
        raise Refused(_("Choose an amount other than zero."), field="amount")
    if row.pk is not None and (amount > 0) != (row.amount > 0):
        raise Refused(_("Money in stays money in, and money out stays money out."), field="amount")
    return amount


def _checked_account(row: RecurringItem, account: Account | None) -> Account | None:
    if account is None:
        return None
    of_book(account, book=row.book, field="account")
    if account.currency != row.currency:
        raise Refused(_("This account has another currency."), field="account")
    return account
