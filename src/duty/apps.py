from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    name = "duty"
    verbose_name = "值班"

    def ready(self) -> None:
        from duty import messages
        from duty.permissions import PLANNING
        from tenancy.navigation import page_of
        from ui.navigation import register_tab

        messages.register()
        register_tab(
            label=_("值班"),
            icon="calendar",
            url_name="duty_week",
            order=40,
            parties=("company",),
            roles=PLANNING,
            url=page_of("duty_week"),
            match=("duty_",),
            essential=False,
        )
        register_tab(
            label=_("我的班次"),
            icon="calendar",
            url_name="duty_mine",
            order=40,
            parties=("company",),
            roles=("worker",),
            url=page_of("duty_mine"),
            match=("duty_",),
        )
