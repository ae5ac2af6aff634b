from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = "三方"

    def ready(self) -> None:
        from accounts import mfa, own_data
        from parties import own
        from parties.queries import acting_organisations, acting_post, ties
        from tenancy.actor import register_standing
        from tenancy.own import register_ties
        from webhooks import owners

        register_standing("post", acting_post)
        mfa.register_requirement(own.needs_second_factor)
        owners.register_acting(acting_organisations)
        register_ties("posts", ties)
        own_data.register("posts", own.export, own.erase)
