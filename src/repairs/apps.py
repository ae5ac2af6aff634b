from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "repairs"
    verbose_name = "报修"

    def ready(self) -> None:
        from documents import access, kinds
        from lifecycle import registry
        from repairs import messages, navigation, pdf, queries, topics
        from repairs.states import MACHINE

        registry.register(MACHINE)
        topics.register()
        messages.register()
        access.register("repairs.photo", queries.may_read_photo)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.slip_context, allowed=pdf.may_print)
        navigation.register()
