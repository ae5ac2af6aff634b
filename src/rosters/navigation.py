"""The tabs of rosters."""

from django.utils.translation import gettext_lazy as _

from rosters.permissions import KEEPER_ROLES, WATCHERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """Months for the desk, one's own shifts for whoever works, what is overdue for the community."""
    register_tab(
        label=_("排班"), icon="users", url_name="rosters_home", order=41, parties=("company",), roles=KEEPER_ROLES,
        url=page_of("rosters_home"), match=("rosters_",), essential=False,
    )  # fmt: skip
    register_tab(
        label=_("值班排班"), icon="users", url_name="rosters_mine", order=41, parties=("company",), roles=("worker",),
        url=page_of("rosters_mine"), match=("rosters_",), essential=False,
    )  # fmt: skip
    for party in WATCHERS:
        register_tab(
            label=_("消控室"), icon="shield-check", url_name="rosters_overdue", order=34, parties=(party,),
            url=page_of("rosters_overdue"), match=("rosters_overdue",), essential=False,
        )  # fmt: skip
