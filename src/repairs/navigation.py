"""The tabs of the repair pages."""

from django.utils.translation import gettext_lazy as _

from repairs.permissions import OVERSEERS
from tenancy.navigation import page_of
from ui.navigation import register_tab

# The pages of 规则设置.
RULES = ("repairs_routing", "repairs_deadline", "repairs_repl", "repairs_place", "repairs_city_")


def register() -> None:
    """The resident's, the worker's, the desk's and the overseers' tabs."""
    register_tab(
        label=_("报修"),
        icon="tool",
        url_name="repairs_own",
        order=20,
        parties=("resident",),
        url=page_of("repairs_own"),
        match=("repairs_own", "repairs_new", "repairs_spot", "repairs_request", "repairs_action"),
    )
    register_tab(
        label=_("公共区域"),
        icon="trees",
        url_name="repairs_public",
        order=30,
        parties=("resident",),
        url=page_of("repairs_public"),
        match=("repairs_public", "repairs_incident"),
        essential=False,
    )
    register_tab(
        label=_("今日"),
        icon="clipboard-check",
        url_name="repairs_today",
        order=10,
        parties=("company",),
        roles=("worker",),
        url=page_of("repairs_today"),
        match=("repairs_today", "repairs_request", "repairs_action", "repairs_incident"),
    )
    register_tab(
        label=_("派工"),
        icon="board",
        url_name="repairs_board",
        order=10,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_board"),
        match=("repairs_board", "repairs_request", "repairs_action", "repairs_slip", "repairs_incident"),
    )
    register_tab(
        label=_("答复"),
        icon="clock",
        url_name="repairs_watch",
        order=20,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_watch"),
        match=("repairs_watch", "repairs_answer"),
    )
    register_tab(
        label=_("代报"),
        icon="edit",
        url_name="repairs_new",
        order=30,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_new"),
        match=("repairs_new", "repairs_spot"),
        essential=False,
    )
    register_tab(
        label=_("代报"),
        icon="edit",
        url_name="repairs_new",
        order=30,
        parties=("committee", "community", "residents"),
        url=page_of("repairs_new"),
        match=("repairs_new", "repairs_spot"),
        essential=False,
    )
    register_tab(
        label=_("监督"),
        icon="eye",
        url_name="repairs_watch",
        order=10,
        parties=tuple(sorted(OVERSEERS)),
        url=page_of("repairs_watch"),
        match=(
            "repairs_watch",
            "repairs_answer",
            "repairs_request",
            "repairs_action",
            "repairs_incident",
            "repairs_ending",
        ),
    )
    register_tab(
        label=_("回访"),
        icon="phone",
        url_name="repairs_visits",
        order=25,
        parties=("community",),
        url=page_of("repairs_visits"),
        match=("repairs_visit",),
    )
    register_tab(
        label=_("规则设置"),
        icon="settings",
        url_name="repairs_routing",
        order=70,
        parties=("company",),
        roles=("manager", "dispatcher"),
        url=page_of("repairs_routing"),
        match=RULES,
        essential=False,
        setting=True,
    )
    register_tab(
        label=_("规则设置"),
        icon="settings",
        url_name="repairs_deadlines",
        order=70,
        parties=("committee", "community"),
        url=page_of("repairs_deadlines"),
        match=RULES,
        essential=False,
        setting=True,
    )
    register_tab(
        label=_("规则设置"),
        icon="settings",
        url_name="repairs_city_deadlines",
        order=70,
        parties=("city",),
        match=RULES,
        essential=False,
        setting=True,
    )
