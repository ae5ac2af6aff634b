from django.apps import AppConfig


class BoxesConfig(AppConfig):
    name = "boxes"
    verbose_name = "票箱"

    def ready(self) -> None:
        from boxes import board, reading, stages
        from boxes.actions import resetting
        from boxes.states import MACHINE
        from lifecycle import registry

        registry.register(MACHINE)
        board.register()
        reading.register()
        stages.register()
        resetting.register()
