"""The words of a book's wordings, learned inside the transaction that writes the rows.

With them a search knows what is nowhere without reading a row. Nothing is ever taken away when a row goes, so that
nothing can lack when it comes back; `rebuild` forgets what no row says any more.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from accounts.models import Book
from banking.models import Transaction, Word
from banking.models.words import LONGEST_WORD

SHARED = LONGEST_WORD // 2
"""The letters that two neighbouring pieces of a longer word share."""
AT_ONCE, MANY = 10_000, 200
_LETTERS = re.compile(r"[^\W\d_]+")


def letters(text: str) -> list[str]:
    """The runs of letters in a text, in capitals. Numbers are none: a bank writes another one in every row."""
    return _LETTERS.findall(text.upper())


def sought(text: str) -> list[str]:
    """What must be inside of a word of the book where the text is in a wording; nothing for a text without letters."""
    return [run[:SHARED] for run in letters(text)]


def words_in(texts: Iterable[str]) -> set[str]:
    """The words of wordings. Of one that is longer than LONGEST_WORD, pieces of which one holds each SHARED letters."""
    left, found = iter(texts), set[str]()
    while some := set(islice(left, AT_ONCE)):
        found.update("\n".join(some).upper().split())
    return {piece for run in letters("\n".join(found)) for piece in _pieces(run)}


def _pieces(run: str) -> Iterator[str]:
    yield run[:LONGEST_WORD]
    for start in range(SHARED, len(run) - SHARED, SHARED):
        yield run[start : start + LONGEST_WORD]


def learn(*, book: Book, texts: Iterable[str]) -> None:
    """Know the words of these wordings from now on; in one order, so that no two writers deadlock."""
    words = words_in(texts)
    if len(words) > MANY:  # to read all is cheaper than to write many that are there
        words -= set(Word.objects.filter(book=book).values_list("text", flat=True))
    new = [Word(book=book, text=text) for text in sorted(words)]
    Word.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)


def unknown(*, book_id: int) -> list[int]:
    """The keys of the book's rows that a search for a word of their wording would miss."""
    known = set(Word.objects.filter(book=book_id).values_list("text", flat=True))
    rows = Transaction.objects.filter(book=book_id).order_by("pk").values_list("pk", "description").iterator(AT_ONCE)
    return [pk for pk, text in rows if not known.issuperset(words_in([text]))]


def rebuild(*, book: Book) -> None:
    """Know exactly the words of the rows that are there, removed ones too; call inside a transaction."""
    rows = Transaction.objects.filter(book=book).order_by()
    words = words_in(rows.values_list("description", flat=True).iterator(AT_ONCE))
    gone = [pk for pk, text in Word.objects.filter(book=book).values_list("pk", "text") if text not in words]
    for start in range(0, len(gone), AT_ONCE):
        Word.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    learn(book=book, texts=words)
