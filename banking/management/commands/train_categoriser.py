"""`manage.py train_categoriser`: make the global model from the facts in the repository."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from banking.categoriser import artefact


def folder() -> Path:
    """Where the trained model lives: the setting CATEGORISER_DIR, else var/categoriser."""
    return Path(getattr(settings, "CATEGORISER_DIR", None) or Path(settings.BASE_DIR) / "var" / "categoriser")


class Command(BaseCommand):
    help = "Train the categoriser's global model; with --check only verify the one that is there."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dir", type=Path, help="write here instead of the configured folder")
        parser.add_argument("--check", action="store_true", help="verify the model and train nothing")
        parser.add_argument(
            "--measure", action="store_true", help="also measure on brands left out of a second training"
        )

    def handle(self, *args: object, **options: Any) -> None:
        place = options["dir"] or folder()
        if options["check"]:
            self._check(place)
            return
        from banking.categoriser import training

        card = training.train_into(place, measure=options["measure"])
        if options["verbosity"]:
            self.stdout.write(str(card))

    def _check(self, place: Path) -> None:
        try:
            artefact.load(place)
        except artefact.ModelUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The model in {place} is whole and belongs to these facts.")
