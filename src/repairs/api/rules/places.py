"""Place codes over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs import rule_rows as rows
from repairs.actions import places
from repairs.api.asking import CODE, CURSOR, KEY, PROBLEMS, STANDING, once
from repairs.api.rules.reading import CATEGORY_OR_ANY, reads, row
from repairs.models import PlaceCode
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

SPOT = OpenApiParameter("spot", OpenApiTypes.STR, OpenApiParameter.PATH, description="The code of a place.")


class PlaceCodeSerializer(serializers.Serializer[Any]):
    """The code of a place or a device."""

    code = serializers.CharField()
    place_text = serializers.CharField()
    building = serializers.IntegerField(source="building_id", allow_null=True)
    category = serializers.CharField()
    made_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)


class NewPlaceCodeSerializer(serializers.Serializer[Any]):
    """A place that gets a code."""

    place_text = serializers.CharField(max_length=60)
    building = row(required=False, default=None)
    category = serializers.ChoiceField(choices=CATEGORY_OR_ANY, required=False, default="")


class PlacePage(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 50
    ordering = ("-made_at", "-pk")


class Places(ActingView):
    """The place codes of a compound."""

    @extend_schema(
        operation_id="places_list",
        parameters=[CODE, STANDING, CURSOR],
        responses={200: OpenApiResponse(PlaceCodeSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the codes in use, 50 a page."""
        reads(actor)
        page = PlacePage()
        found = page.paginate_queryset(rows.places_used(compound_id=compound.pk), request, view=self) or []
        return page.get_paginated_response(PlaceCodeSerializer(found, many=True).data)

    @extend_schema(
        operation_id="places_make",
        parameters=[CODE, STANDING, KEY],
        request=NewPlaceCodeSerializer,
        responses={201: PlaceCodeSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Give a place a code."""
        given = NewPlaceCodeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        now = timezone.now()

        def make() -> Any:
            made = places.make_place(
                compound_id=compound.pk,
                place_text=value["place_text"],
                building_id=value["building"],
                category=value["category"],
                by=actor,
                now=now,
            )
            return PlaceCodeSerializer(made).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=make)


class PlacesOne(ActingView):
    """One place code."""

    @extend_schema(
        operation_id="places_retire",
        parameters=[CODE, SPOT, STANDING, KEY],
        request=None,
        responses={200: PlaceCodeSerializer, **PROBLEMS},
    )
    @in_compound_api
    def delete(self, request: ApiRequest, actor: Actor, compound: Compound, spot: str) -> Response:
        """Take a code out of use."""
        now = timezone.now()

        def retire() -> Any:
            found: PlaceCode = places.retire_place(compound_id=compound.pk, code=spot, by=actor, now=now)
            return PlaceCodeSerializer(found).data

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=retire)
