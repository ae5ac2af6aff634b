"""Changes to areas and compounds."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from tenancy.models import Area, Compound
from tenancy.rules import BadRow, Division, read_division


@dataclass
class LoadReport:
    """What a load of divisions did: counts of areas by level, and every row it refused."""

    created: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Area.Level.values, 0))
    renamed: int = 0
    unchanged: int = 0
    refused: list[BadRow] = field(default_factory=list)


@transaction.atomic
def load_divisions(*, lines: Iterable[str]) -> LoadReport:
    """Load a list of divisions (CSV with a header) into the tree of areas; repeatable, renames follow the file.

    A refused row is reported and the rest goes on. A code given twice with another name is refused.
    """
    report = LoadReport()
    known = {area.code: area for area in Area.objects.all()}
    seen: dict[str, str] = {}
    for line, row in enumerate(csv.DictReader(lines), start=2):
        division = read_division(line, row)
        if isinstance(division, BadRow):
            report.refused.append(division)
            continue
        if seen.setdefault(division.community[0], division.community[1]) != division.community[1]:
            report.refused.append(BadRow(line, "code_twice", ",".join(division.community)))
            continue
        _place(division, known, report)
    return report


def _place(division: Division, known: dict[str, Area], report: LoadReport) -> None:
    parent: Area | None = None
    for level, (code, name) in (
        (Area.Level.CITY, division.city),
        (Area.Level.STREET, division.street),
        (Area.Level.COMMUNITY, division.community),
    ):
        area = known.get(code)
        if area is None:
            area = known[code] = Area.objects.create(code=code, name=name, level=level, parent=parent)
            report.created[level] += 1
        elif area.name != name:
            area.name = name
            area.save(update_fields=["name"])
            report.renamed += 1
        elif level == Area.Level.COMMUNITY:
            report.unchanged += 1
        parent = area


def open_compound(*, code: str, name: str, community: Area, address: str = "") -> Compound:
    """Register a compound as a tenant of its community; the same code again returns it unchanged."""
    if community.level != Area.Level.COMMUNITY:
        raise ValueError("A compound belongs to a community, not to a street or city.")
    compound, _ = Compound.objects.get_or_create(
        code=code, defaults={"name": name, "community": community, "address": address}
    )
    return compound
