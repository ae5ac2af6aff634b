"""Polls over REST: the list of a compound, one with its stages and days, and its public roll with names masked."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from elections import stages
from elections.models import Kind, Poll, Secrecy, State
from elections.models.joint import Joint
from elections.permissions import MEMBERS, sees_polls
from elections.poll_forms import MAX_WORDS, BoxForm
from elections.poll_words import DAYS, refusal_text
from elections.queries import announcing, polls, roll
from elections.queries.items import items_of
from elections.queries.joint import joint_steps
from elections.refusals import NotPermitted
from elections.roll_words import unit_row
from elections.rules.matters import MATTERS
from elections.rules.measures import area_text
from idempotency.asking import CODE, READS, STANDING
from premises.models import Source
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

POLL = OpenApiParameter("poll", OpenApiTypes.STR, OpenApiParameter.PATH, description="The poll's reference.")
PAGE = 20
UNITS = 100


class PollSerializer(serializers.Serializer[Any]):
    """A poll as one row."""

    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    conductor = serializers.CharField()
    on = serializers.DateField(help_text="The day by whose law it is counted; planned until it is called.")
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    secrecy = serializers.ChoiceField(choices=Secrecy.choices)


class PollStageSerializer(serializers.Serializer[Any]):
    """A stage of the time line."""

    key = serializers.CharField()
    title = serializers.CharField()
    mark = serializers.ChoiceField(choices=["done", "now", "later", "late", "blocked"])
    text = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    article = serializers.CharField()


class PollDaySerializer(serializers.Serializer[Any]):
    """A day of the time line with the article that asks it."""

    key = serializers.ChoiceField(choices=[(key, key) for key in DAYS])
    on = serializers.DateField()
    bound = serializers.ChoiceField(choices=["by", "from", "on"])
    days = serializers.IntegerField(help_text="How many it was counted with; 0 for none.")
    article = serializers.CharField()
    law = serializers.BooleanField(help_text="Whether the number binds, or is only advised.")
    certain = serializers.BooleanField(help_text="False where a year's holidays are not entered yet.")


class PollItemSerializer(serializers.Serializer[Any]):
    """What is voted on."""

    number = serializers.IntegerField()
    key = serializers.CharField()
    matter = serializers.ChoiceField(choices=[(code, code) for code in MATTERS])
    also = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    scope = serializers.CharField(help_text="b<building>, e<entrance>, or empty for the whole roll.")
    seats = serializers.IntegerField(allow_null=True)
    candidates = serializers.ListField(child=serializers.CharField())
    confirmed_as = serializers.CharField()


class PollRollSerializer(serializers.Serializer[Any]):
    """The roll as it is fixed."""

    edition = serializers.IntegerField()
    units = serializers.IntegerField()
    voters = serializers.IntegerField()
    area = serializers.CharField(help_text="Square metres, two to four decimals.")
    fingerprint = serializers.CharField()
    at = serializers.DateTimeField()


class PollDetailSerializer(PollSerializer):
    """One poll whole."""

    stages = PollStageSerializer(many=True)
    days = PollDaySerializer(many=True)
    items = PollItemSerializer(many=True)
    roll = PollRollSerializer(allow_null=True)
    items_hash = serializers.CharField(help_text="SHA-256 of what is voted on, from the call on.")


class RollUnitSerializer(serializers.Serializer[Any]):
    """A part of the roll; names are masked."""

    number = serializers.IntegerField()
    address = serializers.CharField()
    owners = serializers.CharField(source="who", help_text="Masked; empty: the developer's.")
    area = serializers.CharField()
    area_source = serializers.ChoiceField(choices=Source.choices)
    together = serializers.ListField(
        child=serializers.IntegerField(), help_text="Other parts that are counted as one owner with it."
    )
    left_out = serializers.CharField(help_text="Why it does not count; empty: it does.")


class PublicRollSerializer(PollRollSerializer):
    """A page of the masked roll."""

    page = serializers.IntegerField()
    count = serializers.IntegerField(help_text="Parts that were found.")
    rows = RollUnitSerializer(many=True)


class PollPage(CursorPagination):
    """Twenty a page, newest first."""

    page_size = PAGE
    ordering = ("-pk",)


def _roll_of(edition: Any) -> dict[str, Any]:
    return {
        "edition": edition.number,
        "units": edition.units,
        "voters": edition.voters,
        "area": area_text(edition.area),
        "fingerprint": edition.fingerprint,
        "at": edition.at,
    }


class PollList(ActingView):
    """The polls of a compound."""

    @extend_schema(
        operation_id="polls",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("box", OpenApiTypes.STR, enum=list(polls.BOXES), description="open unless said."),
            OpenApiParameter("q", OpenApiTypes.STR, description="Words of the title."),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(PollSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List polls under way or over, 20 a page, newest first: for everyone who works on votes, not for a firm."""
        if not sees_polls(actor):
            raise PermissionDenied(refusal_text(NotPermitted("not_your_post")), code="not_your_post")
        page = PollPage()
        found = polls.polls_of(actor, BoxForm(request.query_params).wanted(), compound_id=compound.pk)
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(PollSerializer(rows, many=True).data)


class PollDetail(ActingView):
    """One poll."""

    @extend_schema(
        operation_id="poll", parameters=[CODE, POLL, STANDING], responses={200: PollDetailSerializer, **READS}
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """One poll with its stages, its days and their articles, what is voted on, and the totals of its roll."""
        found = polls.poll_for(actor, compound.pk, poll)
        if found is None:
            raise Http404
        now = timezone.now()
        whole = dict(PollSerializer(found).data)
        whole["stages"] = PollStageSerializer(stages.stages(found, actor, now), many=True).data
        whole["days"] = PollDaySerializer(polls.days_of(found, localdate(now)), many=True).data
        whole["items"] = [
            PollItemSerializer({**_item(one), "candidates": [who["name"] for who in one.candidates]}).data
            for one in items_of(found)
        ]
        whole["roll"] = PollRollSerializer(_roll_of(found.edition)).data if found.edition else None
        whole["items_hash"] = found.items_hash
        return Response(whole)


def _item(one: Any) -> dict[str, Any]:
    names = ("number", "key", "matter", "also", "text", "scope", "seats", "confirmed_as")
    return {name: getattr(one, name) for name in names}


class PublicRoll(ActingView):
    """The roll of a poll as every member reads it."""

    @extend_schema(
        operation_id="poll_roll",
        parameters=[
            CODE,
            POLL,
            STANDING,
            OpenApiParameter("q", OpenApiTypes.STR, description="Part of an address."),
            OpenApiParameter("page", OpenApiTypes.INT, description="From 1; 100 parts a page."),
        ],
        responses={200: PublicRollSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """The masked roll, 100 parts a page: for members of the compound once it is or was on the board, never for a firm."""
        found = polls.poll_of(compound.pk, poll) if actor.party in MEMBERS else None
        if found is None or found.edition is None or not (sees_polls(actor) or announcing.roll_is_out(found)):
            raise Http404
        words = " ".join(request.query_params.get("q", "").split())[:MAX_WORDS]
        page, count, units = roll.page_of(roll.masked_units(found, words), request.query_params.get("page", ""), UNITS)
        rights = roll.rights_with(found, [one.number for one in units])
        rows = [
            {**_row(unit_row(one, rights.get(one.number), masked=True)), "area_source": one.area_source}
            for one in units
        ]
        return Response(
            {
                **PollRollSerializer(_roll_of(found.edition)).data,
                "page": page,
                "count": count,
                "rows": RollUnitSerializer(rows, many=True).data,
            }
        )


class PollAmendmentSerializer(serializers.Serializer[Any]):
    """A signed correction: what was and what is now, by the field's name."""

    address = serializers.CharField()
    changes = serializers.JSONField(help_text="{field: [before, after]}: area, area_source, owners, left_out.")
    reason = serializers.CharField()
    evidence = serializers.CharField()
    signed = serializers.CharField()
    objection = serializers.CharField(help_text="The reference of the objection that led to it; empty: none did.")


class PollEditionSerializer(PollRollSerializer):
    """An edition of the roll, with the corrections that made it; the first has none."""

    units_fingerprint = serializers.CharField(help_text="Of the parts with names; ``fingerprint`` is of the rights.")
    signed = serializers.CharField()
    amendments = PollAmendmentSerializer(many=True)


class PollStepSerializer(serializers.Serializer[Any]):
    """A step that needs two parties. It is asked for and agreed to on the page, by two people, never over REST."""

    action = serializers.ChoiceField(choices=Joint.choices)
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "agreed", "withdrawn"])
    asked_at = serializers.DateTimeField()
    asked_as = serializers.CharField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    agreed_as = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


def _officers(actor: Actor, compound: Compound, ref: str) -> Poll:
    found = polls.poll_for(actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


class PollEditions(ActingView):
    """How a roll came to be what it is."""

    @extend_schema(
        operation_id="poll_editions",
        parameters=[CODE, POLL, STANDING],
        responses={200: PollEditionSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every edition with its totals and fingerprints, the latest first: for whoever works on votes, not for a firm."""
        found = _officers(actor, compound, poll)
        made: dict[int, list[dict[str, Any]]] = {}
        for one in roll.amendments_of(found):
            made.setdefault(one.edition_id, []).append(
                {
                    "address": one.unit.address, "changes": one.changes, "reason": one.reason, "evidence": one.evidence,
                    "signed": one.label, "objection": one.objection.ref if one.objection else "",
                }
            )  # fmt: skip
        rows = [
            {
                **_roll_of(one),
                "units_fingerprint": one.units_fingerprint,
                "signed": one.label,
                "amendments": made.get(one.pk, []),
            }
            for one in roll.editions_of(found)
        ]
        return Response(PollEditionSerializer(rows, many=True).data)


class PollSteps(ActingView):
    """What two parties did together."""

    @extend_schema(
        operation_id="poll_steps",
        parameters=[CODE, POLL, STANDING],
        responses={200: PollStepSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every step that was asked for, the latest first. To read alone: each needs two people, who sign in."""
        names = ("action", "reason", "asked_at", "asked_as", "agreed_at", "agreed_as", "withdrawn_at")
        rows = [
            {
                **{name: getattr(one, name) for name in names},
                "state": "agreed" if one.agreed_at else "withdrawn" if one.withdrawn_at else "waiting",
            }
            for one in joint_steps(_officers(actor, compound, poll))
        ]
        return Response(PollStepSerializer(rows, many=True).data)


def _row(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("number", "address", "who", "area", "together", "left_out")}


_AT = "compounds/<slug:code>/polls/"
urlpatterns = [
    path(_AT, PollList.as_view(), name="api_polls"),
    path(f"{_AT}<slug:poll>/", PollDetail.as_view(), name="api_poll"),
    path(f"{_AT}<slug:poll>/roll/", PublicRoll.as_view(), name="api_poll_roll"),
    path(f"{_AT}<slug:poll>/roll/editions/", PollEditions.as_view(), name="api_poll_editions"),
    path(f"{_AT}<slug:poll>/steps/", PollSteps.as_view(), name="api_poll_steps"),
]
