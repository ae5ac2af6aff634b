"""Whether a slate was public as long as the place asks before it is voted on: what a call of an election is held to."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from candidates.actions.listing import is_stale
from candidates.models import Candidate
from candidates.queries.figures import local_of
from candidates.queries.reading import prepared
from candidates.refusals import OutOfState
from elections.models import Kind, Poll
from elections.refusals import Refused
from elections.rules.jurisdictions import Parameters
from publicity.models import Period
from publicity.models import State as PeriodState
from publicity.queries import period_of_ref
from tenancy.actor import Actor


def check_call(poll: Poll, _by: Actor, _now: datetime) -> Refused | None:
    """The refusal of a call: slate_not_posted, slate_stale, slate_public_when_voting, slate_posted_too_late.

    The names were public for the place's days when voting begins (杭州 26, 宁波 31), and went up so many days before it
    (指导规则 12). A vote again among equals has no plan and asks for none of it: its names were public before. Nine statements
    at most.
    """
    if poll.kind != Kind.ELECTION or poll.opens_at is None:
        return None
    whole = prepared(poll)
    if whole.plan is None:
        return None
    slate = whole.slate
    if slate is not None and is_stale(slate, list(Candidate.objects.filter(compound_id=poll.compound_id, poll=poll))):
        return OutOfState("slate_stale")
    period = period_of_ref(poll.compound_id, slate.notice_ref) if slate is not None and slate.notice_ref else None
    local = local_of(poll)
    if period is None or period.state == PeriodState.VOIDED:
        return OutOfState("slate_not_posted", source=local.source("candidate_lead_days"))
    return _too_late(period, localdate(poll.opens_at), local)


def _too_late(period: Period, opens: date, local: Parameters) -> Refused | None:
    if period.ends_on >= opens:
        source = local.source("candidate_publicity_days")
        return OutOfState("slate_public_when_voting", ends=f"{period.ends_on:%Y-%m-%d}", source=source)
    days: int = local["candidate_lead_days"]
    # Full days between the posting and the first day of voting, as for a call: neither of the two counts.
    if (opens - period.posted_on).days - 1 >= days:
        return None
    first = period.posted_on + timedelta(days=days + 1)
    return OutOfState(
        "slate_posted_too_late", days=str(days), first=f"{first:%Y-%m-%d}", source=local.source("candidate_lead_days")
    )
