from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = "三方"

    def ready(self) -> None:
        from parties.queries import acting_post
        from tenancy.actor import register_standing

        register_standing("post", acting_post)
