"""Who may do what with committees in office and with results. No database."""

from typing import Any

from elections.permissions import READERS, may_conduct
from tenancy.actor import Actor

# Who keeps the record of committees of a compound: the offices that must guide and help (民法典 277).
KEEPERS = frozenset(
    {("community", "secretary"), ("community", "officer"), ("residents", "director"), ("residents", "officer")}
)
OFFICE = frozenset({("street", "leader"), ("street", "officer")})
LEADS = frozenset({("committee", "chair"), ("committee", "vice_chair")})
# Whoever sees the roll-up of a place.
OVERSEERS = ("community", "residents", "street", "city")
# To whom membership of the Party is shown by name (A11).
FEW = frozenset({*KEEPERS, ("preparatory", "leader")})


def sees_committee(actor: Actor) -> bool:
    """Everyone of the compound sees who is in office; the firm does too."""
    return actor.party != "system"


def keeps(actor: Actor, compound_id: int) -> bool:
    """Who records committees, members, recalls and cross-posts."""
    return compound_id in actor.compound_ids and (actor.party, actor.role) in KEEPERS


def leads(actor: Actor, compound_id: int, organisation_id: int) -> bool:
    """Who acts for the committee itself."""
    return (
        compound_id in actor.compound_ids
        and (actor.party, actor.role) in LEADS
        and actor.organisation_id == organisation_id
    )


def runs(actor: Actor, compound_id: int, organisation_id: int) -> bool:
    """Who keeps a committee's own affairs: its chair or vice chair, or the offices."""
    return keeps(actor, compound_id) or leads(actor, compound_id, organisation_id)


def answers_filings(actor: Actor, compound_id: int) -> bool:
    """Who answers a filing: the street (条例 16)."""
    return compound_id in actor.compound_ids and (actor.party, actor.role) in OFFICE


def sees_filings(actor: Actor) -> bool:
    """Who reads filings, recalls and lists of what is handed over: every party but owners and the firm."""
    return actor.party in READERS


def sees_membership(actor: Actor) -> bool:
    """Who reads by name whether someone is a Party member."""
    return (actor.party, actor.role) in FEW


def sees_overview(actor: Actor) -> bool:
    """Who opens the roll-up of committees."""
    return actor.party in OVERSEERS


def starts_reelection(actor: Actor, compound_id: int) -> bool:
    """Who says that a re-election group was set up: the offices, and the street that orders one (温州 23)."""
    return keeps(actor, compound_id) or answers_filings(actor, compound_id)


def announces(actor: Actor, poll: Any) -> bool:
    """Who announces and declares a result: whoever conducts the poll."""
    return may_conduct(actor, poll)
