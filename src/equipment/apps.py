from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "equipment"
    verbose_name = "消防设施"

    def ready(self) -> None:
        from documents import access, kinds
        from equipment import messages, navigation, pdf, queries
        from equipment.actions import pieces, plans

        messages.register()
        navigation.register()
        access.register(plans.PLAN, queries.may_read_plan)
        access.register(plans.PAPER, queries.may_read_plan)
        kinds.register(pieces.LABELS, pdf.LABELS_TITLE, pdf.LABELS_TEMPLATE, pdf.context, allowed=pdf.may_print)
