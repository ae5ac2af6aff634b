from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公示"

    def ready(self) -> None:
        from lifecycle import registry
        from publicity.states import MACHINE

        registry.register(MACHINE)
