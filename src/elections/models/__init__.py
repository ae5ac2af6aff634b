"""Polls with their rolls."""

from elections.models.polls import Kind, Poll, State
from elections.models.roll import Amendment, Edition, Likeness, Right, Unit

__all__ = ["Amendment", "Edition", "Kind", "Likeness", "Poll", "Right", "State", "Unit"]
