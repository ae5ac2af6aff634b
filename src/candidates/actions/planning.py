"""The plan of nominations: seats, days, bodies, pledges; and their opening, from which owners see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from candidates.actions.change import Step, begin, said
from candidates.models import Body, Candidate, Plan
from candidates.models.plans import MAX_SOURCE
from candidates.permissions import may_prepare
from candidates.queries.figures import local_of
from candidates.refusals import BadInput, NotPermitted, OutOfState
from candidates.rules.pledges import CODES, MAX_TEXT, USUAL
from elections.queries.register import least_seats
from elections.rules.committees import seat_problems, term_problems
from elections.rules.jurisdictions import Parameters
from parties.queries import acting_organisations
from tenancy.actor import Actor

MAX_BODIES = 8
MAX_DAYS = 60


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A plan as typed. ``bodies`` are (name, organisation id or None); ``pledges`` the words by code, missing ones the usual.

    ``review_days`` and ``reply_days`` None: the place's. ``status_source`` with words: the list says who is a Party member.
    """

    seats: int
    term_years: int
    starts: date
    ends: date
    joint_owners: int | None = None
    by_building: bool = False
    review_days: int | None = None
    reply_days: int | None = None
    bodies: Sequence[tuple[str, int | None]] = ()
    pledges: Mapping[str, str] = field(default_factory=dict)
    status_source: str = ""


# How many owners a place may ask for to nominate jointly (联名).
FEWEST_TOGETHER, MOST_TOGETHER = 2, 200


@transaction.atomic
def save_plan(*, compound_id: int, ref: str, draft: PlanDraft, by: Actor, now: datetime) -> Plan:
    """Write the plan, or change it until nominations are open; after that only its last day can be put off.

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, plan_fixed), BadInput (seats_even,
    seats_too_few, seats_too_many, term_too_short, term_too_long, ends_before_start, ends_in_the_past, too_few_owners,
    days_out_of_range, no_bodies, too_many_bodies, body_twice, no_such_body, say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    if not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_your_post")
    plan = step.whole.plan
    if draft.ends < draft.starts:
        raise BadInput("ends_before_start", field="ends")
    if draft.ends < localdate(now):
        raise BadInput("ends_in_the_past", field="ends")
    if plan is not None and plan.opened_at is not None:
        return _put_off(step, plan, draft)
    local = local_of(step.poll)
    _seats(step, draft.seats, local)
    for problem in term_problems(draft.term_years, local):
        raise BadInput(problem, field="term_years")
    if draft.joint_owners is not None and not FEWEST_TOGETHER <= draft.joint_owners <= MOST_TOGETHER:
        raise BadInput("too_few_owners", field="joint_owners")
    days: dict[str, int] = {}
    for name, usual in (("review_days", "review_days"), ("reply_days", "review_reply_days")):
        given = getattr(draft, name)
        value: int = local[usual] if given is None else given
        if not 1 <= value <= MAX_DAYS:
            raise BadInput("days_out_of_range", field=name, most=str(MAX_DAYS))
        days[name] = value
    bodies = _bodies(compound_id, draft, now)
    before = plan
    plan = plan or Plan(compound_id=compound_id, poll=step.poll)
    plan.seats, plan.term_years, plan.starts, plan.ends = draft.seats, draft.term_years, draft.starts, draft.ends
    plan.joint_owners, plan.by_building = draft.joint_owners, draft.by_building
    plan.review_days, plan.reply_days = days["review_days"], days["reply_days"]
    plan.pledges = [
        {"code": code, "text": said(draft.pledges.get(code) or USUAL[code], f"pledge-{code}", MAX_TEXT)}
        for code in CODES
    ]
    plan.status_source = said(draft.status_source, "status_source", MAX_SOURCE, needed=False)
    plan.status_published = bool(plan.status_source)
    plan.label, plan.updated_at = by.signature, now
    plan.save()
    Body.objects.filter(compound_id=compound_id, plan=plan).delete()
    Body.objects.bulk_create(
        Body(compound_id=compound_id, plan=plan, number=number, name=name, organisation_id=organisation)
        for number, (name, organisation) in enumerate(bodies, 1)
    )
    step.record(
        "plan",
        f"candidates.plan:{plan.pk}",
        {
            "seats": [before.seats if before else None, plan.seats],
            "days": [None, f"{plan.starts}/{plan.ends}"],
            "bodies": [[one.name for one in step.whole.bodies], [name for name, _org in bodies]],
        },
    )
    return plan


def _seats(step: Step, seats: int, local: Parameters) -> None:
    """A whole committee is as large as the law says; seats that are filled are as many as are empty."""
    if step.poll.filling:
        if seats != step.poll.filling:
            raise BadInput("seats_to_fill", field="seats", seats=str(step.poll.filling))
        return
    least = least_seats(compound_id=step.poll.compound_id, local=local, on=localdate(step.now))
    for problem in seat_problems(seats, local, least=least):
        raise BadInput(problem, field="seats")


def _bodies(compound_id: int, draft: PlanDraft, now: datetime) -> list[tuple[str, int | None]]:
    if not draft.bodies:
        raise BadInput("no_bodies", field="bodies")
    if len(draft.bodies) > MAX_BODIES:
        raise BadInput("too_many_bodies", field="bodies", most=str(MAX_BODIES))
    bodies = [(said(name, "bodies", 80), organisation) for name, organisation in draft.bodies]
    if len({name for name, _organisation in bodies}) < len(bodies):
        raise BadInput("body_twice", field="bodies")
    wanted = {organisation for _name, organisation in bodies if organisation is not None}
    if not wanted <= acting_organisations(compound_id, localdate(now)):
        raise BadInput("no_such_body", field="bodies")
    return bodies


def _put_off(step: Any, plan: Plan, draft: PlanDraft) -> Plan:
    """Nominations are open: people rely on the plan; more time takes nothing from anyone."""
    if draft.ends < plan.ends:
        raise OutOfState("plan_fixed")
    before, plan.ends = plan.ends, draft.ends
    plan.updated_at, plan.label = step.now, step.by.signature
    plan.save(update_fields=["ends", "updated_at", "label"])
    step.record("put_off", f"candidates.plan:{plan.pk}", {"ends": [str(before), str(plan.ends)]})
    return plan


@transaction.atomic
def open_nominations(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Plan:
    """Open nominations: owners see the plan from now on, and may name from its first day.

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, no_plan, open_already),
    BadInput (ends_in_the_past).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    if not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_your_post")
    plan = step.whole.plan
    if plan is None:
        raise OutOfState("no_plan")
    if plan.opened_at is not None:
        raise OutOfState("open_already")
    if plan.ends < localdate(now):
        raise BadInput("ends_in_the_past", field="ends")
    plan.opened_at, plan.updated_at = now, now
    plan.save(update_fields=["opened_at", "updated_at"])
    named = Candidate.objects.filter(compound_id=compound_id, poll=step.poll).count()
    step.record("open", f"candidates.plan:{plan.pk}", {"named": [None, named]})
    return plan
