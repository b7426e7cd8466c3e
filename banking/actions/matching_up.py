"""Where the accounts and categories of a file go in the book, before anybody chose."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import Book
from banking.categoriser import UNCATEGORISED
from banking.importing.twins import worded
from banking.models import NEW, Account, Category, ImportMapping
from banking.queries import imports as queries

MEANT = {
    "paycheck": "salary", "paychecks": "salary", "wages": "salary", "wage": "salary", "coffeeshops": "coffee",
    "diningout": "restaurants", "restaurantsbars": "restaurants", "gas": "fuel", "gasfuel": "fuel",
    "supermarkets": "groceries", "food": "fooddining", "utilities": "billsutilities", "health": "healthcare",
    "medical": "healthcare", "transport": "transportation", "autotransport": "transportation",
    "creditcardpayment": "transfer", "transfers": "transfer", "mortgagerent": "rent", "general": "",
    "internet": "internetphone", "television": "streaming",
}  # fmt: skip
"""What others call what we call otherwise, both without blanks and signs."""


def targets_for(
    *, book: Book, told: Sequence[Mapping[str, Any]], remembered: ImportMapping | None, account: int | None
) -> list[dict[str, Any]]:
    """Each account of the file with the one of ours it is: the one that is given, as the last time, of the same number
    or name; else a new one.
    """
    ours = queries.targets(book=book)
    known = {each.pk: each for each in ours}
    found = []
    for each in told:
        statement = dict(each)
        if not statement.get("account") and not statement.get("new"):
            last = (remembered.accounts if remembered else {}).get(each["key"])
            chosen = account if account in known else last if last in known else _same(each, ours)
            if chosen and _fits(known[chosen], each):
                statement["account"] = chosen
            else:
                statement["new"] = _new(each, book)
        found.append(statement)
    return found


def _fits(account: Account, told: Mapping[str, Any]) -> bool:
    return not told["currency"] or told["currency"] == account.currency


def _same(told: Mapping[str, Any], ours: Iterable[Account]) -> int | None:
    """The one account of the same last digits, else the one of the same name."""
    fitting = [each for each in ours if _fits(each, told)]
    numbered = [each for each in fitting if told["mask"] and each.mask == told["mask"]]
    named = [each for each in fitting if told["name"] and worded(each.name) == worded(told["name"])]
    return next((found[0].pk for found in (numbered, named) if len(found) == 1), None)


def _new(told: Mapping[str, Any], book: Book) -> dict[str, str]:
    digits = f" ··{told['mask']}" if told["mask"] and told["mask"] not in told["name"] else ""
    kind = told["kind"]
    name = told["name"] or ("Card" if kind == "credit" else "Account")
    return {
        "name": f"{name}{digits}"[:120],
        "kind": kind,
        "currency": told["currency"] or book.currency,
        "opening": told["opening"] or "0",
    }


def categories_for(
    *, book: Book, words: Iterable[str], remembered: ImportMapping | None
) -> dict[str, int | str | None]:
    """The category of ours for each of the file's: as the last time, or of the same name; else None.

    NEW where one was to be made the last time, and no row needed it or it was taken back.
    """
    ours = list(Category.objects.filter(book=book).order_by("name", "id"))
    there, known = {each.pk for each in ours}, {each.pk for each in ours if each.archived_at is None}
    by_name = {worded(each.name): each.pk for each in ours if each.pk in known and each.code != UNCATEGORISED}
    last = remembered.categories if remembered else {}
    found: dict[str, int | str | None] = {}
    for word in sorted(words)[:2_000]:
        if word in last and (last[word] in {None, NEW} or last[word] in known):
            found[word] = last[word]
        else:
            gone = isinstance(last.get(word), int) and last[word] not in there
            found[word] = _named(word, by_name) or (NEW if gone else None)
    return found


def _named(word: str, by_name: Mapping[str, int]) -> int | None:
    """By the whole of it, or by the last of its parts: `Everyday: Groceries`."""
    for text in (word, re.split(r"[:>/]", word)[-1]):
        plain = worded(text)
        for name in (plain, MEANT.get(plain, ""), plain.removesuffix("s"), f"{plain}s"):
            if name in by_name:
                return by_name[name]
    return None
