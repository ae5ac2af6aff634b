"""Letters over REST: a body's boxes, one letter, writing, sending, signing for, withdrawing."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering
from idempotency.asking import CODE, KEY, READS, WRITES
from letters import actions, queries
from letters.actions.writing import NAME as MAX_FILE_NAME
from letters.forms import BoxForm
from letters.models import GONE_OUT, Letter, State
from letters.permissions import may_read_letters
from letters.refusals import NoSuchLetter, NotPermitted
from letters.rules import MAX_ADDRESSEES, MAX_FILES, MAX_REASON, MAX_SOURCE, MAX_SUBJECT
from letters.words import refusal_text
from notices import richtext
from notices.api import AttachedSerializer
from notices.models import Side
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

LETTER = OpenApiParameter("letter", OpenApiTypes.STR, OpenApiParameter.PATH, description="The letter's reference.")
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id>; for apps signed in by token.",
)
MAX_ID = 2**63 - 1


class LetterSerializer(serializers.Serializer[Any]):
    """A letter as one row."""

    ref = serializers.CharField()
    number = serializers.CharField(source="number_text", help_text="Empty while it is a draft.")
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    sender = serializers.CharField(help_text="The body that writes.")
    side = serializers.ChoiceField(choices=Side.choices)
    reply_by = serializers.DateField(allow_null=True, help_text="The last day for a reply.")
    sent_at = serializers.DateTimeField(allow_null=True)


class LetterAddresseeSerializer(serializers.Serializer[Any]):
    """A body that it went to."""

    name = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices)
    signed_at = serializers.DateTimeField(allow_null=True)
    signed_as = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(source="answer.ref", default="", help_text="The ref of the letter that replies.")


class LetterFileSerializer(serializers.Serializer[Any]):
    """A picture or a PDF."""

    id = serializers.IntegerField(help_text="To take it off a draft.")
    name = serializers.CharField()
    picture = serializers.BooleanField()
    sha256 = serializers.CharField()
    url = serializers.CharField()


class LetterDetailSerializer(LetterSerializer):
    """One letter whole."""

    html = serializers.CharField(help_text="A safe subset: no script, style, picture or remote thing.")
    fingerprint = serializers.CharField(help_text="SHA-256 of subject, text and files; empty while it is a draft.")
    reply_to = serializers.CharField(help_text="The ref of the letter that it answers, or empty.")
    replaces = serializers.CharField(help_text="The ref of the letter that it takes the place of, or empty.")
    ended_reason = serializers.CharField(help_text="Why it was withdrawn.")
    addressees = LetterAddresseeSerializer(many=True)
    files = LetterFileSerializer(many=True)


class LetterStateSerializer(serializers.Serializer[Any]):
    """What became of a letter after a step."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    number = serializers.CharField(source="number_text")


class LetterBodySerializer(serializers.Serializer[Any]):
    """A body that a letter may go to."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class NewLetterSerializer(serializers.Serializer[Any]):
    """A draft. ``source`` takes the marks of the editor: # heading, - list, **strong**; or HTML, of which a safe subset stays."""

    subject = serializers.CharField(max_length=MAX_SUBJECT)
    source = serializers.CharField(max_length=MAX_SOURCE)  # type: ignore[assignment]  # DRF's own attribute of a field
    to = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), max_length=MAX_ADDRESSEES, allow_empty=False
    )
    reply_by = serializers.DateField(allow_null=True, default=None)
    reply_to = serializers.CharField(max_length=16, allow_blank=True, default="")
    replaces = serializers.CharField(max_length=16, allow_blank=True, default="")
    send = serializers.BooleanField(default=False, help_text="Send it at once.")


class LetterUploadSerializer(serializers.Serializer[Any]):
    """A picture or a PDF to attach to a draft."""

    file = serializers.FileField(help_text=f"JPEG, PNG, WebP, HEIC or PDF; 20 MB at most, {MAX_FILES} a letter.")
    name = serializers.CharField(max_length=MAX_FILE_NAME, allow_blank=True, default="")


class LetterStepSerializer(serializers.Serializer[Any]):
    """What a step takes: a reason to withdraw; what was read, to sign."""

    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")
    fingerprint = serializers.CharField(max_length=64, allow_blank=True, default="")


class LetterPage(CursorPagination):
    """Twenty a page, newest first."""

    page_size = 20
    ordering = ("-pk",)


_once = Answering(NoSuchLetter, refusal_text)


def _reader(actor: Actor) -> None:
    if not may_read_letters(actor):
        raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")


class LetterList(ActingView):
    """A body's letters in a compound."""

    @extend_schema(
        operation_id="letters",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("box", OpenApiTypes.STR, enum=list(queries.BOXES), description="todo unless said."),
            OpenApiParameter("q", OpenApiTypes.STR, description="Words of subject, text or the other body."),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(LetterSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List one box, 20 a page, newest first."""
        _reader(actor)
        page = LetterPage()
        found = queries.box(actor, BoxForm(request.query_params).wanted(), compound_id=compound.pk)
        rows = page.paginate_queryset(found, request, view=self) or []
        return page.get_paginated_response(LetterSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="letters_write",
        parameters=[CODE, STANDING, KEY],
        request=NewLetterSerializer,
        responses={201: LetterStateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Write a draft, and with ``send`` send it."""
        _reader(actor)
        given = NewLetterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        value = dict(given.validated_data)
        now = timezone.now()
        hand_in = value.pop("send")
        draft = actions.Draft(to=tuple(value.pop("to")), **value)

        def effect() -> Any:
            made = actions.write(compound_id=compound.pk, draft=draft, by=actor, now=now)
            if hand_in:
                made = actions.send(compound_id=compound.pk, ref=made.ref, by=actor, now=now)
            return LetterStateSerializer(made).data

        return _once(request, actor, compound, now, made=status.HTTP_201_CREATED, effect=effect)


class LetterBodies(ActingView):
    """To whom one may write."""

    @extend_schema(
        operation_id="letters_bodies",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(LetterBodySerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """The bodies that act for the compound today and have somebody who can sign for a letter."""
        _reader(actor)
        rows = [{"id": pk, "name": name} for pk, name in queries.to_choose(actor, compound.pk, timezone.now())]
        return Response(LetterBodySerializer(rows, many=True).data)


class LetterDetail(ActingView):
    """One letter."""

    @extend_schema(
        operation_id="letter",
        parameters=[CODE, LETTER, STANDING],
        responses={200: LetterDetailSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, letter: str) -> Response:
        """One letter, for the body that wrote it and those that it went to."""
        found = queries.letter_for(actor, compound.pk, letter)
        if found is None:
            raise Http404
        whole = dict(LetterSerializer(found).data)
        whole["html"] = found.body_html if found.state in GONE_OUT else richtext.rendered(found.source)
        whole["fingerprint"], whole["ended_reason"] = found.fingerprint, found.ended_reason
        whole["reply_to"] = found.reply_to.ref if found.reply_to else ""
        whole["replaces"] = found.replaces.ref if found.replaces else ""
        whole["addressees"] = LetterAddresseeSerializer(found.addressees.all(), many=True).data
        whole["files"] = [
            {
                "id": row.pk,
                "name": row.name,
                "picture": row.file.is_picture,
                "sha256": row.file.sha256,
                "url": reverse("documents:file", args=[compound.code, row.file.ref]),
            }
            for row in queries.kept_files(found)
        ]
        return Response(whole)


class LetterFiles(ActingView):
    """The pictures and PDFs of a draft."""

    @extend_schema(
        operation_id="letter_attach",
        parameters=[CODE, LETTER, STANDING, KEY],
        request={"multipart/form-data": LetterUploadSerializer},
        responses={201: AttachedSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, letter: str) -> Response:
        """Attach a picture or a PDF; what has gone out never changes."""
        if queries.letter_for(actor, compound.pk, letter) is None:
            raise Http404
        given = LetterUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def effect() -> Any:
            upload, name = given.validated_data["file"], given.validated_data["name"]
            made = actions.attach(compound_id=compound.pk, ref=letter, upload=upload, name=name, by=actor, now=now)
            return AttachedSerializer(made).data

        return _once(request, actor, compound, now, made=status.HTTP_201_CREATED, effect=effect)


class LetterFile(ActingView):
    """One picture or PDF of a draft."""

    @extend_schema(
        operation_id="letter_detach",
        parameters=[
            CODE,
            LETTER,
            OpenApiParameter("attachment", OpenApiTypes.INT, OpenApiParameter.PATH),
            STANDING,
            KEY,
        ],
        responses={200: LetterStateSerializer, **WRITES},
    )
    @in_compound_api
    def delete(self, request: ApiRequest, actor: Actor, compound: Compound, letter: str, attachment: int) -> Response:
        """Take it off the draft."""
        if queries.letter_for(actor, compound.pk, letter) is None or attachment > MAX_ID:
            raise Http404
        now = timezone.now()

        def effect() -> Any:
            found = actions.detach(compound_id=compound.pk, ref=letter, attachment_id=attachment, by=actor, now=now)
            return LetterStateSerializer(found).data

        return _once(request, actor, compound, now, made=status.HTTP_200_OK, effect=effect)


class LetterStep(ActingView):
    """One step on a letter."""

    @extend_schema(
        operation_id="letter_step",
        parameters=[
            CODE,
            LETTER,
            OpenApiParameter(
                "step", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["drop", "send", "sign", "withdraw"]
            ),
            STANDING,
            KEY,
        ],
        request=LetterStepSerializer,
        responses={200: LetterStateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, letter: str, step: str) -> Response:
        """Send a draft, give it up, sign for a letter, or withdraw one."""
        call = STEPS.get(step)
        if call is None or queries.letter_for(actor, compound.pk, letter) is None:
            raise Http404
        given = LetterStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": letter, "by": actor, "now": now}
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_200_OK,
            effect=lambda: LetterStateSerializer(call(common, given.validated_data)).data,
        )


STEPS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Letter]] = {
    "send": lambda common, _given: actions.send(**common),
    "drop": lambda common, _given: actions.drop(**common),
    "sign": lambda common, given: actions.sign(fingerprint=given["fingerprint"], **common),
    "withdraw": lambda common, given: actions.withdraw(reason=given["reason"], **common),
}

urlpatterns = [
    path("compounds/<slug:code>/letters/", LetterList.as_view(), name="api_letters"),
    path("compounds/<slug:code>/letters/bodies/", LetterBodies.as_view(), name="api_letters_bodies"),
    path("compounds/<slug:code>/letters/<slug:letter>/", LetterDetail.as_view(), name="api_letter"),
    path("compounds/<slug:code>/letters/<slug:letter>/files/", LetterFiles.as_view(), name="api_letter_files"),
    path(
        "compounds/<slug:code>/letters/<slug:letter>/files/<int:attachment>/",
        LetterFile.as_view(),
        name="api_letter_file",
    ),
    path("compounds/<slug:code>/letters/<slug:letter>/do/<slug:step>/", LetterStep.as_view(), name="api_letter_step"),
]
