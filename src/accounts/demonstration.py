"""The invented people of a demonstration, whom one tap signs in as. Never in the served form."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings

from accounts.crypto import digest


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person: what the button says, their number (E.164), their role and party in words."""

    label: str
    phone: str
    role: str
    party: str

    @property
    def key(self) -> str:
        """What the button posts: no number leaves the server."""
        return digest(self.phone)


Provider = Callable[[], list[DemoPerson]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let an upper floor name the invented people."""
    _providers.append(provider)


def is_on() -> bool:
    """Whether this is a demonstration. The served form is none, whatever the settings say."""
    return bool(settings.DEMONSTRATION) and not settings.SERVED


def people() -> list[DemoPerson]:
    """Everyone who can be signed in as, in the order they were named; nobody outside a demonstration."""
    return [person for provider in _providers for person in provider()] if is_on() else []


def by_party() -> list[tuple[str, list[DemoPerson]]]:
    """The people grouped by party, in the order in which parties first appear."""
    listed = people()
    order = list(dict.fromkeys(person.party for person in listed))
    listed.sort(key=lambda person: order.index(person.party))
    return [(party, list(group)) for party, group in groupby(listed, key=lambda person: person.party)]


def find(key: str) -> DemoPerson | None:
    """The invented person behind a button."""
    return next((person for person in people() if person.key == key), None)
