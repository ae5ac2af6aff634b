from django.apps import AppConfig


class FirmsConfig(AppConfig):
    name = "firms"
    verbose_name = "企业与人员"

    def ready(self) -> None:
        """Registered as the parts arrive."""
