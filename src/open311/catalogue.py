"""The services of GeoReport: our categories, with what may be said of the place."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repairs.models import Category, Place

Words = str | Promise

# What belongs to a category, as callers say it: description and keywords.
ABOUT: dict[str, tuple[Words, Words]] = {
    "water": (gettext_lazy("停水、漏水、水压低、下水堵塞。"), gettext_lazy("停水,漏水,爆管,堵塞,水表")),
    "power": (gettext_lazy("停电、跳闸、线路和路灯故障。"), gettext_lazy("停电,跳闸,电线,路灯,充电桩")),
    "lift": (gettext_lazy("电梯停用、困人、异响。"), gettext_lazy("电梯,困人,停梯")),
    "access": (gettext_lazy("门禁、单元门、道闸、对讲故障。"), gettext_lazy("门禁,单元门,道闸,对讲")),
    "fire": (gettext_lazy("消防栓、烟感、通道堵塞。"), gettext_lazy("消防,灭火器,烟感,通道")),
    "facility": (gettext_lazy("健身器材、座椅、围墙、路面损坏。"), gettext_lazy("健身器材,路面,围墙,井盖")),
    "leak": (gettext_lazy("屋顶、外墙、楼上渗漏。"), gettext_lazy("渗漏,屋顶,外墙,楼上漏水")),
    "noise": (gettext_lazy("设备、施工、邻里噪音。"), gettext_lazy("噪音,施工,扰民")),
    "environment": (gettext_lazy("垃圾、绿化、虫害、异味。"), gettext_lazy("垃圾,绿化,虫害,异味")),
    "other": (gettext_lazy("不属于以上各类的事情。"), gettext_lazy("其他")),
}


def services() -> list[dict[str, Any]]:
    """The list of services."""
    return [
        {
            "service_code": category.value,
            "service_name": str(category.label),
            "description": str(ABOUT[category.value][0]),
            "metadata": True,
            "type": "realtime",
            "keywords": str(ABOUT[category.value][1]),
            "group": _("报修"),
        }
        for category in Category
    ]


def definition(code: str, buildings: Sequence[str] | None) -> dict[str, Any]:
    """What may be said beside the standard's own fields; ``buildings`` are the compound's, None where nobody is let in."""
    rows: list[tuple[str, str, str, str, list[dict[str, str]] | None]] = [
        (
            "place",
            "singlevaluelist",
            _("在哪里"),
            _("不填时：写了 home 就是家里，写了 building 就是本楼，否则是公共区域。"),
            [{"key": place.value, "name": str(place.label)} for place in Place],
        ),
        (
            "building",
            "string" if buildings is None else "singlevaluelist",
            _("哪一幢"),
            _("小区里楼幢的名称，例如：3幢。"),
            None if buildings is None else [{"key": name, "name": name} for name in buildings],
        ),
        ("home", "string", _("哪一户"), _("小区登记的门牌，例如：3幢2单元501。"), None),
        (
            "urgent",
            "singlevaluelist",
            _("是否紧急"),
            _("有人被困、爆管、漏电等马上要到场的，填 true。"),
            [{"key": "false", "name": _("不急")}, {"key": "true", "name": _("紧急")}],
        ),
    ]
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": name,
                "datatype": datatype,
                "required": False,
                "datatype_description": hint,
                "order": order,
                "description": said,
                **({} if values is None else {"values": values}),
            }
            for order, (name, datatype, said, hint, values) in enumerate(rows, start=1)
        ],
    }
