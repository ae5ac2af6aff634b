"""What a check found, as it is kept with the import: findings, differences and questions in plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from registers.rules.difference import Difference, HomeStep
from registers.rules.rows import BAD, NOTE, Finding

Report = dict[str, Any]
PERSONAL = frozenset({"owner", "phone", "note"})


def make(findings: Iterable[Finding], difference: Difference) -> Report:
    """The report: bad cells by row, notes, and what would be written."""
    found = sorted(findings, key=lambda one: (one.row, one.column))
    return {
        "bad": [_finding(one) for one in found if one.level == BAD],
        "notes": [_finding(one) for one in found if one.level == NOTE],
        "questions": [asdict(one) for one in difference.questions],
        "new": [
            {
                "address": step.address,
                "row": step.rows[0],
                "area": f"{step.area:f}",
                "owners": [owner.name for owner in step.owners],
            }
            for step in difference.new
        ],
        "changed": [
            {"address": step.address, "row": step.rows[0], "cells": [asdict(cell) for cell in step.cells]}
            for step in difference.changed
        ],
        "missing": [
            {"pk": home.pk, "address": home.address, "owners": [owner.name for owner in home.owners]}
            for home in difference.missing
        ],
    }


def counts(report: Report, difference: Difference, rows: int) -> dict[str, int]:
    """The figures of a report, for the row that lists read."""
    return {
        "rows": rows,
        "bad_cells": len(report["bad"]),
        "bad_rows": len({one["row"] for one in report["bad"]}),
        "notes": len(report["notes"]),
        "questions": len(report["questions"]),
        "new": len(difference.new),
        "changed": len(difference.changed),
        "cells": sum(len(step.cells) for step in difference.changed),
        "same": difference.same,
        "missing": len(difference.missing),
        "retired": len(difference.retired),
    }


def changed_cells(steps: Sequence[HomeStep]) -> list[list[str]]:
    """[address, field, old, new] of every changed cell, for the audit entry.

    Of names, telephones and remarks it only says that they changed: the chain is for good, and what they were is in the
    import's own report.
    """
    return [
        [step.address, cell.field, *(("", "") if cell.field in PERSONAL else (cell.old, cell.new))]
        for step in steps
        for cell in step.cells
    ]


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "row": one.row,
        "column": one.column,
        "ref": one.reference,
        "value": one.value,
        "words": one.details,
    }
