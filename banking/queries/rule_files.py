"""Rules as a file that another book can read: what they refer to is named, not numbered."""

from typing import Any

from accounts.models import Book
from banking.models import Account, Category, Rule

FORMAT, VERSION = "pocketpilot-rules", 1


def exported(*, book: Book) -> dict[str, Any]:
    """All rules in their order, and the kinds of the categories they name; three queries."""
    categories = {row.pk: row for row in Category.objects.filter(book=book).select_related("parent")}
    accounts = dict(Account.objects.filter(book=book).values_list("pk", "name"))
    named: set[int] = set()
    rules = [
        _rule(row, categories, accounts, named) for row in Rule.objects.filter(book=book).order_by("position", "id")
    ]
    kinds = sorted((categories[pk] for pk in named), key=lambda each: (each.name, each.pk))
    return {
        "format": FORMAT,
        "version": VERSION,
        "rules": rules,
        "categories": [
            {"name": each.name, "kind": each.kind, "parent": each.parent.name if each.parent else None}
            for each in kinds
        ],
    }


def _rule(row: Rule, categories: dict[int, Category], accounts: dict[int, str], named: set[int]) -> dict[str, Any]:
    def name(pk: int) -> str:
        named.add(pk)
        return categories[pk].name

    does = dict(row.actions)
    if row.category_id is not None:
        does["category"] = name(row.category_id)
    if "split" in does:
        does["split"] = [_part(part, name, accounts) for part in does["split"]]
    return {
        "name": row.name,
        "active": row.active,
        "stop": row.stop,
        "conditions": _named(row.conditions, accounts),
        "actions": does,
    }


def _part(part: dict[str, Any], name: Any, accounts: dict[int, str]) -> dict[str, Any]:
    found = {key: value for key, value in part.items() if key not in {"category_id", "account_id"}}
    if "category_id" in part:
        found["category"] = name(part["category_id"])
    if "account_id" in part:
        found["account"] = accounts.get(part["account_id"], "")
    return found


def _named(node: dict[str, Any], accounts: dict[int, str]) -> dict[str, Any]:
    if node.get("field") == "account":
        return {**node, "value": accounts.get(node["value"], "")}
    if "field" in node:
        return node
    return {mode: [_named(each, accounts) for each in parts] for mode, parts in node.items()}
