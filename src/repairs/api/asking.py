"""What the resources of repairs share besides what all do (``idempotency.asking``)."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from idempotency.asking import CODE, KEY, STANDING, claim, once
from tenancy.api import ProblemSerializer

__all__ = ["CODE", "CURSOR", "KEY", "MAX_ID", "PROBLEMS", "REF", "STANDING", "claim", "once"]

REF = OpenApiParameter("ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="The request's reference.")
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR)
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429), ProblemSerializer)
MAX_ID = 2**63 - 1
