from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "tenancy"
    verbose_name = "小区与区划"

    def ready(self) -> None:
        from tenancy import checks  # noqa: F401  registers the system checks
