"""Reads of the household register and of its imports. All run inside the compound's scope."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.crypto import decrypt, digest, unseal
from premises.models import Building, Home, Owner
from registers.models import Layout, Part, Run
from registers.rules.cells import BadCell, phones, shown_phone
from registers.rules.difference import KnownHome, KnownOwner
from registers.states import MACHINE

PAGE: Final = 50
# A worker that has held an import for this long was killed.
LEASE: Final = timedelta(minutes=5)
# Files and what was there before are kept this long: for the undo, and for questions about what was imported.
KEPT: Final = timedelta(days=30)


# --- the register ------------------------------------------------------------------------------------------------------
_KNOWN_HOMES = """
SELECT h.id, b.name, e.name, h.room, h.address, h.floor, h.area, h.area_source, h.use, h.note, h.ends IS NOT NULL
FROM premises_home h
JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
WHERE h.compound_id = %s ORDER BY b.position, b.name, e.name, h.floor, h.room, h.id
"""
_KNOWN_OWNERS = """
SELECT home_id, id, name, phone_cipher, share_numerator, share_denominator, source, person_id IS NOT NULL
FROM premises_owner WHERE compound_id = %s AND ends IS NULL ORDER BY home_id, position, id
"""


def known_homes(compound_id: int) -> list[KnownHome]:
    """The whole register, in its order, telephones decrypted. Two statements; for comparing and for export alone."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_OWNERS, [compound_id])
        owners: dict[int, list[KnownOwner]] = {}
        for home, pk, name, cipher, above, below, source, linked in cursor.fetchall():
            present = owners.setdefault(home, [])
            numbers = tuple(decrypt(cipher).split()) if cipher else ()
            present.append(KnownOwner(pk, name, numbers, Fraction(above, below), source, len(present), linked))
        cursor.execute(_KNOWN_HOMES, [compound_id])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [_known_home(row, tuple(owners.get(row[0], ()))) for row in rows]


def _known_home(row: tuple[Any, ...], owners: tuple[KnownOwner, ...]) -> KnownHome:
    pk, building, entrance, room, address, floor, area, area_source, use, note, ended = row
    return KnownHome(pk, building, entrance, room, address, floor, area, area_source, use, note, ended, owners)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone looks for in the register: words (address, name or a whole telephone number), building, entrance."""

    words: str = ""
    building: int = 0
    entrance: int = 0


def homes(compound_id: int, wanted: Wanted, *, by_phone: bool) -> QuerySet[Home]:
    """The present homes that fit, with entrance, building and present owners, in the register's order.

    Names and telephones are looked for only where ``by_phone`` allows it: else by address alone.
    """
    found = (
        Home.objects.filter(compound_id=compound_id, ends__isnull=True)
        .select_related("entrance__building")
        .prefetch_related(
            Prefetch(
                "owners",
                Owner.objects.filter(compound_id=compound_id, ends__isnull=True).order_by("position", "pk"),
                to_attr="present",
            )
        )
        .order_by("entrance__building__position", "entrance__building__name", "entrance__name", "floor", "room", "pk")
    )
    if wanted.building:
        found = found.filter(entrance__building_id=wanted.building)
    if wanted.entrance:
        found = found.filter(entrance_id=wanted.entrance)
    if wanted.words:
        owned = Owner.objects.filter(compound_id=compound_id, home_id=OuterRef("pk"), ends__isnull=True)
        condition = Q(address__icontains=wanted.words) | Q(Exists(owned.filter(name__icontains=wanted.words)))
        number = _number(wanted.words) if by_phone else ""
        if number:
            condition |= Q(Exists(owned.filter(phone_digests__contains=[digest(number)])))
        found = found.filter(condition)
    return found


def _number(words: str) -> str:
    """The telephone number that someone typed, as it is kept; empty for anything else."""
    try:
        groups = phones(words)
    except BadCell:
        return ""
    return groups[0][0][0] if len(groups) == 1 and len(groups[0][0]) == 1 and not groups[0][1] else ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How large the register is."""

    homes: int
    area: Decimal
    owners: int
    without_owner: int
    without_phone: int


_TOTALS = """
SELECT count(*), coalesce(sum(h.area), 0), coalesce(sum(o.owners), 0), count(*) FILTER (WHERE o.owners IS NULL),
  count(*) FILTER (WHERE o.owners IS NOT NULL AND NOT o.reachable)
FROM premises_home h
LEFT JOIN (
  SELECT home_id, count(*) AS owners, bool_or(phone_cipher <> '') AS reachable FROM premises_owner
  WHERE compound_id = %(compound)s AND ends IS NULL GROUP BY home_id
) o ON o.home_id = h.id
WHERE h.compound_id = %(compound)s AND h.ends IS NULL
"""


def totals(compound_id: int) -> Totals:
    """The figures above the list. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"compound": compound_id})
        count, area, owners, without_owner, without_phone = cursor.fetchone()
    return Totals(count, area, int(owners), without_owner, without_phone)


def phones_of(owner: Owner) -> list[str]:
    """The telephones that the register has of an owner, decrypted; showing them in full is a recorded look."""
    return [shown_phone(one) for one in decrypt(owner.phone_cipher).split()] if owner.phone_cipher else []


def buildings(compound_id: int) -> list[Building]:
    """The buildings with their entrances, for the filter. Two statements."""
    rows = Building.objects.filter(compound_id=compound_id).prefetch_related("entrances")
    return list(rows.order_by("position", "name"))


def address_of(compound_id: int, home_id: int) -> str:
    """The address of a home, empty when it is not there."""
    found = Home.objects.filter(compound_id=compound_id, pk=home_id).values_list("address", flat=True).first()
    return found or ""


# --- imports -----------------------------------------------------------------------------------------------------------
def run_for(compound_id: int, ref: str) -> Run | None:
    """One import of the compound, or None."""
    found: Run | None = Run.objects.filter(compound_id=compound_id, ref=ref).first()
    return found


def runs(compound_id: int) -> QuerySet[Run]:
    """The imports of the compound, latest first."""
    found: QuerySet[Run] = Run.objects.filter(compound_id=compound_id).order_by("-pk")
    return found


def open_run(compound_id: int) -> Run | None:
    """The import that is under way, if there is one."""
    found: Run | None = Run.objects.filter(compound_id=compound_id, state__in=MACHINE.open_values()).first()
    return found


def last_import(compound_id: int) -> Run | None:
    """The latest import that wrote something and was not undone: the only one that can be."""
    found: Run | None = (
        Run.objects.filter(compound_id=compound_id, state="done").order_by("-finished_at", "-pk").first()
    )
    return found


def part(run: Run, kind: str) -> bytes | None:
    """The decrypted part of an import, or None when it is not there any more."""
    sealed = (
        Part.objects.filter(compound_id=run.compound_id, run=run, kind=kind).values_list("content", flat=True).first()
    )
    return unseal(bytes(sealed)) if sealed is not None else None


def report_of(run: Run) -> dict[str, Any] | None:
    """What the check found (see ``registers.reports``), or None before there is one."""
    content = part(run, Part.Kind.REPORT)
    return json.loads(content) if content is not None else None


def layout_of(compound_id: int, organisation_id: int | None) -> Layout | None:
    """The form of an office in this compound, or None when it never imported anything."""
    found: Layout | None = Layout.objects.filter(compound_id=compound_id, organisation_id=organisation_id or 0).first()
    return found


def progress_of(run: Run) -> dict[str, Any]:
    """How far the worker is: ``stage``, ``done``, ``all``; empty when nobody has said anything yet."""
    return cache.get(progress_key(run.compound_id, run.pk)) or {}


def progress_key(compound_id: int, run_id: int) -> str:
    """Where the progress of an import is told. Not in a table: the import's own transaction hides until it is done."""
    return f"registers-import:{compound_id}:{run_id}"


def waiting(now: datetime) -> list[tuple[int, int]]:
    """(compound, import) of work that no worker holds. Runs in a scope of all, for the sweep."""
    rows = Run.objects.filter(state__in=["checking", "importing"]).filter(
        Q(tried_at__isnull=True, moved_at__lt=now - timedelta(minutes=1)) | Q(tried_at__lt=now - LEASE)
    )
    return list(rows.order_by("pk").values_list("compound_id", "pk"))


def outdated(now: datetime) -> list[int]:
    """Compounds with parts of imports that are kept no longer. Runs in a scope of all, for the sweep."""
    rows = Part.objects.exclude(kind=Part.Kind.REPORT).filter(
        run__created_at__lt=now - KEPT, run__state__in=["done", "failed", "dropped", "undone"]
    )
    return list(rows.order_by("compound_id").values_list("compound_id", flat=True).distinct())


# --- before and after --------------------------------------------------------------------------------------------------
def snapshot(compound_id: int, home_ids: Sequence[int]) -> dict[str, dict[str, str]]:
    """Every field of these homes and of all their owners, as PostgreSQL prints the rows: ``homes`` and ``owners`` by id."""
    found: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        for name, table, column in (("homes", "premises_home", "id"), ("owners", "premises_owner", "home_id")):
            cursor.execute(
                f"SELECT id, to_jsonb(t)::text FROM {table} t WHERE compound_id = %s AND {column} = ANY (%s) ORDER BY id",  # noqa: S608
                [compound_id, list(home_ids)],
            )
            found[name] = {str(pk): row for pk, row in cursor.fetchall()}
    return found
