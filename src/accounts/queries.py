"""Every read of accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Challenge, Consent, Person


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where the person is signed in."""

    id: int
    device: str
    address: str
    since: datetime
    is_current: bool


def waiting_code(*, token: str, purpose: str, now: datetime, person: Person | None = None) -> Challenge | None:
    """The code that waits for its answer under this token, or None (used, expired, someone else's)."""
    if not token:
        return None
    rows = Challenge.objects.filter(token=token, purpose=purpose, person=person, used_at=None)
    return rows.filter(expires_at__gt=now - timedelta(minutes=10)).first()


def live_sessions(person: Person) -> list[UserSession]:
    """The person's sessions that still hold; ended ones are cleared away in passing. Two statements, or three.

    In place of ``purge_and_list``, which looks up one session after the other.
    """
    kept = list(UserSession.objects.filter(user=person))
    live = Session.objects.filter(session_key__in=[r.session_key for r in kept], expire_date__gt=timezone.now())
    keys = set(live.values_list("session_key", flat=True))
    if ended := [r.pk for r in kept if r.session_key not in keys]:
        UserSession.objects.filter(pk__in=ended).delete()
    return [r for r in kept if r.session_key in keys]


def open_sessions(*, person: Person, current: str) -> list[OpenSession]:
    """Where the person is signed in, the newest first."""
    rows = live_sessions(person)
    found = [OpenSession(r.pk, device(r.user_agent), r.ip, r.created_at, r.session_key == current) for r in rows]
    return sorted(found, key=lambda row: (row.is_current, row.since), reverse=True)


@dataclass(frozen=True, slots=True)
class OutsideAccount:
    """An account elsewhere that may enter as the person."""

    id: int
    provider: str
    uid: str
    label: str
    since: datetime


def outside_accounts(*, person: Person) -> list[OutsideAccount]:
    """Accounts elsewhere that may enter as this person."""
    from allauth.socialaccount.models import SocialAccount

    rows = SocialAccount.objects.filter(user=person).order_by("pk")
    return [OutsideAccount(r.pk, r.provider, r.uid, provider_label(r.provider), r.date_joined) for r in rows]


def person_of(*, provider: str, uid: str) -> Person | None:
    """Whom an account elsewhere may enter as: someone whose number is verified, or nobody."""
    from allauth.socialaccount.models import SocialAccount

    row = SocialAccount.objects.filter(provider=provider, uid=uid).select_related("user").first()
    return row.user if row is not None and row.user.phone_verified else None


PROVIDERS = {
    "weixin": gettext_lazy("微信"),
    "dingtalk": gettext_lazy("钉钉"),
    "zhezhengding": gettext_lazy("浙政钉"),
}


def provider_label(provider: str) -> str:
    """What people call a provider; OpenID Connect bears the name that the operator gave it."""
    if provider in PROVIDERS:
        return str(PROVIDERS[provider])
    configured = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return next((str(app["name"]) for app in configured if app.get("provider_id") == provider), provider)


def consents(*, person: Person) -> list[Consent]:
    """Which privacy notices the person agreed to, and when; the newest first."""
    return list(Consent.objects.filter(person=person).order_by("-given_at"))


def own_account(person: Person) -> dict[str, Any]:
    """What accounts itself holds of a person, for their own export."""
    from allauth.mfa.models import Authenticator

    return {
        "name": person.name,
        "phone": person.phone,
        "joined_at": person.joined_at.isoformat(),
        "large_type": person.large_type,
        "language": person.language,
        "consents": [{"version": c.version, "given_at": c.given_at.isoformat()} for c in consents(person=person)],
        "sessions": [
            {"device": s.device, "address": s.address, "since": s.since.isoformat()}
            for s in open_sessions(person=person, current="")
        ],
        "second_factors": list(Authenticator.objects.filter(user=person).values_list("type", flat=True)),
        "outside_accounts": [{"provider": a.provider, "uid": a.uid} for a in outside_accounts(person=person)],
    }


DEVICES = (
    ("MicroMessenger", gettext_lazy("微信")),
    ("DingTalk", gettext_lazy("钉钉")),
    ("HuaweiBrowser", gettext_lazy("华为浏览器")),
    ("MiuiBrowser", gettext_lazy("小米浏览器")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", gettext_lazy("鸿蒙")),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """A browser's name in words that a resident recognises: 微信 · Android."""
    found = [next((str(word) for mark, word in table if mark in user_agent), "") for table in (DEVICES, SYSTEMS)]
    return " · ".join(word for word in found if word)
