"""The language of the search box, without database and without Django: a text in, its understood terms out.

Nothing is ever refused: what is no operator, amount or day is a word to be found.
"""

from banking.searching.language import Kind, Query, Term, parse
from banking.searching.typos import distance, nearest

__all__ = ["Kind", "Query", "Term", "distance", "nearest", "parse"]
