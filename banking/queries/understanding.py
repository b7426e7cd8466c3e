"""How a search was understood: each term in words, and the ordinary filters of the list that say the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from banking.categoriser.meaning import meant_by
from banking.queries.clues import FAR, FILED, KNOWN, NEAR, Clue
from banking.queries.searching import BY_NAME, Filter, Search
from banking.queries.vocabulary import Shop, Thing, fold
from banking.searching import Kind, Term
from banking.searching.amounts import CENT
from banking.searching.days import locale_of

MOST_NAMED = 3
MOST_IDS = 20
ALIKE = 0.7
EXAMPLES = {Kind.CATEGORY: "groceries", Kind.ACCOUNT: "visa", Kind.TAG: "work", Kind.MERCHANT: "shell"}
DAY = timedelta(days=1)
Parameters = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """What was `written`, and what is made of it."""

    written: str
    meaning: str


def parts(search: Search, *, locale: str = "en") -> list[Part]:
    """One for each term, in the order of the text, and one for words that were left out."""
    filters = {each.term: each for each in search.filters}
    texts = {each.written: (each, given) for each, given in (*search.looked_for, *search.without)}
    found = []
    for term in search.query.terms:
        if term in search.unnamed:
            meaning = _unnamed(term)
        elif term in filters:
            meaning = _filtered(filters[term], search, locale_of(locale))
        else:
            meaning = _looked_for(*texts[term.written])
        found.append(
            Part(term.written, _("not: %s") % meaning if term.without and term.kind not in STATES else meaning)
        )
    left_out = " ".join(search.query.left_out)
    return [*found, Part(left_out, _("left out: it says nothing here"))] if left_out else found


def suggested(search: Search) -> str:
    """What may have been meant by a single word that is nowhere; empty where nothing is like it."""
    if search.filters or search.without or len(search.looked_for) != 1 or search.looked_for[0][0].kind is not Kind.WORD:
        return ""
    named = (word for each in search.things.categories for word in each.folded.split())
    known = {*search.words.words, *named, *(each for each in meant_by() if " " not in each)}
    return next(iter(get_close_matches(fold(search.looked_for[0][0].text), sorted(known), 1, ALIKE)), "")


STATES = frozenset({Kind.IN, Kind.OUT, Kind.PENDING, Kind.EXCLUDED})


def _filtered(found: Filter, search: Search, locale: Locale) -> str:
    term = found.term
    if term.kind is Kind.DAYS:
        return _days(term.start, term.end, locale)
    if term.kind is Kind.AMOUNT:
        return _amounts(term, locale)
    if term.kind is Kind.NOTE:
        return _("“%s” in the note") % term.text if term.text else _("with a note")
    if term.kind in STATES:
        return _state(term)
    names = _names(found, search)
    return _labels()[term.kind] % ", ".join(names)


def _names(found: Filter, search: Search) -> list[str]:
    known: dict[Kind, Sequence[Thing | Shop]] = {
        Kind.ACCOUNT: search.things.accounts,
        Kind.CATEGORY: search.things.categories,
        Kind.TAG: search.things.tags,
        Kind.MERCHANT: tuple(search.words.shops.values()),
    }
    names = [each.name.strip() for each in known[found.term.kind] if each.pk in found.ids]
    more = [_("%d more") % (len(names) - MOST_NAMED)] if len(names) > MOST_NAMED else []
    return names[:MOST_NAMED] + more


def _labels() -> Mapping[Kind, str]:
    return {
        Kind.CATEGORY: _("in the category %s"),
        Kind.ACCOUNT: _("in the account %s"),
        Kind.TAG: _("tagged %s"),
        Kind.MERCHANT: _("from the merchant %s"),
    }


def _state(term: Term) -> str:
    yes = {
        Kind.IN: _("money in"),
        Kind.OUT: _("money out"),
        Kind.PENDING: _("pending"),
        Kind.EXCLUDED: _("left out of totals"),
    }
    no = {
        Kind.IN: _("no money in"),
        Kind.OUT: _("no money out"),
        Kind.PENDING: _("not pending"),
        Kind.EXCLUDED: _("not left out of totals"),
    }
    return (no if term.without else yes)[term.kind]


def _days(start: date | None, end: date | None, locale: Locale) -> str:
    first = format_date(start, "medium", locale=locale) if start else ""
    last = format_date(end - DAY, "medium", locale=locale) if end else ""
    if not last:
        return _("from %s on") % first
    if not first:
        return _("up to %s") % last
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _unnamed(term: Term) -> str:
    if not term.text:
        example = {"field": term.kind.value, "example": EXAMPLES[term.kind]}
        return _("say which one, as in %(field)s:%(example)s") % example
    words = {
        Kind.CATEGORY: _("there is no category “%s” here"),
        Kind.ACCOUNT: _("there is no account “%s” here"),
        Kind.TAG: _("there is no tag “%s” here"),
        Kind.MERCHANT: _("there is no merchant “%s” here"),
    }
    return words[term.kind] % term.text


def _amounts(term: Term, locale: Locale) -> str:
    low, high = term.low, term.high
    if term.strict:
        low, high = low and low - CENT, high if high is None else high + CENT
    least, most = (format_decimal(each, "#,##0.00", locale=locale) if each is not None else "" for each in (low, high))
    if term.strict:
        return _("an amount of more than %s") % least if least else _("an amount of less than %s") % most
    if not most:
        return _("an amount of at least %s") % least
    if not least:
        return _("an amount of at most %s") % most
    if least == most:
        return _("an amount of %s") % least
    return _("an amount from %(least)s to %(most)s") % {"least": least, "most": most}


def _looked_for(term: Term, given: tuple[Clue, ...]) -> str:
    if term.kind is Kind.MEANING and term.meaning and any(each.score in {KNOWN, FILED} for each in given):
        return _("%(noun)s, or the words “%(words)s”") % {"noun": _(term.meaning.noun), "words": term.text}
    if term.kind is Kind.PHRASE:
        return _("exactly “%s”") % term.text
    if not term.without and any(each.score in {NEAR, FAR} for each in given):
        return _("the word “%s”, or one that is nearly so") % term.text
    return _("the word “%s”") % term.text


def parameters(search: Search) -> Parameters:
    """The values of `TransactionFilter` that say what they can of the search; what they cannot say is left out."""
    found: Parameters = {}
    for name, value in (each for part in search.filters for each in _parameters(part, search)):
        found.setdefault(name, []).append(value)
    for name, choose in (("start", max), ("end", min), ("amount_min", _largest), ("amount_max", _smallest)):
        if len(found.get(name, ())) > 1:
            found[name] = [choose(found[name])]
    words = [term.text for term, _given in search.looked_for]
    return {**found, "q": [" ".join(words)[:100]]} if words else found


def _largest(values: list[str]) -> str:
    return max(values, key=Decimal)


def _smallest(values: list[str]) -> str:
    return min(values, key=Decimal)


def _parameters(found: Filter, search: Search) -> Iterator[tuple[str, str]]:
    term = found.term
    if term.kind in {Kind.PENDING, Kind.EXCLUDED}:
        yield term.kind.value, "no" if term.without else "yes"
    elif term.kind in {Kind.IN, Kind.OUT}:
        yield "direction", term.kind.value if not term.without else {"in": "out", "out": "in"}[term.kind.value]
    elif term.without:
        return
    elif term.kind is Kind.DAYS:
        yield from ((name, day.isoformat()) for name, day in (("start", term.start), ("end", term.end)) if day)
    elif term.kind is Kind.AMOUNT:
        sizes = (("amount_min", term.low), ("amount_max", term.high))
        yield from ((name, str(size)) for name, size in sizes if size is not None)
    elif term.kind in BY_NAME and len(found.ids) <= MOST_IDS:
        children = {each.pk for each in search.things.categories if each.parent in found.ids}
        yield from ((BY_NAME[term.kind], str(pk)) for pk in sorted(found.ids - children))
