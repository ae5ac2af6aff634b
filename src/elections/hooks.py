"""What upper floors have to say before a poll is called; registered in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterator
from datetime import datetime

from elections.models import Poll
from elections.refusals import Refused
from tenancy.actor import Actor

Check = Callable[[Poll, Actor, datetime], Refused | None]
_before_call: dict[str, Check] = {}


def before_call(name: str, check: Check) -> None:
    """``check(poll, by, now)`` gives the refusal of a call, or None; it runs in the call's transaction, with the poll locked."""
    _before_call[name] = check


def against_call(poll: Poll, by: Actor, now: datetime) -> Iterator[Refused]:
    """Every refusal of those who were registered, in the order of their names."""
    for _name, check in sorted(_before_call.items()):
        refused = check(poll, by, now)
        if refused is not None:
            yield refused


def refuse_call(poll: Poll, by: Actor, now: datetime) -> None:
    """Raise the first refusal."""
    for refused in against_call(poll, by, now):
        raise refused
