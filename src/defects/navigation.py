"""The tabs of defects."""

from django.utils.translation import gettext_lazy as _

from defects.permissions import FIRM, WATCHERS
from tenancy.navigation import page_of
from ui.navigation import register_tab


def register() -> None:
    """The list for the firm; for whoever watches over it what is overdue and critical."""
    for party in (FIRM, *WATCHERS):
        register_tab(
            label=_("消防故障"), icon="alert", url_name="defects_list", order=34, parties=(party,),
            url=page_of("defects_list"), match=("defects_",), essential=False,
        )  # fmt: skip
