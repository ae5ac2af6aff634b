"""Every change of a poll."""

from elections.actions.polls import cancel_poll, open_poll
from elections.actions.roll import amend, decide_likeness, draw_roll, freeze_roll, leave_out

__all__ = ["amend", "cancel_poll", "decide_likeness", "draw_roll", "freeze_roll", "leave_out", "open_poll"]
