from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "公告栏"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from documents import access
        from lifecycle import registry
        from notices import messages, navigation, queries, topics
        from notices.actions import files
        from notices.states import MACHINE
        from webhooks import events

        registry.register(MACHINE)
        topics.register()
        messages.register()
        navigation.register()
        access.register(files.PURPOSE, queries.may_read_file)
        events.register("notice.published", _("发布了公告"))
