"""Print every broken invariant of the ledger. Reads only, so it is safe in production."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.books import everywhere
from banking.queries.ledger import broken


class Command(BaseCommand):
    help = "Print every broken invariant of the ledger; exit with 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=int, help="only this book")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        with everywhere("the ledger check reads all books"):
            found = broken(now=timezone.now(), book_id=options["book"])
        for each in found:
            self.stdout.write(f"book {each.book_id}: {each.invariant}: {each.where}")
        if found:
            self.stdout.write(self.style.ERROR(f"{len(found)} broken"))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("The ledger holds."))
