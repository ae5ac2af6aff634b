"""A poll's preparation: the group that prepares it, who is named and by whom, what the bodies answered, the slate."""

from candidates.models.groups import Group, Member
from candidates.models.plans import Body, Plan
from candidates.models.slates import Slate
from candidates.models.standing import (
    MAX_STATEMENT,
    Candidate,
    Firm,
    Membership,
    Outcome,
    Pledge,
    Review,
    Route,
    Signature,
    State,
)

__all__ = [
    "MAX_STATEMENT",
    "Body",
    "Candidate",
    "Firm",
    "Group",
    "Member",
    "Membership",
    "Outcome",
    "Plan",
    "Pledge",
    "Review",
    "Route",
    "Signature",
    "Slate",
    "State",
]
