from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from accounts import demonstration
        from portal import messages, navigation, topics
        from portal.demonstration import directory

        navigation.register()
        messages.register()
        topics.register()
        demonstration.register(directory.people)
