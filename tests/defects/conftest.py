"""Defects of a compound, made by the same actions as the pages."""

from datetime import datetime, timedelta
from typing import Any

from defects.actions import finding, keeping, steps
from defects.actions.keeping import Told
from defects.models import Defect
from equipment.actions import reports
from equipment.models import Piece
from rounds.hooks import Failure
from tenancy.scope import scope
from tests.equipment.conftest import DAY, HOUR, NOW, _at_ten, _media, a_piece, code_of
from tests.repairs.conftest import picture
from tests.world import Side

__all__ = ["DAY", "HOUR", "NOW", "_at_ten", "_media", "a_piece", "code_of", "picture"]
MINUTE = timedelta(minutes=1)


def entered(
    side: Side,
    piece: Piece | None = None,
    *,
    item: str = "gauge",
    who: str = "worker",
    now: datetime = NOW,
    **given: Any,
) -> Defect:
    """What somebody of the firm found."""
    there = piece or a_piece(side, now=now)
    with scope(side.compound.pk):
        return finding.enter(
            compound_id=side.compound.pk,
            piece_id=there.pk,
            item=item,
            words=given.pop("words", "指针在红区"),
            by=side.actor(who, now.date()),
            now=now,
            **given,
        )


def do(side: Side, action: Any, defect: Defect, who: str = "manager", *, now: datetime = NOW, **given: Any) -> Any:
    """One step on a defect."""
    with scope(side.compound.pk):
        return action(compound_id=side.compound.pk, ref=defect.ref, by=side.actor(who, now.date()), now=now, **given)


def again(side: Side, defect: Defect) -> Defect:
    """As it stands now."""
    with scope(side.compound.pk):
        found: Defect = Defect.objects.select_related("repair", "piece").get(pk=defect.pk)
        return found


def failure(side: Side, piece: Piece | None, *, n: int = 1, item: str = "gauge", **given: Any) -> Failure:
    """What a round says of one item."""
    worker = side.actor("worker", NOW.date())
    wanted = {
        "compound_id": side.compound.pk, "answer_id": n, "piece_id": piece.pk if piece else None, "point_id": 7,
        "place": "B1 东侧", "item": item, "name": "压力指针", "value": "红区", "severity": "high", "note": "", "fixed": False,
        "photo_ids": (), "found_at": NOW, "found_by": worker.person_id, "found_as": worker.signature,
    }  # fmt: skip
    return Failure(**{**wanted, **given})


def put_defects_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """One of everything; the values of URL parameters."""
    compound = side.compound.pk
    piece = a_piece(side, f"D{mark[:7]}", now=now, spot=f"车库{mark}")
    made = entered(side, piece, words=f"坏了{mark}", now=now, stopped=True, photos=[picture()])
    by = side.actor("manager", now.date())
    with scope(compound):
        keeping.approve(compound_id=compound, ref=made.ref, by=by, now=now)
        keeping.report_out(
            compound_id=compound, ref=made.ref, told=Told(now, "phone", f"号{mark}", f"员{mark}"), by=by, now=now
        )
        keeping.ask_fund(
            compound_id=compound, ref=made.ref, amount_fen=200, fee_fen=100, reason=f"贵{mark}", by=by, now=now
        )
        keeping.correct(
            compound_id=compound, ref=made.ref, name="words", value=f"坏{mark}", reason=f"错{mark}", by=by, now=now
        )
        report = reports.report(
            compound_id=compound, code=code_of(side, piece), item="body", words=f"锈{mark}", origin="10.0.0.9", now=now
        )
    return {"defect": made.ref, "defect_report": report.pk}


__all__ += ["MINUTE", "again", "do", "entered", "failure", "put_defects_in", "steps"]
