from django.apps import AppConfig


class RostersConfig(AppConfig):
    default = True
    name = "rosters"
    verbose_name = "值班排班"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from rosters import messages, navigation, own, pdf, topics
        from rosters.actions import change
        from rosters.queries import months

        messages.register()
        topics.register()
        navigation.register()
        kinds.register(pdf.MONTH, pdf.MONTH_TITLE, pdf.MONTH_TEMPLATE, pdf.month, allowed=pdf.may_print)
        kinds.register(pdf.LOG, pdf.LOG_TITLE, pdf.LOG_TEMPLATE, pdf.day, allowed=pdf.may_print)
        own_data.register("rosters", own.export)
        access.register(change.CERTIFICATE, months.may_read_certificate)
        access.register(change.PROOF, months.may_read_certificate)


class CalculatorConfig(AppConfig):
    """The rules alone, for ``manage.py roster``: no tables, so none of the apps that they refer to."""

    name = "rosters"

    def import_models(self) -> None:
        self.models = {}
