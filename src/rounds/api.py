"""Fire rounds over REST: the package of a day, answers and photos under the phone's own ids, and what has been walked.

The contract is docs/decisions/rounds.md. An answer is put under an id of the phone's own making: the same id with the same bytes
is success and says what is still missing; with other bytes it is 409 and both are kept.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
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
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from lifecycle.refusals import NotPermitted
from parties.queries import every_post, walked_in
from rounds.actions.answers import MOST_AT_ONCE, Given, Taken, take, take_photo
from rounds.actions.assigning import MOST_AT_ONCE as MOST_ASSIGNED
from rounds.actions.assigning import To, assign
from rounds.models import MAX_REASON, Answer, State
from rounds.permissions import keeps, may_walk
from rounds.queries import occurrences as queries
from rounds.queries.package import package
from rounds.queries.records import answer_for, photos_of, photos_under, standing_of
from rounds.queries.whose import NOBODY, on_duty_at, walkers, whose
from rounds.refusals import BadInput, NoSuchThing, Refused
from rounds.rules.body import MOST_BODY, MOST_PHOTO, MOST_PHOTOS, Unreadable, read
from rounds.words import refusal_field, refusal_text, words_of
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import TextJSONParser
from tenancy.queries import compound_by_code
from tenancy.scope import entering, scope
from ui.numbers import day

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
# How long after the end of a post what was done in it is still taken in.
LATE = timedelta(days=30)
# Whose people walk these rounds; papers on walls are the community's too.
FIRM = "property_company"
# How far from today a package may be asked for.
FAR = timedelta(days=60)
MAX_ID = 2**63 - 1


class RoundPackageSerializer(serializers.Serializer[Any]):
    """All that a phone takes along; see docs/decisions/rounds.md."""

    version = serializers.CharField(help_text="64 hexadecimal digits; the same content has the same version.")
    day = serializers.DateField()
    server_time = serializers.DateTimeField()
    compound = serializers.CharField()
    rounds = serializers.ListField(
        child=serializers.DictField(),
        help_text="What may be walked: one's own, then what is nobody's, then others'; each by its end.",
    )
    stops = serializers.ListField(child=serializers.DictField(), help_text="Places in the order of walking.")
    forms = serializers.DictField(child=serializers.ListField(), help_text="Items by the key of a form.")
    labels = serializers.DictField(child=serializers.CharField(), help_text="Code of a label -> key of its stop.")
    limits = serializers.DictField(child=serializers.IntegerField())


class AnnouncedRoundPhotoSerializer(serializers.Serializer[Any]):
    """A photo that will come in a request of its own."""

    slot = serializers.IntegerField(min_value=0, max_value=MOST_PHOTOS - 1)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    bytes = serializers.IntegerField(min_value=1, max_value=MOST_PHOTO)


class NamedRoundSerializer(serializers.Serializer[Any]):
    """A round that an answer is for, as the package named it."""

    round = serializers.IntegerField()
    point = serializers.IntegerField(required=False)
    edition = serializers.IntegerField(required=False)


class RoundResultSerializer(serializers.Serializer[Any]):
    """One item as it was found."""

    item = serializers.CharField(max_length=20)
    value = serializers.CharField(max_length=200, allow_blank=True)
    note = serializers.CharField(max_length=200, allow_blank=True, required=False)
    fixed = serializers.BooleanField(required=False, help_text="Put right on the spot.")
    photos = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Slots.")


class NewRoundAnswerSerializer(serializers.Serializer[Any]):
    """One place that was looked at, or a round that was finished. What cannot be judged is kept and flagged."""

    kind = serializers.ChoiceField(choices=Answer.Kind.choices)
    walk = serializers.UUIDField(required=False)
    order = serializers.IntegerField(required=False)
    seconds = serializers.IntegerField(required=False, help_text="Since the walk began.")
    package = serializers.CharField(required=False)
    loaded = serializers.DictField(required=False)
    rounds = NamedRoundSerializer(many=True)
    way = serializers.ChoiceField(choices=Answer.Way.choices)
    label = serializers.CharField(allow_blank=True, required=False)  # type: ignore[assignment]  # DRF's own
    place = serializers.DictField(allow_null=True, required=False)
    results = RoundResultSerializer(many=True)
    normal = serializers.IntegerField(required=False)
    note = serializers.CharField(allow_blank=True, required=False)
    device_at = serializers.DateTimeField()
    photos = AnnouncedRoundPhotoSerializer(many=True)


class RoundPhotoUploadSerializer(serializers.Serializer[Any]):
    """One photo."""

    photo = serializers.FileField(allow_empty_file=True)


class ReceiptRoundPhotoSerializer(serializers.Serializer[Any]):
    """A photo that was announced, and whether it is here."""

    slot = serializers.IntegerField()
    sha256 = serializers.CharField()
    stored = serializers.BooleanField()


class RoundStandingSerializer(serializers.Serializer[Any]):
    """How far a round is."""

    round = serializers.IntegerField()
    points = serializers.IntegerField()
    answered = serializers.IntegerField()
    normal = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)


class RoundReceiptSerializer(serializers.Serializer[Any]):
    """What is here of an answer. Only what is ``stored`` may be deleted on the phone."""

    id = serializers.UUIDField()
    digest = serializers.CharField(help_text="SHA-256 of what was sent, its keys in order.")
    state = serializers.ChoiceField(choices=Answer.State.choices)
    differs = serializers.BooleanField(help_text="Other bytes under a taken id: kept beside the first for the manager.")
    received_at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField()
    offset_seconds = serializers.IntegerField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())
    photos = ReceiptRoundPhotoSerializer(many=True)
    rounds = RoundStandingSerializer(many=True)


class NewRoundBatchItemSerializer(serializers.Serializer[Any]):
    """One answer of many, under its id."""

    id = serializers.UUIDField()
    body = NewRoundAnswerSerializer()


class NewRoundBatchSerializer(serializers.Serializer[Any]):
    """Up to 300 answers."""

    answers = NewRoundBatchItemSerializer(many=True)


class RoundBatchSerializer(serializers.Serializer[Any]):
    """A receipt for each, in their order; for what cannot be read {id, code, detail, status}."""

    receipts = serializers.ListField(child=serializers.DictField())


class RoundAssignedSerializer(serializers.Serializer[Any]):
    """Who is to walk a round: somebody (``person``), whoever is on duty at a station, or nobody (both null, ``name`` "")."""

    person = serializers.IntegerField(source="person_id", allow_null=True)
    station = serializers.IntegerField(source="station_id", allow_null=True)
    name = serializers.CharField(source="label")
    always = serializers.BooleanField(help_text="By its plan; false: for this time alone.")


class OccurrenceSerializer(serializers.Serializer[Any]):
    """One time that a plan is walked."""

    id = serializers.IntegerField(source="pk")
    plan = serializers.IntegerField(source="plan_id")
    duty = serializers.CharField()
    opens_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=State.choices)
    points = serializers.IntegerField()
    answered = serializers.IntegerField()
    faults = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_as = serializers.CharField()
    skipped_why = serializers.CharField()
    makes_up_for = serializers.IntegerField(allow_null=True)
    assigned = RoundAssignedSerializer(help_text="Who is, or was, to walk it.")


class NewRoundAssignmentSerializer(serializers.Serializer[Any]):
    """Rounds and whom they are given to: a post, a station, or neither (nobody)."""

    rounds = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), min_length=1, max_length=MOST_ASSIGNED
    )
    post = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False, allow_null=True, default=None)
    station = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False, allow_null=True, default=None)
    always = serializers.BooleanField(default=False, help_text="Every time of their plans from now on.")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=MAX_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both at most."""
        if attrs["post"] is not None and attrs["station"] is not None:
            raise serializers.ValidationError({"station": _("只能派给一个人或一个岗位。")})
        return attrs


class RoundAssignedCountSerializer(serializers.Serializer[Any]):
    """How many changed hands."""

    changed = serializers.IntegerField()


class RoundWalkerSerializer(serializers.Serializer[Any]):
    """Somebody of the firm who may be given a round."""

    post = serializers.IntegerField(source="post_id")
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField()
    role = serializers.CharField()


class RoundStationSerializer(serializers.Serializer[Any]):
    """A post of the rosters, with who is on duty there that day."""

    station = serializers.IntegerField()
    name = serializers.CharField()
    on_duty = serializers.ListField(child=serializers.CharField())


class RoundAssigneesSerializer(serializers.Serializer[Any]):
    """To whom rounds may be given."""

    people = RoundWalkerSerializer(many=True)
    stations = RoundStationSerializer(many=True)


class OccurrencePage(CursorPagination):
    """Fifty a page, the latest end first."""

    page_size = 50
    ordering = ("-due_at", "-pk")


_answering = Answering(NoSuchThing, refusal_text, refusal_field)


def _refuse() -> PermissionDenied:
    return PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


def _day(typed: str | None) -> date | None:
    if not typed:
        return None
    found = day(typed)
    if found is None:
        raise Http404
    return found


class Package(ActingView):
    """The package of a day."""

    @extend_schema(
        operation_id="rounds_package",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("day", OpenApiTypes.DATE, description="Today when it is left out."),
        ],
        responses={200: RoundPackageSerializer, 304: OpenApiResponse(description="Nothing has changed."), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """All that a phone needs to walk the rounds of a day without signal."""
        if not may_walk(actor):
            raise _refuse()
        now = timezone.now()
        day = _day(request.query_params.get("day")) or timezone.localdate(now)
        if abs(day - timezone.localdate(now)) > FAR:
            raise Http404
        found = package(compound.pk, compound.code, day, now, person_id=actor.person_id)
        tag = f'"{found["version"]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(found, headers=headers)


class Occurrences(ActingView):
    """What is due, was walked and was missed."""

    @extend_schema(
        operation_id="rounds_occurrences",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("until", OpenApiTypes.DATE),
            OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(OccurrenceSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List occurrences, 50 a page, the latest end first."""
        if not keeps(actor):
            raise _refuse()
        asked = request.query_params
        found = queries.occurrences(
            compound.pk, _day(asked.get("from")), _day(asked.get("until")), asked.get("state", "")
        )
        page = OccurrencePage()
        rows: Sequence[Any] = page.paginate_queryset(found, request, view=self) or []
        keys = {pk: one.key for pk, one in queries.plans_of(compound.pk, {one.plan_id for one in rows}).items()}
        told = whose(compound.pk, rows, keys, now=timezone.now())
        for one in rows:
            one.assigned = told.get(one.pk, NOBODY)
        return page.get_paginated_response(OccurrenceSerializer(rows, many=True).data)


class Assignments(ActingView):
    """Who walks what."""

    @extend_schema(
        operation_id="rounds_assignees",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("day", OpenApiTypes.DATE, description="Today when it is left out."),
        ],
        responses={200: RoundAssigneesSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """To whom rounds may be given: people of the firm, and posts of the rosters with who is on duty there that day."""
        if not keeps(actor):
            raise _refuse()
        day = _day(request.query_params.get("day")) or timezone.localdate()
        body = {
            "people": walkers(compound.pk, timezone.localdate()),
            "stations": [
                {"station": one.pk, "name": one.name, "on_duty": names} for one, names in on_duty_at(compound.pk, day)
            ],
        }
        return Response(RoundAssigneesSerializer(body).data)

    @extend_schema(
        operation_id="rounds_assign", parameters=[CODE, STANDING, KEY], request=NewRoundAssignmentSerializer,
        responses={**WRITES, 200: RoundAssignedCountSerializer},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Give rounds to somebody, these times alone or every time of their plans; who had them and who has them are told."""
        checked = NewRoundAssignmentSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        given = checked.validated_data
        now = timezone.now()

        def effect() -> dict[str, int]:
            changed = assign(
                compound_id=compound.pk, occurrence_ids=given["rounds"], to=To(given["post"], given["station"]),
                always=given["always"], reason=given["reason"], by=actor, now=now,
            )  # fmt: skip
            return {"changed": changed}

        return _answering(request, actor, compound, now, made=status.HTTP_200_OK, effect=effect)


# --- what phones hand in ---------------------------------------------------------------------------------------------------
def receipts(taken: Sequence[Taken]) -> list[dict[str, Any]]:
    """The receipts of answers. Three statements, and one more for each that differs."""
    photos = photos_of({one.answer.pk for one in taken})
    standing = standing_of([one.answer for one in taken])
    told = []
    for one in taken:
        answer = one.answer
        there = photos_under(answer, one.digest) if one.differs else photos.get(answer.pk, [])
        told.append(
            {
                "id": str(answer.client_id),
                "digest": one.digest,
                "state": answer.state,
                "differs": one.differs,
                "received_at": answer.received_at.isoformat(),
                "happened_at": answer.happened_at.isoformat(),
                "offset_seconds": answer.offset_seconds,
                "flags": answer.flags,
                "photos": [
                    {"slot": each.slot, "sha256": each.sha256, "stored": each.file_id is not None} for each in there
                ],
                "rounds": standing.get(answer.pk, []),
            }
        )
    return told


def _receipt(taken: Taken) -> Response:
    body = receipts([taken])[0]
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


def _of_a_walker(request: ApiRequest, code: str, do: Callable[[Walker], Response]) -> Response:
    """Run ``do`` for whoever walks there; and for whoever did and is not in post any more (as in ``posting.api``).

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
        since = timezone.localdate() - LATE
        with entering(person.pk):
            posts = [one for one in every_post(person.pk) if one.organisation.kind == FIRM]
            walked = walked_in(person.pk, since) if any(one.ends is None or one.ends >= since for one in posts) else []
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
        return _worded(lambda: do(Walker(compound, by, in_post=False)))


def _worded(call: Callable[[], Response]) -> Response:
    try:
        # Whole or not at all: a photo that is refused takes nothing of the request with it.
        with transaction.atomic():
            return call()
    except NoSuchThing as error:
        raise Http404 from error
    except (Refused, FileRefused) as error:
        raise _answering.problem(error) from error


def _in_post(request: ApiRequest, code: str, do: Callable[[Walker], Response]) -> Response:
    @in_compound_api
    def inside(_view: Any, _request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        if not may_walk(actor):
            raise _refuse()
        return _worded(lambda: do(Walker(compound, actor, in_post=True)))

    handler: Callable[..., Response] = inside
    return handler(None, request, code)


def _uuid(typed: Any) -> UUID:
    try:
        return UUID(typed)
    except (ValueError, TypeError, AttributeError) as error:
        raise Http404 from error


def _given(client_id: UUID, body: Any) -> Given:
    """What a body says; Unreadable."""
    if len(json.dumps(body, ensure_ascii=False).encode()) > MOST_BODY:
        raise Unreadable("too_large", "")
    return Given(client_id, read(body), body)


class OneAnswer(ActingView):
    """An answer under its own id."""

    parser_classes = (TextJSONParser,)

    @extend_schema(
        operation_id="rounds_answer",
        parameters=[CODE, CLIENT, POST_OF],
        responses={200: RoundReceiptSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, client_id: str) -> Response:
        """The receipt of an answer of one's own."""
        found = answer_for(compound.pk, _uuid(client_id), person_id=actor.person_id)
        if found is None:
            raise Http404
        return _receipt(Taken(found, found.digest))

    @extend_schema(
        operation_id="rounds_answer_put",
        parameters=[CODE, CLIENT, DEVICE, POST_OF],
        request=NewRoundAnswerSerializer,
        responses={
            **WRITES,
            200: RoundReceiptSerializer,
            201: RoundReceiptSerializer,
            409: OpenApiResponse(RoundReceiptSerializer, description="Other bytes under a taken id; both are kept."),
        },
    )
    def put(self, request: ApiRequest, code: str, client_id: str) -> Response:
        """Hand in an answer, as often as need be; it counts once its photos are here."""
        try:
            asked = _given(_uuid(client_id), request.data)
        except Unreadable as error:
            raise _answering.problem(_unreadable(error)) from error
        return _of_a_walker(
            request,
            code,
            lambda who: _receipt(
                take(
                    compound_id=who.compound.pk,
                    given=[asked],
                    device_now=device_now(request),
                    by=who.by,
                    now=timezone.now(),
                    in_post=who.in_post,
                )[0]
            ),
        )


class _Unread(BadInput):
    """What is no answer at all: 400."""

    status = status.HTTP_400_BAD_REQUEST


def _unreadable(error: Unreadable) -> _Unread:
    return _Unread(error.code, field=error.field) if error.field else _Unread(error.code)


class ManyAnswers(ActingView):
    """Answers, many at once."""

    parser_classes = (TextJSONParser,)

    @extend_schema(
        operation_id="rounds_answers_post",
        parameters=[CODE, DEVICE, POST_OF],
        request=NewRoundBatchSerializer,
        responses={**WRITES, 200: RoundBatchSerializer},
    )
    def post(self, request: ApiRequest, code: str) -> Response:
        """Hand in up to 300 answers; each is judged alone, and gets its receipt or its words."""

        # Nothing of the body is read before it is known who asks: the next compound answers alike, whatever comes.
        def do(who: Walker) -> Response:
            rows = request.data.get("answers") if isinstance(request.data, dict) else None
            if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
                raise _answering.problem(_Unread("too_many" if isinstance(rows, list) else "not_an_answer"))
            asked: list[Given] = []
            told: list[dict[str, Any] | int] = []
            for row in rows:
                named = row.get("id") if isinstance(row, dict) else None
                try:
                    asked.append(_given(_uuid(named), row.get("body")))
                    told.append(len(asked) - 1)
                except (Unreadable, Http404) as error:
                    code_of = error.code if isinstance(error, Unreadable) else "not_an_answer"
                    told.append({"id": str(named), "code": code_of, "detail": words_of(code_of), "status": 400})
            taken = take(
                compound_id=who.compound.pk,
                given=asked,
                device_now=device_now(request),
                by=who.by,
                now=timezone.now(),
                in_post=who.in_post,
            )
            found = receipts(taken)
            return Response({"receipts": [one if isinstance(one, dict) else found[one] for one in told]})

        return _of_a_walker(request, code, do)


class OnePhoto(ActingView):
    """One photo of an answer."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="rounds_photo_put",
        parameters=[CODE, CLIENT, SLOT, POST_OF],
        request={"multipart/form-data": RoundPhotoUploadSerializer},
        responses={
            **WRITES,
            200: RoundReceiptSerializer,
            201: RoundReceiptSerializer,
            409: OpenApiResponse(
                RoundReceiptSerializer, description="Another photo over one that is here; both are kept."
            ),
        },
    )
    def put(self, request: ApiRequest, code: str, client_id: str, slot: int) -> Response:
        """Hand in one photo, as often as need be."""
        given = RoundPhotoUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["photo"]
        if slot >= MOST_PHOTOS:
            raise Http404
        if not upload.size or upload.size > MOST_PHOTO:
            raise _answering.problem(BadInput("photo_size", field="photo"))
        return _of_a_walker(
            request,
            code,
            lambda who: _receipt(
                take_photo(
                    compound_id=who.compound.pk,
                    client_id=_uuid(client_id),
                    slot=slot,
                    upload=upload,
                    by=who.by,
                    now=timezone.now(),
                )
            ),
        )


_HERE = "compounds/<slug:code>/rounds/"
urlpatterns = [
    path(f"{_HERE}package/", Package.as_view(), name="api_rounds_package"),
    path(f"{_HERE}assignments/", Assignments.as_view(), name="api_rounds_assignments"),
    path(f"{_HERE}occurrences/", Occurrences.as_view(), name="api_rounds_occurrences"),
    # Beside any standing of the session (settings.WITHOUT_STANDING): the post is named in the call.
    path("rounds/<slug:code>/answers/", ManyAnswers.as_view(), name="api_rounds_answers"),
    path("rounds/<slug:code>/answers/<slug:client_id>/", OneAnswer.as_view(), name="api_rounds_answer"),
    path("rounds/<slug:code>/answers/<slug:client_id>/photos/<int:slot>/", OnePhoto.as_view(), name="api_rounds_photo"),
]
