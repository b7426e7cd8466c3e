"""A table to which PostgreSQL itself only lets rows be added."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from accounts.owned import WallOff

GUARD = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{{erasable}}'::text[] = to_jsonb(OLD) - '{{erasable}}'::text[]
       AND {emptied}
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of {table} are only ever added.';
END
$guard$
"""
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only()
"""


class AppendOnly(WallOff):
    """Migration operation: refuse UPDATE and DELETE, save for emptying the columns that point at erased rows.

    Does nothing on SQLite.
    """

    def __init__(self, model_name: str, erasable: tuple[str, ...]) -> None:
        super().__init__(model_name)
        self.erasable = erasable

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = self._table(app_label, to_state)
        emptied = " AND ".join(f"(NEW.{c} IS NULL OR NEW.{c} IS NOT DISTINCT FROM OLD.{c})" for c in self.erasable)
        guard = GUARD.replace("{{erasable}}", "{" + ",".join(self.erasable) + "}")
        schema_editor.execute(guard.replace("{table}", table).replace("{emptied}", emptied))
        schema_editor.execute(TRIGGER.format(table=table))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = self._table(app_label, from_state)
        schema_editor.execute(f"DROP TRIGGER append_only ON {table}")
        schema_editor.execute(f"DROP FUNCTION {table}_append_only()")

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [], {"model_name": self.model_name, "erasable": self.erasable}

    def describe(self) -> str:
        return f"Only ever add to {self.model_name}"
