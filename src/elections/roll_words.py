"""A roll in plain words: its parts as rows, its corrections as sentences."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elections.models import Amendment, Right, Unit
from elections.queries.roll import ALL, LEFT_OUT, NOBODY, SEVERAL, UNSOURCED
from elections.rules.measures import area_text
from premises.models import Home, Source
from ui.words import masked_name

Words = str | Promise
BOXES: dict[str, Words] = {
    ALL: gettext_lazy("全部"),
    UNSOURCED: gettext_lazy("面积无依据"),
    NOBODY: gettext_lazy("没有业主"),
    LEFT_OUT: gettext_lazy("不计入"),
    SEVERAL: gettext_lazy("多人共有"),
}
REASONS: dict[str, Words] = {
    "account": gettext_lazy("同一个账号"),
    "phone": gettext_lazy("登记电话相同"),
    "name": gettext_lazy("姓名相同"),
    "spelling": gettext_lazy("名称相近"),
}
FIELDS: dict[str, Words] = {
    "area": gettext_lazy("面积"),
    "area_source": gettext_lazy("面积来源"),
    "owners": gettext_lazy("业主"),
    "left_out": gettext_lazy("不计入"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A part as a line of a roll. ``who`` are names as this reader may see them; ``with_`` the other parts of its right."""

    number: int
    address: str
    use: str
    area: str
    source: str
    unsourced: bool
    who: str
    developer: bool
    together: tuple[int, ...]
    left_out: str


def unit_row(one: Unit, right: Right | None, *, masked: bool = False) -> Row:
    """A part for its officers, or with names masked for everyone."""
    names = [owner["name"] for owner in one.owners]
    together = tuple(number for number in right.units if number != one.number) if right is not None else ()
    developer = not names
    return Row(
        number=one.number,
        address=one.address,
        use=str(Home.Use(one.use).label),
        area=area_text(one.area),
        source=str(Source(one.area_source).label),
        unsourced=one.area_source == Source.OFFICE,
        who=_("、").join(masked_name(name) for name in names) if masked else _("、").join(names),
        developer=developer,
        together=() if developer else together,
        left_out=one.left_out,
    )


def amended(one: Amendment, *, masked: bool = False) -> dict[str, Any]:
    """A correction: what was, what is, why, on what evidence; evidence and names of neighbours are the officers' alone."""
    return {
        "amendment": one,
        "edition": one.edition,
        "area": area_text(one.edition.area),
        "changes": [
            (FIELDS[name], _value(name, before, masked=masked), _value(name, after, masked=masked))
            for name, (before, after) in one.changes.items()
        ],
    }


def _value(name: str, value: Any, *, masked: bool) -> str:
    if name == "owners":
        names = [masked_name(who) if masked else who for who in value]
        return _("、").join(names) or _("没有业主")
    if name == "area_source":
        return str(Source(value).label)
    if name == "left_out":
        return str(value) or _("计入")
    return str(value)
