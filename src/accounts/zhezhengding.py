"""浙政钉 (the exclusive DingTalk of Zhejiang's government): who scanned the code at its sign-in page.

Its open platform is not DingTalk's: requests are signed with HMAC-SHA256 over method, time, nonce, path and sorted
parameters. Source: 专有钉钉开放平台, "实现扫码登录" (docKey 3355041) and "获取access_token" (docKey 3355045).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from secrets import randbelow
from typing import Any
from urllib.parse import urlencode

PROVIDER = "zhezhengding"
BEIJING = timezone(timedelta(hours=8))
TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Platform:
    """Where the platform is and who we are there. ``client_id`` is the 应用标识 of the scan application."""

    client_id: str
    app_key: str
    app_secret: str
    api: str
    login: str


class RefusedError(Exception):
    """The platform did not say who it was. ``code`` is its own word, or the kind of failure."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign_in_url(platform: Platform, *, back: str, state: str) -> str:
    """The page with the code to scan; it comes back to ``back`` with ``code`` and ``state``."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": platform.client_id,
            "redirect_uri": back,
            "scope": "get_user_info",
            "authType": "QRCODE",
            "state": state,
        }
    )
    return f"{platform.login}/oauth2/auth.htm?{query}"


def who(platform: Platform, code: str) -> str:
    """The lasting id (tenantUserId) of the person behind a one-time code. Raises RefusedError."""
    keys = {"appkey": platform.app_key, "appsecret": platform.app_secret}
    token = _call(platform, "GET", "/gettoken.json", keys).get("accessToken", "")
    data = _call(platform, "POST", "/rpc/oauth2/getuserinfo_bycode.json", {"access_token": str(token), "code": code})
    person = data.get("tenantUserId")
    if not person:
        raise RefusedError("nobody")
    return str(person)


def sign(
    platform: Platform, *, method: str, path: str, parameters: dict[str, str], now: datetime, nonce: str
) -> dict[str, str]:
    """The headers of one signed request."""
    when = now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S.000+08:00")
    lines = [method, when, nonce, path, "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))]
    signature = hmac.new(platform.app_secret.encode(), "\n".join(lines).encode(), hashlib.sha256).digest()
    return {
        "X-Hmac-Auth-Timestamp": when,
        "X-Hmac-Auth-Version": "1.0",
        "X-Hmac-Auth-Nonce": nonce,
        "apiKey": platform.app_key,
        "X-Hmac-Auth-Signature": base64.b64encode(signature).decode(),
        "X-Hmac-Auth-IP": "127.0.0.1",
        "X-Hmac-Auth-MAC": "00:00:00:00:00:00",
    }


def _call(platform: Platform, method: str, path: str, parameters: dict[str, str]) -> dict[str, Any]:
    import requests  # settings read this module at every start, and most installations never call it

    now = datetime.now(BEIJING)
    nonce = f"{int(now.timestamp())}000{1000 + randbelow(9000)}"
    headers = sign(platform, method=method, path=path, parameters=parameters, now=now, nonce=nonce)
    place = {"params": parameters} if method == "GET" else {"data": parameters}
    try:
        answer = requests.request(
            method,
            f"{platform.api}{path}",
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            **place,  # type: ignore[arg-type]
        ).json()
    except (requests.RequestException, ValueError) as error:
        raise RefusedError(type(error).__name__) from None  # its text holds the secret in the address
    content = answer.get("content") if isinstance(answer, dict) and answer.get("success") else None
    if not isinstance(content, dict) or not content.get("success") or not isinstance(content.get("data"), dict):
        code = content.get("responseCode") if isinstance(content, dict) else None
        raise RefusedError(str(code or "refused"))
    data: dict[str, Any] = content["data"]
    return data
