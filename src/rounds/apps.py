from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = "消防巡查"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from equipment.hooks import on_moved, on_standing
        from rounds import messages, navigation, own, pdf
        from rounds.actions import answers, plans
        from rounds.queries import occurrences, records

        messages.register()
        navigation.register()
        on_moved(plans.mark)
        on_standing(occurrences.unchecked)
        access.register(answers.PURPOSE, records.may_read_photo)
        own_data.register("rounds", own.export)
        kinds.register(pdf.C1, pdf.C1_TITLE, pdf.SHEET, pdf.c1, allowed=pdf.may_print)
        kinds.register(pdf.D1, pdf.D1_TITLE, pdf.SHEET, pdf.d1, allowed=pdf.may_print)
        kinds.register(pdf.RECORD, pdf.RECORD_TITLE, pdf.SHEET, pdf.record, allowed=pdf.may_print)
        kinds.register(
            pdf.ARCHIVE, pdf.ARCHIVE_TITLE, pdf.COVER, pdf.archive, allowed=pdf.may_print, parts=pdf.archive_parts,
            book=pdf.archive_book,
        )  # fmt: skip
