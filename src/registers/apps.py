from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = "房屋台账"

    def ready(self) -> None:
        from lifecycle import registry
        from registers import messages, navigation, topics
        from registers.states import MACHINE

        registry.register(MACHINE)
        topics.register()
        messages.register()
        navigation.register()
