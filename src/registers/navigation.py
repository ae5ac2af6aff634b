"""The tab of the register, for those who keep it and those who may read it."""

from django.utils.translation import gettext_lazy as _

from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """One tab, for the firm's desk, the community's officers and the committee."""
    for parties, roles in (
        (("company",), ("manager", "dispatcher")),
        (("community",), ("secretary", "officer")),
        (("committee",), ()),
    ):
        register_tab(
            label=_("台账"),
            icon="building",
            url_name="registers_list",
            order=60,
            parties=parties,
            roles=roles,
            url=page_of("registers_list"),
            match=("registers_",),
            essential=False,
            setting=True,
        )
