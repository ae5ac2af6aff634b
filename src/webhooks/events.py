"""What can be subscribed to. Apps above register their events in ``AppConfig.ready()``, as ``<app>.<what happened>``."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEST = "webhooks.test"
_events: dict[str, str | Promise] = {TEST: _("测试")}


class UnknownEventError(LookupError):
    """No app has registered this event. A programming error."""


def register(event: str, label: str | Promise) -> None:
    """Make an event known; ``label`` says it in the words of the pages."""
    _events[event] = label


def known(event: str) -> str:
    """The event itself; UnknownEventError when there is none of this name."""
    if event not in _events:
        raise UnknownEventError(event)
    return event


def label(event: str) -> str:
    """The event in words; its own name for one that is not registered any more."""
    return str(_events.get(event, event))


def choices() -> list[tuple[str, str | Promise]]:
    """Everything that can be chosen, in the order of registration."""
    return [(event, said) for event, said in _events.items() if event != TEST]
