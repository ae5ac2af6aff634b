"""Who may do what with the household register: named predicates over the actor. No database.

The firm under contract today and the community keep it; a dismissed firm's post does not cover the compound any more, so it
never gets here. The committee reads it, without telephones.
"""

from tenancy.actor import Actor

KEEPERS = frozenset(
    {("company", "manager"), ("company", "dispatcher"), ("community", "secretary"), ("community", "officer")}
)
READERS = frozenset({"committee"})
KEEPER_PARTIES = ("company", "community")


def may_keep(actor: Actor) -> bool:
    """Import, undo and export the register, and see telephones, one recorded look at a time."""
    return (actor.party, actor.role) in KEEPERS


def may_read(actor: Actor) -> bool:
    """See the register without telephones."""
    return may_keep(actor) or actor.party in READERS
