"""Deadlines over REST: the compound's, the city's above them, and the defaults."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs import rule_rows as rows
from repairs.actions import policies
from repairs.api.asking import CODE, KEY, PROBLEMS, STANDING, once
from repairs.api.rules.reading import MOMENT, SOURCES, reads
from repairs.models import Category
from repairs.models.policies import Basis
from repairs.rule_rows import Held
from repairs.rules.categories import MAX_MINUTES, Term
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound


class TermSerializer(serializers.Serializer[Any]):
    """Minutes of calendar or of working time."""

    minutes = serializers.IntegerField(min_value=1, max_value=MAX_MINUTES)
    basis = serializers.ChoiceField(choices=Basis.choices)


class DeadlineSerializer(serializers.Serializer[Any]):
    """What holds for a category now, and where it comes from."""

    category = serializers.ChoiceField(choices=Category.choices)
    urgent = serializers.BooleanField()
    respond = TermSerializer()
    finish = TermSerializer()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF's own name for another thing
    tightened = serializers.BooleanField(help_text="Set for ordinary requests, and shorter because it is urgent.")
    since = serializers.SerializerMethodField(help_text="Of the version that set it; null for a default.")
    changed_as = serializers.SerializerMethodField()
    coming = serializers.SerializerMethodField(help_text="From when on something else has been set, the next first.")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_since(self, held: Held) -> Any:
        """From when on it holds."""
        return MOMENT.to_representation(held.row.since) if held.row is not None else None

    def get_changed_as(self, held: Held) -> str:
        """Who set it."""
        return held.row.changed_as if held.row is not None else ""

    @extend_schema_field(serializers.ListField(child=serializers.DateTimeField()))
    def get_coming(self, held: Held) -> Any:
        """What comes."""
        return [MOMENT.to_representation(row.since) for row in held.coming]


class NewDeadlineSerializer(serializers.Serializer[Any]):
    """Deadlines to be set from ``since`` on (now when left out); both null go back to the city's or the default."""

    category = serializers.ChoiceField(choices=Category.choices)
    urgent = serializers.BooleanField(required=False, default=False)
    respond = TermSerializer(required=False, allow_null=True, default=None)
    finish = TermSerializer(required=False, allow_null=True, default=None)
    since = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Deadlines(ActingView):
    """The deadlines of a compound."""

    @extend_schema(
        operation_id="deadlines_list",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(DeadlineSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List what holds for each category, ordinary and urgent."""
        reads(actor)
        return Response(DeadlineSerializer(rows.deadlines(now=timezone.now(), compound_id=compound.pk), many=True).data)

    @extend_schema(
        operation_id="deadlines_set",
        parameters=[CODE, STANDING, KEY],
        request=NewDeadlineSerializer,
        responses={201: OpenApiResponse(DeadlineSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Set the deadlines of a category: for the committee and the community. The answer is the whole table."""
        given = NewDeadlineSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        now = timezone.now()

        def save() -> Any:
            policies.set_deadlines(
                compound_id=compound.pk,
                category=value["category"],
                urgent=value["urgent"],
                respond=Term(**value["respond"]) if value["respond"] else None,
                finish=Term(**value["finish"]) if value["finish"] else None,
                since=value["since"] or now,
                by=actor,
                now=now,
            )
            return DeadlineSerializer(rows.deadlines(now=now, compound_id=compound.pk), many=True).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=save)
