"""Two rows that are one movement: one stays with what a person did to both, the other becomes a tombstone."""

from typing import Any

from django.utils.translation import gettext as _

from banking.actions.handing_over import hand_over
from banking.actions.refusals import Conflicting
from banking.actions.transactions import is_beside_a_bank
from banking.actions.undoing import Desk, Entry
from banking.models import EvidenceSource, Transaction, TransactionTag
from banking.models.transactions import SETTLED

LONGEST_NOTE = 2000


def supersede(desk: Desk, *, kept: Transaction, gone: Transaction) -> list[Entry]:
    """Carry category, merchant, note, tags and exclusion that a person set on `gone` over to `kept`.

    What they set on `kept` itself comes first. Receipts, refunds, what is owed and a split go along. `gone` stays as a
    tombstone: no sync brings it back, and one that the bank books goes on counting in the balance, as the bank has it,
    and so does one from a file beside the bank's rows.
    Raise Conflicting.
    """
    if gone.part_of_id is not None or kept.part_of_id is not None:
        raise Conflicting(_("This is a part of a split. Change the split that it belongs to."))
    if gone.is_split and kept.is_split:
        raise Conflicting(_("Both are split. Put one of them together first."))
    entry = desk.change(kept, **_carried(kept, gone))
    links = TransactionTag.objects.filter(book=desk.book, transaction=gone)
    entry["tags"] = desk.add_tags(kept, links.values_list("tag_id", flat=True))
    entry["moved"] = hand_over(book=desk.book, gone=gone, kept=kept, recorder=desk.recorder)
    entry["of"] = gone.pk
    if entry["moved"]:
        desk.refile(kept.pk)
    if gone.is_split:
        desk.move_split(of=gone.pk, to=kept.pk)
        entry["split"] = True
    kept.category = gone.category if kept.category_id == gone.category_id else kept.category
    return [entry, *_buried(desk, gone)]


def _buried(desk: Desk, gone: Transaction) -> list[Entry]:
    if gone.removed_at is not None:
        return []
    edited = {**gone.edited, "removed": desk.now.isoformat()}
    booked = not gone.is_manual and not gone.pending and gone.external_id is not None
    counted = booked or is_beside_a_bank(gone)
    return [desk.change(gone, removed_at=desk.now, discarded=counted, edited=edited)]


def _carried(kept: Transaction, gone: Transaction) -> dict[str, Any]:
    values: dict[str, Any] = {"edited": dict(kept.edited)}
    settled = gone.category_source in SETTLED and not kept.is_split
    if settled and kept.category_source != EvidenceSource.USER:
        for name in ("category_id", "category_source", "confidence", "reason", "suggestion_id"):
            values[name] = getattr(gone, name)
        _mark(values, gone, "category")
    if "merchant" in gone.edited and "merchant" not in kept.edited:
        values["merchant_id"] = gone.merchant_id
        _mark(values, gone, "merchant")
    if "excluded" in gone.edited and "excluded" not in kept.edited and not kept.is_split:
        values["excluded"] = gone.excluded
        _mark(values, gone, "excluded")
    if gone.note and gone.note not in kept.note:
        values["note"] = "\n".join(filter(None, (kept.note, gone.note)))[:LONGEST_NOTE]
        _mark(values, gone, "note")
    if "tags" in gone.edited:
        _mark(values, gone, "tags")
    return values


def _mark(values: dict[str, Any], gone: Transaction, field: str) -> None:
    if field in gone.edited:
        values["edited"].setdefault(field, gone.edited[field])
