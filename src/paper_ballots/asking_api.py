"""Paper on request over REST: an owner asks and sees how far it is, the desk enters, prints, hands over or says why not.

What was handed over at a door comes as a delivery (``paper_ballots.api``); here it is given out at the desk.
"""

from typing import Any

from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from boxes.queries import box_of
from elections.models import Poll
from elections.models.polls import MAX_REASON
from elections.queries.polls import OUT, poll_of
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from idempotency.forms import HEADER
from paper_ballots import actions
from paper_ballots.actions.asking import STATES
from paper_ballots.api import POLL, PaperReasonSerializer, answer_once, desk_poll, given_in
from paper_ballots.models import Way
from paper_ballots.models.asking import MAX_NAME
from paper_ballots.queries.asking import Own, Wish, asked_papers, own_rights
from paper_ballots.queries.terms import terms_of
from paper_ballots.refusals import NotPermitted
from paper_ballots.words import STEPS, said
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import TextJSONParser

ASKED = OpenApiParameter("asked_id", OpenApiTypes.INT, OpenApiParameter.PATH, description="The request's id.")
RIGHT = OpenApiParameter("right", OpenApiTypes.STR, OpenApiParameter.PATH, description="The right's key on the roll.")
WHICH = OpenApiParameter(
    "show", OpenApiTypes.STR, enum=["waiting", "all"], default="waiting",
    description="Those that wait, the oldest first; or all, the newest first.",
)  # fmt: skip
PAGE = OpenApiParameter("page", OpenApiTypes.INT, default=1, description="Which page of thirty.")
SIZE = 30
MAX_PAGE = 9_999


# --- what is said and shown ---------------------------------------------------------------------------------------------
class _FarSerializer(serializers.Serializer[Any]):
    """How far a paper is that was asked for."""

    paper = serializers.IntegerField(source="far.number", allow_null=True, help_text="Its number; null: not made yet.")
    how_far = serializers.ChoiceField(
        source="far.step", choices=tuple(STEPS.items()), help_text="``phone``: voted by phone, without it."
    )
    taken_by = serializers.CharField(
        source="far.taken_by", allow_null=True, help_text="null: no proof that anyone did."
    )


class PaperRequestSerializer(_FarSerializer):
    """A request for a paper ballot, as the desk sees it."""

    id = serializers.IntegerField(source="pk")
    address = serializers.CharField()
    more = serializers.IntegerField(help_text="Further homes of the same owner that this paper stands for.")
    holder = serializers.CharField()
    way = serializers.ChoiceField(choices=Way.choices)
    name = serializers.CharField(help_text="Who asked.")
    note = serializers.CharField()
    own = serializers.BooleanField(help_text="Asked by the owner, signed in; else entered by ``by``.")
    at = serializers.DateTimeField()
    by = serializers.CharField(source="label")
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField(help_text="Why it was not given; empty where the owner took it back.")


class PaperRequestsSerializer(serializers.Serializer[Any]):
    """A page of requests."""

    next = serializers.IntegerField(allow_null=True, help_text="The next page.")
    results = PaperRequestSerializer(many=True)


class PaperRequestsAskedSerializer(serializers.Serializer[Any]):
    """Which requests."""

    show = serializers.ChoiceField(choices=("waiting", "all"), default="waiting")
    page = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=1)


class NewPaperRequestSerializer(serializers.Serializer[Any]):
    """What an owner asked for by word of mouth."""

    address = serializers.CharField(max_length=60, help_text="As the roll writes it.")
    way = serializers.ChoiceField(choices=Way.choices)
    name = serializers.CharField(max_length=MAX_NAME, help_text="The owner; or who came, and how related.")
    note = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class PrintedRequestSerializer(PaperRequestSerializer):
    """A request whose paper is made, with the page of its sheet."""

    sheet = serializers.CharField(help_text="The address of the page from which the sheet is printed.")


class HandedPaperSerializer(serializers.Serializer[Any]):
    """Into whose hands a paper was given; with a photo of the signed slip it is sent as a form."""

    taken_by = serializers.CharField(max_length=MAX_NAME)
    photo = serializers.FileField(required=False, allow_empty_file=True)


class PaperTermsSerializer(serializers.Serializer[Any]):
    """Where and when papers are handed in."""

    place = serializers.CharField()
    hours = serializers.CharField()
    contact = serializers.CharField()


class OwnPaperSerializer(_FarSerializer):
    """A right of the person and how far its paper is."""

    right = serializers.CharField()
    address = serializers.CharField()
    more = serializers.IntegerField(help_text="Further homes of the same right: one paper.")
    asked = serializers.SerializerMethodField(help_text="Whether somebody asked for it.")
    way = serializers.ChoiceField(choices=Way.choices, allow_blank=True)
    asked_at = serializers.DateTimeField(source="at", allow_null=True)
    own = serializers.BooleanField(help_text="Asked by an owner, signed in; else entered at the desk.")

    def get_asked(self, one: Own) -> bool:
        """Whether a request stands."""
        return one.asked is not None


class OwnPapersSerializer(serializers.Serializer[Any]):
    """What an owner may ask for, and where a paper goes."""

    takes = serializers.BooleanField(help_text="Whether paper can still be asked for.")
    terms = PaperTermsSerializer(allow_null=True)
    rights = OwnPaperSerializer(many=True)


class AskForPaperSerializer(serializers.Serializer[Any]):
    """How the paper is to come."""

    way = serializers.ChoiceField(choices=Way.choices)
    note = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


# --- how it is taken ----------------------------------------------------------------------------------------------------
def _wish(poll: Poll, asked_id: int) -> Wish:
    found = next(iter(asked_papers(poll, box_of(poll), still_open=False, page=1, size=1, only=asked_id)), None)
    if found is None:
        raise Http404
    return found


def _owners(actor: Actor, compound: Compound, ref: str) -> Poll:
    """A poll that was called, for somebody who lives there."""
    if actor.party != "resident":
        raise PermissionDenied(said(NotPermitted("not_your_home")), code="not_your_home")
    found = poll_of(compound.pk, ref)
    if found is None or found.state not in OUT:
        raise Http404
    return found


def _own(poll: Poll, actor: Actor, right: str) -> dict[str, Any]:
    mine = own_rights(poll, box_of(poll), actor.person_id)
    return dict(OwnPaperSerializer(next(one for one in mine if one.right == right)).data)


class PaperRequests(ActingView):
    """Requests for paper."""

    @extend_schema(
        operation_id="paper_requests", parameters=[CODE, POLL, WHICH, PAGE, STANDING],
        responses={200: PaperRequestsSerializer, **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Who wants paper, and how far it is."""
        found = desk_poll(actor, compound, poll)
        asked = PaperRequestsAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page, waiting = asked.validated_data["page"], asked.validated_data["show"] == "waiting"
        rows = asked_papers(found, box_of(found), still_open=waiting, page=page, size=SIZE)
        body = {"next": page + 1 if len(rows) > SIZE else None, "results": rows[:SIZE]}
        return Response(PaperRequestsSerializer(body).data)

    @extend_schema(
        operation_id="paper_request_enter", parameters=[CODE, POLL, STANDING, KEY], request=NewPaperRequestSerializer,
        responses={201: PaperRequestSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Enter what an owner without a phone asked for."""
        found, given = desk_poll(actor, compound, poll), given_in(NewPaperRequestSerializer, request)

        def effect(now: Any) -> Any:
            made = actions.enter_asked(compound_id=compound.pk, ref=poll, by=actor, now=now, **given)
            return PaperRequestSerializer(_wish(found, made.pk)).data

        return answer_once(request, actor, compound, made=201, effect=effect)


class OnePaperRequest(ActingView):
    """A request for paper."""

    @extend_schema(
        operation_id="paper_request", parameters=[CODE, POLL, ASKED, STANDING],
        responses={200: PaperRequestSerializer, **READS},
    )  # fmt: skip
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str, asked_id: int) -> Response:
        """It, and how far it is."""
        return Response(PaperRequestSerializer(_wish(desk_poll(actor, compound, poll), asked_id)).data)


class PaperRequestPrint(ActingView):
    """The paper of a request."""

    @extend_schema(
        operation_id="paper_request_print", parameters=[CODE, POLL, ASKED, STANDING, KEY], request=None,
        responses={200: PrintedRequestSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, asked_id: int) -> Response:
        """Make the paper where there is none yet, and its sheet."""
        found = desk_poll(actor, compound, poll)

        def effect(now: Any) -> Any:
            sheet = actions.print_asked(compound_id=compound.pk, ref=poll, asked_id=asked_id, by=actor, now=now)
            where = reverse("documents:document", args=[compound.code, sheet.pk])
            return {**PaperRequestSerializer(_wish(found, asked_id)).data, "sheet": where}

        return answer_once(request, actor, compound, made=200, effect=effect)


class PaperRequestHand(ActingView):
    """A paper given out."""

    parser_classes = (TextJSONParser, MultiPartParser, FormParser)

    @extend_schema(
        operation_id="paper_request_hand", parameters=[CODE, POLL, ASKED, STANDING, KEY], request=HandedPaperSerializer,
        responses={200: PaperRequestSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, asked_id: int) -> Response:
        """Say who took the paper, with a photo of the signed slip where there is one."""
        found, given = desk_poll(actor, compound, poll), given_in(HandedPaperSerializer, request)

        def effect(now: Any) -> Any:
            actions.hand_asked(
                compound_id=compound.pk, ref=poll, asked_id=asked_id, key=request.headers[HEADER],
                taken_by=given["taken_by"], upload=given.get("photo"), by=actor, now=now,
            )  # fmt: skip
            return PaperRequestSerializer(_wish(found, asked_id)).data

        return answer_once(request, actor, compound, made=200, effect=effect)


class PaperRequestRefuse(ActingView):
    """A paper that is not given."""

    @extend_schema(
        operation_id="paper_request_refuse", parameters=[CODE, POLL, ASKED, STANDING, KEY], request=PaperReasonSerializer,
        responses={200: PaperRequestSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, asked_id: int) -> Response:
        """Say why; the owners are told."""
        found, given = desk_poll(actor, compound, poll), given_in(PaperReasonSerializer, request)

        def effect(now: Any) -> Any:
            actions.refuse_asked(compound_id=compound.pk, ref=poll, asked_id=asked_id, by=actor, now=now, **given)
            return PaperRequestSerializer(_wish(found, asked_id)).data

        return answer_once(request, actor, compound, made=200, effect=effect)


class OwnPapers(ActingView):
    """The person's own papers."""

    @extend_schema(
        operation_id="paper_own", parameters=[CODE, POLL, STANDING], responses={200: OwnPapersSerializer, **READS}
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Every right of the person with how far its paper is, and where a paper is handed in."""
        found, now = _owners(actor, compound, poll), timezone.now()
        body = {
            "takes": found.state in STATES and (found.closes_at is None or now < found.closes_at),
            "terms": terms_of(found),
            "rights": own_rights(found, box_of(found), actor.person_id),
        }
        return Response(OwnPapersSerializer(body).data)


class OwnPaper(ActingView):
    """The paper of an own right."""

    @extend_schema(
        operation_id="paper_own_ask", parameters=[CODE, POLL, RIGHT, STANDING, KEY], request=AskForPaperSerializer,
        responses={201: OwnPaperSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Ask for it. It uses no right: the phone stays open until the paper is back."""
        found, given = _owners(actor, compound, poll), given_in(AskForPaperSerializer, request)

        def effect(now: Any) -> Any:
            actions.ask(compound_id=compound.pk, ref=poll, right=right, by=actor, now=now, **given)
            return _own(found, actor, right)

        return answer_once(request, actor, compound, made=201, effect=effect)


class OwnPaperWithdraw(ActingView):
    """The paper of an own right, no longer wanted."""

    @extend_schema(
        operation_id="paper_own_withdraw", parameters=[CODE, POLL, RIGHT, STANDING, KEY], request=None,
        responses={200: OwnPaperSerializer, **WRITES},
    )  # fmt: skip
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str, right: str) -> Response:
        """Take the request back; a paper that was made stays good."""
        found = _owners(actor, compound, poll)

        def effect(now: Any) -> Any:
            actions.withdraw_asked(compound_id=compound.pk, ref=poll, right=right, by=actor, now=now)
            return _own(found, actor, right)

        return answer_once(request, actor, compound, made=200, effect=effect)


_PAPERS = "compounds/<slug:code>/polls/<slug:poll>/papers/"
_ASKED = f"{_PAPERS}requests/<int:asked_id>/"
_OWN = f"{_PAPERS}own/<slug:right>/"

urlpatterns = [
    path(f"{_PAPERS}requests/", PaperRequests.as_view(), name="api_paper_requests"),
    path(_ASKED, OnePaperRequest.as_view(), name="api_paper_request"),
    path(f"{_ASKED}print/", PaperRequestPrint.as_view(), name="api_paper_request_print"),
    path(f"{_ASKED}hand/", PaperRequestHand.as_view(), name="api_paper_request_hand"),
    path(f"{_ASKED}refuse/", PaperRequestRefuse.as_view(), name="api_paper_request_refuse"),
    path(f"{_PAPERS}own/", OwnPapers.as_view(), name="api_paper_own"),
    path(_OWN, OwnPaper.as_view(), name="api_paper_own_ask"),
    path(f"{_OWN}withdraw/", OwnPaperWithdraw.as_view(), name="api_paper_own_withdraw"),
]
