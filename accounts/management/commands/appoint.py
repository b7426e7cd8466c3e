"""How somebody becomes a member of staff."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.models import AuditKind, User


class Command(BaseCommand):
    help = "Give a person who has signed up the admin at /admin with all its rights, or take it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="take it away")

    def handle(self, *args: Any, email: str, end: bool, **options: Any) -> None:  # Django's signature
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError("Nobody has signed up with that address.")
        person.is_staff = person.is_superuser = not end
        person.save(update_fields=["is_staff", "is_superuser"])
        audit.record(kind=AuditKind.STAFF_CHANGED, subject=person, details={"staff": "no" if end else "yes"})
        self.stdout.write("No longer a member of staff." if end else f"A member of staff. {_next_step()}")


def _next_step() -> str:
    if settings.LOCAL:
        return "The admin is at /admin; on this machine it opens without a second factor."
    return "Next: a second factor, at /settings/security; without one the admin at /admin does not open."
