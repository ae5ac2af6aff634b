"""Taking the last import back, as long as nobody has touched what it wrote."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from premises.models import Building, Entrance, Home, Owner
from registers import queries
from registers.actions.change import locked_run, move, must_keep, note, one_writer, tell
from registers.models import Part, Run
from registers.refusals import Refused
from tenancy.actor import Actor
from tenancy.models import TenantForeignKey

NAMED: Final = 6  # homes that a refusal names


@transaction.atomic
def undo(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Run:
    """Put the register back to where it was before the import.

    Raises NoSuchRun, NotPermitted, and Refused: out_of_state, other_open (another import is under way), not_last (a later one
    wrote since), too_old (what was there before is kept a month), touched (``homes``: changed since), used (``homes`` and
    ``things``: new homes that something else already refers to).
    """
    must_keep(by)
    run = locked_run(compound_id=compound_id, ref=ref)
    if run.state != "done":
        raise Refused("out_of_state", state=run.state)
    one_writer(compound_id)
    other = queries.open_run(compound_id)
    if other is not None:
        raise Refused("other_open", who=other.created_name or other.created_label, name=other.name, ref=other.ref)
    last = queries.last_import(compound_id)
    if last is None or last.pk != run.pk:
        raise Refused("not_last", name=last.name if last else "")
    content = queries.part(run, Part.Kind.UNDO)
    if content is None:
        raise Refused("too_old")
    kept = json.loads(content)
    _refuse_touched(compound_id, kept)
    _refuse_used(compound_id, kept)
    _put_back(compound_id, kept)
    move(run, "undo", now, undone_at=now, undone_name=by.person_name[:40])
    Part.objects.filter(compound_id=compound_id, run=run, kind=Part.Kind.UNDO).delete()
    confirmed = (run.confirmed or {}).get("person_id", run.created_by)
    others = {run.created_by, confirmed} - {by.person_id}
    if others:
        tell(run, "registers.undone", to=others, context={"who": by.person_name}, by=by, now=now)
    note(run, "undo", {"state": ["done", run.state], "plan": [run.plan, None]}, by=by, now=now)
    return run


def _refuse_touched(compound_id: int, kept: dict[str, Any]) -> None:
    """Every home and owner that the import wrote must still be as it left them."""
    after = kept["after"]
    # Locked, so that nobody changes them between this look and the commit.
    ids = [int(pk) for pk in after["homes"]]
    list(
        Home.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk__in=ids)
        .values_list("pk")
    )
    present = queries.snapshot(compound_id, ids)
    touched = {pk for pk in after["homes"] if present["homes"].get(pk) != after["homes"][pk]}
    for pk in present["owners"].keys() | after["owners"].keys():
        was, now = after["owners"].get(pk), present["owners"].get(pk)
        if was != now:
            touched.add(str(json.loads(now or was)["home_id"]))
    if touched:
        raise Refused("touched", homes=_addresses(compound_id, sorted(int(pk) for pk in touched)))


def _refuse_used(compound_id: int, kept: dict[str, Any]) -> None:
    """Nothing else may refer to what would be removed: a resident, a repair request, a poster."""
    own: dict[Any, list[int]] = {Home: kept["homes"], Entrance: kept["entrances"], Building: kept["buildings"]}
    inside = {(Owner, "home"), (Home, "entrance"), (Entrance, "building")}
    for target, ids in own.items():
        if not ids:
            continue
        for model, field in _referring(target):
            # New homes and entrances may refer to new entrances and buildings: they go together. Others may not.
            rows = model.objects.filter(compound_id=compound_id, **{f"{field.name}__in": ids})
            if (model, field.name) in inside:
                rows = rows.exclude(pk__in=own.get(model, [])) if model is not Owner else rows.none()
            used = list(rows.values_list(field.attname, flat=True).distinct()[: NAMED + 1])
            if used:
                names = _addresses(compound_id, used) if target is Home else _names(compound_id, target, used)
                raise Refused("used", homes=names, things=model._meta.label_lower)


def _referring(target: Any) -> list[tuple[Any, models.Field[Any, Any]]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey) and field.remote_field.model is target
    ]


def _addresses(compound_id: int, ids: Sequence[int]) -> str:
    found = list(
        Home.objects.filter(compound_id=compound_id, pk__in=ids).order_by("pk").values_list("address", flat=True)
    )
    return _some(found)


def _names(compound_id: int, model: Any, ids: Sequence[int]) -> str:
    return _some(list(model.objects.filter(compound_id=compound_id, pk__in=ids).values_list("name", flat=True)))


def _some(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _put_back(compound_id: int, kept: dict[str, Any]) -> None:
    before, after = kept["before"], kept["after"]
    added = [int(pk) for pk in after["owners"] if pk not in before["owners"]]
    Owner.objects.filter(compound_id=compound_id, pk__in=added).delete()
    _restore(compound_id, Owner, before["owners"].values())
    _restore(compound_id, Home, before["homes"].values())
    Home.objects.filter(compound_id=compound_id, pk__in=kept["homes"]).delete()
    Entrance.objects.filter(compound_id=compound_id, pk__in=kept["entrances"]).delete()
    Building.objects.filter(compound_id=compound_id, pk__in=kept["buildings"]).delete()


def _restore(compound_id: int, model: Any, rows: Any) -> None:
    """Give rows every field that they had."""
    table = model._meta.db_table
    columns = [f.column for f in model._meta.local_concrete_fields if not f.primary_key and f.column != "compound_id"]
    texts = list(rows)
    if not texts:
        return
    assignments = ", ".join(f'"{column}" = v."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET {assignments} '  # noqa: S608  names from our own models
            f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) v WHERE t.compound_id = %s AND t.id = v.id',
            [f"[{','.join(texts)}]", compound_id],
        )
