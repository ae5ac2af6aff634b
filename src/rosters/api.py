"""Rosters over REST, for the firm's own app: a published month, one's own shifts, days off and swaps, and a room's log."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from rosters.actions import absences, logbook, publishing, swapping
from rosters.actions.logbook import CHECKS, MAX_NAME, MAX_SPOT, MAX_SYSTEM, StandIn, Words
from rosters.models import MAX_REASON, MAX_WORDS, Absence, Entry, Swap
from rosters.permissions import serves
from rosters.queries import log, months
from rosters.queries.cases import shifts_of
from rosters.refusal_words import refusal_field, refusal_text
from rosters.refusals import NoSuchThing, NotPermitted
from rosters.states import ABSENCE, SWAP
from rosters.views.posting import month_read
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from ui.numbers import day

MONTH = OpenApiParameter("month", OpenApiTypes.STR, OpenApiParameter.PATH, description="2026-07")
ROSTER = OpenApiParameter("roster", OpenApiTypes.STR, OpenApiParameter.PATH, description="The edition's reference.")
ABSENCE_ID = OpenApiParameter("absence_id", OpenApiTypes.INT, OpenApiParameter.PATH)
SWAP_ID = OpenApiParameter("swap_id", OpenApiTypes.INT, OpenApiParameter.PATH)
ROOM = OpenApiParameter("room_id", OpenApiTypes.INT, OpenApiParameter.PATH, description="A post of kind control_room.")
DAY = OpenApiParameter("day", OpenApiTypes.DATE, description="A day of the log; today by default.")
MAX_ID = 2**63 - 1
# A handover writes its own lines.
WRITTEN = ("routine", "fault", "alarm", "check")
_once = Answering(NoSuchThing, refusal_text, refusal_field)


class RosterShiftSerializer(serializers.Serializer[Any]):
    """One person's duty."""

    id = serializers.IntegerField(source="pk")
    post = serializers.CharField(source="station.name")
    post_id = serializers.IntegerField(source="station_id")
    member = serializers.IntegerField(source="member_id")
    name = serializers.CharField(source="member.name")
    day = serializers.DateField(help_text="The day on which it begins.")
    shift = serializers.CharField(source="turn", help_text="08:00-16:00")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class RosterSerializer(serializers.Serializer[Any]):
    """A published month."""

    ref = serializers.CharField()
    month = serializers.DateField(help_text="Its first day.")
    edition = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    published_as = serializers.CharField()
    gap_note = serializers.CharField(help_text="How the shifts that nobody has are filled.")
    shifts = RosterShiftSerializer(source="listed", many=True)


class RosterAbsenceSerializer(serializers.Serializer[Any]):
    """Days off: leave, which is granted, or a wish."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Absence.Kind.choices)
    first = serializers.DateField()
    last = serializers.DateField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=ABSENCE.choices())


class RosterSwapSerializer(serializers.Serializer[Any]):
    """A shift that is to change hands."""

    id = serializers.IntegerField(source="pk")
    giver = serializers.CharField(source="giver.name")
    taker = serializers.CharField(source="taker.name")
    post = serializers.CharField(source="station.name")
    day = serializers.DateField()
    shift = serializers.CharField(source="turn")
    back_day = serializers.DateField(allow_null=True, help_text="The shift that comes back; null: none.")
    back_shift = serializers.CharField(source="back_turn")
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=SWAP.choices())
    decided_why = serializers.CharField()


class RosterOwnSerializer(serializers.Serializer[Any]):
    """What is one's own; ``member`` null: not on rosters."""

    member = serializers.IntegerField(allow_null=True)
    shifts = RosterShiftSerializer(many=True)
    to_acknowledge = serializers.ListField(child=serializers.CharField(), help_text="References of editions.")
    days_off = RosterAbsenceSerializer(many=True)
    swaps = RosterSwapSerializer(many=True)


class NewRosterAbsenceSerializer(serializers.Serializer[Any]):
    """Days off that are asked for."""

    kind = serializers.ChoiceField(choices=Absence.Kind.choices)
    first = serializers.DateField()
    last = serializers.DateField()
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class NewRosterSwapSerializer(serializers.Serializer[Any]):
    """One's own shift, the colleague who is to take it, and the shift of theirs that comes back (null: none)."""

    shift = serializers.IntegerField(min_value=1, max_value=MAX_ID, source="shift_id")
    taker = serializers.IntegerField(min_value=1, max_value=MAX_ID, source="taker_id")
    back = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, default=None, source="back_id")
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class RosterDecisionSerializer(serializers.Serializer[Any]):
    """A word on a decision."""

    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class DutyEntrySerializer(serializers.Serializer[Any]):
    """A line of a room's log (GB 25201 table A.1) as it stands now."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=Entry.Kind.choices)
    normal = serializers.BooleanField(help_text="The controller runs as it should.")
    alarm = serializers.CharField(help_text="fire, false, fault, supervisory, missed, or empty.")
    spot = serializers.CharField()
    words = serializers.CharField()
    system = serializers.CharField()
    automatic = serializers.BooleanField(allow_null=True)
    running = serializers.BooleanField(allow_null=True)
    checks = serializers.JSONField(source="check_list", allow_null=True)
    signed = serializers.CharField()
    shift = serializers.CharField(source="on_turn", help_text="The writer's shift by the roster, or empty.")
    instead_of = serializers.CharField()
    instead_why = serializers.CharField()
    unplanned = serializers.BooleanField()
    certified = serializers.BooleanField()
    corrects = serializers.IntegerField(allow_null=True)
    corrects_why = serializers.CharField()


class NewDutyEntrySerializer(serializers.Serializer[Any]):
    """A line to be written; ``instead_of`` and ``instead_why`` for whoever is not on this shift."""

    kind = serializers.ChoiceField(choices=WRITTEN, default="routine")
    normal = serializers.BooleanField(default=True)
    alarm = serializers.ChoiceField(choices=["", *Entry.Alarm.values], default="")
    spot = serializers.CharField(max_length=MAX_SPOT, allow_blank=True, default="")
    words = serializers.CharField(max_length=MAX_WORDS, allow_blank=True, default="")
    system = serializers.CharField(max_length=MAX_SYSTEM, allow_blank=True, default="")
    automatic = serializers.BooleanField(allow_null=True, default=None)
    running = serializers.BooleanField(allow_null=True, default=None)
    checks = serializers.ListField(child=serializers.ChoiceField(choices=list(CHECKS)), default=list)
    model = serializers.CharField(max_length=MAX_SYSTEM, allow_blank=True, default="")
    instead_of = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    instead_why = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


def _serves(actor: Actor) -> None:
    if not serves(actor):
        raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


class _Writing(ActingView):
    """What changes something: one effect a key."""

    def _post(
        self, request: ApiRequest, actor: Actor, compound: Compound, given: type[serializers.Serializer[Any]] | None,
        call: Callable[[dict[str, Any], dict[str, Any]], Any], *, made: int = status.HTTP_200_OK,
    ) -> Response:  # fmt: skip
        data: dict[str, Any] = {}
        if given is not None:
            checked = given(data=request.data)
            checked.is_valid(raise_exception=True)
            data = checked.validated_data
        now = timezone.now()
        common = {"compound_id": compound.pk, "by": actor, "now": now}
        return _once(request, actor, compound, now, made=made, effect=lambda: call(data, common))


class Month(ActingView):
    """A month."""

    @extend_schema(
        operation_id="rosters_month", parameters=[CODE, MONTH, STANDING], responses={200: RosterSerializer, **READS}
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, month: str) -> Response:
        """The edition that holds for a month; 404 while none is published."""
        _serves(actor)
        found: Any = months.published(compound.pk, month_read(month))
        if found is None:
            raise Http404
        found.listed = shifts_of(found)
        return Response(RosterSerializer(found).data)


class Mine(ActingView):
    """One's own."""

    @extend_schema(
        operation_id="rosters_mine", parameters=[CODE, STANDING], responses={200: RosterOwnSerializer, **READS}
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """One's own shifts that are not over, what waits to be acknowledged, days off and swaps."""
        _serves(actor)
        me, now = months.member_of(compound.pk, actor.person_id), timezone.now()
        body: dict[str, Any] = {"member": None, "shifts": [], "to_acknowledge": [], "days_off": [], "swaps": []}
        if me is not None:
            today = localdate(now)
            body = {
                "member": me.pk,
                "shifts": months.own_shifts(me, now),
                "to_acknowledge": [one.ref for one in months.to_acknowledge(me, today)],
                "days_off": months.own_absences(me, today),
                "swaps": months.own_swaps(me),
            }
        return Response(RosterOwnSerializer(body).data)


class Acknowledging(_Writing):
    """Shifts that somebody has read."""

    @extend_schema(
        operation_id="rosters_acknowledge", parameters=[CODE, ROSTER, STANDING, KEY], request=None,
        responses={204: None, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, roster: str) -> Response:
        """One has read one's shifts of an edition. Again is the same."""

        def call(_data: Any, common: Any) -> None:
            publishing.acknowledge(ref=roster, **common)

        return self._post(request, actor, compound, None, call, made=status.HTTP_204_NO_CONTENT)


class Leave(_Writing):
    """Days off."""

    @extend_schema(
        operation_id="rosters_leave_ask", parameters=[CODE, STANDING, KEY], request=NewRosterAbsenceSerializer,
        responses={201: RosterAbsenceSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Ask for leave, or say when one would rather rest."""
        return self._post(
            request, actor, compound, NewRosterAbsenceSerializer,
            lambda data, common: RosterAbsenceSerializer(absences.ask_off(**data, **common)).data,
            made=status.HTTP_201_CREATED,
        )  # fmt: skip


class LeaveStep(_Writing):
    """What becomes of days off."""

    @extend_schema(
        operation_id="rosters_leave_step",
        parameters=[
            CODE, ABSENCE_ID,
            OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["grant", "refuse", "withdraw"]),
            STANDING, KEY,
        ],
        request=None, responses={200: RosterAbsenceSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, absence_id: int, step: str) -> Response:
        """Grant or refuse them (the desk), or take one's own back."""

        def call(_data: Any, common: Any) -> Any:
            if step == "withdraw":
                found = absences.withdraw_off(absence_id=absence_id, **common)
            elif step in {"grant", "refuse"}:
                found = absences.decide_off(absence_id=absence_id, grant=step == "grant", **common)
            else:
                raise NoSuchThing
            return RosterAbsenceSerializer(found).data

        return self._post(request, actor, compound, None, call)


def _swap(compound_id: int, swap: Swap) -> Any:
    return RosterSwapSerializer(months.swaps(compound_id).get(pk=swap.pk)).data


class Swaps(_Writing):
    """Swaps."""

    @extend_schema(
        operation_id="rosters_swap_ask", parameters=[CODE, STANDING, KEY], request=NewRosterSwapSerializer,
        responses={201: RosterSwapSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Ask a colleague to take one's shift."""
        return self._post(
            request, actor, compound, NewRosterSwapSerializer,
            lambda data, common: _swap(compound.pk, swapping.ask_swap(wish=swapping.Wish(**data), **common)),
            made=status.HTTP_201_CREATED,
        )  # fmt: skip


class SwapStep(_Writing):
    """What becomes of a swap."""

    @extend_schema(
        operation_id="rosters_swap_step",
        parameters=[
            CODE, SWAP_ID,
            OpenApiParameter(
                "step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["agree", "decline", "withdraw", "approve", "refuse"]
            ),
            STANDING, KEY,
        ],
        request=RosterDecisionSerializer, responses={200: RosterSwapSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, swap_id: int, step: str) -> Response:
        """Answer as the colleague, take one's own back, or decide as the desk: every rule is asked again."""

        def call(data: Any, common: Any) -> Any:
            if step == "withdraw":
                found = swapping.withdraw_swap(swap_id=swap_id, **common)
            elif step in {"agree", "decline"}:
                found = swapping.answer_swap(swap_id=swap_id, agree=step == "agree", **common)
            elif step in {"approve", "refuse"}:
                found = swapping.decide_swap(
                    swap_id=swap_id, approve=step == "approve", reason=data["reason"], **common
                )
            else:
                raise NoSuchThing
            return _swap(compound.pk, found)

        return self._post(request, actor, compound, RosterDecisionSerializer, call)


class DutyEntries(_Writing):
    """A room's log."""

    @extend_schema(
        operation_id="rosters_log", parameters=[CODE, ROOM, STANDING, DAY],
        responses={200: DutyEntrySerializer(many=True), **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, room_id: int) -> Response:
        """A day of the log in order; a corrected line stands where the first one stood."""
        _serves(actor)
        room = log.room(compound.pk, room_id)
        if room is None:
            raise Http404
        on = day(request.query_params.get("day") or localdate().isoformat())
        if on is None:
            raise Http404
        return Response(DutyEntrySerializer([one.entry for one in log.day_of(room, on)], many=True).data)

    @extend_schema(
        operation_id="rosters_log_write", parameters=[CODE, ROOM, STANDING, KEY], request=NewDutyEntrySerializer,
        responses={201: DutyEntrySerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, room_id: int) -> Response:
        """Write a line."""

        def call(data: Any, common: Any) -> Any:
            stand_in = StandIn(data.pop("instead_of"), data.pop("instead_why"))
            words = Words(**{**data, "checks": tuple(data["checks"])})
            return DutyEntrySerializer(logbook.write(station_id=room_id, words=words, stand_in=stand_in, **common)).data

        return self._post(request, actor, compound, NewDutyEntrySerializer, call, made=status.HTTP_201_CREATED)


_HERE = "compounds/<slug:code>/rosters/"
urlpatterns = [
    path(f"{_HERE}months/<slug:month>/", Month.as_view(), name="api_rosters_month"),
    path(f"{_HERE}mine/", Mine.as_view(), name="api_rosters_mine"),
    path(f"{_HERE}editions/<slug:roster>/seen/", Acknowledging.as_view(), name="api_rosters_seen"),
    path(f"{_HERE}leave/", Leave.as_view(), name="api_rosters_leave"),
    path(f"{_HERE}leave/<int:absence_id>/<slug:step>/", LeaveStep.as_view(), name="api_rosters_leave_step"),
    path(f"{_HERE}swaps/", Swaps.as_view(), name="api_rosters_swaps"),
    path(f"{_HERE}swaps/<int:swap_id>/<slug:step>/", SwapStep.as_view(), name="api_rosters_swap_step"),
    path(f"{_HERE}rooms/<int:room_id>/entries/", DutyEntries.as_view(), name="api_rosters_log"),
]
