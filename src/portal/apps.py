from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from accounts import demonstration
        from notices.audience import register_people
        from portal import messages, navigation, topics
        from portal.demonstration import directory
        from residency.queries import PARENTS

        navigation.register()
        messages.register()
        topics.register()
        demonstration.register(directory.people)
        # A child who acts for a parent reads what is for the parent's homes.
        register_people("child", PARENTS)
