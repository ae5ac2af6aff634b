"""What stands beside a notice about its objections, for whoever of the compound reads it."""

from datetime import datetime

from django.utils.timezone import localdate

from notices.extras import Panel
from notices.models import Notice
from notices.permissions import is_staff
from publicity.models import ObjectionState, State
from publicity.objection_permissions import may_certify, may_object
from publicity.objection_queries import board_objections
from publicity.objection_words import beside_notice, who_answers
from publicity.queries import period_of
from publicity.rules.objecting import may_object_on
from tenancy.actor import Actor

PUBLICITY = "publicity"


def panel(notice: Notice, actor: Actor | None, now: datetime) -> Panel | None:
    """The objections and their answers, and the way to object. Two statements; none for what is no publicity."""
    if actor is None or notice.kind != PUBLICITY or notice.current_id is None:
        return None
    period = period_of(notice)
    if period is None:
        return None
    today = localdate(now)
    rows = board_objections(notice)
    names = is_staff(actor)
    for one in rows:
        one.notice = notice
    runs = period.state == State.RUNNING and may_object_on(today, until=period.objections_until)
    waiting = [one for one in rows if one.state == ObjectionState.OPEN]
    return Panel(
        "publicity/_objections.html",
        {
            "period": period,
            "notice": notice,
            "rows": [{**beside_notice(one, names=names), "line": who_answers(one, today)} for one in rows],
            "waiting": len(waiting),
            "runs": runs,
            "objects": runs and may_object(actor),
            "own": [one for one in rows if one.person_id == actor.person_id and one.post_id == actor.post_id],
            "names": names,
            "certifies": period.state != State.RUNNING and may_certify(actor, notice.compound_id),
        },
    )
