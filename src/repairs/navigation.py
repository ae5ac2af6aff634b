"""The tabs of the repair pages. They live under one compound, so each finds out which one the page is about."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from repairs.permissions import OVERSEERS
from tenancy.queries import first_code
from ui.navigation import register_tab


def code_of(request: HttpRequest) -> str | None:
    """The code of the compound that the page is about, else of the first one that the standing covers.

    One statement at most, and only on pages outside a compound.
    """
    match = request.resolver_match
    if match is not None and "code" in match.kwargs and match.route.startswith("c/"):
        return str(match.kwargs["code"])
    found: str | None = getattr(request, "tab_code", None)
    if found is None:
        found = first_code(request.actor.compound_ids)  # type: ignore[attr-defined]
        request.tab_code = found  # type: ignore[attr-defined]
    return found


def page_of(name: str) -> Callable[[HttpRequest], str | None]:
    """The address of a page under the compound, or None (no tab) where there is no compound."""

    def address(request: HttpRequest) -> str | None:
        code = code_of(request)
        return reverse(name, args=[code]) if code else None

    return address


def register() -> None:
    """The resident's, the worker's, the desk's and the overseers' tabs."""
    register_tab(
        label=_("报修"),
        icon="tool",
        url_name="repairs_own",
        order=20,
        parties=("resident",),
        url=page_of("repairs_own"),
        match=("repairs_own", "repairs_new", "repairs_request", "repairs_action"),
    )
    register_tab(
        label=_("公共区域"),
        icon="trees",
        url_name="repairs_public",
        order=30,
        parties=("resident",),
        url=page_of("repairs_public"),
        essential=False,
    )
    register_tab(
        label=_("今日"),
        icon="clipboard-check",
        url_name="repairs_today",
        order=10,
        parties=("company",),
        roles=("worker",),
        url=page_of("repairs_today"),
        match=("repairs_",),
    )
    register_tab(
        label=_("派工"),
        icon="board",
        url_name="repairs_board",
        order=10,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_board"),
        match=("repairs_board", "repairs_request", "repairs_action", "repairs_slip"),
    )
    register_tab(
        label=_("答复"),
        icon="clock",
        url_name="repairs_watch",
        order=20,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_watch"),
        match=("repairs_watch", "repairs_answer"),
    )
    register_tab(
        label=_("监督"),
        icon="eye",
        url_name="repairs_watch",
        order=10,
        parties=tuple(sorted(OVERSEERS)),
        url=page_of("repairs_watch"),
        match=("repairs_",),
    )
