"""What every row that belongs to a book inherits, and the wall behind it in PostgreSQL."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Owned(models.Model):
    """A row of one book. `consent` names the scope it is kept under; `keep_for` how long, if not for ever."""

    consent: ClassVar[str] = ""
    keep_for: ClassVar[timedelta | None] = None

    book = models.ForeignKey("accounts.Book", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


def owned_models() -> list[type[Owned]]:
    """Every concrete model that belongs to a book, parents before children by name."""
    from django.apps import apps

    return sorted((m for m in apps.get_models() if issubclass(m, Owned)), key=lambda m: m._meta.label)


POLICY = """
CREATE POLICY book_wall ON {table} USING (
    CASE WHEN (SELECT current_setting('app.everywhere', true)) = 'on' THEN true
    ELSE book_id = (SELECT nullif(current_setting('app.book', true), '')::bigint) END
)
"""
"""CASE and not OR: the planner takes an OR for a rare condition, expects one row and sorts a whole book for a page."""


class WallOff(Operation):
    """Migration operation: row-level security on one table, so that no query sees a row of a book not entered.

    Forced, so that the owner of the table is held by it too. Does nothing on SQLite.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def _table(self, app_label: str, state: ProjectState) -> str:
        return str(state.apps.get_model(app_label, self.model_name)._meta.db_table)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(self._table(app_label, to_state))
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(POLICY.format(table=table))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(self._table(app_label, from_state))
        schema_editor.execute(f"DROP POLICY IF EXISTS book_wall ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"model_name": self.model_name}

    def describe(self) -> str:
        return f"Wall off {self.model_name} by book"
