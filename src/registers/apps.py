from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = "房屋台账"

    def ready(self) -> None:
        from lifecycle import registry
        from registers import messages, navigation
        from registers.states import MACHINE

        registry.register(MACHINE)
        messages.register()
        navigation.register()
