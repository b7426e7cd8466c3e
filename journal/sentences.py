"""Changes in words and values that a person reads; ids become names, asked for all at once."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Book, User
from journal.columns import by_name, read
from journal.models import Change
from journal.wording import NOUNS, Noun

Names = dict[tuple[str, int], str]
"""What rows are called, by label and key."""
Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """One value to be shown; `currency` is that of an amount. Of a day or a moment `text` is empty."""

    text: str = ""
    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self == Value()

    @property
    def plain(self) -> str:
        """As text for a program: a decimal number, a date in the form of ISO 8601, or the words."""
        if self.amount is not None:
            return str(self.amount)
        moment = self.day or self.at
        return moment.isoformat() if moment else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """A column before and after."""

    column: str
    label: str
    before: Value
    after: Value


def names_for(*, book: Book, changes: Iterable[Change], rows: Iterable[tuple[str, int]] = ()) -> Names:
    """The names of what these changes mention, and of further rows; one query for each model among them.

    A row that is gone has no name any more.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for label, key in rows:
        wanted[label].add(key)
    for change in changes:
        for label, key in _mentioned(change):
            wanted[label].add(key)
    found: Names = {}
    for label, keys in sorted(wanted.items()):
        found |= _names(book, label, keys)
    return found


def _mentioned(change: Change) -> Iterable[tuple[str, int]]:
    noun, model = NOUNS.get(change.model), _model(change.model)
    for name in noun.columns if noun and model else ():
        column = by_name(model).get(name)
        if column is None or not isinstance(column.related_model, type):
            continue
        for kept in (change.before, change.after):
            value = read(column, kept[name]) if kept and name in kept else None
            if value is not None:
                yield column.related_model._meta.label, value


def _names(book: Book, label: str, keys: set[int]) -> Names:
    model, noun = _model(label), NOUNS.get(label)
    if model is None:
        return {}
    if model is User:
        people = User.objects.filter(memberships__book=book, pk__in=keys)
        return {(label, pk): name or email for pk, name, email in people.values_list("pk", "name", "email")}
    rows = model._base_manager.filter(book=book, pk__in=keys)
    if noun and noun.titled:
        return {(label, pk): str(title) for pk, title in rows.values_list("pk", noun.titled)}
    return {(label, row.pk): str(row) for row in rows}


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def title(change: Change, names: Names) -> str:
    """What the row is called, also one that is gone if the change holds all of it."""
    noun = NOUNS.get(change.model)
    if noun is None or not noun.titled:
        return ""
    kept = change.after or change.before or {}
    if noun.called and (called := noun.called(kept)):
        return called
    return names.get((change.model, change.key)) or str(kept.get(noun.titled) or "")


def sentence(change: Change, names: Names) -> str:
    """What the change did to its row: "filed it under Coffee, changed the note"."""
    noun = NOUNS.get(change.model)
    if change.before is None or change.after is None:
        kept = (change.after if change.before is None else change.before) or {}
        if noun is None:
            return _("changed it")
        words = noun.added if change.before is None else noun.deleted
        values = {name: _text(change.model, name, kept, names) for name in noun.columns}
        return str(words) % {**values, "noun": noun.one}
    said = [_said(noun, change, name, names) for name in noun.told if name in change.after] if noun else []
    if said:
        return ", ".join(said)
    named = [str(noun.columns[name]) for name in noun.columns if name in change.after] if noun else []
    return _("changed %(columns)s") % {"columns": ", ".join(named)} if named else _("updated it")


def _said(noun: Noun, change: Change, name: str, names: Names) -> str:
    words, after = noun.told[name], change.after or {}
    if isinstance(words, tuple):
        is_set = read(by_name(_model(change.model))[name], after[name])
        return str(words[0] if is_set else words[1])
    return str(words) % {"value": _text(change.model, name, after, names)}


def _text(label: str, name: str, kept: Kept, names: Names) -> str:
    return value_of(label, name, kept, names).plain or "\N{EN DASH}"


def lines(change: Change, names: Names) -> list[Line]:
    """The columns that people read, those that differ; of a new or deleted row those that hold something."""
    noun = NOUNS.get(change.model)
    found = []
    for name, label in noun.columns.items() if noun else ():
        before, after = (
            value_of(change.model, name, kept, names) if kept is not None else Value()
            for kept in (change.before, change.after)
        )
        if before != after:
            found.append(Line(name, str(label), before, after))
    return found


def value_of(label: str, name: str, kept: Kept, names: Names) -> Value:
    """The value that a snapshot holds; an empty one where it does not hold the column."""
    column, noun = by_name(_model(label)).get(name), NOUNS[label]
    value = read(column, kept[name]) if column is not None and name in kept else None
    if value is None or column is None:
        return Value()
    if column.related_model is not None:
        gone = _("something that is gone")
        return Value(names.get((column.related_model._meta.label, value), gone))
    if name in noun.worded:
        return Value(noun.worded[name](value))
    if name in noun.amounts:
        return Value(amount=value, currency=str(kept.get(noun.amounts[name]) or ""))
    if isinstance(value, datetime):
        return Value(at=value)
    if isinstance(value, date):
        return Value(day=value)
    if isinstance(column, models.BooleanField):
        return Value(_("yes") if value else _("no"))
    if isinstance(value, (dict, list)):
        return Value(json.dumps(value, ensure_ascii=False))
    return Value(str(dict(column.flatchoices).get(value, value)))
