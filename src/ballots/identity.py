"""A fresh code to the voter's own number, for one poll: sent and answered with accounts' codes, remembered in the session."""

from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts import actions, demonstration, queries
from accounts.models import Person
from ballots.rules.hours import is_fresh

TOKEN = "ballot_code"  # noqa: S105  a session key's name
ANSWERED = "ballot_code_answered"
PURPOSE = "step_up"


def send(request: HttpRequest, person: Person, now: datetime) -> None:
    """Send a code. Raises ``accounts.actions.CodeRefusedError``."""
    request.session[TOKEN] = actions.request_code(
        phone=person.phone,
        purpose=PURPOSE,
        address=get_adapter().get_client_ip(request),
        now=now,
        person=person,
        again=request.session.get(TOKEN, ""),
    )


def answer(request: HttpRequest, person: Person, ref: str, code: str, now: datetime) -> None:
    """Take an answer, for this poll. Raises ``accounts.actions.CodeRefusedError``."""
    actions.answer_code(
        token=request.session.get(TOKEN, ""),
        code=code,
        purpose=PURPOSE,
        address=get_adapter().get_client_ip(request),
        now=now,
        person=person,
    )
    request.session.pop(TOKEN, None)
    request.session[ANSWERED] = [person.pk, ref, now.timestamp()]


def verified_at(request: HttpRequest, person: Person, ref: str, now: datetime) -> datetime | None:
    """When this person answered a code for this poll in this browser, while that is fresh."""
    who, poll, at = request.session.get(ANSWERED, (None, "", 0))
    found = datetime.fromtimestamp(at, UTC) if (who, poll) == (person.pk, ref) else None
    return found if is_fresh(found, now) else None


def check(request: HttpRequest, person: Person, ref: str, now: datetime) -> datetime:
    """When the person showed who they are for this poll: just before, or with the code that this form brings.

    Raises ``accounts.actions.CodeRefusedError``.
    """
    found = verified_at(request, person, ref, now)
    if found is None:
        answer(request, person, ref, request.POST.get("code", "").strip()[:12], now)
    return found or now


def waiting(request: HttpRequest, person: Person, now: datetime) -> tuple[bool, str]:
    """Whether a code waits for its answer, and the code itself where the demonstration shows it."""
    found = queries.waiting_code(token=request.session.get(TOKEN, ""), purpose=PURPOSE, now=now, person=person)
    return found is not None, found.code if found is not None and demonstration.is_on() else ""


def device(request: HttpRequest) -> str:
    """The browser in words: 微信 · Android."""
    return queries.device(request.headers.get("User-Agent", "")[:400])
