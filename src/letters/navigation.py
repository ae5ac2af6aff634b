"""The tab of letters."""

from django.utils.translation import gettext_lazy as _

from letters.permissions import WRITER_PARTIES, WRITER_ROLES
from ui.navigation import register_tab


def register() -> None:
    """Whoever has a body's letters before them."""
    register_tab(
        label=_("函件"),
        icon="message",
        url_name="letters_box",
        order=46,
        parties=WRITER_PARTIES,
        roles=WRITER_ROLES,
        match=("letters_",),
        essential=False,
    )
