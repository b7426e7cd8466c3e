"""Who refers to rows that are to go."""

from collections.abc import Sequence

from django.db import models

from accounts.owned import Owned
from journal import keeping, writing


def used(model: type[Owned], keys: Sequence[int]) -> dict[str, dict[int, int]]:
    """By label {row that refers to one of these: which one}; what follows from others, and these themselves, left out.

    A few of each are enough to say no.
    """
    found: dict[str, dict[int, int]] = {}
    relations = [each for each in model._meta.get_fields(include_hidden=True) if isinstance(each, models.ManyToOneRel)]
    for relation in relations if keys else ():
        label, name = relation.related_model._meta.label, relation.field.attname
        if label in keeping.derived:
            continue
        for some in writing.batches(keys):
            users = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": some}).order_by("pk")
            found.setdefault(label, {}).update(users.values_list("pk", name))
    for key in set(keys).intersection(found.get(model._meta.label, ())):
        del found[model._meta.label][key]  # it goes too
    return {label: users for label, users in found.items() if users}


def unused(model: type[Owned], keys: Sequence[int]) -> list[int]:
    """Those of the keys that nothing refers to, once the others of them are gone."""
    going = list(keys)
    while users := used(model, going):
        in_use = {key for those in users.values() for key in those.values()}
        going = [key for key in going if key not in in_use]
    return going
