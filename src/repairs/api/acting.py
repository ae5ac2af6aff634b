"""Every action on one request."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from idempotency import actions as idempotency
from repairs.actions import dispatch, duty, feedback, pauses, returns, signatures, together, work
from repairs.api.asking import CODE, KEY, MAX_ID, PROBLEMS, REF, STANDING, claim
from repairs.api.requests import RequestDetailSerializer, detail
from repairs.models import Signature
from repairs.refusals import BadInput
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField

# The most that an action keeps of a reason; each refuses or cuts by its own rule below it.
MAX_TEXT = 500


def _text(help_text: str, most: int = MAX_TEXT) -> Any:
    return serializers.CharField(max_length=most, required=False, default="", allow_blank=True, help_text=help_text)


class ActionSerializer(serializers.Serializer[Any]):
    """What an action may need; each takes its own and ignores the rest."""

    worker_post = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID, help_text="assign, reassign")
    reason = _text("reassign, return, reopen, contest, withdraw, pause, force_close, deny")
    receiver = _text("return", 80)
    note = _text("finish, uphold")
    until = MomentField(required=False, help_text="pause: within thirty days")
    home = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID, help_text="join: from which of the own homes"
    )
    into = _text("merge: the reference of the request that goes on", 16)
    to = _text("tie: the reference of the larger request", 16)
    stars = serializers.IntegerField(required=False, default=0, help_text="confirm: 1-5", min_value=0, max_value=5)
    comment = _text("confirm")
    answer = _text("answer")
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=9, help_text="start, finish; multipart only"
    )
    image = serializers.FileField(required=False, help_text="sign: the drawing; multipart only")
    role = serializers.ChoiceField(
        choices=Signature.Role.choices, required=False, default=Signature.Role.RESIDENT.value, help_text="sign"
    )
    name = _text("sign: who signed", 40)


def _act(action: Any, *fields: str, **defaults: Any) -> Any:
    def run(value: dict[str, Any], common: dict[str, Any]) -> Any:
        return action(**common, **{name: value.get(name, defaults.get(name)) for name in fields})

    return run


def _pause(value: dict[str, Any], common: dict[str, Any]) -> Any:
    if "until" not in value:
        raise BadInput("pause_too_short", field="until")
    return pauses.pause(**common, reason=value["reason"], until=value["until"])


def _join(value: dict[str, Any], common: dict[str, Any]) -> Any:
    return together.join(**common, home_id=value.get("home"))


def _sign(value: dict[str, Any], common: dict[str, Any]) -> Any:
    if "image" not in value:
        raise BadInput("signature_needed", field="image")
    return signatures.sign(**common, image=value["image"], role=value["role"], name=value["name"])


# Each action with the fields that it takes; what is absent is refused by the action itself, in words.
ACTIONS = {
    "accept": _act(dispatch.accept),
    "assign": _act(dispatch.assign, "worker_post", worker_post=0),
    "reassign": _act(dispatch.reassign, "worker_post", "reason", worker_post=0),
    "return": _act(dispatch.return_, "reason", "receiver"),
    "force_close": _act(dispatch.force_close, "reason"),
    "merge": _act(together.merge, "into"),
    "tie": _act(together.tie, "to"),
    "claim": _act(work.claim),
    "arrive": _act(work.arrive),
    "start": _act(work.start, "photos", photos=()),
    "finish": _act(work.finish, "note", "photos", photos=()),
    "pause": _pause,
    "resume": _act(pauses.resume),
    "sign": _sign,
    "uphold": _act(returns.uphold, "note"),
    "deny": _act(returns.deny, "reason"),
    "confirm": _act(feedback.confirm, "stars", "comment"),
    "reopen": _act(feedback.reopen, "reason"),
    "contest": _act(feedback.contest, "reason"),
    "withdraw": _act(feedback.withdraw, "reason"),
    "urge": _act(feedback.urge),
    "join": _join,
    "leave": _act(together.leave),
    "answer": _act(duty.answer, "answer"),
}


class RequestAction(ActingView):
    """One action on one request."""

    @extend_schema(
        operation_id="repairs_act",
        parameters=[
            CODE,
            REF,
            STANDING,
            KEY,
            OpenApiParameter("action", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(ACTIONS)),
        ],
        request={"multipart/form-data": ActionSerializer, "application/json": ActionSerializer},
        responses={
            200: RequestDetailSerializer,
            204: OpenApiResponse(description="Done; the actor does not see the request any more."),
            **PROBLEMS,
        },
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str, action: str) -> Response:
        """Take an action; it answers with the request as it is then.

        ``answer`` gives the answer that the acting party owes for a late request. Prices, remarks and incidents have
        resources of their own.
        """
        if action not in ACTIONS:
            raise Http404
        given = ActionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        claimed = claim(request, actor, compound, now)
        if claimed.replay is None:
            ACTIONS[action](given.validated_data, {"compound_id": compound.pk, "ref": ref, "by": actor, "now": now})
            idempotency.settle(claimed, status=status.HTTP_200_OK)
        found = detail(actor, compound, ref)
        return Response(status=status.HTTP_204_NO_CONTENT) if found is None else Response(found)


urlpatterns = [
    path("compounds/<slug:code>/repairs/<slug:ref>/<slug:action>/", RequestAction.as_view(), name="api_repairs_action"),
]
