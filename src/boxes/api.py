"""Boxes over REST: heads, root and record of a box, and the proof of one receipt. No choice is in any of it."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from boxes import queries
from boxes.models import Box, State, Why
from boxes.views.public import seen_poll
from elections.models import Poll
from idempotency.asking import CODE, READS, STANDING
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

POLL = OpenApiParameter("poll", OpenApiTypes.STR, OpenApiParameter.PATH, description="The poll's reference.")
RECEIPT = OpenApiParameter(
    "receipt", OpenApiTypes.STR, OpenApiParameter.QUERY, required=True, description="64 hexadecimal digits."
)


class HeadSerializer(serializers.Serializer[Any]):
    """A head of the chain as it was published."""

    number = serializers.IntegerField()
    hash = serializers.CharField()
    at = serializers.DateTimeField()
    why = serializers.ChoiceField(choices=Why.choices)


class BoxSerializer(serializers.Serializer[Any]):
    """A box: what anyone needs to hold its record against."""

    name = serializers.CharField()
    round = serializers.IntegerField(source="number")
    state = serializers.ChoiceField(choices=State.choices)
    paper_only = serializers.BooleanField()
    public_key = serializers.CharField()
    threshold = serializers.IntegerField()
    holders = serializers.IntegerField(source="holders_count")
    receipts = serializers.IntegerField(allow_null=True, help_text="How many were given, once it is closed.")
    # DRF knows every field by this name of a property; the resource says what the record says.
    root = serializers.CharField(help_text="The root over all receipts (RFC 9162), else empty.")  # type: ignore[assignment]
    heads = HeadSerializer(many=True)
    record = serializers.CharField(help_text="Where the published record is, once it is counted; else empty.")
    record_sha256 = serializers.CharField()
    download = serializers.CharField(
        help_text="Where anyone downloads the record without signing in; empty before the count."
    )


class ProofSerializer(serializers.Serializer[Any]):
    """That a receipt is under the root: its place among ``size``, and what stands beside the way up, from below."""

    receipt = serializers.CharField()
    index = serializers.IntegerField()
    size = serializers.IntegerField()
    path = serializers.ListField(child=serializers.CharField())
    root = serializers.CharField()  # type: ignore[assignment]


def _found(actor: Actor, compound: Compound, ref: str) -> tuple[Poll, Box]:
    poll = seen_poll(actor, compound, ref)
    box = queries.box_with_files(poll)
    if box is None:
        raise Http404
    return poll, box


class BoxOne(ActingView):
    """The box of a poll."""

    @extend_schema(operation_id="poll_box", parameters=[CODE, POLL, STANDING], responses={200: BoxSerializer, **READS})
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Its key, its published heads, its root, its record."""
        _poll, box = _found(actor, compound, poll)
        record = reverse("documents:file", args=[compound.code, box.record.ref]) if box.record else ""
        shown = {
            name: getattr(box, name)
            for name in (
                "name", "number", "state", "paper_only", "public_key", "threshold", "holders_count", "receipts", "root",
            )
        }  # fmt: skip
        return Response(
            BoxSerializer(
                {
                    **shown,
                    "heads": queries.heads_of(box),
                    "record": record,
                    "record_sha256": box.record.sha256 if box.record else "",
                    "download": f"{settings.PUBLIC_URL}{reverse('boxes_record', args=[compound.code, poll])}"
                    if box.record
                    else "",
                }
            ).data
        )


class BoxResultSerializer(serializers.Serializer[Any]):
    """What came out of one item."""

    item = serializers.CharField(source="item_key")
    number = serializers.IntegerField()
    verdict = serializers.JSONField(help_text="As the calculator says it: outcome, the four tests, who is elected.")
    counts = serializers.JSONField(help_text="Owners and area (whole numbers of 0.0001 m²) by choice, and by name.")


class BoxResults(ActingView):
    """What a count came to."""

    @extend_schema(
        operation_id="poll_box_results",
        parameters=[CODE, POLL, STANDING],
        responses={200: BoxResultSerializer(many=True), **READS},
    )
    @in_compound_api
    def get(self, _request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Each item of the round that counts, as both counts found it; empty until then: there is no interim result."""
        found, _box = _found(actor, compound, poll)
        return Response(BoxResultSerializer(queries.results(found), many=True).data)


class BoxProof(ActingView):
    """The proof of a receipt."""

    @extend_schema(
        operation_id="poll_box_proof",
        parameters=[CODE, POLL, RECEIPT, STANDING],
        responses={200: OpenApiResponse(ProofSerializer), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """Whoever has a receipt proves that it is under the published root; 404 before the close, and for no receipt."""
        found, _box = _found(actor, compound, poll)
        proof = queries.proof(found, request.query_params.get("receipt", "").lower())
        if proof is None:
            raise Http404
        return Response(proof.as_data())


_BOX = "compounds/<slug:code>/polls/<slug:poll>/box/"

urlpatterns = [
    path(_BOX, BoxOne.as_view(), name="api_box"),
    path(f"{_BOX}proof/", BoxProof.as_view(), name="api_box_proof"),
    path(f"{_BOX}results/", BoxResults.as_view(), name="api_box_results"),
]
