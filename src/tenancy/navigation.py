"""Addresses of pages that live under one compound, for tabs: each finds out which compound the page is about."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tenancy.queries import first_code


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
    """The address of a page under the compound, or None (no tab) where there is no compound or no such page."""

    def address(request: HttpRequest) -> str | None:
        code = code_of(request)
        try:
            return reverse(name, args=[code]) if code else None
        except NoReverseMatch:
            return None

    return address
