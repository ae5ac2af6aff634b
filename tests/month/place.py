"""The place of the story: a compound with nothing in it but its bodies, and the office's own file of its 2,000 homes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.management import call_command
from openpyxl import Workbook

from accounts.models import Person
from parties import actions as parties
from parties.models import Contract, Organisation
from tenancy.actions import open_compound
from tenancy.actor import system_actor
from tenancy.models import Compound
from tenancy.scope import scope
from tests.registers.books import saved
from tests.world import Side

CODE = "taoyuan"
OLD_FIRM, NEW_FIRM = "安居物业服务公司", "新家园物业服务公司"
# Who works where: name -> (body, role). Telephones follow from the order.
STAFF = {
    "汪经理": (OLD_FIRM, "manager"),
    "方客服": (OLD_FIRM, "dispatcher"),
    "周师傅": (OLD_FIRM, "worker"),
    "吴师傅": (OLD_FIRM, "worker"),
    "郑主任": ("桃源里业主委员会", "chair"),
    "孟经理": (NEW_FIRM, "manager"),
    "施客服": (NEW_FIRM, "dispatcher"),
    "姚师傅": (NEW_FIRM, "worker"),
    "邵师傅": (NEW_FIRM, "worker"),
}
BUILDINGS, ENTRANCES, FLOORS, ROOMS = 20, 2, 25, 2
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "建国志强秀英丽华晓明春梅文博子涵雨欣佳怡"


@dataclass(frozen=True)
class Place:
    """The compound, its bodies by name, and the contract of the firm that serves it."""

    compound: Compound
    bodies: dict[str, Organisation]
    contract: Contract


def phone_of(number: int) -> str:
    """An invented mobile number: of staff below 100, of owners by their row."""
    return f"199002{number:05d}"


def founded(here: Side, now: datetime) -> Place:
    """Open the compound under the community of ``here``, as the city's officer does: bodies, posts, contract, term."""
    # As every start of the portal does: the year's holidays and make-up days.
    call_command("load_holidays", absent=True, verbosity=0)
    compound = open_compound(code=CODE, name="桃源里", community=here.compound.community)
    by = system_actor("founding", (compound.pk,))
    began = date(2024, 1, 1)
    kinds = {OLD_FIRM: "property_company", NEW_FIRM: "property_company", "桃源里业主委员会": "owners_committee"}
    with scope(compound.pk):
        bodies = {
            name: parties.register_organisation(kind=kind, name=name, phone="0579-87112345")
            for name, kind in kinds.items()
        }
        contract = parties.sign_contract(
            compound=compound, company=bodies[OLD_FIRM], starts=began, ends=None, basis="前期物业合同", by=by, now=now
        )
        parties.begin_term(
            compound=compound,
            committee=bodies["桃源里业主委员会"],
            number=1,
            starts=began,
            ends=None,
            basis="备案",
            by=by,
            now=now,
        )
        for number, (name, (body, role)) in enumerate(STAFF.items()):
            person = Person.objects.create_person(phone=f"+86{phone_of(number)}", name=name, phone_verified=True)
            parties.appoint(
                person=person, organisation=bodies[body], role=role, starts=began, basis="任命", by=by, now=now
            )
    return Place(compound, bodies, contract)


@dataclass(frozen=True)
class House:
    """One home as the office's file has it. ``owners`` with the telephone that stands beside each."""

    building: str
    entrance: str
    room: str
    floor: int
    owners: tuple[tuple[str, str], ...]

    @property
    def address(self) -> str:
        """As the portal writes it."""
        return f"{self.building}{self.entrance}{self.room}"


def houses() -> list[House]:
    """The 2,000 homes in the order of the file. Every 50th belongs to two."""
    return list(_houses())


def _houses() -> Iterator[House]:
    number = 0
    for building in range(1, BUILDINGS + 1):
        for entrance in range(1, ENTRANCES + 1):
            for floor in range(1, FLOORS + 1):
                for room in range(1, ROOMS + 1):
                    number += 1
                    owners = [(_name(number), phone_of(1000 + number))]
                    if number % 50 == 0:
                        owners.append((_name(number + 7), phone_of(5000 + number)))
                    yield House(f"{building}幢", f"{entrance}单元", f"{floor}{room:02d}", floor, tuple(owners))


def _name(number: int) -> str:
    """An owner's name; the same for two now and then, as it is."""
    pair = (number * 7) % (len(GIVEN) - 1)
    return SURNAMES[number % len(SURNAMES)] + GIVEN[pair : pair + 2]


def own_file(rows: list[House], *, spoiled: dict[int, dict[str, Any]]) -> bytes:
    """The office's own .xlsx: a title over everything, two lines of header, cells merged over buildings and entrances.

    ``spoiled`` puts something else into cells: {row of the list: {"area": ..., "phone": ...}}.
    """
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "业主台账"
    sheet.append(["桃源里小区房屋及业主登记表（安居物业2026年整理）"])
    sheet.append(["序号", "房屋坐落", None, None, None, "建筑面积（㎡）", "业主信息", None, "备注"])
    sheet.append([None, "幢号", "单元", "室号", "楼层", None, "姓名", "联系电话", None])
    for merge in ("A1:I1", "A2:A3", "B2:E2", "F2:F3", "G2:H2", "I2:I3"):
        sheet.merge_cells(merge)
    for number, one in enumerate(rows, start=1):
        first_of = {"building": 1 + (number - 1) // 100 * 100, "entrance": 1 + (number - 1) // 50 * 50}
        phone = "、".join(digits for _name, digits in one.owners)
        if number % 17 == 0:  # typed with a Chinese keyboard
            phone = phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        cells: dict[str, Any] = {"area": 89.5 + number % 40, "phone": phone, **spoiled.get(number, {})}
        sheet.append(
            [
                number,
                one.building if number == first_of["building"] else None,
                one.entrance if number == first_of["entrance"] else None,
                one.room,
                one.floor,
                cells["area"],
                "、".join(name for name, _digits in one.owners),
                cells["phone"],
                None,
            ]
        )
    for start in range(4, 4 + len(rows), 100):
        sheet.merge_cells(start_row=start, end_row=start + 99, start_column=2, end_column=2)
    for start in range(4, 4 + len(rows), 50):
        sheet.merge_cells(start_row=start, end_row=start + 49, start_column=3, end_column=3)
    return saved(made)
