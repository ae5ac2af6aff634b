"""A roll as a workbook for its officers. What stands in it is the office's, so it is Chinese whatever language the page has."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final

from django.utils import translation
from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from elections.models import Amendment, Poll, Right, Unit
from elections.roll_words import amended
from elections.rules.measures import area_text
from firms.sheets import text
from premises.models import Home, Source

UNITS: Final = (
    *(("序号", 8), ("门牌", 22), ("用途", 8), ("面积（平方米）", 14), ("面积来源", 12), ("业主", 30), ("选票编号", 10)),
    ("不计入的原因", 24),
)
RIGHTS: Final = (
    *(("选票编号", 10), ("业主", 30), ("专有部分", 40), ("处数", 8), ("面积（平方米）", 14), ("代码", 20)),
)
AMENDMENTS: Final = (
    *(
        ("版次", 8),
        ("时间", 18),
        ("门牌", 22),
        ("改了什么", 12),
        ("原来", 24),
        ("现在", 24),
        ("原因", 30),
        ("依据", 30),
    ),
    ("经手", 24),
)


def write_roll(
    poll: Poll, units: Sequence[Unit], rights: Sequence[Right], amendments: Sequence[Amendment], *, to: BinaryIO
) -> None:
    """Three sheets: the parts, the votes, the corrections. Areas are numbers with four decimals."""
    of_unit = {number: one for one in rights for number in one.units}
    address = {one.number: one.address for one in units}
    with translation.override("zh-hans"):
        book = Workbook(write_only=True)
        _sheet(
            book,
            "名册",
            UNITS,
            (
                [
                    one.number, text(one.address), str(Home.Use(one.use).label), Decimal(area_text(one.area)),
                    str(Source(one.area_source).label), text("、".join(owner["name"] for owner in one.owners)),
                    of_unit[one.number].number if one.number in of_unit else "", text(one.left_out),
                ]
                for one in units
            ),
        )  # fmt: skip
        _sheet(
            book,
            "选票",
            RIGHTS,
            (
                [
                    one.number, text(one.holder or "建设单位"), text("、".join(address[unit] for unit in one.units)),
                    len(one.units), Decimal(area_text(one.area)), one.key,
                ]
                for one in rights
            ),
        )  # fmt: skip
        _sheet(book, "更正", AMENDMENTS, _corrections(amendments))
        if poll.edition is not None:
            _sheet(
                book,
                "合计",
                (("项目", 16), ("数", 70)),
                [
                    ["版次", poll.edition.number],
                    ["业主", poll.edition.voters],
                    ["专有部分", poll.edition.units],
                    ["面积", area_text(poll.edition.area)],
                    ["指纹", poll.edition.fingerprint],
                ],
            )
        book.save(to)


def _corrections(amendments: Iterable[Amendment]) -> Iterable[list[Any]]:
    for one in amendments:
        for name, before, after in amended(one)["changes"]:
            yield [
                one.edition.number, f"{localtime(one.at):%Y-%m-%d %H:%M}", text(one.unit.address), str(name),
                text(before), text(after), text(one.reason), text(one.evidence), text(one.label),
            ]  # fmt: skip


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, (_head, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    heads = [WriteOnlyCell(sheet, value=head) for head, _width in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append(list(row))
