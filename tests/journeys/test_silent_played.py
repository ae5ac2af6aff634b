"""A vote that counts silence, played on its pages: the rule, the call, papers at doors, phones, the count, both counts.

Of one entrance alone, so that silence tells: more than two thirds have a ballot and two vote. With whoever kept silent enough
took part and too few agreed, without them too few took part. Only the days between two steps are taken out of the poll's row.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from config.environment import ROOT
from tests.frontdoor.waiting import eventually
from tests.journeys.conftest import started
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import CHAIR, OFFICER, C, clean

pytestmark = pytest.mark.journey
TITLE, ENTRANCE = "1 幢 1 单元楼道粉刷", "1幢1单元"
RULE = "表决票送达后，在规定的期限内没有反馈意见的，视为参与表决。"
SOURCE = "望江花园业主大会议事规则第二十条"
STREET = "胡立新"
# Who votes on the phone, and who opened the ballot on the phone and did nothing.
VOTERS, LOOKED = ("张秀英", "刘雪梅"), "欧阳子轩"
SERVED = 13
SILENT = SERVED + 1
BOTH = ("只计实际投票", f"没有投票的 {SILENT} 户", SOURCE)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: the vote goes through all its days, and its notices are no other journey's."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


def test_silence_is_counted_from_the_rule_to_the_record(
    portal: Portal, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    line = roll(officer)
    poll = line.rstrip("/").rpartition("/")[2]
    rule_settled(officer, line)
    called(officer, line)
    shares = dealt_out(officer, visit, line)
    portal.rows(
        "UPDATE elections_poll SET opens_at = now() - interval '1 hour', closes_at = now() + interval '10 days', "
        '"on" = current_date WHERE ref = %s',
        poll,
    )
    state_is(portal, poll, "voting")
    owners = {name: visit(name, standing="望江花园", reduced_motion="reduce") for name in (*VOTERS, LOOKED)}
    brought_to_doors(officer, line)
    opened_on_a_phone(portal, owners[LOOKED], officer, line)
    for name in VOTERS:
        voted(portal, owners[name], line)
    portal.rows("UPDATE elections_poll SET closes_at = now() WHERE ref = %s", poll)
    state_is(portal, poll, "closed")
    opened(officer, line, shares)
    state_is(portal, poll, "counted")
    announced(officer, line)
    read_by_owners(owners[LOOKED], line)
    printed(officer, line)
    checked(owners[VOTERS[0]], line, tmp_path)


def state_is(portal: Portal, poll: str, state: str) -> None:
    """Until the clock or the worker has brought it there."""
    eventually(
        lambda: portal.value("SELECT state FROM elections_poll WHERE ref = %s", poll) == state, within=150, what=state
    )


def confirmed(visitor: Visitor, words: str) -> None:
    """A button that asks once more."""
    visitor.button(words).click()
    visitor.page.locator("dialog[open] button.primary").click()


def roll(officer: Visitor) -> str:
    """Begun for one entrance, everyone told apart, fixed, public. Returns where its time line is."""
    page = officer.page
    officer.open(f"{C}/polls/new/")
    page.get_by_label("业主共同决定事项").check()
    page.get_by_label("标题").fill(TITLE)
    page.locator("input[name=on]").fill("2099-06-09")
    page.locator("summary", has_text="只由部分楼幢、单元的业主表决").click()
    page.get_by_label(ENTRANCE, exact=True).check()
    officer.button("开始准备").click()
    expect(page.locator("#todo + ul")).to_contain_text("取名册")
    line = "/c/" + page.url.partition("/c/")[2]
    officer.open(f"{line}roll/")
    officer.button("从台账取名册").click()
    expect(page.locator(".messages")).to_contain_text("已从台账取名册")
    officer.open(f"{line}roll/likeness/")
    while page.locator("form[action*='/likeness/'] .button.primary").count():
        form = page.locator("form[action*='/likeness/']").first
        form.get_by_label("都不是同一业主").check()
        form.locator("input[name$=note]").fill("与登记簿核对，证件不同")
        with page.expect_navigation():  # the page before has the same words
            form.locator(".button.primary").click()
    officer.open(f"{line}roll/")
    if page.get_by_label("台账面积已核对").count():
        page.get_by_label("台账面积已核对").check()
    confirmed(officer, "定名册")
    expect(page.locator(".messages")).to_contain_text("名册已定")
    confirmed(officer, "公示名册")
    expect(page.locator(".messages")).to_contain_text("名册已交公示")
    return line


def rule_settled(officer: Visitor, line: str) -> None:
    """Item and window: whoever counts silence says by which words, and where they stand."""
    page = officer.page
    officer.open(f"{line}items/")
    page.locator("textarea[name=item-1-text]").fill("粉刷 1 幢 1 单元的楼道，费用由本单元业主按面积分摊")
    page.locator("select[name=item-1-matter]").select_option("other")
    officer.button("保存表决事项").click()
    expect(page.locator(".messages")).to_contain_text("请另一个人复核归类")
    officer.open(f"{line}window/")
    page.locator("input[name=opens_at]").fill("2099-06-09T09:00")
    page.locator("input[name=closes_at]").fill("2099-06-20T18:00")
    page.locator("summary", has_text="小区自己的约定").click()
    page.locator("select[name=silent]").select_option("participation")
    officer.expect_complaint("422")
    officer.button("保存").click()
    expect(page.locator("main .error").first).to_be_visible()
    expect(page.locator("select[name=silent]")).to_have_value("participation")
    clean(officer)
    page.locator("textarea[name=silent_text]").fill(RULE)
    page.locator("input[name=silent_source]").fill(SOURCE)
    officer.button("保存").click()
    expect(page.locator(".messages")).to_contain_text("日子已重算")
    clean(officer)


def called(officer: Visitor, line: str) -> None:
    """The rule stands in what everybody reads before anybody votes."""
    page = officer.page
    officer.open(f"{line}call/")
    for words in (RULE, SOURCE, "结果会同时公布只计实际投票的数"):
        expect(page.locator("main")).to_contain_text(words)
    clean(officer)
    page.get_by_label("上面要留意的已经看过").check()
    confirmed(officer, "发布公告")
    expect(page.locator(".page-head .badge")).to_have_text("已公告")
    officer.open(f"{line}call/")
    page.get_by_role("link", name="看公告").click()
    for words in (RULE, SOURCE):
        expect(page.locator("main")).to_contain_text(words)


def dealt_out(officer: Visitor, visit: Callable[..., Visitor], line: str) -> list[str]:
    """Three shares, confirmed by those who hold them. Returns what stands on the sheets."""
    page = officer.page
    names = (OFFICER, CHAIR, STREET)
    officer.open(f"{line}box/key/")
    for number, name in enumerate(names, 1):
        choice = page.locator(f"select[name=holder-{number}]")
        choice.select_option(choice.locator("option", has_text=name).first.get_attribute("value") or "")
    confirmed(officer, "生成钥匙")
    expect(page.locator("main")).to_contain_text("这一页只出现一次")
    shares = [one.text_content() or "" for one in page.locator(".boxes-code").all()]
    assert len(set(shares)) == len(names)
    clean(officer)
    for name in names:
        holder = officer if name == OFFICER else visit(name, reduced_motion="reduce", **standing_of(name))
        holder.open(f"{line}box/")
        holder.button(f"确认 {name} 已拿到").click()
        expect(holder.button(f"确认 {name} 已拿到")).to_have_count(0)
    return shares


def standing_of(name: str) -> dict[str, str]:
    """The chair lives here too."""
    return {"standing": "业主委员会"} if name == CHAIR else {}


def brought_to_doors(officer: Visitor, line: str) -> None:
    """A paper for everyone; so many take theirs at the door, which is the proof."""
    page = officer.page
    officer.open(f"{line}paper/terms/")
    for name, words in (
        ("place", "居委会一楼票箱"),
        ("hours", "每天 9:00 至 17:30"),
        ("contact", "徐美玲 0579-87110001"),
    ):
        page.locator(f"[name={name}]").fill(words)
    officer.button("保存").click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    officer.open(f"{line}paper/")
    confirmed(officer, "给全部业主编票")
    expect(page.locator(".messages")).to_contain_text("新编了")
    officer.open(f"{line}paper/doors/")
    expect(page.locator("ul.rows a.row-link")).to_have_count(1)
    page.locator("ul.rows a.row-link").click()
    page.locator("#walk").wait_for()
    others = page.locator("article", has=page.locator("details.door"))
    for name in (*VOTERS, LOOKED):
        others = others.filter(has_not_text=name)
    numbers = [one.get_attribute("id") for one in others.all()][:SERVED]
    assert len(numbers) == SERVED
    for number in numbers:
        one = page.locator(f"article#{number} details.door")
        one.locator(":scope > summary").click()
        one.get_by_label("当面交给本人").check()
        one.locator("input[name=taken_by]").fill("业主本人")
        one.locator("button[type=submit]").click()
        expect(one.locator("[data-state]")).to_have_text("已记下")
    expect(page.locator("#walk-queue [data-words]")).to_have_text("全部已上传")
    page.reload()
    expect(page.locator("#done")).to_have_text(f"已送到 {SERVED} 户")
    clean(officer)


def opened_on_a_phone(portal: Portal, owner: Visitor, officer: Visitor, line: str) -> None:
    """The owner was told and opens the vote, signed in: that is delivery too. The rule is said above the button."""
    # Owners are told by day only; whatever hour it is, this one was.
    portal.rows(
        "INSERT INTO ballots_delivery (compound_id, poll_id, what, person_id, rights, day, at) "
        "SELECT p.compound_id, p.id, 'opened', a.id, ARRAY[r.key], current_date, now() "
        "FROM elections_poll p JOIN elections_right r ON r.edition_id = p.edition_id JOIN accounts_person a ON a.name = r.holder "
        "WHERE p.ref = %s AND a.name = %s ON CONFLICT DO NOTHING",
        line.rstrip("/").rpartition("/")[2],
        LOOKED,
    )
    owner.open("/")
    owner.page.locator(".vote-call", has_text=TITLE).get_by_role("link", name="去投票").click()
    for words in (RULE, SOURCE):
        expect(owner.page.locator("main")).to_contain_text(words)
    clean(owner)
    officer.open(f"{line}vote/delivery/")
    row = officer.page.locator("tbody tr", has_text=LOOKED)
    expect(row).not_to_contain_text("还没打开")
    clean(officer)


def voted(portal: Portal, owner: Visitor, line: str) -> None:
    """On the phone, in large type."""
    phone = owner.page
    owner.context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    owner.open(f"{line}vote/")
    phone.get_by_role("link", name="去投票").first.click()
    phone.get_by_label("同意", exact=True).first.check()
    screen = phone.locator("[data-screen]:not([hidden])")
    for _step in range(phone.locator("[data-screen]").count() - 1):
        screen.get_by_role("button", name="下一步").click()
    screen.get_by_role("button", name="获取验证码").click()
    phone.get_by_label("短信验证码").fill(phone.locator(".shown-code").inner_text())
    screen.get_by_role("button", name="确认投票").click()
    expect(phone.locator("h1")).to_contain_text("投票成功")


def opened(officer: Visitor, line: str, shares: list[str]) -> None:
    """Two of three shares, then the box: the silent are named before any choice is known."""
    page = officer.page
    officer.open(f"{line}box/")
    for number, share in enumerate(shares[:2], 1):
        page.locator("input[name=share]").first.fill(share)
        officer.button("交这一份").click()
        expect(page.locator(".messages")).to_contain_text(f"第 {number} 份钥匙核对无误")
    clean(officer)
    confirmed(officer, "开箱计票")
    expect(page.locator("#box")).to_contain_text("两种互不相干的算法各算一遍")
    clean(officer)


def announced(officer: Visitor, line: str) -> None:
    """Silence made up the numbers; alone, the two that voted are too few. Both are there before it is announced."""
    page = officer.page
    officer.open(f"{line}result/")
    both_counts(officer)
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    for act, says in (("draft", "已存好"), ("announce", "已公示")):
        form = page.locator(f"form[action$='/do/{act}/']")
        if not form.is_visible():
            page.locator("details.panel", has=form).locator(":scope > summary").click()
        if act == "draft":
            form.locator("[name=supervisors]").fill("叶海燕、何思源")
            form.locator("[name=contact]").fill("徐美玲 0579-87110001")
        form.locator("button[type=submit]").click()
        expect(page.locator(".messages")).to_contain_text(says)
    both_counts(officer)


def both_counts(visitor: Visitor) -> None:
    """What decides, and what the ballots alone come to."""
    main = visitor.page.locator("main")
    for words in BOTH:
        expect(main).to_contain_text(words)
    expect(main.locator(".office-outcome")).to_contain_text("：未通过")
    expect(main.locator("details.panel > summary", has_text="只计实际投票")).to_contain_text("参与表决不足法定比例")


def read_by_owners(owner: Visitor, line: str) -> None:
    """Whoever kept silent reads both, on the page and on the notice."""
    owner.open(f"{line}result/")
    both_counts(owner)
    clean(owner)
    owner.page.get_by_role("link", name="看公告、提异议").click()
    for words in BOTH:
        expect(owner.page.locator("main")).to_contain_text(words)
    clean(owner)


def printed(officer: Visitor, line: str) -> None:
    """The sheet has them too."""
    page = officer.page
    officer.open(f"{line}result/")
    officer.button("打印统计表").click()
    page.wait_for_url("**/documents/**")
    link = page.get_by_role("link", name="下载 PDF", exact=True)
    with page.expect_download() as coming:
        link.click()
    said = "".join("".join(one.extract_text().split()) for one in PdfReader(coming.value.path()).pages)
    for words in BOTH:
        assert "".join(words.split()) in said, words


def checked(owner: Visitor, line: str, place: Path) -> None:
    """An owner takes record and checker away and counts again, with the receipt in hand; a silent owner struck out is noticed."""
    page = owner.page
    owner.open(f"{line}box/check/")
    expect(page.locator("main")).to_contain_text("票箱的记录完好")
    clean(owner)
    receipt = page.locator("#own ~ .polls-print").first.inner_text()
    files = {}
    for words in ("下载记录", "下载核对程序"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=words, exact=True).click()
        files[words] = place / coming.value.suggested_filename
        coming.value.save_as(files[words])
    record, program = files["下载记录"], files["下载核对程序"]
    assert program.read_bytes() == (ROOT / "tools/verify_election.py").read_bytes()

    def recounted(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, program, record, *more], capture_output=True, text=True, check=False, cwd=place
        )

    told = recounted("--receipt", receipt)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "全部相符" in told.stdout
    assert "只计实际投票 · from the ballots alone: no_quorum" in told.stdout
    lines = record.read_text(encoding="utf-8").splitlines()
    (at,) = [number for number, one in enumerate(lines) if json.loads(one).get("entry", {}).get("kind") == "silent"]
    silent = json.loads(lines[at])
    assert len(silent["entry"]["body"]["rights"]) == SILENT
    silent["entry"]["body"]["rights"].pop()
    lines[at] = json.dumps(silent, ensure_ascii=False)
    record.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = recounted()
    assert told.returncode == 1, told.stdout + told.stderr
    assert "不符" in told.stdout
