from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = "系统对接"

    def ready(self) -> None:
        from tenancy.navigation import page_of
        from ui.navigation import register_tab
        from webhooks.permissions import MANAGING

        for party, roles in MANAGING.items():
            register_tab(
                label=_("系统对接"),
                icon="ripple",
                url_name="webhooks_subscriptions",
                order=85,
                parties=(party,),
                roles=roles,
                url=page_of("webhooks_subscriptions"),
                match=("webhooks_",),
                essential=False,
                setting=True,
            )
