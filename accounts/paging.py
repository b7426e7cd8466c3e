"""Keyset pages: each starts after the last row of the one before, so that page 10,000 is as quick as page 1."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet

M = TypeVar("M", bound=models.Model)
R = TypeVar("R")
PAGE_SIZE = 50
LARGEST_PAGE = 200


class BadCursor(Exception):
    """The cursor did not come from this list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows of one page and the cursors of its neighbours; None where there is none."""

    rows: list[R]
    next: str | None
    previous: str | None


def page_of(found: "QuerySet[M]", *, cursor: str | None, size: int = PAGE_SIZE) -> Page[M]:
    """The page at `cursor` of a queryset ordered by `order_by("-day", "-id")` or any such list of one direction.

    It may be ordered by annotations too.

    One query; raise BadCursor.
    """
    return page_read(found, cursor=cursor, size=size, read=list)


def page_read(
    found: "QuerySet[M]", *, cursor: str | None, size: int, read: "Callable[[QuerySet[M]], list[R]]"
) -> Page[R]:
    """As `page_of`, of what `read` makes of the queryset: anything with the columns of its order."""
    order = [str(name) for name in found.query.order_by]
    fields = [_column(found, name.lstrip("-")) for name in order]
    backwards, values = _decode(cursor, fields) if cursor else (False, None)
    rows = found if values is None else found.filter(_beyond(order, values, backwards))
    if backwards:
        rows = rows.reverse()
    taken = read(rows[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    has_next = bool(taken) and (more or backwards)
    has_previous = bool(taken) and (more if backwards else values is not None)
    return Page(
        taken,
        next=_encode(False, taken[-1], order) if has_next else None,
        previous=_encode(True, taken[0], order) if has_previous else None,
    )


def _column(found: "QuerySet[M]", name: str) -> Any:
    """A column of the model, or what the queryset is annotated with."""
    annotation = found.query.annotations.get(name)
    return found.model._meta.get_field(name) if annotation is None else annotation.output_field


def _beyond(order: Sequence[str], values: Sequence[Any], backwards: bool) -> Q:
    """(a, b) < (x, y), bounded on the first column so that an index serves it on every database."""
    down = order[0].startswith("-") != backwards
    strict, loose = ("lt", "lte") if down else ("gt", "gte")
    names = [name.lstrip("-") for name in order]
    condition = Q()
    for depth in reversed(range(len(names))):
        here = Q(**{f"{names[depth]}__{strict}": values[depth]})
        condition = here if depth == len(names) - 1 else here | (Q(**{names[depth]: values[depth]}) & condition)
    return Q(**{f"{names[0]}__{loose}": values[0]}) & condition


def _encode(backwards: bool, row: object, order: Sequence[str]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    plain = [v.isoformat() if isinstance(v, (date, datetime)) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps([backwards, *plain]).encode()).decode().rstrip("=")


def _decode(cursor: str, fields: Sequence[Any]) -> tuple[bool, list[Any]]:
    """Anybody may have written it: each value must be one that its column can hold."""
    try:
        backwards, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(backwards, bool) or "\0" in "".join(map(str, values)):
            raise ValueError
        return backwards, [_value(field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError, ValidationError) as error:
        raise BadCursor("This page does not exist; start again at the first one.") from error


def _value(field: Any, value: Any) -> Any:
    if isinstance(value, (bool, float)) or not isinstance(value, str if _is_text(field) else int):
        raise ValueError
    return field.to_python(value)


def _is_text(field: Any) -> bool:
    """Whether JSON holds the column's values as text."""
    return isinstance(field, (models.DateField, models.CharField, models.TextField))
