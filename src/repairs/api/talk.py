"""What is said on one request: the conversation, and prices."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs.actions import quotes
from repairs.actions.change import NoSuchRequest
from repairs.actions.remarks import remark
from repairs.api.asking import CODE, CURSOR, KEY, PROBLEMS, REF, STANDING, once
from repairs.models import Quote, QuoteLine, Remark, Request
from repairs.pages import remark_rows
from repairs.permissions import may_remark, oversees
from repairs.queries import prices_of, request_for
from repairs.refusals import NotPermitted
from repairs.rules import money
from repairs.rules.periods import MAX_REMARK
from repairs.words import said_by, without_numbers
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound


class RemarkSerializer(serializers.Serializer[Any]):
    """One remark, as ``context["actor"]`` may read it."""

    visibility = serializers.ChoiceField(choices=Remark.Visibility.choices)
    text = serializers.SerializerMethodField()
    who = serializers.SerializerMethodField(help_text="By name and post; residents by their part only.")
    party = serializers.CharField()
    at = serializers.DateTimeField()

    def get_text(self, row: Remark) -> str:
        """The words; whoever oversees reads no telephone in them."""
        return without_numbers(row.text) if oversees(self.context["actor"]) else row.text

    def get_who(self, row: Remark) -> str:
        """Who said it."""
        return str(said_by(row, viewer=self.context["actor"].person_id))


class NewRemarkSerializer(serializers.Serializer[Any]):
    """What is to be said; ``internal`` among the firm and the administration only."""

    text = serializers.CharField(max_length=MAX_REMARK, required=False, default="", allow_blank=True)
    internal = serializers.BooleanField(required=False, default=False)


class QuoteLineSerializer(serializers.Serializer[Any]):
    """So many of something at so much each, in fen."""

    kind = serializers.ChoiceField(choices=QuoteLine.Kind.choices)
    words = serializers.CharField(max_length=money.MAX_WORDS)
    quantity = serializers.IntegerField(min_value=1, max_value=money.MAX_QUANTITY)
    unit_fen = serializers.IntegerField(min_value=0, max_value=money.MAX_TOTAL_FEN)


class NewQuoteSerializer(serializers.Serializer[Any]):
    """A price in lines of parts and labour."""

    lines = serializers.ListField(child=QuoteLineSerializer(), required=False, default=list, max_length=money.MAX_LINES)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class QuoteSerializer(serializers.Serializer[Any]):
    """A price and what became of it. Money in fen."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Quote.State.choices)
    total_fen = serializers.IntegerField()
    note = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was declined.")
    told_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.SerializerMethodField()

    @extend_schema_field(QuoteLineSerializer(many=True))
    def get_lines(self, quote: Quote) -> list[dict[str, Any]]:
        """The lines in the order in which they were written."""
        rows = sorted(quote.lines.all(), key=lambda line: line.pk)
        return [dict(row) for row in QuoteLineSerializer(rows, many=True).data]


class DecisionSerializer(serializers.Serializer[Any]):
    """``agree``: the signature of a person without an account and their name. ``decline``: why."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    signature = serializers.FileField(required=False, help_text="multipart only")
    name = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class RemarkPage(CursorPagination):
    """Pages by cursor, the latest first."""

    page_size = 20
    ordering = ("-at", "-pk")


class Remarks(ActingView):
    """The conversation on a request."""

    @extend_schema(
        operation_id="repairs_remarks",
        parameters=[CODE, REF, STANDING, CURSOR],
        responses={200: OpenApiResponse(RemarkSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> Response:
        """List the remarks that the actor may read, 20 a page. Internal ones never reach a resident or a committee."""
        found = _taking_part(actor, compound, ref)
        page = RemarkPage()
        rows = page.paginate_queryset(remark_rows(actor, found), request, view=self) or []
        return page.get_paginated_response(RemarkSerializer(rows, many=True, context={"actor": actor}).data)

    @extend_schema(
        operation_id="repairs_remark",
        parameters=[CODE, REF, STANDING, KEY],
        request=NewRemarkSerializer,
        responses={201: RemarkSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> Response:
        """Say something to the others who deal with the request."""
        given = NewRemarkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def say() -> Any:
            made = remark(compound_id=compound.pk, ref=ref, by=actor, now=now, **given.validated_data)
            return RemarkSerializer(made, context={"actor": actor}).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=say)


class Prices(ActingView):
    """The prices of a paid repair (有偿维修)."""

    @extend_schema(
        operation_id="repairs_prices",
        parameters=[CODE, REF, STANDING],
        responses={200: OpenApiResponse(QuoteSerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> Response:
        """List the prices of a request, the latest first."""
        return Response(QuoteSerializer(prices_of(_taking_part(actor, compound, ref)), many=True).data)

    @extend_schema(
        operation_id="repairs_tell_price",
        parameters=[CODE, REF, STANDING, KEY],
        request=NewQuoteSerializer,
        responses={201: QuoteSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, ref: str) -> Response:
        """Tell a price; it takes the place of an earlier one."""
        given = NewQuoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        lines = [money.Line(**line) for line in given.validated_data["lines"]]

        def tell() -> Any:
            made = quotes.tell_price(
                compound_id=compound.pk, ref=ref, lines=lines, note=given.validated_data["note"], by=actor, now=now
            )
            return QuoteSerializer(made).data

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=tell)


class PriceDecision(ActingView):
    """What is said to a price."""

    @extend_schema(
        operation_id="repairs_decide_price",
        parameters=[
            CODE,
            REF,
            STANDING,
            KEY,
            OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The price's number."),
            OpenApiParameter("decision", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["agree", "decline"]),
        ],
        request={"multipart/form-data": DecisionSerializer, "application/json": DecisionSerializer},
        responses={200: QuoteSerializer, **PROBLEMS},
    )
    @in_compound_api
    def post(  # noqa: PLR0917  the parts of the path
        self, request: ApiRequest, actor: Actor, compound: Compound, ref: str, number: int, decision: str
    ) -> Response:
        """Agree to a price, or decline it."""
        if decision not in {"agree", "decline"}:
            raise Http404
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data
        now = timezone.now()
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": ref, "number": number, "by": actor, "now": now}

        def decide() -> Any:
            if decision == "decline":
                made = quotes.decline(**common, reason=value["reason"])
            else:
                made = quotes.agree(**common, signature=value.get("signature"), name=value["name"])
            return QuoteSerializer(made).data

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=decide)


def _taking_part(actor: Actor, compound: Compound, ref: str) -> Request:
    """The request for those who talk about it: a neighbour who only joined it reads neither words nor prices."""
    found = request_for(actor, compound_id=compound.pk, ref=ref)
    if found is None:
        raise NoSuchRequest
    if not may_remark(actor, found):
        raise NotPermitted("not_yours")
    return found


urlpatterns = [
    path("compounds/<slug:code>/repairs/<slug:ref>/remarks/", Remarks.as_view(), name="api_repairs_remarks"),
    path("compounds/<slug:code>/repairs/<slug:ref>/prices/", Prices.as_view(), name="api_repairs_prices"),
    path(
        "compounds/<slug:code>/repairs/<slug:ref>/prices/<int:number>/<slug:decision>/",
        PriceDecision.as_view(),
        name="api_repairs_price",
    ),
]
