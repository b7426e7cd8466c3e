"""Refunds with the purchases they belong to, and what others owe of a purchase.

A refund is filed where its purchase is, so that what the category cost is what was really paid.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import totals
from banking.actions.questions import drop_open, reject_parted
from banking.actions.refusals import Conflicting, Refused, checked_amount, checked_text
from banking.models import EvidenceSource, RefundLink, Reimbursement, Transaction, Transfer
from journal import actions as journal
from journal.actions import Recorder

BECAUSE = "Refund of “%s”"
FILING = ("category_id", "category_source", "confidence", "reason", "suggestion_id")
ZERO = Decimal(0)


def link_refund(
    *,
    book: Book,
    by: User | None,
    refund: int,
    purchase: int,
    now: datetime,
    amount: Decimal | None = None,
    confidence: float = 1.0,
) -> RefundLink:
    """Say that the one pays the other back, as far as `amount` (positive), and file it there.

    Without an amount as much as both hold. What a refund brings beyond its purchases stays in the same row and
    category; who wants it elsewhere splits the refund first. Raise Refused, or Transaction.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="link_refund", now=now) as recorder:
        rows = _held(book, (refund, purchase))
        money_in, money_out = rows[refund], rows[purchase]
        _check_pair(money_in, money_out)
        filed = cleared(refund=money_in, purchase=money_out, recorder=recorder)
        links = list(RefundLink.objects.filter(book=book, refund=money_in).order_by("id"))
        link = RefundLink.objects.create(
            book=book,
            refund=money_in,
            purchase=money_out,
            amount=_amount(money_in, money_out, links, amount),
            filed=filed,
            created_at=now,
        )
        recorder.created(link)
        if not links or money_in.category_source == EvidenceSource.MATCH:
            _file(money_in, confidence, recorder, now)
        drop_open(book=book, refund=money_in, recorder=recorder)
        _refresh(book, [money_in])
    return link


def unlink_refund(*, book: Book, by: User | None, refund: int, purchase: int, now: datetime) -> None:
    """Part them for good; a refund without any other purchase is filed as it was before.

    Raise RefundLink.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="unlink_refund", now=now) as recorder:
        links = RefundLink.objects.select_related("purchase")
        link = links.get(book=book, refund__in=_named(refund), purchase__in=_named(purchase))
        row = _held(book, (refund,), removed=True)[refund]
        recorder.deleted(link)
        link.delete()
        if row.category_source == EvidenceSource.MATCH:
            if RefundLink.objects.filter(refund=row).exists():
                _file(row, row.confidence, recorder, now)
            else:
                _put(row, link.filed, recorder, now)
        reject_parted(book=book, by=by, purchase=link.purchase, refund=row, now=now, recorder=recorder)
        _refresh(book, [row])


def cleared(*, refund: Transaction, purchase: Transaction, recorder: Recorder) -> dict[str, Any]:
    """Let go of links of either to rows that are not there any more: they hold back what others could have.

    How the refund was filed before it took the category of any purchase, also of one let go of now; `marked` when a
    person had set that.
    """
    first = RefundLink.objects.filter(refund=refund).order_by("id").first()
    marked = refund.edited.get("category")
    filed = first.filed if first else {**{name: getattr(refund, name) for name in FILING}, "marked": marked}
    of_refund = Q(refund=refund, purchase__removed_at__isnull=False)
    of_purchase = Q(purchase=purchase, refund__removed_at__isnull=False)
    for link in RefundLink.objects.filter(of_refund | of_purchase, book=refund.book_id).order_by("id"):
        recorder.deleted(link)
        link.delete()
    return filed


def expect_back(
    *, book: Book, by: User | None, pk: int, now: datetime, amount: Decimal | None = None, who: str = ""
) -> Reimbursement:
    """Say that others owe the purchase, or `amount` (positive) of it; raise Refused or Transaction.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="expect_back", now=now) as recorder:
        row = _held(book, (pk,))[pk]
        if row.amount >= 0 or row.is_split:
            raise Refused(
                _("Only what was spent can be owed back. Of a split, choose one of its parts."), field="amount"
            )
        owed = checked_amount(-row.amount if amount is None else amount, currency=row.currency)
        if not ZERO < owed <= -row.amount:
            message = _("This must be more than 0 and at most %(amount)s.")
            raise Refused(message % {"amount": -row.amount}, field="amount")
        who = checked_text(who, field="who", length=120)
        found = Reimbursement.objects.filter(book=book, purchase=row).first()
        if found is None:
            found = Reimbursement.objects.create(book=book, purchase=row, amount=owed, who=who, created_at=now)
            recorder.created(found)
        else:
            before = journal.snapshot(found)
            found.amount, found.who = owed, who
            found.save(update_fields=["amount", "who"])
            recorder.changed(found, before)
    return found


def expect_nothing_back(*, book: Book, by: User | None, pk: int, now: datetime) -> None:
    """Nothing of the purchase is owed any longer; raise Reimbursement.DoesNotExist."""
    with journal.operation(book=book, by=by, verb="expect_nothing_back", now=now) as recorder:
        found = Reimbursement.objects.select_for_update().get(book=book, purchase__in=_named(pk))
        recorder.deleted(found)
        found.delete()


def _named(pk: int) -> QuerySet[Transaction]:
    """The row of that id, in a form that finds nothing for a number larger than any id."""
    return Transaction.objects.filter(pk=pk)


def _held(book: Book, ids: Sequence[int], *, removed: bool = False) -> dict[int, Transaction]:
    """The rows by id, locked after their accounts; raise Transaction.DoesNotExist where one lacks."""
    rows = Transaction.objects.filter(book=book, pk__in=ids)
    rows = rows if removed else rows.filter(removed_at=None)
    totals.lock(book=book, account_ids=rows.values_list("account_id", flat=True))
    found = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    if found.keys() != set(ids):
        raise Transaction.DoesNotExist
    return found


def _check_pair(refund: Transaction, purchase: Transaction) -> None:
    if refund.is_split or purchase.is_split:
        raise Conflicting(_("One of them is split. Choose one of its parts."), field="refund_id")
    if refund.amount <= 0:
        raise Refused(_("A refund is money in. Choose a transaction that brought some."), field="refund_id")
    if purchase.amount >= 0:
        raise Refused(_("What is refunded is money out. Choose a transaction that cost some."), field="refund_id")
    if refund.currency != purchase.currency:
        raise Refused(_("They are in different currencies."), field="refund_id")
    both = [refund.pk, purchase.pk]
    if Transfer.objects.filter(Q(outgoing__in=both) | Q(incoming__in=both)).exists():
        raise Conflicting(_("One of the two is part of a transfer. Take that apart first."), field="refund_id")
    if RefundLink.objects.filter(refund=refund, purchase=purchase).exists():
        raise Conflicting(_("They belong together already."), field="refund_id")


def _amount(refund: Transaction, purchase: Transaction, links: Sequence[RefundLink], amount: Decimal | None) -> Decimal:
    """How much of the refund goes to the purchase: at most what neither has given to another one."""
    given = sum((link.amount for link in links), ZERO)
    taken = RefundLink.objects.filter(purchase=purchase).aggregate(sum=Sum("amount"))["sum"] or ZERO
    most: Decimal = min(refund.amount - given, -purchase.amount - taken)
    if most <= 0:
        raise Conflicting(_("There is nothing left to pay back, or nothing left of the refund."), field="refund_id")
    if amount is None:
        return most
    amount = checked_amount(amount, currency=refund.currency)
    if not ZERO < amount <= most:
        message = _("This must be more than 0 and at most %(amount)s.")
        raise Refused(message % {"amount": most}, field="amount")
    return amount


def _file(refund: Transaction, confidence: float, recorder: Recorder, now: datetime) -> None:
    """File it under the category of the purchase that it pays back most of."""
    links = RefundLink.objects.filter(refund=refund).select_related("purchase__merchant")
    purchase = links.order_by("-amount", "id")[0].purchase
    name = purchase.merchant.name if purchase.merchant else purchase.description
    values = (purchase.category_id, EvidenceSource.MATCH.value, confidence, (BECAUSE % name)[:200], None)
    _put(refund, {**dict(zip(FILING, values, strict=True)), "marked": None}, recorder, now)


def _put(row: Transaction, filing: dict[str, Any], recorder: Recorder, now: datetime) -> None:
    """File it so; the mark that a person set its category goes with what they set."""
    before = journal.snapshot(row)
    for name in FILING:
        setattr(row, name, filing[name])
    if "marked" in filing:
        others = {name: moment for name, moment in row.edited.items() if name != "category"}
        row.edited = {**others, "category": filing["marked"]} if filing["marked"] else others
    row.updated_at = now
    row.save(update_fields=[*(name.removesuffix("_id") for name in FILING), "edited", "updated_at"])
    recorder.changed(row, before)


def _refresh(book: Book, rows: Collection[Transaction]) -> None:
    for row in rows:
        totals.refresh(book=book, account_ids=[row.account_id], start=row.day, end=row.day)


def refund_accounts(*, book: Book) -> list[int]:
    """The accounts of all that is filed where its purchase is, to be locked before purchases are filed elsewhere."""
    return list(RefundLink.objects.filter(book=book).values_list("refund__account", flat=True).distinct())


def refile_refunds(
    *, book: Book, purchases: Collection[int], recorder: Recorder, now: datetime
) -> list[tuple[int, date]]:
    """Let refunds go where their purchases went; (account, day) of each that did. Their accounts must be locked."""
    links = RefundLink.objects.filter(book=book).values_list("refund_id", "purchase_id")
    refunds = sorted({refund for refund, purchase in links if purchase in purchases})
    if not refunds:
        return []
    moved = []
    for row in Transaction.objects.select_for_update().filter(pk__in=refunds).order_by("pk"):
        if row.category_source == EvidenceSource.MATCH:
            _file(row, row.confidence, recorder, now)
            moved.append((row.account_id, row.day))
    return moved
