"""Publicity over REST: the periods of a compound, the rules that hold there, planning a draft's, opening one at once."""

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering, beside
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from notices.models import Matter as About
from notices.models import State as NoticeState
from notices.refusals import NoSuchNotice
from notices.rules.kinds import MAX_SOURCE, MAX_TITLE
from notices.words import refusal_text
from publicity import actions, queries
from publicity.models import Binding, Matter, Period, State, Unit
from publicity.rules import table
from publicity.rules.matters import MAX_DAYS, PLACES, TOLD
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField

NOTICE = OpenApiParameter("notice", OpenApiTypes.STR, OpenApiParameter.PATH, description="The notice's reference.")


class PeriodSerializer(serializers.Serializer[Any]):
    """How long a notice is public, by which rule, and what became of it. Days are both included."""

    matter = serializers.ChoiceField(choices=Matter.choices)
    state = serializers.ChoiceField(choices=State.choices)
    posted_on = serializers.DateField(help_text="The day on which it came out; it does not count.")
    starts_on = serializers.DateField(help_text="The first full day.")
    ends_on = serializers.DateField(help_text="The last full day.")
    objections_until = serializers.DateField(help_text="The last day on which one may object.")
    days = serializers.IntegerField(help_text="How many full days, in ``unit``.")
    unit = serializers.ChoiceField(choices=Unit.choices)
    min_days = serializers.IntegerField(help_text="How many the rule asks for.")
    binding = serializers.ChoiceField(choices=Binding.choices, help_text="Whether that number is law.")
    article = serializers.CharField(help_text="Text and article.")
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own attribute of a field
        help_text="The text with its version and the day on which it came into force."
    )
    hang_at = serializers.ListField(child=serializers.ChoiceField(choices=PLACES), help_text="Where it must hang.")
    tell = serializers.ListField(child=serializers.ChoiceField(choices=TOLD), help_text="Who must be told.")
    certain = serializers.BooleanField(help_text="False while the count goes through a year of unknown holidays.")
    restarts = serializers.IntegerField(help_text="How often a correction began it anew.")
    corrections = serializers.IntegerField(help_text="Corrections of words that left it as it ran.")
    ended_at = serializers.DateTimeField(allow_null=True)
    void_reason = serializers.CharField(help_text="Why it was taken down before its end.")


class PeriodRowSerializer(PeriodSerializer):
    """A period with the notice that it is of."""

    notice = serializers.CharField(source="notice.ref", help_text="The notice's reference.")
    title = serializers.CharField(source="notice.current.title")


class PublicityRuleSerializer(serializers.Serializer[Any]):
    """How long one matter must be public where the compound lies."""

    matter = serializers.ChoiceField(choices=Matter.choices)
    place = serializers.CharField(help_text="Whose rule it is: a city, zhejiang, national.")
    min_days = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    binding = serializers.ChoiceField(choices=Binding.choices)
    confirmed = serializers.BooleanField(help_text="Whether the row was read in the text.")
    article = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    hang_at = serializers.ListField(child=serializers.ChoiceField(choices=PLACES))
    tell = serializers.ListField(child=serializers.ChoiceField(choices=TOLD))
    ahead_days = serializers.IntegerField(allow_null=True, help_text="So many days before the event it must be out.")
    within_days = serializers.IntegerField(allow_null=True, help_text="Within so many days after the event.")
    note = serializers.CharField()


class PublicityPlanSerializer(serializers.Serializer[Any]):
    """What a draft makes public and how long; neither ``days`` nor ``last_day``: as few as the rule allows."""

    matter = serializers.ChoiceField(choices=Matter.choices)
    days = serializers.IntegerField(min_value=1, max_value=MAX_DAYS, allow_null=True, default=None)
    last_day = serializers.DateField(allow_null=True, default=None)
    accepted = serializers.BooleanField(
        default=False, help_text="Shorter than a recommendation, or through a year of unknown holidays, is meant."
    )


class NewPublicitySerializer(PublicityPlanSerializer):
    """A notice that is made public at once, or when its countersignatures are there. ``about`` decides who countersigns."""

    about = serializers.ChoiceField(choices=About.choices, default=About.GENERAL.value)
    title = serializers.CharField(max_length=MAX_TITLE)
    source = serializers.CharField(max_length=MAX_SOURCE)  # type: ignore[assignment]  # DRF's own attribute of a field
    publish_at = MomentField(allow_null=True, default=None)
    public = serializers.BooleanField(default=False)


class OpenedPublicitySerializer(serializers.Serializer[Any]):
    """What became of it: the notice, and its period once it is out."""

    ref = serializers.CharField(source="notice.ref")
    state = serializers.ChoiceField(choices=NoticeState.choices, source="notice.state")
    period = PeriodSerializer(allow_null=True)


class PeriodPage(CursorPagination):
    """Twenty a page, the latest first."""

    page_size = 20
    ordering = ("-opened_at", "-pk")


def _field(error: Exception) -> str:
    return beside(error).removeprefix("publicity_")


_once = Answering(NoSuchNotice, refusal_text, _field)


class PeriodList(ActingView):
    """The publicity periods of a compound."""

    @extend_schema(
        operation_id="publicity",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(PeriodRowSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the periods whose notices the actor may read, 20 a page."""
        asked = request.query_params.get("state", "")
        found = queries.periods_for(actor, compound.pk, state=asked if asked in State.values else "")
        page = PeriodPage()
        rows: list[Period] = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(PeriodRowSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="publicity_open",
        parameters=[CODE, STANDING, KEY],
        request=NewPublicitySerializer,
        responses={201: OpenedPublicitySerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Write a notice, plan its publicity and hand it in, whole or not at all."""
        given = NewPublicitySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def effect() -> Any:
            made = actions.open_period(compound_ids=[compound.pk], by=actor, now=now, **given.validated_data)
            return OpenedPublicitySerializer(made[0]).data

        return _once(request, actor, compound, now, made=status.HTTP_201_CREATED, effect=effect)


class PublicityRules(ActingView):
    """The rules of publicity where a compound lies."""

    @extend_schema(
        operation_id="publicity_rules",
        parameters=[CODE, STANDING],
        responses={200: PublicityRuleSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, _actor: Actor, compound: Compound) -> Response:
        """List what holds today, one rule a matter."""
        found = table.rules_of(queries.place_for(compound).key, localdate())
        return Response(PublicityRuleSerializer(found, many=True).data)


class PublicityPlan(ActingView):
    """What a draft makes public."""

    @extend_schema(
        operation_id="publicity_plan",
        parameters=[CODE, NOTICE, STANDING, KEY],
        request=PublicityPlanSerializer,
        responses={200: PublicityPlanSerializer, **WRITES},
    )
    @in_compound_api
    def put(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Say what a draft of the kind ``publicity`` makes public and how long."""
        given = PublicityPlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def effect() -> Any:
            kept = actions.plan(compound_id=compound.pk, ref=notice, by=actor, now=now, **given.validated_data)
            return PublicityPlanSerializer(kept).data

        return _once(request, actor, compound, now, made=status.HTTP_200_OK, effect=effect)


urlpatterns = [
    path("compounds/<slug:code>/publicity/", PeriodList.as_view(), name="api_publicity"),
    path("compounds/<slug:code>/publicity/rules/", PublicityRules.as_view(), name="api_publicity_rules"),
    path("compounds/<slug:code>/notices/<slug:notice>/publicity/", PublicityPlan.as_view(), name="api_publicity_plan"),
]
