"""What has to be true before a box is opened, as the floors above say it: every batch of papers counted in."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise

from elections.models import Poll

# The code of what is missing, or "" when nothing is.
Asked = Callable[[Poll], str]


class Missing(NamedTuple):
    """Why a box is not opened yet, and the page of a poll, by its name and in words, where that is put right."""

    code: str = ""
    page: str = ""
    action: str | Promise = ""


_asked: dict[str, tuple[Asked, str, str | Promise]] = {}


def register(name: str, asked: Asked, *, page: str = "", action: str | Promise = "") -> None:
    """Let a floor above hold the opening back: its code becomes the refusal of ``give_share`` and ``open_box``.

    ``page`` is the name of an address with compound and poll where what is missing is done, ``action`` the words of the link.
    """
    _asked[name] = (asked, page, action)


def missing(poll: Poll) -> Missing:
    """The first thing that is missing; without a code nothing is."""
    for _name, (ask, page, action) in sorted(_asked.items()):
        if code := ask(poll):
            return Missing(code, page, action)
    return Missing()
