from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    verbose_name = "实时"

    def ready(self) -> None:
        from accounts import sessions
        from live import actions

        sessions.register_on_revoke(actions.close_sessions)
