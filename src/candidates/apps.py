from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "candidates"
    verbose_name = "候选人"

    def ready(self) -> None:
        from accounts import own_data
        from candidates import messages, own, pdf, posted, queries, stages
        from candidates.actions import authority, naming
        from candidates.states import MACHINE
        from documents import access, kinds
        from elections import hooks
        from lifecycle import registry

        registry.register(MACHINE)
        messages.register()
        stages.register()
        own_data.register("candidacies", own.export)
        access.register(naming.PURPOSE, queries.may_read_photo)
        access.register(authority.PURPOSE, queries.may_read_authority)
        hooks.before_call("candidates", posted.check_call)
        kinds.register(pdf.LIST_KIND, pdf.LIST_TITLE, pdf.LIST_TEMPLATE, pdf.list_context, allowed=pdf.may_print)
        kinds.register(pdf.FORM_KIND, pdf.FORM_TITLE, pdf.FORM_TEMPLATE, pdf.form_context, allowed=pdf.may_print)
