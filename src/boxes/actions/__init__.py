"""Every change of a ballot box."""

from boxes.actions.keys import HolderDraft, MadeBox, confirm_share, set_up_box
from boxes.actions.opening import give_share, open_box
from boxes.actions.papers import count_in, take_paper
from boxes.actions.resetting import reset_box
from boxes.actions.running import close, publish_heads, put_in, put_in_with, reopen, start

__all__ = [
    "HolderDraft", "MadeBox", "close", "confirm_share", "count_in", "give_share", "open_box", "publish_heads", "put_in",
    "put_in_with", "reopen", "reset_box", "set_up_box", "start", "take_paper",
]  # fmt: skip
