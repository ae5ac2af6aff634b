"""October: the holidays, what the community asks afterwards, and a firm that is dismissed in the middle."""

import re
from datetime import datetime, timedelta

from parties import actions as parties
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.month.book import Case, Step
from tests.month.opening import name_of
from tests.month.place import NEW_FIRM, OLD_FIRM
from tests.month.september import answer
from tests.month.story import HERE, Story, numbers, october
from tests.month.story import at as moment


def the_week_of_the_national_day(story: Story) -> None:
    """Working time stands still over the holidays, what endangers people does not: one falls late and climbs to the street."""
    story.clock.until(moment(30, 16))
    lamp = story.file(name_of(116), "facility", "楼道灯不亮", place="building")
    gate = story.file(name_of(0), "access", "门禁刷不开", place="public", place_text="北门")
    story.clock.until(october(2, 20))
    dark = story.file(name_of(117), "power", "半幢楼没电", place="building")
    story.clock.until(october(2, 21))
    assert numbers("汪经理") <= story.told_in_app("repairs.escalated")
    story.aside(name_of(117), dark, "urge")
    story.clock.until(october(3, 1))
    answer(story, "郑主任", dark, "已打电话给物业经理，要求今晚到场。")
    answer(story, "secretary", dark, "社区已联系供电所一起看。")
    story.clock.until(october(3, 21, 30))
    answer(story, "street", dark, "街道已约谈物业，明早八点前恢复。")
    story.clock.until(october(4, 7))
    story.claim("吴师傅", dark)
    story.start("吴师傅", dark)
    story.clock.passes(hours=2)
    story.finish("吴师傅", dark, "配电箱主闸烧坏，已更换。")
    story.clock.until(october(4, 12))
    story.confirm(name_of(117), dark, 2)
    # The others were promised working hours: nobody was late over the holidays, and 催办 is one tap.
    story.aside(name_of(116), lamp, "urge")
    assert lamp.told(story.clock.now).answer_due == october(8, 11)
    assert "10月8日" in story.open(name_of(116), lamp).text
    story.clock.until(october(8, 8, 40))
    story.assign("方客服", gate, "周师傅")
    story.clock.until(october(8, 10))
    story.assign("方客服", lamp, "吴师傅")
    story.start("周师傅", gate)
    story.finish("周师傅", gate, "换了读卡头。")
    story.start("吴师傅", lamp)
    story.clock.passes(hours=1)
    story.finish("吴师傅", lamp, "换了整层的声控灯。")
    story.confirm(name_of(0), gate, 5)


def the_community_asks_afterwards(story: Story) -> None:
    """The sample of September was drawn by itself; one of those called says that it is not solved, and it is open again."""
    officer = story.browser("officer")
    page = officer.open(f"{HERE}/visits/?month=2026-09")
    drawn = re.findall(r'id="visit-(\d+)".*?/repairs/([A-Za-z0-9_-]+)/"', page.html, re.DOTALL)
    over = [
        case for case in story.book.cases if case.told(moment(30, 23, 59)).outcome in {"done", "forced", "awaiting"}
    ]
    assert len(drawn) == max(5, -(-len(over) // 10))
    assert {ref for _visit, ref in drawn} <= {case.ref for case in over}
    by_ref = {case.ref: case for case in story.book.cases}
    # The sample is drawn by lot: whoever says that it is not solved had said that it was, of something ordinary.
    drawn.sort(key=lambda one: _how_odd(by_ref[one[1]], story.clock.now))
    for place, (visit, ref) in enumerate(drawn):
        form = officer.open(f"{HERE}/visits/?month=2026-09").form(f"/visits/{visit}/")
        button, note = (
            (("没解决，重开", "三天以后又不行了"), ("没联系上", ""))[place] if place < 2 else ("已解决，满意", "")
        )
        officer.send(form, button=button, note=note)
        story.clock.work()
        if place == 0:
            again = by_ref[ref]
            again.steps.append(Step(story.clock.now, "reopen"))
    story.clock.passes(minutes=20)
    story.assign("方客服", again, "周师傅")
    story.clock.passes(minutes=40)
    story.start("周师傅", again)
    story.finish("周师傅", again, "重新做了一遍。")
    story.clock.passes(hours=1)
    story.confirm(again.filer, again, 4)


def _how_odd(case: Case, now: datetime) -> tuple[bool, bool, str]:
    """The ordinary cases first: confirmed by who filed it for themselves, and without a price."""
    return case.told(now).outcome != "done", case.filer == "officer" or case.category == "other", case.number


def the_firm_is_dismissed(story: Story) -> None:
    """The owners have decided: the ninth is the last day, the next firm comes on the tenth. The lists are opened and filled."""
    place, today = story.place, story.clock.now
    by = system_actor("decision", (place.compound.pk,))
    with scope(place.compound.pk):
        parties.end_contract(
            contract=place.contract, ends=october(9, 0).date(), basis="业主大会决定解聘", by=by, now=today
        )
        parties.sign_contract(
            compound=place.compound,
            company=place.bodies[NEW_FIRM],
            starts=october(10, 0).date(),
            ends=None,
            basis="业主大会选聘",
            by=by,
            now=today,
        )
    chair, old = story.browser("郑主任"), story.browser("汪经理")
    chair.open(f"{HERE}/handover/")
    story.handover = chair.press("发起交接").path
    story.clock.work()
    old.open(story.handover)
    old.send(old.page.form("/do/begin/"))
    old.open(f"{story.handover}lists/key/add/")
    old.press("加上这些行", rows="水泵房,2,门卫室\n电梯机房,4,门卫室")
    story.clock.work()


def the_last_days(story: Story) -> None:
    """Some cases are open, each in another state, when everything is looked at and the old firm and the committee sign."""
    story.file(name_of(118), "environment", "垃圾桶满了没人倒", place="public", place_text="南门")
    story.clock.until(october(8, 15))
    swing = story.file(name_of(119), "facility", "儿童乐园的秋千断了", place="public", place_text="儿童乐园")
    door = story.file(name_of(121), "access", "单元门关不上", place="building")
    story.clock.passes(minutes=30)
    story.assign("方客服", swing, "周师傅")
    story.assign("方客服", door, "吴师傅")
    story.start("周师傅", swing)
    story.pause("方客服", door, "闭门器要等厂家", october(14, 12))
    story.clock.until(october(9, 16))
    chair = story.browser("郑主任")
    for kind in sorted(set(re.findall(rf'{story.handover}lists/(\w+)/"', chair.open(story.handover).html))):
        page = chair.open(f"{story.handover}lists/{kind}/")
        if "没选的都算已交" in page.text:
            chair.press("没选的都算已交")
    chair.open(story.handover)
    chair.send(chair.page.form("/do/freeze/"))
    signs(story, "汪经理", "outgoing", "项目经理")
    signs(story, "郑主任", "committee", "业委会主任")


def signs(story: Story, who: str, role: str, post: str, button: str = "签字") -> None:
    """One side signs what was settled."""
    signer = story.browser(who)
    signer.open(f"{story.handover}sign/{role}/")
    signer.press(button, name=who, post=post)
    story.clock.work()


def midnight(story: Story) -> None:
    """Ten minutes before the end a pipe bursts, in the hands of the firm that goes. At midnight nothing is left behind."""
    story.clock.until(october(9, 23, 50))
    burst = story.file(name_of(122), "water", "地下车库水管爆了", place="public", place_text="地下车库B区", urgent="on")
    story.clock.passes(minutes=4)
    story.claim("周师傅", burst)
    story.start("周师傅", burst)
    went = story.handed_on(october(10, 0), NEW_FIRM)
    assert [case.category for case in went] == ["environment", "facility", "access", "water"]
    story.clock.until(october(10, 0, 5))
    # Who goes sees nothing any more, who comes is told; whoever asked reads who has it now.
    assert numbers("孟经理") <= story.told_in_app("handover.cases_came")
    for who in ("汪经理", "方客服", "周师傅"):
        for path in (f"{HERE}/board/", f"{HERE}/repairs/{burst.ref}/", f"{HERE}/figures/", f"{HERE}/register/"):
            page = story.browser(who).ask(path)
            assert page.status in {403, 404} or not page.path.startswith(HERE), (who, path, page.path, page.status)
    for case in went:
        shown = story.open(case.filer, case).html
        line = shown[shown.index('class="holder') :][:400]
        assert NEW_FIRM in line
        assert OLD_FIRM not in line


def the_new_firm_finishes(story: Story) -> None:
    """What the old one left is done by the new one, which plans its own nights; the handover is signed to its end."""
    new = story.browser("孟经理")
    bins, swing, door, burst = story.book.held(story.clock.now)
    story.claim("邵师傅", burst)
    story.clock.passes(minutes=20)
    story.start("邵师傅", burst)
    story.clock.passes(hours=1)
    story.finish("邵师傅", burst, "换了阀门。")
    story.clock.until(october(10, 9))
    story.confirm(burst.filer, burst, 5)
    every_day = [str(day) for day in range(7)]
    for worker, starts, ends in (("姚师傅", "18:00", "08:00"), ("邵师傅", "08:00", "18:00")):
        new.open(f"{HERE}/duty/patterns/")
        new.press("排好", post=worker, weekdays=every_day, starts=starts, ends=ends, since="2026-10-10")
    assert all(case.ref in new.open(f"{HERE}/board/").html for case in (bins, swing, door))
    for case, worker in ((bins, "姚师傅"), (swing, "邵师傅"), (door, "邵师傅")):
        story.assign("施客服", case, worker)
    signs(story, "孟经理", "incoming", "项目经理")
    signs(story, "secretary", "community", "书记", "见证签字，完成交接")
    assert "已完成" in story.browser("郑主任").open(story.handover).text
    story.start("姚师傅", bins)
    story.finish("姚师傅", bins, "清运了，加了两只桶。")
    story.clock.passes(hours=2)
    story.confirm(bins.filer, bins, 5)
    story.clock.until(october(11, 10))
    story.start("邵师傅", swing)
    story.finish("邵师傅", swing, "换了铁链。")
    # A Sunday of rest for the office: nothing that counts in working time is late.
    story.clock.until(october(12, 10))
    story.confirm(swing.filer, swing, 4)
    reopened_after_the_change(story)
    story.start("邵师傅", door)
    story.clock.passes(hours=1)
    story.finish("邵师傅", door, "换了闭门器。")
    story.clock.passes(hours=1)
    story.confirm(door.filer, door, 5)


def reopened_after_the_change(story: Story) -> None:
    """What the old firm called done is not: within seven days it opens again, and it is the new firm's to see to."""
    case = next(one for one in story.book.cases if one.category == "access" and one.filer == name_of(0))
    story.do(case.filer, case, "reopen", reason="又刷不开了")
    case.steps.append(Step(story.clock.now + timedelta(minutes=1), "hand_on", firm=NEW_FIRM))
    story.clock.passes(minutes=1)
    story.assign("施客服", case, "姚师傅")
    story.clock.passes(hours=3)
    story.start("姚师傅", case)
    story.finish("姚师傅", case, "主板换新的。")
    story.clock.passes(hours=1)
    story.confirm(case.filer, case, 5)


def ordinary_days_of_the_new_firm(story: Story) -> None:
    """Another week: done, half done, late, and one that is still open when the month is told."""
    for hour, number, category, words, worker, hours, stars in (
        (9, 14, "noise", "楼上半夜打麻将", "姚师傅", 2, 4),
        (11, 15, "environment", "楼道堆了纸箱", "姚师傅", 3, 5),
        (14, 16, "other", "窗户把手断了", "邵师傅", 6, 3),
        (9, 17, "facility", "健身器材松了", "邵师傅", 20, 5),
        (10, 18, "leak", "阳台渗水", "邵师傅", 5, None),
    ):
        day = story.clock.now.day + (story.clock.now.hour >= hour)
        story.clock.until(october(day, hour))
        case = story.file(name_of(number), category, words)
        story.whole(case, worker, desk="施客服", hours=hours, stars=stars)
    story.clock.until(october(18, 10))
    story.file(name_of(19), "other", "信箱锁坏了")
    late = story.file(name_of(21), "water", "水压很小")
    story.clock.until(october(18, 16))
    answer(story, "郑主任", late, "已催新物业。")
    story.assign("施客服", late, "姚师傅")
    story.clock.until(october(20, 18))


ALL = (
    the_week_of_the_national_day,
    the_community_asks_afterwards,
    the_firm_is_dismissed,
    the_last_days,
    midnight,
    the_new_firm_finishes,
    ordinary_days_of_the_new_firm,
)
