from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "premises"
    verbose_name = "房屋"

    def ready(self) -> None:
        from accounts import own_data
        from lifecycle import registry
        from premises import own
        from premises.queries import resident, resident_entered, residents, ties
        from premises.states import MACHINE
        from tenancy.actor import register_standing
        from tenancy.own import register_ties

        registry.register(MACHINE)
        register_standing("home", resident, together=residents, opening=resident_entered)
        register_ties("homes", ties)
        own_data.register("homes", own.export)
        own_data.register("register", own.registered)
