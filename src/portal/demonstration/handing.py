"""A handover under way: the firm of 南苑新村 leaves in twenty days, the next one is chosen, the lists are being filled."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from handover.actions import listing, opening
from handover.models import Item, Kind
from handover.rules.reading import pasted
from parties import actions as parties
from parties.queries import acting_post, contract_of
from portal.demonstration import cast
from tenancy.actor import Actor, system_actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

PLACE, NEXT = "nanyuan", "anju"
OPENER = "程月娥"
LEFT = timedelta(days=20)
KEYS = """名称	数量	位置	备注
水泵房	2	门卫室钥匙箱
配电间	2	门卫室钥匙箱
消防控制室	3	值班室
1幢天台门	1	门卫室钥匙箱	锁芯有点紧
地下车库卷帘门遥控器	2	岗亭
东门岗亭	4	岗亭
物业用房	5	经理办公室"""
DEVICES = """名称,位置,数量,规格,状况
电梯,1至8幢各单元,16,XO-STAR,年检到明年三月
生活水泵,地下水泵房,3,QDL4-50,正常
消防主机,消防控制室,1,JB-3208,正常
监控摄像头,小区出入口和道路,46,200万像素,2个不亮
道闸,东门和北门,2,,正常"""
JUDGED = {"水泵房": ("handed", ""), "配电间": ("handed", ""), "消防控制室": ("missing", "清单写3把，只拿到2把")}


def hand(made: "Cast") -> None:
    """End one contract, sign the next, open the handover and fill part of its lists, by the same actions as the pages."""
    compound = made.compounds[PLACE]
    by = system_actor("演示数据", (compound.pk,))
    last_day = localdate(made.now) + LEFT
    with scope(compound.pk):
        contract = contract_of(compound.pk, localdate(made.now))
        if contract is None:
            raise LookupError(PLACE)
        parties.end_contract(contract=contract, ends=last_day, basis="业主大会决定不再续聘", by=by, now=made.now)
        parties.sign_contract(
            compound=compound,
            company=made.organisations[NEXT],
            starts=last_day + timedelta(days=1),
            ends=None,
            basis="业主大会决定选聘",
            number=f"WY{last_day.year}-{PLACE}",
            by=by,
            now=made.now,
        )
        began = made.now - timedelta(days=2)
        officer, manager = _actor(made, OPENER, began), _actor(made, _manager(), began)
        handover = opening.open_handover(
            compound_id=compound.pk,
            contract_id=contract.pk,
            due_on=None,
            note="业主大会已选聘新物业，请双方按清单交接。",
            by=officer,
            now=began,
        )
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": handover.ref}
        listing.begin_lists(**common, by=manager, now=began + timedelta(hours=3))
        for kind, typed in ((Kind.KEY, KEYS), (Kind.DEVICE, DEVICES)):
            listing.add_rows(
                **common, kind=kind.value, read=pasted(typed, kind.value), by=manager, now=began + timedelta(hours=5)
            )
        rows = Item.objects.filter(compound=compound, handover=handover, kind=Kind.KEY, title__in=JUDGED)
        listing.judge(
            **common,
            judged=[listing.Judged(row.pk, *JUDGED[row.title]) for row in rows],
            by=officer,
            now=began + timedelta(hours=26),
        )


def _manager() -> str:
    firm = next(place.firm for place in cast.PLACES if place.code == PLACE)
    return next(one.name for one in cast.STAFF if one.where in {firm, f"{firm}:{PLACE}"} and one.role == "manager")


def _actor(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
