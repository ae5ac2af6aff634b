"""The tab of the board."""

from django.utils.translation import gettext_lazy as _

from notices.permissions import WRITER_PARTIES
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """Everyone has a board to read."""
    register_tab(
        label=_("公告"),
        icon="speakerphone",
        url_name="notices_board",
        order=25,
        parties=("resident",),
        url=page_of("notices_board"),
        match=("notices_",),
    )
    register_tab(
        label=_("公告"),
        icon="speakerphone",
        url_name="notices_board",
        order=28,
        parties=WRITER_PARTIES,
        url=page_of("notices_board"),
        match=("notices_",),
    )
