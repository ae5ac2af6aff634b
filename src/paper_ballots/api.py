"""Paper ballots over REST, for whoever works with them: how far they are, taking back, doors with photos, batches and readings.

A post carries a key of its own (``Idempotency-Key``); a door is put under an id of the phone's own making, and sent again it
it is the same. Refusals are those of the pages, in words. No answer shows what anyone read on a paper.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from boxes.models import Voice
from boxes.queries import box_of
from documents.actions import FileRefused
from documents.answering import DEVICE, Answering, device_now
from elections.models import Poll
from elections.models.polls import MAX_REASON
from elections.queries.polls import poll_of
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from paper_ballots import actions
from paper_ballots.actions.batches import MAX_BATCH, MAX_NAME, MAX_WITNESSES
from paper_ballots.actions.delivering import Announced
from paper_ballots.models import Batch, Delivery, DoorPhoto, Outcome, State
from paper_ballots.permissions import sees
from paper_ballots.queries import batches as batch_queries
from paper_ballots.queries import doors as door_queries
from paper_ballots.queries.desk import batches_of
from paper_ballots.queries.progress import progress
from paper_ballots.refusals import NoSuchPoll, NotPermitted, Refused
from paper_ballots.words import refusal_field, said
from posting.actions.answers import MAX_PHOTO
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField, TextJSONParser

POLL = OpenApiParameter("poll", OpenApiTypes.STR, OpenApiParameter.PATH, description="The poll's reference.")
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The batch's number.")
PLACE = OpenApiParameter("slot", OpenApiTypes.INT, OpenApiParameter.PATH, description="The paper's place in the batch.")
ENTRANCE = OpenApiParameter("entrance", OpenApiTypes.INT, OpenApiParameter.PATH, description="The entrance's id.")
CLIENT = OpenApiParameter(
    "client_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The id that the phone gave."
)
SLOT = OpenApiParameter("slot", OpenApiTypes.INT, OpenApiParameter.PATH, description="Which photo; 0.")
MAX_ANSWER = 100_000
MAX_CODE = 20


# --- what is said and shown ---------------------------------------------------------------------------------------------
class PapersSerializer(serializers.Serializer[Any]):
    """How far the papers of the round are."""

    printed = serializers.IntegerField()
    voided = serializers.IntegerField()
    delivered = serializers.IntegerField(help_text="With proof.")
    returned = serializers.IntegerField()
    counted = serializers.IntegerField()
    aside = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Came back and are in no batch that was counted in.")


class ReturnSerializer(serializers.Serializer[Any]):
    """A paper that came back into the ballot box, by its code."""

    code = serializers.CharField(max_length=MAX_CODE)
    voice = serializers.ChoiceField(choices=Voice.choices, default=Voice.OWNER.value)


class PaperSerializer(serializers.Serializer[Any]):
    """A printed paper."""

    number = serializers.IntegerField()
    returned_at = serializers.DateTimeField(allow_null=True)


class WaySerializer(serializers.Serializer[Any]):
    """An entrance and how far it is."""

    building = serializers.CharField()
    entrance = serializers.CharField()
    id = serializers.IntegerField(source="entrance_id")
    papers = serializers.IntegerField()
    there = serializers.IntegerField(help_text="Delivered with proof, or back already.")
    proved = serializers.IntegerField()
    tried = serializers.IntegerField(help_text="Tried, and not delivered.")
    left = serializers.IntegerField()


class TrySerializer(serializers.Serializer[Any]):
    """One time at a door."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    taken_by = serializers.CharField()
    note = serializers.CharField()
    device_at = serializers.DateTimeField()
    offset_seconds = serializers.IntegerField(allow_null=True, help_text="How far the phone's clock was behind.")
    at = serializers.DateTimeField(help_text="When the portal heard of it.")
    by = serializers.CharField(source="label")
    photo_missing = serializers.BooleanField()


class DoorSerializer(serializers.Serializer[Any]):
    """A home and its paper."""

    paper = serializers.IntegerField(source="number")
    address = serializers.CharField()
    more = serializers.IntegerField(help_text="Further homes of the same owner that this paper stands for.")
    holder = serializers.CharField()
    delivered = serializers.BooleanField()
    returned = serializers.BooleanField()
    tries = TrySerializer(many=True)


class DoorPhotoSerializer(serializers.Serializer[Any]):
    """A photo that will come in a request of its own."""

    slot = serializers.IntegerField(min_value=0, max_value=0)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    bytes = serializers.IntegerField(min_value=1, max_value=MAX_PHOTO)


class NewDeliverySerializer(serializers.Serializer[Any]):
    """What came of a door."""

    paper = serializers.IntegerField(min_value=1, max_value=MAX_ANSWER)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    taken_by = serializers.CharField(max_length=60, allow_blank=True, default="")
    note = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")
    device_at = MomentField()
    photos = serializers.ListField(child=DoorPhotoSerializer(), max_length=1, default=list)


class DoorUploadSerializer(serializers.Serializer[Any]):
    """One photo."""

    photo = serializers.FileField(allow_empty_file=True)


class DoorReceiptPhotoSerializer(serializers.Serializer[Any]):
    """A photo that was announced, and whether it is here."""

    slot = serializers.IntegerField()
    sha256 = serializers.CharField()
    stored = serializers.BooleanField()


class DeliveryReceiptSerializer(serializers.Serializer[Any]):
    """What is here of a delivery. Only what is ``stored`` may be deleted on the phone."""

    id = serializers.CharField()
    paper = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    device_at = serializers.DateTimeField()
    offset_seconds = serializers.IntegerField(allow_null=True)
    received_at = serializers.DateTimeField()
    photos = DoorReceiptPhotoSerializer(many=True)


class PaperBatchSerializer(serializers.Serializer[Any]):
    """A batch."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    by_hand = serializers.IntegerField()
    witnesses = serializers.CharField()
    opened_at = serializers.DateTimeField()
    refused_reason = serializers.CharField()
    counted_at = serializers.DateTimeField(allow_null=True)


class PaperSheetSerializer(serializers.Serializer[Any]):
    """A paper in a batch and how far it is; never what anyone read on it."""

    place = serializers.IntegerField()
    paper = serializers.IntegerField(allow_null=True, source="paper.number", default=None)
    area = serializers.CharField(
        source="area_words", help_text="Of a secret poll, whose papers have no number; else empty."
    )
    photographed = serializers.SerializerMethodField()
    settled = serializers.SerializerMethodField()
    differs = serializers.BooleanField()
    aside = serializers.CharField()

    def get_photographed(self, sheet: Any) -> bool:
        """Whether its photo is kept."""
        return sheet.photo_id is not None

    def get_settled(self, sheet: Any) -> bool:
        """Whether two read the same, or a third decided."""
        return sheet.choices is not None


class PaperBatchWholeSerializer(PaperBatchSerializer):
    """A batch with its papers."""

    sheets = PaperSheetSerializer(many=True)


class NewBatchSerializer(serializers.Serializer[Any]):
    """A batch as the table counted it."""

    name = serializers.CharField(max_length=MAX_NAME)
    by_hand = serializers.IntegerField(min_value=1, max_value=MAX_BATCH)
    witnesses = serializers.CharField(max_length=MAX_WITNESSES)


class RecountSerializer(serializers.Serializer[Any]):
    """The same table counted again."""

    by_hand = serializers.IntegerField(min_value=1, max_value=MAX_BATCH)
    witnesses = serializers.CharField(max_length=MAX_WITNESSES)


class ScanSerializer(serializers.Serializer[Any]):
    """One paper more: ``code`` of a named poll, ``area`` of a secret one."""

    code = serializers.CharField(max_length=MAX_CODE, allow_blank=True, default="")
    area = serializers.CharField(max_length=MAX_CODE, allow_blank=True, default="")


class PaperReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=MAX_REASON)


class PaperReadingSerializer(serializers.Serializer[Any]):
    """What one person reads on a paper, by the items' keys: for, against, abstain, void, or a list of names' keys."""

    choices = serializers.DictField(child=serializers.JSONField())


# --- how it is taken ----------------------------------------------------------------------------------------------------
def desk_poll(actor: Actor, compound: Compound, ref: str) -> Poll:
    """The poll, for whoever sees the desk; PermissionDenied, Http404."""
    if not sees(actor):
        raise PermissionDenied(said(NotPermitted("not_your_post")), code="not_your_post")
    found = poll_of(compound.pk, ref)
    if found is None:
        raise Http404
    return found


_answer = Answering(NoSuchPoll, said, refusal_field)


def answer_once(
    request: ApiRequest, actor: Actor, compound: Compound, *, made: int, effect: Callable[[datetime], Any]
) -> Response:
    """Run ``effect`` at this moment, once a key, and answer with the body that it gives; refusals become problems."""
    now = timezone.now()
    return _answer(request, actor, compound, now, made=made, effect=lambda: effect(now))


def given_in(kind: type[serializers.Serializer[Any]], request: ApiRequest) -> dict[str, Any]:
    """What was sent, checked; ValidationError."""
    found = kind(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


class Papers(ActingView):
    """The papers of a poll."""

    @extend_schema(operation_id="papers", parameters=[CODE, POLL, STANDING], responses={200: PapersSerializer, **READS})
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """How far they are."""
        return Response(PapersSerializer(progress(box_of(desk_poll(actor, compound, poll)))).data)


class Returns(ActingView):
    """Papers that come back."""

    @extend_schema(
        operation_id="paper_return", parameters=[CODE, POLL, STANDING, KEY], request=ReturnSerializer,
        responses={200: PaperSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Take one back before the close: its right is used from now on."""
        given = given_in(ReturnSerializer, request)
        return answer_once(
            request, actor, compound, made=200,
            effect=lambda now: PaperSerializer(
                actions.take_back(compound_id=compound.pk, ref=poll, by=actor, now=now, **given)
            ).data,
        )  # fmt: skip


class Doors(ActingView):
    """Entrances to which papers are brought."""

    @extend_schema(
        operation_id="paper_doors", parameters=[CODE, POLL, STANDING],
        responses={200: OpenApiResponse(WaySerializer(many=True)), **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every entrance with a paper, in the order of the buildings."""
        found = desk_poll(actor, compound, poll)
        return Response(WaySerializer(door_queries.ways(found, box_of(found)), many=True).data)


class EntranceDoors(ActingView):
    """The homes of an entrance."""

    @extend_schema(
        operation_id="paper_entrance", parameters=[CODE, POLL, ENTRANCE, STANDING],
        responses={200: OpenApiResponse(DoorSerializer(many=True)), **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str, entrance: int) -> Response:
        """Each with its paper and what was done there."""
        found = desk_poll(actor, compound, poll)
        box = box_of(found)
        if box is None:
            raise Http404
        return Response(DoorSerializer(door_queries.doors(found, box, entrance), many=True).data)


def _receipt(made: Delivery, *, new: bool) -> Response:
    photos = DoorPhoto.objects.filter(compound_id=made.compound_id, delivery=made)
    body = DeliveryReceiptSerializer(
        {
            "id": made.client_id, "paper": made.paper.number, "outcome": made.outcome, "device_at": made.device_at,
            "offset_seconds": made.offset_seconds, "received_at": made.at,
            "photos": [{"slot": 0, "sha256": one.sha256, "stored": one.file_id is not None} for one in photos],
        }
    ).data  # fmt: skip
    return Response(body, status=201 if new else 200)


def _put(effect: Callable[[], Delivery], *, now: datetime) -> Response:
    """A phone that is refused sets the answer aside with the words, so nothing here is 409: that would be tried for ever."""
    try:
        with transaction.atomic():
            made = effect()
    except NoSuchPoll as error:
        raise Http404 from error
    except NotPermitted as error:
        raise _answer.problem(error) from error
    except (Refused, FileRefused) as error:
        refused = _answer.problem(error)
        refused.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
        raise refused from error
    return _receipt(made, new=made.at == now)


def _uuid(typed: str) -> str:
    try:
        return str(UUID(typed))
    except ValueError as error:
        raise Http404 from error


class OneDelivery(ActingView):
    """A delivery under its own id."""

    parser_classes = (TextJSONParser,)

    @extend_schema(
        operation_id="paper_delivery_put", parameters=[CODE, POLL, CLIENT, DEVICE, STANDING], request=NewDeliverySerializer,
        responses={**WRITES, 200: DeliveryReceiptSerializer, 201: DeliveryReceiptSerializer},
    )  # fmt: skip
    @in_compound_api
    def put(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, client_id: str) -> Response:
        """Say what came of a door, as often as need be; other words under the same id are refused."""
        given, now = given_in(NewDeliverySerializer, request), timezone.now()
        photos, number = given.pop("photos"), given.pop("paper")
        announced = Announced(photos[0]["sha256"], photos[0]["bytes"]) if photos else None
        return _put(
            lambda: actions.deliver(
                compound_id=compound.pk, ref=poll, number=number, client_id=_uuid(client_id), announced=announced,
                device_now=device_now(request), by=actor, now=now, **given,
            ),
            now=now,
        )  # fmt: skip


class DeliveryPhoto(ActingView):
    """The photo of a delivery."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="paper_delivery_photo_put", parameters=[CODE, POLL, CLIENT, SLOT, STANDING],
        request={"multipart/form-data": DoorUploadSerializer}, responses={**WRITES, 200: DeliveryReceiptSerializer},
    )  # fmt: skip
    @in_compound_api
    def put(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, *, client_id: str, slot: int
    ) -> Response:
        """Hand in the photo that was announced, as often as need be."""
        if slot:
            raise Http404
        given, now = given_in(DoorUploadSerializer, request), timezone.now()
        return _put(
            lambda: actions.keep_door_photo(
                compound_id=compound.pk, ref=poll, client_id=_uuid(client_id), upload=given["photo"], by=actor, now=now
            ),
            now=now,
        )  # fmt: skip


class Batches(ActingView):
    """The batches of a poll."""

    @extend_schema(
        operation_id="paper_batches", parameters=[CODE, POLL, STANDING],
        responses={200: OpenApiResponse(PaperBatchSerializer(many=True)), **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """In their order."""
        return Response(PaperBatchSerializer(batches_of(box_of(desk_poll(actor, compound, poll))), many=True).data)

    @extend_schema(
        operation_id="paper_batch_open", parameters=[CODE, POLL, STANDING, KEY], request=NewBatchSerializer,
        responses={201: PaperBatchSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Begin one, after the close."""
        given = given_in(NewBatchSerializer, request)
        return answer_once(
            request, actor, compound, made=201,
            effect=lambda now: PaperBatchSerializer(
                actions.open_batch(compound_id=compound.pk, ref=poll, by=actor, now=now, **given)
            ).data,
        )  # fmt: skip


def _batch(poll: Poll, number: int) -> Batch:
    found = batch_queries.batch_at(box_of(poll), number)
    if found is None:
        raise Http404
    return found


class OneBatch(ActingView):
    """A batch."""

    @extend_schema(
        operation_id="paper_batch", parameters=[CODE, POLL, NUMBER, STANDING],
        responses={200: PaperBatchWholeSerializer, **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int) -> Response:
        """It and its papers, a thousand at most."""
        found = _batch(desk_poll(actor, compound, poll), number)
        body = PaperBatchSerializer(found).data
        return Response({**body, "sheets": PaperSheetSerializer(batch_queries.sheets_of(found), many=True).data})


class _BatchStep(ActingView):
    """One step of a batch."""

    def step(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int, *,
        action: Callable[..., Batch], **given: Any,
    ) -> Response:  # fmt: skip
        """Take it once, and answer with the batch."""
        return answer_once(
            request, actor, compound, made=200,
            effect=lambda now: PaperBatchSerializer(
                action(compound_id=compound.pk, ref=poll, batch=number, by=actor, now=now, **given)
            ).data,
        )  # fmt: skip


class BatchScan(ActingView):
    """Papers put into a batch."""

    @extend_schema(
        operation_id="paper_batch_scan", parameters=[CODE, POLL, NUMBER, STANDING, KEY], request=ScanSerializer,
        responses={201: PaperSheetSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int) -> Response:
        """Put one in."""
        given = given_in(ScanSerializer, request)
        place: dict[str, Any] = {"compound_id": compound.pk, "ref": poll, "batch": number, "by": actor}
        return answer_once(
            request, actor, compound, made=201,
            effect=lambda now: PaperSheetSerializer(
                actions.lay(**place, area=given["area"], now=now) if given["area"]
                else actions.scan(**place, code=given["code"], now=now)
            ).data,
        )  # fmt: skip


class BatchRefuse(_BatchStep):
    """A whole batch sent back."""

    @extend_schema(
        operation_id="paper_batch_refuse", parameters=[CODE, POLL, NUMBER, STANDING, KEY], request=PaperReasonSerializer,
        responses={200: PaperBatchSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int) -> Response:
        """Send it back to the table, saying why."""
        given = given_in(PaperReasonSerializer, request)
        return self.step(request, actor, compound, poll, number, action=actions.refuse, **given)


class BatchRecount(_BatchStep):
    """A batch counted again."""

    @extend_schema(
        operation_id="paper_batch_recount", parameters=[CODE, POLL, NUMBER, STANDING, KEY], request=RecountSerializer,
        responses={200: PaperBatchSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int) -> Response:
        """Open it again with what the table counted the second time."""
        given = given_in(RecountSerializer, request)
        return self.step(request, actor, compound, poll, number, action=actions.recount, **given)


class BatchCount(_BatchStep):
    """A batch counted in."""

    @extend_schema(
        operation_id="paper_batch_count", parameters=[CODE, POLL, NUMBER, STANDING, KEY], request=None,
        responses={200: PaperBatchSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, number: int) -> Response:
        """Put it into the box, all of it or nothing."""
        return self.step(request, actor, compound, poll, number, action=actions.count_in)


class _SheetStep(ActingView):
    """One step of a paper in a batch."""

    def step(
        self, request: ApiRequest, actor: Actor, compound: Compound, at: tuple[str, int, int], *,
        action: Callable[..., Any], **given: Any,
    ) -> Response:  # fmt: skip
        """Take it once, and answer with the paper's step; ``at`` is poll, batch and place."""
        poll, number, place = at
        return answer_once(
            request, actor, compound, made=200,
            effect=lambda now: PaperSheetSerializer(
                action(compound_id=compound.pk, ref=poll, batch=number, place=place, by=actor, now=now, **given)
            ).data,
        )  # fmt: skip


class SheetRead(_SheetStep):
    """Readings of a paper."""

    @extend_schema(
        operation_id="paper_sheet_read", parameters=[CODE, POLL, NUMBER, PLACE, STANDING, KEY],
        request=PaperReadingSerializer, responses={200: PaperSheetSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, *, number: int, slot: int
    ) -> Response:
        """Say what one person reads on it; nobody sees another's."""
        given = given_in(PaperReadingSerializer, request)["choices"]
        return self.step(request, actor, compound, (poll, number, slot), action=actions.read_sheet, given=given)


class SheetPhoto(_SheetStep):
    """The photo of a paper."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="paper_sheet_photo", parameters=[CODE, POLL, NUMBER, PLACE, STANDING, KEY],
        request={"multipart/form-data": DoorUploadSerializer}, responses={200: PaperSheetSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, *, number: int, slot: int
    ) -> Response:
        """Keep it; one that is kept stands."""
        given = given_in(DoorUploadSerializer, request)["photo"]
        return self.step(request, actor, compound, (poll, number, slot), action=actions.keep_photo, upload=given)


class SheetAside(_SheetStep):
    """Papers that do not count."""

    @extend_schema(
        operation_id="paper_sheet_aside", parameters=[CODE, POLL, NUMBER, PLACE, STANDING, KEY],
        request=PaperReasonSerializer, responses={200: PaperSheetSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, *, number: int, slot: int
    ) -> Response:
        """Set one aside, saying why."""
        given = given_in(PaperReasonSerializer, request)
        return self.step(request, actor, compound, (poll, number, slot), action=actions.set_aside, **given)


class SheetOut(_BatchStep):
    """Papers taken out of a batch."""

    @extend_schema(
        operation_id="paper_sheet_out", parameters=[CODE, POLL, NUMBER, PLACE, STANDING, KEY],
        request=PaperReasonSerializer, responses={200: PaperBatchSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(
        self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, *, number: int, slot: int
    ) -> Response:
        """Take one out again, before anyone has read it."""
        given = given_in(PaperReasonSerializer, request)
        return self.step(request, actor, compound, poll, number, action=actions.take_out, place=slot, **given)


_PAPERS = "compounds/<slug:code>/polls/<slug:poll>/papers/"
_BATCH = f"{_PAPERS}batches/<int:number>/"
_SHEET = f"{_BATCH}sheets/<int:slot>/"
# Beside any standing of the session (settings.WITHOUT_STANDING): the post in which it was done is named in the call.
_DELIVERY = "paper-ballots/<slug:code>/<slug:poll>/deliveries/<slug:client_id>/"

urlpatterns = [
    path(_PAPERS, Papers.as_view(), name="api_papers"),
    path(f"{_PAPERS}returns/", Returns.as_view(), name="api_paper_returns"),
    path(f"{_PAPERS}doors/", Doors.as_view(), name="api_paper_doors"),
    path(f"{_PAPERS}doors/<int:entrance>/", EntranceDoors.as_view(), name="api_paper_entrance"),
    path(f"{_PAPERS}batches/", Batches.as_view(), name="api_paper_batches"),
    path(_BATCH, OneBatch.as_view(), name="api_paper_batch"),
    path(f"{_BATCH}scan/", BatchScan.as_view(), name="api_paper_scan"),
    path(f"{_BATCH}refuse/", BatchRefuse.as_view(), name="api_paper_refuse"),
    path(f"{_BATCH}recount/", BatchRecount.as_view(), name="api_paper_recount"),
    path(f"{_BATCH}count/", BatchCount.as_view(), name="api_paper_count"),
    path(f"{_SHEET}read/", SheetRead.as_view(), name="api_paper_read"),
    path(f"{_SHEET}photo/", SheetPhoto.as_view(), name="api_paper_photo"),
    path(f"{_SHEET}aside/", SheetAside.as_view(), name="api_paper_aside"),
    path(f"{_SHEET}out/", SheetOut.as_view(), name="api_paper_out"),
    path(_DELIVERY, OneDelivery.as_view(), name="api_paper_delivery"),
    path(f"{_DELIVERY}photos/<int:slot>/", DeliveryPhoto.as_view(), name="api_paper_delivery_photo"),
]
