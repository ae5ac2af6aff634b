"""Objections over REST: what stands beside a notice, one's own, filing with evidence, answering, taking back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from notices.queries import visible_notices
from publicity import objection_queries as queries
from publicity.actions import objecting
from publicity.api import NOTICE
from publicity.models import Objection, ObjectionState, Outcome
from publicity.objection_permissions import answers, sees_objectors
from publicity.objection_words import beside_notice, full_objector, refusal_field, refusal_text, who_answers
from publicity.rules.objecting import MAX_ANSWER, MAX_FILES, MAX_PASSAGE, MAX_REASON, MAX_WORDS
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

OBJECTION = OpenApiParameter("objection", OpenApiTypes.STR, OpenApiParameter.PATH, description="The objection's ref.")
MAX_ID = 2**63 - 1


class ObjectionSerializer(serializers.Serializer[Any]):
    """An objection as whoever asks may read it: before the answer its words are its author's and the staff's alone."""

    ref = serializers.CharField(help_text="Empty for a neighbour's.")
    who = serializers.CharField(help_text="By name for the author and the staff, else the building and a masked name.")
    state = serializers.ChoiceField(choices=ObjectionState.choices)
    passage = serializers.CharField()
    words = serializers.CharField()
    line = serializers.CharField(help_text="Who must answer until when, in words.")
    due_on = serializers.DateField(help_text="The last day for the answer.")
    ground = serializers.CharField(help_text="Where the deadline comes from.")
    outcome = serializers.ChoiceField(choices=[("", ""), *Outcome.choices])
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    filed_at = serializers.DateTimeField()
    further = serializers.BooleanField(help_text="Whether it objects to an answer.")


class ObjectionFileSerializer(serializers.Serializer[Any]):
    """A piece of evidence."""

    name = serializers.CharField()
    picture = serializers.BooleanField()
    url = serializers.CharField()


class ObjectionDetailSerializer(ObjectionSerializer):
    """One objection with its evidence; ``passage`` and ``words`` as everyone (will) read them, and as written."""

    written_passage = serializers.CharField()
    written_words = serializers.CharField()
    files = ObjectionFileSerializer(many=True)


class NewObjectionSerializer(serializers.Serializer[Any]):
    """On what, what, for which home, with what evidence (multipart)."""

    passage = serializers.CharField(max_length=MAX_PASSAGE)
    words = serializers.CharField(max_length=MAX_WORDS)
    home = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, default=None)
    files = serializers.ListField(child=serializers.FileField(), default=list, max_length=MAX_FILES)


class ObjectionStepSerializer(serializers.Serializer[Any]):
    """What a step takes: outcome and text to answer, with what is to be covered beyond the detail's passage and words.

    A reason to take back; passage and words to object once more.
    """

    outcome = serializers.ChoiceField(choices=[("", ""), *Outcome.choices], default="")
    text = serializers.CharField(max_length=MAX_ANSWER, allow_blank=True, default="")
    shown_passage = serializers.CharField(
        max_length=MAX_PASSAGE,
        allow_blank=True,
        default="",
        help_text="The passage with more of it under ×, nothing else changed.",
    )
    shown_words = serializers.CharField(
        max_length=MAX_WORDS,
        allow_blank=True,
        default="",
        help_text="The words with more of them under ×, nothing else changed.",
    )
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")
    passage = serializers.CharField(max_length=MAX_PASSAGE, allow_blank=True, default="")
    words = serializers.CharField(max_length=MAX_WORDS, allow_blank=True, default="")
    home = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, default=None)


class ObjectionStateSerializer(serializers.Serializer[Any]):
    """What became of an objection after a step."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=ObjectionState.choices)
    due_on = serializers.DateField()


class ObjectionPage(CursorPagination):
    """Twenty a page, newest first."""

    page_size = 20
    ordering = ("-pk",)


def _said(one: Objection, *, own: bool, names: bool) -> dict[str, Any]:
    shown = beside_notice(one, names=own or names)
    return {
        "ref": one.ref if own or names else "",
        "who": full_objector(one) if own or names else shown["who"] if shown["answered"] else "",
        "state": one.state,
        "passage": shown["passage"],
        "words": shown["words"],
        "line": who_answers(one, localdate()),
        "due_on": one.due_on,
        "ground": one.ground,
        "outcome": one.outcome,
        "answer": shown["answer"],
        "answered_at": one.answered_at,
        "filed_at": one.filed_at,
        "further": one.earlier_id is not None,
    }


_answer = Answering(objecting.NoSuchObjection, refusal_text, refusal_field)


def _once(
    request: ApiRequest, actor: Actor, compound: Compound, now: datetime, *, made: int, effect: Callable[[], Objection]
) -> Response:
    return _answer(request, actor, compound, now, made=made, effect=lambda: ObjectionStateSerializer(effect()).data)


class NoticeObjections(ActingView):
    """The objections to one notice."""

    @extend_schema(
        operation_id="notice_objections",
        parameters=[CODE, NOTICE, STANDING],
        responses={200: OpenApiResponse(ObjectionSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """List what stands beside the notice, oldest first: words and answers once they are answered, names masked."""
        found = visible_notices(actor, compound_id=compound.pk).filter(ref=notice).first()
        if found is None:
            raise Http404
        names = sees_objectors(actor, compound.pk)
        rows = queries.board_objections(found)
        for one in rows:
            one.notice = found
        said = [_said(one, own=one.person_id == actor.person_id, names=names) for one in rows]
        return Response(ObjectionSerializer(said, many=True).data)

    @extend_schema(
        operation_id="notice_object",
        parameters=[CODE, NOTICE, STANDING, KEY],
        request=NewObjectionSerializer,
        responses={201: ObjectionStateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Object while the publicity runs, with photos or PDFs (multipart)."""
        given = NewObjectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value, now = given.validated_data, timezone.now()
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_201_CREATED,
            effect=lambda: objecting.object_to(
                compound_id=compound.pk,
                notice_ref=notice,
                saying=objecting.Saying(value["passage"], value["words"], value["home"]),
                uploads=value["files"],
                by=actor,
                now=now,
            ),
        )


class ObjectionList(ActingView):
    """The objections of a compound."""

    @extend_schema(
        operation_id="objections",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("state", OpenApiTypes.STR, enum=ObjectionState.values),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(ObjectionSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """For staff all of the compound, for a resident their own; 20 a page, newest first."""
        state = request.query_params.get("state", "")
        state = state if state in ObjectionState.values else ""
        page = ObjectionPage()
        found = queries.objections_for(actor, compound.pk, state=state)
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(
            ObjectionSerializer([_said(one, own=True, names=True) for one in rows], many=True).data
        )


class ObjectionDetail(ActingView):
    """One objection."""

    @extend_schema(
        operation_id="objection",
        parameters=[CODE, OBJECTION, STANDING],
        responses={200: ObjectionDetailSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, objection: str) -> Response:
        """One objection with its evidence, for its author and the staff."""
        found = queries.objection_for(actor, compound.pk, objection)
        if found is None:
            raise Http404
        files = [
            {
                "name": row.name,
                "picture": row.file.is_picture,
                "url": reverse("documents:file", args=[compound.code, row.file.ref]),
            }
            for row in found.evidence.all()
        ]
        said = _said(found, own=True, names=True)
        if found.state == ObjectionState.OPEN and answers(actor, found, found.notice):
            said["passage"], said["words"] = objecting.to_be_shown(found, timezone.now())
        written = {"written_passage": found.passage, "written_words": found.words}
        return Response(ObjectionDetailSerializer({**said, **written, "files": files}).data)


class ObjectionStepView(ActingView):
    """One step on an objection."""

    @extend_schema(
        operation_id="objection_step",
        parameters=[
            CODE,
            OBJECTION,
            OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["again", "answer", "withdraw"]),
            STANDING,
            KEY,
        ],
        request=ObjectionStepSerializer,
        responses={200: ObjectionStateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, objection: str, step: str) -> Response:
        """Answer it, take it back, or object once more to its answer (the new objection is answered)."""
        call = STEPS.get(step)
        if call is None or queries.objection_for(actor, compound.pk, objection) is None:
            raise Http404
        given = ObjectionStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": objection, "by": actor, "now": now}
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_200_OK,
            effect=lambda: call(common, given.validated_data),
        )


STEPS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Objection]] = {
    "answer": lambda common, given: objecting.answer(
        outcome=given["outcome"],
        text=given["text"],
        shown_passage=given["shown_passage"],
        shown_words=given["shown_words"],
        **common,
    ),
    "withdraw": lambda common, given: objecting.withdraw(reason=given["reason"], **common),
    "again": lambda common, given: objecting.object_again(
        saying=objecting.Saying(given["passage"], given["words"], given["home"]), **common
    ),
}

urlpatterns = [
    path(
        "compounds/<slug:code>/notices/<slug:notice>/objections/",
        NoticeObjections.as_view(),
        name="api_notice_objections",
    ),
    path("compounds/<slug:code>/objections/", ObjectionList.as_view(), name="api_objections"),
    path("compounds/<slug:code>/objections/<slug:objection>/", ObjectionDetail.as_view(), name="api_objection"),
    path(
        "compounds/<slug:code>/objections/<slug:objection>/do/<slug:step>/",
        ObjectionStepView.as_view(),
        name="api_objection_step",
    ),
]
