"""Routing over REST, with its test box: where would this go?"""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from parties.queries import serving_company
from repairs import rule_rows as rows
from repairs.actions import routing
from repairs.actions.routing import MAX_RECEIVER, RuleDraft
from repairs.api.asking import CODE, CURSOR, KEY, PROBLEMS, STANDING, once
from repairs.api.rules.reading import CATEGORY_OR_ANY, reads, row
from repairs.models import Category, Place, RoutingRule
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

RULE = OpenApiParameter("rule", OpenApiTypes.INT, OpenApiParameter.PATH, description="The rule's number; it stays.")
MOVES = ("up", "down", "end")
TARGETS = RoutingRule.Target.choices
PLACE_OR_ANY = [("", "any"), *Place.choices]


class RoutingRuleSerializer(serializers.Serializer[Any]):
    """A version of a routing rule. Empty conditions hold for everything; the first rule in order that fits decides."""

    rule = serializers.IntegerField()
    version = serializers.IntegerField()
    position = serializers.IntegerField()
    category = serializers.CharField()
    place = serializers.CharField()
    building = serializers.IntegerField(source="building_id", allow_null=True)
    urgent = serializers.BooleanField(allow_null=True)
    hours = serializers.CharField(help_text="working, off, or empty for any time.")
    company = serializers.IntegerField(
        source="company_id", allow_null=True, help_text="The firm to whose contract it is bound."
    )
    target = serializers.ChoiceField(choices=TARGETS)
    worker_post = serializers.IntegerField(source="post_id", allow_null=True)
    receiver = serializers.CharField()
    since = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    changed_as = serializers.CharField(help_text="Who set it, by name and post.")
    ended_as = serializers.CharField(help_text="Who took it away; empty where the next version took its place.")


class NewRoutingRuleSerializer(serializers.Serializer[Any]):
    """A rule to be set. ``position`` 0 is behind all others, or for a change where it stands."""

    position = serializers.IntegerField(required=False, default=0, min_value=0, max_value=routing.LAST)
    category = serializers.ChoiceField(choices=CATEGORY_OR_ANY, required=False, default="")
    place = serializers.ChoiceField(choices=PLACE_OR_ANY, required=False, default="")
    building = row(required=False, default=None)
    urgent = serializers.BooleanField(required=False, allow_null=True, default=None)
    hours = serializers.ChoiceField(choices=RoutingRule.Hours.choices, required=False, default="")
    own_contract = serializers.BooleanField(required=False, default=False)
    target = serializers.ChoiceField(choices=TARGETS)
    worker_post = row(required=False, default=None)
    receiver = serializers.CharField(required=False, default="", allow_blank=True, max_length=MAX_RECEIVER)

    def draft(self) -> RuleDraft:
        """What was given, as the action takes it."""
        given = dict(self.validated_data)
        return RuleDraft(building_id=given.pop("building"), post_id=given.pop("worker_post"), **given)


class TriedSerializer(serializers.Serializer[Any]):
    """One rule that was asked; ``failed`` is the first condition that does not hold, empty for the rule that decides."""

    rule = serializers.IntegerField(source="rule.rule")
    version = serializers.IntegerField(source="rule.version")
    failed = serializers.CharField(help_text="category, place, building, urgent, hours, contract, or empty.")


class VerdictSerializer(serializers.Serializer[Any]):
    """Where a request would go. Without a rule that holds the desk has it."""

    target = serializers.ChoiceField(choices=TARGETS)
    rule = serializers.IntegerField(allow_null=True)
    worker_post = serializers.IntegerField(allow_null=True)
    receiver = serializers.CharField()
    tried = TriedSerializer(many=True)


class QuestionSerializer(serializers.Serializer[Any]):
    """A request that somebody might file."""

    category = serializers.ChoiceField(choices=Category.choices)
    place = serializers.ChoiceField(choices=Place.choices)
    building = row(required=False, default=None)
    urgent = serializers.BooleanField(required=False, default=False)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RulePage(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 50
    ordering = ("-since", "-pk")


class Routing(ActingView):
    """The routing rules of a compound."""

    @extend_schema(
        operation_id="routing_list",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(RoutingRuleSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the rules that hold, in the order in which they are asked."""
        reads(actor)
        return Response(RoutingRuleSerializer(rows.routing_now(compound_id=compound.pk), many=True).data)

    @extend_schema(
        operation_id="routing_add",
        parameters=[CODE, STANDING, KEY],
        request=NewRoutingRuleSerializer,
        responses={201: RoutingRuleSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Add a rule."""
        return _save_rule(request, actor, compound, None)


class RoutingOne(ActingView):
    """One routing rule."""

    @extend_schema(
        operation_id="routing_change",
        parameters=[CODE, RULE, STANDING, KEY],
        request=NewRoutingRuleSerializer,
        responses={200: RoutingRuleSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, rule: int) -> Response:
        """Put a new version in the place of a rule; the old one stays readable."""
        return _save_rule(request, actor, compound, rule)


class RoutingMove(ActingView):
    """The place of a rule in the list, or its end."""

    @extend_schema(
        operation_id="routing_move",
        parameters=[
            CODE,
            RULE,
            OpenApiParameter("way", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(MOVES)),
            STANDING,
            KEY,
        ],
        request=None,
        responses={200: OpenApiResponse(RoutingRuleSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, rule: int, way: str) -> Response:
        """Let a rule change places with the one above or below it, or take it away; the answer is the list."""
        if way not in MOVES:
            raise Http404
        now = timezone.now()
        common: dict[str, Any] = {"compound_id": compound.pk, "rule": rule, "by": actor, "now": now}

        def move() -> Any:
            if way == "end":
                routing.end_rule(**common)
            else:
                routing.move_rule(**common, up=way == "up")
            return RoutingRuleSerializer(rows.routing_now(compound_id=compound.pk), many=True).data

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=move)


class RoutingHistory(ActingView):
    """Every version of the routing rules."""

    @extend_schema(
        operation_id="routing_history",
        parameters=[CODE, STANDING, CURSOR],
        responses={200: OpenApiResponse(RoutingRuleSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List every version, the latest first, 50 a page: who set it, from when to when it held."""
        reads(actor)
        page = RulePage()
        found = page.paginate_queryset(rows.routing_versions(compound_id=compound.pk), request, view=self) or []
        return page.get_paginated_response(RoutingRuleSerializer(found, many=True).data)


class RoutingAsk(ActingView):
    """The test box: where would this go?"""

    @extend_schema(
        operation_id="routing_ask",
        parameters=[CODE, STANDING, QuestionSerializer],
        responses={200: VerdictSerializer, **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Ask the rules as they are now; every rule up to the one that holds says why it does not."""
        reads(actor)
        given = QuestionSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        now = timezone.now()
        firm = serving_company(compound.pk, localdate(now))
        found = routing.ask(
            [rows.as_rule(row) for row in rows.routing_now(compound_id=compound.pk)],
            category=asked["category"],
            place=asked["place"],
            building_id=asked["building"],
            urgent=asked["urgent"],
            company_id=firm.pk if firm is not None else None,
            now=asked["at"] or now,
        )
        rule = found.rule
        answer = {
            "target": rule.target if rule is not None else RoutingRule.Target.DESK,
            "rule": rule.rule if rule is not None else None,
            "worker_post": rule.post_id if rule is not None else None,
            "receiver": rule.receiver if rule is not None else "",
            "tried": found.tried,
        }
        return Response(VerdictSerializer(answer).data)


def _save_rule(request: ApiRequest, actor: Actor, compound: Compound, rule: int | None) -> Response:
    given = NewRoutingRuleSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    now = timezone.now()

    def save() -> Any:
        made = routing.save_rule(compound_id=compound.pk, rule=rule, draft=given.draft(), by=actor, now=now)
        return RoutingRuleSerializer(made).data

    done = status.HTTP_201_CREATED if rule is None else status.HTTP_200_OK
    return once(request, actor, compound, now=now, status=done, effect=save)
