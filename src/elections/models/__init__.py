"""Polls with their items and their rolls."""

from elections.models.announcing import Announced, What
from elections.models.items import Item
from elections.models.joint import Joint, JointStep
from elections.models.polls import Kind, Poll, Secrecy, State
from elections.models.roll import Amendment, Edition, Likeness, Right, Unit

__all__ = [
    "Amendment",
    "Announced",
    "Edition",
    "Item",
    "Joint",
    "JointStep",
    "Kind",
    "Likeness",
    "Poll",
    "Right",
    "Secrecy",
    "State",
    "Unit",
    "What",
]
