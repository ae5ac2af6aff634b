from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公示"

    def ready(self) -> None:
        from accounts import own_data
        from documents import access, kinds
        from lifecycle import registry
        from notices import extras, hooks
        from publicity import (
            board,
            certificate,
            messages,
            navigation,
            objection_messages,
            objection_panel,
            objection_queries,
            objection_states,
            own,
        )
        from publicity.actions import objecting, running
        from publicity.states import MACHINE

        registry.register(MACHINE)
        registry.register(objection_states.MACHINE)
        objection_messages.register()
        own_data.register("objections", own.export)
        messages.register()
        board.register()
        navigation.register()
        hooks.on_published(running.notice_published)
        hooks.on_withdrawn(running.notice_withdrawn)
        access.register(objecting.PURPOSE, objection_queries.may_read_evidence)
        hooks.on_withdrawn(objecting.notice_withdrawn)
        extras.register(panel=objection_panel.panel)
        kinds.register(
            certificate.KIND,
            certificate.TITLE,
            certificate.TEMPLATE,
            certificate.context,
            allowed=certificate.may_print,
        )
