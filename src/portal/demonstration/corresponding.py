"""The letters of the demonstration: answered, waiting to be signed for, late, withdrawn, and a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from letters import actions
from parties.queries import acting_post
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Note:
    """One letter of 望江小区: from whose body to whose, how many days ago, its reply due so many days later.

    ``then``: "draft"; "withdraw"; or the names of those who signed for it. ``reply``: by whom, what.
    """

    by: str
    to: tuple[str, ...]
    subject: str
    source: str
    ago: float
    reply_in: int | None = None
    then: tuple[str, ...] = ()
    reply: tuple[str, str] | None = None


NOTES = (
    Note(
        "徐美玲", ("朱俊杰",), "关于清理三幢消防通道堆物的函",
        "经网格员巡查，三幢北侧消防通道有纸箱、旧家具堆放。\n\n请贵公司**三日内**清理完毕，并做好日常巡查，结果函复社区。",
        9, 5, ("朱俊杰",), ("朱俊杰", "收到来函后，我公司当天安排清理，次日完成，并在通道口加设了警示牌。今后每日巡查两次。"),
    ),
    Note(
        "徐美玲", ("王志强",), "关于按时公开业委会工作经费的函",
        "请业委会按议事规则公开上半年工作经费使用情况，并把公开的时间、地点函告社区。", 12, 7, ("王志强",),
    ),
    Note(
        "王志强", ("朱俊杰", "徐美玲"), "关于地下车库渗水整改的函",
        "地下车库 B 区顶板多处渗水，业主多次反映。\n\n- 请物业制定整改方案\n- 请社区协调开发商保修\n\n请于一周内函复。",
        1.5, 7, ("徐美玲",),
    ),
    Note("朱俊杰", ("王志强",), "关于申请使用维修资金的函",
        "拟对三幢屋面防水进行维修，预算待复核后另行发函。", 4, None, ("withdraw",),
    ),
    Note(
        "朱俊杰", ("王志强", "徐美玲"), "关于春节期间值班安排的函", "现将春节期间值班安排函告如下，值班表见附件。", 0.2, None,
        ("draft",),
    ),
)  # fmt: skip


def correspond(made: "Cast") -> None:
    """Each at its own time, by the actions of the pages; late replies are asked for as the clock would."""
    compound = made.compounds["wangjiang"]
    with scope(compound.pk):
        for note in NOTES:
            _write(made, compound.pk, note)
        actions.remind_due(compound_id=compound.pk, now=made.now)


def _write(made: "Cast", compound_id: int, note: Note) -> None:
    at = made.now - note.ago * DAY
    draft = actions.Draft(
        subject=note.subject,
        source=note.source,
        to=_bodies(made, note.to),
        reply_by=localdate(at + timedelta(days=note.reply_in)) if note.reply_in else None,
    )
    letter = actions.write(compound_id=compound_id, draft=draft, by=_post(made, note.by, at), now=at)
    common: dict[str, Any] = {"compound_id": compound_id, "ref": letter.ref}
    if note.then == ("draft",):
        return
    actions.send(by=_post(made, note.by, at), now=at, **common)
    if note.then == ("withdraw",):
        later = at + HOUR
        actions.withdraw(reason="预算还要复核，重新计算后再发。", by=_post(made, note.by, later), now=later, **common)
        return
    for n, name in enumerate(note.then, start=1):
        when = at + n * 2 * HOUR
        actions.sign(by=_post(made, name, when), now=when, **common)
    if note.reply is not None:
        name, text = note.reply
        when = at + 2 * DAY
        draft = actions.Draft(
            subject=f"关于《{note.subject}》的复函", source=text, to=_bodies(made, (note.by,)), reply_to=letter.ref
        )
        answer = actions.write(compound_id=compound_id, draft=draft, by=_post(made, name, when), now=when)
        actions.send(compound_id=compound_id, ref=answer.ref, by=_post(made, name, when), now=when)
        signed = when + HOUR
        actions.sign(compound_id=compound_id, ref=answer.ref, by=_post(made, note.by, signed), now=signed)


def _bodies(made: "Cast", names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(made.posts[name].organisation_id for name in names)


def _post(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
