from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "数字"

    def ready(self) -> None:
        from documents import access, kinds
        from oversight import messages, navigation, pdf
        from oversight.actions.exporting import PURPOSE
        from oversight.queries import exports

        navigation.register()
        messages.register()
        access.register(PURPOSE, exports.may_read_file)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.report_context, allowed=pdf.may_print)
