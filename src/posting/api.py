"""Papers on walls over REST: points and rounds for whoever reads the desk, answers and photos from phones.

An answer is put under an id of the phone's own making. The same id with the same bytes is success and says what is still
missing; with other bytes it is 409 and both are kept. A phone deletes only what a receipt lists with its hash as stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts.models import Person
from documents.actions import FileRefused
from documents.answering import DEVICE, Answering, device_now
from documents.models import StoredFile
from idempotency.asking import CODE, KEY, READS, WRITES
from lifecycle.refusals import NotPermitted
from notices.models import Notice
from parties.queries import walked_in
from posting import queries
from posting.actions import points as acting
from posting.actions.answers import MAX_PHOTO, MAX_PHOTOS, Announced, Given, Taken, take, take_photo
from posting.actions.rounds import plan
from posting.models import MAX_NAME, MAX_REASON, Answer, Job, Point, Result, Round, Side
from posting.permissions import may_read, may_walk
from posting.refusals import BadInput, NoSuchThing, Refused
from posting.words import refusal_field, refusal_text
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField, TextJSONParser
from tenancy.queries import compound_by_code
from tenancy.scope import entering, scope

STANDING = OpenApiParameter(
    "X-Standing", OpenApiTypes.STR, OpenApiParameter.HEADER, description="post:<id>; for apps signed in by token."
)
POST_OF = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="post:<id>, the post in which it was done; it may have ended since.",
)
CLIENT = OpenApiParameter(
    "client_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The id that the phone gave."
)
SLOT = OpenApiParameter("slot", OpenApiTypes.INT, OpenApiParameter.PATH, description="Which photo, from 0.")
POINT = OpenApiParameter("point_id", OpenApiTypes.INT, OpenApiParameter.PATH)
NOTICE = OpenApiParameter("notice", OpenApiTypes.STR, OpenApiParameter.PATH, description="The notice's reference.")
MAX_ID = 2**63 - 1
# How long after the end of a post what was done in it is still taken in.
LATE = timedelta(days=30)


class PostingPointSerializer(serializers.Serializer[Any]):
    """A place where paper hangs."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Point.Kind.choices)
    name = serializers.CharField()
    address = serializers.CharField(help_text="Where it is, in words.")
    building = serializers.IntegerField(source="building_id", allow_null=True)
    entrance = serializers.IntegerField(source="entrance_id", allow_null=True)
    size = serializers.ChoiceField(choices=Point.Size.choices)
    code = serializers.SerializerMethodField(help_text="The code on its label.")
    retired_at = serializers.DateTimeField(allow_null=True)

    def get_code(self, point: Point) -> str:
        """The code on the label that hangs there now."""
        return getattr(point, "label_code", "") or ""


class NewPostingPointSerializer(serializers.Serializer[Any]):
    """A point to be made. ``place`` is b:<building id>, e:<entrance id>, or empty."""

    kind = serializers.ChoiceField(choices=Point.Kind.choices)
    name = serializers.CharField(max_length=MAX_NAME)
    place = serializers.CharField(max_length=24, allow_blank=True, default="")
    spot = serializers.CharField(max_length=20, allow_blank=True, default="")
    size = serializers.ChoiceField(choices=Point.Size.choices, default=Point.Size.A4.value)


class PostingReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=MAX_REASON)


class PostingRoundSerializer(serializers.Serializer[Any]):
    """A job to be done at several points."""

    id = serializers.IntegerField(source="pk")
    notice = serializers.CharField(source="notice.ref")
    title = serializers.CharField(source="version.title")
    edition = serializers.IntegerField()
    job = serializers.ChoiceField(choices=Job.choices)
    reason = serializers.ChoiceField(choices=Round.Reason.choices)
    side = serializers.ChoiceField(choices=Side.choices)
    state = serializers.ChoiceField(choices=Round.State.choices)
    points = serializers.IntegerField()
    done = serializers.IntegerField()
    missed = serializers.IntegerField(help_text="Not done when the notice was over, and past their time by then.")
    made_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class NewPostingPlanSerializer(serializers.Serializer[Any]):
    """Whether a notice goes on the walls, where (no points: everywhere), by whom (empty: by who speaks) and by when."""

    wanted = serializers.BooleanField()
    points = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), default=list, max_length=500
    )
    side = serializers.ChoiceField(choices=Side.choices, allow_blank=True, default="")
    due_at = MomentField(allow_null=True, default=None)


class PostingPlanSerializer(serializers.Serializer[Any]):
    """What was said."""

    notice = serializers.CharField(source="notice.ref")
    wanted = serializers.BooleanField()
    points = serializers.ListField(source="point_ids", child=serializers.IntegerField())


class PostingTaskSerializer(serializers.Serializer[Any]):
    """One thing to do at one point."""

    id = serializers.IntegerField(source="pk")
    job = serializers.ChoiceField(choices=Job.choices)
    notice = serializers.CharField(source="notice.ref")
    title = serializers.CharField(source="round.version.title")
    edition = serializers.IntegerField(source="round.edition")
    point = serializers.IntegerField(source="point_id")
    name = serializers.CharField(source="point.name")
    address = serializers.CharField(source="point.address")
    size = serializers.CharField(source="point.size")
    due_at = serializers.DateTimeField(source="round.due_at")


class PostingWorkSerializer(serializers.Serializer[Any]):
    """All that a phone needs to go round without signal."""

    server_time = serializers.DateTimeField()
    tasks = PostingTaskSerializer(many=True)
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="Code of a label -> id of its point.")


class PostingSeenSerializer(serializers.Serializer[Any]):
    """One thing done or found at a point."""

    result = serializers.ChoiceField(choices=Result.choices)
    edition = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="The phone's time put right, never later than it was received.")
    device_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    offset_seconds = serializers.IntegerField(allow_null=True, help_text="How far the phone's clock was behind.")
    by = serializers.CharField()
    note = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())
    photo = serializers.SerializerMethodField(help_text="Address of the photo, for whoever may read it.")

    def get_photo(self, seen: queries.Seen) -> str:
        """Its address."""
        found: StoredFile | None = seen.photo
        return reverse("documents:file", args=[self.context["code"], found.ref]) if found is not None else ""


class PostingGapSerializer(serializers.Serializer[Any]):
    """When the paper was not there."""

    kind = serializers.CharField(help_text="never, late or missing.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    seen = serializers.DateTimeField(allow_null=True, help_text="When it was last seen there.")


class PostingOfPointSerializer(serializers.Serializer[Any]):
    """What hung at one point."""

    point = serializers.IntegerField(source="point_id")
    name = serializers.CharField()
    address = serializers.CharField(source="place")
    due_at = serializers.DateTimeField()
    postings = PostingSeenSerializer(many=True)
    checks = PostingSeenSerializer(many=True)
    taken_down = PostingSeenSerializer(allow_null=True)
    gaps = PostingGapSerializer(many=True)


class PostingsOfNoticeSerializer(serializers.Serializer[Any]):
    """What hung where for a notice."""

    notice = serializers.CharField()
    points = serializers.IntegerField()
    posted = serializers.IntegerField(help_text="Points where the newest edition hangs.")
    postings = PostingOfPointSerializer(many=True)


class AnnouncedPhotoSerializer(serializers.Serializer[Any]):
    """A photo that will come in a request of its own."""

    slot = serializers.IntegerField(min_value=0, max_value=MAX_PHOTOS - 1)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    bytes = serializers.IntegerField(min_value=1, max_value=MAX_PHOTO)


class NewPostingAnswerSerializer(serializers.Serializer[Any]):
    """What somebody did or found at a point. ``label``: the code that was read, empty when chosen from the list."""

    task = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    result = serializers.ChoiceField(choices=Result.choices)
    note = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")
    label = serializers.CharField(max_length=16, allow_blank=True, default="")  # type: ignore[assignment]  # DRF's own
    device_at = MomentField()
    photos = serializers.ListField(child=AnnouncedPhotoSerializer(), max_length=MAX_PHOTOS)


class PostingPhotoUploadSerializer(serializers.Serializer[Any]):
    """One photo."""

    photo = serializers.FileField(allow_empty_file=True)


class ReceiptPhotoSerializer(serializers.Serializer[Any]):
    """A photo that was announced, and whether it is here."""

    slot = serializers.IntegerField()
    sha256 = serializers.CharField()
    stored = serializers.BooleanField()


class PostingReceiptSerializer(serializers.Serializer[Any]):
    """What is here of an answer. Only what is ``stored`` may be deleted on the phone."""

    id = serializers.UUIDField()
    digest = serializers.CharField(help_text="SHA-256 of what was sent, its keys in order.")
    state = serializers.ChoiceField(choices=Answer.State.choices)
    differs = serializers.BooleanField(help_text="Other bytes under a taken id: kept beside the first for the manager.")
    received_at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField()
    offset_seconds = serializers.IntegerField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())
    photos = ReceiptPhotoSerializer(many=True)


class RoundPage(CursorPagination):
    """Twenty a page, newest first."""

    page_size = 20
    ordering = ("-pk",)


def _reads(actor: Actor) -> None:
    if not may_read(actor):
        raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


_once = Answering(NoSuchThing, refusal_text, refusal_field)


def _point(made: Point) -> Any:
    return PostingPointSerializer(queries.with_code(made)).data


class Points(ActingView):
    """The points of a compound."""

    @extend_schema(
        operation_id="posting_points",
        parameters=[CODE, STANDING, OpenApiParameter("retired", OpenApiTypes.BOOL, description="Those out of use.")],
        responses={200: OpenApiResponse(PostingPointSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the points in the order of walking; 500 at most are in use."""
        _reads(actor)
        retired = request.query_params.get("retired") in {"1", "true"}
        found = queries.points(compound.pk, retired=retired)[: acting.MAX_POINTS]
        return Response(PostingPointSerializer(found, many=True).data)

    @extend_schema(
        operation_id="posting_points_make",
        parameters=[CODE, STANDING, KEY],
        request=NewPostingPointSerializer,
        responses={201: PostingPointSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Make a point with its label."""
        given = NewPostingPointSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        draft = acting.PointDraft(**given.validated_data)
        now = timezone.now()
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_201_CREATED,
            effect=lambda: _point(acting.make_point(compound_id=compound.pk, draft=draft, by=actor, now=now)),
        )


class OnePoint(ActingView):
    """One point."""

    @extend_schema(
        operation_id="posting_point_retire",
        parameters=[CODE, POINT, STANDING, KEY],
        request=PostingReasonSerializer,
        responses={200: PostingPointSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, point_id: int) -> Response:
        """Take a point out of use, saying why."""
        given = PostingReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_200_OK,
            effect=lambda: _point(
                acting.retire_point(
                    compound_id=compound.pk,
                    point_id=point_id,
                    reason=given.validated_data["reason"],
                    by=actor,
                    now=now,
                )
            ),
        )


class Rounds(ActingView):
    """The rounds of a compound."""

    @extend_schema(
        operation_id="posting_rounds",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("state", OpenApiTypes.STR, enum=Round.State.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(PostingRoundSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the rounds, 20 a page, newest first."""
        _reads(actor)
        page = RoundPage()
        state = request.query_params.get("state", "")
        found = queries.rounds(compound.pk, state=state if state in Round.State.values else "")
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(PostingRoundSerializer(rows, many=True).data)


def _notice(actor: Actor, compound: Compound, ref: str) -> Notice:
    _reads(actor)
    found = queries.notice_of(compound.pk, ref)
    if found is None or found.current_id is None:
        raise Http404
    return found


class NoticePostings(ActingView):
    """What hangs where for a notice."""

    @extend_schema(
        operation_id="postings_of_notice",
        parameters=[CODE, NOTICE, STANDING],
        responses={200: PostingsOfNoticeSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Every point with what was done and found there, and the gaps."""
        found = _notice(actor, compound, notice)
        now = timezone.now()
        how_far = queries.progress(compound.pk, [found.pk], now=now).get(found.pk)
        postings = PostingOfPointSerializer(
            queries.postings_of(found, now=now), many=True, context={"code": compound.code}
        )
        return Response(
            {
                "notice": found.ref,
                "points": how_far.points if how_far else 0,
                "posted": how_far.posted if how_far else 0,
                "postings": postings.data,
            }
        )

    @extend_schema(
        operation_id="posting_plan",
        parameters=[CODE, NOTICE, STANDING, KEY],
        request=NewPostingPlanSerializer,
        responses={200: PostingPlanSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Say whether, where, by whom and by when it is put up."""
        given = NewPostingPlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        now = timezone.now()
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_200_OK,
            effect=lambda: (
                PostingPlanSerializer(
                    plan(
                        compound_id=compound.pk,
                        ref=notice,
                        wanted=value["wanted"],
                        point_ids=value["points"],
                        side=value["side"],
                        due_at=value["due_at"],
                        by=actor,
                        now=now,
                    )
                ).data
            ),
        )


class Work(ActingView):
    """The list of whoever walks."""

    @extend_schema(
        operation_id="posting_work",
        parameters=[CODE, STANDING],
        responses={200: PostingWorkSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """What the actor's side is to do there, in the order of walking, with the labels of its points."""
        if not may_walk(actor):
            raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")
        tasks = queries.open_tasks(actor, compound.pk)
        codes = queries.walking_labels(compound.pk, {task.point_id for task in tasks})
        return Response(
            {
                "server_time": timezone.now(),
                "tasks": PostingTaskSerializer(tasks, many=True).data,
                "labels": {code: pk for pk, code in codes.items()},
            }
        )


def _receipt(taken: Taken) -> Response:
    answer = taken.answer
    body = PostingReceiptSerializer(
        {
            "id": answer.client_id,
            "digest": taken.digest,
            "state": answer.state,
            "differs": taken.differs,
            "received_at": answer.received_at,
            "happened_at": answer.happened_at,
            "offset_seconds": answer.offset_seconds,
            "flags": answer.flags,
            "photos": [
                {"slot": one.slot, "sha256": one.sha256, "stored": one.file_id is not None}
                for one in queries.receipt_photos(answer, taken.digest)
            ],
        }
    ).data
    # No exception for what differs: it was kept, and an exception would undo that.
    if taken.differs:
        return Response(body, status=status.HTTP_409_CONFLICT)
    return Response(body, status=status.HTTP_201_CREATED if taken.new else status.HTTP_200_OK)


@dataclass(frozen=True, slots=True)
class Walker:
    """Who hands something in, and where. ``in_post``: False when they hold no post there any more."""

    compound: Compound
    by: Actor
    in_post: bool


Do = Callable[[Walker], Taken]


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise Http404 from error


def _of_a_walker(request: ApiRequest, code: str, do: Do) -> Response:
    """Run ``do`` for whoever walks there; and for whoever did and is not in post any more.

    Which post it was done in is said by ``X-Standing``, whatever the person acts as by now. What was done in post is not lost
    because the post ended before there was signal: it is taken in for review, from nobody but a person who held such a post
    there (``parties.queries.walked_in``). Everyone else gets 404 or 403.
    """
    try:
        return _in_post(request, code, do)
    except (Http404, PermissionDenied):
        person = request.user
        if not isinstance(person, Person):
            raise
        with entering(person.pk):
            walked = walked_in(person.pk, timezone.localdate() - LATE)
        compound = compound_by_code(code, within=tuple(walked))
        if compound is None:
            raise
    by = Actor(
        person_id=person.pk,
        person_name=person.name,
        kind="person",
        key=0,
        party="",
        role="",
        label="",
        compound_ids=(compound.pk,),
    )
    with transaction.atomic(), scope(compound.pk):
        return _receipt(_worded(lambda: do(Walker(compound, by, in_post=False))))


def _worded(call: Callable[[], Taken]) -> Taken:
    try:
        # Whole or not at all: a photo that is refused takes nothing of the request with it.
        with transaction.atomic():
            return call()
    except NoSuchThing as error:
        raise Http404 from error
    except (Refused, FileRefused) as error:
        raise _once.problem(error) from error


def _in_post(request: ApiRequest, code: str, do: Do) -> Response:
    @in_compound_api
    def inside(_view: Any, _request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        if not may_walk(actor):
            raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")
        return _receipt(_worded(lambda: do(Walker(compound, actor, in_post=True))))

    handler: Callable[..., Response] = inside
    return handler(None, request, code)


class OneAnswer(ActingView):
    """An answer under its own id."""

    parser_classes = (TextJSONParser,)

    @extend_schema(
        operation_id="posting_answer",
        parameters=[CODE, CLIENT, POST_OF],
        responses={200: PostingReceiptSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, client_id: str) -> Response:
        """The receipt of an answer of one's own."""
        found = queries.answer_for(compound.pk, _uuid(client_id), person_id=actor.person_id)
        if found is None:
            raise Http404
        return _receipt(Taken(found, found.digest))

    @extend_schema(
        operation_id="posting_answer_put",
        parameters=[CODE, CLIENT, DEVICE, POST_OF],
        request=NewPostingAnswerSerializer,
        responses={
            **WRITES,
            200: PostingReceiptSerializer,
            201: PostingReceiptSerializer,
            409: OpenApiResponse(PostingReceiptSerializer, description="Other bytes under a taken id; both are kept."),
        },
    )
    def put(self, request: ApiRequest, code: str, client_id: str) -> Response:
        """Hand in an answer, as often as need be; it counts once its photos are here."""
        given = NewPostingAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        asked = Given(
            client_id=_uuid(client_id),
            task_id=value["task"],
            result=value["result"],
            note=value["note"],
            label=value["label"],
            device_at=value["device_at"],
            device_now=device_now(request),
            photos=tuple(Announced(**one) for one in value["photos"]),
            body=dict(request.data),
        )
        now = timezone.now()
        return _of_a_walker(
            request,
            code,
            lambda who: take(compound_id=who.compound.pk, given=asked, by=who.by, now=now, in_post=who.in_post),
        )  # fmt: skip


class OnePhoto(ActingView):
    """One photo of an answer."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="posting_photo_put",
        parameters=[CODE, CLIENT, SLOT, POST_OF],
        request={"multipart/form-data": PostingPhotoUploadSerializer},
        responses={
            **WRITES,
            200: PostingReceiptSerializer,
            201: PostingReceiptSerializer,
            409: OpenApiResponse(
                PostingReceiptSerializer, description="Another photo over one that is here; both are kept."
            ),
        },
    )
    def put(self, request: ApiRequest, code: str, client_id: str, slot: int) -> Response:
        """Hand in one photo, as often as need be."""
        given = PostingPhotoUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["photo"]
        if slot >= MAX_PHOTOS:
            raise Http404
        if not upload.size or upload.size > MAX_PHOTO:
            raise _once.problem(BadInput("photo_size", field="photo"))
        now = timezone.now()
        return _of_a_walker(
            request,
            code,
            lambda who: take_photo(
                compound_id=who.compound.pk, client_id=_uuid(client_id), slot=slot, upload=upload, by=who.by, now=now
            ),
        )


_HERE = "compounds/<slug:code>/posting/"
urlpatterns = [
    path(f"{_HERE}points/", Points.as_view(), name="api_posting_points"),
    path(f"{_HERE}points/<int:point_id>/retire/", OnePoint.as_view(), name="api_posting_point"),
    path(f"{_HERE}rounds/", Rounds.as_view(), name="api_posting_rounds"),
    path(f"{_HERE}notices/<slug:notice>/", NoticePostings.as_view(), name="api_posting_notice"),
    path(f"{_HERE}work/", Work.as_view(), name="api_posting_work"),
    # Beside any standing of the session (settings.WITHOUT_STANDING): the post is named in the call.
    path("posting/<slug:code>/answers/<slug:client_id>/", OneAnswer.as_view(), name="api_posting_answer"),
    path(
        "posting/<slug:code>/answers/<slug:client_id>/photos/<int:slot>/", OnePhoto.as_view(), name="api_posting_photo"
    ),
]
