"""The tabs of committees: one's own for owners, the roll-up for those who oversee several."""

from django.utils.translation import gettext_lazy as _

from committees.permissions import OVERSEERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """For every party that sees the roll-up, and one's own for those who live or serve in a compound."""
    register_tab(
        label=_("业委会"), icon="users", url_name="committees_office", order=66,
        parties=("resident", "committee", "preparatory", "company"), url=page_of("committees_office"), match=("committees_",),
        essential=False, setting=True,
    )  # fmt: skip
    register_tab(
        label=_("业委会"), icon="users", url_name="committees_overview", order=66, parties=OVERSEERS,
        match=("committees_",), essential=False,
    )  # fmt: skip
