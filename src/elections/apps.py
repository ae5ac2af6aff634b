from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    name = "elections"
    verbose_name = "选举与表决"
    default = True

    def ready(self) -> None:
        from documents import kinds
        from elections import messages, navigation, objecting, pdf, telling, topics
        from elections.states import MACHINE
        from lifecycle import registry

        messages.register()
        navigation.register()
        objecting.register()
        telling.register()
        topics.register()
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.context, allowed=pdf.may_print)
        registry.register(MACHINE)


class CalculatorConfig(AppConfig):
    """The law alone, for ``manage.py tally``: no tables, so none of the apps that they refer to."""

    name = "elections"

    def import_models(self) -> None:
        self.models = {}
