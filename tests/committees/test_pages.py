"""Pages and REST: who sees what, what a form does, how many statements, what is printed."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from openpyxl import load_workbook
from pypdf import PdfReader

from committees import actions
from committees.actions.offices import Sitting
from committees.announcement import announcement
from committees.models import Committee, CrossPost, Filing, Handing, HandingItem, Member, Recall
from committees.queries import outcomes
from documents.actions import make_document, request_document
from elections.models import Poll
from parties.models import Term
from publicity.queries import period_of
from tenancy.actions import open_compound
from tenancy.scope import scope
from tests.committees.conftest import (
    AREA,
    COUNTED,
    DAY,
    act,
    announced,
    counted,
    declared,
    drafted,
    recorded,
    seated,
    votes,
)
from tests.committees.laden import put_a_committee_in
from tests.elections.conftest import NOW, opened
from tests.notices.conftest import _media, pdf  # noqa: F401  fixtures
from tests.world import CANARY, Side, World

KEY = "key-of-twenty-signs-{}"


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    """Pages ask the clock."""
    with time_machine.travel(COUNTED, tick=False):
        yield


def post(client: Any, address: str, key: int = 1, **given: Any) -> Any:
    return client.post(address, {"idempotency_key": KEY.format(key), **given}, follow=True)


def test_who_reads_a_result_and_when(world: World, sign_in: Any) -> None:
    side = world.here
    poll = drafted(side)
    at = f"/c/here/polls/{poll.ref}/result/"
    for who, status in (("officer", 200), ("chair", 200), ("street", 200), ("manager", 404), ("resident", 404)):
        assert sign_in(side, who).get(at).status_code == status, who
    act(side, actions.announce, "secretary", ref=poll.ref)
    for who in ("officer", "manager", "resident", "worker"):
        page = sign_in(side, who).get(at)
        assert page.status_code == 200
        text = page.content.decode()
        assert "胡一明" in text
        assert ("打印统计表" in text) == (who == "officer")
    assert sign_in(world.there, "officer").get(at).status_code == 404


def test_an_officer_announces_by_the_page(world: World, sign_in: Any) -> None:
    side = world.here
    poll = counted(side)
    at = f"/c/here/polls/{poll.ref}/result/"
    officer = sign_in(side, "secretary")
    assert "请先写明监票人" in post(officer, f"{at}do/announce/").content.decode()
    page = post(officer, f"{at}do/draft/", 2, supervisors="叶青、章明", contact="居委会 0579-87000000")
    assert "已存好" in page.content.decode()
    assert "已公示" in post(officer, f"{at}do/announce/", 3).content.decode()
    assert "期满以后才能宣布生效" in post(officer, f"{at}do/declare/", 4).content.decode()
    assert officer.post(f"{at}do/nothing/", {}).status_code == 404
    assert sign_in(side, "resident").post(f"{at}do/declare/", {}).status_code == 403
    with scope(side.compound.pk):
        assert Poll.objects.get(pk=poll.pk).state == "announced"


def test_one_party_asks_by_the_page_and_another_annuls(world: World, sign_in: Any) -> None:
    side = world.here
    poll, _outcome = announced(side)
    at = f"/c/here/polls/{poll.ref}/result/"
    page = post(sign_in(side, "officer"), f"{at}do/annul/", ground="court", paper="民初1号", reason="判决撤销")
    assert "要另一方同意" in page.content.decode()
    street = sign_in(side, "street")
    with scope(side.compound.pk):
        step = Poll.objects.get(pk=poll.pk).joint_steps.get()
    assert f'name="step" value="{step.pk}"' in street.get(at).content.decode()
    page = post(street, f"{at}do/agree/", step=step.pk)
    assert "民初1号：判决撤销" in page.content.decode()


def test_everyone_sees_who_is_in_office_and_few_who_is_in_the_party(world: World, sign_in: Any) -> None:
    side = world.here
    made = recorded(side, ends=date(2026, 8, 31))
    with scope(side.compound.pk):
        Member.objects.filter(compound=side.compound, name="胡一明").update(
            party_member=True, party_source="组织关系证明", party_on=NOW.date(), contact="业委会办公室"
        )
    for who in ("resident", "manager", "chair", "street", "officer"):
        text = sign_in(side, who).get("/c/here/committee/").content.decode()
        assert "胡一明" in text
        assert "业委会办公室" in text
        assert "应当开始换届" in text
        assert ("党员</th>" in text) == (who == "officer"), who
    rest = sign_in(side, "resident").get("/api/v1/compounds/here/committee/").json()
    assert (rest["standing"], rest["warn_on"], rest["members"][0]["party_member"]) == ("soon", "2026-06-30", None)
    few = sign_in(side, "officer").get("/api/v1/compounds/here/committee/").json()
    assert (few["members"][0]["name"], few["members"][0]["party_member"]) == ("胡一明", True)
    one = made.members
    assert one is not None


def test_a_compound_without_a_record_shows_its_posts(world: World, sign_in: Any) -> None:
    text = sign_in(world.here, "resident").get("/c/here/committee/").content.decode()
    assert "chair" in text
    assert "没有登记届满日" in text
    page = sign_in(world.here, "officer").get("/c/here/committee/record/")
    assert page.status_code == 200
    assert sign_in(world.here, "chair").get("/c/here/committee/record/").status_code == 403


def test_a_compound_without_a_committee_leads_to_the_first_election(world: World, sign_in: Any) -> None:
    side = world.here
    with scope(side.compound.pk):
        Term.objects.filter(compound=side.compound).delete()

    def seen(who: str) -> set[str]:
        text = sign_in(side, who).get("/c/here/committee/").content.decode()
        assert "本小区还没有业委会" in text
        return {one for one in ("组织首次选举", "看首次选举的进度") if one in text}

    assert (seen("officer"), seen("resident")) == ({"组织首次选举"}, set())
    poll = opened(side)
    assert (seen("officer"), seen("resident")) == ({"看首次选举的进度"}, set())
    page = sign_in(side, "officer").get(f"/c/here/polls/{poll.ref}/result/").content.decode()
    assert ("还没有计票结果" in page, "还没有公示" in page) == (True, False)


def test_a_committee_is_recorded_by_the_page(world: World, sign_in: Any) -> None:
    officer = sign_in(world.here, "officer")
    given: dict[str, Any] = {"planned": 5, "elected_on": "2024-01-01", "basis": "备案回执"}
    wrong = post(officer, "/c/here/committee/record/", members="胡一明 会长", **given)
    assert "没有写对职务" in wrong.content.decode()
    page = post(
        officer, "/c/here/committee/record/", 2, members="胡一明 主任\n楼晓燕\n应建国，委员\n徐丽\n程亮", **given
    )
    assert "已登记" in page.content.decode()
    with scope(world.here.compound.pk):
        assert Member.objects.filter(compound=world.here.compound).count() == 5


def test_those_elected_take_office_by_the_page(world: World, sign_in: Any) -> None:
    side = world.here
    poll, at = declared(side)
    with time_machine.travel(at, tick=False):
        officer = sign_in(side, "officer")
        address = f"/c/here/polls/{poll.ref}/result/office/"
        assert officer.get(address).status_code == 200
        page = post(officer, address, starts=f"{at:%Y-%m-%d}", years="5", phone_0="19900990001", contact_0="办公室")
        assert "已就任" in page.content.decode()
        assert officer.get(address, follow=True).status_code == 200
        street = sign_in(side, "street")
        assert street.get(address).status_code == 403
    with scope(side.compound.pk):
        made = Committee.objects.get(compound=side.compound)
        assert made.members.filter(post_id__isnull=False).count() == 1


def test_papers_of_a_committee_are_worked_by_pages(world: World, sign_in: Any) -> None:
    side = world.here
    made, at = seated(side)
    with scope(side.compound.pk):
        filing = Filing.objects.get(compound=side.compound)
        member = Member.objects.filter(compound=side.compound, name="程亮").get()
    with time_machine.travel(at, tick=False):
        officer, street = sign_in(side, "officer"), sign_in(side, "street")
        here = f"/c/here/committee/filings/{filing.pk}/"
        assert "还缺" in officer.get(here).content.decode()
        assert "已加上" in post(officer, f"{here}do/paper/", 1, kind="rules", upload=pdf()).content.decode()
        assert "补齐再送" in post(officer, f"{here}do/hand-in/", 2).content.decode()
        assert "已送交" in post(officer, f"{here}do/hand-in/", 3, accepted="on").content.decode()
        assert "已备案" in post(street, f"{here}do/answer/", 1, answer="accepted", number="3号").content.decode()
        data = officer.get(f"{here}data/").json()
        assert [one["name"] for one in data["alternates"]] == ["吕芳"]
        assert "party_member" not in str(data["members"])
        book = load_workbook(filename=_file(officer.get(f"{here}data/?as=xlsx")), read_only=True)
        assert book.sheetnames == ["委员", "候补委员", "法定检验", "选票统计"]
        one = f"/c/here/committee/members/{member.pk}/"
        page = post(officer, f"{one}do/recall/", 4, way="owners", have="30", of="120", ground="harm", reason="泄露资料")
        assert "请先听取本人意见" in page.content.decode()
        with scope(side.compound.pk):
            recall = Recall.objects.get(compound=side.compound)
        page = post(officer, f"/c/here/committee/recalls/{recall.pk}/do/hear/", 5, on=f"{at:%Y-%m-%d}", words="不同意")
        assert "已登记" in page.content.decode()
        page = post(officer, f"{one}do/resign/", 6, on=f"{at:%Y-%m-%d}", reason="搬家")
        assert "已登记" in page.content.decode()
        with scope(side.compound.pk):
            handing = Handing.objects.get(compound=side.compound)
        listed = f"/c/here/committee/handing/{handing.pk}/"
        page = post(officer, f"{listed}do/give/", 12, number="1", missing="on")
        text, thing = page.content.decode(), handing_thing(side, handing)
        assert (page.status_code, text.count(f"{thing}：没有或找不到的，请写明是怎么回事。")) == (422, 1)
        assert [one for one in re.findall(r"<input[^>]*>", text) if 'name="missing"' in one and "checked" in one] == [
            one for one in re.findall(r"<input[^>]*>", text) if 'id="id_give_1_missing"' in one
        ]
        assert "已登记移交" in post(officer, f"{listed}do/give/", 7, number="1").content.decode()
        assert "要由两个人办" in post(officer, f"{listed}do/take/", 8, number="1").content.decode()
        assert "已签收" in post(street, f"{listed}do/take/", 9, number="1").content.decode()
        page = post(
            officer, "/c/here/committee/cross/do/propose/", 10, direction="into", post_id=side.posts["secretary"].pk,
            title="委员", basis="会议纪要",
        )  # fmt: skip
        assert "当选就任时自动登记" in page.content.decode()
        page = post(officer, "/c/here/committee/do/reelection/", 11, on=f"{at:%Y-%m-%d}")
        assert "换届期间" in page.content.decode()
        for who in ("resident", "manager"):
            client = sign_in(side, who)
            for address in (here, one, listed, f"/c/here/committee/recalls/{recall.pk}/", "/c/here/committee/cross/"):
                assert client.get(address).status_code in {403, 404}, (who, address)
    assert made.planned == 5


def handing_thing(side: Side, handing: Handing) -> str:
    """The first thing of a list."""
    with scope(side.compound.pk):
        return str(handing.items.get(number=1).what)


def _file(answer: Any) -> Any:
    import io

    return io.BytesIO(answer.content)


def printed(side: Side, kind: str, target: str, who: str = "officer", at: datetime = COUNTED) -> str:
    with scope(side.compound.pk):
        asked = request_document(
            compound_id=side.compound.pk, by=side.actor(who, at.date()), kind=kind, target=target, now=at
        )
        made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=at)
        assert made is not None
        assert made.state == "ready", made.failure_detail
        with default_storage.open(made.file.path) as file:
            return "".join(page.extract_text() for page in PdfReader(file).pages).replace("\n", "")


def test_the_tally_sheet_says_all_of_it(world: World) -> None:
    """Item by item what A12 asks of an announcement, as the printed sheet says it."""
    side = world.here
    _poll, outcome = announced(side)
    text = printed(side, "committees.result", f"committees.outcome:{outcome.pk}").replace(" ", "")
    with scope(side.compound.pk):
        period = period_of(outcome.notice)
    assert period is not None
    asked = {
        "compound": ("小区1",),
        "rule set": ("适用规定", "民法典"),
        "matter and item": ("选举业主委员会", "第二百七十八条第三项"),
        "scope": ("表决范围：小区全体业主",),
        "roll": ("业主名册", "3户", "专有部分面积"),
        "window": ("投票时间", "2026-06-2210:00至2026-07-0710:00"),
        "channels": ("投票渠道", "手机0户", "纸质0户", "委托投票0户"),
        "issued and returned": ("应发120票，收回100票", "有效98票，无效2票"),
        "participation": ("参与表决·人数", "100户", "120户", "83.33%", "参与表决·面积", "10000.00平方米"),
        "bars and margins": ("三分之二以上", "须满80户", "须满8000.00平方米"),
        "per candidate": ("95（95.00%）", "9500.00（95.00%）", "未达到票数", "差31户；"),
        "elected in order": ("当选5人：胡一明、楼晓燕、应建国、徐丽、程亮",),
        "alternates in order": ("候补（按序）：吕芳", "候补1"),
        "silent votes": ("未投票的", "不计入参与"),
        "ratio": ("党员比例", "3/5"),
        "objections": (f"异议截止：{period.objections_until:%Y年}", "公示期"),
        "supervisors": ("叶青、章明", "监票人"),
        "whom to ask": ("0579-87000000",),
        "the court": ("第二百八十条", "一年内"),
        "fingerprint": (outcome.fingerprint[:20],),
    }
    for item, words in asked.items():
        for one in words:
            assert one.replace(" ", "") in text, (item, one)


def test_both_counts_are_said_everywhere_where_silence_counts(world: World, sign_in: Any) -> None:
    side = world.here
    plan = {"silent": "participation", "silent_text": "送达未投票的计入参与人数", "silent_source": "议事规则第八条"}
    poll, outcome = announced(side, plan=plan, part=78, silent=12, named=votes((70, 66, 60, 55, 50, 44, 20)))
    text = printed(side, "committees.result", f"committees.outcome:{outcome.pk}").replace(" ", "")
    told = {"rule": "participation", "text": plan["silent_text"], "source": "议事规则第八条"}
    assert outcome.facts["silent"] == told
    item = outcome.facts["items"][0]
    assert (item["outcome"], item["silent"]) == ("passed", {"voters": 12, "area": "1200.00"})
    assert item["without_silent"]["outcome"] == "no_quorum"
    page = sign_in(side, "officer").get(f"/c/here/polls/{poll.ref}/result/").content.decode().replace(" ", "")
    notice = announcement(outcome.facts, outcome.fingerprint, link="/")[1].replace(" ", "")
    long = announcement({**outcome.facts, "title": "（停车、消防）" * 11}, outcome.fingerprint, link="/")[0]
    assert (len(long), long[-6:], long[:14]) == (80, "消…结果公示", "（停车、消防）" * 2)
    for said in (
        "议事规则第八条的原文：送达未投票的计入参与人数",
        "选票已送达、有凭证，没有投票的12户，面积1200.00平方米",
        "只计实际投票（不计未投票的）：参与表决不足法定比例",
        "78户",
        "90户",
    ):
        for where in (text, page, notice):
            assert said in where, said


def test_silence_that_leads_apart_is_announced_as_no_decision(world: World, sign_in: Any) -> None:
    side = world.here
    plan = {"silent": "majority", "silent_text": "送达未投票的计入多数意见", "silent_source": "议事规则第八条"}
    cast = {"同意调整门禁时间": {"for": (50, 30 * AREA), "against": (40, 60 * AREA)}}
    poll, outcome = announced(side, kind="decision", plan=plan, part=90, silent=12, cast=cast)
    item = outcome.facts["items"][0]
    assert (item["outcome"], item["without_silent"]["outcome"]) == ("refused", "failed")
    page = sign_in(side, "officer").get(f"/c/here/polls/{poll.ref}/result/").content.decode()
    for said in (
        "人数多数和面积多数指向不同的选项",
        "本项没有结论，未形成决定",
        "只计实际投票（不计未投票的）：未通过",
    ):
        assert said in page, said


def test_the_pack_has_numbered_annexes_and_the_uploaded_papers(world: World) -> None:
    side = world.here
    made, at = seated(side)
    with scope(side.compound.pk):
        filing = Filing.objects.get(compound=side.compound)
    act(side, actions.add_paper, now=at, filing_id=filing.pk, kind="rules", name="议事规则", upload=pdf())
    text = printed(side, "committees.filing", f"committees.filing:{filing.pk}", at=at).replace(" ", "")
    for words in (
        "材料目录",
        "附件1",
        "业主大会会议记录",
        "缺这份材料",
        "议事规则",
        "胡一明",
        "吕芳",
        "选票统计表",
        "第2届",
    ):
        assert words in text, words
    assert made.planned == 5


def test_the_list_is_printed(world: World) -> None:
    side = world.here
    recorded(side)
    _made, at = seated(side)
    with scope(side.compound.pk):
        handing = Handing.objects.get(compound=side.compound)
    text = printed(side, "committees.handing", f"committees.handing:{handing.pk}", at=at)
    assert "业主大会印章" in text


def test_the_roll_up_is_a_page_a_workbook_and_a_list(world: World, sign_in: Any) -> None:
    side = world.here
    recorded(side, ends=date(2026, 8, 31))
    city = sign_in(side, "city")
    text = city.get("/committees/").content.decode()
    assert ("小区1" in text, "小区2" in text, "应当开始换届" in text) == (True, True, True)
    assert "小区2" not in city.get("/committees/?state=soon").content.decode().partition("<tbody>")[2]
    book = load_workbook(filename=_file(city.get("/committees/sheet/?state=soon")), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert (len(rows), rows[1][0], rows[1][7]) == (2, "小区1", "应当开始换届")
    numbers = list(book.worksheets[1].iter_rows(values_only=True))
    assert [row[0] for row in numbers] == [
        "指标",
        "指导完成换届、选举",
        "新就任的业委会",
        "当选委员",
        "其中党员",
        "党员身份没有登记",
        "交叉任职",
    ]
    assert [one["code"] for one in city.get("/api/v1/committees/?state=soon").json()] == ["here"]
    for who in ("officer", "street"):
        assert CANARY not in sign_in(side, who).get("/committees/").content.decode()
    for who in ("manager", "resident", "chair"):
        client = sign_in(side, who)
        assert client.get("/committees/").status_code == 403
        assert client.get("/api/v1/committees/").status_code == 403


def fill(side: Side, many: int) -> dict[str, Any]:
    """A committee with so many of everything."""
    made, at = seated(side)
    with scope(side.compound.pk):
        one = Member.objects.filter(compound=side.compound, committee=made, name="程亮").get()
        filing = Filing.objects.filter(compound=side.compound).get()
        common = {"compound": side.compound, "committee": made}
        for number in range(many):
            Member.objects.create(
                **common,
                name=f"候补{number}",
                role="alternate",
                rank=10 + number,
                starts=made.term.starts,
                end="",
                contact="x",
            )
            made.filings.create(
                compound=side.compound,
                kind="change",
                cause=f"变更{number}",
                since=at.date(),
                due=at.date(),
                article="x",
            )
            CrossPost.objects.create(
                compound=side.compound, direction="into", name=f"交叉{number}", person_id=1000 + number,
                body_id=made.term.committee_id, title="委员", basis="x", proposed_at=at, proposed_as="x",
            )  # fmt: skip
            handing = Handing.objects.create(
                **common, since=at.date(), due=at.date(), article="x", to=f"接收{number}", opened_at=at
            )
            Recall.objects.create(
                **common, member=one, way="owners", have=1, of=1, ground="harm", reason="x", source="x", state="withdrawn",
                proposed_at=at, proposed_as="x",
            )  # fmt: skip
        HandingItem.objects.bulk_create(
            HandingItem(compound=side.compound, handing=handing, number=number, what=f"物品{number}")
            for number in range(1, many + 1)
        )
        recall = Recall.objects.filter(compound=side.compound).first()
    for number in range(min(many, 30)):
        act(side, actions.add_paper, now=at, filing_id=filing.pk, kind="other", name=f"材料{number}", upload=pdf())
    assert recall is not None
    return {
        "filing": filing.pk, "member": one.pk, "handing": handing.pk, "recall": recall.pk, "poll": made.poll.ref, "at": at,
    }  # fmt: skip


@pytest.mark.parametrize("many", [1, 30])
def test_pages_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, many: int) -> None:
    side = world.here
    made = fill(side, many)
    with time_machine.travel(made["at"], tick=False):
        officer = sign_in(side, "officer")
        for address, expected in (
            ("/c/here/committee/", 19),
            (f"/c/here/committee/members/{made['member']}/", 9),
            (f"/c/here/committee/filings/{made['filing']}/", 11),
            (f"/c/here/committee/filings/{made['filing']}/data/", 11),
            (f"/c/here/committee/handing/{made['handing']}/", 10),
            (f"/c/here/committee/recalls/{made['recall']}/", 9),
            ("/c/here/committee/cross/", 10),
            (f"/c/here/polls/{made['poll']}/result/", 18),
            ("/committees/", 10),
            ("/committees/sheet/", 8),
            ("/api/v1/compounds/here/committee/", 12),
            (f"/api/v1/compounds/here/polls/{made['poll']}/result/", 9),
            ("/api/v1/committees/", 7),
        ):
            officer.get(address)
            with statements() as seen:
                page = officer.get(address)
            assert page.status_code == 200, address
            assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_nothing_of_next_door_is_shown(world: World, sign_in: Any) -> None:
    values = put_a_committee_in(world.there, CANARY, COUNTED)
    put_a_committee_in(world.here, "", COUNTED)
    for who in ("officer", "street", "resident"):
        client = sign_in(world.here, who)
        for address in ("/c/here/committee/", "/committees/"):
            assert CANARY not in client.get(address).content.decode()
        for address in (
            f"filings/{values['filing_id']}/",
            f"members/{values['member_id']}/",
            f"handing/{values['handing_id']}/",
        ):
            assert client.get(f"/c/here/committee/{address}").status_code in {403, 404}


def test_facts_keep_to_their_fingerprint(world: World) -> None:
    _poll, outcome = announced(world.here)
    assert outcomes.fingerprint_of(outcome.facts) == outcome.fingerprint
    assert outcomes.fingerprint_of({**outcome.facts, "note": "x"}) != outcome.fingerprint
    assert (DAY, timedelta(days=1)) == (timedelta(days=1), DAY)
    assert Sitting("甲").role == "member"


def test_the_roll_up_asks_the_same_for_two_compounds_and_for_thirty(
    world: World, sign_in: Any, statements: Any
) -> None:
    city = sign_in(world.here, "city")
    counted_at = []
    for more in (0, 28):
        for number in range(more):
            open_compound(code=f"more{number}", name=f"小区{number + 10}", community=world.here.compound.community)
        city.get("/committees/")
        with statements() as seen:
            page = city.get("/committees/")
        counted_at.append(len(seen))
    assert page.content.decode().count("<tr>") == 31
    assert counted_at[0] == counted_at[1]


def test_reports_on_a_committee_are_for_the_few_and_decide_nothing(world: World, sign_in: Any) -> None:
    """Size, term, choice and the share in each base, each with its text, on the result and once in office."""
    side = world.here
    made = fill(side, 1)
    with time_machine.travel(made["at"], tick=False):
        said = sign_in(side, "officer").get("/c/here/committee/").content.decode()
        for words in (
            "委员会的构成",
            "应选 5 人",
            "应为单数，至少 5 人，至多 11 人",
            "每届",
            "委员中的党员",
            "委员和候补中的党员",
            "第三十一条",
        ):
            assert words in said, words
        result = sign_in(side, "officer").get(f"/c/here/polls/{made['poll']}/result/").content.decode()
        for words in ("当选人员的构成", "差额", "候选人中的党员", "委员中的党员", "只作提醒，不影响依法选举的结果"):
            assert words in result, words
        for who in ("resident", "street", "manager", "member"):
            for address in ("/c/here/committee/", f"/c/here/polls/{made['poll']}/result/"):
                assert "的构成" not in sign_in(side, who).get(address).content.decode()
