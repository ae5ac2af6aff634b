"""The opening: the office's own file, the sheets at the doors, and sixty residents who scan them."""

import re

from tests.month.browser import Page
from tests.month.place import houses, own_file
from tests.month.story import HERE, Story, at
from tests.registers.test_pages import xlsx

# Who joins: the first 44 live in one tower, one home each, the others elsewhere. Every seventh is not in the register.
TOWER = range(44)
ELSEWHERE = range(110, 126)


def the_office_brings_its_own_file(story: Story) -> None:
    """2,000 homes from the office's .xlsx: three cells are wrong, are named, are mended; then all of it at once."""
    office, rows = story.browser("汪经理"), houses()
    assert len(rows) == 2000
    spoiled = {7: {"area": "约90"}, 812: {"phone": "1380000"}, 1999: {"area": "见合同"}}
    office.open(f"{HERE}/register/imports/")
    office.press("上传并核对", file=xlsx(own_file(rows, spoiled=spoiled), "安居台账.xlsx"))
    page = _checked(story)
    for cell in ("F10", "H815", "F2002"):
        assert cell in page.text, (cell, page.text)
    office.press("上传改好的表", file=xlsx(own_file(rows, spoiled={}), "安居台账（改）.xlsx"))
    page = _checked(story)
    assert "要改" not in page.text.split("重新对列")[0].replace("0 处要改", "")
    office.press("导入：新增 2000 套")
    story.clock.work()
    assert "新增 2000 套" in office.open(office.page.path).text
    shown = office.open(f"{HERE}/register/").text
    assert "2000" in shown
    story.clock.until(at(20, 11))


def _checked(story: Story) -> Page:
    office = story.browser("汪经理")
    office.press("核对这份表")
    story.clock.work()
    return office.open(office.page.path)


def posters_are_printed_and_nights_are_planned(story: Story) -> None:
    """A sheet for every entrance; then who is awake at night."""
    office = story.browser("汪经理")
    office.open(f"{HERE}/posters/")
    office.press("制作海报")
    document = office.page.path
    story.clock.work()
    page = office.open(document)
    sheet = office.open(page.link("下载"))
    assert sheet.content.startswith(b"%PDF")
    every_day = [str(day) for day in range(7)]
    for worker, starts, ends in (("周师傅", "18:00", "08:00"), ("吴师傅", "08:00", "18:00")):
        office.open(f"{HERE}/duty/patterns/")
        office.press("排好", post=worker, weekdays=every_day, starts=starts, ends=ends, since="2026-09-20")
    story.clock.until(at(21, 8))


def residents_join(story: Story) -> None:
    """Sixty scan the sheet at their door: who stands in the register is in at once, the others are checked and answered."""
    office, rows = story.browser("汪经理"), houses()
    shown = office.open(f"{HERE}/posters/").html
    codes = dict(re.findall(r"<span>(\d+幢\d单元)</span> <span class=\"number\">([\d ]+)</span>", shown))
    assert len(codes) == 40
    waiting = []
    for number in (*TOWER, *ELSEWHERE):
        house, known = rows[number], number % 7 != 6
        owner, phone = house.owners[0]
        name, phone = (owner, phone) if known else (f"{owner[0]}家人", f"199003{number:05d}")
        guest = story.browser(name_of(number))
        page = guest.open(f"/j/{codes[house.building + house.entrance].replace(' ', '')}")
        assert f"{house.building}{house.entrance}" in page.text
        page = story.sign_in(guest, phone, onward=page.link("用手机号登记"), name=name)
        relation = "业主" if known else "家属"
        page = guest.press("提交申请", home=house.room, relation=relation, note="" if known else "和父母同住")
        assert ("当场确认" if known else "等待物业或社区核实") in page.text, page.text[:600]
        story.homes[name_of(number)] = house
        if not known:
            waiting.append(number)
        story.clock.work()
        if number % 10 == 0:
            story.clock.passes(minutes=20)
    story.clock.until(at(21, 15))
    # The office checks the half, the community the other.
    for place, number in enumerate(waiting):
        desk = story.browser("汪经理" if place % 2 else "officer")
        listed = desk.open(f"{HERE}/claims/")
        desk.open(listed.link(rows[number].address))
        page = desk.press("通过", ground="与业主本人电话核实")
        assert "已确认" in page.text
        story.clock.work()
        assert "报修" in story.browser(name_of(number)).open("/").text
    assert "没有等着核实的申请" in office.open(f"{HERE}/claims/").text
    story.clock.until(at(21, 17))


def name_of(number: int) -> str:
    """How the story calls whoever lives in the home of this row."""
    return f"住户{number}"


ALL = (the_office_brings_its_own_file, posters_are_printed_and_nights_are_planned, residents_join)
