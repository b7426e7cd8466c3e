"""Changing the encryption key, once a new one stands in front in ENCRYPTION_KEYS of every process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit, rotation
from accounts.fields import ring


class Command(BaseCommand):
    help = (
        "Encrypt and seal again, under the first of ENCRYPTION_KEYS, whatever lies under another. May be repeated. "
        "First put the new key in front of the old one for every process, and restart them all."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        unreadable, forged = self._encrypt_again(), self._seal_again()
        if unreadable:
            raise CommandError(f"{unreadable} rows do not open. Keep every key, and add the one that is missing.")
        if forged:
            raise CommandError(
                f"{forged} chains of the audit log are not whole. Keep every key, and add the one that is missing; "
                "if none is, compare with a backup."
            )
        first, *old = ring()
        self.stdout.write(f"Everything lies under {first}." + (f" No longer needed: {', '.join(old)}." if old else ""))

    def _encrypt_again(self) -> int:
        """How many rows no key opens."""
        unreadable = 0
        for found in rotation.rotate():
            self.stdout.write(f"{found.table}: {found.renewed} of {found.rows} rows encrypted again")
            if found.unreadable:
                self.stderr.write(f"{found.table}: no key opens rows {', '.join(map(str, found.unreadable))}")
                unreadable += len(found.unreadable)
        return unreadable

    def _seal_again(self) -> int:
        """How many chains of the audit log no key vouches for."""
        found = audit.reseal()
        self.stdout.write(f"audit log: {found.renewed} of {found.chains} chains sealed again")
        if found.forged:
            self.stderr.write(f"audit log: no key vouches for {', '.join(found.forged)}")
        return len(found.forged)
