from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DefectsConfig(AppConfig):
    name = "defects"
    verbose_name = "消防故障"

    def ready(self) -> None:
        from accounts import own_data
        from defects import messages, navigation, own, pdf, queries, topics
        from defects.actions import change, finding, sending
        from defects.states import MACHINE
        from documents import access, kinds
        from equipment import hooks
        from lifecycle import registry
        from repairs.hooks import on_finding
        from rounds.hooks import on_archive, on_asked, on_failed, on_report

        registry.register(MACHINE)
        messages.register()
        navigation.register()
        topics.register()
        own_data.register("defects", own.export)
        access.register(change.PHOTO, queries.may_read_photo)
        kinds.register(pdf.KIND, pdf.TITLE, pdf.TEMPLATE, pdf.context, allowed=pdf.may_print)
        hooks.register_report_step(_("记为故障并派修"), "defects_accept")
        hooks.register_piece_step(_("登记故障"), "defects_new")
        hooks.on_standing(queries.faulty)
        on_failed(finding.hear)
        on_asked(queries.became)
        on_archive(pdf.parts)
        on_report(queries.report_lines)
        on_finding(sending.hear, sending.origin)
