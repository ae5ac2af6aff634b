from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = "消防巡查"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access
        from rounds import messages, navigation, own
        from rounds.actions import answers
        from rounds.queries import records

        messages.register()
        navigation.register()
        access.register(answers.PURPOSE, records.may_read_photo)
        own_data.register("rounds", own.export)
