"""Voting over REST: an owner's votes, the turnout, a code, the ballot, its receipt, and authority for somebody else.

As on the pages nothing says what was chosen: no answer repeats it, and the key is kept with a fingerprint of the address alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts import actions as accounts
from accounts.actions import CodeRefusedError
from accounts.models import Person
from ballots.actions import proxies
from ballots.actions.casting import Ballot, cast
from ballots.identity import PURPOSE, device
from ballots.models import Cast, Proxy
from ballots.models.casting import Via
from ballots.models.speaking import MAX_NAME
from ballots.permissions import OWNERS, TURNOUT
from ballots.queries.mine import standings
from ballots.queries.polls import extensions_of, public_poll, public_polls
from ballots.queries.rights import Mine, right_of, rights_of
from ballots.queries.turnout import taken
from ballots.refusals import NotPermitted, Refused
from ballots.views.owner import takes_ballots
from ballots.words import marks_text, refusal_field, refusal_text
from boxes.models import Channel
from elections.box.questions import Item
from elections.models import Kind, Poll, State
from elections.queries.items import box_items
from elections.rules.measures import area_text
from idempotency.actions import claim, settle
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES, Problem
from idempotency.forms import HEADER
from tenancy.actor import Actor
from tenancy.api import ActingView, django_request, in_compound_api
from tenancy.models import Compound

POLL = OpenApiParameter("poll", OpenApiTypes.STR, OpenApiParameter.PATH, description="The poll's reference.")
RIGHT = OpenApiParameter("right", OpenApiTypes.STR, OpenApiParameter.PATH, description="The right's key on the roll.")
TOKEN, DIGITS, MOST_NAMES = 64, 12, 60


class OwnPollSerializer(serializers.Serializer[Any]):
    """A poll in an owner's list."""

    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    open = serializers.BooleanField(help_text="Whether a ballot that comes now is taken.")
    rights = serializers.IntegerField(help_text="Votes that are the person's.")
    used = serializers.IntegerField(help_text="How many of them are in the box.")


class BallotChoiceSerializer(serializers.Serializer[Any]):
    """Something that may be chosen."""

    key = serializers.CharField()
    name = serializers.CharField()


class BallotItemSerializer(serializers.Serializer[Any]):
    """An item on which a right votes. Without seats it is answered with for, against or abstain, else with keys of names."""

    key = serializers.CharField()
    text = serializers.CharField()
    seats = serializers.IntegerField(allow_null=True)
    candidates = BallotChoiceSerializer(many=True)


class OwnRightSerializer(serializers.Serializer[Any]):
    """A right of the person and how it stands."""

    key = serializers.CharField()
    place = serializers.CharField()
    area = serializers.CharField(help_text="Square metres.")
    via = serializers.ChoiceField(choices=Via.choices, allow_blank=True, help_text="As what the person votes.")
    refused = serializers.CharField(help_text="Why the person cannot vote for it now; empty: they can.")
    items = BallotItemSerializer(many=True)
    used = serializers.ChoiceField(choices=Channel.choices, allow_blank=True)
    used_at = serializers.DateTimeField(allow_null=True)
    proxy = serializers.CharField(help_text="To whom it was given, or empty.")
    stated = serializers.BooleanField(help_text="Whether the owner's own word is sealed with the authority.")


class ReceiptSerializer(serializers.Serializer[Any]):
    """That a ballot is in the box. Never what was chosen."""

    receipt = serializers.CharField(help_text="SHA-256: the hash of the entry in the chain.")
    number = serializers.IntegerField(help_text="The entry's number in the chain.")
    at = serializers.DateTimeField()
    via = serializers.ChoiceField(choices=Via.choices)
    name = serializers.CharField()
    counts = serializers.BooleanField(help_text="Whether this one counts, of those of the right.")


class TurnoutSerializer(serializers.Serializer[Any]):
    """How many have voted, of the whole roll or of a place; areas are null where they would say who did."""

    scope = serializers.CharField(help_text="Empty for the whole roll.")
    voters = serializers.IntegerField()
    of_voters = serializers.IntegerField()
    needs_voters = serializers.IntegerField(help_text="Two thirds of all.")
    area = serializers.CharField(allow_null=True)
    of_area = serializers.CharField(allow_null=True)
    phone = serializers.IntegerField()
    paper = serializers.IntegerField()
    words = serializers.CharField()


class CodeSentSerializer(serializers.Serializer[Any]):
    """Under what a code waits for its answer."""

    token = serializers.CharField()


class _AnsweredSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=TOKEN)
    code = serializers.CharField(max_length=DIGITS)


class NewBallotSerializer(_AnsweredSerializer):
    """A ballot. ``choices``: by the item's key "for", "against", "abstain", or a list of names' keys; left out: an abstention."""

    choices = serializers.DictField(required=False, default=dict)
    confirmed = serializers.BooleanField(default=False, help_text="The other owners of the home chose this person.")


class NewProxySerializer(_AnsweredSerializer):
    """Whom an owner lets vote; ``choices`` where the place asks for the owner's own word on each item."""

    agent = serializers.CharField(max_length=MAX_NAME)
    phone = serializers.CharField(max_length=20)
    choices = serializers.DictField(required=False, allow_null=True, default=None)


class ProxySerializer(serializers.Serializer[Any]):
    """An authority that was given."""

    agent = serializers.CharField()
    phone = serializers.CharField(source="agent_shown")
    stated = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_stated(self, made: Proxy) -> bool:
        """Whether the owner's own word is sealed with it."""
        return made.stated is not None


def _owner(request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> tuple[Person, Poll]:
    """Who asks and about which poll: somebody who lives there, about one that was called."""
    found = public_poll(compound.pk, ref) if actor.party in OWNERS else None
    person = request.user
    if found is None or not isinstance(person, Person):
        raise Http404
    return person, found


@contextmanager
def _said() -> Iterator[None]:
    """Refusals as problems."""
    try:
        yield
    except LookupError as error:
        raise Http404 from error
    except CodeRefusedError as error:
        raise Problem(refusal_text(error), code=error.code, field="code", status=422) from error
    except Refused as error:
        raise Problem(refusal_text(error), code=error.code, field=refusal_field(error), status=error.status) from error


def _once(
    request: ApiRequest, actor: Actor, compound: Compound, now: datetime, effect: Callable[[], dict[str, Any]]
) -> Response:
    """As ``idempotency.asking.once``, for a body that must leave no trace (``views.secretly``)."""
    claimed = claim(
        compound_id=compound.pk,
        person_id=actor.person_id,
        key=request.headers.get(HEADER, ""),
        route=request.path[:160],
        fingerprint=hashlib.sha256(request.path.encode()).hexdigest(),
        now=now,
    )
    if claimed.replay is not None:
        return Response(claimed.replay.body, status=claimed.replay.status)
    with _said():
        body = effect()
    settle(claimed, status=status.HTTP_201_CREATED, body=body)
    return Response(body, status=status.HTTP_201_CREATED)


def _answered(request: ApiRequest, person: Person, given: dict[str, Any], now: datetime) -> datetime:
    """When the code of this call was answered: now. Raises CodeRefusedError."""
    accounts.answer_code(
        token=given["token"],
        code=given["code"],
        purpose=PURPOSE,
        address=get_adapter().get_client_ip(django_request(request)),
        now=now,
        person=person,
    )
    return now


def _item(one: Item) -> dict[str, Any]:
    names = [{"key": key, "name": name} for key, name in one.candidates]
    return {"key": one.key, "text": one.text, "seats": one.seats, "candidates": names}


def _right(poll: Poll, one: Mine, items: Sequence[Item], now: datetime) -> dict[str, Any]:
    own = one.items(items)
    refused = one.blocked(again=poll.vote_again) or ("" if own else "not_concerned")
    if not refused and not takes_ballots(poll, now):
        refused = "not_open" if poll.state == State.CALLED else "over"
    return {
        "key": one.key,
        "place": one.place,
        "area": area_text(one.area),
        "via": one.standing.via,
        "refused": refused,
        "items": [_item(each) for each in own],
        "used": one.use.channel if one.use else "",
        "used_at": one.use.at if one.use else None,
        "proxy": one.proxy.name if one.proxy else "",
        "stated": one.proxy is not None and one.proxy.stated,
    }


def _receipt(one: Cast, counts: str) -> dict[str, Any]:
    return dict(
        ReceiptSerializer(
            {
                "receipt": one.receipt, "number": one.number, "at": one.at, "via": one.via, "name": one.name,
                "counts": one.receipt == counts,
            }
        ).data
    )  # fmt: skip


class OwnPolls(ActingView):
    """What an owner is asked."""

    @extend_schema(
        operation_id="votes", parameters=[CODE, STANDING], responses={200: OwnPollSerializer(many=True), **READS}
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Polls that were called, twenty at most: the running first, each with how many votes are the person's."""
        if actor.party not in OWNERS or not isinstance(request.user, Person):
            raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")
        now, polls = timezone.now(), public_polls(compound.pk)
        counts = standings(compound.pk, [one.pk for one in polls], request.user)
        rows = []
        for one in polls:
            rights, used = counts.get(one.pk, (0, 0))
            plain = {name: getattr(one, name) for name in ("ref", "kind", "title", "state", "opens_at", "closes_at")}
            rows.append({**plain, "open": takes_ballots(one, now), "rights": rights, "used": used})
        return Response(OwnPollSerializer(rows, many=True).data)


class OwnRights(ActingView):
    """The person's rights in a poll."""

    @extend_schema(
        operation_id="vote_rights",
        parameters=[CODE, POLL, STANDING],
        responses={200: OwnRightSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every right of the person with what it votes on, as what, and why not."""
        person, found = _owner(request, actor, compound, poll)
        now, items = timezone.now(), box_items(found)
        rows = [_right(found, one, items, now) for one in rights_of(found, person)]
        return Response(OwnRightSerializer(rows, many=True).data)


class VoteCode(ActingView):
    """A fresh code to the person's own number."""

    @extend_schema(
        operation_id="vote_code",
        parameters=[CODE, POLL, STANDING],
        request=None,
        responses={200: CodeSentSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Send a code; its token goes with the answer. Limited per number and address, so it needs no idempotency key."""
        person, _found = _owner(request, actor, compound, poll)
        with _said():
            token = accounts.request_code(
                phone=person.phone,
                purpose=PURPOSE,
                address=get_adapter().get_client_ip(django_request(request)),
                now=timezone.now(),
                person=person,
            )
        return Response({"token": token})


class Votes(ActingView):
    """The ballot of a right, and its receipts."""

    @extend_schema(
        operation_id="vote_receipts",
        parameters=[CODE, POLL, RIGHT, STANDING],
        responses={200: ReceiptSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Every ballot by phone of a right, in order, for whoever has the right."""
        person, found = _owner(request, actor, compound, poll)
        one = right_of(found, person, right, casts=True)
        if one is None:
            raise Http404
        return Response([_receipt(each, one.use.receipt if one.use else "") for each in one.casts])

    @extend_schema(
        operation_id="vote_cast",
        parameters=[CODE, POLL, RIGHT, STANDING, KEY],
        request=NewBallotSerializer,
        responses={201: ReceiptSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Put a ballot into the box, with a code that was just sent; the answer is the receipt."""
        person, found = _owner(request, actor, compound, poll)
        asked = NewBallotSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given, now = asked.validated_data, timezone.now()

        def effect() -> dict[str, Any]:
            made = cast(
                compound_id=compound.pk,
                ref=found.ref,
                ballot=Ballot(right, given["choices"], confirmed=given["confirmed"]),
                person=person,
                verified_at=_answered(request, person, given, now),
                device=device(django_request(request)),
                by=actor,
                now=now,
            )
            return _receipt(made, made.receipt)

        return _once(request, actor, compound, now, effect)


class Authority(ActingView):
    """Authority for somebody else."""

    @extend_schema(
        operation_id="vote_proxy",
        parameters=[CODE, POLL, RIGHT, STANDING, KEY],
        request=NewProxySerializer,
        responses={201: ProxySerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Let somebody vote for a right, with a code that was just sent."""
        person, found = _owner(request, actor, compound, poll)
        asked = NewProxySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given, now = asked.validated_data, timezone.now()

        def effect() -> dict[str, Any]:
            made = proxies.give(
                compound_id=compound.pk, ref=found.ref, right=right, agent=given["agent"], phone=given["phone"],
                choices=given["choices"], person=person, verified_at=_answered(request, person, given, now), by=actor,
                now=now,
            )  # fmt: skip
            return dict(ProxySerializer(made).data)

        return _once(request, actor, compound, now, effect)


class AuthorityBack(ActingView):
    """Authority taken back."""

    @extend_schema(
        operation_id="vote_proxy_back",
        parameters=[CODE, POLL, RIGHT, STANDING, KEY],
        request=None,
        responses={201: ProxySerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Take the authority for a right back."""
        person, found = _owner(request, actor, compound, poll)
        now = timezone.now()

        def effect() -> dict[str, Any]:
            one = right_of(found, person, right)
            made = proxies.take_back(
                compound_id=compound.pk, ref=found.ref,
                proxy_id=one.proxy.pk if one is not None and one.proxy is not None else 0, person=person, by=actor, now=now,
            )  # fmt: skip
            return dict(ProxySerializer(made).data)

        return _once(request, actor, compound, now, effect)


class TurnoutOf(ActingView):
    """How many have voted."""

    @extend_schema(
        operation_id="vote_turnout",
        parameters=[CODE, POLL, STANDING],
        responses={200: TurnoutSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """The whole roll first, then each place that an item is about; never a result. Not for a firm."""
        found = public_poll(compound.pk, poll) if actor.party in TURNOUT else None
        if found is None:
            raise Http404
        rows = [
            {
                "scope": one.scope, "voters": one.heads.have, "of_voters": one.heads.of, "needs_voters": one.heads.needs,
                "area": area_text(one.area.have) if one.area else None,
                "of_area": area_text(one.area.of) if one.area else None, "phone": one.phone, "paper": one.paper,
                "words": marks_text(one),
            }
            for one in (taken(found) if found.voting_at is not None else ())
        ]  # fmt: skip
        return Response(TurnoutSerializer(rows, many=True).data)


_COMPOUND = "compounds/<slug:code>/"
_POLL = f"{_COMPOUND}polls/<slug:poll>/"
_RIGHT = f"{_POLL}votes/<slug:right>/"


class ExtensionSerializer(serializers.Serializer[Any]):
    """A later end, as it was announced."""

    number = serializers.IntegerField()
    was = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    reason = serializers.CharField()
    notice = serializers.CharField(help_text="The reference of the notice on the board.")
    at = serializers.DateTimeField()
    signed = serializers.CharField(source="label")


class Extensions(ActingView):
    """How often and why a vote ends later."""

    @extend_schema(
        operation_id="vote_extensions",
        parameters=[CODE, POLL, STANDING],
        responses={200: ExtensionSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every later end, in order. Not for a firm."""
        found = public_poll(compound.pk, poll) if actor.party in TURNOUT else None
        if found is None:
            raise Http404
        return Response(ExtensionSerializer(extensions_of(found), many=True).data)


urlpatterns = [
    path(f"{_COMPOUND}votes/", OwnPolls.as_view(), name="api_votes"),
    path(f"{_POLL}turnout/", TurnoutOf.as_view(), name="api_vote_turnout"),
    path(f"{_POLL}extensions/", Extensions.as_view(), name="api_vote_extensions"),
    path(f"{_POLL}votes/", OwnRights.as_view(), name="api_vote_rights"),
    path(f"{_POLL}code/", VoteCode.as_view(), name="api_vote_code"),
    path(_RIGHT, Votes.as_view(), name="api_vote"),
    path(f"{_RIGHT}proxy/", Authority.as_view(), name="api_vote_proxy"),
    path(f"{_RIGHT}proxy/back/", AuthorityBack.as_view(), name="api_vote_proxy_back"),
]
