"""What accepting a refund does, and taking that back."""

from collections.abc import Sequence

from django.db.models import Sum
from django.utils.translation import gettext as _

from banking.actions.refunding import FILING, cleared
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
    filed = cleared(refund=refund, purchase=purchase, recorder=desk.recorder)
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
        filed=filed,
        created_at=desk.now,
    )
    desk.recorder.created(link)
    return [desk.file(refund, purchase.category, source=EvidenceSource.MATCH, reason=REASON, score=score)]


def part(desk: Desk, *, purchase_id: int, refund_id: int | None, entries: Sequence[Entry]) -> None:
    """Take the link away, and file the refund as before accepting, or with what else it pays back.

    It may have followed its purchase since: what it was filed as for that is nobody's own word.
    """
    link = RefundLink.objects.filter(book=desk.book, refund=refund_id, purchase=purchase_id).first()
    row = desk.rows.get(refund_id or 0)
    if link is None or row is None:
        return
    desk.recorder.deleted(link)
    link.delete()
    other = RefundLink.objects.filter(book=desk.book, refund=row).order_by("id").first()
    if other is not None:
        desk.refile(other.purchase_id)
    elif row.category_source == EvidenceSource.MATCH:
        accepted = {name: value for entry in entries if entry["id"] == row.pk for name, value in entry["after"].items()}
        desk.change(row, **{name: accepted.get(name, link.filed[name]) for name in FILING})
        desk.put_back(entries)
