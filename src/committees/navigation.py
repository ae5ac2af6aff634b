"""The tabs of committees: one's own for owners, the roll-up for those who oversee several."""

from django.utils.translation import gettext_lazy as _

from committees.permissions import OVERSEERS
from ui.navigation import register_tab


def register() -> None:
    """For every party that sees the roll-up."""
    register_tab(
        label=_("业委会"), icon="users", url_name="committees_overview", order=66, parties=OVERSEERS,
        match=("committees_",), essential=False,
    )  # fmt: skip
