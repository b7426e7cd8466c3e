"""Who refers to rows that are to go."""

from collections.abc import Sequence

from django.db import models

from accounts.models import Book
from accounts.owned import Owned
from journal import keeping, writing


def relations(model: type[Owned]) -> list["models.ManyToOneRel"]:
    """Every column of any model that refers to rows of this one."""
    return [each for each in model._meta.get_fields(include_hidden=True) if isinstance(each, models.ManyToOneRel)]


def used(model: type[Owned], keys: Sequence[int], *, book: Book) -> dict[str, dict[int, int]]:
    """By label {row that refers to one of these: which one}.

    What follows from others, what only tells of them, and these themselves are left out.
    """
    found: dict[str, dict[int, int]] = {}
    for relation in relations(model) if keys else ():
        label, name = relation.related_model._meta.label, relation.field.attname
        if label in keeping.derived or label in keeping.lets_go:
            continue
        for some in writing.batches(keys):
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": some}).order_by("pk")
            found.setdefault(label, {}).update(rows.values_list("pk", name))
    for label, users in keeping.mentioned(model._meta.label, book=book, keys=keys):
        found.setdefault(label, {}).update(users)
    for key in set(keys).intersection(found.get(model._meta.label, ())):
        del found[model._meta.label][key]  # it goes too
    return {label: users for label, users in found.items() if users}


def unused(model: type[Owned], keys: Sequence[int], *, book: Book) -> list[int]:
    """Those of the keys that nothing refers to, once the others of them are gone."""
    going = list(keys)
    while users := used(model, going, book=book):
        in_use = {key for those in users.values() for key in those.values()}
        going = [key for key in going if key not in in_use]
    return going
