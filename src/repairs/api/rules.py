"""Rules, not code: routing with its test box, deadlines, reply templates and place codes."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from parties.queries import serving_company
from repairs import rule_rows as rows
from repairs.actions import places, policies, replies, routing
from repairs.actions.routing import MAX_RECEIVER, RuleDraft
from repairs.api.asking import CODE, CURSOR, KEY, MAX_ID, PROBLEMS, STANDING, once
from repairs.models import Category, Place, PlaceCode, ReplyTemplate, RoutingRule
from repairs.models.policies import Basis
from repairs.permissions import may_read_rules
from repairs.refusals import NotPermitted
from repairs.rule_rows import Held, Offered
from repairs.rules.categories import MAX_MINUTES, Term
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

RULE = OpenApiParameter("rule", OpenApiTypes.INT, OpenApiParameter.PATH, description="The rule's number; it stays.")
REPLY = OpenApiParameter("reply", OpenApiTypes.INT, OpenApiParameter.PATH, description="The template's number.")
SPOT = OpenApiParameter("spot", OpenApiTypes.STR, OpenApiParameter.PATH, description="The code of a place.")
MOVES = ("up", "down", "end")
# The answer is kept with its key, so moments are written as text.
MOMENT = serializers.DateTimeField()
SOURCES = ["compound", "city", "default"]
TARGETS = RoutingRule.Target.choices
CATEGORY_OR_ANY = [("", "any"), *Category.choices]
PLACE_OR_ANY = [("", "any"), *Place.choices]


def _row(**more: Any) -> Any:
    return serializers.IntegerField(allow_null=True, min_value=1, max_value=MAX_ID, **more)


# --- routing ----------------------------------------------------------------------------------------------------------
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
    building = _row(required=False, default=None)
    urgent = serializers.BooleanField(required=False, allow_null=True, default=None)
    hours = serializers.ChoiceField(choices=RoutingRule.Hours.choices, required=False, default="")
    own_contract = serializers.BooleanField(required=False, default=False)
    target = serializers.ChoiceField(choices=TARGETS)
    worker_post = _row(required=False, default=None)
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
    building = _row(required=False, default=None)
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
        _reads(actor)
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
        _reads(actor)
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
        _reads(actor)
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


# --- deadlines --------------------------------------------------------------------------------------------------------
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
        _reads(actor)
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


# --- reply templates --------------------------------------------------------------------------------------------------
class ReplySerializer(serializers.Serializer[Any]):
    """A ready sentence and from where it is; only those that are ``used`` are offered to staff."""

    reply = serializers.SerializerMethodField(help_text="Its number where it is the compound's own, else null.")
    step = serializers.ChoiceField(choices=ReplyTemplate.Step.choices)
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF's own name for another thing
    used = serializers.BooleanField()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_reply(self, one: Offered) -> Any:
        """Its number."""
        return one.row.reply if one.row is not None and one.source == "compound" else None


class NewReplySerializer(serializers.Serializer[Any]):
    """A ready sentence to be set."""

    step = serializers.ChoiceField(choices=ReplyTemplate.Step.choices)
    title = serializers.CharField(max_length=replies.MAX_TITLE)
    text = serializers.CharField(max_length=replies.MAX_TEXT)


class Replies(ActingView):
    """The reply templates of a compound."""

    @extend_schema(
        operation_id="replies_list",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List every template by step, the compound's before the city's before the portal's."""
        _reads(actor)
        return Response(_replies(compound))

    @extend_schema(
        operation_id="replies_add",
        parameters=[CODE, STANDING, KEY],
        request=NewReplySerializer,
        responses={201: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Add a template; the answer is the list."""
        return _save_reply(request, actor, compound, None)


class RepliesOne(ActingView):
    """One reply template of the compound's own."""

    @extend_schema(
        operation_id="replies_change",
        parameters=[CODE, REPLY, STANDING, KEY],
        request=NewReplySerializer,
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, reply: int) -> Response:
        """Put a new version in the place of a template."""
        return _save_reply(request, actor, compound, reply)

    @extend_schema(
        operation_id="replies_end",
        parameters=[CODE, REPLY, STANDING, KEY],
        request=None,
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def delete(self, request: ApiRequest, actor: Actor, compound: Compound, reply: int) -> Response:
        """Take a template away; its versions stay."""
        now = timezone.now()

        def end() -> Any:
            replies.end_reply(compound_id=compound.pk, reply=reply, by=actor, now=now)
            return _replies(compound)

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=end)


def _save_reply(request: ApiRequest, actor: Actor, compound: Compound, reply: int | None) -> Response:
    given = NewReplySerializer(data=request.data)
    given.is_valid(raise_exception=True)
    now = timezone.now()

    def save() -> Any:
        replies.save_reply(compound_id=compound.pk, reply=reply, by=actor, now=now, **given.validated_data)
        return _replies(compound)

    done = status.HTTP_201_CREATED if reply is None else status.HTTP_200_OK
    return once(request, actor, compound, now=now, status=done, effect=save)


def _replies(compound: Compound) -> Any:
    every = [one for found in rows.replies(compound_id=compound.pk).values() for one in found]
    return ReplySerializer(every, many=True).data


# --- place codes ------------------------------------------------------------------------------------------------------
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
    building = _row(required=False, default=None)
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
        _reads(actor)
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


def _reads(actor: Actor) -> None:
    if not may_read_rules(actor):
        raise NotPermitted("not_yours")


urlpatterns = [
    path("compounds/<slug:code>/routing/", Routing.as_view(), name="api_routing"),
    path("compounds/<slug:code>/routing/ask/", RoutingAsk.as_view(), name="api_routing_ask"),
    path("compounds/<slug:code>/routing/history/", RoutingHistory.as_view(), name="api_routing_history"),
    path("compounds/<slug:code>/routing/<int:rule>/", RoutingOne.as_view(), name="api_routing_one"),
    path("compounds/<slug:code>/routing/<int:rule>/<slug:way>/", RoutingMove.as_view(), name="api_routing_move"),
    path("compounds/<slug:code>/deadlines/", Deadlines.as_view(), name="api_deadlines"),
    path("compounds/<slug:code>/replies/", Replies.as_view(), name="api_replies"),
    path("compounds/<slug:code>/replies/<int:reply>/", RepliesOne.as_view(), name="api_replies_one"),
    path("compounds/<slug:code>/places/", Places.as_view(), name="api_places"),
    path("compounds/<slug:code>/places/<slug:spot>/", PlacesOne.as_view(), name="api_places_one"),
]
