"""A fault in a technical room is for those who work there and oversee it; what residents see every day is shared."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from defects.models import Defect
from defects.rules.secluded import KINDS, WORDS, is_secluded
from idempotency.forms import fresh_key
from live.models import Event as LiveEvent
from repairs.actions import together
from repairs.actions.change import NoSuchRequest
from repairs.actions.filing import Draft, SimilarOpen, file_request
from repairs.models import Request
from repairs.refusals import BadInput
from repairs.topics import PUBLIC
from tenancy.scope import scope
from tests.defects.conftest import NOW, a_piece, entered
from tests.world import RESIDENTS, Side, World

HERE = "/c/here/repairs/"
SECRET = "水泵房后门的锁坏了"
SHARED = "过道的灯不亮"


def of_kind(side: Side, number: str, kind: str, **given: Any) -> Any:
    return a_piece(side, number, kind=kind, subtype="", **given)


def both(side: Side) -> tuple[Request, Request]:
    """A pump in its room that does not start, and a light in a corridor."""
    pump = entered(side, of_kind(side, "XFB-1", "fire_pump", spot="地下泵房"), item="", words=SECRET)
    light = entered(side, of_kind(side, "YJD-1", "emergency_light", spot="过道"), item="", words=SHARED)
    with scope(side.compound.pk):
        first, second = (Defect.objects.select_related("repair").get(pk=one.pk).repair for one in (pump, light))
    return first, second


@pytest.mark.parametrize(
    ("kind", "place", "words", "hidden"),
    [
        ("fire_pump", "ordinary", "", True),
        ("equipment_room", "ordinary", "", True), ("extinguisher", "boiler_room", "", True),
        ("extinguisher", "ordinary", "1幢 屋顶水箱间", True),
        ("", "", "消控室", True), ("extinguisher", "basement", "B1 车库", False),
        ("emergency_light", "ordinary", "1幢 3楼 过道", False), ("fire_door", "crowded", "活动室", False),
    ],
)  # fmt: skip
def test_what_is_kept_from_lists(kind: str, place: str, words: str, hidden: bool) -> None:
    assert is_secluded(kind=kind, place=place, words=words) is hidden


def test_residents_find_it_nowhere(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    pump, light = both(side)
    assert (pump.unlisted, light.unlisted) == (True, False)
    for name in [*RESIDENTS, "chair"]:
        client = sign_in(side, name)
        for address in ("/", "/c/here/", HERE, f"{HERE}rows/", f"{HERE}public/", f"{HERE}public/rows/",
                        f"{HERE}similar/?category=fire&place=public", f"{HERE}new/?category=fire&place=public",
                        "/api/v1/compounds/here/repairs/", "/c/here/incidents/"):  # fmt: skip
            if name == "chair" and "api" in address:
                continue
            text = client.get(address, follow=True).content.decode()
            for told in (pump.number, pump.ref, SECRET, "泵房", "XFB-1"):
                assert told not in text, (name, address, told)
    resident = sign_in(side, "resident")
    # The lists do hold what is shared: the page would show it.
    assert (
        light.number in resident.get(f"{HERE}public/").content.decode()
        or light.ref in resident.get(f"{HERE}public/").content.decode()
    )
    assert light.ref in resident.get(f"{HERE}similar/?category=fire&place=public").content.decode()
    for method, address in (
        ("get", f"{HERE}{pump.ref}/"), ("post", f"{HERE}{pump.ref}/join/"),
        ("get", f"/api/v1/compounds/here/repairs/{pump.ref}/"),
        ("post", f"/api/v1/compounds/here/repairs/{pump.ref}/join/"),
    ):  # fmt: skip
        headers = {"Idempotency-Key": fresh_key()} if "api" in address else {}
        given = {"idempotency_key": fresh_key()} if method == "post" and "api" not in address else {}
        assert getattr(resident, method)(address, given, headers=headers).status_code == 404, address
    with scope(side.compound.pk):
        assert not Request.objects.get(pk=pump.pk).joined
    # Neither the question before filing nor the live list knows of it.
    by = side.actor("resident")
    with scope(side.compound.pk):
        Request.objects.filter(pk=light.pk).update(unlisted=True)
        file_request(
            compound=side.compound,
            draft=Draft("fire", "public", "灯", place_text="过道"),
            photos=[],
            by=by,
            now=NOW,
            ask_similar=True,
        )
        Request.objects.filter(pk=light.pk).update(unlisted=False)
        with pytest.raises(SimilarOpen):
            file_request(
                compound=side.compound, draft=Draft("fire", "public", "灯", place_text="过道"), photos=[],
                by=side.actor("neighbour"), now=NOW, ask_similar=True,
            )  # fmt: skip


def test_those_who_work_on_it_and_oversee_it_read_it(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    pump, _light = both(side)
    for name in ("manager", "worker", "officer", "secretary"):
        page = sign_in(side, name).get(f"{HERE}{pump.ref}/").content.decode()
        assert "不在业主的公共报修里" in page, name
    assert pump.number in sign_in(side, "manager").get("/c/here/board/").content.decode()
    told = sign_in(side, "manager").get(f"/api/v1/compounds/here/repairs/{pump.ref}/").json()
    assert told["unlisted"] is True


def test_the_live_list_says_nothing_of_it(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        before = LiveEvent.objects.filter(topic=PUBLIC).count()
    entered(side, of_kind(side, "XFB-1", "fire_pump"), item="", words=SECRET)
    with scope(side.compound.pk):
        assert LiveEvent.objects.filter(topic=PUBLIC).count() == before
    entered(side, of_kind(side, "YJD-1", "emergency_light"), item="", words=SHARED)
    with scope(side.compound.pk):
        assert LiveEvent.objects.filter(topic=PUBLIC).count() == before + 1


def test_nobody_comes_to_it_by_a_merge(world: World) -> None:
    side = world.here
    pump, light = both(side)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
    with scope(side.compound.pk):
        for step, first, second in ((together.merge, light, pump), (together.merge, pump, light)):
            with pytest.raises(BadInput) as refused:
                step(ref=first.ref, into=second.ref, **common)
            assert refused.value.code == "one_unlisted"
        with pytest.raises(BadInput, match="one_unlisted"):
            together.tie(ref=light.ref, to=pump.ref, **common)
        with pytest.raises(NoSuchRequest):
            together.join(compound_id=side.compound.pk, ref=pump.ref, home_id=None, by=side.actor("resident"), now=NOW)


def test_what_was_there_before_leaves_the_lists(world: World) -> None:
    """The migration hides what the rule hides, but for what a resident follows already."""
    side = world.here
    pump, light = both(side)
    second = entered(side, of_kind(side, "XFB-2", "fire_pump"), item="", words="漏水")
    words = entered(side, a_piece(side, "MHQ-9", spot="屋顶水箱间"), item="", words="压力低")
    with scope(side.compound.pk):
        followed, roof = (Defect.objects.get(pk=one.pk).repair_id for one in (second, words))
        Request.objects.update(unlisted=False)
        Request.objects.filter(pk=followed).update(joined=1)
    moved = import_module("defects.migrations.0002_unlisted")
    assert (set(moved.KINDS), tuple(moved.WORDS.split("|"))) == (set(KINDS), WORDS)
    with connection.schema_editor() as editor:
        moved.hide(None, editor)
    with scope(side.compound.pk):
        hidden = dict(Request.objects.values_list("pk", "unlisted"))
    assert (hidden[pump.pk], hidden[light.pk], hidden[followed], hidden[roof]) == (True, False, False, True)


def test_a_defect_of_a_piece_as_a_whole_is_called_by_the_piece(world: World) -> None:
    found = entered(world.here, of_kind(world.here, "YJD-1", "emergency_light"), item="", words=SHARED)
    assert found.item_name == "YJD-1 消防应急照明"
