"""Print every broken invariant of the ledger and the audit log. Reads only, so it is safe in production."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import audit
from accounts.books import everywhere
from accounts.models import Book
from banking.queries.ledger import broken


class Command(BaseCommand):
    help = "Print every broken invariant of the ledger and, of all books, the audit log; exit with 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", type=int, help="only this book")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        lines = [*self._ledger(options["book"]), *(self._audit_log() if options["book"] is None else ())]
        for line in lines:
            self.stdout.write(line)
        if lines:
            self.stdout.write(self.style.ERROR(f"{len(lines)} broken"))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("The ledger holds."))

    def _ledger(self, book_id: int | None) -> list[str]:
        if book_id is not None and not Book.objects.filter(pk=book_id).exists():
            raise CommandError(f"There is no book {book_id}.")
        with everywhere("the ledger check reads all books"):
            found = broken(now=timezone.now(), book_id=book_id)
        return [f"book {each.book_id}: {each.invariant}: {each.where}" for each in found]

    def _audit_log(self) -> list[str]:
        return [f"audit log: no event is changed or missing: chain {name}" for name in audit.tampered()]
