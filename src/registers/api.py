"""The household register over REST, to read: for a firm's own system. Telephones never go out this way."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from premises.models import Home, Source
from registers import queries
from registers.permissions import may_read
from registers.words import REFUSALS
from tenancy.actor import Actor
from tenancy.api import ActingView, ProblemSerializer, in_compound_api
from tenancy.models import Compound

CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="The compound's code.")
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id> or home:<compound id>; for apps signed in by token.",
)
SOURCES = f"Where it is known from: {', '.join(Source.values)}."
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 429), ProblemSerializer)


class RegisteredOwnerSerializer(serializers.Serializer[Any]):
    """A present owner; the share as a fraction."""

    name = serializers.CharField()
    share = serializers.SerializerMethodField(help_text="1/2")
    source = serializers.CharField(help_text=SOURCES)  # type: ignore[assignment]  # DRF's own attribute of a field

    def get_share(self, owner: Any) -> str:
        """The share."""
        return f"{owner.share_numerator}/{owner.share_denominator}"


class RegisteredHomeSerializer(serializers.Serializer[Any]):
    """A home as the register has it. The exclusive area in square metres with four decimals."""

    id = serializers.IntegerField()
    building = serializers.CharField(source="entrance.building.name")
    entrance = serializers.CharField(source="entrance.name")
    room = serializers.CharField()
    address = serializers.CharField()
    floor = serializers.IntegerField()
    area = serializers.DecimalField(max_digits=12, decimal_places=4)
    area_source = serializers.CharField(help_text=SOURCES)
    use = serializers.ChoiceField(choices=Home.Use.choices)
    note = serializers.CharField()
    owners = serializers.SerializerMethodField()

    @extend_schema_field(RegisteredOwnerSerializer(many=True))
    def get_owners(self, home: Any) -> list[dict[str, Any]]:
        """The present owners in the register's order."""
        return [dict(row) for row in RegisteredOwnerSerializer(home.present, many=True).data]


class HomePage(CursorPagination):
    """Fifty homes a page, in the order in which they came into the register."""

    page_size = queries.PAGE
    ordering = "pk"


class HomeList(ActingView):
    """The homes of a compound."""

    @extend_schema(
        operation_id="register_homes",
        parameters=[CODE, STANDING, OpenApiParameter("cursor", OpenApiTypes.STR)],
        responses={200: OpenApiResponse(RegisteredHomeSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the homes with their owners, 50 a page."""
        if not may_read(actor):
            raise PermissionDenied(str(REFUSALS["not_a_keeper"]), code="not_a_keeper")
        page = HomePage()
        rows = queries.homes(compound.pk, queries.Wanted(), by_phone=False)
        found = page.paginate_queryset(rows, request, view=self) or []
        return page.get_paginated_response(RegisteredHomeSerializer(found, many=True).data)


urlpatterns = [path("compounds/<slug:code>/register/homes/", HomeList.as_view(), name="api_register_homes")]
