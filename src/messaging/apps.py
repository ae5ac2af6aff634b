from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "消息"

    def ready(self) -> None:
        from messaging import backends, queries
        from messaging.backends import email, sms
        from ui.navigation import register_tab

        backends.register("sms", sms.deliver)
        backends.register("email", email.deliver)
        register_tab(
            label=_("消息"),
            icon="bell",
            url_name="inbox",
            order=80,
            badge=queries.unread_badge,
            match=("inbox", "message_channel"),
            essential=False,
        )
