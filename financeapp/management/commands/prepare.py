"""What has to be there before the application can serve: tables, a trained categoriser, collected static files."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from banking.categoriser import artefact, facts


class Command(BaseCommand):
    help = "Migrate the database, train the categoriser and collect static files where that is still to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-database", action="store_true")

    def handle(self, *args: Any, without_database: bool, **options: Any) -> None:  # Django's signature
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        if not without_database:
            self._prepare_database()
        if not model_fits():
            self.stderr.write("Training the categoriser, under a minute …")
            call_command("train_categoriser", verbosity=0)
        if not settings.LOCAL:
            self._collect_static_files()

    def _prepare_database(self) -> None:
        try:
            pending = pending_migrations()
        except OperationalError as error:
            raise CommandError(
                f"The database cannot be reached. Is DATABASE_URL right, and does it run?\n{error}"
            ) from error
        if pending:
            self.stderr.write(f"Preparing the database ({pending} steps) …")
            call_command("migrate", verbosity=0, interactive=False)

    def _collect_static_files(self) -> None:
        """Under the names with a digest that pages use where the address is no local one."""
        seen, mark = sources_of_static_files(), settings.STATIC_ROOT / ".sources"
        if not mark.is_file() or mark.read_text() != seen:
            self.stderr.write("Collecting static files …")
            call_command("collectstatic", verbosity=0, interactive=False)
            mark.write_text(seen)


def sources_of_static_files() -> str:
    """A digest that differs when a static file was added, taken away or written."""
    files = [(name, Path(storage.path(name)).stat()) for each in get_finders() for name, storage in each.list([])]
    seen = sorted((name, found.st_size, found.st_mtime_ns) for name, found in files)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def model_fits() -> bool:
    """Whether there is a trained model and it was trained from the facts of this version."""
    try:
        return artefact.read_card(settings.CATEGORISER_DIR).facts == facts.digest()
    except artefact.ModelUnavailable:
        return False


def pending_migrations() -> int:
    """How many migrations this database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
