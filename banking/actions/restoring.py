"""Having removed transactions back, and handing fields back to the bank and the categoriser."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import totals
from banking.actions.following import follow
from banking.actions.merchants import merchant_worded
from banking.actions.refunding import refile_refunds
from banking.actions.refusals import Refused
from banking.actions.rules import refresh_totals
from banking.actions.transactions import file_under, held
from banking.models import EvidenceSource, Transaction
from banking.queries.evidence import evidence
from banking.queries.locks import NO_LOCKS
from banking.queries.trash import removed
from journal import actions as journal

FILED = ("category", "category_source", "confidence", "reason", "suggestion")


def restore(*, book: Book, by: User, pk: int, now: datetime) -> Transaction:
    """Take a transaction out of the trash; raise Transaction.DoesNotExist for one that is not in it."""
    with journal.operation(book=book, by=by, verb="restore", now=now) as recorder:
        rows = removed(book=book, now=now).filter(pk=pk)
        totals.lock(book=book, account_ids=rows.values_list("account_id", flat=True))
        row = Transaction.objects.select_for_update().get(pk__in=rows.values("pk"))
        before = journal.snapshot(row)
        row.removed_at, row.discarded, row.updated_at = None, False, now
        row.edited = {name: moment for name, moment in row.edited.items() if name != "removed"}
        row.save(update_fields=["removed_at", "discarded", "edited", "updated_at"])
        recorder.changed(row, before)
        if row.is_split:
            follow(book=book, parents=[row.pk], now=now, recorder=recorder)
        totals.refresh(book=book, account_ids=[row.account_id], start=row.day, end=row.day)
    return row


def unlock(*, book: Book, by: User, pk: int, fields: Collection[str], now: datetime) -> Transaction:
    """Let sync, rules and the categoriser set these fields again; a category is decided anew by what is known.

    Raise Refused for a field that nobody set by hand, or Transaction.DoesNotExist.
    """
    with journal.operation(book=book, by=by, verb="unlock", now=now) as recorder:
        row = held(book=book, pk=pk, counting="category" in fields)
        before, given = journal.snapshot(row), set(fields)
        free = sorted(given - (row.edited.keys() - NO_LOCKS))
        if free or not given:
            named = _("%(field)s was not set by hand, so there is nothing to unlock.") % {"field": "".join(free[:1])}
            raise Refused(named if free else _("Name a field to unlock."), field="locks")
        row.edited = {name: moment for name, moment in row.edited.items() if name not in given}
        if "merchant" in given:
            row.merchant = merchant_worded(book=book, text=row.description, recorder=recorder)
        if "category" in given:
            _decide_again(book, row)
        row.updated_at = now
        row.save(update_fields=["edited", "merchant", *FILED, "updated_at"])
        recorder.changed(row, before)
        if "category" in given:
            refunds = refile_refunds(book=book, purchases=[row.pk], recorder=recorder, now=now)
            refresh_totals(book=book, days=[(row.account_id, row.day), *refunds])
    return row


def _decide_again(book: Book, row: Transaction) -> None:
    """The row itself is no evidence any more."""
    Transaction.objects.filter(pk=row.pk).update(category_source=EvidenceSource.NONE)
    known = evidence(book=book)
    [decision] = known.decide_stored([row])
    file_under(row, decision, fallback=known.uncategorised)
