from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    name = "elections"
    verbose_name = "选举与表决"

    def ready(self) -> None:
        from elections import navigation

        navigation.register()
