from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes the Celery application exist in every process that has the settings.

    Without it a web process, a shell or a test would send tasks through Celery's own default application: to another
    broker, and without the base class that opens the scope.
    """

    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401
