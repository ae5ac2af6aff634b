"""The stages of a preparation on the time line of its poll: the group, nominations, reviews, the slate in public."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from candidates.actions.change import OPEN
from candidates.permissions import sees_work
from candidates.queries.figures import local_of
from candidates.queries.reading import Whole, prepared
from candidates.rules.windows import mark
from elections import stages
from elections.models import Kind, Poll
from publicity.models import Period
from publicity.queries import period_of_ref
from tenancy.actor import Actor

GROUP_ORDER, CANDIDATES_ORDER = 20, 30
# How many are where, which answers are missing since when, and whether the slate still names who passed.
_COUNTS = """
SELECT count(*) FILTER (WHERE c.state NOT IN ('struck', 'withdrawn')),
  count(*) FILTER (WHERE c.state IN ('in_review', 'refused')),
  count(*) FILTER (WHERE c.state IN ('passed', 'listed')),
  (SELECT min(r.due_on) FROM candidates_review r JOIN candidates_candidate x
     ON x.compound_id = r.compound_id AND x.id = r.candidate_id
   WHERE r.compound_id = %(compound)s AND x.poll_id = %(poll)s AND r.outcome = '' AND x.state IN ('in_review', 'refused')),
  array_agg(c.ref::text) FILTER (WHERE c.state IN ('passed', 'listed'))
FROM candidates_candidate c WHERE c.compound_id = %(compound)s AND c.poll_id = %(poll)s
"""


def register() -> None:
    """Put the stages on the line."""
    stages.register("group", GROUP_ORDER, group_stage)
    stages.register("candidates", CANDIDATES_ORDER, candidate_stages)


def _url(name: str, poll: Poll, actor: Actor) -> str:
    return reverse(name, args=[poll.compound.code, poll.ref]) if sees_work(actor) else ""


def group_stage(poll: Poll, actor: Actor, now: datetime) -> Sequence[stages.Stage]:
    """The preparatory or re-election group. Seven statements at most."""
    if poll.kind != Kind.ELECTION:
        return []
    whole, today = prepared(poll), localdate(now)
    if whole.group is None and poll.called_at is not None:
        # The committee in office ran it: after the call nobody registers a group any more.
        return []
    period = _period(poll, whole.group.notice_ref if whole.group else "")
    done = bool(whole.group and whole.group.formed_on and period and period.ends_on < today)
    over = poll.state not in (*OPEN, "called", "voting")
    due = whole.group.ends_on if whole.group and not over else None
    late = due is not None and due < today
    return [
        stages.Stage(
            key="group",
            title=_("筹备组、换届小组"),
            mark="late" if late else mark(done=done, open_=poll.state in OPEN, due=None, today=today),
            text=_group_text(whole, period, today),
            due=due,
            article=local_of(poll).source("group_days"),
            url=_url("candidates_group", poll, actor),
        )
    ]


def _group_text(whole: Whole, period: Period | None, today: date) -> str:
    group = whole.group
    if group is None:
        return _("还没有登记成员。首次选举要筹备组；到期没有换届的，由街道组织换届小组。")
    if group.ended_on is not None:
        return _("已结束。")
    if group.formed_on is None:
        return _("成员 %(count)s 人，还没有登记成立。") % {"count": len(whole.members)}
    if period is None:
        return _("已成立，成员名单要在三日内公示。")
    if period.ends_on >= today:
        return _("成员名单公示到 %(day)s。") % {"day": f"{period.ends_on:%Y-%m-%d}"}
    return _("成员 %(count)s 人，名单公示已满。") % {"count": len(whole.members)}


def _period(poll: Poll, notice_ref: str) -> Period | None:
    return period_of_ref(poll.compound_id, notice_ref) if notice_ref else None


def candidate_stages(poll: Poll, actor: Actor, now: datetime) -> Sequence[stages.Stage]:
    """Nominations, reviews, the slate; one stage of a called poll whose slate came without them. Seven statements at most."""
    if poll.kind != Kind.ELECTION:
        return []
    whole, today = prepared(poll), localdate(now)
    named, waiting, passed, overdue, refs = _counts(poll)
    local, plan, slate = local_of(poll), whole.plan, whole.slate
    open_ = poll.state in OPEN
    if plan is None and slate is None and not named and poll.called_at is not None:
        return [
            stages.Stage(
                key="slate",
                title=_("候选名单"),
                mark="done",
                text=_("名单由组织单位直接录入，没有在这里提名、联审和公示。"),
                article=local.source("candidate_publicity_days"),
            )
        ]
    period = _period(poll, slate.notice_ref if slate else "")
    url = _url("candidates_list", poll, actor)
    stale = slate is not None and set(slate.order) != set(refs)
    over = plan is not None and plan.ends < today
    posted = period is not None and not stale
    full = posted and period is not None and period.ends_on < today
    return [
        stages.Stage(
            key="nominate",
            title=_("提名候选人"),
            mark=mark(done=over and named > 0, open_=open_, due=plan.ends if plan and open_ else None, today=today),
            text=_("还没有安排提名。")
            if plan is None or plan.opened_at is None
            else _("已提名 %(named)s 人，应选 %(seats)s 人。") % {"named": named, "seats": plan.seats},
            due=plan.ends if plan else None,
            article=local.source("nomination_by_building"),
            url=url,
        ),
        stages.Stage(
            key="review",
            title=_("联审"),
            mark=mark(
                done=passed > 0 and not waiting,
                open_=waiting > 0 and open_,
                due=overdue if open_ else None,
                today=today,
            ),
            text=_review_text(waiting, passed, overdue, today),
            due=overdue,
            article=local.source("review_bodies"),
            url=url,
        ),
        stages.Stage(
            key="slate",
            title=_("候选名单公示"),
            mark=mark(
                done=bool(full),
                open_=open_ and passed > 0,
                due=today if stale and posted else None,
                today=today,
                blocked=open_ and (not passed or waiting > 0),
            ),
            text=_slate_text(slate, stale=stale, period=period, today=today),
            due=period.ends_on if period else None,
            article=local.source("candidate_publicity_days"),
            url=_url("candidates_slate", poll, actor),
        ),
    ]


def _counts(poll: Poll) -> tuple[int, int, int, date | None, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"compound": poll.compound_id, "poll": poll.pk})
        row: Any = cursor.fetchone()
    return row[0], row[1], row[2], row[3], list(row[4] or ())


def _review_text(waiting: int, passed: int, overdue: date | None, today: date) -> str:
    if overdue is not None and overdue < today:
        return _("有答复超期：应在 %(day)s 前答复，请催办。") % {"day": f"{overdue:%Y-%m-%d}"}
    if waiting:
        return _("%(count)s 人在联审。") % {"count": waiting}
    return _("%(count)s 人通过审查。") % {"count": passed}


def _slate_text(slate: Any, *, stale: bool, period: Period | None, today: date) -> str:
    if slate is None:
        return _("还没有排定。")
    if stale:
        return _("名单有变动，要重新排定并重新公示。")
    if period is None:
        return _("名单已排定，还没有公示。") if not slate.notice_ref else _("公告等待会签或发布。")
    if period.ends_on >= today:
        return _("公示到 %(day)s。") % {"day": f"{period.ends_on:%Y-%m-%d}"}
    return _("公示已满。")
