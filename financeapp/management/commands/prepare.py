"""What has to be there before the application can serve: tables and a trained categoriser."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from banking.categoriser import artefact, facts


class Command(BaseCommand):
    help = "Migrate the database and train the categoriser where that is still to do."
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
