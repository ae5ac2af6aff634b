from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "消息"

    def ready(self) -> None:
        from accounts import own_data
        from messaging import actions, backends, queries, templates
        from messaging.backends import email, sms
        from ui.navigation import register_tab

        templates.register(actions.DIGEST, title=_("今天的消息汇总"), body=_("共 %(count)s 条：\n%(list)s"))
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
