"""The page of one request and every action on it: who may, when, what it writes, and what a refusal says."""

import re
import secrets
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from documents.models import StoredFile
from live.models import Event as LiveEvent
from messaging.models import Message
from repairs.models import Event, Photo, Request
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.world import CANARY, RESIDENTS, STAFF, World

EVERYONE = [*STAFF, *RESIDENTS, "city"]
# action -> (state it starts in, who takes it, what is posted, state it leads to, message to someone)
STEPS: dict[str, tuple[str, str, dict[str, object], str, str]] = {
    "accept": ("submitted", "manager", {}, "accepted", "repairs.accepted"),
    "assign": ("submitted", "dispatcher", {"worker": "worker"}, "assigned", "repairs.assigned"),
    "claim": ("submitted", "worker", {}, "assigned", "repairs.assigned_told"),
    "reassign": ("assigned", "manager", {"worker": "worker2", "reason": "换人"}, "assigned", "repairs.taken_away"),
    "start": ("assigned", "worker", {"photos": "photo"}, "working", "repairs.started"),
    "finish": ("working", "worker", {"note": "换了阀门", "photos": "photo"}, "awaiting", "repairs.finished"),
    "confirm": ("awaiting", "resident", {"stars": "4", "comment": "谢谢师傅"}, "done", "repairs.confirmed"),
    "reopen": ("awaiting", "resident", {"reason": "还在漏"}, "accepted", "repairs.reopened"),
    "return": ("submitted", "manager", {"reason": "不归物业", "receiver": "水务公司"}, "returned", "repairs.returned"),
    "contest": ("returned", "resident", {"reason": "就是物业的"}, "submitted", "repairs.contested"),
    "withdraw": ("assigned", "resident", {"reason": "好了"}, "withdrawn", "repairs.withdrawn"),
    "urge": ("accepted", "resident", {}, "accepted", "repairs.urged"),
}
TAKERS = {
    **{key: {"manager", "dispatcher"} for key in ("accept", "assign", "reassign", "return")},
    "claim": {"worker", "worker2"},
    **{key: {"worker"} for key in ("start", "finish")},
    **{key: {"resident"} for key in ("confirm", "reopen", "contest", "withdraw", "urge")},
}
STATES = ("submitted", "accepted", "assigned", "working", "awaiting", "done", "returned", "withdrawn")


def at(request: Request, action: str = "") -> str:
    return f"/c/here/repairs/{request.ref}/{f'{action}/' if action else ''}"


def given(world: World, action: str) -> dict[str, object]:
    """What the form of an action posts."""
    posted = dict(STEPS[action][2])
    if "worker" in posted:
        posted["worker"] = world.here.posts[str(posted["worker"])].pk
    if "photos" in posted:
        posted["photos"] = [picture()]
    return {"idempotency_key": secrets.token_urlsafe(24), **posted}


def brought(world: World, state: str, **more: object) -> Request:
    return bring_to(world.here, state, now=timezone.now() - timedelta(hours=1), **more)


def counts(world: World) -> tuple[int, ...]:
    with scope(world.here.compound.pk):
        return tuple(m.objects.count() for m in (Request, Event, Photo, StoredFile, Entry, Message, LiveEvent))


def again(world: World, request: Request) -> Request:
    with scope(world.here.compound.pk):
        found: Request = Request.objects.select_related("worker", "filed_by").get(pk=request.pk)
    return found


# --- actions ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("action", STEPS)
def test_an_action_writes_row_event_entry_message_and_live_event(world, sign_in, action):
    state, who, _posted, target, template = STEPS[action]
    request = brought(world, state)
    before = counts(world)
    answer = sign_in(world.here, who).post(at(request, action), given(world, action))
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == at(request)
    assert again(world, request).state == target
    changed = [b - a for a, b in zip(before, counts(world), strict=True)]
    photos = 1 if "photos" in STEPS[action][2] else 0
    assert changed[:5] == [0, 1, photos, photos, 1]
    assert changed[5] >= 1
    assert changed[6] == 3
    with scope(world.here.compound.pk):
        event = Event.objects.order_by("-pk").first()
        entry = Entry.objects.order_by("-seq").first()
        assert Message.objects.filter(template=template).exists()
    assert (event.action, event.from_state, event.to_state) == (action, state, target)
    assert (entry.verb, entry.person_id) == (f"repairs.{action}", world.here.people[who].pk)


@pytest.mark.parametrize("action", STEPS)
def test_only_its_takers_take_an_action(world, sign_in, action):
    state = STEPS[action][0]
    request = brought(world, state)
    before = counts(world)
    for name in EVERYONE:
        if name not in TAKERS[action]:
            answer = sign_in(world.here, name).post(at(request, action), given(world, action))
            assert answer.status_code in {403, 404}, (action, name)
            if answer.status_code == 403:
                assert "您现在的身份不能做这一步" in answer.content.decode()
        if name != "city":  # the officer of the city acts for both compounds
            answer = sign_in(world.there, name).post(at(request, action), given(world, action))
            assert answer.status_code == 404, (action, name)
    assert counts(world) == before


@pytest.mark.parametrize("action", [name for name in STEPS if name != "urge"])
def test_out_of_its_state_an_action_is_refused_in_words(world, sign_in, action):
    from repairs.states import MACHINE

    for state in STATES:
        if action in {t.action for t in MACHINE.actions_from(state)}:
            continue
        request = brought(world, state)
        taker = (
            "worker2" if action in {"start", "finish"} and again(world, request).worker_id is None else STEPS[action][1]
        )
        before = counts(world)
        answer = sign_in(world.here, taker).post(at(request, action), given(world, action))
        if action in {"start", "finish"} and again(world, request).worker_id is None:
            assert answer.status_code in {403, 404}, state
        else:
            assert answer.status_code == 409, (action, state)
            assert re.search("已由worker接单|不能再做这一步", answer.content.decode()), (action, state)
        assert counts(world) == before, (action, state)


@pytest.mark.parametrize(
    ("action", "change", "words"),
    [
        ("assign", {"worker": ""}, "请选择一位师傅"),
        ("assign", {"worker": "abc"}, "请选择一位师傅"),
        ("assign", {"worker": "99999999"}, "请选择一位在岗的师傅"),
        ("reassign", {"reason": ""}, "请写明原因"),
        ("return", {"reason": ""}, "请写明原因"),
        ("return", {"receiver": ""}, "请写明应该由谁处理"),
        ("return", {"reason": "长" * 501}, "最多 500 字"),
        ("return", {"receiver": "长" * 81}, "最多 80 字"),
        ("finish", {"photos": ""}, "请至少拍一张完工照片"),
        ("finish", {"note": "长" * 501}, "最多 500 字"),
        ("confirm", {"stars": ""}, "请点选一到五颗星"),
        ("confirm", {"stars": "6"}, "请点选一到五颗星"),
        ("confirm", {"stars": "0"}, "请点选一到五颗星"),
        ("confirm", {"stars": "好"}, "请点选一到五颗星"),
        ("confirm", {"comment": "长" * 501}, "最多 500 字"),
        ("reopen", {"reason": "长" * 501}, "最多 500 字"),
        ("contest", {"reason": ""}, "请写明为什么不同意"),
        ("withdraw", {"reason": "长" * 501}, "最多 500 字"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_what_was_typed_stays(world, sign_in, action, change, words):
    state, who, *_rest = STEPS[action]
    request = brought(world, state)
    before = counts(world)
    posted = {**given(world, action), **change}
    answer = sign_in(world.here, who).post(at(request, action), posted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert counts(world) == before
    for name in ("reason", "receiver", "note", "comment"):
        if posted.get(name) and len(str(posted[name])) < 80:
            assert str(posted[name]).strip() in text


def test_a_hostile_photo_keeps_the_note(world, sign_in):
    request = brought(world, "working")
    before = counts(world)
    html = SimpleUploadedFile("done.jpg", b"<html><script>alert(1)</script>", content_type="image/jpeg")
    posted = {**given(world, "finish"), "note": "换了阀门", "photos": [picture(), html]}
    answer = sign_in(world.here, "worker").post(at(request, "finish"), posted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "不是照片" in text
    assert "换了阀门" in text
    assert "请重新选择照片" in text
    assert counts(world) == before


def test_rare_characters_and_emoji_round_trip(world, sign_in):
    request = brought(world, "awaiting")
    client = sign_in(world.here, "resident")
    client.post(at(request, "confirm"), {**given(world, "confirm"), "comment": "䶮师傅 𫖯 👍🏽"})
    assert again(world, request).comment == "䶮师傅 𫖯 👍🏽"
    assert "䶮师傅 𫖯 👍🏽" in client.get(at(request)).content.decode()


@pytest.mark.parametrize("action", STEPS)
def test_a_double_tap_acts_once(world, sign_in, action):
    request = brought(world, STEPS[action][0])
    client = sign_in(world.here, STEPS[action][1])
    posted = given(world, action)
    assert client.post(at(request, action), posted).status_code == 302
    after = counts(world)
    if "photos" in posted:
        posted["photos"] = [picture()]
    second = client.post(at(request, action), posted)
    assert (second.status_code, second.headers["Location"]) == (302, at(request))
    assert counts(world) == after


def test_without_a_key_nothing_happens(world, sign_in):
    request = brought(world, "submitted")
    before = counts(world)
    answer = sign_in(world.here, "manager").post(at(request, "accept"), {})
    assert answer.status_code == 422
    assert "请再提交一次" in answer.content.decode()
    assert counts(world) == before


def test_urging_is_once_an_hour(world, sign_in):
    request = brought(world, "submitted")
    client = sign_in(world.here, "resident")
    assert "/urge/" in client.get(at(request)).content.decode()
    assert client.post(at(request, "urge"), given(world, "urge")).status_code == 302
    assert "/urge/" not in client.get(at(request)).content.decode()
    answer = client.post(at(request, "urge"), given(world, "urge"))
    assert answer.status_code == 422
    assert "一小时内只能催一次" in answer.content.decode()


def test_after_seven_days_it_is_not_reopened(world, sign_in):
    request = bring_to(world.here, "done", now=timezone.now() - timedelta(days=8))
    client = sign_in(world.here, "resident")
    assert "/reopen/" not in client.get(at(request)).content.decode()
    answer = client.post(at(request, "reopen"), given(world, "reopen"))
    assert answer.status_code == 409
    assert "已经过了七天" in answer.content.decode()


@pytest.mark.parametrize("action", STEPS)
def test_nothing_is_kept_after_a_failure(world, sign_in, action, monkeypatch):
    request = brought(world, STEPS[action][0])
    before = counts(world)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr("idempotency.posting.settle", broken)
    client = sign_in(world.here, STEPS[action][1])
    client.raise_request_exception = False
    assert client.post(at(request, action), given(world, action)).status_code == 500
    assert counts(world) == before
    assert again(world, request).state == STEPS[action][0]


def test_two_workers_claim_at_once_and_one_is_told_who_won(committed_db, world, sign_in):
    request = file_one(world.here, now=timezone.now())
    clients = {name: sign_in(world.here, name) for name in ("worker", "worker2")}
    answers: dict[str, tuple[int, str]] = {}
    together = threading.Barrier(2)

    def claim(name: str) -> None:
        mine = Client(headers={"accept-language": "zh-hans"})
        mine.cookies = clients[name].cookies
        together.wait()
        try:
            answer = mine.post(at(request, "claim"), given(world, "claim"))
            answers[name] = (answer.status_code, answer.content.decode())
        finally:
            connections.close_all()

    claims = [threading.Thread(target=claim, args=[name]) for name in clients]
    for one in claims:
        one.start()
    for one in claims:
        one.join()
    assert sorted(status for status, _text in answers.values()) == [302, 409]
    winner = next(name for name, (status, _text) in answers.items() if status == 302)
    loser = next(name for name in answers if name != winner)
    assert again(world, request).worker_id == world.here.people[winner].pk
    assert f"已由{world.here.people[winner].name}接单" in answers[loser][1]
    with scope(world.here.compound.pk):
        assert Event.objects.filter(action="claim").count() == 1


def test_an_unknown_action_and_a_read_of_one_are_not_there(world, sign_in):
    request = brought(world, "submitted")
    client = sign_in(world.here, "manager")
    assert client.post(at(request, "delete"), {}).status_code == 404
    assert client.get(at(request, "accept")).status_code == 405


# --- the page -----------------------------------------------------------------------------------------------------------------
SEES = {
    "submitted": set(EVERYONE) - {"neighbour"},
    "working": set(EVERYONE) - {"neighbour", "worker2"},
    "withdrawn": set(EVERYONE) - {"neighbour", "worker", "worker2"},
}


@pytest.mark.parametrize("state", SEES)
def test_who_sees_a_request(world, sign_in, state):
    request = brought(world, state)
    for name in EVERYONE:
        expected = 200 if name in SEES[state] else 404
        assert sign_in(world.here, name).get(at(request)).status_code == expected, name
        if name != "city":
            theirs = sign_in(world.there, name)
            assert theirs.get(at(request)).status_code == 404
            # The next compound's request under their own address is as absent as one that never was.
            assert theirs.get(f"/c/there/repairs/{request.ref}/").status_code == 404
    assert Client().get(at(request)).headers["Location"].startswith("/accounts/login/?next=/c/here/repairs/")


def test_the_next_compounds_request_is_not_under_our_address(world, sign_in):
    other = file_one(world.there, now=timezone.now(), words=CANARY)
    client = sign_in(world.here, "manager")
    for address in (f"/c/here/repairs/{other.ref}/", f"/c/there/repairs/{other.ref}/", "/c/here/repairs/AAAAAAAAAAAA/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()
        assert client.post(f"{address}accept/", given(world, "accept")).status_code == 404
        assert client.post(f"{address}reveal/").status_code == 404


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["resident", "manager", "worker", "chair", "officer", "street"])
def test_the_page_offers_what_the_actor_may_do_now(world, sign_in, state, name):
    from repairs.permissions import may, may_see
    from repairs.states import MACHINE
    from repairs.views.request import ELSEWHERE, HANDS

    request = again(world, brought(world, state))
    actor = world.here.actor(name)
    answer = sign_in(world.here, name).get(at(request))
    if not may_see(actor, request):
        assert answer.status_code == 404
        return
    offered = set(re.findall(rf'action="{at(request)}([a-z_]+)/"', answer.content.decode())) - {"reveal", *ELSEWHERE}
    expected = {t.action for t in MACHINE.actions_from(state) if may(actor, t.action, request)} & set(HANDS)
    if request.is_open and may(actor, "urge", request):
        expected.add("urge")
    if request.is_open and may(actor, "tie", request):
        expected.add("tie")
    assert offered == expected


@pytest.mark.parametrize("name", EVERYONE)
def test_nobody_reads_the_number_or_full_name_unasked(world, sign_in, name):
    request = again(world, brought(world, "working", words="我的电话13812345678", place_text="找李四13987654321"))
    with scope(world.here.compound.pk):
        person = world.here.people["resident"]
        person.name = "司马春秋"
        person.save()
    answer = sign_in(world.here, name).get(at(request))
    text = answer.content.decode()
    assert person.phone not in text
    assert person.phone.removeprefix("+86") not in text
    assert "司马春秋" not in text
    if name in {"chair", "member", "secretary", "officer", "street", "city"}:
        assert "138****5678" in text
        assert "13812345678" not in text
        assert "13987654321" not in text
        assert "司马**" in text
        assert "/reveal/" not in text


def test_the_number_is_shown_to_who_has_the_case_and_the_look_is_recorded(world, sign_in):
    request = brought(world, "working")
    phone = world.here.people["resident"].phone
    for name in ("worker", "manager"):
        before = counts(world)
        client = sign_in(world.here, name)
        answer = client.post(at(request, "reveal"))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert f"tel:{phone}" in text
        assert "no-store" in answer.headers["Cache-Control"]
        assert [b - a for a, b in zip(before, counts(world), strict=True)] == [0, 0, 0, 0, 1, 0, 0]
        with scope(world.here.compound.pk):
            entry = Entry.objects.order_by("-seq").first()
        assert (entry.verb, entry.target) == ("reveal", f"repairs.request:{request.pk}")
        assert phone not in str(entry.changes)
        fragment = client.post(at(request, "reveal"), headers={"HX-Request": "true"}).content.decode()
        assert f"tel:{phone}" in fragment
        assert "<html" not in fragment
        assert f"tel:{phone}" not in client.get(at(request)).content.decode()


@pytest.mark.parametrize("name", sorted(set(EVERYONE) - {"worker", "manager", "dispatcher"}))
def test_others_do_not_reveal_the_number(world, sign_in, name):
    request = brought(world, "working")
    before = counts(world)
    answer = sign_in(world.here, name).post(at(request, "reveal"))
    assert answer.status_code in {403, 404}
    assert world.here.people["resident"].phone not in answer.content.decode()
    assert counts(world) == before


def test_after_the_case_the_number_is_closed_again(world, sign_in):
    request = brought(world, "done")
    assert sign_in(world.here, "manager").post(at(request, "reveal")).status_code == 403


def test_the_line_says_who_until_when_and_what_then(world, sign_in):
    client = sign_in(world.here, "resident")
    text = client.get(at(brought(world, "submitted", category="leak"))).content.decode()
    assert "由和美物业受理" in text
    assert "前答复" in text
    assert "超时先报物业经理，再报业委会和社区" in text
    assert "已报完工，请您看看修好没有" in client.get(at(brought(world, "awaiting"))).content.decode()
    assert "应由水务公司处理" in client.get(at(brought(world, "returned"))).content.decode()
    overdue = bring_to(world.here, "submitted", now=timezone.now() - timedelta(days=3))
    assert "已超时" in client.get(at(overdue)).content.decode()


def test_the_page_is_live_and_says_people_rightly(world, sign_in):
    request = brought(world, "working")
    mine = sign_in(world.here, "resident").get(at(request)).content.decode()
    theirs = sign_in(world.here, "chair").get(at(request)).content.decode()
    for text in (mine, theirs):
        assert f'data-live="here/repairs.request:{request.ref}"' in text
        assert re.search(r'data-live-seq="[1-9]', text)
        assert "worker 和美物业 维修工" in text
    assert ">我<" in mine.replace("\n", "") or "我</span>" in mine
    assert "报修人" in theirs
    assert "小区1 居民" not in theirs.split('id="case"')[1]


def test_photos_stand_by_stage_and_open_in_full(world, sign_in):
    request = brought(world, "awaiting", photos=[picture(), picture()])
    client = sign_in(world.here, "resident")
    text = client.get(at(request)).content.decode()
    small = re.findall(r'src="(/c/here/files/[^"]+\?size=thumb)"', text)
    assert len(small) == 3
    assert text.index("报修照片") < text.index("维修后")
    for name in ("resident", "worker", "manager", "chair"):
        assert sign_in(world.here, name).get(small[0]).status_code == 200
    assert sign_in(world.here, "neighbour").get(small[0]).status_code == 404


def test_an_expired_session_leads_back_to_the_page(world):
    answer = Client().post("/c/here/repairs/abc/confirm/", {"stars": "5"})
    assert answer.status_code == 302
    assert "next=/c/here/repairs/abc/confirm/" in answer.headers["Location"]


@pytest.mark.parametrize(("name", "most"), [("resident", 13), ("manager", 18), ("chair", 14)])
def test_the_page_takes_the_same_few_statements_however_much_happened(world, sign_in, statements, name, most):
    short = brought(world, "submitted")
    long = brought(world, "submitted", photos=[picture() for _ in range(9)])
    with scope(world.here.compound.pk):
        Event.objects.bulk_create(
            Event(
                compound=world.here.compound,
                request=long,
                action="urge",
                from_state="submitted",
                to_state="submitted",
                person_id=1,
                party="resident",
                label="居民",
                at=timezone.now(),
            )
            for _ in range(30)
        )
    client = sign_in(world.here, name)
    client.get(at(short))
    taken = []
    for request in (short, long):
        with statements() as seen:
            assert client.get(at(request)).status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1]
    assert taken[0] == most, "\n".join(q["sql"][:150] for q in seen)
