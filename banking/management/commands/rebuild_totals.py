"""Recompute the stored totals and the words of the search from the rows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.books import entered
from accounts.models import Book
from banking import totals, wordings


class Command(BaseCommand):
    help = "Recompute the stored totals per day and month, and the words that a search knows, book by book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=int, help="only this book")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        named, books = options["book"], Book.objects.order_by("pk")
        if named is not None and not (books := books.filter(pk=named)):
            raise CommandError(f"There is no book {named}.")
        for book in books:
            with entered(book), transaction.atomic():
                totals.rebuild(book=book)
                wordings.rebuild(book=book)
            self.stdout.write(f"book {book.pk}: rebuilt")
