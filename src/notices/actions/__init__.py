"""Every change of a notice. What other apps announce through is named here; the rest is asked of its module."""

from notices.actions.approving import countersign, submit, take_back
from notices.actions.publishing import amend, expire_due, pin, publish, publish_due, withdraw
from notices.actions.writing import revise, write

__all__ = [
    "amend",
    "countersign",
    "expire_due",
    "pin",
    "publish",
    "publish_due",
    "revise",
    "submit",
    "take_back",
    "withdraw",
    "write",
]
