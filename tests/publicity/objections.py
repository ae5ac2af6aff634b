"""Publicity that runs, objections to it and their answers, made by the same actions as pages."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from notices.models import Notice
from publicity.actions import objecting
from publicity.actions.opening import open_period
from publicity.models import Objection, Period
from tenancy.scope import scope
from tests.notices.conftest import NOW
from tests.world import Side

TITLE = "物业费调整方案公示"
SOURCE = "拟将物业费由每月每平方米 **1.5 元** 调整为 **1.8 元**。\n\n1. 自 2026年9月1日 起执行\n2. 明细见附件"
LATER = NOW + timedelta(hours=1)


def running(side: Side, who: str = "officer", *, now: datetime = NOW, mark: str = "", **given: Any) -> Period:
    """A publicity that runs from today's tomorrow on, of the community unless said otherwise."""
    with scope(side.compound.pk):
        opened = open_period(
            compound_ids=[side.compound.pk],
            **{
                "matter": "general",
                "title": f"{TITLE}{mark}",
                "source": f"{SOURCE}{mark}",
                "days": 15,
                "accepted": True,
                **given,
            },
            by=side.actor(who, now.date()),
            now=now,
        )[0]
    assert opened.period is not None
    return opened.period


def notice_of(period: Period) -> Notice:
    """The notice of a period."""
    with scope(period.compound_id):
        found: Notice = Notice.objects.select_related("current", "compound").get(pk=period.notice_id)
    return found


def objected(
    side: Side,
    period: Period,
    who: str = "resident",
    *,
    now: datetime = LATER,
    mark: str = "",
    uploads: tuple[SimpleUploadedFile, ...] = (),
    **given: Any,
) -> Objection:
    """An objection to it."""
    with scope(side.compound.pk):
        return objecting.object_to(
            compound_id=side.compound.pk,
            notice_ref=notice_of(period).ref,
            saying=objecting.Saying(
                **{"passage": f"第二条，涨价幅度{mark}", "words": f"涨两成太多，应先公布上年收支。{mark}", **given}
            ),
            uploads=uploads,
            by=side.actor(who, now.date()),
            now=now,
        )


def answered(
    side: Side, made: Objection, who: str = "secretary", *, now: datetime = LATER, mark: str = "", **given: Any
) -> Objection:
    """Its answer."""
    with scope(side.compound.pk):
        return objecting.answer(
            compound_id=side.compound.pk,
            ref=made.ref,
            **{"outcome": "partly", "text": f"上年收支已附在公告后，幅度改为一成。{mark}", **given},
            by=side.actor(who, now.date()),
            now=now,
        )


def fresh(made: Objection) -> Objection:
    """As it stands now."""
    with scope(made.compound_id):
        found: Objection = Objection.objects.select_related("notice", "period").get(pk=made.pk)
    return found


def put_objections_up(side: Side, mark: str, now: datetime) -> tuple[Period, Objection]:
    """A publicity with one objection that is answered, one that waits, and one that was taken back."""
    period = running(side, now=now, mark=mark)
    first = objected(side, period, now=now, mark=mark, uploads=())
    answered(side, first, now=now, mark=mark)
    gone = objected(side, period, "neighbour", now=now, mark=f"撤{mark}")
    with scope(side.compound.pk):
        objecting.withdraw(
            compound_id=side.compound.pk,
            ref=gone.ref,
            reason=f"看清楚了{mark}",
            by=side.actor("neighbour", now.date()),
            now=now,
        )
    return period, objected(side, period, "chair", now=now, mark=f"等{mark}")
