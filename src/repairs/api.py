"""Repair requests over REST: the same actions as the pages, for mini-programs and the firms' own systems."""

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

from documents.images import FileRefused
from idempotency import actions as idempotency
from idempotency.actions import KeyMalformed, KeyRefused
from idempotency.forms import HEADER, fingerprint
from repairs.actions import dispatch, duty, feedback, filing, work
from repairs.actions.change import NoSuchRequest
from repairs.models import Category, Place, Request, State
from repairs.queries import request_for, visible_requests
from repairs.refusals import Refused
from repairs.words import line_text, refusal_text
from tenancy.actor import Actor
from tenancy.api import ActingView, ProblemSerializer, in_compound_api
from tenancy.models import Compound

KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="16-64 letters, digits, - and _; one for each intent.",
)
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id> or home:<compound id>; for apps signed in by token.",
)
CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="The compound's code.")
REF = OpenApiParameter("ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="The request's reference.")
NAMES = [
    "accept",
    "assign",
    "reassign",
    "return",
    "claim",
    "start",
    "finish",
    "confirm",
    "reopen",
    "contest",
    "withdraw",
    "urge",
    "answer",
]
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429), ProblemSerializer)


class EventSerializer(serializers.Serializer[Any]):
    """One line of the time line."""

    action = serializers.CharField()
    to_state = serializers.ChoiceField(choices=State.choices)
    party = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute of a field; a declared field takes its place
    note = serializers.CharField()
    at = serializers.DateTimeField()


class RequestSerializer(serializers.Serializer[Any]):
    """A request as a list shows it. Times are ISO 8601 with offset."""

    ref = serializers.CharField()
    number = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    place = serializers.ChoiceField(choices=Place.choices)
    place_text = serializers.CharField()
    words = serializers.CharField()
    urgent = serializers.BooleanField()
    wanted_time = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    worker = serializers.SerializerMethodField(help_text="The worker's name, or empty.")
    line = serializers.SerializerMethodField(help_text="Who holds it, until when, and what happens if it is late.")
    due_at = serializers.DateTimeField(allow_null=True)
    due_certain = serializers.BooleanField()
    level = serializers.IntegerField()
    reopened = serializers.IntegerField()
    stars = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_worker(self, request: Request) -> str:
        """The worker's name."""
        return request.worker.name if request.worker is not None else ""

    def get_line(self, request: Request) -> str:
        """The one line."""
        return str(line_text(request, timezone.now()))


class RequestDetailSerializer(RequestSerializer):
    """A request with its time line and photos."""

    events = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()

    @extend_schema(responses=EventSerializer(many=True))
    def get_events(self, request: Request) -> list[dict[str, Any]]:
        """The time line, oldest first."""
        return [dict(row) for row in EventSerializer(request.events.all(), many=True).data]

    def get_photos(self, request: Request) -> list[str]:
        """Paths of the photos; the same rights as the request."""
        return [f"/c/{request.compound.code}/files/{photo.file.ref}/" for photo in request.photos.all()]


class FilingSerializer(serializers.Serializer[Any]):
    """What a filing gives. ``home`` and ``building`` are ids, for the places home and building."""

    category = serializers.ChoiceField(choices=Category.choices)
    place = serializers.ChoiceField(choices=Place.choices)
    words = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    home = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**63 - 1)
    building = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**63 - 1)
    place_text = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    urgent = serializers.BooleanField(required=False, default=False)
    wanted_time = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=9, help_text="multipart only"
    )


class ActionSerializer(serializers.Serializer[Any]):
    """What an action may need; each takes its own and ignores the rest."""

    worker_post = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="assign, reassign"
    )
    reason = serializers.CharField(
        max_length=500,
        required=False,
        default="",
        allow_blank=True,
        help_text="reassign, return, reopen, contest, withdraw",
    )
    receiver = serializers.CharField(max_length=80, required=False, default="", allow_blank=True, help_text="return")
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True, help_text="finish")
    stars = serializers.IntegerField(required=False, default=0, help_text="confirm: 1-5", min_value=0, max_value=5)
    comment = serializers.CharField(max_length=500, required=False, default="", allow_blank=True, help_text="confirm")
    answer = serializers.CharField(max_length=500, required=False, default="", allow_blank=True, help_text="answer")
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=9, help_text="start, finish; multipart only"
    )


class Page(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 20
    ordering = ("-created_at", "-pk")


class RequestList(ActingView):
    """The requests of a compound that the actor may see; filing a new one."""

    @extend_schema(
        operation_id="repairs_list",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(RequestSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the requests, 20 a page."""
        state = request.query_params.get("state", "")
        if state and state not in State.values:
            raise serializers.ValidationError({"state": _("没有这个状态。")})
        rows = visible_requests(actor, compound_id=compound.pk, state=state)
        page = Page()
        found = page.paginate_queryset(rows, request, view=self) or []
        return page.get_paginated_response(RequestSerializer(found, many=True).data)

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
        claim = _claim(request, actor, compound, now)
        if claim.replay is not None:
            return Response(claim.replay.body, status=claim.replay.status)
        made = filing.file_request(
            compound=compound,
            draft=filing.Draft(
                category=value["category"],
                place=value["place"],
                words=value["words"],
                home_id=value["home"],
                building_id=value["building"],
                place_text=value["place_text"],
                urgent=value["urgent"],
                wanted_time=value["wanted_time"],
            ),
            photos=value.get("photos", []),
            by=actor,
            now=now,
        )
        body = RequestSerializer(made).data
        idempotency.settle(claim, status=status.HTTP_201_CREATED, body=body)
        return Response(body, status=status.HTTP_201_CREATED)


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
        return Response(_detail(actor, compound, ref))


class RequestAction(ActingView):
    """One action on one request."""

    @extend_schema(
        operation_id="repairs_act",
        parameters=[
            CODE,
            REF,
            STANDING,
            KEY,
            OpenApiParameter("action", OpenApiTypes.STR, OpenApiParameter.PATH, enum=NAMES),
        ],
        request={"multipart/form-data": ActionSerializer, "application/json": ActionSerializer},
        responses={200: RequestDetailSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str, action: str) -> Response:
        """Take an action: accept, assign, reassign, return, claim, start, finish, confirm, reopen, contest, withdraw, urge.

        ``answer`` gives the answer that the acting party owes for a late request.
        """
        if action not in ACTIONS:
            raise Http404
        given = ActionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        claim = _claim(request, actor, compound, now)
        if claim.replay is None:
            ACTIONS[action](given.validated_data, {"compound_id": compound.pk, "ref": ref, "by": actor, "now": now})
            idempotency.settle(claim, status=status.HTTP_200_OK)
        return Response(_detail(actor, compound, ref))


def _act(action: Any, *fields: str, **defaults: Any) -> Any:
    def run(value: dict[str, Any], common: dict[str, Any]) -> Any:
        return action(**common, **{name: value.get(name, defaults.get(name)) for name in fields})

    return run


# Each action with the fields that it takes; what is absent is refused by the action itself, in words.
ACTIONS = {
    "accept": _act(dispatch.accept),
    "assign": _act(dispatch.assign, "worker_post", worker_post=0),
    "reassign": _act(dispatch.reassign, "worker_post", "reason", worker_post=0),
    "return": _act(dispatch.return_, "reason", "receiver"),
    "claim": _act(work.claim),
    "start": _act(work.start, "photos", photos=()),
    "finish": _act(work.finish, "note", "photos", photos=()),
    "confirm": _act(feedback.confirm, "stars", "comment"),
    "reopen": _act(feedback.reopen, "reason"),
    "contest": _act(feedback.contest, "reason"),
    "withdraw": _act(feedback.withdraw, "reason"),
    "urge": _act(feedback.urge),
    "answer": _act(duty.answer, "answer"),
}


def _claim(request: ApiRequest, actor: Actor, compound: Compound, now: Any) -> idempotency.Claim:
    return idempotency.claim(
        compound_id=compound.pk,
        person_id=actor.person_id,
        key=request.headers.get(HEADER, ""),
        route=request.path[:80],
        fingerprint=fingerprint(request),
        now=now,
    )


def _detail(actor: Actor, compound: Compound, ref: str) -> Any:
    found = request_for(actor, compound_id=compound.pk, ref=ref)
    if found is None:
        raise Http404
    return RequestDetailSerializer(found).data


def answer_refused(error: Refused) -> tuple[int, str, str, str]:
    """An action's refusal."""
    return error.status, error.code, str(refusal_text(error)), error.details.get("field", "")


def answer_file(error: FileRefused) -> tuple[int, str, str, str]:
    """A photo that is not taken in."""
    return 413 if error.code == "too_large" else 422, error.code, str(refusal_text(error)), "photos"


def answer_key(error: KeyRefused) -> tuple[int, str, str, str]:
    """An idempotency key that cannot be used: 400 when absent or malformed, 409 when it stands for another request."""
    return 400 if isinstance(error, KeyMalformed) else 409, error.code, str(refusal_text(error)), HEADER


def answer_missing(_error: NoSuchRequest) -> tuple[int, str, str, str]:
    """No such request here, or not the actor's to see."""
    return 404, "not_found", _("没有找到这件报修。"), ""


urlpatterns = [
    path("compounds/<slug:code>/repairs/", RequestList.as_view(), name="api_repairs"),
    path("compounds/<slug:code>/repairs/<str:ref>/", RequestDetail.as_view(), name="api_repairs_request"),
    path("compounds/<slug:code>/repairs/<str:ref>/<slug:action>/", RequestAction.as_view(), name="api_repairs_action"),
]
