from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公示"

    def ready(self) -> None:
        from documents import access
        from lifecycle import registry
        from notices import hooks
        from publicity import objection_messages, objection_queries, objection_states
        from publicity.actions import objecting
        from publicity.states import MACHINE

        registry.register(MACHINE)
        registry.register(objection_states.MACHINE)
        objection_messages.register()
        access.register(objecting.PURPOSE, objection_queries.may_read_evidence)
        hooks.on_withdrawn(objecting.notice_withdrawn)
