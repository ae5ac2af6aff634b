"""Reply templates over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from repairs import rule_rows as rows
from repairs.actions import replies
from repairs.api.asking import CODE, KEY, PROBLEMS, STANDING, once
from repairs.api.rules.reading import SOURCES, reads
from repairs.models import ReplyTemplate
from repairs.rule_rows import Offered
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

REPLY = OpenApiParameter("reply", OpenApiTypes.INT, OpenApiParameter.PATH, description="The template's number.")


class ReplySerializer(serializers.Serializer[Any]):
    """A ready sentence and from where it is; only those that are ``used`` are offered to staff."""

    reply = serializers.SerializerMethodField(help_text="Its number where it is the compound's own, else null.")
    step = serializers.ChoiceField(choices=ReplyTemplate.Step.choices)
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF's own name for another thing
    used = serializers.BooleanField()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_reply(self, one: Offered) -> Any:
        """Its number."""
        return one.row.reply if one.row is not None and one.source == "compound" else None


class NewReplySerializer(serializers.Serializer[Any]):
    """A ready sentence to be set."""

    step = serializers.ChoiceField(choices=ReplyTemplate.Step.choices)
    title = serializers.CharField(max_length=replies.MAX_TITLE)
    text = serializers.CharField(max_length=replies.MAX_TEXT)


class Replies(ActingView):
    """The reply templates of a compound."""

    @extend_schema(
        operation_id="replies_list",
        parameters=[CODE, STANDING],
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List every template by step, the compound's before the city's before the portal's."""
        reads(actor)
        return Response(_replies(compound))

    @extend_schema(
        operation_id="replies_add",
        parameters=[CODE, STANDING, KEY],
        request=NewReplySerializer,
        responses={201: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """Add a template; the answer is the list."""
        return _save_reply(request, actor, compound, None)


class RepliesOne(ActingView):
    """One reply template of the compound's own."""

    @extend_schema(
        operation_id="replies_change",
        parameters=[CODE, REPLY, STANDING, KEY],
        request=NewReplySerializer,
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, reply: int) -> Response:
        """Put a new version in the place of a template."""
        return _save_reply(request, actor, compound, reply)

    @extend_schema(
        operation_id="replies_end",
        parameters=[CODE, REPLY, STANDING, KEY],
        request=None,
        responses={200: OpenApiResponse(ReplySerializer(many=True)), **PROBLEMS},
    )
    @in_compound_api
    def delete(self, request: ApiRequest, actor: Actor, compound: Compound, reply: int) -> Response:
        """Take a template away; its versions stay."""
        now = timezone.now()

        def end() -> Any:
            replies.end_reply(compound_id=compound.pk, reply=reply, by=actor, now=now)
            return _replies(compound)

        return once(request, actor, compound, now=now, status=status.HTTP_200_OK, effect=end)


def _save_reply(request: ApiRequest, actor: Actor, compound: Compound, reply: int | None) -> Response:
    given = NewReplySerializer(data=request.data)
    given.is_valid(raise_exception=True)
    now = timezone.now()

    def save() -> Any:
        replies.save_reply(compound_id=compound.pk, reply=reply, by=actor, now=now, **given.validated_data)
        return _replies(compound)

    done = status.HTTP_201_CREATED if reply is None else status.HTTP_200_OK
    return once(request, actor, compound, now=now, status=done, effect=save)


def _replies(compound: Compound) -> Any:
    every = [one for found in rows.replies(compound_id=compound.pk).values() for one in found]
    return ReplySerializer(every, many=True).data
