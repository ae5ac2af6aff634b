from django.apps import AppConfig


class PostingConfig(AppConfig):
    name = "posting"
    verbose_name = "张贴和巡贴"

    def ready(self) -> None:
        from documents import access, kinds
        from notices import extras, hooks
        from posting import board, messages, navigation, pdf, queries, topics
        from posting.actions import answers, points, rounds

        topics.register()
        messages.register()
        navigation.register()
        access.register(answers.PURPOSE, queries.may_read_photo)
        kinds.register(points.LABELS, pdf.LABELS_TITLE, pdf.LABELS_TEMPLATE, pdf.context, allowed=pdf.may_print)
        hooks.on_published(rounds.published)
        hooks.on_withdrawn(rounds.withdrawn)
        extras.register(panel=board.panel)
