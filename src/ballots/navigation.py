"""The residents' tab of votes."""

from django.utils.translation import gettext_lazy as _

from ballots.permissions import OWNERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """Whoever lives there finds what is voted on. Officers go there from the time line of a poll."""
    register_tab(
        label=_("投票"),
        icon="clipboard-check",
        url_name="ballots_mine",
        # Behind one's home: a vote is rare, and in 长者模式 the bar holds what is needed every week.
        order=75,
        parties=OWNERS,
        url=page_of("ballots_mine"),
        match=("ballots_",),
    )
