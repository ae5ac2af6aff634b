"""The tab of handovers."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from handover.permissions import DESK
from tenancy.navigation import page_of
from ui.navigation import register_tab

_overview = page_of("handover_overview")


def _firm(request: HttpRequest) -> str | None:
    """A firm without a compound any more still has its own copies."""
    return _overview(request) or reverse("handover_copies")


def register() -> None:
    """For the committee and the administration, and for a firm's desk."""
    register_tab(
        label=_("物业交接"),
        icon="key",
        url_name="handover_overview",
        order=80,
        parties=("committee", "community", "residents"),
        url=_overview,
        match=("handover_",),
        essential=False,
        setting=True,
    )
    register_tab(
        label=_("物业交接"),
        icon="key",
        url_name="handover_overview",
        order=80,
        parties=("company",),
        roles=tuple(sorted(DESK)),
        url=_firm,
        match=("handover_",),
        essential=False,
        setting=True,
    )
