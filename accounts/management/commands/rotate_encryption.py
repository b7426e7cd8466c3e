"""The second step of changing the encryption key; the first is to put the new one in front in ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import rotation
from accounts.fields import ring


class Command(BaseCommand):
    help = "Encrypt again, under the first of ENCRYPTION_KEYS, whatever lies under another. May be repeated."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        unreadable = 0
        for found in rotation.rotate():
            self.stdout.write(f"{found.table}: {found.renewed} of {found.rows} rows encrypted again")
            if found.unreadable:
                self.stderr.write(f"{found.table}: no key opens rows {', '.join(map(str, found.unreadable))}")
                unreadable += len(found.unreadable)
        if unreadable:
            raise CommandError(f"{unreadable} rows do not open. Keep every key, and add the one that is missing.")
        first, *old = ring()
        self.stdout.write(f"Everything lies under {first}." + (f" No longer needed: {', '.join(old)}." if old else ""))
