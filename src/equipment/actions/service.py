"""Pieces that go away for service together, and come back: never more than a quarter of a placement unit (GB 50444 5.1.2)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from equipment.actions.change import allow_keeping, event, keep, lock_register
from equipment.actions.dues import refresh
from equipment.models import MAX_NAME, Batch, Piece, PieceEvent
from equipment.queries import unit_sizes
from equipment.refusals import BadInput, NoSuchThing, OutOfState
from equipment.rules.removal import may_go, most_away
from equipment.rules.standards import standards
from lifecycle.typed import said
from tenancy.actor import Actor


@transaction.atomic
def send_away(
    *, compound_id: int, piece_ids: Sequence[int], body: str, lent: int = 0, by: Actor, now: datetime
) -> Batch:  # fmt: skip
    """Send pieces of one placement unit away for service; ``lent`` equal ones are put in their place.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (piece_away), BadInput (no_pieces, other_units, say_body,
    too_long, bad_count, no_unit, over_quarter with ``most`` and ``total``).
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    asked = sorted(set(piece_ids))
    if not asked:
        raise BadInput("no_pieces", field="pieces")
    found = list(
        Piece.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk__in=asked)
        .exclude(state=Piece.State.GONE)
        .order_by("position", "pk")
    )
    if len(found) != len(asked):
        raise NoSuchThing
    if any(one.state == Piece.State.AWAY for one in found):
        raise OutOfState("piece_away")
    units = {one.unit for one in found}
    if len(units) != 1:
        raise BadInput("other_units", field="pieces")
    if not 0 <= lent <= sum(one.count for one in found):
        raise BadInput("bad_count", field="lent")
    name = said(body, "body", MAX_NAME, needed="say_body")
    unit = units.pop()
    held = [one for one in found if one.kind in standards().removal.kinds]
    if held and not unit:
        raise BadInput("no_unit", field="pieces")
    total, away, standing_in = unit_sizes(compound_id, unit)
    if held and not may_go(total=total, away=away, going=sum(one.count for one in held), lent=lent + standing_in):
        raise BadInput(
            "over_quarter",
            field="pieces",
            most=str(most_away(total)),
            total=str(total),
            clause=standards().removal.clause,
        )
    made: Batch = Batch.objects.create(
        compound_id=compound_id, unit=unit, piece_ids=[one.pk for one in found], body=name, lent=lent, out_at=now,
        out_as=by.signature,
    )  # fmt: skip
    for one in found:
        one.state = Piece.State.AWAY
    Piece.objects.bulk_update(found, ["state"])
    PieceEvent.objects.bulk_create([event(one, "away", name, by, now) for one in found])
    _log(made, {"pieces": [None, len(found)], "lent": [None, lent]}, by, now)
    return made


@transaction.atomic
def take_back(*, compound_id: int, batch_id: int, serviced_on: date, by: Actor, now: datetime) -> Batch:
    """What was away is back, serviced on a day; what runs out is counted anew from it.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (batch_back), BadInput (day_ahead, before_going).
    """
    allow_keeping(by, compound_id)
    found: Batch | None = (
        Batch.objects.select_for_update(no_key=True).filter(compound_id=compound_id, pk=batch_id).first()
    )
    if found is None:
        raise NoSuchThing
    if found.back_at is not None:
        raise OutOfState("batch_back")
    if serviced_on > localdate(now):
        raise BadInput("day_ahead", field="serviced_on")
    if serviced_on < localdate(found.out_at):
        raise BadInput("before_going", field="serviced_on")
    rows = list(
        Piece.objects.select_for_update(of=("self",), no_key=True).filter(
            compound_id=compound_id, pk__in=found.piece_ids, state=Piece.State.AWAY
        )
    )
    for one in rows:
        one.state, one.serviced_on, one.service_body = Piece.State.IN_USE, serviced_on, found.body
    Piece.objects.bulk_update(rows, ["state", "serviced_on", "service_body"])
    PieceEvent.objects.bulk_create(
        [event(one, "back", f"{serviced_on:%Y-%m-%d} {found.body}", by, now) for one in rows]
    )
    refresh(compound_id, rows)
    found.back_at, found.back_as = now, by.signature
    found.save(update_fields=["back_at", "back_as"])
    _log(found, {"back": [None, serviced_on.isoformat()], "pieces": [None, len(rows)]}, by, now)
    return found


def _log(batch: Batch, changes: dict[str, list[int | str | None]], by: Actor, now: datetime) -> None:
    keep(
        compound_id=batch.compound_id, verb="service", target=f"equipment.batch:{batch.pk}", changes=changes, by=by, now=now
    )  # fmt: skip
