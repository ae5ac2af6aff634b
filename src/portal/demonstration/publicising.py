"""The publicity of the demonstration: one that is complete, one that was taken down early, and those that run."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from notices import actions as board
from notices.actions.reading import mark_read
from notices.models import Notice
from parties.queries import acting_post
from portal.demonstration.objecting import object_to
from premises.queries import resident
from publicity.actions import open_period
from publicity.actions.planning import call_small
from publicity.actions.running import complete_due
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from datetime import datetime

    from portal.demonstration.build import Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Show:
    """One publicity: where, by whom, of what, how many days ago; ``then``: taken down, or a word corrected."""

    place: str
    by: str
    matter: str
    about: str
    title: str
    source: str
    ago: int
    days: int | None = None
    then: str = ""
    readers: tuple[str, ...] = ()


SHOWS = (
    Show(
        "wangjiang", "徐美玲", "candidates", "general", "第二届业主委员会委员候选人名单公示",
        "经自荐、联名推荐和资格审查，现将候选人名单公示如下：\n\n1. 王志强\n2. 李淑芬\n3. 张建国\n4. 陈秀珍\n5. 方宏伟\n\n"
        "有异议的，请在公示期内书面提出，筹备组会记录并答复。",
        48, readers=("张秀英", "刘雪梅"),
    ),
    Show(
        "wangjiang", "徐美玲", "assembly", "general", "业主大会会议议题公示",
        "定于公示期满后召开业主大会会议，表决以下议题：\n\n1. 停车管理规约修订\n2. 电梯更新改造方案\n\n"
        "不在本次公示内的议题不表决。",
        6, days=16, then="small", readers=("张秀英",),
    ),
    Show(
        "wangjiang", "徐美玲", "maintenance_fund", "general", "3幢屋面防水维修资金使用公示",
        "3幢屋面防水维修拟使用维修资金，预算 86,000 元，由 3 幢业主分摊，施工单位另行公示。\n\n"
        "有异议的，请在公示期内书面提出。",
        11, then="withdraw", readers=("张秀英", "刘雪梅"),
    ),
    Show(
        "ziwei", "应文斌", "result", "general", "业主大会会议表决结果公示",
        "业主大会会议于上周结束，参加表决的业主人数和专有部分面积均超过三分之二，各项议题表决结果见附表，"
        "均已通过。",
        3,
    ),
)  # fmt: skip


def publicise(made: "Cast") -> None:
    """Each at its own time, by the actions of the pages."""
    for show in SHOWS:
        _show(made, show)


def complete(made: "Cast") -> None:
    """What is over is completed as the clock would, papers and all."""
    for compound in made.compounds.values():
        with scope(compound.pk):
            complete_due(compound_id=compound.pk, now=made.now)


def _show(made: "Cast", show: Show) -> None:
    compound = made.compounds[show.place]
    at = made.now - show.ago * DAY
    by = _post(made, show.by, at)
    with scope(compound.pk):
        opened = open_period(
            compound_ids=[compound.pk], matter=show.matter, about=show.about, title=show.title, source=show.source,
            days=show.days, accepted=True, by=by, now=at,
        )[0]  # fmt: skip
        notice = Notice.objects.select_related("current").get(pk=opened.notice.pk)
        for n, name in enumerate(show.readers, start=1):
            when = at + n * HOUR
            mark_read(notice=notice, by=_home(made, name, compound.pk, when), now=when)
        object_to(made, title=show.title)
        later = at + 2 * DAY
        if show.then == "withdraw":
            board.withdraw(
                compound_id=compound.pk, ref=notice.ref, reason="预算金额写错，重新核算后再公示。", by=by, now=later
            )
        elif show.then == "small":
            call_small(compound_id=compound.pk, ref=notice.ref, small=True, by=by, now=later)
            source = show.source.replace("不在本次公示内", "没有在本次公示内列出")
            board.amend(
                compound_id=compound.pk, ref=notice.ref, title=show.title, source=source,
                changed="改了一处文字，议题没有变", by=by, now=later,
            )  # fmt: skip


def _post(made: "Cast", name: str, at: "datetime") -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found


def _home(made: "Cast", name: str, compound_id: int, at: "datetime") -> Actor:
    person = made.person(name)
    with entering(person.pk):
        found = resident(person.pk, compound_id, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
