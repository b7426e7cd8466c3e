"""What accepting a refund does, and taking that back."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from banking.actions.refunding import FILING
from banking.actions.refusals import Conflicting
from banking.actions.undoing import Desk, Entry
from banking.models import EvidenceSource, RefundLink, Transaction

REASON = "Money back for a purchase filed here"


def give_back(desk: Desk, *, purchase: Transaction, refund: Transaction, score: float) -> list[Entry]:
    """Link the refund to its purchase and file it there, so that it lowers what was spent. Raise Conflicting."""
    if purchase.removed_at is not None or refund.removed_at is not None:
        raise Conflicting(_("One of the two is not there any more."))
    if purchase.is_split or refund.is_split:
        raise Conflicting(_("One of them is split. Choose one of its parts."))
    if RefundLink.objects.filter(book=desk.book, refund=refund).exists():
        raise Conflicting(_("This refund belongs to a purchase already."))
    taken = RefundLink.objects.filter(book=desk.book, purchase=purchase).aggregate(sum=Sum("amount"))["sum"] or 0
    amount = min(refund.amount, -purchase.amount - taken)
    if amount <= 0:
        raise Conflicting(_("All of this purchase was paid back already."))
    link = RefundLink.objects.create(
        book=desk.book,
        refund=refund,
        purchase=purchase,
        amount=amount,
        filed={name: getattr(refund, name) for name in FILING},
        created_at=desk.now,
    )
    desk.recorder.created(link)
    return [desk.file(refund, purchase.category, source=EvidenceSource.MATCH, reason=REASON, score=score)]


def part(desk: Desk, *, purchase_id: int, refund_id: int, entries: list[Entry]) -> None:
    """Take the link away and put the filing back; also where the refund has followed its purchase since."""
    filed: dict[str, Any] = {}
    for link in RefundLink.objects.filter(book=desk.book, refund=refund_id, purchase=purchase_id):
        filed = link.filed
        desk.recorder.deleted(link)
        link.delete()
    desk.put_back(entries)
    row = desk.rows.get(refund_id)
    others = RefundLink.objects.filter(book=desk.book, refund=refund_id)
    if filed and row is not None and row.category_source == EvidenceSource.MATCH and not others.exists():
        marks = [each["before"].get("edited", {}) for each in entries if each["id"] == refund_id]
        by_hand = {name: at for mark in marks for name, at in mark.items() if name == "category"}
        desk.change(row, **filed, edited={**row.edited, **by_hand})
