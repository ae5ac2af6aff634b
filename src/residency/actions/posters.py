"""Poster codes: one current code a building or entrance, printed as sheets; a replaced one is kept and says so."""

from datetime import datetime

from django.db import transaction

from audit.actions import record
from documents.actions import request_document
from documents.models import IssuedDocument
from premises.models import Building, Entrance
from residency.actions.telling import fresh_codes, register_codes
from residency.models import JoinCode, Poster
from residency.permissions import decides
from residency.queries import poster_places
from residency.refusals import BadInput, NoSuchRow, NotPermitted
from tenancy.actor import Actor

KIND = "residency.posters"
UNITS = ("entrance", "building")


@transaction.atomic
def print_posters(*, compound_id: int, unit: str, building_id: int | None, by: Actor, now: datetime) -> IssuedDocument:
    """Ask for the posters of all buildings, or of one: a sheet each entrance, or each building.

    Codes that are not there yet are made. Refuses with NotPermitted, BadInput (unit) or NoSuchRow (building, or none).
    """
    if not decides(by):
        raise NotPermitted("not_office")
    if unit not in UNITS:
        raise BadInput("which_unit", field="unit")
    # One at a time: two officers who print at once get the same codes.
    list(
        Building.objects.select_for_update(no_key=True).filter(compound_id=compound_id).order_by("pk").values_list("pk")
    )
    places = poster_places(compound_id=compound_id, unit=unit, building_id=building_id)
    if not places:
        raise NoSuchRow
    lacking = [(building, entrance) for building, entrance, current in places if current is None]
    if lacking:
        _make(compound_id=compound_id, places=lacking, by=by, now=now)
    return request_document(
        compound_id=compound_id,
        by=by,
        kind=KIND,
        target=f"residency.posters:{compound_id}:{unit}:{building_id or 0}",
        now=now,
    )


@transaction.atomic
def replace_poster(*, compound_id: int, poster_id: int, reason: str, by: Actor, now: datetime) -> Poster:
    """Give a place a new code; whoever scans the old poster is told that it was replaced.

    Refuses with NotPermitted, BadInput (no reason), or NoSuchRow (not there, or replaced already).
    """
    if not decides(by):
        raise NotPermitted("not_office")
    if not reason.strip():
        raise BadInput("say_why", field="reason")
    if len(reason) > 200 or "\x00" in reason:  # noqa: PLR2004  as long as the column
        raise BadInput("too_long", field="reason")
    old: Poster | None = (
        Poster.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=poster_id, replaced_at=None)
        .select_related("building", "entrance")
        .first()
    )
    if old is None:
        raise NoSuchRow
    old.replaced_at, old.replaced_by, old.replaced_as, old.replace_reason = (
        now,
        by.person_id,
        by.label[:120],
        reason.strip(),
    )
    old.save(update_fields=["replaced_at", "replaced_by", "replaced_as", "replace_reason"])
    (made,) = _make(compound_id=compound_id, places=[(old.building, old.entrance)], by=by, now=now)
    record(
        by=by,
        compound_id=compound_id,
        verb="residency.replace_poster",
        target=f"residency.poster:{made.pk}",
        changes={"code": [old.code, made.code], "reason": [None, reason.strip()]},
        now=now,
    )
    return made


def _make(
    *, compound_id: int, places: list[tuple[Building, Entrance | None]], by: Actor, now: datetime
) -> list[Poster]:
    """New codes for places that have none; one entry for all of them."""
    made: list[Poster] = Poster.objects.bulk_create(
        [
            Poster(
                compound_id=compound_id,
                building=building,
                entrance=entrance,
                code=code,
                made_at=now,
                made_by=by.person_id,
                made_as=by.label[:120],
            )
            for (building, entrance), code in zip(places, fresh_codes(len(places)), strict=True)
        ]
    )
    register_codes(
        kind=JoinCode.Kind.POSTER, compound_id=compound_id, codes={poster.code: poster.pk for poster in made}
    )
    record(
        by=by,
        compound_id=compound_id,
        verb="residency.make_posters",
        target=f"tenancy.compound:{compound_id}",
        changes={"codes": [None, [poster.code for poster in made]]},
        now=now,
    )
    return made
