"""Where in a book a term of a search is found: each clue is one way in which a row can satisfy the term."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from banking.categoriser import UNCATEGORISED
from banking.categoriser.meaning import meaning, meant_by
from banking.models import TransactionTag
from banking.queries.vocabulary import Shop, Thing, Things, Vocabulary, fold
from banking.queries.written import Written
from banking.searching import Kind, Term, nearest

EXACT, BEGINS, INSIDE, KNOWN, NAMED, FILED, NEAR, WORDED, FAR = 100, 90, 80, 75, 70, 65, 62, 60, 50
"""The scores: the merchant is called so; a word of it begins so; it is inside; the merchant is known to be such a one;
an account, category or tag is called so; the row is filed under such a category; one mistake away; in the bank's
wording or the note; two mistakes away."""
LONGEST_AMOUNT = 12


@dataclass(frozen=True, slots=True)
class Clue:
    """Rows with one of `ids` in the column, or for the columns "text" and "amount" with the word or size in them.

    `say` makes the reason from the name of the row's merchant.
    """

    score: int
    column: str
    say: Callable[[str], str]
    ids: frozenset[int] = frozenset()
    written: Written | None = None
    size: Decimal | None = None

    @property
    def where(self) -> Q:
        if self.written:
            return self.written.where or Q(pk__in=())
        if self.column == "amount":
            return Q(amount=self.size) | Q(amount=-(self.size or 0))
        if self.column == "tag":
            return Q(pk__in=TransactionTag.objects.filter(tag__in=self.ids).values("transaction"))
        return Q(**{f"{self.column}__among": self.ids})

    def holds(self, row: object, tags: Iterable[int]) -> bool:
        """Whether the row, of either shape, is one of them; `tags` are the ids of its tags."""
        if self.written:
            return any(self.written.word in getattr(row, each).casefold() for each in ("description", "note"))
        if self.column == "amount":
            return bool(abs(getattr(row, "amount")) == self.size)  # noqa: B009  a row of two shapes
        if self.column == "tag":
            return not self.ids.isdisjoint(tags)
        return bool(getattr(row, f"{self.column}_id") in self.ids)


def clues(term: Term, *, words: Vocabulary, things: Things, written: Written, said: str) -> list[Clue]:
    """The best first; none for what is nowhere. `said` is all that was searched for in plain words."""
    found = [*_of_merchants(term, words, said), *_of_things(term, things)]
    if term.meaning:
        found += _of_meaning(term, words, things)
    if written.where is not None:
        found.append(Clue(WORDED, "text", lambda _name: _worded(term), written=written))
    if term.kind is Kind.WORD and (size := _whole(term.text)) is not None:
        found.append(Clue(WORDED, "amount", lambda _name: _("The amount is %s") % term.text, size=size))
    if term.kind is Kind.WORD and not any(each.score > WORDED for each in found):
        found += _misspelt(term, words)
    if term.kind is Kind.WORD and not found:
        found += _things_misspelt(term, words, things)
    return sorted(found, key=lambda each: -each.score)


def _worded(term: Term) -> str:
    return _("“%s” is in the bank's wording or the note") % term.text


def _whole(text: str) -> Decimal | None:
    return Decimal(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_AMOUNT else None


def _of_merchants(term: Term, words: Vocabulary, said: str) -> Iterator[Clue]:
    ids: dict[int, set[int]] = {EXACT: set(), BEGINS: set(), INSIDE: set()}
    text, begins, whole = fold(term.text), f" {fold(term.text)}", fold(said)
    for shop in words.shops.values():
        if text in shop.text:
            score = EXACT if shop.folded == whole else BEGINS if begins in f" {shop.text}" else INSIDE
            ids[score].add(shop.pk)
    for score, found in ids.items():
        if found:
            yield Clue(score, "merchant", _of_name(term), frozenset(found))


def _of_name(term: Term) -> Callable[[str], str]:
    return lambda name: _("“%(word)s” is in the merchant %(name)s") % {"word": term.text, "name": name}


def _of_things(term: Term, things: Things) -> Iterator[Clue]:
    text = fold(term.text)
    for column, found, sentence in (
        ("account", things.accounts, _("In the account %s")),
        ("category", things.categories, _("Filed under %s")),
        ("tag", things.tags, _("Tagged %s")),
    ):
        for each in _begun(text, found):
            ids = _with_children(each, things) if column == "category" else {each.pk}
            yield Clue(NAMED, column, _always(sentence % each.name.strip()), frozenset(ids))


def _always(text: str) -> Callable[[str], str]:
    return lambda _name: text


def _begun(text: str, found: Sequence[Thing]) -> list[Thing]:
    """Those with a word that begins so."""
    return [each for each in found if f" {text}" in f" {each.folded}" and each.code != UNCATEGORISED]


def _of_meaning(term: Term, words: Vocabulary, things: Things) -> Iterator[Clue]:
    if term.meaning is None:
        return
    codes, noun = term.meaning.codes, term.meaning.noun
    known = frozenset(shop.pk for shop in words.shops.values() if shop.code in codes)
    if known:
        yield Clue(KNOWN, "merchant", lambda name: _("%(name)s is %(noun)s") % {"name": name, "noun": _(noun)}, known)
    filed = [each for each in things.categories if each.code in codes]
    for each in filed:
        ids = frozenset(_with_children(each, things))
        yield Clue(FILED, "category", _always(_("Filed under %s") % each.name), ids)


def _with_children(category: Thing, things: Things) -> set[int]:
    return {each.pk for each in things.categories if category.pk in (each.pk, each.parent)}


def _misspelt(term: Term, words: Vocabulary) -> Iterator[Clue]:
    for near, mistakes in nearest(fold(term.text), words.words).items():
        yield Clue(_far(mistakes), "merchant", _nearly(term, near), frozenset(words.words[near]))


def _far(mistakes: int) -> int:
    return NEAR if mistakes == 1 else FAR


def _nearly(term: Term, near: str) -> Callable[[str], str]:
    return _always(_("“%(word)s” is nearly “%(near)s”") % {"word": term.text, "near": near})


def _things_misspelt(term: Term, words: Vocabulary, things: Things) -> Iterator[Clue]:
    """Under a category that is nearly called so, or of a kind of merchant that is nearly called so."""
    text = fold(term.text)
    called: dict[str, set[int]] = {}
    for each in things.categories:
        for word in each.folded.split() if each.code != UNCATEGORISED else ():
            called.setdefault(word, set()).update(_with_children(each, things))
    for near, mistakes in nearest(text, called).items():
        yield Clue(_far(mistakes), "category", _nearly(term, near), frozenset(called[near]))
    for near, mistakes in nearest(text, meant_by()).items():
        codes = meant_by()[near].codes
        shops = frozenset(shop.pk for shop in words.shops.values() if shop.code in codes)
        filed = frozenset(each.pk for each in things.categories if each.code in codes)
        for column, ids in (("merchant", shops), ("category", filed)):
            if ids:
                yield Clue(_far(mistakes), column, _nearly(term, near), ids)


def named(term: Term, *, words: Vocabulary, things: Things) -> frozenset[int]:
    """The ids of what `category:`, `account:`, `tag:` or `merchant:` names: called so, begun so, containing it, or
    nearly called so; empty where nothing is, or nothing is said yet."""
    text = fold(term.text)
    if not text:
        return frozenset()
    known: dict[Kind, Sequence[Thing | Shop]] = {
        Kind.CATEGORY: things.categories,
        Kind.ACCOUNT: things.accounts,
        Kind.TAG: things.tags,
        Kind.MERCHANT: tuple(words.shops.values()),
    }
    found = _best(text, known[term.kind])
    if term.kind is not Kind.CATEGORY:
        return frozenset(each.pk for each in found)
    if not found and (meant := meaning(text)):
        found = [each for each in things.categories if each.code == meant.code]
    return frozenset(pk for each in found if isinstance(each, Thing) for pk in _with_children(each, things))


def _best(text: str, known: Sequence[Thing | Shop]) -> list[Thing | Shop]:
    fits: tuple[Callable[[str], bool], ...] = (
        lambda name: name.strip() == text,
        lambda name: f" {text}" in f" {name}",
        lambda name: text in name,
    )
    for fit in fits:
        if found := [each for each in known if fit(each.folded)]:
            return found
    near = nearest(text, {word: None for each in known for word in each.folded.split()})
    return [each for each in known if not near.keys().isdisjoint(each.folded.split())]
