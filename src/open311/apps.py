from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    name = "open311"
    verbose_name = "热线接口"

    def ready(self) -> None:
        from accounts import own_data
        from open311 import own
        from open311.permissions import MANAGING
        from tenancy.navigation import page_of
        from ui.navigation import register_tab

        own_data.register("open311", own.export)
        for party, roles in MANAGING.items():
            register_tab(
                label=_("热线接口"),
                icon="speakerphone",
                url_name="open311_keys",
                order=86,
                parties=(party,),
                roles=roles,
                url=page_of("open311_keys"),
                match=("open311_",),
                essential=False,
                setting=True,
            )
