from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "repairs"
    verbose_name = "报修"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from lifecycle import registry
        from repairs import hooks, leaving, messages, navigation, own, pdf, queries, topics
        from repairs.actions import places
        from repairs.api import refusals as api_refusals
        from repairs.states import MACHINE

        registry.register(MACHINE)
        topics.register()
        messages.register()
        hooks.register()
        leaving.register()
        access.register("repairs.photo", queries.may_read_photo)
        access.register("repairs.signature", queries.may_read_signature_file)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.slip_context, allowed=pdf.may_print)
        kinds.register(
            places.KIND, pdf.LABELS_TITLE, pdf.LABELS_TEMPLATE, pdf.labels_context, allowed=pdf.may_print_labels
        )
        navigation.register()
        own_data.register("repairs", own.export)
        own_data.register("repairs_joined", own.joined)
        api_refusals.register()
