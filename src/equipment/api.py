"""Fire equipment over REST: pieces with what is asked of them, what runs out, stops, and what was reported at labels.

For the firm's own app; the community and the committee read what is overdue and critical, and nothing else of the register.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering
from equipment import queries
from equipment.actions import pieces as acting
from equipment.actions import stops as stopping
from equipment.actions.pieces import PieceDraft
from equipment.actions.reports import settle
from equipment.actions.stops import StopDraft
from equipment.models import (
    MAX_NAME,
    MAX_NUMBER,
    MAX_REASON,
    MAX_SPOT,
    MAX_WORDS,
    Due,
    Piece,
    Place,
    Report,
    Stop,
    What,
)
from equipment.permissions import reads, watches
from equipment.refusals import NoSuchThing, NotPermitted
from equipment.rules.cadence import CADENCES
from equipment.rules.standards import standards
from equipment.states import STOP
from equipment.words import refusal_field, refusal_text
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from posting.rules.labels import normalised
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField
from ui.numbers import whole

PIECE = OpenApiParameter("piece_id", OpenApiTypes.INT, OpenApiParameter.PATH)
STOP_REF = OpenApiParameter("stop_ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="The stop's reference.")
REPORT = OpenApiParameter("report_id", OpenApiTypes.INT, OpenApiParameter.PATH)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR)
SHOWN = ("over", "near", "unknown")
ACTS = ("patrol", "check", "test")
MAX_ID = 2**63 - 1


class EquipmentPieceSerializer(serializers.Serializer[Any]):
    """One piece, or several alike at one spot. Days are those on its plate or in its papers; null where nobody knows."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text="A key of the standards (extinguisher, fire_pump, ...).")
    subtype = serializers.CharField()
    number = serializers.CharField()
    address = serializers.CharField(help_text="Where it is, in words.")
    building = serializers.IntegerField(source="building_id", allow_null=True)
    floor = serializers.CharField()
    spot = serializers.CharField()
    place = serializers.ChoiceField(choices=Place.choices, help_text="The class of place, as far as a rule asks.")
    unit = serializers.CharField(help_text="Its placement unit.")
    count = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Piece.State.choices)
    code = serializers.CharField(
        source="label_code", allow_null=True, help_text="The code on the label that is stuck on it."
    )
    position = serializers.IntegerField(help_text="The order of walking.")
    checked_on = serializers.DateField(allow_null=True)
    serviced_on = serializers.DateField(allow_null=True)
    made_on = serializers.DateField(allow_null=True)


class EquipmentAskedSerializer(serializers.Serializer[Any]):
    """What is asked of a piece: the strictest of law and the compound's own word, for one duty."""

    duty = serializers.CharField()
    name = serializers.CharField()
    act = serializers.ChoiceField(choices=ACTS)
    every = serializers.ChoiceField(choices=CADENCES, help_text="The calendar is cut: half_month ends on the 15th.")
    standard = serializers.CharField(help_text="What the standard asks, as ``every``.")
    clause = serializers.CharField()
    confirmed = serializers.BooleanField(help_text="False: nobody has read it in the rule; a default, never law.")
    months = serializers.ListField(child=serializers.IntegerField(), help_text="Only in these months; empty: in all.")
    own = serializers.BooleanField(help_text="The compound's own, stricter word.")


class EquipmentItemSerializer(serializers.Serializer[Any]):
    """One thing to look at."""

    key = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    severity = serializers.CharField()
    unit = serializers.CharField()
    least = serializers.CharField()
    most = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())


class EquipmentDueSerializer(serializers.Serializer[Any]):
    """What runs out, of a piece, a paper or a home."""

    what = serializers.ChoiceField(choices=What.choices)
    title = serializers.SerializerMethodField()
    on = serializers.DateField(allow_null=True, help_text="Null: nobody knows the day.")
    days = serializers.SerializerMethodField(help_text="Days left; negative when it is over, null when unknown.")
    clause = serializers.CharField()
    confirmed = serializers.BooleanField()
    critical = serializers.BooleanField()
    piece = serializers.IntegerField(source="piece_id", allow_null=True)

    def get_title(self, due: Due) -> str:
        """In few words."""
        return queries.due_title(due)

    def get_days(self, due: Due) -> int | None:
        """Days left."""
        today: date = self.context["today"]
        return (due.on - today).days if due.on is not None else None


class EquipmentPieceDetailSerializer(EquipmentPieceSerializer):
    """One piece with what is asked of it, what is looked at, and what runs out."""

    maker = serializers.CharField()
    model = serializers.CharField()
    installed_on = serializers.DateField(allow_null=True)
    battery_on = serializers.DateField(allow_null=True)
    battery_tested_on = serializers.DateField(allow_null=True)
    service_body = serializers.CharField()
    note = serializers.CharField()
    asked = EquipmentAskedSerializer(many=True)
    items = EquipmentItemSerializer(many=True)
    dues = EquipmentDueSerializer(many=True)


class NewEquipmentPieceSerializer(serializers.Serializer[Any]):
    """What somebody says of a piece. ``building`` 0: in no building."""

    kind = serializers.CharField(max_length=30)
    number = serializers.CharField(max_length=MAX_NUMBER)
    subtype = serializers.CharField(max_length=20, allow_blank=True, default="")
    building = serializers.IntegerField(min_value=0, max_value=MAX_ID, default=0, source="building_id")
    floor = serializers.CharField(max_length=12, allow_blank=True, default="")
    spot = serializers.CharField(max_length=MAX_SPOT, allow_blank=True, default="")
    place = serializers.ChoiceField(choices=Place.choices, default=Place.ORDINARY.value)
    unit = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    count = serializers.IntegerField(min_value=1, max_value=9999, default=1)
    maker = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    model = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    made_on = serializers.DateField(allow_null=True, default=None)
    installed_on = serializers.DateField(allow_null=True, default=None)
    serviced_on = serializers.DateField(allow_null=True, default=None)
    battery_on = serializers.DateField(allow_null=True, default=None)
    battery_tested_on = serializers.DateField(allow_null=True, default=None)
    service_body = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    note = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class EquipmentReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=MAX_REASON)


class EquipmentServiceSerializer(serializers.Serializer[Any]):
    """Something was done to a piece."""

    what = serializers.ChoiceField(choices=["service", "battery", "battery_test"])
    on = serializers.DateField()
    body = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")


class EquipmentStopSerializer(serializers.Serializer[Any]):
    """A system that stands still or is to."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=STOP.choices())
    systems = serializers.ListField(child=serializers.CharField())
    place = serializers.CharField()
    reason = serializers.CharField()
    emergency_plan = serializers.CharField()
    safeguards = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    fire_service = serializers.CharField(help_text="How the fire service was told.")
    asked_as = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_as = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_why = serializers.CharField()
    began_at = serializers.DateTimeField(allow_null=True)
    restored_at = serializers.DateTimeField(allow_null=True)
    notice = serializers.SerializerMethodField(help_text="The reference of its notice on the board, or empty.")

    def get_notice(self, stop: Stop) -> str:
        """Its reference."""
        return stop.notice.ref if stop.notice is not None else ""


class NewEquipmentStopSerializer(serializers.Serializer[Any]):
    """What is to stand still; what lasts longer than 24 hours also says how the fire service was told."""

    systems = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=30)
    place = serializers.CharField(max_length=MAX_SPOT)
    reason = serializers.CharField(max_length=MAX_WORDS)
    emergency_plan = serializers.CharField(max_length=MAX_WORDS)
    safeguards = serializers.CharField(max_length=MAX_WORDS)
    starts_at = MomentField()
    ends_at = MomentField()
    fire_service = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class EquipmentReportSerializer(serializers.Serializer[Any]):
    """What somebody reported at a label; nobody knows who."""

    id = serializers.IntegerField(source="pk")
    piece = serializers.IntegerField(source="piece_id")
    number = serializers.CharField(source="piece.number")
    address = serializers.CharField(source="piece.address")
    item = serializers.CharField(help_text="The key of what is not in order, or empty.")
    words = serializers.CharField()
    at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    photos = serializers.SerializerMethodField(help_text="Addresses of its photos, for whoever may read them.")

    def get_photos(self, report: Report) -> list[str]:
        """Their addresses."""
        files = self.context["photos"].get(report.pk, [])
        return [reverse("documents:file", args=[self.context["code"], one.ref]) for one in files]


class EquipmentOutcomeSerializer(serializers.Serializer[Any]):
    """What became of it."""

    outcome = serializers.CharField(max_length=MAX_REASON)


class PiecePage(CursorPagination):
    """A hundred a page, in the order of walking."""

    page_size = 100
    ordering = ("position", "number", "pk")


class DuePage(CursorPagination):
    """Fifty a page, the nearest first."""

    page_size = 50
    ordering: tuple[str, ...] = ("on", "pk")


class LatestPage(CursorPagination):
    """Thirty a page, the newest first."""

    page_size = 30
    ordering = ("-pk",)


_once = Answering(NoSuchThing, refusal_text, refusal_field)


def _reads(actor: Actor) -> None:
    if not reads(actor):
        raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


def _whole(compound: Compound, piece_id: int) -> Any:
    found = queries.piece_of(compound.pk, piece_id)
    if found is None:
        raise Http404
    kind = standards().kinds[found.kind]
    body = dict(EquipmentPieceSerializer(found).data)
    more = ("maker", "model", "installed_on", "battery_on", "battery_tested_on", "service_body", "note")
    body |= {name: getattr(found, name) for name in more}
    body["asked"] = EquipmentAskedSerializer(queries.asked_for(found), many=True).data
    body["items"] = EquipmentItemSerializer([one for one in kind.items if not one.computed], many=True).data
    dues = queries.dues_of(found)
    for one in dues:
        one.piece = found
    body["dues"] = EquipmentDueSerializer(dues, many=True, context={"today": localdate()}).data
    return body


class _Writing(ActingView):
    """What changes something: one effect a key, and the piece or stop after it."""

    def _post(
        self,
        request: ApiRequest,
        actor: Actor,
        compound: Compound,
        given: type[serializers.Serializer[Any]] | None,
        call: Callable[[dict[str, Any], dict[str, Any]], Any],
        *,
        made: int = status.HTTP_200_OK,
    ) -> Response:
        data: dict[str, Any] = {}
        if given is not None:
            checked = given(data=request.data)
            checked.is_valid(raise_exception=True)
            data = checked.validated_data
        now = timezone.now()
        common = {"compound_id": compound.pk, "by": actor, "now": now}
        return _once(request, actor, compound, now, made=made, effect=lambda: call(data, common))


class Pieces(_Writing):
    """The register."""

    @extend_schema(
        operation_id="equipment_pieces",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("q", OpenApiTypes.STR, description="Words of number, place and unit."),
            OpenApiParameter("kind", OpenApiTypes.STR),
            OpenApiParameter("building", OpenApiTypes.INT),
            OpenApiParameter("state", OpenApiTypes.STR, enum=["live", *Piece.State.values]),
            CURSOR,
        ],
        responses={200: OpenApiResponse(EquipmentPieceSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List the pieces, 100 a page, in the order of walking; without a state all that are not gone."""
        _reads(actor)
        asked = request.query_params
        building, state = asked.get("building", ""), asked.get("state", "live")
        known = {"live", *Piece.State.values}
        wanted = queries.Wanted(
            words=asked.get("q", "").replace("\x00", "")[:60],
            kind=asked.get("kind", "").replace("\x00", "")[:30],
            building=whole(building) or 0,
            state=state if state in known else "live",
        )
        page = PiecePage()
        rows = page.paginate_queryset(queries.pieces(compound.pk, wanted), request, view=self) or []
        return page.get_paginated_response(EquipmentPieceSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="equipment_piece_make",
        parameters=[CODE, STANDING, KEY],
        request=NewEquipmentPieceSerializer,
        responses={201: EquipmentPieceDetailSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Enter a piece with its first label."""
        return self._post(
            request, actor, compound, NewEquipmentPieceSerializer,
            lambda data, common: _whole(compound, acting.make_piece(draft=PieceDraft(**data), **common).pk),
            made=status.HTTP_201_CREATED,
        )  # fmt: skip


class OnePiece(_Writing):
    """One piece."""

    @extend_schema(
        operation_id="equipment_piece",
        parameters=[CODE, PIECE, STANDING],
        responses={200: EquipmentPieceDetailSerializer, **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, piece_id: int) -> Response:
        """One piece with what is asked of it, by which clause and how often, and what runs out."""
        _reads(actor)
        return Response(_whole(compound, piece_id))

    @extend_schema(
        operation_id="equipment_piece_change",
        parameters=[CODE, PIECE, STANDING, KEY],
        request=NewEquipmentPieceSerializer,
        responses={200: EquipmentPieceDetailSerializer, **WRITES},
    )
    @in_compound_api
    def put(self, request: ApiRequest, actor: Actor, compound: Compound, piece_id: int) -> Response:
        """Say anew what it is: what is left out is emptied."""
        return self._post(
            request, actor, compound, NewEquipmentPieceSerializer,
            lambda data, common: _whole(
                compound, acting.change_piece(piece_id=piece_id, draft=PieceDraft(**data), **common).pk
            ),
        )  # fmt: skip


class ByLabel(ActingView):
    """The piece with a label."""

    @extend_schema(
        operation_id="equipment_by_label",
        parameters=[
            CODE,
            OpenApiParameter("sign", OpenApiTypes.STR, OpenApiParameter.PATH, description="The code on the label."),
            STANDING,
        ],
        responses={200: EquipmentPieceDetailSerializer, **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, sign: str) -> Response:
        """The piece that a scanned label leads to, also a replaced one; its ``code`` is the label of today."""
        _reads(actor)
        found = queries.label_of(compound.pk, normalised(sign) or "-")
        if found is None:
            raise Http404
        return Response(_whole(compound, found.piece_id))


class PieceService(_Writing):
    """What was done to a piece."""

    @extend_schema(
        operation_id="equipment_piece_service",
        parameters=[CODE, PIECE, STANDING, KEY],
        request=EquipmentServiceSerializer,
        responses={200: EquipmentPieceDetailSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, piece_id: int) -> Response:
        """Write down a service, a new battery or a test of it; what runs out is counted anew."""
        return self._post(
            request, actor, compound, EquipmentServiceSerializer,
            lambda data, common: _whole(compound, acting.note_service(piece_id=piece_id, **data, **common).pk),
        )  # fmt: skip


class PieceLabel(_Writing):
    """The label of a piece."""

    @extend_schema(
        operation_id="equipment_piece_label",
        parameters=[CODE, PIECE, STANDING, KEY],
        request=EquipmentReasonSerializer,
        responses={200: EquipmentPieceDetailSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, piece_id: int) -> Response:
        """Give it a new label, saying why; the old one is kept and says that it is old."""

        def call(data: dict[str, Any], common: dict[str, Any]) -> Any:
            acting.replace_label(piece_id=piece_id, **data, **common)
            return _whole(compound, piece_id)

        return self._post(request, actor, compound, EquipmentReasonSerializer, call)


class PieceRemoval(_Writing):
    """The end of a piece."""

    @extend_schema(
        operation_id="equipment_piece_remove",
        parameters=[CODE, PIECE, STANDING, KEY],
        request=EquipmentReasonSerializer,
        responses={200: EquipmentPieceDetailSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, piece_id: int) -> Response:
        """Take it out of the register for good, saying why; its history and labels stay."""
        return self._post(
            request, actor, compound, EquipmentReasonSerializer,
            lambda data, common: _whole(compound, acting.remove_piece(piece_id=piece_id, **data, **common).pk),
        )  # fmt: skip


class Dues(ActingView):
    """What runs out."""

    @extend_schema(
        operation_id="equipment_dues",
        parameters=[CODE, STANDING, OpenApiParameter("show", OpenApiTypes.STR, enum=SHOWN), CURSOR],
        responses={200: OpenApiResponse(EquipmentDueSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List what is over, near (within 90 days) or of an unknown day. Whoever watches sees what is overdue and critical."""
        if not (reads(actor) or watches(actor)):
            raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")
        today, firm = localdate(), reads(actor)
        show = request.query_params.get("show", "over")
        found = queries.dues(
            compound.pk, show if firm and show in SHOWN else "over", today, critical=not firm
        )  # fmt: skip
        page = DuePage()
        if firm and show == "unknown":
            page.ordering = ("pk",)
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(EquipmentDueSerializer(rows, many=True, context={"today": today}).data)


class Stops(_Writing):
    """Systems that stand still or are to."""

    @extend_schema(
        operation_id="equipment_stops",
        parameters=[CODE, STANDING, CURSOR],
        responses={200: OpenApiResponse(EquipmentStopSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List them, 30 a page, the newest first."""
        _reads(actor)
        page = LatestPage()
        rows = page.paginate_queryset(queries.stops(compound.pk), request, view=self) or []
        return page.get_paginated_response(EquipmentStopSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="equipment_stop_ask",
        parameters=[CODE, STANDING, KEY],
        request=NewEquipmentStopSerializer,
        responses={201: EquipmentStopSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Ask that a system may stand still; another person approves it."""
        return self._post(
            request, actor, compound, NewEquipmentStopSerializer,
            lambda data, common: EquipmentStopSerializer(stopping.ask(draft=StopDraft(**data), **common)).data,
            made=status.HTTP_201_CREATED,
        )  # fmt: skip


class OneStop(ActingView):
    """One stop."""

    @extend_schema(
        operation_id="equipment_stop",
        parameters=[CODE, STOP_REF, STANDING],
        responses={200: EquipmentStopSerializer, **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, stop_ref: str) -> Response:
        """One stop."""
        _reads(actor)
        found = queries.stop_of(compound.pk, stop_ref)
        if found is None:
            raise Http404
        return Response(EquipmentStopSerializer(found).data)


_STEPS: dict[str, Callable[..., Stop]] = {
    "approve": stopping.approve,
    "begin": stopping.begin,
    "restore": stopping.restore,
    "withdraw": stopping.give_up,
    "refuse": stopping.refuse,
}


class StopStep(_Writing):
    """The steps of a stop."""

    @extend_schema(
        operation_id="equipment_stop_step",
        parameters=[
            CODE,
            STOP_REF,
            OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(_STEPS)),
            STANDING,
            KEY,
        ],
        request=EquipmentReasonSerializer(required=False),
        responses={200: EquipmentStopSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, stop_ref: str, step: str) -> Response:
        """Approve (which publishes the notice), refuse (saying why), begin, restore or withdraw."""
        if step not in _STEPS:
            raise Http404
        return self._post(
            request, actor, compound, EquipmentReasonSerializer if step == "refuse" else None,
            lambda data, common: EquipmentStopSerializer(_STEPS[step](ref=stop_ref, **data, **common)).data,
        )  # fmt: skip


def _report_body(compound: Compound, rows: list[Report]) -> Any:
    context = {"code": compound.code, "photos": queries.photos_of(compound.pk, rows)}
    return EquipmentReportSerializer(rows, many=True, context=context).data


class Reports(ActingView):
    """What was reported at labels."""

    @extend_schema(
        operation_id="equipment_reports",
        parameters=[CODE, STANDING, OpenApiParameter("show", OpenApiTypes.STR, enum=["new", "seen"]), CURSOR],
        responses={200: OpenApiResponse(EquipmentReportSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List what waits, or what was dealt with, 30 a page, the newest first."""
        _reads(actor)
        page = LatestPage()
        found = queries.reports(compound.pk, new=request.query_params.get("show") != "seen")
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(_report_body(compound, rows))


class OneReport(_Writing):
    """One report."""

    @extend_schema(
        operation_id="equipment_report_settle",
        parameters=[CODE, REPORT, STANDING, KEY],
        request=EquipmentOutcomeSerializer,
        responses={200: EquipmentReportSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, report_id: int) -> Response:
        """Say what became of it."""
        return self._post(
            request, actor, compound, EquipmentOutcomeSerializer,
            lambda data, common: _report_body(compound, [settle(report_id=report_id, **data, **common)])[0],
        )  # fmt: skip


_HERE = "compounds/<slug:code>/equipment/"
urlpatterns = [
    path(f"{_HERE}pieces/", Pieces.as_view(), name="api_equipment_pieces"),
    path(f"{_HERE}pieces/<int:piece_id>/", OnePiece.as_view(), name="api_equipment_piece"),
    path(f"{_HERE}pieces/<int:piece_id>/service/", PieceService.as_view(), name="api_equipment_service"),
    path(f"{_HERE}pieces/<int:piece_id>/label/", PieceLabel.as_view(), name="api_equipment_label"),
    path(f"{_HERE}pieces/<int:piece_id>/removal/", PieceRemoval.as_view(), name="api_equipment_removal"),
    path(f"{_HERE}labels/<slug:sign>/", ByLabel.as_view(), name="api_equipment_by_label"),
    path(f"{_HERE}dues/", Dues.as_view(), name="api_equipment_dues"),
    path(f"{_HERE}stops/", Stops.as_view(), name="api_equipment_stops"),
    path(f"{_HERE}stops/<slug:stop_ref>/", OneStop.as_view(), name="api_equipment_stop"),
    path(f"{_HERE}stops/<slug:stop_ref>/<slug:step>/", StopStep.as_view(), name="api_equipment_stop_step"),
    path(f"{_HERE}reports/", Reports.as_view(), name="api_equipment_reports"),
    path(f"{_HERE}reports/<int:report_id>/", OneReport.as_view(), name="api_equipment_report"),
]
