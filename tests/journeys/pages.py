"""Every page of every role, as an address. ``{words}`` stands for the request of the demonstration with these words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """Someone of the demonstration, the standing to choose where there are several, the usual device and the pages."""

    name: str
    who: str | None
    device: str
    pages: tuple[str, ...]
    standing: str = ""


C = "/c/wangjiang"
# Behind a fresh code.
GUARDED = (
    "/accounts/phone/",
    "/accounts/me/leave/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/passkeys/add/",
    "/accounts/2fa/recovery-codes/generate/",
)
ROLES = (
    Role(
        "nobody",
        None,
        "phone",
        ("/accounts/login/", "/accounts/privacy/", "/accounts/inactive/", "/v/", "/v/QQQQQQQQQQ/", "/no-such-page/"),
    ),
    Role(
        "resident",
        "张秀英",
        "phone",
        (
            "/",
            f"{C}/repairs/",
            f"{C}/repairs/new/",
            f"{C}/repairs/public/",
            f"{C}/parties/",
            "/standing/",
            "/messages/",
            "/messages/channel/",
            "/no-such-page/",
            f"{C}/repairs/{{厨房水管接头爆了}}/",
            f"{C}/repairs/{{楼道声控灯不亮}}/",
            f"{C}/repairs/{{单元门关不严}}/",
            "/accounts/me/",
            "/accounts/name/",
            "/accounts/sessions/",
            "/accounts/step-up/",
            "/accounts/elsewhere/",
            "/accounts/elsewhere/cancelled/",
            "/accounts/elsewhere/error/",
            "/accounts/2fa/",
        ),
    ),
    Role(
        "resident with a rated one", "刘雪梅", "phone", (f"{C}/repairs/{{绿化带枯枝}}/", f"{C}/repairs/{{电梯停在}}/")
    ),
    Role(
        "resident with one returned",
        "周德福",
        "phone",
        ("/", "/c/ziwei/repairs/{水龙头没水}/"),
        standing="居民",
    ),
    Role(
        "worker",
        "王建国",
        "phone",
        (
            f"{C}/today/",
            f"{C}/repairs/{{楼道声控灯不亮}}/",
            f"{C}/repairs/{{阳台落水管}}/",
            f"{C}/repairs/{{单元门关不严}}/",
            "/accounts/me/",
            "/messages/",
        ),
    ),
    Role(
        "manager",
        "朱俊杰",
        "desktop",
        (
            "/overview/",
            f"{C}/board/",
            f"{C}/board/?column=new",
            f"{C}/board/?column=awaiting",
            f"{C}/watch/",
            f"{C}/watch/?list=late",
            f"{C}/watch/?list=done",
            f"{C}/parties/",
            f"{C}/register/",
            f"{C}/register/imports/",
            f"{C}/repairs/{{东门门禁}}/",
            f"{C}/repairs/{{滑梯扶手}}/",
            f"{C}/repairs/{{阳台落水管}}/",
            f"{C}/repairs/{{快递柜}}/",
            "/standing/",
            "/messages/",
            "/accounts/me/",
            "/accounts/2fa/",
            "/accounts/2fa/passkeys/",
        ),
        standing="物业",
    ),
    Role(
        "committee",
        "王志强",
        "phone",
        (
            f"{C}/watch/",
            f"{C}/watch/?list=committee",
            f"{C}/parties/",
            f"{C}/register/",
            f"{C}/repairs/{{东门门禁}}/",
            "/messages/",
        ),
        standing="业主委员会",
    ),
    Role(
        "community officer",
        "徐美玲",
        "desktop",
        (f"{C}/watch/", f"{C}/watch/?list=open", f"{C}/parties/", f"{C}/repairs/{{东门门禁}}/", "/messages/"),
    ),
    Role(
        "street officer",
        "胡立新",
        "desktop",
        ("/overview/", f"{C}/watch/", f"{C}/watch/?list=street", f"{C}/parties/", f"{C}/repairs/{{东门门禁}}/"),
    ),
    Role("city officer", "陈海燕", "desktop", ("/overview/", f"{C}/watch/", "/c/nanyuan/watch/", f"{C}/parties/")),
)
# Addresses that are no pages: they only take a form, answer a part of a page or a file, or send elsewhere.
NO_PAGES = {
    "accounts_code_again",
    "account_logout",
    "accounts_demonstration",
    "accounts_preferences",
    "accounts_export",
    "livez",
    "readyz",
    "set_type",
    "set_language",
    "service_worker",
    "registers_export",
    "registers_sample",
    "registers_sheet",
    "registers_columns",
    "registers_confirm",
    "registers_drop",
    "registers_undo",
    "registers_progress",
    "registers_marked",
    "repairs_reveal",
    "repairs_action",
    "repairs_board_cards",
    "repairs_slip",
    "repairs_today_rows",
    "repairs_watch_rows",
    "repairs_own_rows",
    "repairs_answer",
    "documents:file",
    "documents:document_state",
    "documents:retry",
    "inbox_rows",
    "inbox_read_all",
    "inbox_open",
    "live_catch_up",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "socialaccount_signup",
    "home_row",
    "zhezhengding_login",
    "zhezhengding_back",
}
# Pages that come in the middle of something; the journeys named here look at them.
ON_THE_WAY = {
    "accounts_code": "test_signing_in",
    "mfa_view_recovery_codes": "test_signing_in",
    "mfa_deactivate_totp": "test_signing_in",
    "mfa_authenticate": "test_signing_in",
    "mfa_reauthenticate": "test_signing_in",
    "mfa_reauthenticate_webauthn": "test_signing_in",
    "mfa_remove_webauthn": "test_signing_in",
    "mfa_edit_webauthn": "test_signing_in",
    "documents:document": "test_turns",
    "accounts_new_phone": "test_signing_in",
    "registers_import": "test_registers",
    "registers_reveal": "test_registers",
}
