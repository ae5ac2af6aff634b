from django.apps import AppConfig


class BoxesConfig(AppConfig):
    name = "boxes"
    verbose_name = "票箱"

    def ready(self) -> None:
        from boxes import reading, stages
        from boxes.actions import resetting
        from boxes.states import MACHINE
        from lifecycle import registry

        registry.register(MACHINE)
        reading.register()
        stages.register()
        resetting.register()
