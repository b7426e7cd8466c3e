"""Make a signed-in demonstration: a person, two books, three linked banks."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from banking.providers.base import BankError
from financeapp import demo
from financeapp.management.commands.serve import sandbox_bank


class Command(BaseCommand):
    help = "Make a person with linked banks and print a link that signs in as them."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        if not (settings.LOCAL and settings.PLAID_IS_SANDBOX_BANK):
            raise CommandError("The demonstration is only for a local installation with the sandbox bank.")
        try:
            with sandbox_bank(patience=30) if settings.SANDBOX_BANK_ALLOWED else nullcontext():
                user = demo.make(timezone.now())
        except BankError as error:
            raise CommandError(f"The sandbox bank does not answer: {error.message} Try again in a moment.") from error
        self.stdout.write(f"Sign in as {demo.EMAIL} with the password “{demo.PASSWORD}”, or follow\n")
        self.stdout.write(demo.address_for(user))
