"""The tabs of the shell. Upper apps register theirs in ``AppConfig.ready()``; only tabs whose pages exist are shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

# The bottom bar of a phone holds this many; the rest stands behind "更多".
BAR_SIZE = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the bottom bar and of the side navigation, as it was registered."""

    label: str | Promise
    icon: str
    url_name: str
    order: int
    parties: frozenset[str]
    roles: frozenset[str]
    url: Callable[[HttpRequest], str | None] | None
    badge: Callable[[HttpRequest], int] | None
    match: tuple[str, ...]
    essential: bool
    setting: bool


@dataclass(frozen=True, slots=True)
class ShownTab:
    """One entry as a page shows it: ``active`` when the page belongs to it, ``count`` waiting things (0 = none)."""

    label: str | Promise
    icon: str
    url: str
    active: bool
    count: int
    essential: bool
    setting: bool


@dataclass(slots=True)
class Registry:
    """The registered tabs, in registration order."""

    tabs: list[Tab] = field(default_factory=list)


registry = Registry()


def register_tab(
    *,
    label: str | Promise,
    icon: str,
    url_name: str,
    order: int,
    parties: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
    url: Callable[[HttpRequest], str | None] | None = None,
    badge: Callable[[HttpRequest], int] | None = None,
    match: tuple[str, ...] = (),
    essential: bool = True,
    setting: bool = False,
) -> None:
    """Add a tab for actors of these parties and roles (empty = all).

    ``url`` builds the address where ``url_name`` needs arguments, None hides the tab; ``match`` are prefixes of the URL
    names whose pages belong to the tab; ``badge`` counts what waits; ``essential=False`` leaves it out in 长者模式;
    ``setting`` puts it behind the daily ones, under “资料和设置”.
    Registering one ``url_name`` for the same parties and roles again replaces the tab, so ``ready()`` may run twice.
    """
    tab = Tab(
        label=label,
        icon=icon,
        url_name=url_name,
        order=order,
        parties=frozenset(parties),
        roles=frozenset(roles),
        url=url,
        badge=badge,
        match=match,
        essential=essential,
        setting=setting,
    )
    key = (tab.url_name, tab.parties, tab.roles)
    registry.tabs[:] = [t for t in registry.tabs if (t.url_name, t.parties, t.roles) != key] + [tab]


def tabs_for(request: HttpRequest) -> list[ShownTab]:
    """The tabs of the acting person, in order, the settings last; none for someone without a standing."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    mine = [
        (tab, address)
        for tab in sorted(registry.tabs, key=lambda tab: (tab.setting, tab.order))
        if (not tab.parties or actor.party in tab.parties)
        and (not tab.roles or actor.role in tab.roles)
        and (address := _address(tab, request))
    ]
    active = _active(request, mine)
    return [
        ShownTab(
            label=tab.label,
            icon=tab.icon,
            url=address,
            active=tab is active,
            count=tab.badge(request) if tab.badge else 0,
            essential=tab.essential,
            setting=tab.setting,
        )
        for tab, address in mine
    ]


def _address(tab: Tab, request: HttpRequest) -> str | None:
    if tab.url is not None:
        return tab.url(request)
    try:
        return reverse(tab.url_name)
    except NoReverseMatch:
        return None


def _active(request: HttpRequest, mine: list[tuple[Tab, str]]) -> Tab | None:
    """The tab of this page: by the longest of its names that begins that of the page, else the longest address that does."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    named = [
        (len(prefix), tab)
        for tab, _ in mine
        for prefix in (tab.url_name, *tab.match)
        if name == prefix or (prefix in tab.match and name.startswith(prefix))
    ]
    if named:
        return max(named, key=lambda pair: pair[0])[1]
    begun = [(len(address), tab) for tab, address in mine if address != "/" and request.path.startswith(address)]
    return max(begun, key=lambda pair: pair[0])[1] if begun else None
