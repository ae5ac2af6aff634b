from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    name = "elections"
    verbose_name = "选举与表决"
    default = True

    def ready(self) -> None:
        from elections import navigation, telling, topics
        from elections.states import MACHINE
        from lifecycle import registry

        navigation.register()
        telling.register()
        topics.register()
        registry.register(MACHINE)


class CalculatorConfig(AppConfig):
    """The law alone, for ``manage.py tally``: no tables, so none of the apps that they refer to."""

    name = "elections"

    def import_models(self) -> None:
        self.models = {}
