from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = "业委会"

    def ready(self) -> None:
        from committees import messages, navigation, pdf, stages, topics
        from committees.actions import filings, results, terms
        from committees.queries import offices
        from documents import access, kinds
        from elections import hooks
        from elections.actions import joint

        topics.register()
        messages.register()
        navigation.register()
        stages.enter()
        access.register(filings.PURPOSE, offices.may_read_paper)
        for kind in pdf.KINDS:
            kinds.register(kind.name, kind.title, kind.template, kind.context, allowed=kind.allowed)
        hooks.before_call("committees", terms.check_call)
        joint.register("annul", effect=results.annul, check=results.check_annul, page="committees_result")
