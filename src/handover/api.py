"""Handovers over REST, to read."""

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from handover import queries
from handover.models import Kind, Role, State, Verdict
from handover.permissions import reads_pages
from handover.words import refusal_text
from lifecycle.refusals import NotPermitted
from tenancy.actor import Actor
from tenancy.api import ActingView, ProblemSerializer, in_compound_api
from tenancy.models import Compound

CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="The compound's code.")
REF = OpenApiParameter("handover", OpenApiTypes.STR, OpenApiParameter.PATH, description="The handover's reference.")
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id> or home:<compound id>; for apps signed in by token.",
)
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 429), ProblemSerializer)


class HandoverSerializer(serializers.Serializer[Any]):
    """One handover: parties, days, state."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    outgoing = serializers.CharField(source="outgoing.name")
    incoming = serializers.CharField(source="incoming.name", default="", help_text="Empty while there is none.")
    last_day = serializers.DateField(help_text="The outgoing firm's last day of service.")
    due_on = serializers.DateField(help_text="The day by which everything is handed over.")
    version = serializers.IntegerField()
    fingerprint = serializers.CharField(help_text="SHA-256 of what is signed; empty while the lists are open.")
    opened_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)


class HandoverSignatureSerializer(serializers.Serializer[Any]):
    """One side's signature to the present version, or the record that it would not sign."""

    role = serializers.ChoiceField(choices=Role.choices)
    name = serializers.CharField()
    post = serializers.CharField()
    organisation = serializers.CharField()
    declined = serializers.BooleanField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class HandoverTallySerializer(serializers.Serializer[Any]):
    """One list in figures."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    total = serializers.IntegerField()
    open = serializers.IntegerField()
    missing = serializers.IntegerField()
    disputed = serializers.IntegerField()


class HandoverDetailSerializer(HandoverSerializer):
    """One handover with its lists in figures and its signatures."""

    lists = HandoverTallySerializer(many=True)
    signatures = HandoverSignatureSerializer(many=True)


class HandoverItemSerializer(serializers.Serializer[Any]):
    """One row of a list. Money in fen."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    title = serializers.CharField()
    detail = serializers.CharField()
    place = serializers.CharField()
    condition = serializers.CharField()
    quantity = serializers.IntegerField(allow_null=True)
    amount_fen = serializers.IntegerField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    note = serializers.CharField()


class ItemPage(CursorPagination):
    """Fifty rows a page."""

    page_size = queries.PAGE
    ordering = "pk"


def _reads(actor: Actor) -> None:
    if not reads_pages(actor):
        raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


class HandoverList(ActingView):
    """The handovers of a compound."""

    @extend_schema(
        operation_id="handovers",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(HandoverSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the handovers, the latest first."""
        _reads(actor)
        return Response(HandoverSerializer(queries.handovers(actor, compound.pk), many=True).data)


class HandoverDetail(ActingView):
    """One handover."""

    @extend_schema(
        operation_id="handover",
        parameters=[CODE, REF, STANDING],
        responses={200: HandoverDetailSerializer, **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, handover: str) -> Response:
        """One handover with its lists in figures and its signatures."""
        _reads(actor)
        found = queries.handover_for(actor, compound.pk, handover)
        if found is None:
            raise Http404
        whole = dict(HandoverSerializer(found).data)
        whole["lists"] = HandoverTallySerializer(queries.tallies(found).values(), many=True).data
        whole["signatures"] = HandoverSignatureSerializer(queries.signatures(found).values(), many=True).data
        return Response(whole)


class HandoverItems(ActingView):
    """The rows of a handover."""

    @extend_schema(
        operation_id="handover_items",
        parameters=[
            CODE,
            REF,
            STANDING,
            OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(HandoverItemSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, handover: str) -> Response:
        """List the rows, of one list or of all, 50 a page."""
        _reads(actor)
        found = queries.handover_for(actor, compound.pk, handover)
        kind = request.query_params.get("kind", "")
        if found is None or (kind and kind not in Kind.values):
            raise Http404
        page = ItemPage()
        rows = page.paginate_queryset(queries.items(found, kind), request, view=self) or []
        return page.get_paginated_response(HandoverItemSerializer(rows, many=True).data)


urlpatterns = [
    path("compounds/<slug:code>/handovers/", HandoverList.as_view(), name="api_handovers"),
    path("compounds/<slug:code>/handovers/<slug:handover>/", HandoverDetail.as_view(), name="api_handover"),
    path("compounds/<slug:code>/handovers/<slug:handover>/items/", HandoverItems.as_view(), name="api_handover_items"),
]
