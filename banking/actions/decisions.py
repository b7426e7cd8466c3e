"""What deciding an item of the review inbox does to the rows, and taking that back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking.actions.giving_back import give_back, part
from banking.actions.merging import supersede
from banking.actions.pairing import pair_up
from banking.actions.questions import drop
from banking.actions.refusals import Conflicting, Refused
from banking.actions.transactions import CHOSEN, choosable
from banking.actions.undoing import Desk, Entry
from banking.models import (
    Category,
    EvidenceSource,
    RefundLink,
    ReviewItem,
    ReviewKind,
    ReviewState,
    Transaction,
    Transfer,
)
from banking.queries import review as queries
from journal import actions as journal

TRANSFER = "TRANSFER"
DONE = {ReviewState.ACCEPTED, ReviewState.AUTO}


class Decisions:
    """Items decided together in one operation: their rows are held, changed in memory, and written at once."""

    def __init__(
        self, *, book: Book, by: User | None, now: datetime, recorder: journal.Recorder, found: Sequence[ReviewItem]
    ) -> None:
        self.book, self.by, self.now, self.recorder = book, by, now, recorder
        ids = {pk for item in found for pk in (item.first_id, item.second_id) if pk}
        self._grouped: dict[queries.GroupKey, list[int]] = defaultdict(list)
        if any(item.kind == ReviewKind.CATEGORY for item in found):
            for row in queries.group_rows(book=book, found=found):
                self._grouped[queries.group_key(row)].append(row.pk)
        known = {each["id"] for item in found for each in item.undo}
        self.desk = Desk(
            book=book,
            recorder=recorder,
            now=now,
            ids=ids | known | {pk for some in self._grouped.values() for pk in some},
        )
        held = ReviewItem.objects.select_for_update(of=("self",)).filter(book=book, pk__in=[item.pk for item in found])
        stored = {pk: rest for pk, *rest in held.order_by("pk").values_list("pk", "state", "undo")}
        for item in found:
            item.state, item.undo = stored.get(item.pk, (item.state, item.undo))
        self._overtaken = {
            item.pk for item in found if item.pk not in stored or not self.desk.has(each["id"] for each in item.undo)
        }
        pairs = Transfer.objects.filter(Q(outgoing__in=ids) | Q(incoming__in=ids), book=book)
        self._pairs = {pk: pair for pair in pairs for pk in (pair.outgoing_id, pair.incoming_id)}
        tied = RefundLink.objects.filter(Q(refund__in=ids) | Q(purchase__in=ids), book=book)
        self._tied = {pk for link in tied.values_list("refund", "purchase") for pk in link}
        self._made: list[Transfer] = []
        self._given: list[int] = []
        self._changed: list[ReviewItem] = []
        self._withdrawn: list[ReviewItem] = []
        self._category: Category | None = None

    def accept(self, item: ReviewItem, state: str, category: Category | None = None) -> None:
        """Raise Refused, with nothing changed."""
        self._check_current(item)
        if item.state == ReviewState.ACCEPTED or (item.state == ReviewState.AUTO and state == ReviewState.AUTO):
            raise Conflicting(_("This was accepted already."))
        if category is not None and item.kind != ReviewKind.CATEGORY:
            raise Refused(_("Here no category is chosen."), field="category")
        undo = item.undo if item.state == ReviewState.AUTO else self._carry_out(item, category)
        self._decide(item, state, undo)

    def reject(self, item: ReviewItem) -> None:
        """Raise Conflicting."""
        self._check_current(item)
        if item.state == ReviewState.REJECTED:
            raise Conflicting(_("This was rejected already."))
        if item.state in DONE:
            self._release(item)
        self._decide(item, ReviewState.REJECTED, [])

    def _check_current(self, item: ReviewItem) -> None:
        if item.pk in self._overtaken:
            raise Conflicting(_("Somebody else has just decided this. Look at it again."))

    def withdraw(self, item: ReviewItem) -> None:
        """As if it had never been found: its rows are as before, and it may come up again."""
        self._release(item)
        self._withdrawn.append(item)

    def _carry_out(self, item: ReviewItem, category: Category | None) -> list[Entry]:
        if item.kind == ReviewKind.CATEGORY:
            return self._file_group(item, category)
        rows = self.desk.rows
        first, second = rows[item.first_id], rows[item.second_id or 0]
        if item.kind == ReviewKind.TRANSFER:
            return self._pair(item, first, second)
        if item.kind == ReviewKind.REFUND:
            return self._give_back(item, first, second)
        kept, gone = (first, second) if item.kind == ReviewKind.DUPLICATE else (second, first)
        if kept.removed_at is not None or (gone.removed_at is not None and item.kind == ReviewKind.DUPLICATE):
            raise Conflicting(_("One of the two is not there any more."))
        if gone.pk in self._pairs:
            raise Conflicting(_("The row that would go is part of a transfer. Take that apart first."))
        return supersede(self.desk, kept=kept, gone=gone)

    def _pair(self, item: ReviewItem, outgoing: Transaction, incoming: Transaction) -> list[Entry]:
        if outgoing.pk in self._pairs or incoming.pk in self._pairs:
            raise Conflicting(_("One of the two is part of another transfer. Take that apart first."))
        if outgoing.pk in self._tied or incoming.pk in self._tied:
            raise Conflicting(_("A refund belongs to one of the two. Part them first."))
        if self._category is None:
            self._category = Category.objects.get(book=self.book, code=TRANSFER)
        source = EvidenceSource.USER if self.by else EvidenceSource.MATCH
        made, entries = pair_up(
            self.desk,
            outgoing=outgoing,
            incoming=incoming,
            category=self._category,
            source=source,
            score=item.score,
        )
        self._made.append(made)
        self._pairs[outgoing.pk] = self._pairs[incoming.pk] = made
        return entries

    def _give_back(self, item: ReviewItem, purchase: Transaction, refund: Transaction) -> list[Entry]:
        if purchase.pk in self._pairs or refund.pk in self._pairs:
            raise Conflicting(_("One of the two is part of a transfer. Take that apart first."))
        entries = give_back(self.desk, purchase=purchase, refund=refund, score=item.score)
        self._tied |= {purchase.pk, refund.pk}
        self._given.append(refund.pk)
        return entries

    def _file_group(self, item: ReviewItem, category: Category | None) -> list[Entry]:
        wanted = category or item.suggestion
        assert wanted is not None
        choosable(wanted, book=self.book)
        held = (self.desk.rows.get(pk) for pk in self._grouped[queries.key_of(item)])
        rows = [row for row in held if row is not None and row.category_source == EvidenceSource.NONE]
        if not rows:
            raise Conflicting(_("Nothing of this waits for a category any more."))
        return [self.desk.file(row, wanted, source=EvidenceSource.USER, reason=CHOSEN, score=1) for row in rows]

    def _release(self, item: ReviewItem) -> None:
        pair = self._pairs.get(item.first_id) if item.kind == ReviewKind.TRANSFER else None
        if pair is not None and pair.pk and pair.incoming_id == item.second_id:
            self.recorder.deleted(pair)
            pair.delete()
            del self._pairs[item.first_id]
            self._pairs.pop(item.second_id or 0, None)
        if item.kind == ReviewKind.REFUND:
            part(self.desk, purchase_id=item.first_id, refund_id=item.second_id, entries=item.undo)
        else:
            self.desk.put_back(item.undo)

    def _decide(self, item: ReviewItem, state: str, undo: list[Entry]) -> None:
        before = journal.snapshot(item)
        item.state, item.undo, item.decided_by, item.decided_at = state, undo, self.by, self.now
        self._changed.append(item)
        self.recorder.changed(item, before)

    def write(self) -> None:
        """Store everything, and drop the open items that have become pointless."""
        for made in Transfer.objects.bulk_create(self._made, batch_size=500):
            self.recorder.created(made)
        self.desk.write()
        columns = ["state", "undo", "decided_by", "decided_at"]
        ReviewItem.objects.bulk_update(self._changed, columns, batch_size=200)
        drop(self._withdrawn, recorder=self.recorder)
        self._drop_moot()

    def _drop_moot(self) -> None:
        """Open items about a row that has gone, or that has found its other side or its purchase."""
        gone = [pk for pk, row in self.desk.rows.items() if row.removed_at is not None]
        paired = [pk for made in self._made for pk in (made.outgoing_id, made.incoming_id)]
        of_gone = Q(first__in=gone) | Q(second__in=gone)
        found = [*paired, *self._given]
        kinds = (ReviewKind.TRANSFER, ReviewKind.REFUND)
        of_found = Q(kind__in=kinds) & (Q(first__in=paired) | Q(second__in=found))
        moot = ReviewItem.objects.filter(of_gone | of_found, book=self.book, state=ReviewState.OPEN)
        if gone or found:
            drop(list(moot), recorder=self.recorder)
