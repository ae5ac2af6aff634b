"""Every change of an election's preparation."""

from candidates.actions.authority import check_authority, keep_authority
from candidates.actions.clock import tell_late
from candidates.actions.groups import MemberDraft, end_group, extend_group, found_group, post_group, save_members
from candidates.actions.listing import post_slate, settle_slate
from candidates.actions.membership import note_membership, read_memberships
from candidates.actions.naming import NomineeDraft, nominate
from candidates.actions.planning import PlanDraft, open_nominations, save_plan
from candidates.actions.reviewing import answer, reply
from candidates.actions.standing import accept_pledge, consent, fill, sign, unsign, withdraw

__all__ = [
    "MemberDraft",
    "NomineeDraft",
    "PlanDraft",
    "accept_pledge",
    "answer",
    "check_authority",
    "consent",
    "end_group",
    "extend_group",
    "fill",
    "found_group",
    "keep_authority",
    "nominate",
    "note_membership",
    "open_nominations",
    "post_group",
    "post_slate",
    "read_memberships",
    "reply",
    "save_members",
    "save_plan",
    "settle_slate",
    "sign",
    "tell_late",
    "unsign",
    "withdraw",
]
