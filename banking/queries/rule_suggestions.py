"""Rules that a person seems to want, by what they keep correcting."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q

from accounts.models import Book
from banking import ruling
from banking.categoriser import UNCATEGORISED
from banking.models import Category, DismissedSuggestion, EvidenceSource, Transaction
from banking.queries.ruling import program

FROM = 3
SHARE = 0.75
MOST = 20
LONGEST_WORDING = 120


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that would have filed `count` rows as the person did; `key` names it when it is dismissed."""

    key: str
    name: str
    category: Category
    count: int
    conditions: dict[str, Any]

    @property
    def actions(self) -> dict[str, Any]:
        return {"category_id": self.category.pk}


def suggestions(*, book: Book) -> list[Suggestion]:
    """The most frequent first, at most MOST; five queries.

    At least FROM corrections of one merchant (of one wording where there is no merchant), nearly all of them to the
    same category, that no rule files there already and that were not dismissed.
    """
    found = _corrected(book)
    sums: dict[str, int] = defaultdict(int)
    for each in found:
        sums[_what(each)] += each["count"]
    wanted = [each for each in found if each["count"] >= max(FROM, SHARE * sums[_what(each)])]
    if not wanted:
        return []
    categories = Category.objects.filter(book=book, archived_at=None).in_bulk({each["category"] for each in wanted})
    dismissed = set(DismissedSuggestion.objects.filter(book=book).values_list("key", flat=True))
    asked = program(book=book)
    made = [
        _suggestion(each, categories[each["category"]])
        for each in sorted(wanted, key=lambda each: (-each["count"], _what(each)))
        if each["category"] in categories and not _is_filed(asked, each)
    ]
    return [each for each in made if each.key not in dismissed][:MOST]


def _corrected(book: Book) -> list[dict[str, Any]]:
    rows = Transaction.objects.filter(
        book=book, removed_at=None, part_of=None, category_source=EvidenceSource.USER, edited__has_key="category"
    ).exclude(category__code=UNCATEGORISED)
    groups = rows.annotate(named=F("merchant__name")).order_by()
    by_merchant = groups.filter(~Q(merchant=None)).values("merchant", "named", "category")
    by_wording = groups.filter(merchant=None).values("description", "category")
    found: list[dict[str, Any]] = [
        dict(each) for each in by_merchant.annotate(count=Count("pk"), sample=Max("description"), amount=Max("amount"))
    ]
    found += [
        {**each, "sample": each["description"]} for each in by_wording.annotate(count=Count("pk"), amount=Max("amount"))
    ]
    return found


def _what(group: dict[str, Any]) -> str:
    return f"m:{group['merchant']}" if group.get("merchant") else f"w:{group['description'][:LONGEST_WORDING]}"


def _is_filed(asked: ruling.Program, group: dict[str, Any]) -> bool:
    said = asked.settled(ruling.Row(group["sample"], group.get("named") or "", amount=group["amount"]))
    return said is not None and said.category is not None and said.category[1] == group["category"]


def _suggestion(group: dict[str, Any], category: Category) -> Suggestion:
    named = group.get("named") or group["description"][:LONGEST_WORDING]
    one = (
        {"field": "merchant", "op": "equals", "value": named}
        if group.get("merchant")
        else {"field": "description", "op": "starts", "value": named}
    )
    return Suggestion(f"{_what(group)}:{category.pk}", named, category, group["count"], {"all": [one]})
