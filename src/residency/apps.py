from django.apps import AppConfig


class ResidencyConfig(AppConfig):
    name = "residency"
    verbose_name = "入住"

    def ready(self) -> None:
        from accounts import own_data
        from residency import messages, navigation, own, pdf, queries, topics
        from tenancy.actor import register_standing
        from tenancy.own import register_ties

        topics.register()
        messages.register()
        navigation.register()
        pdf.register()
        register_standing("child", queries.child)
        own_data.register("joining", own.export, own.erase)
        register_ties("bonds", queries.compounds_acted_in)
