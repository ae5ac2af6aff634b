from django.apps import AppConfig


class PostingConfig(AppConfig):
    name = "posting"
    verbose_name = "张贴和巡贴"

    def ready(self) -> None:
        from documents import access
        from notices import hooks
        from posting import messages, queries, topics
        from posting.actions import answers, rounds

        topics.register()
        messages.register()
        access.register(answers.PURPOSE, queries.may_read_photo)
        hooks.on_published(rounds.published)
        hooks.on_withdrawn(rounds.withdrawn)
