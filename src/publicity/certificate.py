"""The certificate of a publicity (公示证明): what was shown, by which rule, from when to when, where, to whom, and what was said.

It says what the records say and no more: gaps, what is missing and what was voided stand in it as plainly as the rest, and it
is made only of a publicity that is over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import TargetGone
from documents.pdf import without_emoji
from documents.queries import print_data_uri
from notices.audience import Audience, reach
from notices.models import Notice, Step, Version
from notices.models import State as NoticeState
from notices.queries import attachments_of, signatures_of, versions_of
from posting.queries import PointPosting, postings_of
from posting.rules.gaps import Gap
from publicity.models import Objection, ObjectionState, Outcome, Period, State, Unit
from publicity.objection_permissions import may_certify
from publicity.objection_queries import names_to_cover, objections_of
from publicity.objection_words import published, shown_objector
from publicity.rules.matters import LAW
from publicity.rules.objecting import public_words
from publicity.words import basis_text, length_text
from tenancy.actor import Actor

KIND = "publicity.certificate"
TITLE = "公示证明"
TEMPLATE = "publicity/certificate.html"
_TARGET = "publicity.period"
# A photo is 53 mm wide there; on a screen one may look closer and read the paper in it.
PHOTO_SIDE = 800
# All photos of one certificate together, and what one may take however few they are: the sheet stays below 3 MB.
PHOTOS_BYTES, PHOTO_BYTES = 2_200_000, 120_000


def target_of(period: Period) -> str:
    """How a certificate names the publicity that it is of."""
    return f"{_TARGET}:{period.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """Whoever signs for one of the parties there, once the publicity is over. One statement."""
    found = _found(target)
    return found is not None and found.state != State.RUNNING and may_certify(actor, found.compound_id)


def _found(target: str) -> Period | None:
    name, _colon, key = target.partition(":")
    if name != _TARGET or not (key.isascii() and key.isdigit()):
        return None
    found: Period | None = (
        Period.objects.select_related("notice", "notice__current", "version").filter(pk=int(key)).first()
    )
    return found


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the certificate shows. Raises TargetGone for a publicity that runs, or is none."""
    period = _found(target)
    if period is None or period.compound_id != compound_id or period.state == State.RUNNING:
        raise TargetGone
    notice: Notice = period.notice
    version: Version = period.version
    end = end_of(period)
    files = {row.pk: row for row in attachments_of(notice)}
    named = [files[pk] for pk in version.files if pk in files]
    objections = objections_of(notice)
    # What nobody answered was never gone through: names are covered here.
    hidden = names_to_cover(notice, localdate(end)) if any(not one.shown_words for one in objections) else set()
    walls = _walls(notice, end)
    return {
        "period": period,
        "notice": notice,
        "version": version,
        "voided": period.state == State.VOIDED,
        "verdict": verdict(period),
        "counting": counting(period),
        "basis": basis_text(period),
        "measure": measure(period),
        "body": mark_safe(without_emoji(version.body_html)),  # noqa: S308  cleaned when it was cut
        "papers": [(row.name, row.file.sha256[:16], row.file.is_picture) for row in named],
        "editions": [one for one in reversed(versions_of(notice, behind=True)) if one.edition],
        "steps": [step for step in _steps(version) if step.label],
        "receipts": signatures_of(notice),
        "readings": _readings(notice, end),
        "walls": walls,
        "walls_said": _walls_said(walls),
        "photos": _photos(walls),
        "objections": [_said(one, hidden) for one in objections],
        "objections_said": objections_said(objections),
        "events": [(one, _EVENTS.get(one.action, one.action)) for one in period.events.order_by("pk")],
        "after": _after(notice, period),
        "issued_for": [notice.speaker, _("见证单位（社区或街道）")],
    }


_EVENTS: dict[str, Any] = {
    "open": gettext_lazy("发布，公示开始"),
    "note": gettext_lazy("文字更正，公示期照算"),
    "restart": gettext_lazy("内容更正，重新起算"),
    "extend": gettext_lazy("按放假安排顺延"),
    "complete": gettext_lazy("公示期满"),
    "void": gettext_lazy("公示作废"),
}


def _photos(walls: Sequence["Wall"]) -> list[tuple[str, "Wall"]]:
    shown = [wall for wall in walls if wall.photo is not None]
    most = min(PHOTO_BYTES, PHOTOS_BYTES // max(len(shown), 1))
    return [(print_data_uri(wall.photo, side=PHOTO_SIDE, most=most), wall) for wall in shown]


def end_of(period: Period) -> datetime:
    """When the publicity was over: midnight after its last day, or when it became void."""
    if period.state == State.VOIDED and period.ended_at is not None:
        return period.ended_at
    return make_aware(datetime.combine(period.ends_on + timedelta(days=1), time.min))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    local = localtime(moment)
    return f"{_day(local.date())} {local:%H:%M}"


def verdict(period: Period) -> str:
    """The one sentence for which the certificate is made."""
    if period.state == State.VOIDED and period.ended_at is not None:
        return _("本次公示没有满期：%(when)s 作废，原因：%(why)s。本件只证明公示的经过，不能作为已完成公示的证明。") % {
            "when": _moment(period.ended_at),
            "why": period.void_reason,
        }
    return _("本次公示自%(start)s起至%(end)s止，公示%(days)s，已经期满。") % {
        "start": _day(period.starts_on),
        "end": _day(period.ends_on),
        "days": length_text(period.days, period.unit),
    }


def measure(period: Period) -> str:
    """What the rule asks for, and whether this one was as long."""
    least = length_text(period.min_days, period.unit)
    said = (_("不少于%(least)s") if period.binding == LAW else _("建议不少于%(least)s")) % {"least": least}
    if period.state == State.VOIDED:
        return said
    if period.days < period.min_days:
        return _("%(rule)s；实际%(days)s，少于建议") % {"rule": said, "days": length_text(period.days, period.unit)}
    return _("%(rule)s；实际%(days)s") % {"rule": said, "days": length_text(period.days, period.unit)}


def counting(period: Period) -> list[str]:
    """How the days were counted, sentence by sentence."""
    total = (period.ends_on - period.starts_on).days + 1
    lines = [
        _(
            "%(posted)s发布，当日不计入；自%(start)s零时起，至%(end)s二十四时止，日历天数共%(total)s天"
            "（《民法典》第二百零一条、第二百零三条）。"
        )
        % {
            "posted": _day(period.posted_on),
            "start": _day(period.starts_on),
            "end": _day(period.ends_on),
            "total": total,
        }
    ]
    if period.unit == Unit.WORKING:
        lines.append(
            _("按工作日计，法定节假日和休息日不计入，调休上班的日子计入，共%(n)s个工作日。") % {"n": period.days}
        )
    elif period.rolls and total > period.days:
        last = period.posted_on + timedelta(days=period.days)
        lines.append(
            _("按天数最后一日是%(last)s；遇休息日，或发布单位定了更晚的日子，止于%(end)s。")
            % {"last": _day(last), "end": _day(period.ends_on)}
        )
    if not period.certain:
        lines.append(_("其中有一年的放假安排当时还没有录入，该年按周六、周日休息推算。"))
    if period.restarts:
        lines.append(
            _("公示期间更正过公示内容，公示期从最后一次更正起重新计算（重新起算%(n)s次）。") % {"n": period.restarts}
        )
    if period.corrections:
        lines.append(_("公示期间作过%(n)s次不影响内容的文字更正，公示期照算。") % {"n": period.corrections})
    return lines


def _steps(version: Version) -> list[Step]:
    return list(Step.objects.filter(compound_id=version.compound_id, version=version).order_by("position"))


def _after(notice: Notice, period: Period) -> str:
    if period.state == State.COMPLETED and notice.state == NoticeState.WITHDRAWN and notice.ended_at is not None:
        return _("公示期满以后，公告于 %(when)s 撤回，原因：%(why)s。") % {
            "when": _moment(notice.ended_at),
            "why": notice.ended_reason,
        }
    return ""


# --- on the walls -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wall:
    """One posting point as the certificate shows it."""

    number: int
    place: str
    posted: str
    by: str
    received: str
    checks: str
    gaps: tuple[str, ...]
    missing: bool
    photo: Any
    caption: str


def _walls(notice: Notice, end: datetime) -> list[Wall]:
    """What hung where while the publicity lasted."""
    return [_wall(number, point, end) for number, point in enumerate(postings_of(notice, now=end), start=1)]


def _wall(number: int, point: PointPosting, end: datetime) -> Wall:
    postings = [one for one in point.postings if one.at < end]
    checks = [one for one in point.checks if one.at < end]
    first = postings[0] if postings else None
    gaps = tuple(_gap(one, end) for one in point.gaps if one.since < end)
    name = f"{point.place} {point.name}".strip()
    return Wall(
        number=number,
        place=name,
        posted=f"{localtime(first.at):%m-%d %H:%M}" if first else _("没有张贴记录"),
        by=first.by if first else "",
        received=f"{localtime(first.received_at):%m-%d %H:%M}" if first else "",
        checks=_checks(checks),
        gaps=gaps,
        missing=first is None,
        photo=first.photo if first else None,
        caption=f"{number}. {name} {localtime(first.at):%Y-%m-%d %H:%M}" if first else "",
    )


def _checks(checks: Sequence[Any]) -> str:
    if not checks:
        return _("没有查看记录")
    last = checks[-1]
    there = sum(one.result == "hanging" for one in checks)
    return _("查看%(n)s次，在%(there)s次，最后%(last)s") % {
        "n": len(checks),
        "there": there,
        "last": f"{localtime(last.at):%m-%d %H:%M}",
    }


def _gap(gap: Gap, end: datetime) -> str:
    since = f"{localtime(gap.since):%m-%d %H:%M}"
    until = f"{localtime(min(gap.until, end)):%m-%d %H:%M}" if gap.until is not None else _("公示结束")
    if gap.kind == "never":
        return _("应在%(since)s前张贴，公示期间没有张贴记录") % {"since": since}
    if gap.kind == "late":
        return _("应在%(since)s前张贴，%(until)s才张贴") % {"since": since, "until": until}
    seen = f"{localtime(gap.seen):%m-%d %H:%M}" if gap.seen is not None else ""
    if seen:
        return _("%(seen)s还在，%(since)s发现缺失或破损，到%(until)s") % {"seen": seen, "since": since, "until": until}
    return _("%(since)s发现缺失或破损，到%(until)s") % {"since": since, "until": until}


def _walls_said(walls: Sequence[Wall]) -> str:
    if not walls:
        return _("本次公示没有安排纸质张贴，或没有留下张贴记录；以下起止时间按平台发布计算。")
    missing = sum(wall.missing for wall in walls)
    broken = sum(bool(wall.gaps) and not wall.missing for wall in walls)
    said = _("安排张贴点%(all)s处，有张贴记录%(posted)s处。") % {"all": len(walls), "posted": len(walls) - missing}
    if missing:
        said += _("%(n)s处没有张贴记录。") % {"n": missing}
    if broken:
        said += _("%(n)s处张贴有迟延或中断，见“中断”一栏。") % {"n": broken}
    if not missing and not broken:
        said += _("记录中没有中断。")
    return said


# --- who read it ------------------------------------------------------------------------------------------------------
def _readings(notice: Notice, end: datetime) -> dict[str, int]:
    """How many homes and residents opened it before the end, of how many that it is for on this day. Two statements."""
    who = Audience(tuple(notice.roles), tuple(notice.building_ids), tuple(notice.entrance_ids))
    homes, people = reach(notice.compound_id, who, localdate(end))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH x AS (SELECT person_id, home_ids FROM notices_reading WHERE compound_id = %(compound)s
              AND notice_id = %(notice)s AND at < %(end)s AND home_ids <> '{}')
            SELECT (SELECT count(DISTINCT h) FROM x, unnest(x.home_ids) h), (SELECT count(*) FROM x)
            """,
            {"compound": notice.compound_id, "notice": notice.pk, "end": end},
        )
        read, readers = cursor.fetchone()
    return {"homes": homes, "people": people, "homes_read": int(read), "people_read": int(readers)}


# --- objections -------------------------------------------------------------------------------------------------------
def objections_said(objections: Sequence[Objection]) -> str:
    """How many there were and what became of them. That there were none is said only when none was ever filed."""
    if not objections:
        return _("公示期间没有收到异议。")
    states = [one.state for one in objections]
    parts = [_("收到异议%(n)s件") % {"n": len(objections)}]
    for state, words in (
        (ObjectionState.ANSWERED, _("已答复%(n)s件")),
        (ObjectionState.OPEN, _("到出具本件时没有答复%(n)s件")),
        (ObjectionState.WITHDRAWN, _("由本人撤回%(n)s件")),
        (ObjectionState.LAPSED, _("因公示作废不再答复%(n)s件")),
    ):
        if states.count(state):
            parts.append(words % {"n": states.count(state)})
    return _("公示期间%(parts)s。") % {"parts": "，".join(parts)}


def _said(one: Objection, hidden: Collection[str]) -> dict[str, Any]:
    answered, withdrawn = one.state == ObjectionState.ANSWERED, one.state == ObjectionState.WITHDRAWN
    passage, words = published(one, hidden)
    return {
        "who": shown_objector(one),
        "at": _moment(one.filed_at),
        "further": one.earlier_id is not None,
        "evidence": len(one.evidence.all()),
        "passage": passage,
        "words": _("（本人已撤回，原文由平台保存）") if withdrawn else words,
        "state": _state(one),
        "answer": public_words(one.answer),
        "outcome": str(Outcome(one.outcome).label) if answered else "",
        "answered": f"{one.answered_as} {_moment(one.answered_at)}" if answered and one.answered_at else "",
    }


def _state(one: Objection) -> str:
    if one.state == ObjectionState.OPEN:
        said = _("没有答复（期限%(day)s）") % {"day": _day(one.due_on)}
        reached = [step.level for step in one.steps.all()]
        if reached and max(reached) >= 2:  # noqa: PLR2004  the community
            said += _("，已报社区") if max(reached) == 2 else _("，已报社区、街道")  # noqa: PLR2004
        return said
    return str(ObjectionState(one.state).label)
