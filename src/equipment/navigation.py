"""The tabs of fire equipment."""

from django.utils.translation import gettext_lazy as _

from equipment.permissions import COMMUNITY, WATCHERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """The register for the firm; for whoever watches over it what is overdue and critical."""
    register_tab(
        label=_("消防"), icon="flame", url_name="equipment_register", order=31, parties=("company",),
        url=page_of("equipment_register"), match=("equipment_",), essential=False,
    )  # fmt: skip
    for party in WATCHERS:
        register_tab(
            label=_("消防"), icon="flame", url_name="equipment_overdue", order=33, parties=(party,),
            url=page_of("equipment_overdue"),
            match=("equipment_",) if party in COMMUNITY else ("equipment_overdue",), essential=False,
        )  # fmt: skip
