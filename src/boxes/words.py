"""Boxes in plain words: refusals, states, what a head was published for."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boxes.models import Channel, Head
from boxes.queries.checking import Condition
from elections.poll_words import refusal_field, refusal_text
from elections.refusals import Refused

__all__ = ["PROBLEMS", "TONES", "WHY", "broken_words", "head_rows", "in_fours", "refusal_field", "said"]

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "how_many_holders": gettext_lazy("请选 3 位或 5 位保管人：3 位时任意 2 位、5 位时任意 3 位到场才能开箱。"),
    "no_such_post": gettext_lazy("这个岗位现在不在任，请重新选择保管人。"),
    "not_a_holder": gettext_lazy("%(name)s 代表物业公司。业主常常表决物业的事，物业不保管钥匙，请换一位。"),
    "same_body": gettext_lazy("“%(name)s”已经有一位保管人。同一单位只能保管一份，请从别的单位选。"),
    "same_person": gettext_lazy("%(name)s 已经保管一份。一个人只能保管一份，请换一位。"),
    "too_many_owners": gettext_lazy("业主代表太多，光凭他们就能开箱。请至少从不同单位再选一位。"),
    "paper_only": gettext_lazy("这一轮只收纸质票，不需要钥匙。"),
    "no_such_holder": gettext_lazy("没有这位保管人，可能钥匙已经重新生成，请刷新再看。"),
    "not_your_share": gettext_lazy("这一份不是您保管的，请由保管人自己登录确认。"),
    "no_box": gettext_lazy("票箱现在不能做这一步，请刷新看它的状态。"),
    "key_not_held": gettext_lazy("只有 %(held)s 位保管人确认收到钥匙，至少要 %(needed)s 位才能开始投票。请先让保管人确认。"),
    "not_open": gettext_lazy("现在不在投票时间里，这张票没有投进去。"),
    "not_on_roll": gettext_lazy("名册上没有这一户，这张票没有投进去。"),
    "not_a_ballot": gettext_lazy("这张票与表决事项对不上，没有投进去。请刷新页面再投一次。"),
    "twice_in_batch": gettext_lazy("同一户在这一批里出现了两次，整批没有录入。请核对后再交。"),
    "share_given": gettext_lazy("已经有保管人交了钥匙，不能再做这一步。"),
    "papers_in": gettext_lazy("纸质票已经清点入箱，不能再重新开放投票。"),
    "not_a_share": gettext_lazy("这不是这个票箱的钥匙，或者输错了字。请对照单子再输一次；别的票箱的钥匙打不开它。"),
    "wrong_share": gettext_lazy("这一份与当初分发的不符。可能是重新生成以前的旧单子，请找最后一次分发的那张。"),
    "repeated_share": gettext_lazy("这一份已经交过了，请由另一位保管人交。"),
    "too_few_shares": gettext_lazy("才交了 %(have)s 份，要 %(needed)s 份才能开箱。"),
    "key_mismatch": gettext_lazy("这几份合起来打不开这个票箱，没有开箱。请找技术人员到场核对。"),
    "enough_shares": gettext_lazy("交来的钥匙已经够开箱，不能封存。请开箱计票。"),
    "papers_waiting": gettext_lazy("还有纸质票没有清点入箱，清点完才能开箱。"),
    "no_witnesses": gettext_lazy("请写明在场见证的人。"),
    "no_window": gettext_lazy("请定下重新表决的开始和截止时间。"),
}  # fmt: skip
TONES = {
    "made": "info", "sealed": "good", "closed": "warn", "opened": "warn", "counted": "good", "reset": "late",
}  # fmt: skip
WHY: dict[str, Words] = {
    "set_up": gettext_lazy("开始收票"),
    "day": gettext_lazy("每日公布"),
    "close": gettext_lazy("封箱"),
    "reopen": gettext_lazy("重新收票"),
    "open": gettext_lazy("开箱"),
    "reset": gettext_lazy("未开箱封存"),
}
PROBLEMS: dict[str, Words] = {
    "chain_broken": gettext_lazy("票箱里的记录被改动过，链条接不上。没有公布任何结果，请保护现场，报告街道。"),
    "head_differs": gettext_lazy(
        "票箱里的记录与以前公布的链头不符，可能是从备份恢复过。没有公布任何结果，请报告街道。"
    ),
    "not_on_roll": gettext_lazy("有票不在名册上。没有公布任何结果，请报告街道。"),
    "counts_differ": gettext_lazy("两种互不相干的算法得出的数不一样。没有公布任何结果，请报告街道和技术人员。"),
    "worker_lost": gettext_lazy("计票多次中断。没有公布任何结果，请联系技术人员。"),
}
# What a look at a whole box found wrong, for whoever looks.
BROKEN: dict[str, Words] = {
    "chain_broken": gettext_lazy("第 %(number)s 条与前一条接不上：有记录被改动、抽走或补进。"),
    "head_beyond": gettext_lazy("公布过的第 %(number)s 条已经不在票箱里，可能从旧备份恢复过，丢了后面的票。"),
    "head_differs": gettext_lazy("第 %(number)s 条与公布过的链头不一样：在它以前有记录被换过。"),
    "root_differs": gettext_lazy("封箱时公布的根与票箱里的不一样。"),
}


def broken_words(held: Condition) -> str:
    """What does not hold in a box, or nothing."""
    return str(BROKEN[held.code]) % {"number": held.number} if held.code else ""


def in_fours(digits: str) -> str:
    """A hash as people copy it: in groups of four."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def head_rows(heads: Iterable[Head]) -> list[dict[str, Any]]:
    """Published heads as pages list them."""
    return [{"head": one, "why": WHY[one.why], "hash": in_fours(one.hash)} for one in heads]


def said(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, Refused):
        if error.code == "already_voted":
            return _already(error)
        if error.code in _REFUSALS:
            return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])
    return refusal_text(error)


def _already(error: Refused) -> str:
    from datetime import datetime

    if "rights" in error.details:
        return str(_("这一批里有 %(count)s 户已经投过票，整批没有录入。请核对后再交。")) % {
            "count": len(error.details["rights"].split())
        }
    at = localtime(datetime.fromisoformat(error.details["at"]))
    how = Channel(error.details["channel"]).label
    return str(_("这一户在 %(when)s 已经投过票（%(how)s），一户只投一次。")) % {
        "when": f"{at:%Y-%m-%d %H:%M}",
        "how": how,
    }
