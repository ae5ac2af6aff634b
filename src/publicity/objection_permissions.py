"""Who may object, answer, and read the names: predicates over actor, notice and objection. No database."""

from notices.models import Notice
from notices.permissions import is_staff, speaks_for
from notices.rules.chain import PARTIES_OF, side_of, signs_for
from publicity.models.objections import Objection
from publicity.rules.objecting import COMMUNITY, STREET
from tenancy.actor import Actor


def may_object(actor: Actor) -> bool:
    """A resident for a home of their own, and a member of the committee; whoever acts for a parent does not speak for them."""
    return (actor.party == "resident" and actor.kind == "home") or (
        side_of(actor.party) == "committee" and is_staff(actor)
    )


def sees_objectors(actor: Actor, compound_id: int) -> bool:
    """Who reads names, homes and evidence: everyone who has the pages behind the board there."""
    return compound_id in actor.compound_ids and is_staff(actor)


def is_own(actor: Actor, objection: Objection) -> bool:
    """Whether the actor filed it, from where they stand now."""
    return objection.person_id == actor.person_id and objection.post_id == actor.post_id


def answers(actor: Actor, objection: Objection, notice: Notice) -> bool:
    """Whose answer is the answer: whoever signs for the body that speaks; in its place the level that the objection reached."""
    signs = signs_for(actor.party, actor.role)
    if notice.compound_id not in actor.compound_ids or not signs:
        return False
    if speaks_for(actor, notice):
        return True
    if objection.level >= COMMUNITY and actor.party in PARTIES_OF["community"]:
        return True
    return objection.level >= STREET and actor.party in PARTIES_OF["street"]


def may_certify(actor: Actor, compound_id: int) -> bool:
    """Who has the certificate made and reads it: whoever signs for one of the parties there."""
    return compound_id in actor.compound_ids and bool(signs_for(actor.party, actor.role))
