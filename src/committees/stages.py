"""The stages of results and of committees on a poll's time line."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from committees.actions.change import until
from committees.models import Committee, Filing
from committees.queries.outcomes import outcome_of
from committees.rules.leaving import FIRST_MEETING
from elections.models import Kind, Poll, State
from elections.rules.jurisdictions import parameters
from elections.stages import Stage, register
from publicity.queries import period_of
from publicity.words import basis_text
from tenancy.actor import Actor

BEFORE = (State.PREPARING, State.ROLL_FIXED, State.CALLED, State.VOTING, State.CLOSED)
GONE = (State.CANCELLED, State.ANNULLED)


def result(poll: Poll, _actor: Actor, now: datetime) -> list[Stage]:
    """The announcement and the declaration. Two statements."""
    local = parameters(poll.jurisdiction, poll.on)
    within = local["result_posted_within_days"]
    article = local.source("result_posted_within_days" if within else "result_publicity_days")
    url = reverse("committees_result", args=[poll.compound.code, poll.ref])
    due = localdate(poll.counted_at) + timedelta(days=within) if within and poll.counted_at else None
    if poll.state in BEFORE or poll.state in GONE:
        return [
            Stage("result", _("公示结果"), "later", _("开箱计票以后公示。"), article=article),
            Stage("declare", _("宣布生效"), "later", _("公示期满、异议答复以后。")),
        ]
    found = outcome_of(poll)
    period = period_of(found.notice) if found and found.notice else None
    if poll.state == State.COUNTED:
        late = due is not None and localdate(now) > due
        return [
            Stage("result", _("公示结果"), "late" if late else "now", _("已计票，请核对后公示。"), due, article, url),
            Stage("declare", _("宣布生效"), "blocked", _("先公示结果。")),
        ]
    announced = Stage("result", _("公示结果"), "done", _("已公示。"), due, article, url)
    if poll.state == State.DECLARED:
        return [announced, Stage("declare", _("宣布生效"), "done", _("结果已生效。"), url=url)]
    if period is None:
        return [announced, Stage("declare", _("宣布生效"), "blocked", _("公示还没有发出，可能在等会签。"), url=url)]
    running = period.state == "running"
    text = _("公示到 %(day)s。") % {"day": f"{period.ends_on:%Y-%m-%d}"} if running else _("公示期满，请宣布生效。")
    return [
        announced,
        Stage("declare", _("宣布生效"), "later" if running else "now", text, period.ends_on, basis_text(period), url),
    ]


def office(poll: Poll, _actor: Actor, now: datetime) -> list[Stage]:
    """Taking office, the first meeting, the filing. Two statements; nothing of a decision."""
    if poll.kind != Kind.ELECTION:
        return []
    local = parameters(poll.jurisdiction, poll.on)
    article = local.source("filing_days")
    if poll.state != State.DECLARED:
        return [
            Stage(
                "office",
                _("业委会就任"),
                "later",
                _("结果生效以后就任，七日内开首次会议。"),
                article=FIRST_MEETING.source,
            ),
            Stage(
                "filing",
                _("备案"),
                "later",
                _("当选之日起 %(days)s 日内。") % {"days": local["filing_days"]},
                article=article,
            ),
        ]
    made: Committee | None = (
        Committee.objects.filter(compound_id=poll.compound_id, poll=poll).select_related("term").first()
    )
    if made is None:
        url = reverse("committees_take_office", args=[poll.compound.code, poll.ref])
        return [
            Stage("office", _("业委会就任"), "now", _("登记任期和委员。"), article=FIRST_MEETING.source, url=url),
            Stage("filing", _("备案"), "blocked", _("先登记就任。"), article=article),
        ]
    today = localdate(now)
    home = reverse("committees_office", args=[poll.compound.code])
    meeting = until(made.term.starts, FIRST_MEETING.days)
    met = made.first_meeting_on is not None
    stages = [
        Stage(
            "office", _("业委会就任"), "done" if met else "late" if today > meeting else "now",
            _("已就任，首次会议已推选主任。") if met else _("已就任，请登记首次会议。"), meeting, FIRST_MEETING.source, home,
        )
    ]  # fmt: skip
    filing: Filing | None = (
        Filing.objects.filter(compound_id=poll.compound_id, committee=made, kind="first").order_by("pk").first()
    )
    if filing is not None:
        url = reverse("committees_filing", args=[poll.compound.code, filing.pk])
        done, waits = filing.answer == "accepted", filing.handed_at is not None and not filing.answer
        stages.append(
            Stage(
                "filing", _("备案"), "done" if done else "now" if waits or today <= filing.due else "late",
                _("已备案 %(number)s") % {"number": filing.answer_number}
                if done
                else _("已送交，等街道答复。")
                if waits
                else _("请备齐材料送街道。"),
                filing.due, article, url,
            )
        )  # fmt: skip
    return stages


def enter() -> None:
    """Put both on the line."""
    register("result", 100, result)
    register("office", 110, office)
