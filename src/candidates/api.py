"""Candidates over REST: who stands, as the reader may see it; and naming somebody."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from candidates import actions
from candidates.models import MAX_STATEMENT, Candidate, Firm, Route, State
from candidates.models.standing import MAX_ARTICLE, MAX_NAME, STANDING
from candidates.queries import candidates_of, whole_of
from candidates.queries.reading import may_see, sees_ground
from candidates.refusals import NoSuchCandidate, Refused
from candidates.words import refusal_text
from idempotency.asking import CODE, KEY, READS, WRITES, Problem, once
from idempotency.asking import STANDING as ACTING
from tenancy.actor import Actor
from tenancy.api import ActingView, in_compound_api
from tenancy.models import Compound

POLL = OpenApiParameter("election", OpenApiTypes.STR, OpenApiParameter.PATH, description="The election's reference.")
MAX_ID = 2**63 - 1


class CandidateSerializer(serializers.Serializer[Any]):
    """Somebody who stands. Neither the home's number nor Party membership is in it."""

    ref = serializers.CharField()
    key = serializers.CharField(help_text="What stands for this candidate on a ballot.")
    place = serializers.IntegerField(allow_null=True, help_text="The place on the ballot, once it is settled.")
    name = serializers.CharField()
    building = serializers.CharField()
    represents = serializers.CharField(help_text="The corporate owner, or empty.")
    route = serializers.ChoiceField(choices=Route.choices)
    nominator = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    statement = serializers.CharField()


class NewCandidateSerializer(serializers.Serializer[Any]):
    """A naming. For oneself name and address are the register's: they may be empty."""

    route = serializers.ChoiceField(choices=Route.choices)
    name = serializers.CharField(max_length=MAX_NAME, allow_blank=True, default="")
    address = serializers.CharField(max_length=60, allow_blank=True, default="")
    home_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, default=None)
    represents = serializers.CharField(max_length=80, allow_blank=True, default="")
    authority = serializers.CharField(max_length=MAX_ARTICLE, allow_blank=True, default="")
    statement = serializers.CharField(max_length=MAX_STATEMENT, allow_blank=True, default="")
    woman = serializers.BooleanField(allow_null=True, default=None)
    firm = serializers.ChoiceField(choices=Firm.choices, allow_blank=True, default="")
    paper = serializers.CharField(
        max_length=MAX_ARTICLE, allow_blank=True, default="", help_text="Which signed form an office enters."
    )


def _shown(actor: Actor, whole: Any, one: Candidate) -> dict[str, Any]:
    found = dict(CandidateSerializer(one).data)
    # Who was refused, and on what ground, is for the nominee and those who review.
    if one.state == State.REFUSED and not sees_ground(actor, whole, one):
        found["state"] = State.IN_REVIEW.value
    return found


class CandidateList(ActingView):
    """Who stands in an election."""

    @extend_schema(
        operation_id="candidates",
        parameters=[CODE, POLL, ACTING],
        responses={200: OpenApiResponse(CandidateSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, election: str) -> Response:
        """Everyone who stands, in the order of the ballot; owners see who passed the review, and whom they may sign for."""
        whole = whole_of(actor, compound.pk, election)
        if whole is None:
            raise Http404
        rows = [one for one in candidates_of(whole.poll) if one.state in STANDING and may_see(actor, one)]
        return Response([_shown(actor, whole, one) for one in rows])

    @extend_schema(
        operation_id="candidates_nominate",
        parameters=[CODE, POLL, ACTING, KEY],
        request=NewCandidateSerializer,
        responses={201: CandidateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, election: str) -> Response:
        """Name somebody."""
        whole = whole_of(actor, compound.pk, election)
        if whole is None:
            raise Http404
        given = NewCandidateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now, draft = timezone.now(), actions.NomineeDraft(**given.validated_data)

        def effect() -> Any:
            try:
                made = actions.nominate(compound_id=compound.pk, ref=election, draft=draft, by=actor, now=now)
            except NoSuchCandidate as error:
                raise Http404 from error
            except Refused as error:
                raise Problem(
                    refusal_text(error), code=error.code, field=error.details.get("field", ""), status=error.status
                ) from error
            return _shown(actor, whole, made)

        return once(request, actor, compound, now=now, status=status.HTTP_201_CREATED, effect=effect)


urlpatterns = [
    path("compounds/<slug:code>/polls/<slug:election>/candidates/", CandidateList.as_view(), name="api_candidates"),
]
