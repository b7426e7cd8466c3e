"""Transfers: pairing two rows, by hand or as found, and letting them go again."""

from decimal import Decimal

from django.utils.translation import gettext as _

from banking.actions.refusals import Conflicting, Refused
from banking.actions.undoing import Desk, Entry
from banking.models import Category, CategoryKind, EvidenceSource, Transaction, Transfer

REASON = "The other side is in another account of yours"
RATE_PLACES = Decimal("0.00000001")


def pair_up(
    desk: Desk, *, outgoing: Transaction, incoming: Transaction, category: Category, source: str, score: float
) -> tuple[Transfer, list[Entry]]:
    """A transfer, not yet stored, and what filing its rows changed. Raise Refused.

    A row that a person filed under another kind of transfer keeps that.
    """
    may_pair(outgoing, incoming)
    entries = [
        desk.file(row, category, source=EvidenceSource.MATCH, reason=REASON, score=score)
        for row in (outgoing, incoming)
        if not (row.category_source == EvidenceSource.USER and row.category.kind == CategoryKind.TRANSFER)
    ]
    abroad = outgoing.currency != incoming.currency
    rate = (incoming.amount / -outgoing.amount).quantize(RATE_PLACES) if abroad else None
    made = Transfer(
        book=desk.book,
        outgoing=outgoing,
        incoming=incoming,
        source=source,
        score=score,
        rate=rate,
        created_at=desk.now,
    )
    return made, entries


def may_pair(outgoing: Transaction, incoming: Transaction) -> None:
    """Raise Refused unless one is money out and the other money in, of two accounts, and neither is split."""
    if outgoing.removed_at is not None or incoming.removed_at is not None:
        raise Conflicting(_("One of the two is not there any more."))
    if outgoing.is_split or incoming.is_split:
        raise Conflicting(_("One of them is split. Choose one of its parts."))
    if outgoing.amount >= 0:
        raise Refused(_("Choose money that went out."), field="outgoing")
    if incoming.amount <= 0:
        raise Refused(_("Choose money that came in."), field="incoming")
    if outgoing.account_id == incoming.account_id:
        raise Refused(_("A transfer is between two accounts. Choose a row of another one."), field="incoming")
    if outgoing.currency == incoming.currency and outgoing.amount != -incoming.amount:
        raise Refused(_("In one currency both amounts must be equal."), field="incoming")
