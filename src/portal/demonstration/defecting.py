"""Fire defects of the demonstration: one cleared, one to be re-checked, one overdue, one critical with its system stopped."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from defects.actions import keeping, steps
from defects.actions.climbing import climb
from defects.actions.finding import enter
from defects.actions.keeping import Told
from defects.models import Defect
from equipment.models import Piece
from portal.demonstration.equipping import KEEPER, PLACE, WORKER, actor
from portal.demonstration.pictures import photo
from repairs.actions import work
from tenancy.scope import scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def find_defects(made: "Cast") -> None:
    """What was found in the last days, and how far each of it is."""
    compound = made.compounds[PLACE].pk
    with scope(compound):
        _cleared(made)
        late = _found(made, "YJD-004", "应急灯", made.now - 4 * DAY, words="试验按钮按下后不亮")
        climb(compound_id=compound, now=late.found_at + DAY)
        climb(compound_id=compound, now=late.found_at + 3 * DAY)
        _stopped(made)
        to_check = _found(made, "FHM-006", "防火门", made.now - 20 * HOUR, words="闭门器坏了，门关不上")
        _repaired(made, to_check, made.now - 2 * HOUR, "换了闭门器")
        climb(compound_id=compound, now=made.now)


def _found(made: "Cast", number: str, kind: str, at: datetime, *, words: str, **given: Any) -> Defect:
    """What the worker found at a piece."""
    compound = made.compounds[PLACE].pk
    piece = Piece.objects.get(compound_id=compound, number=number)
    return enter(
        compound_id=compound, piece_id=piece.pk, item="", words=f"{kind}：{words}", photos=[photo("fire", seal=number)],
        found_at=at, by=actor(made, WORKER, at), now=at, **given,
    )  # fmt: skip


def _repaired(made: "Cast", found: Defect, at: datetime, method: str) -> None:
    """The worker took the request and finished it, with a photo."""
    given: dict[str, Any] = {
        "compound_id": found.compound_id, "ref": found.repair.ref, "by": actor(made, WORKER, at),
    }  # fmt: skip
    work.claim(now=at - 2 * HOUR, **given)
    work.start(now=at - HOUR, photos=[], **given)
    work.finish(now=at, note=method, photos=[photo("fixed", seal=found.number)], **given)


def _cleared(made: "Cast") -> None:
    """Found, repaired and cleared by three different acts; a slip of the pen was put right."""
    at = made.now - 9 * DAY
    found = _found(made, "XHS-005", "室内消火栓", at, words="水带接口漏水")
    _repaired(made, found, at + 6 * HOUR, "换了密封圈")
    keeper: dict[str, Any] = {
        "compound_id": found.compound_id, "ref": found.ref, "by": actor(made, KEEPER, at + DAY), "now": at + DAY,
    }  # fmt: skip
    keeping.correct(name="words", value="室内消火栓：栓口密封圈漏水", reason="漏的是栓口，不是接口", **keeper)
    steps.clear(note="现场放水看过，不漏", **keeper)


def _stopped(made: "Cast") -> None:
    """A pump does not start: its system stands still, the manager signed, the fire service was told, the fund is asked."""
    at = made.now - 30 * HOUR
    found = _found(made, "XFB-2", "消防水泵", at, words="手动启动不了，电机烧坏", stopped=True)
    keeper: dict[str, Any] = {"compound_id": found.compound_id, "ref": found.ref, "by": actor(made, KEEPER, at)}
    keeping.stand_still(
        compound_id=found.compound_id, ref=found.ref, stopped_at=at, safeguards="XFB-1 值守，夜间加一轮巡查",
        by=actor(made, WORKER, at), now=at + HOUR,
    )  # fmt: skip
    keeping.approve(now=at + 2 * HOUR, **keeper)
    keeping.report_out(
        told=Told(at + 3 * HOUR, "phone", "望江消防站值班电话", "望江消防救援站 值班员"), now=at + 3 * HOUR, **keeper
    )
    keeping.ask_fund(
        amount_fen=1_860_000, fee_fen=500_000, reason="更换 30 kW 消防泵电机，物业费里的日常维护费不够", now=at + 4 * HOUR,
        **keeper,
    )  # fmt: skip
