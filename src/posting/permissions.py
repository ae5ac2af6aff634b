"""Who may do what about papers on walls: named predicates over the actor. No database."""

from notices.models import Notice
from notices.permissions import is_staff, speaks_for
from notices.rules.chain import side_of
from posting.rules.jobs import COMMUNITY, COMPANY
from tenancy.actor import Actor

# Who walks: everyone of the firm, and everyone of the community's offices.
WALKERS = ("company", "community", "residents")
STAFF = ("company", "community", "residents", "committee", "preparatory", "street", "city")
KEEPERS = {
    "company": frozenset({"manager", "dispatcher"}),
    "community": frozenset({"secretary", "officer"}),
    "residents": frozenset({"director", "officer"}),
}
KEEPER_ROLES = tuple(sorted(set().union(*KEEPERS.values())))


def side_of_walker(actor: Actor) -> str:
    """For which side somebody goes round: company, community, or "" for whoever does not."""
    if actor.party == "company":
        return COMPANY
    return COMMUNITY if actor.party in WALKERS else ""


def may_walk(actor: Actor) -> bool:
    """Who has the list of papers to put up. Whoever stands before a point may do the other side's work there too."""
    return bool(side_of_walker(actor))


def may_read(actor: Actor) -> bool:
    """Who sees what hangs where: every post behind the board, and whoever walks."""
    return is_staff(actor) or may_walk(actor)


def keeps_points(actor: Actor) -> bool:
    """Who makes, changes and retires points and prints their labels: the firm's desk and the community."""
    return actor.role in KEEPERS.get(actor.party, ())


def judges(actor: Actor) -> bool:
    """Who says whether an unusual answer counts, and looks at conflicts: the same."""
    return keeps_points(actor)


def may_plan(actor: Actor, notice: Notice) -> bool:
    """Who says that a notice goes on the walls: the body that speaks, and the community."""
    if speaks_for(actor, notice):
        return True
    return side_of(actor.party) == "community" and is_staff(actor) and notice.current_id is not None
