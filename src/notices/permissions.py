"""Who may do what with a notice: named predicates over the actor and the notice. No database."""

from notices.models import Notice
from notices.rules.chain import PARTIES_OF, side_of, signs_for
from notices.rules.kinds import URGENT
from tenancy.actor import Actor

# Who writes for their side: everyone of an office or a committee, the desk of a firm.
WRITERS = {
    "community": frozenset({"secretary", "officer", "part_time_member"}),
    "residents": frozenset({"director", "officer"}),
    "committee": frozenset({"chair", "vice_chair", "member"}),
    "preparatory": frozenset({"leader", "member"}),
    "company": frozenset({"manager", "dispatcher"}),
    "street": frozenset({"leader", "officer"}),
    "city": frozenset({"leader", "officer"}),
}
WRITER_PARTIES = tuple(WRITERS)
WRITER_ROLES = tuple(sorted(set().union(*WRITERS.values())))


def is_staff(actor: Actor) -> bool:
    """Who has the pages behind the board: every post but a firm's workers."""
    return actor.role in WRITERS.get(actor.party, ())


def may_write(actor: Actor) -> bool:
    """Who writes notices for their side."""
    return is_staff(actor)


def may_hurry(actor: Actor) -> bool:
    """Whose urgent notice is out at once, to be countersigned after: the community's and the property manager's."""
    return side_of(actor.party) == "community" or (actor.party, actor.role) == ("company", "manager")


def speaks_for(actor: Actor, notice: Notice) -> bool:
    """Whether the actor writes for the body that speaks in a notice."""
    return (
        notice.compound_id in actor.compound_ids
        and may_write(actor)
        and actor.organisation_id == notice.organisation_id
    )


def sees_work(actor: Actor, notice: Notice) -> bool:
    """Who sees a notice that is not out: everyone who has the pages behind the board, as three parties share the work.

    A draft is its own body's alone.
    """
    if notice.compound_id not in actor.compound_ids or not is_staff(actor):
        return False
    return notice.state != "draft" or notice.proposed_id is not None or speaks_for(actor, notice)


def signs_or_dispatches(actor: Actor) -> bool:
    """Who hands in what their body writes: whoever signs for it, and a firm's dispatcher."""
    return bool(signs_for(actor.party, actor.role) or actor.role == "dispatcher")


def may_submit(actor: Actor, notice: Notice) -> bool:
    """Whose word a notice becomes: a part-time member or a committee's member writes, but does not hand in."""
    return speaks_for(actor, notice) and signs_or_dispatches(actor)


def may_withdraw(actor: Actor, notice: Notice) -> bool:
    """The body that speaks, and the community for what is out."""
    if may_submit(actor, notice):
        return True
    return (
        notice.compound_id in actor.compound_ids
        and notice.current_id is not None
        and bool(signs_for(actor.party, actor.role))
        and actor.party in PARTIES_OF["community"]
    )


def may_pin(actor: Actor, notice: Notice) -> bool:
    """The same as withdraw."""
    return may_withdraw(actor, notice)


def countersigns(actor: Actor, side: str) -> bool:
    """Whether the actor signs for a side."""
    return signs_for(actor.party, actor.role) == side


def may_set_rules(actor: Actor) -> bool:
    """Who sets who countersigns, and the compound's own templates: the community; the committee's chair with it."""
    return signs_for(actor.party, actor.role) in {"community", "committee"}


def may_keep_templates(actor: Actor) -> bool:
    """Who keeps the compound's own templates: whoever hands notices in."""
    return signs_or_dispatches(actor)


def sees_names(actor: Actor) -> bool:
    """Who sees which homes and people have read a notice: the community and the committee."""
    return signs_for(actor.party, actor.role) in {"community", "committee"}


def sees_counts(actor: Actor) -> bool:
    """Who sees how many homes have read it."""
    return is_staff(actor)


def is_hurried(actor: Actor, kind: str) -> bool:
    """Whether a notice of this kind by this actor is out at once."""
    return kind == URGENT and may_hurry(actor)
