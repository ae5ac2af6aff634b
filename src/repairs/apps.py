from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "repairs"
    verbose_name = "报修"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from lifecycle import registry
        from repairs import hooks, messages, navigation, own, pdf, queries, topics
        from repairs.states import MACHINE

        registry.register(MACHINE)
        topics.register()
        messages.register()
        hooks.register()
        access.register("repairs.photo", queries.may_read_photo)
        access.register("repairs.signature", queries.may_read_signature_file)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.slip_context, allowed=pdf.may_print)
        navigation.register()
        own_data.register("repairs", own.export)
        self._register_refusals()

    @staticmethod
    def _register_refusals() -> None:
        from documents.images import FileRefused
        from idempotency.actions import KeyRefused
        from repairs import api
        from repairs.actions.change import NoSuchRequest
        from repairs.refusals import Refused
        from tenancy.api import register_refusal

        register_refusal(Refused, api.answer_refused)
        register_refusal(FileRefused, api.answer_file)
        register_refusal(KeyRefused, api.answer_key)
        register_refusal(NoSuchRequest, api.answer_missing)
