"""The roll's pages: drawn, told apart, fixed, corrected, made public, taken along; the masked page of the members."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from audit.models import Entry
from documents.actions import make_document
from documents.models import IssuedDocument
from elections import actions, pdf
from elections.models import Announced, Edition, Poll
from elections.refusals import NotPermitted, OutOfState
from notices.models import Notice
from premises import actions as premises
from premises.models import Entrance
from publicity.models import Period
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.elections.conftest import NOW, do, drawn, fixed, likenesses, opened, owned, units
from tests.elections.test_polls_pages import body
from tests.elections.test_roll import refused
from tests.world import BEGAN, CANARY, Side, World


def at(name: str, poll: Poll, *more: Any, code: str = "here") -> str:
    return reverse(name, args=[code, poll.ref, *more])


def key_of(client: Any, page: str) -> str:
    return body(client.get(page)).split('name="idempotency_key" value="')[1].split('"')[0]


def send(client: Any, page: str, address: str, **given: Any) -> Any:
    """Send a form of a page."""
    return client.post(address, {"idempotency_key": key_of(client, page), **given})


def current(side: Side, poll: Poll) -> Poll:
    with scope(side.compound.pk):
        found: Poll = Poll.objects.select_related("edition").get(pk=poll.pk)
    return found


def test_an_officer_brings_a_roll_from_the_register_to_the_board(world: World, sign_in: Any) -> None:
    side = world.here
    for place in (3, 4):
        owned(side, place, "永康市安居置业有限公司")
    poll = opened(side, kind="decision")
    officer = sign_in(side, "officer")
    roll = at("polls_roll", poll)
    assert "还没有取名册" in body(officer.get(roll))
    assert send(officer, roll, at("polls_roll_act", poll, "draw")).status_code == 302
    page = body(officer.get(roll))
    assert "1 组疑似同一业主等人判断" in page
    assert "1幢1单元101" in page
    # Fixing asks for the decision first, by page and by address.
    assert send(officer, roll, at("polls_roll_act", poll, "freeze")).status_code == 409
    groups = at("polls_likeness", poll)
    (group,) = likenesses(side, poll)
    decide = at("polls_likeness_decide", poll, 1)
    answer = send(officer, groups, decide, **{"g1-verdict": "some", "g1-note": "登记簿"})
    assert "请给同一业主的几行选同一个字母" in body(answer)
    assert send(officer, groups, decide, **{"g1-verdict": "one"}).status_code == 422
    given = {"g1-verdict": "some", "g1-note": "证件号相同", **{f"g1-line_{line}": "A" for line in group.lines}}
    assert send(officer, groups, decide, **given).status_code == 302
    assert "证件号相同" in body(officer.get(groups))
    assert send(officer, roll, at("polls_roll_act", poll, "freeze")).status_code == 302
    found = current(side, poll)
    assert (found.state, found.edition.number) == ("roll_fixed", 1)
    assert "与第 5 号合算一户" in body(officer.get(roll))
    assert send(officer, roll, at("polls_roll_act", poll, "publish")).status_code == 302
    with scope(side.compound.pk):
        out = Announced.objects.get(compound=side.compound)
        notice = Notice.objects.get(pk=out.notice_id)
        period = Period.objects.get(compound=side.compound)
    assert (out.what, out.edition_id, notice.state, period.matter) == ("roll", found.edition_id, "published", "roll")
    assert found.edition.fingerprint in notice.source
    assert (period.ends_on - period.posted_on).days >= 15
    again = officer.post(at("polls_roll_act", poll, "publish"), {"idempotency_key": "k" * 20})
    assert (again.status_code, "已经在公示" in body(again)) == (409, True)


def test_members_read_the_masked_roll_once_it_is_out(world: World, sign_in: Any) -> None:
    side = world.here
    owned(side, 3, "欧阳建国")
    poll, _made = fixed(side, kind="decision")
    resident, officer = sign_in(side, "resident"), sign_in(side, "officer")
    public = at("polls_public", poll)
    assert resident.get(public).status_code == 404
    assert officer.get(public).status_code == 200
    do(actions.publish_roll, side, poll, now=timezone.now())
    page = body(resident.get(public))
    assert "欧阳**" in page
    assert "欧阳建国" not in page
    assert page.index("我家") < page.index("1幢1单元202")
    assert "看公示、提异议" in page
    # By address, never by a name that somebody tries.
    assert "1幢1单元202" in body(resident.get(f"{public}?q=202"))
    assert "没有这个门牌" in body(resident.get(f"{public}?q=欧阳"))
    assert sign_in(side, "manager").get(public).status_code == 403
    do(
        actions.amend, side, poll, number=4, owners=["李强"], reason="已过户", evidence="登记簿 12 号", now=timezone.now()
    )  # fmt: skip
    page = body(resident.get(public))
    assert "欧阳** 改为 李*" in page
    assert "已过户" in page
    assert "登记簿 12 号" not in page
    assert "第 2 版" in page


def test_a_part_is_left_out_and_a_fixed_one_is_corrected_by_signature(world: World, sign_in: Any) -> None:
    side = world.here
    poll = drawn(side)
    officer = sign_in(side, "officer")
    unit, change = at("polls_unit", poll, 6), at("polls_unit_change", poll, 6)
    assert send(officer, unit, change, reason="架空层，不是专有部分").status_code == 302
    assert "不计入：架空层" in body(officer.get(f"{at('polls_roll', poll)}?box=out"))
    assert send(officer, unit, change, reason="").status_code == 302
    assert units(side, poll)[5].left_out == ""
    do(actions.freeze_roll, side, poll, office_areas=False)
    page = body(officer.get(unit))
    assert "签字更正" in page
    given = {"area": "90.5", "source": "register", "owners": "王小明\n李丽", "left_out": ""}
    answer = send(officer, unit, change, **given, reason="", evidence="")
    assert (answer.status_code, "请写明依据" in body(answer)) == (422, True)
    answer = send(officer, unit, change, **{**given, "area": "约九十"}, reason="漏登", evidence="权证")
    assert (answer.status_code, "面积写成数字" in body(answer)) == (422, True)
    assert send(officer, unit, change, **given, reason="漏登", evidence="权证 3 号").status_code == 302
    history = body(officer.get(at("polls_history", poll)))
    for words in ("王小明、李丽", "90.50", "漏登", "权证 3 号", "officer", "第 1 版"):
        assert words in history, words
    with scope(side.compound.pk):
        assert Edition.objects.filter(compound=side.compound).count() == 2
    # Nothing was changed: said, and no edition.
    answer = send(officer, unit, change, **given, reason="再来", evidence="权证")
    assert (answer.status_code, "没有改动任何内容" in body(answer)) == (422, True)


def test_owners_who_are_not_touched_stay_who_they_are(world: World, sign_in: Any) -> None:
    side = world.here
    poll, first = fixed(side)
    officer = sign_in(side, "officer")
    before = units(side, poll)[0]
    given = {"area": "90.5", "source": "register", "owners": "\n".join(one["name"] for one in before.owners)}
    send(officer, at("polls_unit", poll, 1), at("polls_unit_change", poll, 1), **given, reason="实测", evidence="权证")
    after = units(side, poll)[0]
    assert (after.area, after.owners) == (905_000, before.owners)
    assert current(side, poll).edition.number == first.number + 1


def test_readers_see_and_do_not_change(world: World, sign_in: Any) -> None:
    side = world.here
    poll = drawn(side)
    for who in ("member", "street", "city"):
        client = sign_in(side, who)
        for name, more in (("polls_roll", ""), ("polls_likeness", ""), ("polls_history", ""), ("polls_unit", "1")):
            assert client.get(at(name, poll, *more)).status_code == 200
        for address in (
            at("polls_roll_act", poll, "draw"), at("polls_roll_act", poll, "freeze"), at("polls_unit_change", poll, 1),
        ):  # fmt: skip
            answer = client.post(address, {"idempotency_key": "k" * 20, "reason": "试"})
            assert (answer.status_code, "组织表决的单位" in body(answer)) == (403, True)
    assert current(side, poll).state == "preparing"
    assert refused(NotPermitted, actions.publish_roll, side, poll, who="member") == "not_your_post"
    assert refused(OutOfState, actions.publish_roll, side, poll) == "moved_on"


def test_what_is_not_there_is_not_there(world: World, sign_in: Any) -> None:
    side = world.here
    poll, there = drawn(side), drawn(world.there)
    officer = sign_in(side, "officer")
    assert officer.get(at("polls_unit", poll, 99)).status_code == 404
    assert officer.post(at("polls_roll_act", poll, "burn"), {"idempotency_key": "k" * 20}).status_code == 404
    assert officer.post(at("polls_likeness_decide", poll, 9), {"idempotency_key": "k" * 20}).status_code == 404
    for name, more in (
        ("polls_roll", ()), ("polls_likeness", ()), ("polls_history", ()), ("polls_unit", (1,)), ("polls_public", ()),
        ("polls_roll_sheet", ()),
    ):  # fmt: skip
        for code in ("here", "there"):
            assert officer.get(at(name, there, *more, code=code)).status_code == 404


def test_the_workbook_holds_parts_votes_and_corrections_and_no_formula(world: World, sign_in: Any) -> None:
    side = world.here
    owned(side, 3, "=HYPERLINK(1)")
    poll, made = fixed(side)
    do(actions.amend, side, poll, number=1, area="90.5", source="register", reason="实测有误", evidence="权证")
    answer = sign_in(side, "officer").get(at("polls_roll_sheet", poll))
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    assert book.sheetnames == ["名册", "选票", "更正", "合计"]
    rows = list(book["名册"].values)
    assert len(rows) == len(side.homes) + 1
    assert (rows[1][1], rows[1][3], rows[1][4]) == ("1幢1单元101", 90.5, "不动产登记")
    assert rows[4][5] == "'=HYPERLINK(1)"
    assert len(list(book["选票"].values)) == made.voters + 1
    assert list(book["更正"].values)[1][3:6] == ("面积", "89.1234", "90.50")
    with scope(side.compound.pk):
        assert Entry.objects.filter(compound=side.compound, verb="elections.export").count() == 1


def test_the_printed_roll_masks_names_and_carries_the_fingerprint(world: World, sign_in: Any) -> None:
    side = world.here
    owned(side, 3, "欧阳建国")
    poll, made = fixed(side)
    officer = sign_in(side, "officer")
    answer = send(officer, at("polls_roll", poll), at("polls_roll_print", poll))
    assert answer.status_code == 302
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get(compound=side.compound, kind=pdf.KIND)
        make_document(compound_id=side.compound.pk, document_id=document.pk, now=timezone.now())
        document.refresh_from_db()
        with default_storage.open(document.file.path) as content:
            text = "".join(one.extract_text() for one in PdfReader(content).pages)
    plain = re.sub(r"\s", "", text)
    assert "欧阳**" in plain
    assert "欧阳建国" not in plain
    assert made.fingerprint in plain
    assert "89.1234" in plain


def more_homes(side: Side, count: int) -> None:
    with scope(side.compound.pk):
        entrance = Entrance.objects.get(compound=side.compound, name="2单元")
        homes = premises.add_homes(
            compound=side.compound, entrance=entrance,
            homes=[(f"{n:04d}", 1, Decimal("77.5")) for n in range(count)], source="register",
        )  # fmt: skip
        by = system_actor("test", (side.compound.pk,))
        for n, home in enumerate(homes):
            premises.record_owner(home=home, name=f"业主{n // 2}", person=None, starts=BEGAN, by=by, now=NOW)


@pytest.mark.parametrize("length", [2, 60])
def test_rolls_ask_the_same_for_few_and_for_many(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    more_homes(side, length)
    poll, _ = fixed(side, kind="decision")
    do(actions.publish_roll, side, poll, now=timezone.now())
    for number in range(1, 2 if length < 9 else 6):
        do(actions.amend, side, poll, number=number, area="90.5", source="register", reason="更正", evidence="权证")
    officer, resident = sign_in(side, "officer"), sign_in(side, "resident")
    for client, name, expected in (
        (officer, "polls_roll", 15),
        (officer, "polls_likeness", 13),
        (officer, "polls_history", 12),
        (resident, "polls_public", 15),
        (officer, "polls_unit", 13),
    ):
        address = at(name, poll, *((1,) if name == "polls_unit" else ()))
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_a_withdrawn_publicity_may_be_made_again(world: World) -> None:
    from notices import actions as notices

    side = world.here
    poll, _ = fixed(side, kind="decision")
    opened_period = do(actions.publish_roll, side, poll, now=timezone.now())
    with scope(side.compound.pk):
        notices.withdraw(
            compound_id=side.compound.pk, ref=opened_period.notice.ref, reason="有误", by=side.actor("officer"),
            now=timezone.now() + timedelta(minutes=1),
        )  # fmt: skip
    again = do(actions.publish_roll, side, poll, now=timezone.now() + timedelta(minutes=2))
    assert again.notice.pk != opened_period.notice.pk


def test_nothing_of_the_next_compound_is_on_the_pages(world: World, sign_in: Any) -> None:
    poll, _ = fixed(world.here, kind="decision")
    fixed(world.there, kind="decision")
    officer = sign_in(world.here, "officer")
    for name in ("polls_roll", "polls_likeness", "polls_history", "polls_public"):
        assert CANARY not in body(officer.get(at(name, poll)))
