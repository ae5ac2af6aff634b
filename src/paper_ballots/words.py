"""Paper ballots in plain words: refusals, and what came of a door."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boxes.words import said as box_words
from elections.poll_words import refusal_field
from elections.refusals import Refused
from paper_ballots.models import Batch
from paper_ballots.queries.batches import Steps

__all__ = ["STEPS", "TONES", "lacking", "refusal_field", "said"]

# How far a paper is that was asked for.
STEPS: dict[str, str | Promise] = {
    "waiting": gettext_lazy("等着编票"), "made": gettext_lazy("已编票，等着交给业主"), "handed": gettext_lazy("已交给业主"),
    "back": gettext_lazy("已交回"), "phone": gettext_lazy("已用手机投票"),
}  # fmt: skip
TONES = {"waiting": "warn", "made": "info", "handed": "good", "back": "good", "phone": "neutral"}

_REFUSALS: dict[str, str | Promise] = {
    "no_box": gettext_lazy("票箱还没有准备好。请先在“分发票箱钥匙”里选好保管人，再打印纸质票。"),
    "not_your_home": gettext_lazy("名册上这一户不是您的，不能替它要票。请业主本人申请，或到社区当面登记。"),
    "asked_already": gettext_lazy("这一户已经要过纸质票，不用再要一次。办到哪一步，在“纸质票怎么投”里看。"),
    "has_paper": gettext_lazy("这一户的纸质票已经送到，接收人：%(who)s。弄丢了的，请到组织单位作废旧票、补发一张。"),
    "not_asked": gettext_lazy("没有这个申请，或者已经办完，请刷新再看。"),
    "not_made": gettext_lazy("这一户的纸质票还没有编票，请先编票、打印，再交给业主。"),
    "unknown_way": gettext_lazy("请选择自己来领，还是送到家里。"),
    "over": gettext_lazy("投票已经截止，不能再要纸质票。"),
    "mistyped": gettext_lazy("编号输错了：应当是 7 位字母和数字。请对照票上的编号再输一次。"),
    "no_such_paper": gettext_lazy("这次表决没有这个编号的票。请核对是不是别的小区、别的一次表决的票。"),
    "voided_paper": gettext_lazy("这张票已经作废（%(reason)s），不能再用。请让业主用补发的那一张。"),
    "came_back": gettext_lazy("这张票已经收回登记过了，不要重复登记。"),
    "not_returned": gettext_lazy("这张票没有收回登记，名册上没有记号。截止以后不能补登，请把它单独封存并写明情况。"),
    "too_many_papers": gettext_lazy("一次最多打印 %(most)s 张，后一个号不能比前一个小。请分几次打印。"),
    "no_papers": gettext_lazy("这些号里没有可以打印的票。请先编票，再看编到第几号。"),
    "no_terms": gettext_lazy("还没有写交到哪里、什么时间交、有疑问找谁。写好才能打印，票上要印出来。"),
    "codes_cut_off": gettext_lazy("无记名的票入箱前已经裁掉编号，放进批次时只输入票上的面积。"),
    "has_codes": gettext_lazy("记名的票有编号，请输入编号。"),
    "not_an_area": gettext_lazy("面积写成一个数，最多四位小数，例如 89.50。"),
    "no_such_area": gettext_lazy("收回的票里没有面积 %(area)s 平方米的。请再看一遍票上印的面积；不是我们发出的票，请单独封存。"),
    "more_than_marked": gettext_lazy(
        "面积 %(areas)s 平方米的票比名册上记了号的多，整批没有入箱。请核对面积有没有输错、是不是混进了别的票。"
    ),
    "secret_proxy": gettext_lazy(
        "无记名的票投进票箱就找不回来，业主本人再投时没法作废，所以不收受托人填的纸质票。请业主本人填，或由受托人用手机代投。"
    ),
    "letter_box_not_allowed": gettext_lazy("这次表决的规则没有写明可以留置，放进信箱不算送达。请当面交给本人或者同住的家人。"),
    "left_without_photo": gettext_lazy("留置的，请拍一张看得清门牌的照片。"),
    "photo_differs": gettext_lazy("照片没有传完整，会自动再传一次。"),
    "photo_size": gettext_lazy("照片是空的，或者大于 20 MB。"),
    "bad_hash": gettext_lazy("照片的校验码不对，请重新拍。"),
    "unknown_outcome": gettext_lazy("请选择送达的结果。"),
    "who_took_it": gettext_lazy("请写明是谁接收的。"),
    "no_client_id": gettext_lazy("页面已经过期，请刷新后再填一次。"),
    "other_answer": gettext_lazy("这一条已经记过，内容不一样。记过的不能改，请另记一条。"),
    "unknown_voice": gettext_lazy("请选择是业主本人的票，还是受托人代投的票。"),
    "no_such_batch": gettext_lazy("没有这一批，请回到纸质票页面再看。"),
    "batch_moved_on": gettext_lazy("这一批现在是“%(state)s”，不能再做这一步。"),
    "no_such_sheet": gettext_lazy("这一批里没有这张票，请回到这一批再看。"),
    "in_a_batch": gettext_lazy("这张票已经在第 %(batch)s 批第 %(place)s 张，一张票只能放进一批。"),
    "batch_full": gettext_lazy("一批最多 %(most)s 张，请另开一批。"),
    "how_many": gettext_lazy("请写桌上清点的张数，1 到 %(most)s 张。"),
    "was_read": gettext_lazy("这张票已经有人录入，不能取出。不该计入的请用“不计入”并写明原因。"),
    "read_it_already": gettext_lazy("您已经录入过这张票。要由另一个人再录一遍，互相看不到对方录的。"),
    "read_enough": gettext_lazy("这张票已经录完，不用再录。"),
    "not_on_paper": gettext_lazy("这一项的选择不在票上，请重新选。看不清或画了两个的，请选“无效”。"),
    "has_photo": gettext_lazy("这张票已经有照片，照片不能换。"),
    "by_hand_differs": gettext_lazy(
        "桌上清点 %(by_hand)s 张，扫码 %(scanned)s 张，对不上，整批没有入箱。请找出差的票，或把整批退回重新清点。"
    ),
    "no_photo": gettext_lazy("还有 %(count)s 张票没有拍照：第 %(places)s 张。拍完才能入箱。"),
    "not_read_twice": gettext_lazy("还有 %(count)s 张票没有两个人录完：第 %(places)s 张。"),
    "differences_left": gettext_lazy("有 %(count)s 张票两个人录得不一样：第 %(places)s 张。请第三个人录一遍。"),
}  # fmt: skip


def lacking(batch: Batch, steps: Steps) -> list[str]:
    """What a batch still lacks before it goes into the box, as ``count_in`` asks for it; empty when it may."""
    missing, over = batch.by_hand - steps.scanned, steps.scanned - batch.by_hand
    told = (
        (missing, _("还有 %(n)s 张没有放入这一批。")),
        (over, _("放入的比桌上清点的多 %(n)s 张，请取出不该放的，或把整批退回重新清点。")),
        (steps.without_photo, _("还有 %(n)s 张没有拍照。")),
        (steps.unread, _("还有 %(n)s 张没有两个人录完。")),
        (steps.differing, _("有 %(n)s 张两个人录得不一样，等第三个人录。")),
    )
    return [words % {"n": many} for many, words in told if many > 0]


def said(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do."""
    if isinstance(error, Refused):
        if error.code == "already_voted":
            return _already(error)
        if error.code in _REFUSALS:
            return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])
    return box_words(error)


def _already(error: Refused) -> str:
    if "places" in error.details:
        return _(
            "第 %(places)s 张票的业主已经本人用别的方式投过票，整批没有入箱。请先把这几张设为“不计入”，写明原因。"
        ) % {"places": error.details["places"]}
    if error.details.get("channel") == "phone":
        at = localtime(datetime.fromisoformat(error.details["at"]))
        return _("这一户 %(when)s 已经用手机投过票，纸质票不再收。请把票退还业主，一户只投一次。") % {
            "when": f"{at:%Y-%m-%d %H:%M}"
        }
    return box_words(error)
