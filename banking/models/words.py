"""The words that a book's rows are worded with. Written only by `banking.wordings`, which can also rebuild them."""

from typing import ClassVar

from django.db import models

from accounts.models import Book, Owned

LONGEST_WORD = 80


class Word(Owned):
    """Letters, in capitals, that stand together in the wording of some row of the book: of each row all of them.

    It may be here for a row that is worded otherwise by now; it never lacks for one that is worded so.
    """

    consent: ClassVar[str] = "bank_data"

    # The constraint begins with the book.
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.CharField(max_length=LONGEST_WORD)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "text"], name="one_word_once")]

    def __str__(self) -> str:
        return self.text
