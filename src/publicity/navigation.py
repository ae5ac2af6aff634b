"""The tab of publicity."""

from django.utils.translation import gettext_lazy as _

from notices.permissions import WRITER_PARTIES, WRITER_ROLES
from ui.navigation import register_tab


def register() -> None:
    """Whoever writes notices follows what is public."""
    register_tab(
        label=_("公示"),
        icon="scale",
        url_name="publicity_periods",
        order=29,
        parties=WRITER_PARTIES,
        roles=WRITER_ROLES,
        match=("publicity_",),
    )
