"""The tabs of papers on walls."""

from django.utils.translation import gettext_lazy as _

from posting.permissions import KEEPERS, STAFF
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """The list for a worker; the desk for everyone behind the board."""
    register_tab(
        label=_("张贴"),
        icon="map-pin",
        url_name="posting_walk",
        order=15,
        parties=("company",),
        roles=("worker",),
        url=page_of("posting_walk"),
        match=("posting_",),
    )
    for party in STAFF:
        roles = tuple(sorted(KEEPERS["company"])) if party == "company" else ()
        register_tab(
            label=_("张贴"),
            icon="map-pin",
            url_name="posting_desk",
            order=29,
            parties=(party,),
            roles=roles,
            url=page_of("posting_desk"),
            match=("posting_",),
            essential=False,
        )
