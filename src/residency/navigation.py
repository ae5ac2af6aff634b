"""The tabs of joining: a resident's household, the office's claims."""

from django.utils.translation import gettext_lazy as _

from residency.permissions import OFFICE_PARTIES, OFFICE_ROLES
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """The resident's and the office's tabs."""
    register_tab(
        label=_("我家"),
        icon="users",
        url_name="residency_household",
        order=70,
        parties=("resident",),
        roles=("resident",),
        url=page_of("residency_household"),
        match=("residency_household",),
    )
    register_tab(
        label=_("入住"),
        icon="user-check",
        url_name="residency_claims",
        order=40,
        parties=OFFICE_PARTIES,
        roles=OFFICE_ROLES,
        url=page_of("residency_claims"),
        match=("residency_claim", "residency_resident", "residency_poster", "residency_register"),
        essential=False,
    )
