"""Read reference rates of the European Central Bank from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from banking.actions.reference_rates import keep_reference_rates
from banking.providers import ecb


class Command(BaseCommand):
    help = "Store the reference rates of a file of the European Central Bank (eurofxref, CSV or XML, also zipped)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        try:
            with options["file"].open("rb") as file:
                quoted = ecb.read(file.read(ecb.MOST_BYTES + 1), latest=timezone.now().date())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except ecb.NotRates as error:
            raise CommandError(f"{options['file']} is no file of reference rates: {error}") from error
        kept = keep_reference_rates(quoted)
        days = len({each.day for each in quoted})
        self.stdout.write(f"{len(quoted)} rates of {days} days: {kept.new} new, {kept.changed} changed.")
