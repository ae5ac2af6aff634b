"""Defects over REST, to be read: for the firm's own app, and for whoever watches what is overdue and critical."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from defects import queries
from defects.models import Defect, Rung, Severity, Source, State
from defects.permissions import reads, watches
from idempotency.asking import CODE, READS, STANDING
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

REF = OpenApiParameter("defect", OpenApiTypes.STR, OpenApiParameter.PATH, description="The defect's reference.")
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR)


class DefectSerializer(serializers.Serializer[Any]):
    """One defect: found, repaired and cleared, each with its time and the signature of who did it."""

    ref = serializers.CharField()
    number = serializers.CharField()
    piece = serializers.IntegerField(source="piece_id", allow_null=True)
    place = serializers.CharField(help_text="The piece's number and where it is, in words.")
    item = serializers.CharField(help_text="The key of what was looked at; empty: the piece as a whole.")
    item_name = serializers.CharField()
    words = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    severity = serializers.ChoiceField(choices=Severity.choices)
    origin = serializers.ChoiceField(source="source", choices=Source.choices, help_text="How it became known.")
    times = serializers.IntegerField(help_text="How often it was found.")
    found_at = serializers.DateTimeField()
    found_as = serializers.CharField()
    due_at = serializers.DateTimeField(help_text="From then on it is overdue.")
    request = serializers.CharField(
        source="repair.number", default=None, allow_null=True, help_text="Its repair request."
    )
    stopped_at = serializers.DateTimeField(allow_null=True, help_text="Its system stands still since.")
    restored_at = serializers.DateTimeField(allow_null=True)
    repaired_at = serializers.DateTimeField(allow_null=True)
    repaired_as = serializers.CharField()
    method = serializers.CharField()
    cleared_at = serializers.DateTimeField(allow_null=True)
    cleared_as = serializers.CharField()


class DefectRungSerializer(serializers.Serializer[Any]):
    """One step of the ladder: whom it reaches, when it is due, who was told."""

    rung = serializers.ChoiceField(choices=Rung.Kind.choices)
    at = serializers.DateTimeField()
    told_at = serializers.DateTimeField(allow_null=True)
    told = serializers.ListField(child=serializers.CharField())


class DefectDetailSerializer(DefectSerializer):
    """One defect with its ladder."""

    rungs = serializers.SerializerMethodField()

    @extend_schema_field(DefectRungSerializer(many=True))
    def get_rungs(self, defect: Defect) -> Any:
        """By when they are due."""
        return DefectRungSerializer(queries.rungs_of(defect), many=True).data


class DefectPages(CursorPagination):
    """Fifty a page, what is due first on top."""

    page_size = 50
    ordering = ("due_at", "pk")


def _sees(actor: Actor) -> None:
    if not (reads(actor) or watches(actor)):
        raise PermissionDenied


class Defects(ActingView):
    """The list."""

    @extend_schema(
        operation_id="defects_list",
        parameters=[
            CODE, STANDING, CURSOR,
            OpenApiParameter("show", OpenApiTypes.STR, enum=queries.SHOWN, description="Which part; open by default."),
            OpenApiParameter("severity", OpenApiTypes.STR, enum=Severity.values),
        ],
        responses={200: DefectSerializer(many=True), **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Defects of a compound. Whoever watches over the firm reads what is open and overdue or critical, whatever is asked."""
        _sees(actor)
        given = request.query_params
        show, severity = given.get("show", "open"), given.get("severity", "")
        wanted = queries.Wanted(
            show=show if reads(actor) and show in queries.SHOWN else "open",
            severity=severity if severity in Severity.values else "",
        )
        pages = DefectPages()
        rows: list[Defect] = pages.paginate_queryset(
            queries.defects(actor, compound.pk, wanted, timezone.now()), request, view=self
        ) or []  # fmt: skip
        return pages.get_paginated_response(DefectSerializer(rows, many=True).data)


class OneDefect(ActingView):
    """One defect."""

    @extend_schema(
        operation_id="defects_one", parameters=[CODE, REF, STANDING], responses={200: DefectDetailSerializer, **READS}
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, defect: str) -> Response:
        """One defect with its ladder."""
        _sees(actor)
        found = queries.defect_for(actor, compound_id=compound.pk, ref=defect, now=timezone.now())
        if found is None:
            raise Http404
        return Response(DefectDetailSerializer(found).data)


_HERE = "compounds/<slug:code>/defects/"
urlpatterns = [
    path(_HERE, Defects.as_view(), name="api_defects"),
    path(f"{_HERE}<slug:defect>/", OneDefect.as_view(), name="api_defect"),
]
