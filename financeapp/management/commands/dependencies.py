"""`manage.py dependencies`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from financeapp import dependencies


class Command(BaseCommand):
    help = "Say which pinned packages are not the newest patch of their series, and write the bill of materials."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sbom", type=Path, default=settings.VAR_DIR / "sbom.json", help="where to write it")
        parser.add_argument("--offline", action="store_true", help="only write the bill of materials")

    def handle(self, *args: Any, sbom: Path, offline: bool, **options: Any) -> None:  # Django's signature
        bill = dependencies.bill_of_materials(timezone.now())
        sbom.write_text(json.dumps(bill, indent=1) + "\n")
        self.stdout.write(f"{len(bill['components'])} packages are listed in {sbom}.")
        if not offline:
            self._compare()

    def _compare(self) -> None:
        known = [pin for file in dependencies.FILES for pin in dependencies.pins(file)]
        late = dependencies.behind(known)
        for each in late:
            self.stdout.write(f"  {each.name} {each.version}: {each.newest} is out")
        if late:
            raise CommandError(f"{len(late)} of {len(known)} pins are not the newest patch of their series.")
        self.stdout.write(f"All {len(known)} pins are the newest patch of their series.")
