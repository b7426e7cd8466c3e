"""Search: all terms must hold; the rows that satisfy them best come first, and each says why it was found.

A row's score is that of its weakest term. Rows are read score by score until a page is full, so that the few best are
quick in a book of any size, and what only the bank's wording can tell is read last.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Book
from accounts.paging import BadCursor
from banking.models import Transaction, TransactionTag
from banking.queries.clues import EXACT, FAR, NEAR, WORDED, Clue, clues, named
from banking.queries.vocabulary import Things, Vocabulary, things, vocabulary
from banking.queries.written import written
from banking.searching import Kind, Query, Term, parse

R = TypeVar("R")
NEWEST = 5_000
"""How many rows are looked at one by one in the order of their days."""
TEXTS = frozenset({Kind.WORD, Kind.PHRASE, Kind.MEANING})
BY_NAME: Mapping[Kind, str] = {
    Kind.CATEGORY: "category",
    Kind.ACCOUNT: "account",
    Kind.TAG: "tag",
    Kind.MERCHANT: "merchant",
}


@dataclass(frozen=True, slots=True)
class Hit(Generic[R]):
    """A row, how well it fits from 0 to 100, and why."""

    row: R
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hits(Generic[R]):
    """A page of hits, best and newest first; `next` is the cursor of the following one."""

    hits: list[Hit[R]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """A term that holds or does not: `ids` are what it names."""

    term: Term
    ids: frozenset[int] = frozenset()

    @property
    def where(self) -> Q:
        found = self._where()
        return ~found if self.term.without else found

    def _where(self) -> Q:
        term = self.term
        if term.kind is Kind.DAYS:
            return Q(**{"day__gte": term.start} if term.start else {}, **{"day__lt": term.end} if term.end else {})
        if term.kind is Kind.AMOUNT:
            return _sizes(term)
        if term.kind is Kind.NOTE:
            return Q(note__gt="", note__icontains=term.text)
        if term.kind in {Kind.IN, Kind.OUT}:
            return Q(amount__gt=0) if term.kind is Kind.IN else Q(amount__lt=0)
        if term.kind in {Kind.PENDING, Kind.EXCLUDED}:
            return Q(**{term.kind.value: True})
        return Clue(EXACT, BY_NAME[term.kind], str, self.ids).where


def _sizes(term: Term) -> Q:
    where = Q()
    if term.low is not None:
        where &= Q(amount__gte=term.low) | Q(amount__lte=-term.low)
    if term.high is not None:
        where &= Q(amount__lte=term.high, amount__gte=-term.high)
    return where


@dataclass(frozen=True, slots=True)
class Search:
    """A text as it is understood in a book: what filters, what is looked for with its clues, and what must not occur.

    `unnamed` are the filters that name nothing here, so that no row fits them.
    """

    book: Book
    query: Query
    filters: tuple[Filter, ...]
    looked_for: tuple[tuple[Term, tuple[Clue, ...]], ...]
    without: tuple[tuple[Term, tuple[Clue, ...]], ...]
    unnamed: tuple[Term, ...]
    words: Vocabulary
    things: Things

    @property
    def is_empty(self) -> bool:
        return not self.query.terms


def understood(*, book: Book, text: str, today: date, locale: str = "en") -> Search:
    """How the text is understood; at most three queries, and one for a book whose merchants are not known yet."""
    query = parse(text, today=today, locale=locale)
    known, others = vocabulary(book=book), things(book=book)
    filters, texts, unnamed = [], [], []
    for term in query.terms:
        if term.kind in TEXTS:
            texts.append(term)
            continue
        ids = named(term, words=known, things=others) if term.kind in BY_NAME else frozenset[int]()
        filters.append(Filter(term, ids))
        if term.kind in BY_NAME and not ids:
            unnamed.append(term)
    said = " ".join(each.text for each in texts if not each.without)
    places = written(book=book, words=[each.text for each in texts], merchants=False)
    found = [
        (each, tuple(clues(each, words=known, things=others, written=place, said=said)))
        for each, place in zip(texts, places, strict=True)
    ]
    return Search(
        book,
        query,
        tuple(filters),
        tuple(each for each in found if not each[0].without),
        tuple(each for each in found if each[0].without),
        tuple(unnamed),
        known,
        others,
    )


def page_found(
    search: Search,
    *,
    rows: QuerySet[Transaction],
    read: Callable[[QuerySet[Transaction]], list[R]],
    size: int,
    cursor: str = "",
) -> Hits[R]:
    """A page of `rows`, newest first, that fit; raise BadCursor.

    One query for each score until the page is full, and a few more at the end: never more than a handful, whatever is
    found.
    """
    place = _place(cursor) if cursor else None
    found: list[tuple[int, R]] = []
    rows = rows.filter(_allowed(search))
    for score, where in _levels(search):
        if place and score > place[0]:
            continue
        asked = rows.filter(where)
        if place and score == place[0]:
            asked = asked.filter(_after(*place[1:]))
        found += [(score, row) for row in _read(search.book, asked, read, size + 1 - len(found), scans=score <= WORDED)]
        if len(found) > size:
            break
    shown = found[:size]
    following = _cursor(*shown[-1]) if len(found) > size else None
    return Hits(_explained(search, shown), following)


def fitting(search: Search) -> Q:
    """All rows that fit, well or not so well: those that the pages of `page_found` hold in all."""
    where = _allowed(search)
    if not search.looked_for:
        return where
    ids, texts = _level(search, FAR) or (frozenset(), None)
    return where & (Q(merchant__among=ids) if texts is None else texts)


def _allowed(search: Search) -> Q:
    """What filters, and none of what must not occur."""
    return Q(*(each.where for each in search.filters), *(_not(given) for _term, given in search.without))


def _read(
    book: Book,
    asked: QuerySet[Transaction],
    read: Callable[[QuerySet[Transaction]], list[R]],
    most: int,
    *,
    scans: bool,
) -> list[R]:
    """The newest of them. What only the text of every row tells is looked for among the newest rows first.

    To walk all rows by day for a word that is rare takes five times as long as to read them as they lie.
    """
    if not scans or (day := _recent(book)) is None:
        return read(asked[:most])
    found = read(asked.filter(day__gte=day)[:most])
    if len(found) == most:
        return found
    lying = asked.order_by(Cast("day", TextField()).desc(), "-pk")
    return read(asked.filter(pk__in=list(lying.values_list("pk", flat=True)[:most])))


def _recent(book: Book) -> date | None:
    """The day of the last of the book's newest rows; None in a book that has no more."""
    days = Transaction.objects.filter(book=book).order_by("-day", "-id").values_list("day", flat=True)
    return next(iter(days[NEWEST : NEWEST + 1]), None)


def _not(given: Sequence[Clue]) -> Q:
    """None of the clues but those of misspelt words."""
    where = Q()
    for clue in given:
        if clue.score not in {NEAR, FAR}:
            where |= clue.where
    return ~where


def _levels(search: Search) -> Iterator[tuple[int, Q]]:
    """For each score, best first, the rows whose weakest term has it."""
    if not search.looked_for:
        yield EXACT, Q()
        return
    scores = sorted({clue.score for _term, given in search.looked_for for clue in given}, reverse=True)
    before: Level = (frozenset(), None)
    for score in scores:
        level = _level(search, score)
        if level is None:
            continue
        ids, where = level
        if where is None:
            new = ids - before[0]
            if new:
                yield score, Q(merchant__among=new)
        else:
            yield score, _wider(where, before)
        before = level


Level = tuple[frozenset[int], Q | None]


def _level(search: Search, score: int) -> Level | None:
    """The rows of this score and better ones: merchants only, or a condition; None where a term has no clue so good."""
    merchants: list[frozenset[int]] = []
    conditions: list[Q] = []
    only_merchants = True
    for _term, given in search.looked_for:
        good = [clue for clue in given if clue.score >= score]
        if not good:
            return None
        ids = frozenset[int]().union(*(clue.ids for clue in good if clue.column == "merchant"))
        others = [clue.where for clue in good if clue.column != "merchant"]
        only_merchants = only_merchants and not others
        merchants.append(ids)
        conditions.append(Q(*(others + ([Q(merchant__among=ids)] if ids else [])), _connector=Q.OR))
    if only_merchants:
        return frozenset.intersection(*merchants), None
    return frozenset(), Q(*conditions)


def _wider(where: Q, before: Level) -> Q:
    """Without the rows of the better score."""
    ids, condition = before
    if condition is not None:
        return where & ~condition
    return where & ~Q(merchant__among=ids) if ids else where


def _explained(search: Search, found: Sequence[tuple[int, R]]) -> list[Hit[R]]:
    tags = _tags(search, [_pk(row) for _score, row in found])
    return [Hit(row, score, _reasons(search, row, tags.get(_pk(row), ()))) for score, row in found]


def _pk(row: object) -> int:
    return int(getattr(row, "id"))  # noqa: B009  a row of two shapes


def _tags(search: Search, ids: Sequence[int]) -> dict[int, list[int]]:
    """The tags of the rows, where it matters."""
    if not any(clue.column == "tag" for _term, given in search.looked_for for clue in given):
        return {}
    found: dict[int, list[int]] = {}
    for pk, tag in TransactionTag.objects.filter(transaction__in=ids).values_list("transaction", "tag"):
        found.setdefault(pk, []).append(tag)
    return found


def _reasons(search: Search, row: object, tags: Sequence[int]) -> tuple[str, ...]:
    shop = search.words.shops.get(getattr(row, "merchant_id"))  # noqa: B009  a row of two shapes
    name = shop.name if shop else ""
    best = (next((clue for clue in given if clue.holds(row, tags)), given[-1]) for _term, given in search.looked_for)
    return tuple(dict.fromkeys(clue.say(name) for clue in best))


def _cursor(score: int, row: object) -> str:
    place = [score, getattr(row, "day").isoformat(), _pk(row)]  # noqa: B009  a row of two shapes
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, date, int]:
    """Anybody may have written it."""
    try:
        score, day, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if type(score) is not int or type(pk) is not int or not 0 <= pk < 2**63:
            raise ValueError
        return score, date.fromisoformat(day), pk
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise BadCursor("This page does not exist; start again at the first one.") from error


def _after(day: date, pk: int) -> Q:
    return Q(day__lte=day) & (Q(day__lt=day) | Q(day=day, pk__lt=pk))
