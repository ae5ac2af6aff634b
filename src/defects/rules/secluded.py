"""What stands where residents do not go: its faults are read by those who work there and oversee it, and on no public list.

A public "the pump is broken" tells a stranger which door leads to the pumps, and a thief when nobody hears an alarm. What
residents see every day (a light, a door, an extinguisher in a corridor) is shared as any repair is.
"""

from typing import Final

from defects.rules.severity import SHARED

KINDS: Final = SHARED | {"equipment_room"}
PLACES: Final = frozenset({"boiler_room"})
# Where the register only says it in words: 水泵房、消控室、配电房、屋顶水箱间 …
WORDS: Final = (
    "泵房",
    "控制室",
    "消控室",
    "监控室",
    "配电",
    "变电",
    "发电机",
    "机房",
    "设备间",
    "弱电间",
    "锅炉房",
    "屋顶",
    "屋面",
    "天台",
    "水箱间",
)


def is_secluded(*, kind: str = "", place: str = "", words: str = "") -> bool:
    """Whether something of this kind, in a place of this class, with these words for where it is, is kept from public lists."""
    return kind in KINDS or place in PLACES or any(one in words for one in WORDS)
