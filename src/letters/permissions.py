"""Who may do what with a letter: the bodies that wrote it or were sent it, and nobody else of the compound. No database."""

from letters.models import Letter
from notices.permissions import WRITER_PARTIES, WRITER_ROLES, is_staff
from notices.rules.chain import signs_for
from tenancy.actor import Actor

__all__ = ["WRITER_PARTIES", "WRITER_ROLES", "may_read_letters", "may_send", "may_write", "writes_for"]


def may_read_letters(actor: Actor) -> bool:
    """Who has the letters of their body before them: every post but a firm's workers; never a resident."""
    return is_staff(actor) and actor.organisation_id is not None


def may_write(actor: Actor) -> bool:
    """Who writes letters for their body, and signs for what comes in."""
    return may_read_letters(actor)


def writes_for(actor: Actor, letter: Letter) -> bool:
    """Whether the actor writes for the body that sends a letter."""
    return (
        letter.compound_id in actor.compound_ids
        and may_write(actor)
        and actor.organisation_id == letter.organisation_id
    )


def may_send(actor: Actor, letter: Letter) -> bool:
    """Whose word a letter is: whoever signs for the body that sends it."""
    return writes_for(actor, letter) and bool(signs_for(actor.party, actor.role))
