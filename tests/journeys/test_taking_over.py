"""A whole committee takes over: the freeze, cross-posts, the elected in office, the handing over, the first meeting, then one
resigns and the alternate steps in. On both sizes, in large type."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import started
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.staged import FOUND, SECOND, SOURCE, staged
from tests.journeys.test_further_votes import day, panel, send
from tests.journeys.test_notices import CHAIR, OFFICER, RESIDENT, C, clean

pytestmark = pytest.mark.journey
FROZEN = "业委会正在换届，换届期间原业委会不能组织选聘、解聘物业服务企业的表决"
LOST = "公章在换届前遗失，已登报声明作废"
MINUTES = "到会 5 人，举手推选，全票通过"
OWN = "西山社区党委会议纪要 2026 年第 8 号"
ELECTED = 5


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: its committee is another one afterwards."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


@pytest.fixture(scope="module")
def poll(portal: Portal) -> str:
    """A declared election: five elected, one stands by."""
    return staged(portal, "won")["won"]


@dataclass(frozen=True, slots=True)
class Came:
    """Who was elected, in order, and who stands by."""

    elected: list[str]
    alternate: str


def test_a_committee_takes_over_and_an_alternate_steps_in(
    portal: Portal, visit: Callable[..., Visitor], poll: str
) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    old = visit(CHAIR, standing="业主委员会", reduced_motion="reduce")
    frozen(officer)
    firm_vote(old, refused=True)
    proposed(officer)
    came = taken_over(officer, portal, poll)
    membership_carried(officer, came)
    crossed(officer)
    met(officer)
    new = visit(SECOND, standing="主任", reduced_motion="reduce")
    handed_over(officer, new)
    firm_vote(new, refused=False)
    owner = visit(RESIDENT, standing="望江花园", reduced_motion="reduce")
    seen_by_owners(owner, came)
    stepped_in(officer, came)
    owner.open(f"{C}/committee/")
    expect(owner.page.get_by_role("rowheader", name=came.alternate)).to_be_visible()
    clean(owner)


def frozen(officer: Visitor) -> None:
    """The community enters that the re-election has begun."""
    page = officer.page
    officer.open(f"{C}/committee/")
    send(officer, panel(officer, "reelection"), "换届期间不能组织选聘、解聘物业的表决")
    expect(page.locator(".notices .notice")).to_contain_text("换届期间，原业委会不能组织")
    clean(officer)


def firm_vote(chair: Visitor, *, refused: bool) -> None:
    """A committee begins a vote on the firm: while another is elected the page of its call says that it may not."""
    page = chair.page
    chair.open(f"{C}/polls/new/")
    page.get_by_label("业主共同决定事项").check()
    page.get_by_label("标题").fill("解聘物业服务企业")
    page.locator("input[name=on]").fill(day(60))
    chair.button("开始准备").click()
    expect(page.locator("#todo + ul")).to_contain_text("取名册")
    line = "/c/" + page.url.partition("/c/")[2]
    chair.open(f"{line}items/")
    page.locator("textarea[name=item-1-text]").fill("解聘现在的物业服务企业")
    page.locator("select[name=item-1-matter]").select_option("dismiss_firm")
    chair.button("保存表决事项").click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    chair.open(f"{line}call/")
    expect(page.locator("#checks + ul li", has_text=FROZEN)).to_have_count(1 if refused else 0)
    clean(chair)


def proposed(officer: Visitor) -> None:
    """The community proposes its secretary for the committee, before anybody is in office."""
    page = officer.page
    officer.open(f"{C}/committee/cross/")
    form = panel(officer, "propose")
    form.locator("[name=direction]").select_option("into")
    choice = form.locator("[name=post_id]")
    choice.select_option(choice.locator("option", has_text=SECOND).first.get_attribute("value") or "")
    form.locator("[name=title]").fill("委员")
    form.locator("[name=basis]").fill(OWN)
    send(officer, form, "已登记")
    card = page.locator("section.card", has_text=SECOND)
    expect(card).to_contain_text("当选就任时自动登记")
    clean(officer)


def taken_over(officer: Visitor, portal: Portal, poll: str) -> Came:
    """From the declared result to the committee in office: who sits, who stands by, until when."""
    page = officer.page
    officer.open(f"{C}/polls/{poll}/result/")
    rows = page.locator("table.stack tbody tr", has=page.locator("td[data-label=得票户数]"))
    names = {
        state: [one.locator("th").inner_text() for one in rows.filter(has=page.get_by_text(state, exact=True)).all()]
        for state in ("当选", "候补")
    }
    came = Came(names["当选"], *names["候补"])
    assert len(came.elected) == ELECTED
    assert SECOND in came.elected
    clean(officer)
    page.get_by_role("link", name="登记就任").click()
    expect(page.locator("h1")).to_have_text("登记就任")
    clean(officer)
    page.locator("[name=years]").fill("5")
    page.locator("fieldset", has_text=SECOND).locator("[name^=phone_]").fill(phone_of(portal, SECOND))
    for place in range(ELECTED):
        page.locator(f"[name=contact_{place}]").fill("业委会办公室 0579-87110009")
    officer.button("就任").click()
    expect(page.locator(".messages")).to_contain_text("已就任")
    expect(page.locator(".notices .notice", has_text="换届期间")).to_have_count(0)
    main = page.locator("main")
    for name in came.elected:
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    expect(page.locator("ol.office-lines", has_text=came.alternate)).to_be_visible()
    today = localdate()
    ends = today.replace(year=today.year + 5) - timedelta(days=1)
    expect(main).to_contain_text(f"{today:%Y-%m-%d} – {ends:%Y-%m-%d}")
    expect(main).to_contain_text("应开始换届")
    clean(officer)
    return came


def phone_of(portal: Portal, name: str) -> str:
    """The invented number that somebody of the demonstration signs in with."""
    said = portal.program.said()
    line = next(one for one in said.splitlines() if f"  {name}  " in one)
    return line.split()[0]


def membership_carried(officer: Visitor, came: Came) -> None:
    """What was known of membership at the candidacy stands at the member, with its source and day; owners see none of it."""
    page = officer.page
    page.get_by_role("link", name=SECOND, exact=True).click()
    found = page.locator("dl.facts > div", has_text="党员")
    expect(found).to_contain_text(SOURCE)
    expect(found).to_contain_text(f"{localdate() - timedelta(days=FOUND):%Y-%m-%d}")
    clean(officer)


def crossed(officer: Visitor) -> None:
    """Elected and in office, the secretary holds both posts."""
    page = officer.page
    officer.open(f"{C}/committee/cross/")
    card = page.locator("section.card", has_text=SECOND)
    expect(card.locator(".badge.good")).to_be_visible()
    expect(card).to_contain_text(f"{localdate():%Y-%m-%d} – 现在")
    clean(officer)


def met(officer: Visitor) -> None:
    """The first meeting chooses its chair."""
    page = officer.page
    officer.open(f"{C}/committee/")
    form = panel(officer, "meeting")
    choice = form.locator("[name=chair]")
    choice.select_option(choice.locator("option", has_text=SECOND).get_attribute("value") or "")
    form.locator("[name=minutes]").fill(MINUTES)
    send(officer, form, "已登记，主任、副主任从会议当天起任职")
    expect(page.locator("tbody tr", has_text=SECOND)).to_contain_text("主任")
    clean(officer)


def handed_over(officer: Visitor, new: Visitor) -> None:
    """The old committee's list: given thing by thing, one of them lost; signed for by the new chair; printed."""
    page = officer.page
    officer.open(f"{C}/committee/")
    page.locator(".row-link", has_text="届移交").click()
    expect(page.locator("h1")).to_have_text("移交清单")
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    address = "/c/" + page.url.partition("/c/")[2]
    things = page.locator("section.card form[action$='/do/give/']").count()
    assert things
    for number in range(1, things + 1):
        card = page.locator("section.card", has=page.locator(f"#thing-{number}"))
        if number == 1:
            # That something is missing is not enough: what became of it is asked for, and the list stays as it is.
            officer.expect_complaint("422")
            card.get_by_label("没有或找不到").check()
            card.locator("button[type=submit]").click()
            expect(page.locator("main .notice.bad")).to_be_visible()
            card.get_by_label("没有或找不到").check()
            card.locator("[name=text]").fill(LOST)
        card.locator("button[type=submit]").click()
        expect(card.locator(".badge")).to_be_visible()
    clean(officer)
    new.open(address)
    desk = new.page
    clean(new)
    for number in range(1, things + 1):
        card = desk.locator("section.card", has=desk.locator(f"#thing-{number}"))
        card.locator("button[type=submit]").click()
        expect(card.locator(".badge.good")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("已逐项签收，移交完毕")
    clean(new)
    officer.open(address)
    officer.button("打印清单").click()
    page.wait_for_url("**/documents/**")
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载 PDF", exact=True).click()
    said = "".join("".join(one.extract_text().split()) for one in PdfReader(coming.value.path()).pages)
    for words in (LOST, "没有或找不到", "业主委员会印章", SECOND, OFFICER, "全部签收"):
        assert "".join(words.split()) in said, words


def seen_by_owners(owner: Visitor, came: Came) -> None:
    """Who is in office and who stands by; nothing of membership, handing over or cross-posts."""
    page = owner.page
    owner.open(f"{C}/committee/")
    for name in came.elected:
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    expect(page.locator("ol.office-lines", has_text=came.alternate)).to_be_visible()
    expect(page.get_by_role("columnheader", name="党员")).to_have_count(0)
    expect(page.locator("#papers-title")).to_have_count(0)
    clean(owner)


def stepped_in(officer: Visitor, came: Came) -> None:
    """One resigns in writing; whoever stands by takes the seat, is no alternate any more, and the change is to be filed."""
    page = officer.page
    leaves = next(name for name in came.elected if name != SECOND)
    officer.open(f"{C}/committee/")
    expect(page.locator("form[action$='/do/step-in/']")).to_have_count(0)
    page.get_by_role("link", name=leaves, exact=True).click()
    form = panel(officer, "resign")
    form.locator("[name=reason]").fill("到外地工作，书面辞职")
    send(officer, form, "已登记")
    officer.open(f"{C}/committee/")
    send(officer, panel(officer, "step-in"), "已登记，正在公示，并要变更备案")
    expect(page.get_by_role("rowheader", name=came.alternate)).to_be_visible()
    expect(page.get_by_role("rowheader", name=leaves)).to_have_count(0)
    expect(page.locator("ol.office-lines", has_text=came.alternate)).to_have_count(0)
    expect(page.locator(".row-link", has_text=f"{leaves}移交")).to_be_visible()
    clean(officer)
