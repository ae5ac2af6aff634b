from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "公告栏"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from documents import access, kinds
        from lifecycle import registry
        from notices import messages, navigation, pdf, queries, topics
        from notices.actions import files, papers
        from notices.states import MACHINE
        from webhooks import events

        registry.register(MACHINE)
        topics.register()
        messages.register()
        navigation.register()
        access.register(files.PURPOSE, queries.may_read_file)
        access.register(papers.PURPOSE, queries.may_read_page)
        for sheet in pdf.SHEETS.values():
            kinds.register(*sheet, pdf.context, allowed=pdf.may_print)
        events.register("notice.published", _("发布了公告"))
