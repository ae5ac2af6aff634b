"""URLs under /accounts/. Of allauth's views only the needed ones, each with its access declared; the rest do not exist."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as outside
from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from accounts.step_up import fresh_code
from accounts.views import elsewhere, number, own, sign_in
from tenancy.access import public, signed_in


def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page of allauth that changes the second factor: signed in, and a fresh code to the present number."""
    return signed_in(fresh_code(view))


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.login, name="account_login"),
    path("code/", sign_in.code, name="accounts_code"),
    path("code/again/", sign_in.code_again, name="accounts_code_again"),
    path("name/", sign_in.name, name="accounts_name"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("inactive/", sign_in.inactive, name="account_inactive"),
    path("privacy/", sign_in.privacy, name="accounts_privacy"),
    path("demonstration/", sign_in.enter_as, name="accounts_demonstration"),
    path("me/", own.me, name="accounts_me"),
    path("me/preferences/", own.preferences, name="accounts_preferences"),
    path("me/export/", own.export, name="accounts_export"),
    path("me/leave/", own.leave, name="accounts_leave"),
    path("sessions/", own.session_list, name="usersessions_list"),
    path("step-up/", number.step_up, name="accounts_step_up"),
    path("phone/", number.change_phone, name="account_change_phone"),
    path("phone/new/", number.new_phone, name="accounts_new_phone"),
    path("2fa/", signed_in(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", public(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", guarded(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", guarded(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", guarded(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", guarded(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", guarded(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/passkeys/", signed_in(passkey.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", guarded(passkey.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", public(passkey.login_webauthn), name="mfa_login_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/", signed_in(passkey.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"
    ),
    path("2fa/passkeys/<int:pk>/remove/", guarded(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/passkeys/<int:pk>/edit/", guarded(passkey.edit_webauthn), name="mfa_edit_webauthn"),
    path("elsewhere/", own.outside_accounts, name="socialaccount_connections"),
    path("elsewhere/cancelled/", public(outside.login_cancelled), name="socialaccount_login_cancelled"),
    path("elsewhere/error/", public(outside.login_error), name="socialaccount_login_error"),
    path("elsewhere/zhezhengding/login/", elsewhere.leave, name="zhezhengding_login"),
    path("elsewhere/zhezhengding/callback/", elsewhere.back, name="zhezhengding_back"),
    # Where allauth would ask for an e-mail address, we ask for a number.
    path("elsewhere/signup/", sign_in.login, name="socialaccount_signup"),
]


def outside_urls(providers: Iterable[str]) -> list[URLPattern | URLResolver]:
    """A way out and a way back for each configured provider; both are open to anyone by their nature."""
    found: list[URLPattern | URLResolver] = []
    for name in providers:
        views = import_module(f"allauth.socialaccount.providers.{name}.views")
        if name == "openid_connect":
            found += [
                path("elsewhere/<slug:provider_id>/login/", public(views.login), name="openid_connect_login"),
                path("elsewhere/<slug:provider_id>/callback/", public(views.callback), name="openid_connect_callback"),
            ]
        else:
            found += [
                path(f"elsewhere/{name}/login/", public(views.oauth2_login), name=f"{name}_login"),
                path(f"elsewhere/{name}/callback/", public(views.oauth2_callback), name=f"{name}_callback"),
            ]
    return found


urlpatterns += outside_urls(settings.SOCIALACCOUNT_PROVIDERS)
