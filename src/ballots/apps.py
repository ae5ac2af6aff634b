from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "ballots"
    verbose_name = "投票"

    def ready(self) -> None:
        from accounts import own_data
        from ballots import messages, navigation, own, telling, topics
        from ballots.actions import extending, speaking
        from ballots.queries.turnout import opened_on_phone
        from boxes import delivered
        from documents import access
        from tenancy.own import register_ties

        messages.register()
        navigation.register()
        topics.register()
        extending.register()
        telling.register()
        own_data.register("votes", own.export)
        register_ties("votes", own.ties)
        delivered.register("ballots", opened_on_phone)
        access.register(speaking.PURPOSE, speaking.may_read_paper)
