"""Writing a difference into the register: few statements, however many homes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accounts.crypto import digest, encrypt
from premises.actions import home_address
from premises.models import Building, Entrance, Home, Owner
from registers.rules.cells import building_key
from registers.rules.difference import ADD, END, KEEP, Difference, HomeStep, KnownHome

BATCH = 1000
MOST_POSITION = 32_000


@dataclass(slots=True)
class Written:
    """What was made: ids of new rows, and of the homes that were there before and changed."""

    buildings: list[int] = field(default_factory=list)
    entrances: list[int] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)


def write(*, compound_id: int, difference: Difference, known: Sequence[KnownHome], on: date) -> Written:
    """Write new homes and changes, end owners and homes. The caller holds the compound's lock and the transaction."""
    made = Written(changed=sorted({*(step.home for step in difference.changed if step.home), *difference.retired}))
    homes = _new_homes(compound_id, difference.new, made)
    _changed_homes(compound_id, difference.changed)
    _retire(compound_id, difference.retired, on)
    present = {owner.pk: owner for home in known for owner in home.owners}
    kept: list[dict[str, Any]] = []
    ended: list[int] = []
    added: list[Owner] = []
    for step in [*difference.new, *difference.changed]:
        if not any(owner.changed for owner in step.owners):
            continue
        home_id = step.home or homes[step.building, step.entrance, step.room]
        for owner in step.owners:
            if owner.step == END and owner.owner:
                ended.append(owner.owner)
            elif owner.step == KEEP and owner.owner:
                same = list(present[owner.owner].phones) == owner.phones
                kept.append(
                    {
                        "id": owner.owner,
                        "name": owner.name,
                        "above": owner.share.numerator,
                        "below": owner.share.denominator,
                        "source": owner.source,
                        "position": owner.position,
                        "cipher": None if same else _cipher(owner.phones),
                        "digests": None if same else [digest(one) for one in owner.phones],
                    }
                )
            elif owner.step == ADD:
                added.append(
                    Owner(
                        compound_id=compound_id,
                        home_id=home_id,
                        name=owner.name,
                        share_numerator=owner.share.numerator,
                        share_denominator=owner.share.denominator,
                        source=owner.source,
                        position=owner.position,
                        phone_cipher=_cipher(owner.phones),
                        phone_digests=[digest(one) for one in owner.phones],
                        starts=on,
                    )
                )
    _end_owners(compound_id, ended, on)
    _keep_owners(compound_id, kept)
    Owner.objects.bulk_create(added, batch_size=BATCH)
    return made


def _cipher(phones: Sequence[str]) -> str:
    return encrypt(" ".join(phones)) if phones else ""


def _new_homes(compound_id: int, steps: Sequence[HomeStep], made: Written) -> dict[tuple[str, str, str], int]:
    buildings = {one.name: one for one in Building.objects.filter(compound_id=compound_id)}
    lacking = dict.fromkeys(step.building for step in steps if step.building not in buildings)
    for building in Building.objects.bulk_create(
        [Building(compound_id=compound_id, name=name, position=_position(name)) for name in lacking]
    ):
        buildings[building.name] = building
        made.buildings.append(building.pk)
    entrances = {(one.building_id, one.name): one for one in Entrance.objects.filter(compound_id=compound_id)}
    wanted = dict.fromkeys((buildings[step.building].pk, step.entrance) for step in steps)
    for entrance in Entrance.objects.bulk_create(
        [
            Entrance(compound_id=compound_id, building_id=building_id, name=name)
            for building_id, name in wanted
            if (building_id, name) not in entrances
        ]
    ):
        entrances[entrance.building_id, entrance.name] = entrance
        made.entrances.append(entrance.pk)
    homes = Home.objects.bulk_create(
        [
            Home(
                compound_id=compound_id,
                entrance=entrances[buildings[step.building].pk, step.entrance],
                room=step.room,
                floor=step.floor,
                address=home_address(step.building, step.entrance, step.room),
                area=step.area,
                area_source=step.area_source,
                use=step.use,
                note=step.note,
            )
            for step in steps
        ],
        batch_size=BATCH,
    )
    made.homes = [home.pk for home in homes]
    return {(step.building, step.entrance, step.room): home.pk for step, home in zip(steps, homes, strict=True)}


def _position(name: str) -> int:
    """Where a new building stands among the others: by its number, 10幢 after 9幢."""
    key = building_key(name)
    return min(int(key), MOST_POSITION) if key.isascii() and key.isdigit() else 0


def _changed_homes(compound_id: int, steps: Sequence[HomeStep]) -> None:
    rows = [
        {
            "id": step.home,
            "floor": step.floor,
            "area": f"{step.area:f}",
            "area_source": step.area_source,
            "use": step.use,
            "note": step.note,
            "revived": step.revived,
        }
        for step in steps
        if step.cells
    ]
    if rows:
        _run(
            "UPDATE premises_home h SET floor = v.floor, area = v.area, area_source = v.area_source, use = v.use, "
            "note = v.note, ends = CASE WHEN v.revived THEN NULL ELSE h.ends END "
            "FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, floor smallint, area numeric(12, 4), area_source text, "
            "use text, note text, revived boolean) WHERE h.compound_id = %s AND h.id = v.id",
            rows,
            compound_id,
        )


def _keep_owners(compound_id: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        _run(
            "UPDATE premises_owner o SET name = v.name, share_numerator = v.above, share_denominator = v.below, "
            "source = v.source, position = v.position, phone_cipher = coalesce(v.cipher, o.phone_cipher), "
            "phone_digests = coalesce(v.digests, o.phone_digests) "
            "FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, name text, above integer, below integer, source text, "
            "position smallint, cipher text, digests text[]) WHERE o.compound_id = %s AND o.id = v.id",
            rows,
            compound_id,
        )


def _end_owners(compound_id: int, ids: Sequence[int], on: date) -> None:
    if ids:
        Owner.objects.filter(compound_id=compound_id, pk__in=ids).update(ends=on)


def _retire(compound_id: int, ids: Sequence[int], on: date) -> None:
    """Take homes out of the register: they and their owners end, what happened in them stays."""
    if ids:
        Home.objects.filter(compound_id=compound_id, pk__in=ids).update(ends=on)
        Owner.objects.filter(compound_id=compound_id, home_id__in=ids, ends__isnull=True).update(ends=on)


def _run(statement: str, rows: list[dict[str, Any]], compound_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, ensure_ascii=False), compound_id])
