"""From the text of the search box to terms that all must hold."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from banking.categoriser.meaning import Meaning, leading_meaning
from banking.searching import amounts, days

LONGEST, MOST_TERMS = 200, 12
_TOKEN = re.compile(r"""(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|(\S*))\s*""")
_EDGES = ".,;!?()[]{}'`"
EMPTY_WORDS = frozenset("a an and at for from in my of on the to with".split())
"""They say nothing where other words do."""
YES, NO = frozenset({"", "yes", "true", "only"}), frozenset({"no", "false", "none"})


class Kind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    MEANING = "meaning"
    AMOUNT = "amount"
    DAYS = "days"
    CATEGORY = "category"
    ACCOUNT = "account"
    TAG = "tag"
    MERCHANT = "merchant"
    NOTE = "note"
    IN = "in"
    OUT = "out"
    PENDING = "pending"
    EXCLUDED = "excluded"


NAMED = {each.value: each for each in (Kind.CATEGORY, Kind.ACCOUNT, Kind.TAG, Kind.MERCHANT, Kind.NOTE)}
FLAGS = {"in": Kind.IN, "out": Kind.OUT, "pending": Kind.PENDING, "excluded": Kind.EXCLUDED}
SAME = {"from": "merchant", "at": "merchant", "cat": "category", "acc": "account"}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `text` is in lower case and what is looked for; `written` what the person wrote.

    With `without` it must not hold. `low` and `high` are sizes, inclusive, and where they are `strict` a cent away from
    what was written; `start` is inclusive, `end` exclusive. What is named without a text is not said yet.
    """

    kind: Kind
    text: str
    written: str
    without: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    strict: bool = False
    start: date | None = None
    end: date | None = None
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must hold. `left_out`: words that say nothing, or were too many."""

    terms: tuple[Term, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    written: str
    without: bool
    field: str
    value: str
    quoted: bool

    @property
    def is_plain(self) -> bool:
        return not (self.without or self.field or self.quoted)


def parse(text: str, *, today: date, locale: str = "en") -> Query:
    """Every text has terms, but for one of nothing but signs; none is an error. `today` is what "last march" is of."""
    tokens, terms, empty = _tokens(text), [], []
    at = 0
    while at < len(tokens):
        term, taken = _term(tokens, at, today, locale)
        if term is not None and term.kind is Kind.WORD and not term.without and term.text in EMPTY_WORDS:
            empty.append(term)
        elif term is not None:
            terms.append(term)
        at += taken
    kept, dropped = (terms, empty) if terms else (empty, [])
    once = list(dict.fromkeys(kept))
    left_out = [each.written for each in (*dropped, *once[MOST_TERMS:])]
    return Query(tuple(once[:MOST_TERMS]), tuple(left_out))


def _tokens(text: str) -> list[_Token]:
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} else sign for sign in text[:LONGEST])
    plain = plain.replace("“", '"').replace("”", '"').replace("„", '"').strip()
    found = []
    for match in _TOKEN.finditer(plain):
        minus, field, quoted, word = match.groups()
        if written := match[0].strip():
            value = quoted if quoted is not None else word or ""
            found.append(_Token(written, bool(minus), (field or "").lower(), value.strip(), quoted is not None))
    return found


def _term(tokens: Sequence[_Token], at: int, today: date, locale: str) -> tuple[Term | None, int]:
    """The term that begins here, None for one of nothing but signs, and how many tokens it takes."""
    token = tokens[at]
    if token.field:
        return _operator(token, today, locale), 1
    if token.quoted:
        text = " ".join(token.value.casefold().split())
        return (Term(Kind.PHRASE, text, token.written, token.without) if text else None), 1
    if token.without:
        return _single(token, today, locale), 1
    words, written = _plain_words(tokens[at:]), [each.written for each in tokens[at:]]
    if words[0] == "pending":
        return Term(Kind.PENDING, "", token.written), 1
    return _sized(words, written) or _dayed(words, written, today, locale) or _meant(words, written) or _worded(token)


def _plain_words(tokens: Sequence[_Token]) -> list[str]:
    """The words up to the first token that is more than a word."""
    found = []
    for token in tokens:
        if not token.is_plain:
            break
        found.append(_bare(token.value))
    return found


Found = tuple[Term | None, int]


def _sized(words: Sequence[str], written: Sequence[str]) -> Found | None:
    sign = ">" if words[0] in amounts.OVER else "<" if words[0] in amounts.UNDER else ""
    if sign and len(words) > 1 and (size := _size(words[1])) is not None:
        return _amount(amounts.compared(sign, size), " ".join(written[:2])), 2
    if words[0] == "between" and len(words) > 3 and words[2] in {"and", "to"}:
        one, other = _size(words[1]), _size(words[3])
        if one is not None and other is not None:
            return _amount(amounts.between(one, other), " ".join(written[:4])), 4
    found = amounts.sizes(words[0])
    return (_amount(found, written[0]), 1) if found else None


def _size(word: str) -> Decimal | None:
    return amounts.number(word.lstrip("$€£¥₹"))


def _amount(sizes: amounts.Sizes, written: str) -> Term:
    return Term(Kind.AMOUNT, written, written, low=sizes.low, high=sizes.high, strict=sizes.strict)


def _dayed(words: Sequence[str], written: Sequence[str], today: date, locale: str) -> Found | None:
    found = days.leading(words, today=today, locale=locale)
    if not found:
        return None
    said = " ".join(written[: found.count])
    return Term(Kind.DAYS, said.casefold(), said, start=found.start, end=found.end), found.count


def _meant(words: Sequence[str], written: Sequence[str]) -> Found | None:
    found = leading_meaning(words)
    if not found:
        return None
    meaning, size, taken = found
    return Term(Kind.MEANING, " ".join(words[:size]), " ".join(written[:taken]), meaning=meaning), taken


def _worded(token: _Token) -> Found:
    text = _bare(token.value)
    return (Term(Kind.WORD, text, token.written) if _says(text) else None), 1


def _bare(value: str) -> str:
    """In lower case and without punctuation around it, but for the dots of an open range."""
    word = value.casefold()
    return word.strip(_EDGES.replace(".", "") if ".." in word else _EDGES)


def _says(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _single(token: _Token, today: date, locale: str) -> Term | None:
    """One token that must not hold, or the value of an operator."""
    word = _bare(token.value)
    if not word:
        return None
    found = _sized([word], [token.written]) or _dayed([word], [token.written], today, locale)
    term = found[0] if found else _worded(token)[0]
    if term is None or (term.kind is Kind.AMOUNT and word[:1].isdigit()):
        return term and replace(term, text=token.written)  # -42.10 is an amount that went out, not one to leave out
    return replace(term, without=token.without)


def _operator(token: _Token, today: date, locale: str) -> Term | None:
    """`category:groceries`; a field that is none stays a part of the word."""
    field, value = SAME.get(token.field, token.field), " ".join(token.value.casefold().split())
    if field == "is" and value in {*FLAGS, "posted"}:
        field, value = ("pending", "no") if value == "posted" else (value, "")
    if field in FLAGS and value in YES | NO:
        return Term(FLAGS[field], "", token.written, token.without != (value in NO))
    if field in NAMED:
        return Term(NAMED[field], value, token.written, token.without)
    if field == "amount" and (found := amounts.sizes(value) or amounts.sizes(f"={value}")):
        return replace(_amount(found, token.written), without=token.without)
    if field in {"date", "day"} and (said := days.leading(value.split(), today=today, locale=locale)):
        return Term(Kind.DAYS, value, token.written, token.without, start=said.start, end=said.end)
    text = f"{token.field}:{value}".casefold().strip(_EDGES + ":")
    return Term(Kind.PHRASE if " " in text else Kind.WORD, text, token.written, token.without)
