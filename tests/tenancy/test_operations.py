"""Operations of a migration at once: the same tables as one after another, the models drawn once; and who writes them so."""

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.operations.base import Operation
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter

from tenancy.autodetector import Autodetector, at_once
from tenancy.operations import AtOnce, IsolateTable, PartitionByMonth

LABEL = "sample"
KEY = ("id", models.BigAutoField(primary_key=True))


def _create(name: str, *fields: tuple[str, Any], **options: Any) -> migrations.CreateModel:
    return migrations.CreateModel(name, [KEY, *fields], options=options)


def _two_tables() -> AtOnce:
    """The first refers to the second, which does not exist yet."""
    return AtOnce(
        [
            _create(
                "Leaf", ("tree", models.ForeignKey("sample.tree", models.PROTECT)), ("size", models.IntegerField())
            ),
            _create(
                "Tree",
                ("height", models.IntegerField()),
                indexes=[models.Index(fields=["height"], name="sample_height")],
                constraints=[models.CheckConstraint(condition=models.Q(height__gt=0), name="sample_tall")],
            ),
        ]
    )


def _later() -> AtOnce:
    return AtOnce(
        [
            migrations.AddField("tree", "name", models.CharField(max_length=20, default="")),
            migrations.AlterField("leaf", "size", models.IntegerField(null=True)),
            migrations.RemoveConstraint("tree", "sample_tall"),
            migrations.AddConstraint(
                "tree",
                models.UniqueConstraint(fields=["height"], condition=~models.Q(name=""), name="sample_named"),
            ),
            migrations.RunSQL("COMMENT ON TABLE sample_tree IS 'grown'", "COMMENT ON TABLE sample_tree IS NULL"),
        ]
    )


def _forwards(operation: Operation, state: ProjectState) -> ProjectState:
    after = state.clone()
    operation.state_forwards(LABEL, after)
    with connection.schema_editor() as editor:
        operation.database_forwards(LABEL, editor, state, after)
    return after


def _columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return list(cursor.fetchall())


def _held(table: str) -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name for name in found if not name.endswith(("_pkey", "_not_null"))}


@pytest.mark.django_db
def test_tables_are_made_at_once_and_changed_at_once_and_all_of_it_is_undone() -> None:
    empty = ProjectState()
    one = _forwards(_two_tables(), empty)
    assert _columns("sample_leaf") == [("id", "NO"), ("tree_id", "NO"), ("size", "NO")]
    assert _columns("sample_tree") == [("id", "NO"), ("height", "NO")]
    assert _held("sample_tree") == {"sample_height", "sample_tall"}

    two = _forwards(_later(), one)
    assert _columns("sample_leaf") == [("id", "NO"), ("tree_id", "NO"), ("size", "YES")]
    assert _columns("sample_tree") == [("id", "NO"), ("height", "NO"), ("name", "NO")]
    assert _held("sample_tree") == {"sample_height", "sample_named"}

    with connection.schema_editor() as editor:
        _later().database_backwards(LABEL, editor, two, one)
    assert _columns("sample_leaf") == [("id", "NO"), ("tree_id", "NO"), ("size", "NO")]
    assert _columns("sample_tree") == [("id", "NO"), ("height", "NO")]
    assert _held("sample_tree") == {"sample_height", "sample_tall"}
    with connection.schema_editor() as editor:
        _two_tables().database_backwards(LABEL, editor, one, empty)
    assert _columns("sample_leaf") + _columns("sample_tree") == []


def test_the_models_are_not_drawn_while_the_picture_changes() -> None:
    state = ProjectState()
    assert not state.apps.get_models()
    _two_tables().state_forwards(LABEL, state)
    assert "apps" not in vars(state)
    assert {model.__name__ for model in state.apps.get_models()} == {"Leaf", "Tree"}


@pytest.mark.parametrize(
    ("operations", "refused"),
    [
        ([_create("Tree"), migrations.AddField("tree", "a", models.TextField())], "Add field a to tree"),
        ([_create("Tree"), migrations.AddIndex("tree", models.Index(fields=["id"], name="i"))], "Create index i"),
        (
            [
                migrations.AddField("tree", "a", models.TextField()),
                migrations.AlterField("tree", "a", models.TextField(null=True)),
            ],
            "Alter field a on tree",
        ),
        ([migrations.RenameField("tree", "a", "b")], "Rename field a on tree to b"),
        ([migrations.DeleteModel("tree")], "Delete model tree"),
        ([migrations.RunPython(migrations.RunPython.noop)], "Raw Python operation"),
    ],
)
def test_what_builds_on_another_step_is_refused_when_the_migration_is_loaded(
    operations: list[Operation], refused: str
) -> None:
    with pytest.raises(ValueError, match=refused):
        AtOnce(operations)


def test_the_same_constraint_may_go_and_come_in_another_form() -> None:
    tall = models.CheckConstraint(condition=models.Q(height__gt=1), name="sample_tall")
    at_once = AtOnce([migrations.RemoveConstraint("tree", "sample_tall"), migrations.AddConstraint("tree", tall)])
    state = ProjectState()
    _two_tables().state_forwards(LABEL, state)
    at_once.state_forwards(LABEL, state)
    assert state.models[LABEL, "tree"].options["constraints"] == [tall]


def test_the_migration_writer_can_write_it_and_read_it_back() -> None:
    written = AtOnce(
        [_create("Tree", ("at", models.DateTimeField())), PartitionByMonth("tree", "at"), IsolateTable("tree")]
    )
    migration = type("Migration", (migrations.Migration,), {"operations": [written], "dependencies": []})("0001", LABEL)
    space: dict[str, Any] = {}
    exec(MigrationWriter(migration).as_string(), space)  # noqa: S102  our own writing
    (read,) = space["Migration"].operations
    assert isinstance(read, AtOnce)
    assert [operation.describe() for operation in read.operations] == [
        "Create model Tree",
        "Partition tree by month of at",
        "Isolate tree by compound",
    ]
    assert read.describe() == written.describe()


def test_makemigrations_writes_new_models_whole_and_at_once_though_they_refer_to_each_other() -> None:
    """Django adds one of the two references, and every index over it, after both models."""
    wanted = ProjectState()
    wanted.add_model(
        ModelState(
            LABEL,
            "Leaf",
            [KEY, ("tree", models.ForeignKey("sample.tree", models.PROTECT))],
            {"indexes": [models.Index(fields=["tree"], name="sample_leaf_tree")]},
        )
    )
    wanted.add_model(
        ModelState(
            LABEL,
            "Tree",
            [KEY, ("first", models.ForeignKey("sample.leaf", models.PROTECT, null=True))],
            {"constraints": [models.UniqueConstraint(fields=["first"], name="sample_first")]},
        )
    )
    agreed = MigrationQuestioner({"ask_initial": True})
    found = Autodetector(ProjectState(), wanted, agreed).changes(MigrationGraph())
    ((written,),) = [migration.operations for migration in found[LABEL]]
    assert isinstance(written, AtOnce)
    assert [type(operation) for operation in written.operations] == [migrations.CreateModel, migrations.CreateModel]
    made = ProjectState()
    written.state_forwards(LABEL, made)
    assert {key: list(state.fields) for key, state in made.models.items()} == {
        (LABEL, "leaf"): ["id", "tree"],
        (LABEL, "tree"): ["id", "first"],
    }
    assert [index.name for index in made.models[LABEL, "leaf"].options["indexes"]] == ["sample_leaf_tree"]
    assert [held.name for held in made.models[LABEL, "tree"].options["constraints"]] == ["sample_first"]


def test_what_cannot_be_at_once_keeps_its_place() -> None:
    one, two = _create("Tree"), migrations.AddField("leaf", "a", models.TextField())
    rename = migrations.RenameField("leaf", "a", "b")
    three, four = (
        migrations.AlterField("leaf", "b", models.TextField(null=null, default="")) for null in (True, False)
    )
    arranged = at_once([one, two, rename, three, four])
    assert [operation.describe() for operation in arranged] == [
        "Create model Tree; Add field a to leaf",
        "Rename field a on leaf to b",
        "Alter field b on leaf",
        "Alter field b on leaf",
    ]
    assert at_once([]) == []
