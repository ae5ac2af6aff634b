"""The portal's own tabs, and what every page's shell is told: the compound's name and the property office's telephone."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.queries import Office, office
from repairs.permissions import OVERSEERS
from tenancy.navigation import page_of
from ui.context import register_shell_provider
from ui.navigation import register_tab


def _overview(request: HttpRequest) -> str | None:
    """Only for a post that covers several compounds."""
    return "/overview/" if len(request.actor.compound_ids) > 1 else None  # type: ignore[attr-defined]


def _office(request: HttpRequest) -> Office | None:
    """A resident's property office, read at most once a page."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.party != "resident":
        return None
    known: Office | None = getattr(request, "office", None)
    if known is None:
        known = office(actor, localdate(), timezone.now())
        request.office = known  # type: ignore[attr-defined]
    return known


def shell(request: HttpRequest) -> dict[str, Any]:
    """Texts that ask the database only when a page really shows them."""

    def of(name: str) -> Any:
        return SimpleLazyObject(lambda: getattr(_office(request), name, ""))

    return {"property_phone": of("call"), "property_name": of("company"), "compound_name": of("name")}


def register() -> None:
    """Tabs of the portal's own pages, and the shell's provider."""
    register_tab(label=_("首页"), icon="home", url_name="home", order=5, parties=("resident",), match=("home",))
    register_tab(
        label=_("各小区"),
        icon="building-community",
        url_name="overview",
        order=5,
        parties=("company", *sorted(OVERSEERS)),
        roles=("manager", "dispatcher"),
        url=_overview,
    )
    register_tab(
        label=_("各小区"),
        icon="building-community",
        url_name="overview",
        order=5,
        parties=tuple(sorted(OVERSEERS)),
        url=_overview,
    )
    register_tab(
        label=_("三方"), icon="users-group", url_name="parties", order=60, url=page_of("parties"), essential=False
    )
    register_tab(
        label=_("我的"), icon="user", url_name="accounts_me", order=90, match=("accounts_", "mfa_", "usersessions_")
    )
    register_shell_provider(shell)
