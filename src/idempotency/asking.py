"""What the REST resources of every app share: their parameters, and one effect for each idempotency key."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ErrorDetail
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from idempotency import actions as idempotency
from idempotency.forms import HEADER, fingerprint
from tenancy.actor import Actor
from tenancy.api import ProblemSerializer
from tenancy.models import Compound

KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="16-64 letters, digits, - and _; one for each intent.",
)
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id>, home:<compound id> or child:<compound id of a parent>; for apps signed in by token.",
)
CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="The compound's code.")
READS = dict.fromkeys((400, 401, 403, 404, 429), ProblemSerializer)
WRITES = dict.fromkeys((400, 401, 403, 404, 409, 415, 422, 429), ProblemSerializer)


class Problem(APIException):
    """A refusal in an app's own words, in the shape of every problem: beside its field, or for the request as a whole."""

    def __init__(self, words: str, *, code: str, field: str, status: int) -> None:
        said = ErrorDetail(words, code=code)
        super().__init__({field: [said]} if field else {"detail": said})
        self.status_code = status


def claim(request: ApiRequest, actor: Actor, compound: Compound, now: datetime) -> idempotency.Claim:
    """Claim the key of this call; see ``idempotency.actions.claim`` for what it raises."""
    return idempotency.claim(
        compound_id=compound.pk,
        person_id=actor.person_id,
        key=request.headers.get(HEADER, ""),
        route=request.path[:160],
        fingerprint=fingerprint(request),
        now=now,
    )


def once(
    request: ApiRequest,
    actor: Actor,
    compound: Compound,
    *,
    now: datetime,
    status: int,
    effect: Callable[[], Any],
) -> Response:
    """Run ``effect``, which gives the body of the answer; a key that had its effect gets the same answer again."""
    claimed = claim(request, actor, compound, now)
    if claimed.replay is not None:
        return Response(claimed.replay.body, status=claimed.replay.status)
    body = effect()
    idempotency.settle(claimed, status=status, body=body)
    return Response(body, status=status)
