from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = "函件"

    def ready(self) -> None:
        from documents import access, kinds
        from letters import messages, navigation, pdf, queries, topics
        from letters.actions import writing
        from letters.states import MACHINE
        from lifecycle import registry

        registry.register(MACHINE)
        topics.register()
        messages.register()
        navigation.register()
        access.register(writing.PURPOSE, queries.may_read_file)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.context, allowed=pdf.may_print)
