"""Recording, amending, filing and removing transactions by hand. What a person sets, no sync changes again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import categoriser, totals, wordings
from banking.actions.following import follow
from banking.actions.merchants import merchant_named, merchant_worded
from banking.actions.refunding import refile_refunds, refund_accounts
from banking.actions.refusals import Conflicting, NotYours, Refused, checked_amount, checked_day, checked_text, of_book
from banking.actions.tagging import set_tags
from banking.models import Account, Category, EvidenceSource, Origin, Transaction
from banking.models.transactions import SETTLED
from banking.queries.categorising import uncategorised
from banking.queries.evidence import evidence
from journal import actions as journal
from journal.actions import Recorder

CHOSEN = "You chose this category"
OF_THE_BANK = ("day", "amount", "description")
COUNTING = {"category", "excluded", "day", "amount"}
OF_THE_PARTS = ("category", "confirmed", "excluded")


class Amendment(TypedDict, total=False):
    """What to change; what is not named stays. Day, amount and description only of a manual row.

    `confirmed` is the category to settle on where the row is still filed there.
    """

    category: Category
    confirmed: Category
    merchant: str
    note: str
    tags: Sequence[str]
    excluded: bool
    day: date
    amount: Decimal
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction to record by hand; positive is money in. Without a category the categoriser decides."""

    day: date
    amount: Decimal
    description: str
    category: Category | None = None
    merchant: str = ""
    note: str = ""
    tags: Sequence[str] = ()
    excluded: bool = False


def record(*, book: Book, by: User, account: Account, entry: Entry, now: datetime) -> Transaction:
    """Store a manual transaction of a manual account; raise Refused."""
    with journal.operation(book=book, by=by, verb="record", now=now) as recorder:
        totals.lock(book=book, account_ids=[account.pk])
        row = _new_row(book, _open_manual(book, account), entry, now, recorder)
        row.save()
        wordings.learn(book=book, texts=[row.description])
        recorder.created(row)
        set_tags(book=book, row=row, names=entry.tags, recorder=recorder)
        totals.refresh(book=book, account_ids=[account.pk], start=row.day, end=row.day)
    return row


def amend(*, book: Book, by: User, pk: int, changes: Amendment, now: datetime) -> Transaction:
    """Change what is named and mark it as the user's; raise Refused, or Transaction.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="amend", now=now) as recorder:
        row = held(book=book, pk=pk, counting=bool(COUNTING & changes.keys()))
        before, day = journal.snapshot(row), row.day
        changed = _apply(row, changes, book.today(now))
        if "merchant" in changes and _set_merchant(row, changes["merchant"], recorder):
            changed.append("merchant")
        if "tags" in changes and set_tags(book=book, row=row, names=changes["tags"], recorder=recorder):
            changed.append("tags")
        if changed:
            _save(row, changed, now)
            recorder.changed(row, before)
            if "description" in changed:
                wordings.learn(book=book, texts=[row.description])
            if row.is_split:
                follow(book=book, parents=[row.pk], now=now, recorder=recorder)
        if COUNTING & set(changed):
            days = sorted((day, row.day))
            totals.refresh(book=book, account_ids=[row.account_id], start=days[0], end=days[1])
        if "category" in changed:
            for account_id, on in refile_refunds(book=book, purchases=[row.pk], recorder=recorder, now=now):
                totals.refresh(book=book, account_ids=[account_id], start=on, end=on)
    return row


def remove(*, book: Book, by: User, pk: int, now: datetime) -> Transaction:
    """Leave a tombstone, so that a bank row does not come back with the next sync.

    Raise Refused, or Transaction.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="remove", now=now) as recorder:
        row = held(book=book, pk=pk, counting=True)
        if row.part_of_id is not None:
            raise Conflicting(_("This is a part of a split. Change the split that it belongs to."))
        before = journal.snapshot(row)
        row.removed_at = now
        row.discarded = not row.is_manual or is_beside_a_bank(row)
        row.edited = {**row.edited, "removed": now.isoformat()}
        row.updated_at = now
        row.save(update_fields=["removed_at", "discarded", "edited", "updated_at"])
        recorder.changed(row, before)
        if row.is_split:
            follow(book=book, parents=[row.pk], now=now, recorder=recorder)
        totals.refresh(book=book, account_ids=[row.account_id], start=row.day, end=row.day)
    return row


def held(*, book: Book, pk: int, counting: bool) -> Transaction:
    """The row, locked until the transaction ends, after its account where totals will change."""
    rows = Transaction.objects.filter(book=book, pk=pk, removed_at=None)
    account_id = rows.values_list("account_id", flat=True).get()
    if counting:
        totals.lock(book=book, account_ids=[account_id, *refund_accounts(book=book)])
    return rows.select_for_update().get(account_id=account_id)


def is_beside_a_bank(row: Transaction) -> bool:
    """Whether it came from a file into an account whose bank tells the balance, which has the row in it."""
    return row.origin == Origin.IMPORT and not row.account.is_manual


def _open_manual(book: Book, account: Account) -> Account:
    of_book(account, book=book, field="account")
    if not account.is_manual:
        raise NotYours(_("The bank tells what moves in this account. Choose a manual account."), field="account")
    if account.closed_at is not None:
        raise Conflicting(_("This account is closed."), field="account")
    return account


def _new_row(book: Book, account: Account, entry: Entry, now: datetime, recorder: Recorder) -> Transaction:
    row = Transaction(
        book=book,
        account=account,
        origin=Origin.MANUAL,
        day=checked_day(entry.day, book_today=book.today(now)),
        amount=_moving(checked_amount(entry.amount, currency=account.currency)),
        currency=account.currency,
        description=checked_text(entry.description or entry.merchant, field="description", length=500, required=True),
        note=checked_text(entry.note, field="note", length=2000, lines=True),
        excluded=entry.excluded,
        created_at=now,
        updated_at=now,
    )
    named = merchant_named(book=book, name=entry.merchant, recorder=recorder)
    row.merchant = named or merchant_worded(book=book, text=row.description, recorder=recorder)
    if entry.category is None:
        _decide(book, row, entry.merchant)
    else:
        _choose(row, entry.category)
    return row


def _moving(amount: Decimal) -> Decimal:
    if amount == 0:
        raise Refused(_("An amount of zero moves nothing."), field="amount")
    return amount


def _decide(book: Book, row: Transaction, merchant: str) -> None:
    told = categoriser.Evidence(row.description, row.amount, merchant=merchant or None, day=row.day)
    told = replace(told, account=row.account_id, note=row.note, currency=row.currency)
    [decision] = evidence(book=book).decide([told], keys=[row.merchant.key if row.merchant else ""])
    file_under(row, decision, fallback=uncategorised(book=book).pk)


def file_under(row: Transaction, decision: categoriser.Decision, *, fallback: int) -> None:
    """Set category, source, confidence, reason and suggestion as decided; labels are category ids."""
    best = decision.suggestion if decision.label is None else None
    row.category_id = int(decision.label) if decision.label else fallback
    row.category_source = decision.source if decision.label else EvidenceSource.NONE
    row.confidence = round(decision.confidence, 4)
    row.reason = decision.reason[:200]
    row.suggestion_id = int(best.label) if best and best.label.isdecimal() else None


def _choose(row: Transaction, category: Category) -> None:
    choosable(category, book=row.book)
    row.category, row.category_source = category, EvidenceSource.USER
    row.confidence, row.reason, row.suggestion = 1.0, CHOSEN, None


def choosable(category: Category, *, book: Book) -> None:
    """Refuse a category of another book or one that was archived."""
    of_book(category, book=book, field="category")
    if category.archived_at is not None:
        raise Conflicting(_("This category is archived. Choose another one or bring it back."), field="category")


def _apply(row: Transaction, changes: Amendment, today: date) -> list[str]:
    """Set the row's own fields; the names of those that differ. A category confirmed is a change too."""
    new = _checked(row, changes, today)
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, new[name])
    category = changes.get("category") or _confirmed(row, changes)
    if category and not _is_settled(row, category):
        _choose(row, category)
        changed.append("category")
    return changed


def _confirmed(row: Transaction, changes: Amendment) -> Category | None:
    confirmed = changes.get("confirmed")
    return confirmed if confirmed and confirmed.pk == row.category_id else None


def _is_settled(row: Transaction, category: Category) -> bool:
    """Whether choosing the category says nothing new: to leave a row uncategorised confirms nothing."""
    chosen = row.category_source in SETTLED
    return row.category_id == category.pk and (chosen or category.code == categoriser.UNCATEGORISED)


def _checked(row: Transaction, changes: Amendment, today: date) -> dict[str, object]:
    if row.is_split and (named := next((name for name in OF_THE_PARTS if name in changes), "")):
        raise Conflicting(_("This transaction is split. Change its parts instead."), field=named)
    if row.part_of_id is not None and (named := next((name for name in OF_THE_BANK if name in changes), "")):
        raise Conflicting(_("A part has this from its split. Change the split instead."), field=named)
    if not row.is_manual and any(name in changes for name in OF_THE_BANK):
        field = next(name for name in OF_THE_BANK if name in changes)
        raise NotYours(_("This comes from your bank and cannot be changed. Leave the row out instead."), field=field)
    if "amount" in changes and is_beside_a_bank(row) and changes["amount"] != row.amount:
        raise NotYours(_("This account has its balance from your bank. Leave the row out instead."), field="amount")
    new: dict[str, object] = {}
    if "note" in changes:
        new["note"] = checked_text(changes["note"], field="note", length=2000, lines=True)
    if "excluded" in changes:
        new["excluded"] = changes["excluded"]
    if "day" in changes:
        new["day"] = checked_day(changes["day"], book_today=today)
    if "amount" in changes:
        new["amount"] = _moving(checked_amount(changes["amount"], currency=row.currency))
    if "description" in changes:
        new["description"] = checked_text(changes["description"], field="description", length=500, required=True)
    return new


def _set_merchant(row: Transaction, name: str, recorder: Recorder) -> bool:
    merchant = merchant_named(book=row.book, name=name, recorder=recorder)
    follows = row.part_of_id is not None and "merchant" not in row.edited
    if (merchant.pk if merchant else None) == row.merchant_id and not follows:
        return False
    row.merchant = merchant
    return True


def _save(row: Transaction, changed: Iterable[str], now: datetime) -> None:
    """Write the changed columns only, so that nothing another writer set is overwritten."""
    row.edited = {**row.edited, **dict.fromkeys(changed, now.isoformat())}
    row.updated_at = now
    columns = {name for name in changed if name != "tags"}
    if "category" in columns:
        columns |= {"category_source", "confidence", "reason", "suggestion"}
    row.save(update_fields=[*sorted(columns), "edited", "updated_at"])
