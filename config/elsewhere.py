"""Accounts elsewhere that may open the door, read from the environment: 浙政钉, WeChat, DingTalk, OpenID Connect."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from accounts.zhezhengding import Platform


@dataclass
class Elsewhere:
    """The providers that are configured: allauth's settings, its apps, and the pages that the browser is sent to."""

    providers: dict[str, Any] = field(default_factory=dict)
    apps: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    zhezhengding: Platform | None = None

    def add(self, provider: str, settings: dict[str, Any], page: str) -> None:
        """Switch one provider on."""
        self.providers[provider] = settings
        self.apps.append(f"allauth.socialaccount.providers.{provider}")
        parts = urlsplit(page)
        self.pages.append(f"{parts.scheme}://{parts.netloc}")


def accounts_elsewhere(env: Any) -> Elsewhere:
    """Read which providers are configured. WEIXIN_AUTHORIZE_URL is the in-WeChat page instead of the QR page."""
    found = Elsewhere()
    weixin = env.str("WEIXIN_APP_ID", default="")
    if weixin:
        page = env.str("WEIXIN_AUTHORIZE_URL", default="https://open.weixin.qq.com/connect/qrconnect")
        app = {"client_id": weixin, "secret": env.str("WEIXIN_SECRET")}
        scope = env.list("WEIXIN_SCOPE", default=["snsapi_login"])
        found.add("weixin", {"APPS": [app], "AUTHORIZE_URL": page, "SCOPE": scope}, page)
    dingtalk = env.str("DINGTALK_CLIENT_ID", default="")
    if dingtalk:
        app = {"client_id": dingtalk, "secret": env.str("DINGTALK_SECRET")}
        found.add("dingtalk", {"APPS": [app]}, "https://login.dingtalk.com")
    zhezhengding = env.str("ZHEZHENGDING_CLIENT_ID", default="")
    if zhezhengding:
        found.zhezhengding = Platform(
            client_id=zhezhengding,
            app_key=env.str("ZHEZHENGDING_APP_KEY"),
            app_secret=env.str("ZHEZHENGDING_APP_SECRET"),
            api=env.str("ZHEZHENGDING_API", default="https://openplatform-pro.ding.zj.gov.cn"),
            login=env.str("ZHEZHENGDING_LOGIN", default="https://login-pro.ding.zj.gov.cn"),
        )
        found.pages.append(found.zhezhengding.login)
    server = env.str("OIDC_SERVER_URL", default="")
    if server:
        app = {
            "provider_id": "oidc",
            "name": env.str("OIDC_NAME", default="统一身份认证"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_SECRET", default=""),
            "settings": {"server_url": server, "fetch_userinfo": env.bool("OIDC_USERINFO", default=True)},
        }
        page = env.str("OIDC_AUTHORIZE_ORIGIN", default=server)
        # PKCE: allauth leaves it off unless told. The scope asks for who it is, and for nothing more.
        found.add("openid_connect", {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}, page)
    return found
