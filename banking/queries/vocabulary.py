"""What the things of a book are called: a few thousand merchants, some accounts, categories and tags.

Words are looked for here first, and only then in the rows of what was found.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from accounts.models import Book
from accounts.prepared import rows_of
from banking.categoriser.meaning import known_as
from banking.models import Merchant

KEPT_BOOKS = 16


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant: `folded` is its name, `text` its name and key, both without capitals and accents.

    `code` is the system category that the facts know it as, if they do.
    """

    pk: int
    name: str
    folded: str
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words`: each word of the merchants' names and keys, with the ids of those that have it."""

    shops: Mapping[int, Shop]
    words: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Thing:
    """An account, category or tag; `code` and `parent` are those of a category."""

    pk: int
    name: str
    folded: str
    code: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Things:
    accounts: tuple[Thing, ...]
    categories: tuple[Thing, ...]
    tags: tuple[Thing, ...]


def fold(text: str) -> str:
    """Without capitals and accents, so that cafe is found in Café."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).casefold()


def vocabulary(*, book: Book) -> Vocabulary:
    """The book's merchants, kept between requests until one is added or something is done in the book; one query."""
    [state] = rows_of(_STATE, [book.pk] * 2)
    return _kept(book.pk, state)


_STATE = """
SELECT count(*), max(id), (SELECT id FROM journal_operation WHERE book_id = %s ORDER BY at DESC, id DESC LIMIT 1)
FROM banking_merchant WHERE book_id = %s
"""


@lru_cache(maxsize=KEPT_BOOKS)
def _kept(book_id: int, _state: tuple[object, ...]) -> Vocabulary:
    shops: dict[int, Shop] = {}
    words: dict[str, list[int]] = {}
    for pk, name, key in Merchant.objects.filter(book=book_id).order_by("pk").values_list("pk", "name", "key"):
        folded = fold(name)
        text = folded if fold(key) == folded else f"{folded} {fold(key)}"
        shops[pk] = Shop(pk, name, folded, text, known_as(name) or known_as(key))
        for word in set(text.split()):
            words.setdefault(word, []).append(pk)
    return Vocabulary(shops, {word: tuple(ids) for word, ids in words.items()})


def things(*, book: Book) -> Things:
    """The book's accounts, categories and tags, closed and archived ones too; one query."""
    found: dict[str, list[Thing]] = {"account": [], "category": [], "tag": []}
    for kind, pk, name, code, parent in rows_of(_THINGS, [book.pk] * 3):
        found[kind].append(Thing(pk, name, fold(name), code, parent))
    return Things(*(tuple(each) for each in found.values()))


_THINGS = """
SELECT 'account', id, name || ' ' || mask, '', NULL FROM banking_account WHERE book_id = %s
UNION ALL SELECT 'category', id, name, code, parent_id FROM banking_category WHERE book_id = %s
UNION ALL SELECT 'tag', id, name, '', NULL FROM banking_tag WHERE book_id = %s
ORDER BY 1, 2
"""
