"""The request's page for residents: price, signature, conversation, joining and leaving, and what a neighbour may read."""

import base64
import re
import secrets
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from documents.pdf import MissingGlyph
from documents.typed import in_type
from live.models import Event as LiveEvent
from messaging.models import Message
from repairs.actions import quotes, remarks, together
from repairs.models import Event, Follower, Quote, Remark, Request, Signature
from repairs.rules.money import Line
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.world import CANARY, World

DRAWN = "data:image/png;base64,"


def at(request: Request, action: str = "") -> str:
    return f"/c/here/repairs/{request.ref}/{f'{action}/' if action else ''}"


def key() -> dict[str, str]:
    return {"idempotency_key": secrets.token_urlsafe(24)}


def drawn() -> str:
    out = BytesIO()
    Image.new("RGB", (64, 24), "#ffffff").save(out, "PNG")
    return DRAWN + base64.b64encode(out.getvalue()).decode()


def an_hour_ago():
    return timezone.now() - timedelta(hours=1)


def public(world: World, **given: object) -> Request:
    return file_one(world.here, now=an_hour_ago(), place="public", home_id=None, place_text="东门", **given)


def priced(world: World) -> tuple[Request, Quote]:
    request = bring_to(world.here, "assigned", now=an_hour_ago())
    lines = [Line("parts", "角阀", 2, 4550), Line("labour", "上门安装", 1, 8000)]
    with scope(world.here.compound.pk):
        told = quotes.tell_price(
            compound_id=world.here.compound.pk,
            ref=request.ref,
            lines=lines,
            note="保修三个月",
            by=world.here.actor("worker"),
            now=timezone.now(),
        )
    return request, told


def counts(world: World) -> tuple[int, ...]:
    with scope(world.here.compound.pk):
        return tuple(m.objects.count() for m in (Event, Follower, Remark, Signature, Message, LiveEvent))


def fresh(world: World, row):
    with scope(world.here.compound.pk):
        return type(row).objects.get(pk=row.pk)


# --- the price ----------------------------------------------------------------------------------------------------------------
def test_a_price_is_read_in_yuan_and_agreed_with_a_typed_name(world, sign_in):
    request, told = priced(world)
    client = sign_in(world.here, "resident")
    text = client.get(at(request)).content.decode()
    for said in ("角阀", "45.50", "91.00", "80.00", "171.00 元", "保修三个月", "等您同意"):
        assert said in text
    posted = {**key(), "number": told.number, "name": "张秀英"}
    assert client.post(at(request, "agree"), posted).status_code == 302
    assert fresh(world, told).state == "agreed"
    with scope(world.here.compound.pk):
        signature = Signature.objects.get()
    assert (signature.of, signature.role, signature.name) == ("quote", "resident", "张秀英")
    assert client.post(at(request, "agree"), posted).status_code == 302  # a double tap
    text = client.get(at(request)).content.decode()
    assert "已同意" in text
    assert "/agree/" not in text
    assert "171.00 元" in text


def test_a_price_is_agreed_with_a_drawn_signature(world, sign_in):
    request, told = priced(world)
    posted = {**key(), "number": told.number, "drawing": drawn(), "name": ""}
    assert sign_in(world.here, "resident").post(at(request, "agree"), posted).status_code == 302
    with scope(world.here.compound.pk):
        assert Signature.objects.get().name == "resident"


def test_a_price_is_declined_with_a_word(world, sign_in):
    request, told = priced(world)
    client = sign_in(world.here, "resident")
    posted = {**key(), "number": told.number, "reason": "太贵了"}
    assert client.post(at(request, "decline"), posted).status_code == 302
    assert fresh(world, told).state == "declined"
    text = client.get(at(request)).content.decode()
    assert "太贵了" in text
    assert "未同意" in text


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"name": ""}, 422, "请手写签名，或填写姓名"),
        ({"name": "长" * 41}, 422, "名字写得太长了"),
        ({"name": "笑😀"}, 422, "打不出来，请手写签名"),
        ({"name": "", "drawing": "data:text/html;base64,AAAA"}, 422, "签名没有收好"),
        ({"name": "", "drawing": DRAWN + "!!!"}, 422, "签名没有收好"),
        ({"name": "", "drawing": DRAWN + base64.b64encode(b"<html>").decode()}, 422, "不是照片"),
        ({"number": "99"}, 409, "这个报价已经改过或答复过了"),
        ({"number": "x"}, 422, "这个报价已经改过或答复过了"),
    ],
)
def test_what_is_wrong_with_a_yes_is_said(world, sign_in, change, status, words):
    request, told = priced(world)
    before = counts(world)
    posted = {**key(), "number": told.number, "name": "张秀英", "drawing": "", **change}
    answer = sign_in(world.here, "resident").post(at(request, "agree"), posted)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert counts(world) == before
    assert fresh(world, told).state == "told"


def test_only_the_filer_answers_a_price(world, sign_in):
    request, told = priced(world)
    before = counts(world)
    for name in ("neighbour", "manager", "worker", "worker2", "chair", "officer", "street", "city"):
        for action in ("agree", "decline"):
            posted = {**key(), "number": told.number, "name": "李四", "reason": ""}
            assert sign_in(world.here, name).post(at(request, action), posted).status_code in {403, 404}, name
    assert counts(world) == before


# --- signatures ---------------------------------------------------------------------------------------------------------------
def test_the_filer_signs_for_the_work_once(world, sign_in):
    request = bring_to(world.here, "awaiting", now=an_hour_ago())
    client = sign_in(world.here, "resident")
    assert "/sign/" in client.get(at(request)).content.decode()
    posted = {**key(), "role": "resident", "name": "", "drawing": drawn()}
    assert client.post(at(request, "sign"), posted).status_code == 302
    text = client.get(at(request)).content.decode()
    assert "/sign/" not in text
    image = re.search(r'<img src="(/c/here/files/[^"]+)" alt="resident 的签名"', text)
    assert image is not None
    for name in ("resident", "worker", "manager", "officer"):
        assert sign_in(world.here, name).get(image[1]).status_code == 200, name
    for name in ("neighbour", "worker2", "chair", "street"):
        assert sign_in(world.here, name).get(image[1]).status_code == 404, name


def test_a_typed_name_becomes_a_picture_and_what_cannot_be_shown_is_named():
    image = Image.open(BytesIO(in_type("欧阳子轩")))
    assert image.getextrema() == (0, 255)
    with pytest.raises(MissingGlyph):
        in_type("𠮷野")


# --- the conversation -----------------------------------------------------------------------------------------------------------
def test_what_is_said_reaches_the_other_side_and_internal_words_do_not(world, sign_in):
    request = bring_to(world.here, "assigned", now=an_hour_ago())
    resident, worker = sign_in(world.here, "resident"), sign_in(world.here, "worker")
    assert resident.post(at(request, "remark"), {**key(), "text": "下午两点以后在家"}).status_code == 302
    assert "下午两点以后在家" in worker.get(at(request)).content.decode()
    assert worker.post(at(request, "remark"), {**key(), "text": "好的，两点半到"}).status_code == 302
    assert worker.post(at(request, "remark"), {**key(), "text": "这户上次没给钱", "internal": "on"}).status_code == 302
    text = resident.get(at(request)).content.decode()
    assert "好的，两点半到" in text
    assert "这户上次没给钱" not in text
    assert "internal" not in text
    assert "这户上次没给钱" in sign_in(world.here, "manager").get(at(request)).content.decode()
    answer = resident.post(at(request, "remark"), {**key(), "text": "我也写", "internal": "on"})
    assert answer.status_code == 403
    before = counts(world)
    for name in ("neighbour", "worker2"):
        assert sign_in(world.here, name).post(at(request, "remark"), {**key(), "text": "插嘴"}).status_code == 404
    answer = resident.post(at(request, "remark"), {**key(), "text": "长" * 501})
    assert answer.status_code == 422
    assert "最多 500 字" in answer.content.decode()
    assert "长长长" in answer.content.decode()
    assert counts(world) == before


def test_the_page_costs_the_same_with_one_remark_and_with_thirty(world, sign_in, statements):
    request = bring_to(world.here, "assigned", now=an_hour_ago())
    client = sign_in(world.here, "resident")
    common = {"compound_id": world.here.compound.pk, "ref": request.ref, "by": world.here.actor("worker")}
    taken = []
    for more in (1, 29):
        with scope(world.here.compound.pk):
            for number in range(more):
                remarks.remark(**common, text=f"第{number}句", now=timezone.now())
        client.get(at(request))
        with statements() as seen:
            assert client.get(at(request)).status_code == 200
        taken.append(len(seen))
    assert taken == [13, 13]


# --- joining --------------------------------------------------------------------------------------------------------------------
def test_a_neighbour_joins_reads_how_far_it_is_and_leaves(world, sign_in):
    request = public(world, words="我是王阿姨，住301，电话13812345678", photos=[picture()])
    neighbour = sign_in(world.here, "neighbour")
    assert neighbour.get(at(request)).status_code == 404
    answer = neighbour.post(at(request, "join"), key())
    assert (answer.status_code, answer.headers["Location"]) == (302, at(request))
    text = neighbour.get(at(request)).content.decode()
    assert "还有 1 人也遇到" in text
    assert "由和美物业受理" in text
    for hidden in ("王阿姨", "13812345678", "?size=thumb", "r***", "alt=", CANARY, "/remark/", "/withdraw/"):
        assert hidden not in text.split('id="case"')[1], hidden
    assert "/urge/" in text
    mine = sign_in(world.here, "resident").get(at(request)).content.decode()
    assert "还有 1 人也遇到" in mine
    assert "neighbour" not in mine.split('id="case"')[1]
    answer = neighbour.post(at(request, "leave"), key())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/c/here/repairs/")
    assert neighbour.get(at(request)).status_code == 404


def test_joining_what_cannot_be_joined_is_said(world, sign_in):
    request = public(world)
    own = sign_in(world.here, "resident").post(at(request, "join"), key())
    assert own.status_code == 422
    assert "这是您自己的报修" in own.content.decode()
    neighbour = sign_in(world.here, "neighbour")
    neighbour.post(at(request, "join"), key())
    twice = neighbour.post(at(request, "join"), key())
    assert twice.status_code == 422
    assert "已经加入过了" in twice.content.decode()
    over = bring_to(world.here, "done", now=an_hour_ago(), place="public", home_id=None, place_text="西门")
    late = neighbour.post(at(over, "join"), key())
    assert late.status_code == 409
    assert "现在是“已完成”" in late.content.decode()
    homely = file_one(world.here, now=an_hour_ago())
    assert neighbour.post(at(homely, "join"), key()).status_code == 404
    foreign = public(world)
    assert sign_in(world.there, "neighbour").post(at(foreign, "join"), key()).status_code == 404
    for name in ("manager", "worker", "chair", "officer", "street", "city"):
        assert sign_in(world.here, name).post(at(foreign, "join"), key()).status_code in {403, 404}


def test_all_who_joined_are_one_line_of_the_way(world, sign_in):
    request = public(world)
    with scope(world.here.compound.pk):
        common = {"compound_id": world.here.compound.pk, "ref": request.ref, "by": world.here.actor("neighbour")}
        together.join(**common, home_id=None, now=timezone.now())
        together.leave(**common, now=timezone.now())
        together.join(**common, home_id=None, now=timezone.now())
    text = sign_in(world.here, "resident").get(at(request)).content.decode()
    assert text.count("有邻居也遇到") == 1
    assert "有邻居不再关注" not in text
    assert "共 1 人" in text


def test_the_merged_request_leads_to_the_other_one(world, sign_in):
    target = public(world, who="neighbour")
    request = file_one(world.here, now=an_hour_ago(), place="public", home_id=None, place_text="东门口")
    with scope(world.here.compound.pk):
        together.merge(
            compound_id=world.here.compound.pk,
            ref=request.ref,
            into=target.ref,
            by=world.here.actor("manager"),
            now=timezone.now(),
        )
    client = sign_in(world.here, "resident")
    text = client.get(at(request)).content.decode()
    assert f"与 {target.number} 是同一件事" in text
    assert f'href="{at(target)}"' in text
    text = client.get(at(target)).content.decode()
    assert "您的报修并到了这一件" in text
    assert "/leave/" not in text


# --- always one tap -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["awaiting", "done", "closed"])
def test_unsolved_is_one_tap(world, sign_in, state):
    request = bring_to(world.here, state, now=an_hour_ago())
    client = sign_in(world.here, "resident")
    panel = re.search(
        r"<details([^>]*)>(?:(?!</details>).)*/reopen/", client.get(at(request)).content.decode(), re.DOTALL
    )
    assert panel is not None
    assert "open" in panel[1]
    assert client.post(at(request, "reopen"), {**key(), "reason": ""}).status_code == 302
    with scope(world.here.compound.pk):
        event = Event.objects.filter(action="reopen").get()
    assert event.note == "未解决"
    assert fresh(world, request).state == "accepted"


@pytest.mark.parametrize("state", ["submitted", "accepted", "assigned", "working", "paused"])
def test_urging_is_one_tap_and_says_when_again(world, sign_in, state):
    request = bring_to(world.here, state, now=an_hour_ago())
    client = sign_in(world.here, "resident")
    assert '/urge/" class="actions"' in client.get(at(request)).content.decode()
    assert client.post(at(request, "urge"), key()).status_code == 302
    text = client.get(at(request)).content.decode()
    assert "/urge/" not in text
    assert "已催办" in text


def test_the_line_in_the_new_states(world, sign_in):
    client = sign_in(world.here, "resident")
    paused = client.get(at(bring_to(world.here, "paused", now=an_hour_ago()))).content.decode()
    assert "已暂停：等配件" in paused
    assert "恢复" in paused
    closed = client.get(at(bring_to(world.here, "closed", now=an_hour_ago()))).content.decode()
    assert "物业已强制结单，社区已收到通知" in closed
    assert "前可以重开" in closed


def test_no_answer_is_shown_as_such(world, sign_in):
    request = bring_to(world.here, "awaiting", now=timezone.now() - timedelta(days=8))
    assert "一直在等您确认" in sign_in(world.here, "resident").get(at(request)).content.decode()
    assert "未反馈" in sign_in(world.here, "officer").get(at(request)).content.decode()
