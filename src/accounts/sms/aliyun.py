"""Alibaba Cloud SMS (Dysmsapi 2017-05-25, SendSms) by a REST call signed with ACS3-HMAC-SHA256.

Source: Alibaba Cloud OpenAPI, "V3 request body and signature mechanism", and the API reference of SendSms.
"""

import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime
from secrets import token_hex
from urllib.parse import quote, urlsplit

import requests
from django.conf import settings

from accounts.sms import SmsError

log = logging.getLogger(__name__)

VERSION = "2017-05-25"
ALGORITHM = "ACS3-HMAC-SHA256"
BUSY = ("isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "Throttling")
NUMBER = ("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.BLACK_KEY_CONTROL_LIMIT")


def send(phone: str, template: str, params: dict[str, str]) -> str:
    """Hand one message to the gateway; return its BizId. Raises SmsError."""
    query = {
        "PhoneNumbers": _number(phone),
        "SignName": settings.SMS_ALIYUN_SIGN_NAME,
        "TemplateCode": settings.SMS_ALIYUN_TEMPLATES.get(template, ""),
        "TemplateParam": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
    }
    if not query["TemplateCode"]:
        raise SmsError("setup", temporary=False, detail=f"no template code for {template}")
    endpoint = settings.SMS_ALIYUN_ENDPOINT
    headers = sign(
        query,
        host=urlsplit(endpoint).netloc,
        key_id=settings.SMS_ALIYUN_KEY_ID,
        key_secret=settings.SMS_ALIYUN_KEY_SECRET,
        now=datetime.now(UTC),
        nonce=token_hex(16),
    )
    try:
        response = requests.post(
            f"{endpoint}/?{canonical_query(query)}",
            headers=headers,
            timeout=settings.SMS_TIMEOUT,
            allow_redirects=False,
        )
        answer = response.json()
    except (requests.RequestException, ValueError) as error:
        # The exception's own text holds the address with the number in it: only its kind is passed on.
        raise SmsError("unreachable", temporary=True, detail=type(error).__name__) from None
    code = str(answer.get("Code", "")) if isinstance(answer, dict) else ""
    if code == "OK":
        return str(answer.get("BizId", ""))
    raise _refusal(code or f"HTTP {response.status_code}")


def sign(
    query: dict[str, str], *, host: str, key_id: str, key_secret: str, now: datetime, nonce: str
) -> dict[str, str]:
    """The headers of one signed request: POST / with an empty body, every parameter in the query."""
    payload = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": payload,
        "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": VERSION,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{canonical_query(query)}\n{lines}\n{names}\n{payload}"
    text = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers


def canonical_query(query: dict[str, str]) -> str:
    """Parameters in order of name, encoded as RFC 3986 wants."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def _number(phone: str) -> str:
    """As the gateway writes numbers: eleven digits at home, country code and number abroad."""
    return phone.removeprefix("+86") if phone.startswith("+86") else phone.removeprefix("+")


def _refusal(code: str) -> SmsError:
    if code.startswith(BUSY):
        return SmsError("busy", temporary=True, detail=code)
    if code in NUMBER:
        return SmsError("number", temporary=False, detail=code)
    log.error("sms gateway refuses", extra={"gateway_code": code})
    return SmsError("setup", temporary=code.startswith(("HTTP 5", "ServiceUnavailable", "InternalError")), detail=code)
