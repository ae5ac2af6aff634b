"""Committees and results over REST: who is in office, the roll-up of a place, the result of a poll as data."""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from committees.actions.terms import warn_day
from committees.models.office import Role
from committees.permissions import sees_membership, sees_overview
from committees.queries import offices, outcomes, overview
from committees.rules.terms import standing
from elections.models import State
from elections.rules import jurisdictions
from elections.rules.jurisdictions import NATIONAL
from idempotency.asking import CODE, READS, STANDING
from tenancy.actor import Actor
from tenancy.api import ActingView, acting_api, in_compound_api
from tenancy.models import Compound

POLL = OpenApiParameter("poll", OpenApiTypes.STR, OpenApiParameter.PATH, description="The poll's reference.")
STANDINGS = ("none", "open", "running", "soon", "overdue")


class CommitteeMemberSerializer(serializers.Serializer[Any]):
    """Someone in office. Whether a Party member, from where that is known and of which day: for few, null for everyone else."""

    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    rank = serializers.IntegerField(help_text="The order of the count, by which alternates step in.")
    duties = serializers.CharField()
    contact = serializers.CharField()
    starts = serializers.DateField()
    party_member = serializers.BooleanField(allow_null=True)
    party_source = serializers.CharField(allow_null=True)
    party_on = serializers.DateField(allow_null=True)


class CommitteeSerializer(serializers.Serializer[Any]):
    """The committee of a compound; everything is null or empty where there is none."""

    name = serializers.CharField()
    number = serializers.IntegerField(allow_null=True, help_text="Which term.")
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    standing = serializers.ChoiceField(choices=STANDINGS)
    warn_on = serializers.DateField(allow_null=True, help_text="From when on a re-election is due.")
    planned = serializers.IntegerField(allow_null=True)
    first_meeting_on = serializers.DateField(allow_null=True)
    frozen = serializers.BooleanField(help_text="A re-election runs: no votes on the firm.")
    vacancy_since = serializers.DateField(allow_null=True)
    members = CommitteeMemberSerializer(many=True)
    alternates = CommitteeMemberSerializer(many=True)


class CommitteeLineSerializer(serializers.Serializer[Any]):
    """One compound of the roll-up."""

    code = serializers.CharField()
    name = serializers.CharField()
    community = serializers.CharField()
    street = serializers.CharField()
    body = serializers.CharField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    standing = serializers.ChoiceField(choices=STANDINGS)
    planned = serializers.IntegerField(allow_null=True)
    sitting = serializers.IntegerField()
    party = serializers.IntegerField(help_text="How many of those sitting are Party members.")
    alternates = serializers.IntegerField()
    crossed = serializers.IntegerField()
    reelection = serializers.BooleanField()
    vacancy_since = serializers.DateField(allow_null=True)


class ResultSerializer(serializers.Serializer[Any]):
    """The result of a poll."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    announced_at = serializers.DateTimeField(allow_null=True)
    declared_at = serializers.DateTimeField(allow_null=True)
    annulled_at = serializers.DateTimeField(allow_null=True)
    fingerprint = serializers.CharField(help_text="SHA-256 of the facts; empty before they are announced.")
    facts = serializers.JSONField(
        help_text="Everything of the announcement: figures as numbers, areas as decimal strings."
    )


class CommitteeDetail(ActingView):
    """Who is in office."""

    @extend_schema(operation_id="committee", parameters=[CODE, STANDING], responses={200: CommitteeSerializer, **READS})
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """The committee of a compound, its members and alternates in order."""
        today = localdate()
        stands = offices.standing_of(compound.pk, today)
        term, found = stands.term, stands.committee
        place = jurisdictions.find(compound.community.code)
        warn_on = warn_day(place.code if place else NATIONAL, term.ends, today) if term else None
        knows = sees_membership(actor)
        rows = [one for one in offices.everyone(found) if not one.end or one.end == "term"] if found else []
        listed = [
            {
                "name": one.name, "role": one.role, "rank": one.rank, "duties": one.duties, "contact": one.contact,
                "starts": one.starts, "party_member": one.party_member if knows else None,
                "party_source": one.party_source if knows else None, "party_on": one.party_on if knows else None,
            }
            for one in rows
        ]  # fmt: skip
        whole = {
            "name": term.committee.name if term else "",
            "number": term.number if term else None,
            "starts": term.starts if term else None,
            "ends": term.ends if term else None,
            "standing": standing(term.ends, today, warn_on) if term else "none",
            "warn_on": warn_on,
            "planned": found.planned if found else None,
            "first_meeting_on": found.first_meeting_on if found else None,
            "frozen": bool(found and found.reelection_since and not found.reelection_ended),
            "vacancy_since": found.vacancy_since if found else None,
            "members": [one for one in listed if one["role"] != Role.ALTERNATE],
            "alternates": [one for one in listed if one["role"] == Role.ALTERNATE],
        }
        return Response(CommitteeSerializer(whole).data)


class CommitteeList(ActingView):
    """The committees of every compound of a post."""

    @extend_schema(
        operation_id="committees",
        parameters=[
            STANDING,
            OpenApiParameter("state", OpenApiTypes.STR, enum=list(overview.STATES)),
            OpenApiParameter("street", OpenApiTypes.STR, description="The street's code."),
            OpenApiParameter("community", OpenApiTypes.STR, description="The community's code."),
        ],
        responses={200: OpenApiResponse(CommitteeLineSerializer(many=True)), **READS},
    )
    @acting_api
    def get(self, request: ApiRequest, actor: Actor) -> Response:
        """Every compound with its committee, those whose term ends first on top."""
        if not sees_overview(actor):
            raise PermissionDenied
        from committees.forms import FindForm

        found = overview.lines(actor.compound_ids, localdate())
        return Response(
            CommitteeLineSerializer(overview.chosen(found, FindForm(request.query_params).wanted()), many=True).data
        )


class ResultDetail(ActingView):
    """The result of a poll."""

    @extend_schema(
        operation_id="poll_result", parameters=[CODE, POLL, STANDING], responses={200: ResultSerializer, **READS}
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, poll: str) -> Response:
        """An announced result, for everyone of the compound; before that 404."""
        found = outcomes.poll_of(compound.pk, poll)
        outcome = outcomes.outcome_of(found) if found is not None else None
        if found is None or outcome is None or outcome.announced_at is None:
            raise Http404
        return Response(
            ResultSerializer(
                {
                    "ref": found.ref, "state": found.state, "announced_at": outcome.announced_at,
                    "declared_at": outcome.declared_at, "annulled_at": outcome.annulled_at,
                    "fingerprint": outcome.fingerprint, "facts": outcome.facts,
                }
            ).data
        )  # fmt: skip


urlpatterns = [
    path("committees/", CommitteeList.as_view(), name="api_committees"),
    path("compounds/<slug:code>/committee/", CommitteeDetail.as_view(), name="api_committee"),
    path("compounds/<slug:code>/polls/<slug:poll>/result/", ResultDetail.as_view(), name="api_poll_result"),
]
