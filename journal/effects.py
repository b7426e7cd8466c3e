"""What an operation did in all to each row, and whether the row still is as it left it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from journal.columns import Column, by_name, read
from journal.models import Change

Snapshot = dict[str, Any]
M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Effect:
    """One row before and after; `before` is None for a row that was created, `after` for one that was deleted."""

    key: int
    before: Snapshot | None
    after: Snapshot | None

    def then(self, change: Change) -> None:
        """Add what a later change of the same operation did."""
        if change.before is None:
            self.after = change.after
            return
        if self.before is not None:
            self.before = {**change.before, **self.before}
        self.after = None if change.after is None else {**(self.after or {}), **change.after}

    @property
    def is_nothing(self) -> bool:
        """Whether the row was created and deleted again."""
        return self.before is None and self.after is None


def effects_of(changes: Iterable[Change]) -> dict[str, list[Effect]]:
    """By the label of the model, from changes in the order in which they were made."""
    found: dict[str, dict[int, Effect]] = defaultdict(dict)
    for change in changes:
        known = found[change.model].get(change.key)
        if known is None:
            found[change.model][change.key] = Effect(change.key, change.before, change.after)
        else:
            known.then(change)
    return {label: [each for each in rows.values() if not each.is_nothing] for label, rows in found.items()}


def stands(effect: Effect, row: models.Model | None) -> bool:
    """Whether the row is as the operation left it, in the columns that it set."""
    if effect.after is None or row is None:
        return effect.after is None and row is None
    columns, before = by_name(type(row)), effect.before or {}
    return all(
        _is_same(columns[name], row, before.get(name), kept) for name, kept in effect.after.items() if name in columns
    )


def _is_same(column: Column, row: models.Model, before: Any, after: Any) -> bool:
    now = column.value_from_object(row)
    if isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict):
        return all(now.get(key) == after.get(key) for key in _differing(before, after))
    return bool(now == read(column, after))


def put_back(effect: Effect, row: models.Model) -> list[str]:
    """Give the row the columns that it had; their names. Of a JSON object only what the operation set in it."""
    columns, names = by_name(type(row)), []
    for name, kept in (effect.before or {}).items():
        if name not in columns:
            continue
        column, after = columns[name], (effect.after or {}).get(name)
        now = column.value_from_object(row)
        if isinstance(kept, dict) and isinstance(after, dict) and isinstance(now, dict):
            setattr(row, name, _merged(now, kept, after))
        else:
            setattr(row, name, read(column, kept))
        names.append(name)
    return names


def restored(model: type[M], kept: Snapshot) -> M:
    """The row that was deleted, not saved yet."""
    columns = by_name(model)
    return model(**{name: read(columns[name], value) for name, value in kept.items() if name in columns})


def _merged(now: Snapshot, before: Snapshot, after: Snapshot) -> Snapshot:
    differing = _differing(before, after)
    rest = {key: value for key, value in now.items() if key not in differing}
    return rest | {key: before[key] for key in differing if key in before}


def _differing(before: Snapshot, after: Snapshot) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
