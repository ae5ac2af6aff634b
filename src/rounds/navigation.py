"""The tabs of fire rounds."""

from django.utils.translation import gettext_lazy as _

from rounds.permissions import DESK_ROLES, WATCHERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """Today's rounds for a worker, the calendar for the desk; for whoever watches what is overdue and critical."""
    register_tab(
        label=_("巡查"), icon="circle-check", url_name="rounds_today", order=14, parties=("company",), roles=("worker",),
        url=page_of("rounds_today"), match=("rounds_",),
    )  # fmt: skip
    register_tab(
        label=_("巡查"), icon="circle-check", url_name="rounds_calendar", order=30, parties=("company",), roles=DESK_ROLES,
        url=page_of("rounds_calendar"), match=("rounds_",), essential=False,
    )  # fmt: skip
    for party in WATCHERS:
        register_tab(
            label=_("巡查"), icon="circle-check", url_name="rounds_watch", order=34, parties=(party,),
            url=page_of("rounds_watch"), match=("rounds_watch",), essential=False,
        )  # fmt: skip
