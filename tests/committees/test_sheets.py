"""How the tally sheet and the filing pack look: eleven members, five alternates, very long names, areas of four decimals."""

import copy
import io
import re
from types import SimpleNamespace
from typing import Any

from pypdf import PdfReader

from committees import pdf
from committees.models import Filing
from committees.showing import shown
from documents import pdf as printer
from documents import qr
from tenancy.scope import scope
from tests.committees.conftest import COUNTED, announced, seated
from tests.world import World

LONG = "阿卜杜热西提·麦麦提图尔荪·阿不都克热木·艾合买提江·玉素甫"
ELECTED, ALTERNATES, OTHERS = 11, 5, 2
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def large(facts: dict[str, Any], items: int = 1) -> dict[str, Any]:
    """The facts of a real result with eighteen candidates, and as many items as asked."""
    facts = copy.deepcopy(facts)
    item = facts["items"][0]
    passed, missed = item["candidates"][0], item["candidates"][-1]
    names = [
        f"{LONG}{number}" if number % 3 == 0 else f"候选人{number}" for number in range(ELECTED + ALTERNATES + OTHERS)
    ]
    rows = []
    for number, name in enumerate(names):
        like = copy.deepcopy(passed if number < ELECTED + ALTERNATES else missed)
        like["area"] |= {"have": f"{117572 - number}.9075", "of": "133080.8025"}
        rows.append({**like, "key": f"k{number}", "name": name})
    item["candidates"], item["seats"] = rows, ELECTED
    item["elected"], item["alternates"] = rows[:ELECTED], rows[ELECTED : ELECTED + ALTERNATES]
    facts["items"] = [{**item, "number": number} for number in range(1, items + 1)]
    return facts


def pages(template: str, given: dict[str, Any]) -> list[list[str]]:
    """The lines of each page as they are printed."""
    told = {
        "document": SimpleNamespace(title="表", number="HERE-2026-000001"), "check_code": "7K3M-P9Q2", "now": COUNTED,
        "check_page": "https://example.org/v/", "check_qr": qr.svg_data_uri("https://example.org/v/7K3MP9Q2/"),
    }  # fmt: skip
    made = printer.render(template, {**told, **given}, now=COUNTED)
    return [one.extract_text().splitlines() for one in PdfReader(io.BytesIO(made)).pages]


def result(facts: dict[str, Any], outcome: Any, compound: Any) -> list[list[str]]:
    return pages(
        "committees/result_sheet.html",
        {"facts": facts, "shown": shown(facts), "outcome": outcome, "compound": compound,
         "signatures": pdf.SIGNATURES["result"]},
    )  # fmt: skip


def test_no_figure_of_eighteen_candidates_is_torn_apart(world: World) -> None:
    side = world.here
    _poll, outcome = announced(side)
    facts = large(outcome.facts)
    found = result(facts, outcome, side.compound)
    lines = [line.strip() for page in found for line in page]
    assert len(found) <= 4
    assert [line for line in lines if line.startswith(("）", "%", "；"))] == []
    for number in range(ELECTED + ALTERNATES + OTHERS):
        area = f"{117572 - number}.9075"
        assert any(area in line for line in lines), area
    assert [line for line in lines if line.endswith(("多", "差"))] == []
    text = "".join(lines)
    assert text.index("当选 11 人") < text.index("分子")
    assert facts["roll"]["fingerprint"] in text


def test_several_items_have_a_table_of_what_came_of_each_and_keep_their_parts_together(world: World) -> None:
    side = world.here
    text = "续聘物业服务企业，合同期三年"
    tally = {text: {"for": (40, 40_0000_00), "against": (60, 60_0000_00)}}
    _poll, outcome = announced(side, kind="decision", texts=(text,), cast=tally)
    facts = copy.deepcopy(outcome.facts)
    facts["items"] = [{**facts["items"][0], "number": number} for number in range(1, 8)]
    whole = shown(facts)
    assert [(one.number, one.verdict) for one in whole.summary] == [(number, "未通过") for number in range(1, 8)]
    assert shown(outcome.facts).summary == []
    # That nothing was decided is said once, by the item itself.
    assert [line for line in whole.items[0].lines if "未形成决定" in line or "没有形成决定" in line] == [
        "本项未形成决定，不表示作出了相反的决定。"
    ]
    found = result(facts, outcome, side.compound)
    # Wherever an item begins, its tests begin on the same page; on the first page its line in the table of all does not count.
    begins = [(page, place) for page in found for place, line in enumerate(page) if "第二百七十八条第九项" in line]
    assert len(begins) == len(facts["items"])
    assert all("分子" in "".join(page[place:]) for page, place in begins)


def test_the_pack_is_signed_on_its_cover_and_its_list_names_the_pages(world: World) -> None:
    side = world.here
    _made, _at = seated(side)
    with scope(side.compound.pk):
        filing = Filing.objects.get(compound=side.compound)
        given = pdf.filing_context(compound_id=side.compound.pk, target=pdf.filing_target(filing))
    one = given["members"][0]
    many = [
        SimpleNamespace(
            name=f"{LONG}{number}" if number % 2 else f"委员{number}", get_role_display="副主任", home="12幢2单元1802",
            voters=1104, area="117572.9075", starts=one.starts, pledge="", duties="", contact="",
        )
        for number in range(ELECTED)
    ]  # fmt: skip
    for annex in given["annexes"]:
        if annex["kind"] == "members":
            annex["people"] = many
    given |= {"members": many, "compound": side.compound}
    found = pages("committees/filing_sheet.html", given)
    cover = "\n".join(found[0])
    assert "签字：" in cover
    assert "查验码 7K3M-P9Q2" in cover
    assert "签字：" not in "\n".join(line for page in found[1:] for line in page)
    starts = {
        annex["number"]: next(
            number for number, page in enumerate(found, 1)
            if number > 1 and any(line.replace(" ", "").startswith(f"附件{annex['number']}　") or
                                  line.replace(" ", "").startswith(f"附件{annex['number']}{annex['title']}") for line in page)
        )
        for annex in given["annexes"]
    }  # fmt: skip
    listed = [line.split() for line in found[0] if line.strip()]
    for number, page in starts.items():
        assert any(words[0] == str(number) and words[-1] == str(page) for words in listed), (number, page, cover)
    lines = [line for page in found for line in page]
    days = [line for line in lines if DAY.search(line) and "117572.9075" in line]
    assert len(days) == ELECTED, lines
