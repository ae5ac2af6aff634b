"""The tabs of polls and of the calculator."""

from django.utils.translation import gettext_lazy as _

from elections.permissions import OFFICERS, READERS
from ui.navigation import register_tab

# Every floor's pages of a poll hang below it.
POLLS = ("polls_", "boxes_", "candidates_", "ballots_desk", "paper_")


def register() -> None:
    """For everyone who runs or supervises votes."""
    register_tab(
        label=_("选举表决"), icon="clipboard-check", url_name="polls_list", order=48, parties=READERS, match=POLLS,
        essential=False,
    )  # fmt: skip
    register_tab(
        label=_("表决计算"), icon="scale", url_name="elections_tally", order=70, parties=OFFICERS,
        match=("elections_tally", "elections_results"), essential=False, setting=True,
    )  # fmt: skip
