"""How ``makemigrations`` arranges what it writes: each migration makes its tables whole and at once (``AtOnce``)."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations.base import Operation

from tenancy.operations import AtOnce


class Autodetector(MigrationAutodetector):
    """Django's, with the operations of each migration as ``at_once`` arranges them."""

    def changes(self, *args: Any, **kwargs: Any) -> dict[str, list[migrations.Migration]]:
        """Return the new migrations by app."""
        found: dict[str, list[migrations.Migration]] = super().changes(*args, **kwargs)
        for made in found.values():
            for migration in made:
                migration.operations = at_once(migration.operations)  # type: ignore[misc]
        return found


def at_once(operations: Sequence[Operation]) -> list[Operation]:
    """Put what belongs to a new model into its CreateModel, and neighbours that allow it into one AtOnce."""
    arranged: list[Operation] = []
    for together, run in groupby(operations, _may_be_at_once):
        for group in _groups(_whole(list(run))) if together else ([operation] for operation in run):
            arranged += [AtOnce(group)] if len(group) > 1 else group
    return arranged


def _may_be_at_once(operation: Operation) -> bool:
    try:
        AtOnce([operation])
    except ValueError:
        return False
    return True


def _whole(operations: list[Operation]) -> list[Operation]:
    """Move fields, indexes and constraints of the models made here into their CreateModel; keep everything else."""
    made: dict[str, migrations.CreateModel] = {}
    left: list[Operation] = []
    for operation in operations:
        match operation:
            case migrations.CreateModel():
                operation = migrations.CreateModel(  # noqa: PLW2901  a copy, so that the list handed in stays as it is
                    operation.name,
                    list(operation.fields),
                    {**operation.options},
                    operation.bases,
                    operation.managers,
                )
                made[operation.name_lower] = operation
            case migrations.AddField(model_name_lower=model) if model in made and operation.preserve_default:
                made[model].fields.append((operation.name, operation.field))
                continue
            case migrations.AddIndex(model_name_lower=model) if model in made:
                made[model].options["indexes"] = [*made[model].options.get("indexes", ()), operation.index]
                continue
            case migrations.AddConstraint(model_name_lower=model) if model in made:
                made[model].options["constraints"] = [*made[model].options.get("constraints", ()), operation.constraint]
                continue
        left.append(operation)
    return left


def _groups(operations: list[Operation]) -> Iterator[list[Operation]]:
    """Cut where an operation builds on one before it."""
    group: list[Operation] = []
    for operation in operations:
        try:
            AtOnce([*group, operation])
        except ValueError:
            yield group
            group = []
        group.append(operation)
    yield group
