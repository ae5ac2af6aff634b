from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class PaperBallotsConfig(AppConfig):
    name = "paper_ballots"
    verbose_name = "纸质票"

    def ready(self) -> None:
        from accounts import own_data
        from boxes import delivered, ready, receipts
        from documents import access, kinds
        from lifecycle import registry
        from paper_ballots import messages, own, pdf, stages
        from paper_ballots.actions.change import PURPOSE
        from paper_ballots.queries import doors
        from paper_ballots.queries.photos import may_read_photo
        from paper_ballots.queries.progress import waiting
        from paper_ballots.queries.proof import known
        from paper_ballots.states import MACHINE

        registry.register(MACHINE)
        access.register(PURPOSE, may_read_photo)
        ready.register("paper_ballots", waiting, page="paper_desk", action=gettext_lazy("去清点纸质票"))
        receipts.register("paper_ballots", known)
        delivered.register("paper_ballots", doors.delivered)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.context, allowed=pdf.may_print)
        messages.register()
        stages.register()
        own_data.register("paper_ballots", own.export)
