"""Recompute the stored totals from the rows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.books import entered
from accounts.models import Book
from banking import totals


class Command(BaseCommand):
    help = "Recompute the stored totals per day and month, book by book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=int, help="only this book")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        books = Book.objects.order_by("pk")
        for book in books.filter(pk=options["book"]) if options["book"] else books:
            with entered(book), transaction.atomic():
                totals.rebuild(book=book)
            self.stdout.write(f"book {book.pk}: rebuilt")
