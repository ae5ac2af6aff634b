from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "ballots"
    verbose_name = "投票"

    def ready(self) -> None:
        from ballots import messages, navigation, telling, topics
        from ballots.actions import extending, speaking
        from documents import access

        messages.register()
        navigation.register()
        topics.register()
        extending.register()
        telling.register()
        access.register(speaking.PURPOSE, speaking.may_read_paper)
