"""Rows that the bank tells and that cannot be stored: the cursor moves on, so they are asked for again."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from banking.models import Connection, UnreadRow
from banking.providers.base import Changes

ROWS_AGAIN = timedelta(hours=20)
ACCOUNTS_AGAIN = timedelta(hours=1)


def are_due(*, connection: Connection, now: datetime) -> bool:
    """Whether the whole history is to be read once more for their sake."""
    row = Q(reason=UnreadRow.Reason.ROW, tried_at__lte=now - ROWS_AGAIN)
    account = Q(reason=UnreadRow.Reason.ACCOUNT, tried_at__lte=now - ACCOUNTS_AGAIN)
    return UnreadRow.objects.filter(row | account, connection=connection).exists()


def sifted(*, changes: Changes, known: Collection[str]) -> tuple[Changes, frozenset[str]]:
    """The changes with rows of unknown accounts among the rejected, and the ids of these rows."""
    strangers = frozenset(row.external_id for row in (*changes.added, *changes.modified) if row.account_id not in known)
    if not strangers:
        return changes, strangers
    return replace(
        changes,
        added=tuple(row for row in changes.added if row.account_id in known),
        modified=tuple(row for row in changes.modified if row.account_id in known),
        rejected=(*changes.rejected, *strangers),
    ), strangers


def store_unread(*, connection: Connection, changes: Changes, strangers: Collection[str], now: datetime) -> int:
    """Keep in mind what could not be read, and forget what was read or removed since; how many are left."""
    rows = UnreadRow.objects.filter(connection=connection)
    rejected = set(changes.rejected) - set(changes.removed)
    told = {row.external_id for row in (*changes.added, *changes.modified)} | set(changes.removed)
    left = {row.external_id: row for row in rows}
    gone = left.keys() - rejected if changes.full and changes.ready else left.keys() & (told - rejected)
    rows.filter(external_id__in=gone).delete()
    UnreadRow.objects.bulk_create(
        [
            UnreadRow(
                book_id=connection.book_id,
                connection=connection,
                external_id=external_id,
                reason=UnreadRow.Reason.ACCOUNT if external_id in strangers else UnreadRow.Reason.ROW,
                since=left[external_id].since if external_id in left else now,
                tried_at=now,
            )
            for external_id in sorted(rejected)
        ],
        update_conflicts=True,
        unique_fields=["connection", "external_id"],
        update_fields=["reason", "tried_at"],
        batch_size=1_000,
    )
    return len((left.keys() - gone) | rejected)
