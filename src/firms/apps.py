from django.apps import AppConfig


class FirmsConfig(AppConfig):
    name = "firms"
    verbose_name = "企业与人员"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access
        from firms import messages, navigation, own
        from firms.queries import contracts

        messages.register()
        navigation.register()
        access.register(contracts.PURPOSE, contracts.may_read_copy)
        own_data.register("certificates", own.export)
