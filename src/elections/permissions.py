"""Who may use the calculator (anyone who acts from a post), and who runs polls. No database."""

from typing import Any

from tenancy.actor import Actor

# Every party that works on votes; owners and residents act from their home, not from a post.
PARTIES = ("community", "residents", "committee", "preparatory", "company", "street", "city")
# For whom it stands in the navigation.
OFFICERS = ("community", "residents", "committee", "preparatory", "street", "city")


def may_calculate(actor: Actor) -> bool:
    """Whoever acts from a post."""
    return actor.party in PARTIES


# Who runs polls: offices, the group that prepares a first election, the committee for the owners' decisions (民法典 277, 278).
CONDUCTORS = frozenset(
    {
        *(("community", "secretary"), ("community", "officer"), ("residents", "director"), ("residents", "officer")),
        *(("preparatory", "leader"), ("committee", "chair"), ("committee", "vice_chair")),
    }
)
# Who sees a poll's work and the names on its roll. A firm sees neither: it is what owners often vote about.
READERS = ("community", "residents", "committee", "preparatory", "street", "city")


def may_open(actor: Actor, kind: str) -> bool:
    """Who opens a poll. A committee does not run its own election: the community or a group does (指导规则 57, 温州 23)."""
    if (actor.party, actor.role) not in CONDUCTORS:
        return False
    return kind != "election" or actor.party != "committee"


def may_conduct(actor: Actor, poll: Any) -> bool:
    """Whoever opened it, or an office of the community that may run one of its kind."""
    if poll.compound_id not in actor.compound_ids or not may_open(actor, poll.kind):
        return False
    return actor.organisation_id == poll.organisation_id or actor.party in {"community", "residents"}


def may_agree(actor: Actor, poll: Any) -> bool:
    """Who agrees to a step that needs two parties: any body that runs polls, and the street that guides them (民法典 277)."""
    return poll.compound_id in actor.compound_ids and agrees_as(actor.party, actor.role)


def agrees_as(party: str, role: str) -> bool:
    """Whether a post of this party and role is one that agrees."""
    return party == "street" or (party, role) in CONDUCTORS


def sees_polls(actor: Actor) -> bool:
    """Who sees polls before they are called."""
    return actor.party in READERS


# Who reads a second time under which matter an item stands (P2).
REVIEWERS = frozenset({*CONDUCTORS, ("street", "officer"), ("street", "leader"), ("committee", "member")})


def may_confirm(actor: Actor, poll: Any) -> bool:
    """A second reader of the matters of a poll, of any party that sees it."""
    return poll.compound_id in actor.compound_ids and (actor.party, actor.role) in REVIEWERS


# Who reads a roll with names masked: members of the compound and those who see polls. A firm does not.
MEMBERS = ("resident", *READERS)
