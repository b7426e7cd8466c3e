"""`manage.py categorise_jsonl`: categories for rows of JSON lines on standard input."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from banking.categoriser import Model, artefact, protocol
from banking.management.commands.train_categoriser import folder


class Command(BaseCommand):
    help = "Categorise JSON lines from standard input; trains the model first where there is none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interactive", action="store_true", help="answer line by line, and learn")

    def handle(self, *args: object, **options: Any) -> None:
        model = self._model()
        if options["interactive"]:
            protocol.converse(sys.stdin.buffer, self._say, model)
        else:
            protocol.batch(sys.stdin.buffer, sys.stdout.buffer, model)

    def _model(self) -> Model:
        try:
            return artefact.load(folder())
        except artefact.ModelUnavailable as error:
            from banking.categoriser import training

            self.stderr.write(f"No usable model ({error}); training one.")
            training.train_into(folder())
            return artefact.load(folder())

    def _say(self, line: bytes) -> None:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
