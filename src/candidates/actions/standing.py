"""What a nominee and the owners around them do: agree, pledge, sign, complete what is asked for, leave."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from candidates.actions.change import Step, begin, locked, moved, page_of, said
from candidates.models import Candidate, Firm, Outcome, Pledge, Review, Route, Signature, State
from candidates.models.standing import MAX_ARTICLE, MAX_STATEMENT, MAX_WORDS
from candidates.permissions import is_owner_standing, may_prepare
from candidates.queries.owners import own_lines
from candidates.queries.reading import is_nominee
from candidates.refusals import BadInput, NotPermitted, OutOfState
from candidates.rules.windows import nominating, review_due
from documents.actions import store_image
from tenancy.actor import Actor


def _acts_for(step: Step, one: Candidate, paper: str) -> str:
    """The nominee themselves, or whoever prepares with the signed paper in hand; returns which paper."""
    if is_nominee(step.by, one):
        return ""
    if may_prepare(step.by, step.poll, step.whole.group):
        return said(paper, "paper", MAX_ARTICLE)
    raise NotPermitted("not_the_nominee")


def missing(step_or_whole: Any, one: Candidate) -> list[str]:
    """What is still asked of a nominee before the review: consent, pledges by code, signatures, statement. Two statements."""
    whole = getattr(step_or_whole, "whole", step_or_whole)
    found = [] if one.consented_at else ["consent"]
    has = set(Pledge.objects.filter(compound_id=one.compound_id, candidate=one).values_list("code", flat=True))
    found += [f"pledge-{row['code']}" for row in whole.plan.pledges if row["code"] not in has]
    if one.route in {Route.JOINT, Route.BUILDING} and one.by_post_id is None:
        rows = Signature.objects.filter(compound_id=one.compound_id, candidate=one, withdrawn_at__isnull=True)
        if rows.count() < threshold(whole):
            found.append("signatures")
    if not one.statement:
        found.append("statement")
    if not one.firm:
        found.append("firm")
    return found


def threshold(whole: Any) -> int:
    """How many owners name somebody together. A building's owners name by two where the plan has no number (清远 19 has none)."""
    return int(whole.plan.joint_owners or 2)


def complete_if_whole(step: Step, one: Candidate) -> bool:
    """Hand the papers to the bodies once nothing is missing."""
    if one.state != State.PROPOSED or missing(step, one):
        return False
    moved(one, "complete", step.now)
    plan = step.whole.planned
    one.complete_at = step.now
    one.save()
    due = review_due(localdate(step.now), plan.review_days)
    Review.objects.bulk_create(
        Review(compound_id=one.compound_id, candidate=one, body=body, due_on=due) for body in step.whole.bodies
    )
    step.tell(
        step.staff([body.organisation_id for body in step.whole.bodies]), "to_review",
        link=page_of(step.poll, one.ref), name=one.name, due=f"{due:%Y-%m-%d}", ref=one.ref,
    )  # fmt: skip
    return True


def _in_time(step: Step) -> None:
    plan = step.whole.plan
    if plan is None or not nominating(
        localdate(step.now), starts=plan.starts, ends=plan.ends, opened=plan.opened_at is not None
    ):
        raise OutOfState(
            "not_nominating",
            since=f"{plan.starts:%Y-%m-%d}" if plan else "",
            until=f"{plan.ends:%Y-%m-%d}" if plan else "",
        )


@transaction.atomic
def consent(*, compound_id: int, ref: str, candidate: str, paper: str = "", by: Actor, now: datetime) -> Candidate:
    """Agree to stand. ``paper``: which signed form whoever prepares has in hand. Twice is nothing.

    Refused: NoSuchCandidate, NotPermitted (not_the_nominee), OutOfState (poll_moved_on, moved_on, not_nominating), BadInput
    (say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    used = _acts_for(step, one, paper)
    if one.consented_at is not None:
        return one
    moved(one, "consent", now)
    _in_time(step)
    one.consented_at, one.consented_as, one.consent_paper = now, by.signature, used
    one.save()
    complete_if_whole(step, one)
    step.settle("consent", one, {"consent": [None, by.signature], "paper": [None, used]})
    return one


@transaction.atomic
def accept_pledge(
    *, compound_id: int, ref: str, candidate: str, code: str, paper: str = "", by: Actor, now: datetime
) -> Candidate:
    """Accept one pledge, as its words stand. Twice is nothing.

    Refused: NoSuchCandidate, NotPermitted (not_the_nominee), OutOfState (poll_moved_on, moved_on, not_nominating),
    BadInput (no_such_pledge, say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    used = _acts_for(step, one, paper)
    words = {row["code"]: row["text"] for row in step.whole.planned.pledges}
    if code not in words:
        raise BadInput("no_such_pledge", field="code")
    if Pledge.objects.filter(compound_id=compound_id, candidate=one, code=code).exists():
        return one
    moved(one, "pledge", now)
    _in_time(step)
    Pledge.objects.create(
        compound_id=compound_id, candidate=one, code=code, text=words[code], accepted_at=now,
        accepted_as=by.signature, paper=used,
    )  # fmt: skip
    one.save(update_fields=["updated_at"])
    complete_if_whole(step, one)
    step.settle("pledge", one, {"pledge": [None, code], "paper": [None, used]})
    return one


@transaction.atomic
def fill(
    *,
    compound_id: int,
    ref: str,
    candidate: str,
    statement: str,
    woman: bool | None,
    firm: str,
    kin: tuple[str, ...] = (),
    photo: Any = None,
    by: Actor,
    now: datetime,
) -> Candidate:
    """Complete or correct what a nominee says of themselves; also what a body sent back for. Later pages show it as it stands.

    ``kin``: refs of other candidates who are close relatives. Refused: NoSuchCandidate, NotPermitted (not_the_nominee),
    OutOfState (poll_moved_on, moved_on), BadInput (say_why, too_long, unknown_firm, no_such_candidate), FileRefused.
    """
    from candidates.actions.naming import PURPOSE

    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    if not is_nominee(by, one) and not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_the_nominee")
    sent_back = Review.objects.filter(compound_id=compound_id, candidate=one, outcome=Outcome.SUPPLEMENT)
    if one.state != State.PROPOSED and not (one.state in {State.IN_REVIEW, State.REFUSED} and sent_back.exists()):
        raise OutOfState("moved_on", state=str(State(one.state).label))
    words = statement.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise BadInput("say_why", field="statement")
    if len(words) > MAX_STATEMENT:
        raise BadInput("too_long", field="statement", most=str(MAX_STATEMENT))
    if firm not in Firm.values:
        raise BadInput("unknown_firm", field="firm")
    others = set(
        Candidate.objects.filter(compound_id=compound_id, poll=step.poll, ref__in=kin)
        .exclude(pk=one.pk)
        .values_list("ref", flat=True)
    )
    if others != set(kin):
        raise BadInput("no_such_candidate", field="kin")
    one.statement, one.woman, one.firm, one.kin, one.updated_at = words, woman, firm, sorted(others), now
    if photo is not None:
        one.photo = store_image(compound_id=compound_id, by=by, upload=photo, purpose=PURPOSE, now=now)
    one.save()
    # What was asked for is there: those bodies look again, with their days anew.
    due = review_due(localdate(now), step.whole.planned.review_days)
    bodies = list(sent_back.select_related("body"))
    sent_back.update(outcome="", words="", answered_at=None, answered_as="", due_on=due, late_told_at=None)
    step.tell(
        step.staff([row.body.organisation_id for row in bodies]), "to_review", link=page_of(step.poll, one.ref),
        name=one.name, due=f"{due:%Y-%m-%d}", ref=one.ref,
    )  # fmt: skip
    complete_if_whole(step, one)
    step.settle("fill", one, {"said": [None, "statement, firm, kin"], "again": [None, len(bodies)]})
    return one


@transaction.atomic
def sign(*, compound_id: int, ref: str, candidate: str, by: Actor, now: datetime) -> Candidate:
    """Name somebody together with others, for one's own home: a home signs once, and for a building only its own owners.

    Refused: NoSuchCandidate, NotPermitted (not_an_owner, not_your_building), OutOfState (poll_moved_on, moved_on, not_nominating,
    not_joint, signed_already).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    if one.route not in {Route.JOINT, Route.BUILDING}:
        raise OutOfState("not_joint")
    if not is_owner_standing(by, step.poll):
        raise NotPermitted("not_an_owner")
    mine = own_lines(compound_id=compound_id, person_id=by.person_id, on=localdate(now))
    if not mine:
        raise NotPermitted("not_an_owner")
    if one.route == Route.BUILDING:
        mine = [line for line in mine if line.building_id == one.building_id]
        if not mine:
            raise NotPermitted("not_your_building")
    moved(one, "sign", now)
    _in_time(step)
    taken = set(
        Signature.objects.filter(compound_id=compound_id, candidate=one, withdrawn_at__isnull=True).values_list(
            "home_id", flat=True
        )
    )
    # One owner signs once, whatever number of homes: 解释 Art. 9 counts one buyer of several parts as one.
    if any(line.home_id in taken for line in mine):
        raise OutOfState("signed_already")
    Signature.objects.create(
        compound_id=compound_id, candidate=one, person_id=by.person_id, name=mine[0].name[:40],
        home_id=mine[0].home_id, building_id=mine[0].building_id, at=now,
    )  # fmt: skip
    one.save(update_fields=["updated_at"])
    if complete_if_whole(step, one):
        step.tell(
            [one.by_person_id, one.person_id], "joined", link=page_of(step.poll, one.ref), name=one.name, ref=one.ref
        )
    step.settle("sign", one, {"signatures": [len(taken), len(taken) + 1]})
    return one


@transaction.atomic
def unsign(*, compound_id: int, ref: str, candidate: str, by: Actor, now: datetime) -> Candidate:
    """Take one's own signature back while the naming is not complete. Refused: NoSuchCandidate, OutOfState (poll_moved_on,
    moved_on, not_signed)."""
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    row = Signature.objects.filter(
        compound_id=compound_id, candidate=one, person_id=by.person_id, withdrawn_at__isnull=True
    ).first()
    if row is None:
        raise OutOfState("not_signed")
    moved(one, "sign", now)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    step.settle("unsign", one, {"withdrawn": [None, row.pk]})
    return one


@transaction.atomic
def withdraw(
    *, compound_id: int, ref: str, candidate: str, reason: str, paper: str = "", by: Actor, now: datetime
) -> Candidate:
    """Leave before the poll is called; a slate that named them must be made and posted again.

    Refused: NoSuchCandidate, NotPermitted (not_the_nominee), OutOfState (poll_moved_on, moved_on), BadInput (say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = locked(step, candidate)
    used = _acts_for(step, one, paper)
    before = moved(one, "withdraw", now)
    one.ended_at, one.ended_as = now, by.signature
    one.ended_reason = said(reason, "reason", MAX_WORDS - MAX_ARTICLE - 20)
    if used:
        one.ended_reason = f"{one.ended_reason}（{used}）"
    one.place = None
    one.save()
    step.tell(
        [one.person_id, one.by_person_id], "withdrawn", link=page_of(step.poll, one.ref), name=one.name, ref=one.ref
    )
    step.settle("withdraw", one, {"state": [before, one.state], "reason": [None, one.ended_reason]})
    return one
