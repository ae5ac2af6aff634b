"""What the REST resources of apps with papers share: one effect a key, refusals in the app's words, and a phone's own clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.actions import FileRefused
from documents.posting import Words
from idempotency.asking import Problem, once
from lifecycle.refusals import Refused
from tenancy.actor import Actor
from tenancy.models import Compound

_CLOCK = "X-Device-Time"
_LONGEST = 40
DEVICE = OpenApiParameter(
    _CLOCK, OpenApiTypes.DATETIME, OpenApiParameter.HEADER,
    description="What the phone's clock shows while it sends, with its zone.",
)  # fmt: skip


def device_now(request: ApiRequest) -> datetime | None:
    """What the phone's clock shows while it sends; None when it does not say, or names no zone."""
    try:
        found = parse_datetime(request.headers.get(_CLOCK, "")[:_LONGEST])
    except ValueError:
        return None
    return None if found is None or is_naive(found) else found


def beside(error: Exception) -> str:
    """The field of a resource that takes one ``file``; "" for the request as a whole."""
    if isinstance(error, FileRefused):
        return "file"
    return error.details.get("field", "") if isinstance(error, Refused) else ""


@dataclass(frozen=True, slots=True)
class Answering:
    """How an app answers: what means that nothing is there, and its words for a refusal and for the field."""

    absent: type[Exception]
    text: Words
    field: Words = beside

    def problem(self, error: Refused | FileRefused) -> Problem:
        """A refusal as a problem, beside its field; a file's is 422."""
        refused = error.status if isinstance(error, Refused) else status.HTTP_422_UNPROCESSABLE_ENTITY
        return Problem(self.text(error), code=error.code, field=self.field(error), status=refused)

    def __call__(
        self,
        request: ApiRequest,
        actor: Actor,
        compound: Compound,
        now: datetime,
        *,
        made: int,
        effect: Callable[[], Any],
    ) -> Response:
        """Run an effect once and answer its body with ``made``. Raises Problem for a refusal, Http404 where nothing is."""

        def answered() -> Any:
            try:
                return effect()
            except self.absent as error:
                raise Http404 from error
            except (Refused, FileRefused) as error:
                raise self.problem(error) from error

        return once(request, actor, compound, now=now, status=made, effect=answered)
