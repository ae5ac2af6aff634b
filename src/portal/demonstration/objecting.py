"""The objections of the demonstration: answered, waiting, late, taken back; each filed and answered at its own time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from notices.models import Notice
from parties.queries import acting_post
from portal.demonstration.pictures import photo
from premises.queries import resident
from publicity.actions import objecting
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Voice:
    """One objection: to which notice, by whom, how many days after it came out; ``answer``: by whom, outcome, what."""

    place: str
    title: str
    who: str
    after: float
    passage: str
    words: str
    answer: tuple[str, str, str] | None = None
    photo: str = ""
    taken_back: str = ""


VOICES = (
    Voice(
        "wangjiang", "第二届业主委员会委员候选人名单公示", "张秀英", 2, "名单第5项，方宏伟",
        "方宏伟去年起欠交物业费，楼上赵金花（电话 13857990123）可以作证，按议事规则不能当候选人，请核实。",
        ("徐美玲", "partly", "已向物业核实：欠费已在公示前缴清，凭证附在候选人材料中。资格审查意见补充公开。"),
    ),
    Voice(
        "wangjiang", "第二届业主委员会委员候选人名单公示", "刘雪梅", 4, "名单的排列",
        "名单为什么不按姓氏笔画排列？", taken_back="问清楚了，是按报名先后排的。",
    ),
    Voice(
        "wangjiang", "上半年公共收益收支公示", "刘雪梅", 0.5, "第2项，支出合计",
        "绿化补种花了多少、监控花了多少没有分开写，请把合同和发票公开。",
    ),
    Voice(
        "wangjiang", "业主大会会议议题公示", "张秀英", 5, "议题2，电梯更新改造方案",
        "方案只写了总价，没有写每台电梯换什么，请补充清单。现在的轿厢照片附上。", photo="lift",
    ),
)  # fmt: skip


def object_to(made: "Cast", *, title: str) -> None:
    """File and answer what belongs to the notice of this title."""
    for voice in VOICES:
        if voice.title == title:
            _say(made, voice)


def climb(made: "Cast") -> None:
    """What nobody answered climbs as far as it has come by now."""
    for compound in made.compounds.values():
        with scope(compound.pk):
            objecting.escalate(compound_id=compound.pk, now=made.now)


def _say(made: "Cast", voice: Voice) -> None:
    compound = made.compounds[voice.place]
    with scope(compound.pk):
        notice = Notice.objects.get(current__title=voice.title)
        at = notice.published_at + voice.after * DAY
        by = _home(made, voice.who, compound.pk, at)
        filed = objecting.object_to(
            compound_id=compound.pk,
            notice_ref=notice.ref,
            saying=objecting.Saying(voice.passage, voice.words),
            uploads=[photo(voice.photo)] if voice.photo else (),
            by=by,
            now=at,
        )
        if voice.answer is not None:
            name, outcome, text = voice.answer
            when = at + DAY
            objecting.answer(
                compound_id=compound.pk, ref=filed.ref, outcome=outcome, text=text, by=_post(made, name, when), now=when
            )
        elif voice.taken_back:
            objecting.withdraw(compound_id=compound.pk, ref=filed.ref, reason=voice.taken_back, by=by, now=at + DAY / 4)


def _post(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found


def _home(made: "Cast", name: str, compound_id: int, at: datetime) -> Actor:
    person = made.person(name)
    with entering(person.pk):
        found = resident(person.pk, compound_id, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
