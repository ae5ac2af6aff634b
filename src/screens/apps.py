from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreensConfig(AppConfig):
    name = "screens"
    verbose_name = "大厅屏"

    def ready(self) -> None:
        from live import admission
        from screens import queries
        from screens.actions import KIND
        from screens.permissions import MANAGING
        from tenancy.navigation import page_of
        from ui.navigation import register_tab

        admission.register(KIND, queries.bearer)
        for party, roles in MANAGING.items():
            register_tab(
                label=_("大厅屏"),
                icon="photo",
                url_name="screens_list",
                order=84,
                parties=(party,),
                roles=tuple(sorted(roles)),
                url=page_of("screens_list"),
                match=("screens_",),
                essential=False,
                setting=True,
            )
