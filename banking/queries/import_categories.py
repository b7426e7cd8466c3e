"""What each category of a file would be here as a new one: its name, its kind, and what it is inside of."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from accounts.models import Book
from accounts.plain import tidied
from banking.importing.twins import worded
from banking.models import Category, CategoryKind, Import, ImportRow

LONGEST_NAME = 80
INSIDE = re.compile(r"\s*:\s*|\s+>\s+|\s*»\s*")
NO_CATEGORY = {"uncategorized", "uncategorised", "none", "nocategory", "unassigned", "keinekategorie", "sanscatégorie"}


@dataclass(frozen=True, slots=True)
class Word:
    """One category of a file, how many rows or parts of rows have it, and for how many of them money came in."""

    name: str
    count: int
    incoming: int

    @property
    def kind(self) -> str:
        """By the sign of most of its rows."""
        return (CategoryKind.INCOME if self.incoming * 2 > self.count else CategoryKind.EXPENSE).value


@dataclass(frozen=True, slots=True)
class Planned:
    """The category that a word would become, and the name of the one it would be inside of; empty for none.

    `category` is ours that has this name already, perhaps an archived one: it is used then, and none is made.
    """

    name: str
    kind: str
    parent: str = ""
    category: Category | None = None


def words(*, source: Import) -> list[Word]:
    """The file's own categories, the most frequent first."""
    rows = ImportRow.objects.filter(book=source.book_id, source=source).order_by()
    counted = rows.exclude(category="").values_list("category")
    counts, incoming = Counter[str](), Counter[str]()
    for word, count, plus in counted.annotate(count=Count("pk"), plus=Count("pk", filter=Q(amount__gt=0))):
        counts[word], incoming[word] = count, plus
    for row in rows.exclude(parts=[]).only("parts").iterator(chunk_size=5_000):
        for part in row.told_parts:
            counts[part.category] += 1
            incoming[part.category] += Decimal(part.amount) > 0
    del counts[""]
    found = [Word(word, count, incoming[word]) for word, count in counts.items()]
    return sorted(found, key=lambda each: (-each.count, each.name))


def says_nothing(word: str) -> bool:
    """Whether a word of the file is no category: `Uncategorized`, or `[Savings]`, which is the way to an account."""
    return worded(word) in NO_CATEGORY or bool(re.fullmatch(r"\[.*\]", word)) or not worded(word)


def planned(*, book: Book, source: Import, told: Sequence[Word]) -> dict[str, Planned]:
    """What each of these words would become; one query.

    Names are there once in a book: two that are alike but for their group keep it in their names.
    """
    ours = list(Category.objects.filter(book=book).select_related("parent").order_by("pk"))
    known = {each.name.casefold(): each for each in ours}
    by_id = {each.pk: each for each in ours}
    parted = {word.name: _parted(word.name, source.groups) for word in told}
    groups = {group.casefold() for group, _name in parted.values() if group}
    kinds = _kinds(told, parted)
    chosen = {word.casefold(): by_id[pk] for word, pk in source.mapped.items() if pk in by_id}
    parents = {group: chosen.get(group) or known.get(group) for group in groups}
    names = _names(parted, known)
    inside = {names[word].casefold() for word, (group, _name) in parted.items() if group}
    found = {}
    for word in told:
        group, name = parted[word.name][0], names[word.name]
        kind = kinds[name.casefold()] if name.casefold() in groups and not group else word.kind
        if there := known.get(name.casefold()):
            found[word.name] = Planned(there.name, there.kind, there.parent.name if there.parent else "", there)
            continue
        parent = parents.get(group.casefold())
        fits = group and kind == (parent.kind if parent else kinds[group.casefold()])
        fits = fits and (parent.parent_id is None if parent else group.casefold() not in inside)
        found[word.name] = Planned(name, kind, (parent.name if parent else group) if fits else "")
    return found


def planned_of(*, source: Import) -> dict[str, Planned]:
    """What becomes of its words where some are to be new categories; no query where none is."""
    return planned(book=source.book, source=source, told=words(source=source)) if source.makes_categories else {}


def _parted(word: str, groups: Mapping[str, str]) -> tuple[str, str]:
    """(group, name): as the file says, or `Food & Drink: Coffee`."""
    group, name = tidied(groups.get(word, ""), length=LONGEST_NAME), word
    parts = [part for part in INSIDE.split(word, maxsplit=1) if part.strip()] if not word.startswith("[") else []
    if len(parts) == 2 and (not group or parts[0].casefold() == group.casefold()):
        group, name = parts
    name = tidied(name, length=LONGEST_NAME) or word[:LONGEST_NAME]
    group = tidied(group, length=LONGEST_NAME)
    return ("", name) if group.casefold() == name.casefold() else (group, name)


def _kinds(told: Sequence[Word], parted: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Of each group, by the sign of most rows of what is inside it and of itself."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for word in told:
        group, name = parted[word.name]
        sums = counts[(group or name).casefold()]
        sums[0], sums[1] = sums[0] + word.count, sums[1] + word.incoming
    return {group: Word(group, count, incoming).kind for group, (count, incoming) in counts.items()}


def _names(parted: Mapping[str, tuple[str, str]], known: Mapping[str, Category]) -> dict[str, str]:
    groups = defaultdict(set)
    for group, name in parted.values():
        groups[name.casefold()].add(group.casefold())
    found = {}
    for word, (group, name) in parted.items():
        alike = group and len(groups[name.casefold()]) > 1 and name.casefold() not in known
        found[word] = f"{group}: {name}"[:LONGEST_NAME] if alike else name
    return found
