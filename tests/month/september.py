"""September: a burst pipe at night, a lift that forty report, a leak that is blamed on others, a price, an old man."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Count

from messaging.models import Message
from tenancy.scope import scope
from tests.month.book import Case, Step
from tests.month.opening import TOWER, name_of
from tests.month.place import houses
from tests.month.story import HERE, Story, at, numbers
from tests.repairs.conftest import picture


def a_pipe_bursts_at_night(story: Story) -> None:
    """02:14: whoever is awake is told at once; after five minutes the manager too; repaired before the morning."""
    story.clock.until(at(22, 2, 14))
    before = story.messages
    case = story.file(name_of(3), "water", "厨房水管爆裂，水往楼下流", urgent="on")
    told = story.told_by_sms(before)
    assert numbers("周师傅") <= told
    assert not numbers("吴师傅") & told
    story.clock.passes(minutes=4)
    before = story.messages
    story.clock.passes(minutes=2)
    assert numbers("汪经理") <= story.told_by_sms(before)
    assert (
        case.number in story.browser("汪经理").open(f"{HERE}/watch/").text
        or case.ref in story.browser("汪经理").page.html
    )
    story.clock.passes(minutes=2)
    story.claim("周师傅", case)
    # The manager, woken up, answers for it all the same.
    answer(story, "汪经理", case, "周师傅已经在路上，十分钟到。")
    story.clock.passes(minutes=9)
    story.start("周师傅", case)
    story.clock.passes(minutes=65)
    story.finish("周师傅", case, "已关总阀，换了一段水管，恢复供水。")
    story.clock.until(at(22, 7, 30))
    story.confirm(name_of(3), case, 5)


def answer(story: Story, who: str, case: Case, words: str) -> None:
    """What climbed to a party is answered by it, from its page."""
    browser = story.browser(who)
    browser.open(f"{HERE}/watch/")
    duty = re.search(rf'repairs/{case.ref}/".*?action="([^"]+/answer/)"', browser.page.html, re.DOTALL)
    assert duty is not None, (who, case.number)
    browser.send(browser.page.form(duty[1]), answer=words)
    story.clock.work()
    assert words in story.open(case.filer, case).text


def tower(story: Story) -> list[str]:
    """The forty who stand before a lift that does not come."""
    return [name_of(number) for number in TOWER if number != 3][:40]


def the_lift_stands_still(story: Story) -> None:
    """Forty neighbours have one lift: twelve report it in their own words, fourteen say 我也遇到 with one tap."""
    story.clock.until(at(23, 7, 20))
    people = tower(story)
    own = [story.file(people[0], "lift", "电梯停在6楼不动", place="building")]
    for who in people[1:12]:
        story.clock.passes(minutes=1)
        own.append(story.file(who, "lift", "电梯坏了，老人下不了楼", place="building", apart=True))
    for who in people[12:26]:
        assert story.join(who, "lift", "电梯不动") in own
    story.clock.passes(minutes=3)
    manager = story.browser("汪经理")
    assert all(case.ref in manager.open(f"{HERE}/board/").html for case in own)
    for case in own:
        story.do("汪经理", case, "accept")
    form = manager.open(f"{HERE}/incidents/new/?request={own[0].ref}").form("/incidents/new/")
    manager.send(
        form, title="1幢电梯停用", category="lift", building="1幢", words="维保单位已在路上，预计下午修好。",
        expected_end="2026-09-23T16:00", refs=[case.ref for case in own],
    )  # fmt: skip
    assert "会发给 26 人" in manager.page.text, manager.page.text
    with told_once(story, people[:26]):
        story.incident = manager.press("公布").path
        story.clock.work()
    for who in people[26:]:
        assert "1幢电梯停用" in story.browser(who).open("/").text
        story.browser(who).open(story.incident)
        assert "您也遇到了这件事" in story.browser(who).press("我也遇到").text


def all_are_told_at_once(story: Story) -> None:
    """What the manager says goes to all forty, each once; when it is over nobody's case is closed for them."""
    people, manager = tower(story), story.browser("汪经理")
    own = [case for case in story.book.cases if case.category == "lift"]
    story.clock.until(at(23, 10))
    story.assign("方客服", own[0], "吴师傅")
    story.start("吴师傅", own[0])
    manager.open(story.incident)
    manager.send(
        manager.page.form("/tell/"), words="配件下午到，先请大家走2单元电梯。", expected_end="2026-09-23T18:00"
    )
    assert "会发给 40 人" in manager.page.text, manager.page.text
    with told_once(story, people):
        manager.press("发出")
        story.clock.work()
    story.clock.until(at(23, 16, 30))
    manager.open(story.incident)
    manager.send(manager.page.form("/close/"), words="电梯已修好，检测合格，可以正常使用。", finished="yes")
    with told_once(story, people):
        manager.press("发出并结束")
        for case in own:
            case.steps.append(Step(story.clock.now, "settle"))
        story.clock.work()
    # Nine confirm, one says that it is not solved, two never answer.
    story.clock.until(at(23, 19))
    for case, stars in zip(own[:9], (5, 4, 5, 3, 4, 5, 5, 2, 4), strict=True):
        story.confirm(case.filer, case, stars)
    story.do(own[9].filer, own[9], "reopen", reason="还是一停一停的")
    story.clock.passes(minutes=30)
    story.assign("方客服", own[9], "吴师傅")
    story.clock.until(at(24, 9))
    story.start("吴师傅", own[9])
    story.finish("吴师傅", own[9], "重新调了门机。")
    story.clock.passes(hours=1)
    story.confirm(own[9].filer, own[9], 4)


@contextmanager
def told_once(story: Story, people: list[str]) -> Iterator[None]:
    """Each of these gets one message meanwhile, no more and no less."""
    before = inboxes(story, people)
    yield
    assert [after - was for was, after in zip(before, inboxes(story, people), strict=True)] == [1] * len(people)


def inboxes(story: Story, people: list[str]) -> list[int]:
    """How many messages each has got."""
    with scope(story.place.compound.pk):
        found = dict(
            Message.objects.filter(channel="in_app").values_list("person_id").annotate(count=Count("pk")).order_by()
        )
    return [found.get(int(story.browser(who).client.session["_auth_user_id"]), 0) for who in people]


def a_leak_is_blamed_on_the_flat_above(story: Story) -> None:
    """The firm says: not ours, ask upstairs. The community says: it is. It waits for a part over Mid-Autumn."""
    who = name_of(112)
    case = story.file(who, "leak", "卫生间顶上渗水，楼上说不是他家的")
    story.clock.passes(hours=1)
    story.do("汪经理", case, "return", reason="楼上装修弄坏的，业主之间协商", receiver="楼上业主")
    assert "楼上业主" in story.open(who, case).text
    story.clock.passes(hours=2)
    story.do("officer", case, "deny", reason="漏的是公共立管，属于物业")
    story.clock.passes(minutes=40)
    story.assign("方客服", case, "周师傅")
    story.clock.passes(hours=1)
    story.start("周师傅", case)
    story.pause("周师傅", case, "立管配件要定做", at(28, 12))
    story.resumed_by_itself(case)


def two_that_are_not_the_firms(story: Story) -> None:
    """A main outside the gate is the water company's; the community agrees. A second return is contested and stands still."""
    main = story.file(name_of(113), "water", "大门外路面冒水", place="public", place_text="大门外人行道")
    story.clock.passes(minutes=15)
    story.do("汪经理", main, "return", reason="市政管网", receiver="永康市水务公司")
    assert "永康市水务公司" in story.open(name_of(113), main).text
    # Not anybody's silence: the community is told, and reads where it must decide.
    story.clock.passes(hours=2)
    story.do("secretary", main, "uphold", note="已转水务公司，工单他们在办。")
    noise = story.file(name_of(114), "noise", "楼下店铺半夜装修")
    story.clock.passes(hours=1)
    story.do("汪经理", noise, "return", reason="店铺噪音不归物业", receiver="城管")
    story.clock.passes(hours=3)
    story.do(name_of(114), noise, "contest", reason="物业连劝都没去劝")


def a_job_that_costs_money(story: Story) -> None:
    """The first price is declined, the second agreed and signed; only then the work goes on."""
    story.clock.until(at(25, 9))
    who = name_of(115)
    case = story.file(who, "other", "厨房龙头坏了，想换新的")
    story.clock.passes(minutes=30)
    story.claim("吴师傅", case)
    story.aside("吴师傅", case, "arrive")
    prices = {
        "words": ["不锈钢龙头", "人工"],
        "quantity": ["1", "1"],
        "price": ["128", "60"],
        "kind": ["parts", "labour"],
    }
    story.aside("吴师傅", case, "quote", **prices)
    assert "188" in story.open(who, case).text
    story.aside(who, case, "decline", reason="网上龙头才八十")
    story.aside("吴师傅", case, "quote", **{**prices, "price": ["80", "50"]})
    assert not story.open("吴师傅", case).forms(f"/{case.ref}/start/") or refuses_to_start(story, case)
    story.aside(who, case, "agree", name=story.homes[who].owners[0][0])
    assert "已同意" in story.open("吴师傅", case).text
    story.do("吴师傅", case, "start", photos=picture())
    story.clock.passes(minutes=50)
    story.finish("吴师傅", case)
    story.aside(who, case, "sign", name=story.homes[who].owners[0][0])
    story.confirm(who, case, 5)


def refuses_to_start(story: Story, case: Case) -> bool:
    """Whether the button says no while a price is open."""
    worker = story.browser("吴师傅")
    form = story.open("吴师傅", case).form(f"/{case.ref}/start/")
    return worker.client.post(form.action, form.filled({})).status_code in {409, 422}


def an_old_man_without_a_smartphone(story: Story) -> None:
    """He tells the community's officer; he signs on the worker's phone; the community says for him that it is repaired."""
    story.clock.until(at(25, 14))
    case = story.file(
        "officer", "power", "客厅没电，老人一个人在家", whom="other", for_name="陈大爷", for_phone="19900399999",
        for_home=houses()[1500].address, consent="本人当面同意",
    )  # fmt: skip
    story.clock.passes(minutes=20)
    story.claim("周师傅", case)
    page = story.open("周师傅", case)
    assert "陈" in page.text
    story.aside("周师傅", case, "arrive")
    story.aside("周师傅", case, "quote", words=["空气开关"], quantity=["1"], price=["45.50"], kind=["parts"])
    story.aside("周师傅", case, "agree", name="陈大爷")
    story.do("周师傅", case, "start", photos=picture())
    story.clock.passes(hours=1)
    story.finish("周师傅", case, "换了空气开关。")
    story.aside("周师傅", case, "sign", role="resident", name="陈大爷")
    story.clock.passes(hours=2)
    story.confirm("officer", case, 5)


def ordinary_days_of_the_old_firm(story: Story) -> None:
    """Beside all that, what is always: done, withdrawn, twice the same, closed by order, and one that nobody answers."""
    story.clock.until(at(26, 9))
    for number, category, words, worker, hours, stars in (
        (4, "environment", "电梯厅有异味", "吴师傅", 2, 5),
        (5, "noise", "水泵房嗡嗡响", "吴师傅", 3, 3),
        (7, "facility", "单元门口台阶松动", "周师傅", 2, 4),
        (8, "power", "车棚充电桩没电", "周师傅", 1, 5),
    ):
        story.clock.passes(minutes=30)
        case = story.file(name_of(number), category, words)
        story.whole(case, worker, desk="方客服", hours=hours, stars=stars)
    gone = story.file(name_of(9), "other", "纱窗掉了")
    story.do(name_of(9), gone, "withdraw", reason="自己装好了")
    first = story.file(name_of(10), "environment", "中心花园积水", place="public", place_text="中心花园")
    second = story.file(name_of(11), "environment", "花园里全是水", place="public", place_text="中心花园", apart=True)
    story.do("汪经理", second, "merge", into=first.number)
    assert "已并到同一件事里" in story.open(name_of(11), second).text
    story.file(name_of(12), "other", "信箱钥匙丢了")


def after_mid_autumn(story: Story) -> None:
    """Monday: what waited over the three holidays is taken up within the hours that were promised; the part has come."""
    story.clock.until(at(28, 9))
    held = {(case.category, case.filer): case for case in story.book.held(story.clock.now)}
    noise, pool = held["noise", name_of(114)], held["environment", name_of(10)]
    shut, leak = held["other", name_of(12)], held["leak", name_of(112)]
    assert len(held) == 4
    story.assign("方客服", noise, "吴师傅")
    story.assign("方客服", pool, "吴师傅")
    story.assign("方客服", shut, "周师傅")
    story.start("吴师傅", noise)
    story.finish("吴师傅", noise, "已和店铺谈好，八点后不施工。")
    story.clock.until(at(28, 11))
    story.confirm(noise.filer, noise, 4)
    story.start("吴师傅", pool)
    story.finish("吴师傅", pool, "疏通了雨水口。")
    story.do("汪经理", shut, "force_close", reason="三次上门都没人，电话不接")
    assert shut.number in story.browser("secretary").open(f"{HERE}/endings/?list=forced").text
    story.clock.until(at(28, 12))
    assert "处理中" in story.open(leak.filer, leak).text
    story.confirm(pool.filer, pool, 4)
    story.clock.until(at(28, 16))
    story.finish("周师傅", leak, "换了公共立管三通，楼上楼下都试过水。")
    story.clock.until(at(29, 9))
    story.confirm(leak.filer, leak, 5)


ALL = (
    a_pipe_bursts_at_night,
    the_lift_stands_still,
    all_are_told_at_once,
    a_leak_is_blamed_on_the_flat_above,
    two_that_are_not_the_firms,
    a_job_that_costs_money,
    an_old_man_without_a_smartphone,
    ordinary_days_of_the_old_firm,
    after_mid_autumn,
)
