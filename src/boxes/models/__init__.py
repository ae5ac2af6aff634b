"""A box with its holders and its chain; what opening it came to."""

from boxes.models.box import Box, Holder, State, Tip
from boxes.models.chain import Channel, Entry, Head, Used, Voice, Why
from boxes.models.count import Opened, Opening, Result, Share

__all__ = [
    "Box", "Channel", "Entry", "Head", "Holder", "Opened", "Opening", "Result", "Share", "State", "Tip", "Used", "Voice", "Why",
]  # fmt: skip
