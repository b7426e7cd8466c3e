"""What changes of many rows at once share: which rows may be named, and marking a field as the user's."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Func, JSONField
from django.utils.translation import gettext as _

from accounts.models import Book
from banking.actions.refusals import Refused, TooMany
from banking.actions.rules import MOST_ROWS
from banking.queries.filtering import matching

BATCH = 2_000


class Marked(Func):
    """The column `edited` with one more field set to a moment; the other fields stay as they are."""

    output_field = JSONField()

    def __init__(self, field: str, moment: datetime) -> None:
        super().__init__()
        self.parts = [field, moment.isoformat()]

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # Django's signature, shorter
        if connection.vendor == "postgresql":
            return "edited || jsonb_build_object(%s::text, %s::text)", self.parts
        return "json_set(edited, '$.' || %s, %s)", self.parts


def all_there(book: Book, ids: Collection[int]) -> None:
    """Raise Refused for an id that is not in the book, TooMany for more than MOST_ROWS."""
    if len(ids) > MOST_ROWS:
        raise TooMany(_("At most %(count)d rows at once.") % {"count": MOST_ROWS}, field="ids")
    missing = set(ids) - set(matching(book=book).filter(pk__in=ids).values_list("pk", flat=True))
    if missing:
        raise Refused(_("There is no transaction %(id)d here.") % {"id": min(missing)}, field="ids")
