"""Arithmetic, findings and results in words: every code of the rules has its sentence here."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from rosters.making import Change, Made
from rosters.rules.arithmetic import Need
from rosters.rules.cases import Case, Person, Post
from rosters.rules.checking import FIRM, NOTE, Finding

POSTS: dict[str, str | Promise] = {
    "control_room": gettext_lazy("消防控制室"),
    "night_patrol": gettext_lazy("夜间巡查"),
    "gate": gettext_lazy("门岗"),
    "micro_station": gettext_lazy("微型消防站"),
}
FINDINGS: dict[str, str | Promise] = {
    "short": gettext_lazy("%(at)s要 %(of)s 人，只排了 %(have)s 人"),
    "more_than_needed": gettext_lazy("%(at)s要 %(of)s 人，排了 %(have)s 人"),
    "unknown_person": gettext_lazy("%(at)s排的%(person)s不在这个月的名单里"),
    "unknown_shift": gettext_lazy("%(person)s在%(at)s的班不在班次表里"),
    "not_this_month": gettext_lazy("%(person)s在%(at)s的班不属于这个月"),
    "on_leave": gettext_lazy("%(person)s在%(at)s请假，不能上班"),
    "not_of_this_post": gettext_lazy("%(person)s不上这个岗：%(at)s"),
    "no_certificate": gettext_lazy("%(person)s没有%(at)s需要的消防设施操作员证书（%(of)s级或更高）"),
    "certificate_ended": gettext_lazy("%(person)s的证书或合同在%(at)s已经到期"),
    "unwanted": gettext_lazy("%(person)s希望%(at)s休息"),
    "two_in_a_day": gettext_lazy("%(person)s一天排了两个班：%(at)s"),
    "at_once": gettext_lazy("%(person)s在%(at)s开始时上一个班还没有结束"),
    "short_rest": gettext_lazy("%(person)s在%(at)s之前只休息 %(have)s 小时，少于 %(of)s 小时"),
    "too_many_in_row": gettext_lazy("%(person)s到%(at)s已连续上班 %(have)s 天，最多 %(of)s 天"),
    "too_many_hours": gettext_lazy("%(person)s这个月排了 %(have)s 小时，最多 %(of)s 小时"),
    "overtime": gettext_lazy("%(person)s这个月 %(have)s 小时，超过 %(of)s 小时的部分是加班"),
    "not_all_day": gettext_lazy("%(post)s的班次一天只有 %(have)s 小时有人，应当 %(of)s 小时有人"),
    "shift_too_long": gettext_lazy("%(post)s的一个班 %(have)s 小时，最多 %(of)s 小时"),
    "long_shift": gettext_lazy("%(post)s的一个班 %(have)s 小时，超过 %(of)s 小时的部分是加班"),
    "too_few_persons": gettext_lazy("%(post)s每班 %(have)s 人，应当不少于 %(of)s 人"),
    "proof_missing": gettext_lazy("%(post)s每班 %(have)s 人：请先填写允许单人值班的证明文件"),
    "single_by_act": gettext_lazy("%(post)s每班 %(have)s 人，依据是地方规定；高层住宅请以当地消防部门的书面答复为准"),
    "single_by_act_unread": gettext_lazy(
        "%(post)s每班 %(have)s 人，依据的条文我们没有逐字核对：请以当地消防部门的书面答复为准"
    ),
}
PROBLEMS: dict[str, str | Promise] = {
    "not_json": gettext_lazy("这一行不是 JSON"),
    "too_long": gettext_lazy("太长"),
    "too_many": gettext_lazy("太多"),
    "unknown_task": gettext_lazy("不知道要做什么：make、mend、check 或 arithmetic"),
    "not_an_object": gettext_lazy("应当是一个对象"),
    "not_a_list": gettext_lazy("应当是一个列表"),
    "missing": gettext_lazy("没有填写"),
    "not_a_month": gettext_lazy("不是月份（例如 2026-12）"),
    "not_a_date": gettext_lazy("不是日期（例如 2026-12-05）"),
    "not_hours": gettext_lazy("不是班次时间（例如 08:00-16:00）"),
    "not_a_number": gettext_lazy("不是这里可以用的数"),
    "not_yes_or_no": gettext_lazy("应当是 true 或 false"),
    "posts_missing": gettext_lazy("没有岗位"),
    "shifts_missing": gettext_lazy("没有班次"),
    "unknown_kind": gettext_lazy("没有这种岗位"),
    "unknown_place": gettext_lazy("没有这个地方的单人值班规定"),
    "unknown_post": gettext_lazy("没有这个岗位"),
    "unknown_shift": gettext_lazy("没有这个班次"),
    "unknown_person": gettext_lazy("名单里没有这个人"),
    "twice": gettext_lazy("有重复"),
    "ends_before_it_begins": gettext_lazy("结束在开始之前"),
    "not_this_month": gettext_lazy("不在这个月里"),
    "looser_than_law": gettext_lazy("比规定宽，不能采用"),
}
# A bound that says less than this says nothing.
WORTH_SAYING = 0.5


def in_chinese(say: Any, *args: Any) -> str:
    """Words of this module in the source language, whatever the reader's: the records' ``text_zh``."""
    with override(None):
        found = say(*args)
    return "\n".join(found) if isinstance(found, list) else str(found)


def post_name(post: Post | None, key: str) -> str:
    """A post as people call it."""
    return str(POSTS[post.kind]) if post is not None and post.key == post.kind else key


def day_name(day: date) -> str:
    """A day of the month in question."""
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def arithmetic(case: Case, needs: Sequence[Need]) -> list[str]:
    """The arithmetic, a sentence or two for each post and one for all."""
    found = []
    for need in needs:
        posts = "、".join(post_name(case.post.get(key), key) for key in need.posts)
        about = {
            "posts": posts, "turns": need.turns, "hours": _number(need.minutes / 60), "least": need.least,
            "full": need.least_full, "have": need.have, "people": need.people_missing, "missing": need.missing,
        }  # fmt: skip
        asked = _(
            "%(posts)s：本月需要 %(turns)s 人次（%(hours)s 小时），不加班至少 %(least)s 人，加满加班也要 %(full)s 人；"
        )
        if not need.have:
            has = _("没有一个人能上这个岗（证书、岗位、请假），%(turns)s 人次全部空着。") % about
        elif need.missing:
            has = _("现有 %(have)s 人，缺 %(people)s 人；无论怎么排，至少有 %(missing)s 人次空着。") % about
        elif need.people_missing:
            has = _("现有 %(have)s 人，缺 %(people)s 人，只能靠加班排满。") % about
        else:
            has = _("现有 %(have)s 人，够。") % about
        found.append(asked % about + has)
        found += _short_days(case, need) if need.have else []
    return found


def _short_days(case: Case, need: Need) -> list[str]:
    """Days on which too few can come; one sentence when it is every day."""
    days = need.short_days
    if len(days) == len(case.days):
        return [
            _("每天要 %(need)s 人，最多的一天也只有 %(have)s 人能来。")
            % {"need": days[0].need, "have": max(one.have for one in days)}
        ]
    said = _("%(day)s要 %(need)s 人，只有 %(have)s 人能来。")
    return [said % {"day": day_name(one.day), "need": one.need, "have": one.have} for one in days]


def result(made: Made) -> list[str]:
    """What came out, who made it and what is proved of it."""
    said = {
        "complete": _("排好了：每个班都有人，没有违反规定。"),
        "short": _("排不满：还有 %(open)s 人次空着，见下面的日期和班次。") % {"open": made.open},
        "against_rules": _("排出来了，但有违反规定的地方，不能公布。"),
    }[made.outcome]
    return [said, _proof(made), *_shares(made)]


def _proof(made: Made) -> str:
    if made.by == "hand":
        return _("手工改过，没有再证明是不是最均衡的。")
    if made.by == "rotation":
        return _("用固定轮转排出，没有证明是不是最均衡的。")
    if made.proved:
        return _("求解器已证明：没有更均衡的排法。")
    if not made.missing_proved:
        return _("求解器到时间停下：还没有证明空班不能再少。")
    if made.gap is None or made.gap > WORTH_SAYING:
        return _("求解器到时间停下：还没有证明是最均衡的。")
    return _("求解器到时间停下：最多还能再均衡 %(percent)s%%。") % {"percent": round(made.gap * 100)}


def _shares(made: Made) -> list[str]:
    of = {"turns": made.fairness.turns, "nights": made.fairness.nights, "weekends": made.fairness.weekends}
    return [_("连同今年以前的，最多和最少的人相差：班次 %(turns)s、夜班 %(nights)s、周末和节假日 %(weekends)s。") % of]


def findings(case: Case, given: Sequence[Finding], *, notes: bool = True) -> list[str]:
    """Findings, a line each: what stands against it first."""
    ordered = sorted(given, key=lambda one: one.binding == NOTE)
    return [finding(case, one) for one in ordered if notes or one.hard]


def finding(case: Case, one: Finding) -> str:
    """One finding with its clause, or the word that it is no law."""
    said = str(FINDINGS[one.code]) % {
        "at": _at(case, one), "post": post_name(case.post.get(one.post), one.post), "person": one.person,
        "have": _number(one.have), "of": _number(one.of),
    }  # fmt: skip
    if one.clause and one.binding != FIRM and one.code != "short":
        return _("%(said)s（%(clause)s）。") % {"said": said, "clause": one.clause}
    if one.binding == FIRM and one.code not in {"not_of_this_post", "short"}:
        return _("%(said)s（企业自己的规定，不是法律）。") % {"said": said}
    return _("%(said)s。") % {"said": said}


def _at(case: Case, one: Finding) -> str:
    parts = [day_name(one.day) if one.day else "", post_name(case.post.get(one.post), one.post), one.turn]
    return " ".join(part for part in parts if part)


def changed(case: Case, changes: Sequence[Change]) -> list[str]:
    """What a mended roster changes, a line each."""
    if not changes:
        return [_("没有变动。")]
    found = []
    for one in changes:
        at = " ".join([day_name(one.day), post_name(case.post.get(one.post), one.post), one.turn])
        about = {"at": at, "before": one.before, "after": one.after}
        if not one.after:
            found.append(_("%(at)s：%(before)s不上，没有人顶班。") % about)
        elif not one.before:
            found.append(_("%(at)s：增加%(after)s。") % about)
        else:
            found.append(_("%(at)s：%(before)s换成%(after)s。") % about)
    return found


def certificates(case: Case, people: Sequence[Person]) -> list[str]:
    """Who cannot be on duty in a control room at all, before any roster."""
    rooms = [one for one in case.posts if one.grade is not None]
    # Who is kept for other posts needs none: their names would hide the one who does.
    without = []
    for one in people:
        theirs = [room for room in rooms if not one.posts or room.key in one.posts]
        if theirs and not any(one.holds(room, day) for room in theirs for day in case.days):
            without.append(one.name)
    return [_("没有有效证书、不能进消防控制室值班：%(names)s。") % {"names": "、".join(without)}] if without else []


def problem(code: str, where: str, clause: str) -> str:
    """Why a case cannot be read, and where."""
    said = str(PROBLEMS[code])
    if clause:
        return _("%(where)s：%(said)s（%(clause)s）。") % {"where": where, "said": said, "clause": clause}
    return _("%(where)s：%(said)s。") % {"where": where, "said": said} if where else _("%(said)s。") % {"said": said}


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return str(int(value)) if value == int(value) else f"{value:.2f}".rstrip("0")
