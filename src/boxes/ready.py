"""What has to be true before a box is opened, as the floors above say it: every batch of papers counted in."""

from collections.abc import Callable

from elections.models import Poll

# The code of what is missing, or "" when nothing is.
Asked = Callable[[Poll], str]
_asked: dict[str, Asked] = {}


def register(name: str, asked: Asked) -> None:
    """Let a floor above hold the opening back: its code becomes the refusal of ``give_share`` and ``open_box``."""
    _asked[name] = asked


def missing(poll: Poll) -> str:
    """The first thing that is missing."""
    return next((code for _name, ask in sorted(_asked.items()) if (code := ask(poll))), "")
