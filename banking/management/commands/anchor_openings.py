"""Let the rows of linked accounts meet what their banks report."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.books import entered
from accounts.models import Book
from banking.actions import openings


class Command(BaseCommand):
    help = "Set the opening of each linked account whose rows do not add up to what its bank reports, at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=int, help="only this book")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        books = Book.objects.order_by("pk")
        for book in books.filter(pk=options["book"]) if options["book"] else books:
            with entered(book), transaction.atomic():
                count = openings.anchor(book=book)
            self.stdout.write(f"book {book.pk}: {count} set")
