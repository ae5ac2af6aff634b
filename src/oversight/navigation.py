"""The tab of the figures: the overview for a standing over several compounds, the page of the one compound otherwise."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversight.permissions import FIRE
from repairs.permissions import OVERSEERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def _address(request: HttpRequest) -> str | None:
    several = len(request.actor.compound_ids) > 1  # type: ignore[attr-defined]
    return reverse("oversight_overview") if several else page_of("oversight_compound")(request)


def register() -> None:
    """One tab for the firm's desk, one for everyone who oversees; for street and city that of fire safety."""
    told = {"label": _("数字"), "icon": "chart-bar", "url_name": "oversight_overview", "order": 40}
    register_tab(
        **told,  # type: ignore[arg-type]
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=_address,
        match=("oversight_",),
        essential=False,
    )
    register_tab(
        **told,  # type: ignore[arg-type]
        parties=tuple(sorted(OVERSEERS)),
        url=_address,
        match=("oversight_",),
        essential=False,
    )
    register_tab(
        label=_("消防汇总"), icon="flame", url_name="oversight_fire", order=42, parties=FIRE, match=("oversight_fire",),
        essential=False,
    )  # fmt: skip
