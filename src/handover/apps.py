from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "handover"
    verbose_name = "物业交接"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from handover import messages, navigation, own, pdf, queries, topics
        from handover.actions import late, listing, signing
        from handover.states import MACHINE
        from lifecycle import registry

        registry.register(MACHINE)
        topics.register()
        messages.register()
        navigation.register()
        access.register(late.PURPOSE, queries.may_read_late_file)
        access.register(signing.PURPOSE, queries.may_read_signature)
        access.register(listing.PURPOSE, queries.may_read_photo)
        kinds.register(pdf.PACK, pdf.PACK_TITLE, pdf.PACK_TEMPLATE, pdf.pack_context, allowed=pdf.may_print)
        kinds.register(pdf.CASES, pdf.CASES_TITLE, pdf.CASES_TEMPLATE, pdf.cases_context, allowed=pdf.may_print_list)
        own_data.register("handover", own.export)
