"""Fire safety side by side: every number is that of the compound's own page, and who sees them."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from defects import queries as defects
from defects.queries import Wanted as DefectsWanted
from equipment import queries as equipment
from equipment.models import Due, Piece
from oversight.queries import fire
from rounds.actions.ahead import make_ahead
from rounds.actions.clockwork import judge_time
from rounds.models import Occurrence, State
from rounds.queries import occurrences as rounds
from rounds.rules.score import score
from tenancy.actions import open_compound
from tenancy.models import Compound
from tenancy.scope import across_tenants, scope
from tests.defects.conftest import entered
from tests.equipment.conftest import a_piece
from tests.rounds.conftest import DAY, NOW, planned, put_rounds_in, walked
from tests.world import CANARY, World

LATER = NOW + 3 * DAY
JUNE = (date(2026, 6, 1), date(2026, 6, 30))


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def lived(world: World) -> World:
    """A compound where one patrol was walked and two were missed, a scrap day passed, and defects are open."""
    side = world.here
    put_rounds_in(world.there, CANARY, NOW)
    plans = planned(side, 1)
    walked(side, plans["fire_patrol"])
    old = a_piece(side, "OLD-1", made_on=date(2010, 1, 1))
    entered(side, old, now=NOW - 10 * DAY, found_at=NOW - 10 * DAY)
    entered(side, a_piece(side, "NEW-1"), stopped=True)
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        judge_time(compound_id=side.compound.pk, now=LATER)
    return world


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def test_numbers_are_those_of_the_compound(lived: World) -> None:
    side = lived.here
    pk = side.compound.pk
    with scope(pk):
        (line,) = fire.lines([pk], *JUNE, LATER)
        rows = rounds.tallies(pk, *JUNE, LATER)
        whole = score(rows)
        seen = defects.defects(side.actor("officer"), pk, DefectsWanted(), LATER)
        assert (line.due, line.on_time, line.points, line.whole) == (whole.due, whole.on_time, whole.points, whole.of)
        assert line.missed == sum(one.missed for one in rows)
        assert line.late == rounds.critical_late(pk, LATER).count()
        assert line.over == equipment.dues(pk, "over", LATER.date(), critical=True).count()
        assert line.critical + line.overdue == seen.count()
    assert (line.late, line.over > 0, line.critical, line.overdue, line.on_time > 0) == (2, True, 1, 1, True)


def test_what_was_missed_is_0_and_stays_in_the_denominator(lived: World) -> None:
    side = lived.here
    with scope(side.compound.pk):
        before = score(rounds.tallies(side.compound.pk, *JUNE, LATER))
        open_ones = Occurrence.objects.filter(state=State.OVERDUE, due_at__lte=LATER, duty="fire_patrol")
        assert open_ones.count() + Occurrence.objects.filter(state=State.MISSED, duty="fire_patrol").count() == 2
        Occurrence.objects.filter(due_at__lte=LATER, state=State.OVERDUE).update(state=State.MISSED)
        after = score(rounds.tallies(side.compound.pk, *JUNE, LATER))
        patrols = next(one for one in rounds.tallies(side.compound.pk, *JUNE, LATER) if one.duty == "fire_patrol")
    assert (before.points, before.of) == (after.points, after.of)
    assert (patrols.weight, patrols.due, patrols.on_time) == (5, 3, 1)


def test_the_officer_sees_two_overdue_critical_rounds_and_nothing_else(
    lived: World, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(lived.here, "officer")
    page = client.get("/c/here/rounds/watch/").content.decode()
    assert page.count('class="row"') == 2
    assert (page.count("防火巡查"), page.count("应在 ")) == (2, 2)
    for other in ("夜间巡查", "设施巡查", "完成率", "NEW-1", "MHQ-1"):
        assert other not in page, other
    for path in ("", "figures/", "print/", "reports/", "plans/", "review/", "today/"):
        assert client.get(f"/c/here/rounds/{path}").status_code == 403, path
    assert client.get("/figures/fire/").status_code == 403
    things = client.get("/c/here/equipment/overdue/").content.decode()
    assert "OLD-1" in things
    assert "MHQ-1" not in things


def test_who_opens_the_table(lived: World, sign_in: Callable[..., Client]) -> None:
    for who, status in (
        ("street", 200), ("city", 200), ("secretary", 403), ("chair", 403), ("manager", 403), ("resident", 403),
    ):  # fmt: skip
        client = sign_in(lived.here, who)
        for path in ("", "sheet/"):
            assert client.get(f"/figures/fire/{path}").status_code == status, who
    text = sign_in(lived.here, "street").get("/figures/fire/").content.decode()
    assert lived.here.compound.name in text
    assert CANARY not in text


def test_the_workbook_has_the_rows_of_the_page(lived: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(lived.here, "street")
    answer = client.get("/figures/fire/sheet/?month=2026-06&show=worst")
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:7] == ("小区", "街道", "社区", "过时的要紧巡查", "过期的设施和证件", "严重故障", "超时故障")
    here = next(row for row in rows if row[0] == lived.here.compound.name)
    assert here[3] == 2
    assert here[5:7] == (1, 1)
    page = client.get("/figures/fire/?month=2026-06&show=worst").content.decode()
    assert page.count('<th scope="row">') == len(rows) - 1


@pytest.mark.parametrize("n", [1, 30])
def test_the_table_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    with scope(side.compound.pk):
        community = Compound.objects.select_related("community").get(pk=side.compound.pk).community
    for number in range(n - 1):
        with across_tenants(reason="test"):
            made = open_compound(code=f"f{number}", name=f"小区{number}", community=community)
        with scope(made.pk):
            piece = Piece.objects.create(
                compound=made, kind="extinguisher", number="A", spot="x", address="x", made_at=NOW
            )
            Due.objects.create(
                compound=made,
                piece=piece,
                what="scrap",
                name="报废",
                on=date(2020, 1, 1),
                confirmed=True,
                critical=True,
            )
    client = sign_in(side, "street")
    client.get("/figures/fire/")
    with statements() as seen:
        page = client.get("/figures/fire/").content.decode()
    assert page.count('<th scope="row">') >= n
    assert len(seen) == 9
    with statements() as seen:
        client.get("/figures/fire/sheet/")
    assert len(seen) == 7
