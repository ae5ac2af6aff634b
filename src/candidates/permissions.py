"""Who forms a group, prepares an election, names, reviews, and who sees Party membership: predicates. No database."""

from typing import Any

from elections.permissions import may_conduct, sees_polls
from tenancy.actor import Actor

# Who forms a group and records its members (指导规则 9, 10; 温州 23): the street with the community at its side.
FORMERS = frozenset(
    {
        *(("street", "leader"), ("street", "officer"), ("community", "secretary"), ("community", "officer")),
        *(("residents", "director"), ("residents", "officer")),
    }
)
# Who recommends for their body (杭州 26, 宁波 30): community Party organisation, residents' committee, street.
RECOMMENDERS = FORMERS
# To few (A11): the community, the residents' committee, the leader of the group.
MEMBERSHIP_PARTIES = ("community", "residents", "preparatory")


def sees_work(actor: Actor) -> bool:
    """Who sees a preparation before owners do. A firm never does."""
    return sees_polls(actor)


def may_form(actor: Actor, poll: Any) -> bool:
    """Who forms the group of a poll, and founds, extends and ends it."""
    return poll.compound_id in actor.compound_ids and (actor.party, actor.role) in FORMERS


def leads(actor: Actor, group: Any) -> bool:
    """Whether the actor is the leader of this group."""
    return (
        group is not None
        and group.organisation_id is not None
        and actor.organisation_id == group.organisation_id
        and (actor.party, actor.role) == ("preparatory", "leader")
    )


def may_prepare(actor: Actor, poll: Any, group: Any) -> bool:
    """Who sets the plan, opens nominations, and enters what people hand in on paper."""
    return poll.compound_id in actor.compound_ids and (may_conduct(actor, poll) or leads(actor, group))


def may_recommend(actor: Actor, poll: Any) -> bool:
    """Who names somebody for their body."""
    return poll.compound_id in actor.compound_ids and (actor.party, actor.role) in RECOMMENDERS


def is_owner_standing(actor: Actor, poll: Any) -> bool:
    """Whether the actor acts from a home of their own: a child who helps a parent does not name or sign for them."""
    return poll.compound_id in actor.compound_ids and actor.party == "resident" and actor.kind == "home"


def may_review(actor: Actor, poll: Any, body: Any, group: Any) -> bool:
    """Who answers for a body: its own posts; where it has none here, whoever prepares enters its written answer."""
    if body.organisation_id is None:
        return may_prepare(actor, poll, group)
    return (
        poll.compound_id in actor.compound_ids
        and actor.organisation_id == body.organisation_id
        and actor.role in {"secretary", "officer", "director", "leader", "chair", "vice_chair"}
    )


def sees_membership(actor: Actor, poll: Any) -> bool:
    """To whom Party membership is shown. Of a group only its leader."""
    if poll.compound_id not in actor.compound_ids or actor.party not in MEMBERSHIP_PARTIES:
        return False
    return actor.party != "preparatory" or actor.role == "leader"
