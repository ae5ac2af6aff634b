from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "premises"
    verbose_name = "房屋"

    def ready(self) -> None:
        from premises.queries import resident
        from tenancy.actor import register_standing

        register_standing("home", resident)
