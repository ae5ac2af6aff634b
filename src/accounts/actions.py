"""Every change to accounts: codes, people, consent, sessions, leaving."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe

from allauth.core.internal.cryptokit import generate_user_code
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from accounts import own_data, sessions, sms
from accounts.crypto import digest, encrypt
from accounts.logs import security
from accounts.models import NAME_LENGTH, Challenge, CodeEvent, Consent, Person

VALID = timedelta(minutes=5)
TRIES = 5  # wrong answers to one code
# How many codes one number, and one address, may be sent within a time. Many households share one mobile address, so the
# address limits are wide; they stop a machine, not a building.
PHONE_LIMITS = ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
ADDRESS_LIMITS = ((20, timedelta(minutes=1)), (60, timedelta(hours=1)), (300, timedelta(days=1)))
# How many wrong answers lock a number, and an address. They are counted in rows: a flushed cache unlocks nothing.
PHONE_WRONG = (10, timedelta(hours=1))
ADDRESS_WRONG = (60, timedelta(hours=1))
KEPT = timedelta(days=30)


class CodeRefusedError(Exception):
    """A code is not sent, or an answer is not accepted.

    ``code``: soon (one a minute), often (the hour's or the day's share of the number), crowd (the address's share),
    locked (too many wrong answers), unsent (the gateway refused), number (the gateway refuses this number), wrong, spent
    (too many wrong answers to this code), expired (or used, or never sent). ``until``: when to try again, if that is known.
    """

    def __init__(self, code: str, *, until: datetime | None = None, left: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.until = until
        self.left = left


class PhoneTakenError(Exception):
    """The number belongs to someone else."""

    code = "taken"


class NameRefusedError(Exception):
    """The name is empty or longer than 40 characters."""

    code = "name"


@dataclass(frozen=True, slots=True)
class Verified:
    """A number whose holder has just shown a right code."""

    phone: str
    person_id: int | None


def request_code(
    *, phone: str, purpose: str, address: str, now: datetime, person: Person | None = None, again: str = ""
) -> str:
    """Send a code to an E.164 number; return the token under which it waits for its answer. Raises CodeRefusedError.

    Known and unknown numbers are treated alike, so nothing can be learned by asking. ``again`` is the token of a code
    that was sent before: the same code is sent once more (messages overtake each other), within the same limits.
    """
    key, source = digest(phone), digest(address)
    with transaction.atomic():
        _one_at_a_time(key)
        _refuse_locked(key, source, now)
        _refuse_frequent(key, source, now)
        event = CodeEvent.objects.create(kind=CodeEvent.Kind.SENT, phone_digest=key, address_digest=source, at=now)
        open_ones = Challenge.objects.filter(token=again, purpose=purpose, phone_digest=key, person=person)
        challenge = open_ones.filter(used_at=None, expires_at__gt=now, wrong__lt=TRIES).first() if again else None
        if challenge is None:
            challenge = Challenge.objects.create(
                token=token_urlsafe(32),
                purpose=purpose,
                phone_cipher=encrypt(phone),
                phone_digest=key,
                code_cipher=encrypt(generate_user_code(**settings.ALLAUTH_USER_CODE_FORMAT)),
                person=person,
                made_at=now,
                expires_at=now + VALID,
            )
        else:
            challenge.expires_at = now + VALID
            challenge.save(update_fields=["expires_at"])
    try:
        # Outside the transaction: a slow gateway must not hold a row, and the count must stand whatever it answers.
        sms.send(phone, "code", {"code": challenge.code})
    except sms.SmsError as refused:
        event.kind = CodeEvent.Kind.UNSENT
        event.save(update_fields=["kind"])
        raise CodeRefusedError("number" if refused.code == "number" else "unsent") from refused
    return challenge.token


def answer_code(
    *, token: str, code: str, purpose: str, address: str, now: datetime, person: Person | None = None
) -> Verified:
    """Take an answer to a code that was sent; a right one is used up. Raises CodeRefusedError, and counts the wrong ones.

    A step-up or a change of number must be answered by the ``person`` for whom the code was sent.
    """
    with transaction.atomic():
        found = (
            Challenge.objects.select_for_update(no_key=True).filter(token=token, purpose=purpose, person=person).first()
        )
        if found is None or found.used_at is not None or found.expires_at <= now:
            refused: CodeRefusedError | None = CodeRefusedError("expired")
        else:
            refused = _answer(found, code, digest(address), now)
    if refused is not None or found is None:
        raise refused or CodeRefusedError("expired")
    return Verified(phone=found.phone, person_id=found.person_id)


def _answer(challenge: Challenge, code: str, source: str, now: datetime) -> CodeRefusedError | None:
    """Count an answer; return its refusal, for the caller to raise once the count is safe."""
    key = challenge.phone_digest
    _one_at_a_time(key)
    try:
        _refuse_locked(key, source, now)
    except CodeRefusedError as locked:
        return locked
    if challenge.wrong >= TRIES:
        return CodeRefusedError("spent")
    right = constant_time_compare(challenge.code, code)
    kind = CodeEvent.Kind.RIGHT if right else CodeEvent.Kind.WRONG
    CodeEvent.objects.create(kind=kind, phone_digest=key, address_digest=source, at=now)
    if right:
        challenge.used_at = now
        challenge.save(update_fields=["used_at"])
        return None
    challenge.wrong = F("wrong") + 1
    challenge.save(update_fields=["wrong"])
    challenge.refresh_from_db(fields=["wrong"])
    left = TRIES - challenge.wrong
    return CodeRefusedError("wrong", left=left) if left > 0 else CodeRefusedError("spent")


def check_second_factor_open(*, person: Person, address: str, now: datetime) -> None:
    """Refuse while the person's number is locked by wrong answers. Raises CodeRefusedError(locked)."""
    _refuse_locked(person.phone_digest, digest(address), now)


def count_wrong_second_factor(*, person: Person, address: str, now: datetime) -> None:
    """Count a wrong answer to the second factor with the wrong codes of the person's number."""
    CodeEvent.objects.create(
        kind=CodeEvent.Kind.WRONG, phone_digest=person.phone_digest, address_digest=digest(address), at=now
    )


def _one_at_a_time(key: str) -> None:
    """Queue requests about one number, so that two at once cannot both be the first of the minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(key[:15], 16)])


def _refuse_locked(key: str, source: str, now: datetime) -> None:
    right = CodeEvent.objects.filter(kind=CodeEvent.Kind.RIGHT, phone_digest=key).order_by("-at").first()
    wrong = CodeEvent.objects.filter(kind=CodeEvent.Kind.WRONG)
    of_phone = wrong.filter(phone_digest=key)
    if right is not None:
        of_phone = of_phone.filter(at__gt=right.at)
    for rows, (most, within) in ((of_phone, PHONE_WRONG), (wrong.filter(address_digest=source), ADDRESS_WRONG)):
        times = list(rows.filter(at__gt=now - within).order_by("-at").values_list("at", flat=True)[:most])
        if len(times) >= most:
            security.warning("locked", extra={"number": key[:12], "address": source[:12]})
            raise CodeRefusedError("locked", until=times[-1] + within)


def _refuse_frequent(key: str, source: str, now: datetime) -> None:
    sent = CodeEvent.objects.filter(kind=CodeEvent.Kind.SENT, phone_digest=key)
    for place, (most, within) in enumerate(PHONE_LIMITS):
        times = list(sent.filter(at__gt=now - within).order_by("-at").values_list("at", flat=True)[:most])
        if len(times) >= most:
            raise CodeRefusedError("often" if place else "soon", until=times[-1] + within)
    asked = CodeEvent.objects.filter(kind__in=[CodeEvent.Kind.SENT, CodeEvent.Kind.UNSENT], address_digest=source)
    for most, within in ADDRESS_LIMITS:
        times = list(asked.filter(at__gt=now - within).order_by("-at").values_list("at", flat=True)[:most])
        if len(times) >= most:
            raise CodeRefusedError("crowd", until=times[-1] + within)


def ensure_person(*, phone: str, name: str = "", verified: bool = False, now: datetime) -> Person:
    """The person of an E.164 number, made if there is none. A name that they have is kept."""
    person, _ = Person.objects.get_or_create(
        phone_digest=digest(phone),
        defaults={
            "phone_cipher": encrypt(phone),
            "name": name,
            "joined_at": now,
            "phone_verified": verified,
            "password": f"!{token_hex(20)}",
        },
    )
    changed = []
    if verified and not person.phone_verified:
        person.phone_verified = True
        changed.append("phone_verified")
    if name and not person.name:
        person.name = name
        changed.append("name")
    if changed:
        person.save(update_fields=changed)
    return person


def rename(*, person: Person, name: str) -> None:
    """Give a person a name. Raises NameRefusedError."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > NAME_LENGTH:
        raise NameRefusedError
    person.name = tidy
    person.save(update_fields=["name"])


def prefer(*, person: Person, large_type: bool | None = None, language: str | None = None) -> None:
    """Keep how the person likes the pages: large type, language."""
    if large_type is not None:
        person.large_type = large_type
    if language is not None and language in dict(settings.LANGUAGES):
        person.language = language
    person.save(update_fields=["large_type", "language"])


def change_phone(*, person: Person, phone: str) -> None:
    """Give a person a new, verified number and end their other sessions' trust in the old. Raises PhoneTakenError."""
    with transaction.atomic():
        _one_at_a_time(digest(phone))
        if Person.objects.filter(phone_digest=digest(phone)).exclude(pk=person.pk).exists():
            raise PhoneTakenError
        person.phone = phone
        person.phone_verified = True
        person.save(update_fields=["phone_cipher", "phone_digest", "phone_verified"])
    security.info("number changed", extra={"person": person.pk})


def consent(*, person: Person, version: str, now: datetime) -> None:
    """Record that the person agreed to this version of the privacy notice; the first time counts."""
    Consent.objects.get_or_create(person=person, version=version, defaults={"given_at": now})


def link_outside_account(*, person: Person, provider: str, uid: str) -> bool:
    """Let an account elsewhere (WeChat, DingTalk, OpenID Connect) enter as this person; False if it enters as another."""
    from allauth.socialaccount.models import SocialAccount

    account, _ = SocialAccount.objects.get_or_create(provider=provider, uid=uid, defaults={"user": person})
    return bool(account.user_id == person.pk)


def unlink_outside_account(*, person: Person, account_id: int) -> None:
    """Stop an account elsewhere from entering as this person."""
    from allauth.socialaccount.models import SocialAccount

    SocialAccount.objects.filter(user=person, pk=account_id).delete()


def end_sessions(*, person: Person, session_ids: Iterable[int] | None = None, keep: str = "") -> int:
    """End the person's sessions (all, or these), except the one with the key ``keep``; return how many ended.

    Row and cache entry go together, then whoever registered is told, so that live sockets close too.
    """
    from allauth.usersessions.models import UserSession

    rows = UserSession.objects.filter(user=person).exclude(session_key=keep)
    if session_ids is not None:
        rows = rows.filter(pk__in=list(session_ids))
    ended = list(rows)
    for row in ended:
        row.end()
    if ended:
        security.info("sessions ended", extra={"person": person.pk, "count": len(ended)})
    sessions.announce([row.session_key for row in ended])
    return len(ended)


def close_account(*, person: Person, now: datetime) -> None:
    """The person leaves: name, number, second factor, links and sessions go; records that the law keeps stay, unnamed.

    Raises own_data.KeptError when someone who registered must object first (a post that is still held).
    """
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    with transaction.atomic():
        own_data.erase(person, now)
        Authenticator.objects.filter(user=person).delete()
        SocialAccount.objects.filter(user=person).delete()
        Challenge.objects.filter(person=person).delete()
        end_sessions(person=person)
        person.name = ""
        person.phone_cipher = encrypt("")
        person.phone_digest = f"closed-{token_hex(24)}"
        person.phone_verified = False
        person.is_active = False
        person.closed_at = now
        person.save()
    security.info("account closed", extra={"person": person.pk})


def forget_codes(*, now: datetime) -> int:
    """Delete codes of yesterday and counts older than a month; return how many rows went."""
    old, _ = Challenge.objects.filter(made_at__lt=now - timedelta(days=1)).delete()
    counts, _ = CodeEvent.objects.filter(at__lt=now - KEPT).delete()
    return old + counts
