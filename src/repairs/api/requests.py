"""The requests of a compound: list, one, and filing."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs.actions import filing
from repairs.api.asking import CODE, CURSOR, KEY, MAX_ID, PROBLEMS, REF, STANDING, once
from repairs.models import Category, Event, Link, Photo, Place, Request, State
from repairs.permissions import is_filer, oversees
from repairs.queries import request_for, visible_requests
from repairs.rules.behalf import MAX_CONSENT, MAX_NAME
from repairs.words import line_text, without_numbers
from tenancy.actor import Actor
from tenancy.api import ActingView, LightSerializer, in_compound_api
from tenancy.models import Compound


class EventSerializer(LightSerializer):
    """One line of the time line."""

    action = serializers.CharField()
    to_state = serializers.ChoiceField(choices=State.choices)
    party = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute of a field; a declared field takes its place
    note = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    def get_note(self, event: Event) -> str:
        """What was said with it. A neighbour who joined reads no price, and like the overseers no telephone."""
        neighbour = self.context["neighbour"]
        if neighbour and event.action.startswith("price"):
            return ""
        return without_numbers(event.note) if neighbour or oversees(self.context["actor"]) else event.note


class RequestSerializer(LightSerializer):
    """A request as a list shows it, to ``context["actor"]``. Times are ISO 8601 with offset.

    A neighbour who joined it reads how far it is, not what the filer wrote, photographed or wishes.
    """

    ref = serializers.CharField()
    number = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    place = serializers.ChoiceField(choices=Place.choices)
    place_text = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField(help_text="Empty for a neighbour who joined it.")
    urgent = serializers.BooleanField()
    wanted_time = serializers.SerializerMethodField(help_text="Empty for a neighbour who joined it.")
    state = serializers.ChoiceField(choices=State.choices)
    worker = serializers.SerializerMethodField(help_text="The worker's name, or empty.")
    line = serializers.SerializerMethodField(help_text="Who holds it, until when, and what happens if it is late.")
    due_at = serializers.DateTimeField(allow_null=True)
    due_certain = serializers.BooleanField()
    paused_until = serializers.DateTimeField(allow_null=True)
    level = serializers.IntegerField()
    reopened = serializers.IntegerField()
    joined = serializers.IntegerField(help_text="How many neighbours have the same trouble.")
    follows = serializers.SerializerMethodField(help_text="Whether the actor follows a neighbour's request.")
    link = serializers.ChoiceField(choices=[value for value in Link.values if value], allow_blank=True)
    parent_number = serializers.CharField(help_text="The number of the request that this one belongs to, or empty.")
    unlisted = serializers.BooleanField(
        help_text="Read by those who work on it and oversee it; on no list of residents."
    )
    stars = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def _neighbour(self, request: Request) -> bool:
        actor: Actor = self.context["actor"]
        return actor.party == "resident" and not is_filer(actor, request)

    def _told(self, text: str) -> str:
        return without_numbers(text) if oversees(self.context["actor"]) else text

    def get_place_text(self, request: Request) -> str:
        """Where it is."""
        return without_numbers(request.place_text) if self._neighbour(request) else self._told(request.place_text)

    def get_words(self, request: Request) -> str:
        """What the filer wrote."""
        return "" if self._neighbour(request) else self._told(request.words)

    def get_wanted_time(self, request: Request) -> str:
        """When the filer wants someone to come."""
        return "" if self._neighbour(request) else request.wanted_time

    def get_worker(self, request: Request) -> str:
        """The worker's name."""
        return request.worker.name if request.worker is not None else ""

    def get_line(self, request: Request) -> str:
        """The one line."""
        return str(line_text(request, timezone.now(), to_filer=is_filer(self.context["actor"], request)))

    def get_follows(self, request: Request) -> bool:
        """Whoever sees another's request as a resident follows it."""
        return self._neighbour(request)


class RequestDetailSerializer(RequestSerializer):
    """A request with its time line and photos."""

    events = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    incident = serializers.SerializerMethodField(help_text="The reference of its mass incident, or empty.")
    merged_into = serializers.SerializerMethodField(help_text="The reference of the request it was merged into.")

    @extend_schema(responses=EventSerializer(many=True))
    def get_events(self, request: Request) -> list[dict[str, Any]]:
        """The time line, oldest first."""
        context = {**self.context, "neighbour": self._neighbour(request)}
        return [dict(row) for row in EventSerializer(request.events.all(), many=True, context=context).data]

    def get_photos(self, request: Request) -> list[str]:
        """Paths of the photos; the same rights as the request."""
        hidden = {Photo.Stage.FILED} if self._neighbour(request) else set()
        shown = [photo for photo in request.photos.all() if photo.stage not in hidden]
        return [f"/c/{request.compound.code}/files/{photo.file.ref}/" for photo in shown]

    def get_incident(self, request: Request) -> str:
        """The mass incident."""
        return request.incident.ref if request.incident is not None else ""

    def get_merged_into(self, request: Request) -> str:
        """Where it goes on."""
        return getattr(request, "parent_ref", None) or "" if request.state == State.MERGED else ""


class FilingSerializer(LightSerializer):
    """What a filing gives. ``home`` and ``building`` are ids, for the places home and building.

    For somebody else (代报): ``for_name``, ``for_phone`` and ``consent`` with their ``home``; or ``for_parent``, the id of a
    bound parent.
    """

    category = serializers.ChoiceField(choices=Category.choices)
    place = serializers.ChoiceField(choices=Place.choices)
    words = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    home = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_ID)
    building = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_ID)
    place_text = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    spot = serializers.CharField(
        max_length=8, required=False, default="", allow_blank=True, help_text="The code of a public place or device."
    )
    urgent = serializers.BooleanField(required=False, default=False)
    wanted_time = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    for_name = serializers.CharField(max_length=MAX_NAME, required=False, default="", allow_blank=True)
    for_phone = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    consent = serializers.CharField(
        max_length=MAX_CONSENT, required=False, default="", allow_blank=True, help_text="How they agreed."
    )
    for_parent = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_ID)
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=9, help_text="multipart only"
    )


class RequestPage(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 20
    ordering = ("-created_at", "-pk")


class RequestList(ActingView):
    """The requests of a compound that the actor may see; filing a new one."""

    @extend_schema(
        operation_id="repairs_list",
        parameters=[CODE, STANDING, OpenApiParameter("state", OpenApiTypes.STR, enum=State.values), CURSOR],
        responses={200: OpenApiResponse(RequestSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the requests, 20 a page."""
        state = request.query_params.get("state", "")
        if state and state not in State.values:
            raise serializers.ValidationError({"state": _("没有这个状态。")})
        rows = visible_requests(actor, compound_id=compound.pk, state=state)
        page = RequestPage()
        found = page.paginate_queryset(rows, request, view=self) or []
        return page.get_paginated_response(RequestSerializer(found, many=True, context={"actor": actor}).data)

    @extend_schema(
        operation_id="repairs_file",
        parameters=[CODE, STANDING, KEY],
        request={"multipart/form-data": FilingSerializer, "application/json": FilingSerializer},
        responses={201: RequestSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """File a request; the same key again answers the same and files nothing."""
        given = FilingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        now = timezone.now()

        def file() -> Any:
            made = filing.file_request(
                compound=compound, draft=_draft(value), photos=value.get("photos", []), by=actor, now=now
            )
            # What the database fills in, without reading the row again.
            made.joined, made.link, made.parent_number = 0, Link.NONE, ""
            return RequestSerializer(made, context={"actor": actor}).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=file)


def _draft(value: dict[str, Any]) -> filing.Draft:
    behalf = None
    if value["for_parent"] is not None or value["for_name"] or value["for_phone"] or value["consent"]:
        behalf = filing.Behalf(
            name=value["for_name"], phone=value["for_phone"], consent=value["consent"], parent_id=value["for_parent"]
        )
    return filing.Draft(
        category=value["category"],
        place=value["place"],
        words=value["words"],
        home_id=value["home"],
        building_id=value["building"],
        place_text=value["place_text"],
        urgent=value["urgent"],
        wanted_time=value["wanted_time"],
        spot=value["spot"],
        behalf=behalf,
    )


class RequestDetail(ActingView):
    """One request."""

    @extend_schema(
        operation_id="repairs_read",
        parameters=[CODE, REF, STANDING],
        responses={200: RequestDetailSerializer, **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> Response:
        """Read a request with its time line and photos."""
        found = detail(actor, compound, ref)
        if found is None:
            raise Http404
        return Response(found)


def detail(actor: Actor, compound: Compound, ref: str) -> Any:
    """The request with all that its page shows, as the actor may read it; None when it is not theirs to see."""
    found = request_for(actor, compound_id=compound.pk, ref=ref)
    return None if found is None else RequestDetailSerializer(found, context={"actor": actor}).data


urlpatterns = [
    path("compounds/<slug:code>/repairs/", RequestList.as_view(), name="api_repairs"),
    path("compounds/<slug:code>/repairs/<slug:ref>/", RequestDetail.as_view(), name="api_repairs_request"),
]
