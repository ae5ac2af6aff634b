"""What voting puts on the notice board: later ends, steps of two parties. Texts of the board are in the compound's language."""

from datetime import datetime

from django.utils.timezone import localtime

from elections.models import JointStep, Poll
from notices import actions as notices
from notices.actions.writing import Draft
from notices.models import Kind, Notice
from tenancy.actor import Actor


def moment(at: datetime) -> str:
    """A time as it stands on paper."""
    local = localtime(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def put_up(poll: Poll, *, title: str, source: str, by: Actor, now: datetime) -> Notice:
    """A notice in the name of the acting body, handed in at once. Refused as ``notices.actions.write`` and ``submit`` refuse."""
    draft = Draft(kind=Kind.ANNOUNCEMENT, matter="general", title=title[:80], source=source, pinned=True)
    (written,) = notices.write(compound_ids=[poll.compound_id], draft=draft, by=by, now=now)
    return notices.submit(compound_id=poll.compound_id, ref=written.ref, by=by, now=now)


def extended_text(poll: Poll, *, was: datetime, closes_at: datetime, reason: str) -> str:
    """Old and new end, and why."""
    return (
        f"《{poll.title}》投票延期：\n\n"
        f"1. 原截止时间：{moment(was)}\n2. 新截止时间：{moment(closes_at)}\n3. 延期原因：{reason}\n\n"
        "已经投的票有效，不用再投。没有投的业主请在新截止时间前投票。\n\n{{发布单位}}\n{{今天}}"
    )


STEPS = {"end_early": "提前截止", "reopen": "重新开放投票"}


def step_text(poll: Poll, step: JointStep) -> str:
    """What two parties did, why, and what follows."""
    then = (
        "投票已经截止，没有投的票不再收。"
        if step.action == "end_early" or poll.closes_at is None
        else f"投票到 {moment(poll.closes_at)} 截止。已经投的票有效，不用再投。"
    )
    return (
        f"《{poll.title}》{STEPS[step.action]}：\n\n"
        f"1. 提出：{step.asked_as}\n2. 同意：{step.agreed_as}\n3. 理由：{step.reason}\n\n{then}\n\n{{{{发布单位}}}}\n{{{{今天}}}}"
    )
