"""Reading rules from a file of another book, or of this one."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Book, User
from banking import ruling
from banking.actions.refusals import Refused, checked_text
from banking.actions.rule_keeping import MOST_RULES, RuleWish, drafted, store_all
from banking.models import Account, Category, CategoryKind, Rule
from banking.queries.rule_files import FORMAT, VERSION
from journal import actions as journal


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rules were added, were there already, and how many categories were made for them."""

    added: int
    known: int
    categories: int


def import_rules(*, book: Book, by: User, document: object, create_categories: bool, now: datetime) -> Imported:
    """Add the rules of the document after those that are there; all of them or none.

    A rule that says the same as one that is there is left out. Raise Refused for what cannot be read, and for a
    category that is not here unless `create_categories`; an unknown account is always refused.
    """
    rules = _rules(document)
    with journal.operation(book=book, by=by, verb="import_rules", now=now) as recorder:
        reader = _Reader(book, _kinds(document) if create_categories else None, recorder)
        wishes = [reader.wish(each, place) for place, each in enumerate(rules, start=1)]
        known = {_meaning(row.conditions, row.effects, stop=row.stop) for row in Rule.objects.filter(book=book)}
        new = []
        for place, wish in enumerate(wishes, start=1):
            meaning = _drafted(book, wish, place)
            if meaning not in known:
                known.add(meaning)
                new.append(wish)
        store_all(book=book, wishes=new, recorder=recorder, now=now)
    return Imported(len(new), len(wishes) - len(new), reader.made)


def _rules(document: object) -> list[object]:
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise Refused(_("This is no file of rules: export one here to see what it looks like."), field="rules")
    if document.get("version") != VERSION:
        raise Refused(_("This file was made by another version, which cannot be read here."), field="rules")
    rules = document.get("rules")
    if not isinstance(rules, list) or not rules or len(rules) > MOST_RULES:
        raise Refused(_("The file has 1 to %(count)d rules.") % {"count": MOST_RULES}, field="rules")
    return rules


def _kinds(document: object) -> dict[str, Mapping[str, Any]]:
    """What the file tells of categories, by casefolded name."""
    given = document.get("categories", []) if isinstance(document, Mapping) else []
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise Refused(_("The categories are a list of name, kind and parent."), field="rules")
    return {str(each.get("name", "")).casefold(): each for each in given}


def _drafted(book: Book, wish: RuleWish, place: int) -> str:
    try:
        draft = drafted(book=book, wish=wish)
    except Refused as error:
        message = _("Rule %(place)d: %(reason)s") % {"place": place, "reason": error}
        raise Refused(message, field="rules") from error
    return _meaning(ruling.shape(draft.conditions), ruling.effects_shape(draft.effects), stop=draft.stop)


def _meaning(conditions: object, effects: Mapping[str, object], *, stop: bool) -> str:
    """The same text for the same meaning, whatever the order of the keys, which a database may change."""
    return json.dumps([conditions, effects, stop], sort_keys=True)


class _Reader:
    """Names to ids; `kinds` is None where unknown categories are refused."""

    def __init__(self, book: Book, kinds: dict[str, Mapping[str, Any]] | None, recorder: journal.Recorder) -> None:
        self._book, self._kinds, self._recorder = book, kinds, recorder
        self._categories = {row.name.casefold(): row for row in Category.objects.filter(book=book)}
        self._accounts: dict[str, list[int]] = defaultdict(list)
        for pk, name in Account.objects.filter(book=book).values_list("pk", "name"):
            self._accounts[name.casefold()].append(pk)
        self.made = 0

    def wish(self, given: object, place: int) -> RuleWish:
        try:
            return self._wish(given)
        except Refused as error:
            message = _("Rule %(place)d: %(reason)s") % {"place": place, "reason": error}
            raise Refused(message, field="rules") from error

    def _wish(self, given: object) -> RuleWish:
        if not isinstance(given, Mapping) or not isinstance(given.get("actions"), Mapping):
            raise Refused(_("A rule has a name, conditions and actions."))
        name, active, stop = given.get("name", ""), given.get("active", True), given.get("stop", False)
        if not (isinstance(name, str) and isinstance(active, bool) and isinstance(stop, bool)):
            raise Refused(_("The name is a text; active and stop are true or false."))
        does = self._numbered(given["actions"])
        if isinstance(does.get("split"), list):
            does["split"] = [self._numbered(part) if isinstance(part, Mapping) else part for part in does["split"]]
        return RuleWish(name, self._conditions(given.get("conditions"), 0), does, active, stop)

    def _numbered(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """With ids in the place of the names of a category and an account."""
        found = {str(key): value for key, value in given.items() if key not in {"category", "account"}}
        if found.keys() & {"category_id", "account_id"}:
            raise Refused(_("Categories and accounts are named in a file, not numbered."))
        if given.get("category"):
            found["category_id"] = self._category(given["category"])
        if given.get("account"):
            found["account_id"] = self._account(given["account"])
        return found

    def _conditions(self, node: object, depth: int) -> object:
        if not isinstance(node, Mapping) or depth > 10:
            return node
        if node.get("field") == "account":
            return {**node, "value": self._account(node.get("value"))}
        return {
            key: [self._conditions(each, depth + 1) for each in value] if isinstance(value, list) else value
            for key, value in node.items()
        }

    def _account(self, name: object) -> int:
        found = self._accounts.get(name.casefold(), []) if isinstance(name, str) else []
        if len(found) != 1:
            message = _("There is no account “%(name)s” here.") if not found else _("Several accounts are “%(name)s”.")
            raise Refused(message % {"name": str(name)[:120]})
        return found[0]

    def _category(self, name: object) -> int:
        if not isinstance(name, str):
            raise Refused(_("Name a category by its name."))
        known = self._categories.get(name.strip().casefold())
        if known is None and self._kinds is None:
            message = _("There is no category “%(name)s” here. Let the import create it, or create it first.")
            raise Refused(message % {"name": name[:80]})
        return (known or self._made(name)).pk

    def _made(self, name: str) -> Category:
        name = checked_text(name, field="rules", length=80, required=True)
        told = (self._kinds or {}).get(name.casefold(), {})
        parent = self._categories.get(str(told.get("parent") or "").casefold())
        kind = str(told.get("kind") or (parent.kind if parent else CategoryKind.EXPENSE))
        if kind not in CategoryKind.values:
            raise Refused(_("Choose one of: %(kinds)s.") % {"kinds": ", ".join(CategoryKind.values)})
        if parent is not None and (parent.kind != kind or parent.parent_id is not None or parent.archived_at):
            parent = None
        row = Category.objects.create(
            book=self._book, name=name, kind=kind, parent=parent, colour=parent.colour if parent else 0
        )
        self._recorder.created(row)
        self._categories[name.casefold()] = row
        self.made += 1
        return row
