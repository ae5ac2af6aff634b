"""The tab of the calculator."""

from django.utils.translation import gettext_lazy as _

from elections.permissions import OFFICERS
from ui.navigation import register_tab


def register() -> None:
    """For everyone who runs or supervises votes."""
    register_tab(
        label=_("表决计算"), icon="scale", url_name="elections_tally", order=70, parties=OFFICERS, match=("elections_",),
        essential=False, setting=True,
    )  # fmt: skip
