"""The firm's regular report: what it says, that it goes out as every notice does, once a month, and who writes it."""

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from notices.actions import submit
from notices.models import Notice, State
from parties.models import Contract
from rounds.actions.reporting import write_report
from rounds.models import Plan, Report
from rounds.refusals import BadInput, NotPermitted, OutOfState
from rounds.report import source, title_of, written
from tenancy.scope import scope
from tests.defects.conftest import entered
from tests.equipment.conftest import a_piece
from tests.rounds.conftest import DAY, NOW, body_for, planned, round_of, sent, walked
from tests.rounds.test_pages import BASE, key
from tests.world import Side, World

JUNE = date(2026, 6, 1)


def lived(side: Side) -> None:
    """A patrol on time, one that was not walked, a drill, a defect."""
    plans = planned(side, 1)
    walked(side, plans["fire_patrol"])
    drill = {"place": "广场", "content": "疏散", "departments": "物业", "persons": "46", "summary": "好"}
    sent(
        side,
        body_for(
            round_of(plans["evacuation_drill"]), None, results=[{"item": k, "value": v} for k, v in drill.items()]
        ),
    )
    entered(side, a_piece(side, "SK-1"), stopped=True)


def test_the_report_has_both_numbers_of_everything(world: World) -> None:
    side = world.here
    lived(side)
    with scope(side.compound.pk):
        text = source(side.compound.pk, JUNE, NOW + 2 * DAY)
    for words in (
        "（到 06 月 04 日为止）", "- 防火巡查：应做 2 次，按时 1 次",
        "查出故障 1 处", "还没有销号的 1 处，其中严重的 1 处", "疏散演练，46 人参加", "已到期还没有处理的", "扫设施上的二维码",
    ):  # fmt: skip
        assert words in text, (words, text)


def test_it_goes_out_on_the_board_once_a_month(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    lived(side)
    client = sign_in(side, "manager")
    answer = client.post(f"{BASE}reports/", key(month="2026-06"))
    with scope(side.compound.pk):
        made = Notice.objects.get(title=title_of(JUNE))
        assert (made.state, made.matter, made.side) == (State.DRAFT, "safety", "company")
        assert answer["Location"] == f"/c/here/notices/{made.ref}/edit/"
        by = side.actor("manager", NOW.date())
        with pytest.raises(OutOfState) as refused:
            write_report(compound_id=side.compound.pk, month=JUNE, by=by, now=NOW)
        assert refused.value.code == "reported"
        submit(compound_id=side.compound.pk, ref=made.ref, by=by, now=NOW)
        made.refresh_from_db()
    assert client.get(answer["Location"]).status_code in {200, 302}
    assert made.state in {State.PUBLISHED, State.AWAITING}
    page = client.get(f"{BASE}reports/").content.decode()
    assert f"/c/here/notices/{made.ref}/" in page
    assert 'value="2026-06"' not in page
    if made.state == State.PUBLISHED:
        assert title_of(JUNE) in sign_in(side, "resident").get("/c/here/notices/").content.decode()


def test_a_report_with_another_title_is_still_the_months(world: World) -> None:
    side = world.here
    planned(side, 1)
    by = side.actor("manager", NOW.date())
    with scope(side.compound.pk):
        made = write_report(compound_id=side.compound.pk, month=JUNE, by=by, now=NOW)
        Notice.objects.filter(pk=made.pk).update(title="望江花园六月消防")
        assert list(written(side.compound.pk, [JUNE, date(2026, 5, 1)])) == [JUNE]
        with pytest.raises(OutOfState):
            write_report(compound_id=side.compound.pk, month=JUNE, by=by, now=NOW)
        # A notice that happens to be called like one is none.
        Notice.objects.filter(pk=made.pk).update(
            state=State.WITHDRAWN, title=title_of(date(2026, 5, 1)), ended_reason="错了", ended_at=NOW
        )
        assert written(side.compound.pk, [JUNE, date(2026, 5, 1)]) == {}
        # The migration knows the reports of before by their title.
        Report.objects.all().delete()
        Notice.objects.filter(pk=made.pk).update(state=State.DRAFT)
    with connection.schema_editor() as editor:
        import_module("rounds.migrations.0003_report").find(None, editor)
    with scope(side.compound.pk):
        assert {month: one.pk for month, one in written(side.compound.pk, [JUNE, date(2026, 5, 1)]).items()} == {
            date(2026, 5, 1): made.pk
        }


def test_who_writes_it(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    planned(side, 1)
    for who, status in (("worker", 403), ("officer", 403), ("resident", 403)):
        assert sign_in(side, who).get(f"{BASE}reports/").status_code == status
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted):
            write_report(compound_id=side.compound.pk, month=JUNE, by=side.actor("worker", NOW.date()), now=NOW)
        with pytest.raises(BadInput):
            write_report(
                compound_id=side.compound.pk, month=date(2026, 7, 1), by=side.actor("manager", NOW.date()), now=NOW
            )
    assert sign_in(side, "manager").post(f"{BASE}reports/", key(month="x")).status_code == 422


def test_no_month_stands_there_before_the_first_plan_or_the_contract(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    client = sign_in(side, "manager")

    def listed() -> list[str]:
        return re.findall(r'name="month" value="([0-9-]+)"', client.get(f"{BASE}reports/").content.decode())

    assert listed() == ["2026-06"]
    planned(side, 1)
    with scope(side.compound.pk):
        Plan.objects.update(since=date(2026, 3, 20))
    assert listed() == ["2026-06", "2026-05", "2026-04", "2026-03"]
    with scope(side.compound.pk):
        Contract.objects.update(starts=date(2026, 5, 15))
    assert listed() == ["2026-06", "2026-05"]
    assert client.post(f"{BASE}reports/", key(month="2026-04")).status_code == 422
    # What was reported stays in sight, whoever wrote it.
    with scope(side.compound.pk):
        by = side.actor("manager", NOW.date())
        write_report(compound_id=side.compound.pk, month=date(2026, 2, 1), by=by, now=NOW)
    assert listed() == ["2026-06", "2026-05"]
    assert "2026-02 的报告" in client.get(f"{BASE}reports/").content.decode()


@pytest.mark.parametrize("n", [1, 30])
def test_the_page_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    for number in range(n):
        month = date(2026 - number // 6, 6 - number % 6, 1)
        with scope(side.compound.pk):
            write_report(compound_id=side.compound.pk, month=month, by=side.actor("manager", NOW.date()), now=NOW)
    client = sign_in(side, "manager")
    client.get(f"{BASE}reports/")
    with statements() as seen:
        page = client.get(f"{BASE}reports/").content.decode()
    assert len(seen) == 12
    assert page.count("/notices/") >= min(n, 6)
