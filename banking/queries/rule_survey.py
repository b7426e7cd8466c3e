"""How the rules of a book get on with each other: how many rows each means, which disagree, which never have a say."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Max

from accounts.models import Book
from banking import ruling
from banking.models import Connection, Rule
from banking.queries.ruling import program, rows_of
from journal.models import Operation

KEPT_SECONDS = 3_600
LOOKED_AT = 100_000
"""Only so many of the newest rows are looked at."""
READ = ("description", "merchant__name", "note", "amount", "day", "account_id")


@dataclass(frozen=True, slots=True)
class Conflict:
    """`first` decides the category of so many rows that `second` would file elsewhere. Ids of rules."""

    first: int
    second: int
    count: int


@dataclass(frozen=True, slots=True)
class Dead:
    """A rule without effect: `never` means no row, `stopped` is always behind a stop, `unheard` says nothing new.

    `by` is the rule that is most often in its way.
    """

    rule: int
    why: str
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Of the rules in force, by id; `rows` is how many rows were looked at."""

    rows: int
    matched: dict[int, int]
    conflicts: tuple[Conflict, ...]
    dead: tuple[Dead, ...]

    @property
    def found(self) -> int:
        """How much there is to look at."""
        return len(self.conflicts) + len(self.dead)


def survey(*, book: Book) -> Survey:
    """Five queries, or two where nothing was done in the book since it was last asked."""
    key = f"rule-survey:{book.pk}:{_state(book)}"
    found: Survey | None = cache.get(key)
    if found is None:
        found = _surveyed(program(book=book), _rows(book))
        cache.set(key, found, KEPT_SECONDS)
    return found


def _state(book: Book) -> str:
    """Another one whenever a person, a rule or a bank may have changed something."""
    done = Operation.objects.filter(book=book).order_by("-at", "-id").values_list("pk", flat=True).first()
    synced = Connection.objects.filter(book=book).aggregate(last=Max("synced_at"))["last"]
    return f"{done}:{synced.timestamp() if synced else 0}"


def _rows(book: Book) -> list[ruling.Row]:
    newest = rows_of(book=book).order_by("-day", "-id")[:LOOKED_AT]
    return [
        ruling.Row(description, merchant or "", note, amount, day, account)
        for description, merchant, note, amount, day, account in newest.values_list(*READ)
    ]


def _surveyed(asked: ruling.Program, rows: Iterable[ruling.Row]) -> Survey:
    matched: Counter[int] = Counter({rule.id: 0 for rule in asked.rules})
    heard: Counter[int] = Counter()
    reached: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    stopped: dict[int, Counter[int]] = {}
    overruled: dict[int, Counter[int]] = {}
    looked = 0
    for row in rows:
        looked += 1
        seen: set[int] = set()
        for stage in asked.stages(row):
            places = asked.matching(stage, stopping=False)
            tried, untried, stop = _parted(asked, places)
            said = asked.said(stage, tried)
            speaking = _speaking(said)
            heard.update(speaking)
            fresh = {asked.rules[place].id for place in places} - seen  # each row counts once
            seen |= fresh
            matched.update(fresh)
            for place in untried:
                stopped.setdefault(asked.rules[place].id, Counter())[stop] += 1
            for place in tried:
                rule = asked.rules[place].id
                reached[rule] += 1
                if rule not in speaking and said.category:
                    overruled.setdefault(rule, Counter())[said.category[0]] += 1
            pairs.update(pair for pair in _disagreeing(asked, said, tried) if set(pair) & fresh)
    conflicts = [Conflict(first, second, count) for (first, second), count in pairs.most_common()]
    dead = [_dead(rule.id, matched, reached, heard, stopped, overruled) for rule in asked.rules]
    return Survey(looked, dict(matched), tuple(conflicts), tuple(each for each in dead if each is not None))


def _parted(asked: ruling.Program, places: list[int]) -> tuple[list[int], list[int], int]:
    """The rules up to the first that stops, those after it, and the id of the one that stops."""
    for at, place in enumerate(places, start=1):
        if asked.rules[place].stop:
            return places[:at], places[at:], asked.rules[place].id
    return places, [], 0


def _speaking(said: ruling.Said) -> set[int]:
    """The rules that say something about the row that no earlier one has said."""
    each = (said.category, said.merchant, said.note, said.exclude, said.split)
    return {one[0] for one in each if one is not None} | set(said.tags.values())


def _disagreeing(asked: ruling.Program, said: ruling.Said, tried: list[int]) -> list[tuple[int, int]]:
    if said.category is None:
        return []
    first, category = said.category
    return [
        (first, asked.rules[place].id)
        for place in tried
        if (wanted := asked.category_of(asked.rules[place])) and wanted != category
    ]


def _dead(
    rule: int,
    matched: Counter[int],
    reached: Counter[int],
    heard: Counter[int],
    stopped: dict[int, Counter[int]],
    overruled: dict[int, Counter[int]],
) -> Dead | None:
    if not matched[rule]:
        return Dead(rule, "never")
    if not reached[rule]:
        return Dead(rule, "stopped", stopped[rule].most_common(1)[0][0])
    if not heard[rule]:
        by = overruled.get(rule)
        return Dead(rule, "unheard", by.most_common(1)[0][0] if by else None)
    return None


def rule(*, book: Book, pk: int) -> Rule:
    """One rule; raise Rule.DoesNotExist."""
    return Rule.objects.select_related("category").get(book=book, pk=pk)
