"""The ballot: one item a screen, forwards and back, a summary, a code, the box. Nothing that is chosen stays here before that:
every screen brings all choices with it, and the browser keeps them while it waits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import CodeRefusedError
from ballots import identity
from ballots.actions.casting import Ballot, cast, checked
from ballots.actions.reminding import seen
from ballots.permissions import OWNERS
from ballots.queries.rights import Mine, right_of
from ballots.refusals import BadInput, NotPermitted, OutOfState, Refused
from ballots.rules.standing import CHOSEN, PROXY
from ballots.views.asking import OwnerRequest, ways
from ballots.views.owner import draft_name, found_poll, takes_ballots
from ballots.views.secretly import unseen
from ballots.words import CHOICES, refusal_field, refusal_text
from elections.box.questions import Item
from elections.models import Poll
from elections.poll_words import silence_words
from elections.queries.items import box_items, numbers_of
from idempotency.actions import KeyRefused, Replayed
from tenancy.access import in_compound
from tenancy.models import Compound
from tenancy.scope import current_scope
from ui.numbers import whole

PREFIX = "item-"


@dataclass(frozen=True, slots=True)
class Asked:
    """For which right a ballot is handed in, by the address alone: ``code`` is the compound's."""

    compound_id: int
    code: str
    ref: str
    right: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ballot is handed in: the poll, the person's right, its items."""

    compound: Compound
    poll: Poll
    right: Mine
    items: list[Item]
    numbers: dict[str, int]
    ways: dict[str, str]

    @property
    def receipt(self) -> str:
        """The address of the receipt."""
        return reverse(self.ways["receipt"], args=[self.compound.code, self.poll.ref, self.right.key])

    @property
    def asked(self) -> Asked:
        """The same by the address."""
        return Asked(self.compound.pk, self.compound.code, self.poll.ref, self.right.key)

    @property
    def last(self) -> int:
        """The step of the summary."""
        return len(self.items)


def hand_in(request: OwnerRequest, code: str, poll: str, right: str) -> HttpResponse | None:
    """Hand the ballot in as it comes, where the code was answered before; None where there is something to be said instead.

    What everyone does in the last hour: the action looks at all that the page would look at, so the page need not.
    """
    if request.method != "POST" or "cast" not in request.POST:
        return None
    now = timezone.now()
    verified = identity.verified_at(request, request.user, poll, now)
    if verified is None:
        return None
    asked = Asked(current_scope().compound_ids[0], code, poll, right)
    try:
        return redirect(_handed_in(request, asked, verified=verified, now=now))
    except (Refused, KeyRefused):
        return None


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound(parties=OWNERS, first=hand_in)
def ballot(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """Choose, look at it all once more, confirm with a code."""
    return ballot_page(request, compound, poll, right)


def ballot_page(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The page, whoever asks, where the ballot was not handed in as it came."""
    now = timezone.now()
    place = _place(request, compound, poll, right)
    if _has_voted(place, request.user.pk):
        return redirect(place.receipt)
    if place.right.standing.refused or not place.items or not takes_ballots(place.poll, now):
        messages.error(request, _why_not(place, now))
        return redirect(place.ways["poll"], compound.code, poll)
    if place.right.blocked(again=place.poll.vote_again):
        messages.error(request, refusal_text(OutOfState("already_voted")))
        return redirect(place.ways["poll"], compound.code, poll)
    if request.method != "POST":
        # The front page leads here directly: whoever opens the ballot has seen what they were told.
        seen(poll=place.poll, person_id=request.user.pk, now=now)
        return _page(request, place, QueryDict(), 0, now)
    return _posted(request, place, now)


def _place(request: OwnerRequest, compound: Compound, ref: str, key: str) -> Place:
    poll = found_poll(compound, ref)
    right = right_of(poll, request.user, key, casts=True)
    if right is None:
        raise Http404
    everything = box_items(poll)
    return Place(compound, poll, right, right.items(everything), numbers_of(everything), ways(request))


def _has_voted(place: Place, person_id: int) -> bool:
    """Whether what the person would hand in is in the box already: a second tap, a second try."""
    used = place.right.use
    if used is None or place.poll.vote_again:
        return False
    return any(one.receipt == used.receipt and one.person_id == person_id for one in place.right.casts)


def _why_not(place: Place, now: datetime) -> str:
    if place.right.standing.refused:
        return refusal_text(NotPermitted(place.right.standing.refused))
    if not takes_ballots(place.poll, now):
        return refusal_text(OutOfState("not_open" if place.poll.state == "called" else "over"))
    return refusal_text(NotPermitted("not_concerned"))


def _posted(request: OwnerRequest, place: Place, now: datetime) -> HttpResponse:
    given = request.POST
    step = _number(given.get("step", "0"), place.last)
    if "cast" in given:
        return _cast(request, place, now)
    if "send" in given:
        try:
            identity.send(request, request.user, now)
        except CodeRefusedError as refused:
            return _page(request, place, given, place.last, now, errors={"code": refusal_text(refused)}, status=422)
        return _page(request, place, given, place.last, now)
    target = _number(given.get("go", str(step + 1)), place.last)
    # Backwards is always free; forwards not over an answer that would not count.
    try:
        checked(
            place.items[:target] if target > step else [],
            _choices(given, place.items[:target]) if target > step else {},
        )
    except BadInput as error:
        return _refused(request, place, error, now)
    return _page(request, place, given, target, now)


def _cast(request: OwnerRequest, place: Place, now: datetime) -> HttpResponse:
    given = request.POST
    try:
        verified = identity.check(request, request.user, place.poll.ref, now)
    except CodeRefusedError as refused:
        again = _place(request, place.compound, place.poll.ref, place.right.key)
        if _has_voted(again, request.user.pk):
            return redirect(place.receipt)
        return _page(request, place, given, place.last, now, errors={"code": refusal_text(refused)}, status=422)
    try:
        return redirect(_handed_in(request, place.asked, verified=verified, now=now))
    except Refused as error:
        again = _place(request, place.compound, place.poll.ref, place.right.key)
        if error.code == "already_voted" and _has_voted(again, request.user.pk):
            return redirect(place.receipt)
        return _refused(request, place, error, now)
    except KeyRefused as error:
        return _page(request, place, given, place.last, now, errors={"": refusal_text(error)}, status=422)


def _handed_in(request: OwnerRequest, asked: Asked, *, verified: datetime, now: datetime) -> str:
    """Cast once for the form's key; the address of the receipt."""
    receipt = reverse(ways(request)["receipt"], args=[asked.code, asked.ref, asked.right])
    confirmed = request.POST.get("confirmed") == "on"
    try:
        cast(
            compound_id=asked.compound_id,
            code=asked.code,
            ref=asked.ref,
            ballot=Ballot(asked.right, lambda items: _choices(request.POST, items), confirmed=confirmed),
            person=request.user,
            verified_at=verified,
            device=identity.device(request),
            by=request.actor,
            now=now,
            once=unseen(request, compound_id=asked.compound_id, location=receipt),
        )
    except Replayed as before:
        return before.replay.location
    return receipt


def _stated(place: Place) -> bool:
    """Whether the owner has sealed the choices with the authority."""
    return place.right.standing.via == PROXY and place.right.proxy is not None and place.right.proxy.stated


def _choices(given: QueryDict, items: list[Item]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in items:
        name = f"{PREFIX}{one.key}"
        if one.is_election:
            if names := given.getlist(name):
                found[one.key] = names
        elif given.get(name):
            found[one.key] = given[name]
    return found


def choices_in(given: QueryDict, items: list[Item]) -> dict[str, Any]:
    """What a form says of the items."""
    return _choices(given, items)


# More digits than any ballot has screens.
MOST_DIGITS = 3


def _number(text: str, most: int) -> int:
    return min(whole(text, digits=MOST_DIGITS) or 0, most)


def _refused(request: OwnerRequest, place: Place, error: Refused, now: datetime) -> HttpResponse:
    field = refusal_field(error)
    step = next((number for number, one in enumerate(place.items) if one.key == field), place.last)
    return _page(request, place, request.POST, step, now, errors={field: refusal_text(error)}, status=error.status)


def _page(
    request: OwnerRequest,
    place: Place,
    given: QueryDict,
    step: int,
    now: datetime,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = errors or {}
    stated = _stated(place)
    sent, shown = identity.waiting(request, request.user, now)
    questions = (
        [] if stated else [question(one, place.numbers[one.key], given, wrong.get(one.key, "")) for one in place.items]
    )
    return render(
        request,
        "ballots/ballot.html",
        {
            "compound": place.compound,
            "poll": place.poll,
            "right": place.right,
            "ways": place.ways,
            "questions": questions,
            "step": min(step, len(questions)),
            "last": len(questions),
            "total": len(questions) + 1,
            "verified": identity.verified_at(request, request.user, place.poll.ref, now) is not None,
            "sent": sent,
            "shown": shown,
            "masked": request.user.masked_phone,
            "asks_chosen": place.right.standing.via == CHOSEN,
            "others": [name for home in place.right.homes for name in home.owners],
            "confirmed": given.get("confirmed") == "on",
            "as_proxy": place.right.standing.via == PROXY,
            "stated": stated,
            "giver": place.right.holder,
            "over_proxy": place.right.use is not None and place.right.use.by == "proxy",
            "code_error": wrong.get("code", ""),
            "confirmed_error": wrong.get("confirmed", ""),
            "error": wrong.get("", ""),
            "draft": draft_name(place.poll, place.right.key),
            "secret": place.poll.secrecy == "secret",
            "silence": silence_words(place.poll),
        },
        status=status,
    )


def question(one: Item, number: int, given: QueryDict, error: str) -> dict[str, Any]:
    """An item as the page shows it, with its number (0: the only one) and what is chosen so far."""
    name = f"{PREFIX}{one.key}"
    chosen = given.getlist(name)
    if one.is_election:
        offered = [{"value": key, "label": who, "chosen": key in chosen} for key, who in one.candidates]
    else:
        offered = [{"value": key, "label": words, "chosen": key in chosen} for key, words in CHOICES.items()]
    return {
        "key": one.key,
        "number": number,
        "name": name,
        "text": one.text,
        "election": one.is_election,
        "seats": one.seats or 0,
        "choices": offered,
        "said": "、".join(str(each["label"]) for each in offered if each["chosen"]),
        "count": sum(1 for each in offered if each["chosen"]),
        "error": error,
    }
