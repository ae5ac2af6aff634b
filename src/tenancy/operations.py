"""Migration operations: isolate a tenant table in one line, partition a growing one by month, make many tables at once."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

from tenancy.fields import TenantForeignKey
from tenancy.partitions import dress

POLICY = "compound_id = ANY ((SELECT nullif(current_setting('app.compounds', true), '')::bigint[])::bigint[])"
PERSON = "(SELECT nullif(current_setting('app.person', true), '')::bigint)"


class AtOnce(Operation):
    """The operations of a migration that do not build on each other's models, with the models drawn once for all of them.

    Django draws every model that is joined to the changed one anew after each operation, and here the compound joins them
    all: a schema of n models costs n² drawings. ``AtOnce([CreateModel(…), …, IsolateTable(…)])`` costs n a migration.

    In the database the operations run in their order; each of them sees the models from before all and after all. So a
    model that is created here has its fields, indexes and constraints in its CreateModel already, a field is named once,
    and nothing is renamed: anything else raises ValueError when the migration is loaded. What moves rows by Python stays
    outside.
    """

    reversible = True  # SQL that cannot be undone says so itself
    reduces_to_sql = True
    serialization_expand_args: ClassVar[list[str]] = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)
        _refuse_steps(self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the picture of the models, and have it drawn when it is next asked for."""
        if "apps" in state.__dict__:  # a cached property: asking for it by name would draw
            del state.apps
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run every operation in its order; what goes is taken from the model that still has its columns."""
        for operation in self.operations:
            after = from_state if isinstance(operation, migrations.RemoveConstraint) else to_state
            operation.database_forwards(app_label, schema_editor, from_state, after)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo every operation, the last one first."""
        for operation in reversed(self.operations):
            after = from_state if isinstance(operation, migrations.AddConstraint) else to_state
            operation.database_backwards(app_label, schema_editor, from_state, after)

    def describe(self) -> str:
        """Say what the operation does."""
        return "; ".join(operation.describe() for operation in self.operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return type(self).__name__, [self.operations], {}


class IsolateTable(Operation):
    """Put a table behind row-level security and bind its references to its compound.

    ``IsolateTable("request")`` enables and forces row-level security with the one policy form that keeps its index,
    makes ``(compound_id, id)`` unique so that others can refer to the pair, and gives every TenantForeignKey its composite
    constraint and index. It may be repeated after a field is added: it makes only what is missing.

    ``entry`` is an SQL condition under which a person may read a row before any scope is open (see
    ``tenancy.scope.entering``); write ``{person}`` where the person's id goes.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, entry: str | None = None) -> None:
        self.model_name = model_name
        self.entry = entry

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make policy, key and constraints."""
        model: type[Model] = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        run = schema_editor.execute
        run(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        run(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        run(f'DROP POLICY IF EXISTS tenant ON "{table}"')
        run(f'CREATE POLICY tenant ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})')
        if self.entry is not None:
            run(f'DROP POLICY IF EXISTS entry ON "{table}"')
            run(f'CREATE POLICY entry ON "{table}" FOR SELECT USING ({self.entry.format(person=PERSON)})')
        if not _is_partitioned(schema_editor, table):
            run(f'CREATE UNIQUE INDEX IF NOT EXISTS "{_name(table, "pair")}" ON "{table}" (compound_id, id)')
        for field in model._meta.local_fields:
            if not isinstance(field, TenantForeignKey):
                continue
            target = field.remote_field.model._meta.db_table
            name = _name(table, f"{field.column}_fk")
            run(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
            run(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (compound_id, "{field.column}") '
                f'REFERENCES "{target}" (compound_id, id) DEFERRABLE INITIALLY DEFERRED'
            )
            index = _name(table, f"{field.column}_ix")
            run(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" (compound_id, "{field.column}")')
        if _is_partitioned(schema_editor, table):
            dress(table, schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to undo: the table's own removal takes everything with it."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Isolate {self.model_name} by compound"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return type(self).__name__, [self.model_name], {"entry": self.entry} if self.entry else {}


class PartitionByMonth(Operation):
    """Turn a table that was just created, and is empty, into one partitioned by month on ``column``.

    The key becomes ``(id, column)``: PostgreSQL wants the partition column in it. Rows outside the months made so far go
    to a default partition, so a stopped clock job never refuses a write; ``tenancy.partitions`` makes months ahead.
    Call it directly after CreateModel, before IsolateTable and before indexes. A unique constraint of that CreateModel
    would go with the plain table: add it after, outside AtOnce.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, column: str) -> None:
        self.model_name = model_name
        self.column = column

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Swap the plain table for a partitioned one of the same shape."""
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        run = schema_editor.execute
        # Deferred statements (foreign keys, indexes of CreateModel) must meet the new table, so the name stays the same.
        run(f'ALTER TABLE "{table}" RENAME TO "{table}_plain"')
        run(
            f'CREATE TABLE "{table}" (LIKE "{table}_plain" INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS) '
            f'PARTITION BY RANGE ("{self.column}")'
        )
        run(f'DROP TABLE "{table}_plain"')
        run(f'ALTER TABLE "{table}" ADD PRIMARY KEY (id, "{self.column}")')
        run(f'CREATE TABLE "{table}_default" PARTITION OF "{table}" DEFAULT')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to undo: the table's own removal takes its partitions with it."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Partition {self.model_name} by month of {self.column}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return type(self).__name__, [self.model_name, self.column], {}


class DressPartitions(Operation):
    """Give the partitions of a table the triggers and policies that it was given since it was isolated."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Copy what PostgreSQL does not inherit."""
        if not schema_editor.collect_sql:
            dress(to_state.apps.get_model(app_label, self.model_name)._meta.db_table, schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to undo: the table's own removal takes its partitions with it."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Dress the partitions of {self.model_name}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return type(self).__name__, [self.model_name], {}


def _refuse_steps(operations: Sequence[Operation]) -> None:
    """Raise ValueError for an operation that needs the models as another one of the list leaves them."""
    made: set[tuple[str, ...]] = set()
    for operation in operations:
        match operation:
            case migrations.CreateModel():
                part: tuple[str, ...] = (operation.name_lower,)
            case migrations.AddField() | migrations.AlterField() | migrations.RemoveField():
                part = (operation.model_name_lower, operation.name_lower)
            case migrations.AddIndex():
                part = (operation.model_name_lower, "added", operation.index.name)
            case migrations.AddConstraint():
                part = (operation.model_name_lower, "added", operation.constraint.name)
            case migrations.RemoveIndex() | migrations.RemoveConstraint():
                part = (operation.model_name_lower, "removed", operation.name)
            case IsolateTable() | PartitionByMonth() | DressPartitions() | migrations.RunSQL():
                continue
            case _:
                raise ValueError(f"not at once with others, but beside AtOnce: {operation.describe()}")
        if part in made or part[:1] in made:
            raise ValueError(f"to be put into the operation that makes it: {operation.describe()}")
        made.add(part)


def _name(table: str, suffix: str) -> str:
    """Keep a made-up name within PostgreSQL's 63 bytes."""
    return f"{table[: 62 - len(suffix)]}_{suffix}"


def _is_partitioned(schema_editor: BaseDatabaseSchemaEditor, table: str) -> bool:
    if schema_editor.collect_sql:
        return False
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [table])
        row = cursor.fetchone()
    return bool(row and row[0])
