"""Files that are brought in, in the shapes that the API answers."""

from collections.abc import Mapping
from typing import Any

from banking.import_words import evidence_in_words, reason_in_words
from banking.models import NEW, Import
from banking.models.imports import ToldPart
from banking.queries.import_categories import Planned
from banking.queries.imports import Counts, Landing


def imported(source: Import) -> dict[str, Any]:
    """As ImportShape."""
    return {
        "id": source.pk,
        "name": source.name,
        "size": source.size,
        "sha256": source.sha256,
        "format": source.format,
        "status": source.status,
        "progress": source.progress,
        "error": source.error,
        "added": source.added,
        "skipped": source.skipped,
        "created_at": source.created_at,
        "started_at": source.started_at,
        "finished_at": source.finished_at,
    }


def detailed(source: Import, counts: Counts, plan: Mapping[str, Planned]) -> dict[str, Any]:
    """As ImportDetailShape; `plan` has what becomes of the words that are to be new categories."""
    states = counts.states
    return {
        **imported(source),
        "guesses": [
            {"what": each["what"], "value": each["value"], "evidence": evidence_in_words(each)}
            for each in source.guesses
        ],
        "columns": source.columns,
        "accounts": [_statement(place, each) for place, each in enumerate(source.statements)],
        "categories": [_word(word, pk, plan) for word, pk in sorted(source.categories.items())],
        "counts": {
            "rows": counts.rows,
            "chosen": counts.chosen,
            "fresh": states.get("fresh", 0),
            "duplicates": states.get("twin", 0),
            "pending": states.get("pending", 0),
            "void": states.get("void", 0),
            "unreadable": states.get("broken", 0),
        },
    }


def _word(word: str, choice: int | str | None, plan: Mapping[str, Planned]) -> dict[str, Any]:
    planned = plan.get(word) if choice == NEW else None
    new = {"name": planned.name, "kind": planned.kind, "inside": planned.parent} if planned else None
    return {"name": word, "category_id": None if choice == NEW else choice, "new": new}


def _statement(place: int, told: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "mask", "currency", "rows", "first", "last", "opening", "closing")
    targets = {"account_id": told.get("account"), "new": told.get("new")}
    return {"place": place, **{name: told[name] for name in names}, **targets}


def row(found: Landing, *, landed: bool) -> dict[str, Any]:
    """As ImportRowShape."""
    each = found.row
    return {
        "position": each.position,
        "place": each.place,
        "line": each.line,
        "day": each.day,
        "amount": None if each.amount is None else str(each.amount),
        "currency": each.currency,
        "description": each.description,
        "payee": each.payee,
        "note": each.note,
        "reference": each.reference,
        "file_category": each.category,
        "category_id": found.category.pk if found.category else None,
        "new_category": found.new,
        "tags": each.tags,
        "parts": [ToldPart._asdict(part) for part in each.told_parts],
        "state": each.state,
        "reason": reason_in_words(each.why),
        "chosen": each.chosen,
        "twin_id": each.twin,
        "transaction_id": each.made if landed else None,
    }
