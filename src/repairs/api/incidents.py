"""Mass incidents (停水, 电梯停用)."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs.actions import incidents
from repairs.api.asking import CODE, CURSOR, KEY, MAX_ID, PROBLEMS, STANDING, once
from repairs.models import Category, Incident
from repairs.pages import incident_rows
from repairs.rules.periods import MAX_INCIDENT_TITLE, MAX_INCIDENT_WORDS
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField

INCIDENT = OpenApiParameter(
    "incident", OpenApiTypes.STR, OpenApiParameter.PATH, description="The incident's reference."
)
STEP = OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["add", "tell", "close"])
MAX_REFS = 500


class IncidentSerializer(serializers.Serializer[Any]):
    """An incident as everyone in the compound reads it."""

    ref = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    title = serializers.CharField()
    words = serializers.CharField()
    building = serializers.SerializerMethodField(help_text="The building's name; empty for the whole compound.")
    expected_end = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closing_words = serializers.CharField()

    def get_building(self, incident: Incident) -> str:
        """Where."""
        return incident.building.name if incident.building is not None else ""


def _refs() -> Any:
    return serializers.ListField(
        child=serializers.CharField(max_length=16), required=False, default=list, max_length=MAX_REFS
    )


class NewIncidentSerializer(serializers.Serializer[Any]):
    """What is known of a new incident, and the requests that belong to it, by reference."""

    title = serializers.CharField(max_length=MAX_INCIDENT_TITLE)
    words = serializers.CharField(max_length=MAX_INCIDENT_WORDS)
    category = serializers.ChoiceField(choices=Category.choices)
    building = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_ID)
    expected_end = MomentField(required=False, allow_null=True, default=None)
    refs = _refs()


class IncidentStepSerializer(serializers.Serializer[Any]):
    """``add``: refs. ``tell``: words, expected_end. ``close``: words, finished (its requests wait for their filers)."""

    words = serializers.CharField(max_length=MAX_INCIDENT_WORDS, required=False, default="", allow_blank=True)
    expected_end = serializers.DateTimeField(required=False, allow_null=True, default=None)
    finished = serializers.BooleanField(required=False, default=False)
    refs = _refs()


class IncidentPage(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 20
    ordering = ("-opened_at", "-pk")


class Incidents(ActingView):
    """The incidents of a compound."""

    @extend_schema(
        operation_id="incidents_list",
        parameters=[CODE, STANDING, CURSOR],
        responses={200: OpenApiResponse(IncidentSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the incidents that go on and those that are over, 20 a page: for everyone of the compound."""
        page = IncidentPage()
        rows = page.paginate_queryset(incident_rows(compound_id=compound.pk), request, view=self) or []
        return page.get_paginated_response(IncidentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="incidents_open",
        parameters=[CODE, STANDING, KEY],
        request=NewIncidentSerializer,
        responses={201: IncidentSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Open an incident with its requests; everyone who asked or joined them is told at once."""
        given = NewIncidentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = dict(given.validated_data)
        now = timezone.now()

        def open_() -> Any:
            made = incidents.open_incident(
                compound_id=compound.pk, building_id=value.pop("building"), by=actor, now=now, **value
            )
            return IncidentSerializer(made).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=open_)


class IncidentStep(ActingView):
    """One step of an incident."""

    @extend_schema(
        operation_id="incidents_step",
        parameters=[CODE, INCIDENT, STEP, STANDING, KEY],
        request=IncidentStepSerializer,
        responses={200: IncidentSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, incident: str, step: str) -> Response:
        """Add requests to an incident, tell everyone in it something new, or close it with one text to all."""
        if step not in STEPS:
            raise Http404
        given = IncidentStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        common = {"compound_id": compound.pk, "incident_ref": incident, "by": actor, "now": now}

        def take() -> Any:
            call, fields = STEPS[step]
            made: Incident = call(**common, **{name: given.validated_data[name] for name in fields})
            return IncidentSerializer(made).data

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=take)


STEPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "add": (incidents.add_to_incident, ("refs",)),
    "tell": (incidents.tell_incident, ("words", "expected_end")),
    "close": (incidents.close_incident, ("words", "finished")),
}

urlpatterns = [
    path("compounds/<slug:code>/incidents/", Incidents.as_view(), name="api_incidents"),
    path(
        "compounds/<slug:code>/incidents/<slug:incident>/<slug:step>/",
        IncidentStep.as_view(),
        name="api_incidents_step",
    ),
]
