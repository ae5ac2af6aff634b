"""A poll's preparation as a whole, and each candidate as the reader may see them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from candidates.models import Body, Candidate, Group, Member, Membership, Plan, Pledge, Review, Signature, Slate, State
from candidates.models.standing import STANDING
from candidates.permissions import may_prepare, sees_work
from candidates.refusals import OutOfState
from documents.models import StoredFile
from elections.models import Kind, Poll
from elections.models import State as PollState
from tenancy.actor import Actor

# What owners see of others: who came through the review.
PUBLIC = (State.PASSED, State.LISTED)


@dataclass(frozen=True, slots=True)
class Whole:
    """A poll with its group and its plan; bodies in their order."""

    poll: Poll
    group: Group | None
    members: tuple[Member, ...]
    plan: Plan | None
    bodies: tuple[Body, ...]
    slate: Slate | None

    @property
    def open_(self) -> bool:
        """Whether owners may see it."""
        return self.plan is not None and self.plan.opened_at is not None

    @property
    def planned(self) -> Plan:
        """The plan of an election that has one. Raises OutOfState (no_plan)."""
        if self.plan is None:
            raise OutOfState("no_plan")
        return self.plan

    def body(self, number: int) -> Body | None:
        """A reviewing body by its number."""
        return next((one for one in self.bodies if one.number == number), None)


def whole_of(actor: Actor, compound_id: int, ref: str) -> Whole | None:
    """An election's preparation for whoever may see it: officers always, owners once nominations are open. Six statements."""
    poll = (
        Poll.objects.select_related("compound", "compound__community").filter(compound_id=compound_id, ref=ref).first()
    )
    if poll is None or poll.kind != Kind.ELECTION or compound_id not in actor.compound_ids:
        return None
    if actor.party != "resident" and not sees_work(actor):
        return None
    found = prepared(poll)
    if actor.party == "resident" and (not found.open_ or poll.state == PollState.CANCELLED):
        return None
    return found


def prepared(poll: Poll) -> Whole:
    """What there is of a poll's preparation. Five statements, whatever there is."""
    compound_id = poll.compound_id
    group = Group.objects.filter(compound_id=compound_id, poll=poll).first()
    members = Member.objects.filter(compound_id=compound_id, group__poll=poll).order_by("number")
    plan = Plan.objects.filter(compound_id=compound_id, poll=poll).first()
    bodies = Body.objects.filter(compound_id=compound_id, plan__poll=poll).order_by("number")
    return Whole(poll, group, tuple(members), plan, tuple(bodies), slate_of(poll))


def slate_of(poll: Poll) -> Slate | None:
    """The slate as it stands. One statement."""
    found: Slate | None = Slate.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("-number").first()
    return found


def candidates_of(poll: Poll) -> list[Candidate]:
    """Everyone who was named, with photo, pledges, signatures, reviews; who stands first, then in the order of the ballot."""
    found: Any = (
        Candidate.objects.filter(compound_id=poll.compound_id, poll=poll)
        .select_related("photo", "authority_paper")
        .prefetch_related(*_parts())
        .order_by("place", "created_at", "pk")
    )
    return list(found)


def _parts() -> tuple[Any, ...]:
    return (
        Prefetch("pledges", Pledge.objects.order_by("pk")),
        Prefetch("signatures", Signature.objects.filter(withdrawn_at__isnull=True).order_by("pk")),
        Prefetch("reviews", Review.objects.select_related("body").order_by("body__number")),
    )


def candidate_for(actor: Actor, whole: Whole, ref: str) -> Candidate | None:
    """One candidate for whoever may see them: officers, the nominee, who named or may sign; others once they passed."""
    found: Candidate | None = (
        Candidate.objects.filter(compound_id=whole.poll.compound_id, poll=whole.poll, ref=ref)
        .select_related("photo", "authority_paper")
        .prefetch_related(*_parts())
        .first()
    )
    if found is None or not may_see(actor, found):
        return None
    return found


def may_see(actor: Actor, one: Candidate) -> bool:
    """Whether somebody sees that this one was named."""
    if sees_work(actor) or actor.person_id in {one.person_id, one.by_person_id}:
        return True
    if one.state in PUBLIC:
        return True
    # Owners are asked to sign before anything is reviewed.
    return one.state == State.PROPOSED and one.route in {"joint", "building"} and actor.party == "resident"


def is_nominee(actor: Actor, one: Candidate) -> bool:
    """Whether the actor is this candidate, acting from their home."""
    return actor.party == "resident" and actor.kind == "home" and actor.person_id == one.person_id


def sees_ground(actor: Actor, whole: Whole, one: Candidate) -> bool:
    """Who reads what a body answered: the nominee, who prepares, and who reviews."""
    return (
        is_nominee(actor, one)
        or may_prepare(actor, whole.poll, whole.group)
        or any(body.organisation_id == actor.organisation_id for body in whole.bodies if body.organisation_id)
    )


def candidate_by_key(poll: Poll, key: str) -> Candidate | None:
    """A candidate by what is sealed into ballots. One statement."""
    found: Candidate | None = Candidate.objects.filter(compound_id=poll.compound_id, poll=poll, key=key).first()
    return found


def memberships_of(poll: Poll) -> dict[int, Membership]:
    """What is known of Party membership, by the candidate's id: the last row of each. One statement."""
    rows = Membership.objects.filter(compound_id=poll.compound_id, candidate__poll=poll).order_by("at", "pk")
    return {one.candidate_id: one for one in rows}


def may_read_photo(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may see a candidate's picture: as the candidate themselves. A firm once the poll is called."""
    one: Candidate | None = (
        Candidate.objects.filter(compound_id=stored.compound_id, photo=stored).select_related("poll__compound").first()
    )
    if one is None:
        return False
    whole = whole_of(actor, stored.compound_id, one.poll.ref)
    return whole is not None and may_see(actor, one)


def may_read_authority(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read a corporate owner's authority: the nominee, who prepares, who reviews."""
    one: Candidate | None = (
        Candidate.objects.filter(compound_id=stored.compound_id, authority_paper=stored)
        .select_related("poll__compound")
        .first()
    )
    if one is None:
        return False
    whole = whole_of(actor, stored.compound_id, one.poll.ref)
    return whole is not None and sees_ground(actor, whole, one)


def last_membership(one: Candidate) -> Membership | None:
    """What is known of one candidate's Party membership. One statement."""
    found: Membership | None = (
        Membership.objects.filter(compound_id=one.compound_id, candidate=one).order_by("-at", "-pk").first()
    )
    return found


def kin_choices(poll: Poll, one: Candidate) -> list[Candidate]:
    """The other candidates who still stand. One statement."""
    rows = Candidate.objects.filter(compound_id=poll.compound_id, poll=poll, state__in=STANDING).exclude(pk=one.pk)
    return list(rows.order_by("created_at", "pk"))
