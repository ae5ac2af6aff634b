"""Equipment of a compound, made by the same actions as the pages, and lists as offices have them."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from openpyxl import Workbook

from equipment.actions import plans, reports, rules, service, stops, visits
from equipment.actions.importing import upload
from equipment.actions.pieces import PieceDraft, make_piece
from equipment.actions.stops import StopDraft
from equipment.models import Label, Piece, Stop
from equipment.rules.standards import Tighter
from premises.models import Building
from tenancy.scope import scope
from tests.notices.conftest import NOW
from tests.repairs.conftest import picture
from tests.world import Side

__all__ = ["DAY", "HOUR", "NOW"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HEAD = ("种类", "类型", "编号", "楼幢", "楼层", "位置", "出厂日期")
ROW = ("灭火器", "干粉", "MHQ-1", "", "B1", "车库东侧", "2023-03-01")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test here stands at NOW (2026-06-02 10:00)."""
    if "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def a_piece(side: Side, number: str = "MHQ-1", *, who: str = "manager", now: datetime = NOW, **given: Any) -> Piece:
    """An extinguisher in a garage, or what is said."""
    draft = {"kind": "extinguisher", "subtype": "dry_powder", "spot": "车库东侧", "made_on": date(2023, 3, 1), **given}
    by = side.actor(who, now.date())
    with scope(side.compound.pk):
        return make_piece(compound_id=side.compound.pk, draft=PieceDraft(number=number, **draft), by=by, now=now)


def code_of(side: Side, piece: Piece) -> str:
    """The code of a piece's label."""
    with scope(side.compound.pk):
        return str(Label.objects.get(piece=piece, replaced_at__isnull=True).code)


def building_of(side: Side) -> Building:
    """The first building."""
    with scope(side.compound.pk):
        found: Building = Building.objects.order_by("position", "pk")[0]
        return found


def workbook(rows: Sequence[Sequence[Any]], *, merges: Sequence[str] = ()) -> bytes:
    """An .xlsx with these rows."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    for one in merges:
        sheet.merge_cells(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stop_draft(**given: Any) -> StopDraft:
    """What somebody asks for."""
    wanted = {
        "systems": ["自动喷水"], "place": "1幢地下室", "reason": "更换报警阀", "emergency_plan": "两人巡查",
        "safeguards": "不动火", "starts_at": NOW + HOUR, "ends_at": NOW + 5 * HOUR,
    }  # fmt: skip
    return StopDraft(**{**wanted, **given})


def asked(side: Side, who: str = "worker", *, now: datetime = NOW, **given: Any) -> Stop:
    """A stop that somebody asked for."""
    with scope(side.compound.pk):
        return stops.ask(
            compound_id=side.compound.pk, draft=stop_draft(**given), by=side.actor(who, now.date()), now=now
        )


def put_equipment_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """One of everything; the values of URL parameters."""
    short = mark[:7]
    compound = side.compound.pk
    pieces = [
        a_piece(side, f"M{n}", now=now, unit=f"单元{short}", spot=f"车库{mark}", maker=mark, note=mark,
                made_on=date(2012, 1, 1))
        for n in range(4)
    ]  # fmt: skip
    by, worker, officer = (side.actor(who, now.date()) for who in ("manager", "worker", "officer"))
    with scope(compound):
        code = Label.objects.get(piece=pieces[0]).code
        plan = plans.add_plan(compound_id=compound, name=f"图{short}", upload=picture(), by=by, now=now)
        rule = rules.set_rule(
            compound_id=compound, word=Tighter("extinguisher", "check", every="week"), reason=mark, by=by, now=now
        )
        plans.file_paper(
            compound_id=compound, kind="contract", title=f"合同{short}", expires_on=(now - DAY).date(), by=by, now=now
        )
        batch = service.send_away(compound_id=compound, piece_ids=[pieces[1].pk], body=f"厂{mark}", by=by, now=now)
        report = reports.report(
            compound_id=compound, code=code, item="", words=f"没气{mark}", origin="10.0.0.1", now=now
        )
        house = visits.enter(compound_id=compound, kind="house", address=f"屋{mark}", risk="c", by=officer, now=now)
        gas = visits.enter(compound_id=compound, kind="gas_home", address=f"户{mark}", risk="normal", by=by, now=now)
        run = upload(
            compound_id=compound, content=workbook([HEAD, (*ROW[:5], f"东{mark}", "2023-03-01")]), name=f"表{mark}.xlsx",
            by=by, now=now,
        )  # fmt: skip
        stop = stops.ask(
            compound_id=compound, draft=stop_draft(place=f"处{mark}", starts_at=now + HOUR, ends_at=now + 3 * HOUR),
            by=worker, now=now,
        )  # fmt: skip
        stops.approve(compound_id=compound, ref=stop.ref, by=by, now=now)
    return {
        "sign": code, "piece_id": pieces[0].pk, "plan_id": plan.pk, "own_rule": rule.pk, "batch_id": batch.pk,
        "report_id": report.pk, "subject_id": gas.pk, "house": house.pk, "run": run.ref, "stop_ref": stop.ref,
    }  # fmt: skip
