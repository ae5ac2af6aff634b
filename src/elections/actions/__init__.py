"""Every change of a poll."""

from elections.actions.announcing import call_publicly, publish_roll
from elections.actions.calling import Draft, Named, call_poll, confirm_items, set_slate, settle_window, word_items
from elections.actions.polls import cancel_poll, open_poll
from elections.actions.roll import amend, decide_likeness, draw_roll, freeze_roll, leave_out

__all__ = [
    "Draft",
    "Named",
    "amend",
    "call_poll",
    "call_publicly",
    "cancel_poll",
    "confirm_items",
    "decide_likeness",
    "draw_roll",
    "freeze_roll",
    "leave_out",
    "open_poll",
    "publish_roll",
    "set_slate",
    "settle_window",
    "word_items",
]
