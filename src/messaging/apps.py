from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "消息"

    def ready(self) -> None:
        from accounts import own_data
        from messaging import actions, backends, queries
        from messaging.backends import email, sms
        from ui.navigation import register_tab

        backends.register("sms", sms.deliver)
        backends.register("email", email.deliver)
        own_data.register("messages", queries.own_data, actions.forget_person)
        register_tab(
            label=_("消息"),
            icon="bell",
            url_name="inbox",
            order=80,
            badge=queries.unread_badge,
            match=("inbox", "message_channel"),
            essential=False,
        )
