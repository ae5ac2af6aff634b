from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "equipment"
    verbose_name = "消防设施"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from equipment import messages, navigation, own, pdf, queries, upkeep
        from equipment.actions import pieces, plans, reports

        own_data.register("equipment", own.export)
        messages.register()
        navigation.register()
        access.register(plans.PLAN, queries.may_read_plan)
        access.register(plans.PAPER, queries.may_read_plan)
        access.register(reports.PHOTO, queries.may_read_report)
        kinds.register(pieces.LABELS, pdf.LABELS_TITLE, pdf.LABELS_TEMPLATE, pdf.context, allowed=pdf.may_print)
        for kind, title, reading in upkeep.kinds():
            kinds.register(kind, title, upkeep.TEMPLATE, reading, allowed=upkeep.may_print)
