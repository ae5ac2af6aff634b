"""The stages that this floor itself tells on the time line of a poll: the roll, what is voted on, when, and the call."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from elections import stages
from elections.actions.joint import address
from elections.models import Kind, Poll, State
from elections.permissions import may_agree
from elections.poll_words import ground_words
from elections.queries.announcing import announced_call, announced_roll
from elections.queries.joint import open_step
from elections.queries.polls import days_of
from elections.queries.standing import Prepared, prepared
from elections.rules.measures import area_text
from elections.rules.timeline import Day
from elections.stages import Mark, Stage
from tenancy.actor import Actor

PUBLISHABLE = (State.ROLL_FIXED, State.CALLED)
GIVEN_UP = (State.CANCELLED, State.ANNULLED)


def register() -> None:
    """Make the stages known."""
    stages.register("elections.joint", 5, joint_step)
    stages.register("elections.roll", 10, roll)
    stages.register("elections.items", 40, items)
    stages.register("elections.call", 50, call)


def joint_step(poll: Poll, actor: Actor, _now: datetime) -> Sequence[Stage]:
    """A step of two parties that was asked for, as long as it waits. One statement."""
    step = open_step(poll)
    if step is None:
        return []
    asked, why = {"who": step.asked_as, "why": step.reason}, step.get_action_display()
    waits = may_agree(actor, poll) and actor.party != step.asked_party
    title = _("等您这一方同意：%(what)s") if waits else _("等另一方同意：%(what)s")
    said = _("%(who)s 提出。理由：%(why)s") % asked
    return [Stage("joint", title % {"what": why}, "now", said, url=address(poll, step.action))]


def roll(poll: Poll, _actor: Actor, now: datetime) -> Sequence[Stage]:
    """Drawn, told apart, fixed."""
    stand, day = prepared(poll), _day(poll, "roll", now)
    here = _page(poll, "polls_roll")
    fixed = poll.edition_id is not None
    marks: tuple[Mark, Mark, Mark] = (
        "done" if poll.drawn_at or fixed else "now",
        "done" if fixed or (poll.drawn_at and not stand.undecided) else "now" if poll.drawn_at else "blocked",
        "done" if fixed else "now" if poll.drawn_at and not stand.undecided else "blocked",
    )
    drawn = _("%(count)s 户，取自台账。") % {"count": stand.units} if poll.drawn_at else _("从台账取房屋、业主和面积。")
    found = [
        _stage(poll, "draw", _("取名册"), marks[0], drawn, url=here),
        _stage(poll, "likeness", _("核对同一业主"), marks[1], _likeness(stand, drawn=bool(poll.drawn_at)), url=here),
    ]
    if poll.edition is None:
        said = _("定下后只能签字更正。")
    else:
        said = _("第 %(number)s 版：业主 %(voters)s 户，面积 %(area)s 平方米。") % {
            "number": poll.edition.number,
            "voters": poll.edition.voters,
            "area": area_text(poll.edition.area),
        }
    found.append(_stage(poll, "freeze", _("定名册"), marks[2], said, url=here))
    found.append(_published(poll, day, now, here))
    return found


def _published(poll: Poll, day: Day | None, now: datetime, url: str) -> Stage:
    out = announced_roll(poll) if poll.edition_id else None
    if out is None:
        said = _("姓名遮盖后公示，业主查自家、提异议。")
        mark: Mark = "now" if poll.state in PUBLISHABLE else "blocked"
    elif out.edition_id != poll.edition_id:
        said = _("公示的是第 %(old)s 版，名册现在是第 %(new)s 版。") % {
            "old": out.edition.number, "new": poll.edition.number,
        }  # fmt: skip
        mark = "done"
    else:
        said = _("%(state)s：%(day)s 交出。") % {"state": out.notice.get_state_display(), "day": _moment(out.at)}
        mark = "done"
    return _stage(poll, "roll_public", _("公示名册"), mark, said, day=day, now=now, url=url)


def _likeness(stand: Prepared, *, drawn: bool) -> str:
    if not drawn:
        return _("取名册后，系统提出疑似同一业主，由人判断。")
    if not stand.groups:
        return _("没有疑似同一业主的。")
    if stand.undecided:
        return _("%(count)s 组疑似同一业主等您判断。") % {"count": stand.undecided}
    return _("%(count)s 组都判断过了。") % {"count": stand.groups}


def items(poll: Poll, _actor: Actor, _now: datetime) -> Sequence[Stage]:
    """What is voted on, and when; the names of an election are told by whoever keeps the candidates."""
    found = []
    out = poll.called_at is not None
    if poll.kind == Kind.DECISION:
        worded = prepared(poll).items
        said = (
            _("%(count)s 项，公告后不能再改。") % {"count": worded}
            if worded
            else _("写清每一项表决什么，属于法定的哪一类。")
        )
        found.append(
            _stage(
                poll, "items", _("拟定表决事项"), "done" if worded else "now", said,
                article=_("《民法典》第二百七十八条"), url=_page(poll, "polls_items"),
            )
        )  # fmt: skip
    if poll.opens_at and poll.closes_at:
        said = _("%(opens)s 至 %(closes)s") % {"opens": _moment(poll.opens_at), "closes": _moment(poll.closes_at)}
    else:
        said = _("计划在 %(day)s 开始。") % {"day": f"{poll.on:%Y-%m-%d}"}
    mark: Mark = "done" if out or poll.opens_at else "now"
    url = _page(poll, "polls_window")
    found.append(_stage(poll, "window", _("定投票时间和方式"), mark, said, url=url))
    return found


def call(poll: Poll, _actor: Actor, now: datetime) -> Sequence[Stage]:
    """The call, by the day after which it would be too late."""
    day = _day(poll, "notice", now)
    ready = poll.state == State.ROLL_FIXED and poll.opens_at is not None
    mark: Mark = "done" if poll.called_at else "now" if ready else "blocked"
    out = announced_call(poll) if poll.called_at else None
    if poll.called_at:
        said = _("%(day)s 已公告。") % {"day": _moment(poll.called_at)}
        if out is not None:
            said += _("公告牌上：%(state)s。") % {"state": out.notice.get_state_display()}
    else:
        said = _("公告后，事项、名单和时间都不能再改。")
    url = _page(poll, "polls_call")
    return [_stage(poll, "call", _("发布表决公告"), mark, said, day=day, now=now, url=url)]


def _stage(
    poll: Poll,
    key: str,
    title: str,
    mark: Mark,
    text: str,
    *,
    day: Day | None = None,
    now: datetime | None = None,
    article: str = "",
    url: str = "",
) -> Stage:
    """One stage; what a poll that was given up has not done it never will."""
    due: date | None = day.on if day is not None and mark != "done" else None
    if poll.state in GIVEN_UP and mark != "done":
        return Stage(key, title, "blocked", _("没有办，表决已终止。"))
    if due is not None and now is not None and localdate(now) > due:
        mark = "late"
    return Stage(key, title, mark, text, due, ground_words(day) if day is not None else article, url)


def _page(poll: Poll, name: str) -> str:
    return reverse(name, args=[poll.compound.code, poll.ref])


def _day(poll: Poll, key: str, now: datetime) -> Day | None:
    days: Mapping[str, Day] = {one.key: one for one in days_of(poll, localdate(now))}
    return days.get(key)


def _moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
