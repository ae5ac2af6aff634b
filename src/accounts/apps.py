from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from accounts import own_data, queries
        from accounts.logs import security

        # allauth's own announcements, written down; nothing of ours hangs on them.
        def added(user: Any, authenticator: Any, **_: Any) -> None:
            security.info("second factor added", extra={"person": user.pk, "kind": authenticator.type})

        def removed(user: Any, authenticator: Any, **_: Any) -> None:
            security.warning("second factor removed", extra={"person": user.pk, "kind": authenticator.type})

        authenticator_added.connect(added, weak=False, dispatch_uid="accounts.security")
        authenticator_removed.connect(removed, weak=False, dispatch_uid="accounts.security")
        own_data.register("account", queries.own_account)
