"""The pages of mass incidents: seen before it is sent, one line for everyone, and the end explained."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from live import topics
from messaging.models import Message
from repairs.actions import incidents
from repairs.models import Affected, Incident, Request
from repairs.ongoing import line
from repairs.topics import INCIDENTS
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import copies
from tests.repairs.test_nearby import as_child
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

LIST = "/c/here/incidents/"
NEW = "/c/here/incidents/new/"
DESK = {"manager", "dispatcher"}
GIVEN = {"title": "1幢停水", "words": "主管爆裂，正在抢修。", "category": "water"}
UNTIL = "2026-06-02T18:00"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def form(**given: Any) -> dict[str, Any]:
    """A posted form with a key of its own."""
    return {"idempotency_key": secrets.token_urlsafe(24), **given}


def full(**given: Any) -> dict[str, Any]:
    """A new incident, as typed."""
    return form(**{**GIVEN, "expected_end": UNTIL, "building": "", **given})


def opened(side: Side, *, refs: list[str] | None = None, **given: Any) -> Incident:
    """An incident that goes on."""
    with scope(side.compound.pk):
        return incidents.open_incident(
            compound_id=side.compound.pk, by=side.actor("manager"), now=NOW, refs=refs or [], **{**GIVEN, **given}
        )


def closed(side: Side, incident: Incident, *, finished: bool = True) -> None:
    with scope(side.compound.pk):
        incidents.close_incident(
            compound_id=side.compound.pk,
            incident_ref=incident.ref,
            words="已恢复供水。",
            finished=finished,
            by=side.actor("manager"),
            now=NOW,
        )


def building(side: Side) -> int:
    with scope(side.compound.pk):
        return int(side.homes[0].entrance.building_id)


def hidden(text: str) -> dict[str, list[str]]:
    """What a preview carries on, but for the key and the token."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text):
        if name not in {"idempotency_key", "csrfmiddlewaretoken"}:
            found.setdefault(name, []).append(value)
    return found


# --- the line -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "where", "hours", "said"),
    [
        ("停水", "3幢", 8, "3幢 停水，预计今天 18:00 恢复"),
        ("3幢停水", "3幢", 8, "3幢停水，预计今天 18:00 恢复"),
        ("全小区停电", "", None, "全小区停电，正在处理，恢复时间还不确定"),
        ("电梯停用", "", -1, "电梯停用，原定今天 09:00 恢复，还在处理"),
    ],
)
def test_one_plain_line(title: str, where: str, hours: int | None, said: str) -> None:
    end = NOW + timedelta(hours=hours) if hours is not None else None
    assert line(title, where, end, NOW) == said


# --- who opens what -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_everyone_reads_and_only_the_desk_runs_them(world: World, sign_in: SignIn, who: str) -> None:
    side = world.here
    incident = opened(side)
    foreign = opened(world.there, title=CANARY, words=CANARY)
    client = sign_in(side, who)
    page = f"{LIST}{incident.ref}/"
    for address in (LIST, page, f"{LIST}lines/", f"{page}?part=1"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "1幢停水" in answer.content.decode()
        assert CANARY not in answer.content.decode()
    assert (client.get(NEW).status_code == 200) is (who in DESK)
    text = client.get(page).content.decode()
    assert ("告诉大家新情况" in text) is (who in DESK)
    assert ("/join/" in text) is (who in RESIDENTS)
    for step in ("add", "tell", "close"):
        answer = client.post(f"{page}{step}/", form(words="x", finished="yes", refs=["x"]))
        assert (answer.status_code == 403) is (who not in DESK)
    for absent in (f"{LIST}nosuch/", f"{LIST}{foreign.ref}/"):
        assert client.get(absent).status_code == 404
        assert client.post(f"{absent}join/", form()).status_code == 404
    if who in DESK:
        assert client.post(f"{LIST}{foreign.ref}/tell/", form(words="x")).status_code == 404
        assert client.post(f"{LIST}{foreign.ref}/tell/", form(words="x", send="on")).status_code == 404
        assert client.post(f"{page}nosuch/", form()).status_code == 404


def test_everyone_of_the_compound_may_watch(world: World) -> None:
    for name in [*STAFF, *RESIDENTS, "city"]:
        assert topics.may_watch(world.here.actor(name), world.here.compound.pk, INCIDENTS)
        if name != "city":
            assert not topics.may_watch(world.here.actor(name), world.there.compound.pk, INCIDENTS)


def test_a_residents_page_names_nobody(world: World, sign_in: SignIn) -> None:
    side = world.here
    theirs = file_one(side, who="neighbour", words="我是王阿姨")
    incident = opened(side, refs=[theirs.ref])
    text = sign_in(side, "resident").get(f"{LIST}{incident.ref}/").content.decode()
    for name in (theirs.ref, theirs.number, theirs.place_text, "王阿姨", "manager"):
        assert name not in text
    assert "1 户报修或也遇到" in text
    own = sign_in(side, "neighbour").get(f"{LIST}{incident.ref}/").content.decode()
    assert "您的报修在这件事里" in own
    assert theirs.ref in own
    assert "/join/" not in own
    for who in ("manager", "chair", "officer"):
        assert theirs.number in sign_in(side, who).get(f"{LIST}{incident.ref}/").content.decode()


# --- the preview, and the sending ---------------------------------------------------------------------------------------------
def test_it_is_seen_before_it_is_sent_and_sent_once(world: World, sign_in: SignIn) -> None:
    side = world.here
    refs = [file_one(side).ref, file_one(side, who="neighbour").ref]
    client = sign_in(side, "manager")
    page = client.get(NEW).content.decode()
    assert all(f'name="refs" value="{ref}"' in page for ref in refs)
    answer = client.post(NEW, full(refs=refs, building=building(side)))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "会发给 2 人" in text
    assert "1幢停水：主管爆裂，正在抢修。 预计恢复：2026-06-02 18:00。" in text
    assert "1幢停水，预计今天 18:00 恢复" in text
    with scope(side.compound.pk):
        assert not Incident.objects.exists()
        assert not Message.objects.filter(template__startswith="repairs.incident").exists()
    typed = hidden(text)
    assert typed["refs"] == refs
    key = form()
    first = client.post(NEW, {**typed, **key, "send": "on"})
    again = client.post(NEW, {**typed, **key, "send": "on"})
    assert first.status_code == again.status_code == 302
    assert first["location"] == again["location"]
    with scope(side.compound.pk):
        made = Incident.objects.get()
        assert (made.title, made.building_id, made.expected_end) == (
            "1幢停水",
            building(side),
            NOW + timedelta(hours=8),
        )
        told = Message.objects.filter(template="repairs.incident", channel="in_app")
        assert {row.person_id for row in told} == {side.people[name].pk for name in RESIDENTS}
        assert set(told.values_list("body", flat=True)) == {
            "1幢停水：主管爆裂，正在抢修。 预计恢复：2026-06-02 18:00。"
        }
        assert set(told.values_list("link", flat=True)) == {f"/c/here/incidents/{made.ref}/"}
    assert client.get(first["location"]).status_code == 200


def test_one_can_go_back_with_everything_typed(world: World, sign_in: SignIn) -> None:
    ref = file_one(world.here).ref
    client = sign_in(world.here, "dispatcher")
    typed = hidden(client.post(NEW, full(refs=[ref], words="先用桶装水。")).content.decode())
    text = client.post(NEW, {**typed, **form(), "edit": "on"}).content.decode()
    assert "先用桶装水。" in text
    assert re.search(rf'value="{ref}" checked', text)
    assert 'value="1幢停水"' in text
    with scope(world.here.compound.pk):
        assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "请写一个标题"),
        ({"title": "长" * 61}, "写得太长了，最多 60 字"),
        ({"words": ""}, "请写下要说的话"),
        ({"words": "长" * 501}, "写得太长了，最多 500 字"),
        ({"category": ""}, "请选择报修类别"),
        ({"category": "moon"}, "请选择报修类别"),
        ({"building": str(2**40)}, "没有找到这幢楼"),
        ({"building": "x"}, "没有找到这幢楼"),
        ({"expected_end": "明天"}, "请选择日期和时间"),
        ({"expected_end": "2026-06-02T09:00"}, "预计恢复时间要晚于现在"),
        ({"refs": ["x" * 17]}, "请重新选择报修"),
    ],
)
@pytest.mark.parametrize("go", ["", "send"])
def test_what_is_wrong_is_said_beside_its_field(
    world: World, sign_in: SignIn, change: dict[str, Any], words: str, go: str
) -> None:
    answer = sign_in(world.here, "manager").post(NEW, {**full(**change), **({go: "on"} if go else {})})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'class="field' in text.split(words)[0].rsplit("<div", 3)[-3] + text
    if "words" not in change:
        assert "主管爆裂" in text
    with scope(world.here.compound.pk):
        assert not Incident.objects.exists()


def test_a_request_that_is_over_or_not_there_is_refused_at_the_sending(world: World, sign_in: SignIn) -> None:
    done, foreign = bring_to(world.here, "done"), file_one(world.there)
    client = sign_in(world.here, "manager")
    for ref, status, words in ((done.ref, 409, "现在是“已完成”"), (foreign.ref, 422, "没有找到这件报修")):
        answer = client.post(NEW, {**full(refs=[ref]), "send": "on"})
        assert answer.status_code == status
        assert words in answer.content.decode()
    with scope(world.here.compound.pk):
        assert not Incident.objects.exists()


def test_nobody_to_tell_is_said(world: World, sign_in: SignIn) -> None:
    text = sign_in(world.here, "manager").post(NEW, full()).content.decode()
    assert "现在没有人会收到消息" in text
    assert "1幢停水，预计今天 18:00 恢复" in text


# --- from a request -----------------------------------------------------------------------------------------------------------
def test_a_request_page_leads_into_an_incident(world: World, sign_in: SignIn) -> None:
    side = world.here
    request = file_one(side)
    client = sign_in(side, "manager")
    there = f"{NEW}?request={request.ref}"
    assert there in client.get(f"/c/here/repairs/{request.ref}/").content.decode()
    assert there not in sign_in(side, "worker").get(f"/c/here/repairs/{request.ref}/").content.decode()
    text = client.get(there).content.decode()
    assert re.search(rf'value="{request.ref}" checked', text)
    assert re.search(r'<option value="water" selected', text)
    assert "归入正在处理的" not in text
    incident = opened(side)
    text = client.get(there).content.decode()
    into = f"{LIST}{incident.ref}/?request={request.ref}"
    assert into in text
    text = client.get(into).content.decode()
    assert re.search(rf'value="{request.ref}" checked', text)
    add = f"{LIST}{incident.ref}/add/"
    nothing = client.post(add, form())
    assert nothing.status_code == 422
    assert "请至少选一件报修" in nothing.content.decode()
    seen = client.post(add, form(refs=[request.ref])).content.decode()
    assert "会发给 1 人" in seen
    assert client.post(add, {**hidden(seen), **form(), "send": "on"}).status_code == 302
    with scope(side.compound.pk):
        assert Request.objects.get(pk=request.pk).incident_id == incident.pk
        assert Message.objects.filter(template="repairs.incident_no_end").count() >= 1
    assert there not in client.get(f"/c/here/repairs/{request.ref}/").content.decode()


# --- telling and ending -------------------------------------------------------------------------------------------------------
def test_something_new_is_told_with_a_new_end(world: World, sign_in: SignIn) -> None:
    side = world.here
    incident = opened(side, refs=[file_one(side).ref])
    client = sign_in(side, "dispatcher")
    tell = f"{LIST}{incident.ref}/tell/"
    for given, words in (
        ({"words": ""}, "请写下要说的话"),
        ({"words": "快好了。", "expected_end": "2026-06-01T08:00"}, "预计恢复时间要晚于现在"),
    ):
        answer = client.post(tell, form(**given))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    seen = client.post(tell, form(words="找到漏点了。", expected_end="2026-06-02T20:00")).content.decode()
    assert "1幢停水：找到漏点了。 预计恢复：2026-06-02 20:00。" in seen
    assert "1幢停水，预计今天 20:00 恢复" in seen
    assert client.post(tell, {**hidden(seen), **form(), "send": "on"}).status_code == 302
    assert "找到漏点了。" in sign_in(side, "neighbour").get(f"{LIST}{incident.ref}/").content.decode()


@pytest.mark.parametrize("finished", ["yes", "no"])
def test_the_end_says_what_happens_to_the_requests(world: World, sign_in: SignIn, finished: str) -> None:
    side = world.here
    request = file_one(side)
    incident = opened(side, refs=[request.ref])
    neighbour = sign_in(side, "neighbour")
    assert neighbour.post(f"{LIST}{incident.ref}/join/", form()).status_code == 302
    client = sign_in(side, "manager")
    close = f"{LIST}{incident.ref}/close/"
    for given, words in (({"words": "好了。"}, "请选择修好了没有"), ({"finished": "yes"}, "请写下要说的话")):
        answer = client.post(close, form(**given))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    seen = client.post(close, form(words="已恢复供水。", finished=finished)).content.decode()
    if finished == "yes":
        assert seen.count("会发给 1 人") == 2  # who is asked to confirm, and who only joined
        assert "1 件还没办完的报修改成“待确认”" in seen
    else:
        assert "会发给 2 人" in seen
        assert "1 件还没办完的报修照旧留在物业手里" in seen
    assert client.post(close, {**hidden(seen), **form(), "send": "on"}).status_code == 302
    with scope(side.compound.pk):
        assert Request.objects.get(pk=request.pk).state == ("awaiting" if finished == "yes" else "submitted")
    page = neighbour.get(f"{LIST}{incident.ref}/").content.decode()
    assert "已恢复供水。" in page
    assert "我家还没好，报修" in page
    assert "告诉大家新情况" not in client.get(f"{LIST}{incident.ref}/").content.decode()
    for step in ("tell", "close", "add"):
        late = form(words="x", finished="yes", refs=[request.ref])
        for go in ({}, {"send": "on"}):
            answer = client.post(f"{LIST}{incident.ref}/{step}/", {**late, **form(), **go})
            assert answer.status_code == 409
            assert "已经结束，不能再改" in answer.content.decode()
    assert neighbour.post(f"{LIST}{incident.ref}/join/", form()).status_code == 409


# --- residents ----------------------------------------------------------------------------------------------------------------
def test_home_and_the_public_list_have_one_line_that_renews_itself(world: World, sign_in: SignIn) -> None:
    side = world.here
    client = sign_in(side, "resident")
    for address in ("/", "/c/here/repairs/public/"):
        text = client.get(address).content.decode()
        assert f'data-live="here/{INCIDENTS}" data-live-seq="0" data-live-refresh="/c/here/incidents/lines/"' in text
        assert "停水" not in text.split('id="incidents"')[1].split("</div>")[0]
    incident = opened(side, expected_end=NOW + timedelta(hours=8))
    for address in ("/", "/c/here/repairs/public/", "/c/here/incidents/lines/"):
        text = client.get(address).content.decode()
        assert "1幢停水，预计今天 18:00 恢复" in text
        assert f'href="/c/here/incidents/{incident.ref}/"' in text
    assert 'data-live-seq="1"' in client.get("/").content.decode()
    client.cookies["type"] = "large"
    assert "1幢停水，预计今天 18:00 恢复" in client.get("/").content.decode()
    closed(side, incident)
    assert "1幢停水" not in client.get("/").content.decode()
    assert client.get("/c/here/incidents/lines/").content.decode().strip() == ""


def test_the_board_names_what_goes_on(world: World, sign_in: SignIn) -> None:
    opened(world.here)
    client = sign_in(world.here, "manager")
    for address in ("/c/here/board/", "/c/here/board/cards/"):
        assert "1幢停水，正在处理" in client.get(address).content.decode()
    assert f'href="{LIST}"' in client.get("/c/here/board/").content.decode()


def test_who_files_the_same_is_shown_it_and_may_join_instead(world: World, sign_in: SignIn) -> None:
    side = world.here
    incident = opened(side, building_id=building(side))
    client = sign_in(side, "resident")
    home = side.homes[0].pk
    asked = f"/c/here/repairs/similar/?category=water&place=home&home={home}"
    join = f"{LIST}{incident.ref}/join/"
    assert join in client.get(asked).content.decode()
    assert join not in client.get(asked.replace("water", "power")).content.decode()
    # Without a script the question comes before the filing, and filing is possible all the same.
    typed = form(filer=side.people["resident"].pk, category="water", place="home", home=home, words="没水了")
    seen = client.post("/c/here/repairs/new/", typed)
    assert seen.status_code == 200
    assert join in seen.content.decode()
    assert client.post("/c/here/repairs/new/", {**typed, **form(), "apart": "on"}).status_code == 302
    neighbour = sign_in(side, "neighbour")
    answer = neighbour.post(join, form())
    assert answer["location"] == f"{LIST}{incident.ref}/"
    page = neighbour.get(answer["location"]).content.decode()
    assert "您也遇到了这件事" in page
    assert join not in page
    twice = neighbour.post(join, form())
    assert (twice.status_code, "您已经加入过了" in twice.content.decode()) == (422, True)
    own = side.homes[1].pk
    assert join not in neighbour.get(asked.replace(f"home={home}", f"home={own}")).content.decode()
    assert neighbour.post(f"{LIST}{incident.ref}/leave/", form()).status_code == 302
    with scope(side.compound.pk):
        assert not Affected.objects.exists()


def test_another_building_is_not_asked(world: World, sign_in: SignIn) -> None:
    from premises.actions import add_building

    side = world.here
    with scope(side.compound.pk):
        far = add_building(compound=side.compound, name="9幢", entrances=["1单元"])
    opened(side, building_id=far.pk, title="9幢停水")
    client = sign_in(side, "resident")
    asked = f"/c/here/repairs/similar/?category=water&place=home&home={side.homes[0].pk}"
    assert "9幢停水" not in client.get(asked).content.decode()
    assert "9幢停水" in client.get("/c/here/repairs/similar/?category=water&place=public").content.decode()


def test_a_child_of_a_resident_reads_and_cannot_join(world: World) -> None:
    incident = opened(world.here)
    _child, client = as_child(world)
    page = f"{LIST}{incident.ref}/"
    assert "/join/" not in client.get(page).content.decode()
    refused = client.post(f"{page}join/", form())
    assert refused.status_code == 422
    assert "这套房屋不在您名下" in refused.content.decode()


def test_staff_who_file_for_a_resident_are_shown_what_is_known(world: World, sign_in: SignIn) -> None:
    side = world.here
    incident = opened(side, building_id=building(side))
    near = file_one(side, who="neighbour", place="building", building_id=building(side), place_text="")
    client = sign_in(side, "dispatcher")
    asked = "/c/here/repairs/similar/?category=water&place=home&for_home=1幢1单元101"
    text = client.get(asked).content.decode()
    assert f'href="{LIST}{incident.ref}/"' in text
    assert f'href="/c/here/repairs/{near.ref}/"' in text
    assert "join/" not in text
    typed = form(
        filer=side.people["dispatcher"].pk,
        category="water",
        place="home",
        words="没水了",
        whom="other",
        for_name="李奶奶",
        for_phone="13800138000",
        for_home="1幢1单元101",
        consent="本人电话里同意",
    )
    seen = client.post("/c/here/repairs/new/", typed)
    assert seen.status_code == 200
    assert "照样登记" in seen.content.decode()
    assert "李奶奶" in seen.content.decode()
    filed = client.post("/c/here/repairs/new/", {**typed, **form(), "apart": "on"})
    assert filed.status_code == 302
    assert client.get("/c/here/repairs/similar/?category=water&place=home&for_home=月亮").status_code == 200


def test_nothing_is_sent_when_something_fails(world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr("idempotency.posting.settle", broken)
    client = sign_in(world.here, "manager")
    client.raise_request_exception = False
    assert client.post(NEW, {**full(refs=[file_one(world.here).ref]), "send": "on"}).status_code == 500
    with scope(world.here.compound.pk):
        assert not Incident.objects.exists()
        assert not Message.objects.filter(template__startswith="repairs.incident").exists()


# --- how much is asked --------------------------------------------------------------------------------------------------------
def test_incident_pages_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: SignIn, statements: Callable[[], Any]
) -> None:
    side = world.here
    incident = opened(side, refs=[file_one(side).ref])
    free = file_one(side)
    manager, resident = sign_in(side, "manager"), sign_in(side, "resident")
    page = f"{LIST}{incident.ref}/"
    asked = (
        (manager, LIST),
        (resident, f"{LIST}lines/"),
        (manager, NEW),
        (manager, page),
        (resident, page),
        (resident, f"{page}?part=1"),
    )
    counts = []
    for more in (0, 29):
        with scope(side.compound.pk):
            inside = Request.objects.filter(incident_id=incident.pk).first()
        copies(side, inside, more)
        copies(side, free, more)
        for number in range(more):
            opened(side, title=f"第{number}件停水")
        taken = []
        for client, address in asked:
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            taken.append(len(seen))
        counts.append(taken)
    assert counts[0] == counts[1] == [9, 6, 11, 12, 10, 9]
