"""The calculator over REST: one case, or a list of them, to verdicts. Nothing is kept, so there is nothing to do twice."""

from typing import IO, Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from elections import poll_api, words
from elections.permissions import may_calculate
from elections.records import answer, read_json
from elections.rules.cases import CHOICES, MAX_CANDIDATES, MAX_SEATS, PLAN, SILENT_RULES, Malformed
from elections.rules.matters import MATTERS
from elections.rules.verdicts import OUTCOMES
from tenancy.actor import Actor
from tenancy.api import ActingView, ProblemSerializer, acting_api

MAX_CASES = 1000
MAX_BODY = 2_000_000
STANDING = OpenApiParameter(
    "X-Standing",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="post:<id>; for apps signed in by token.",
)


class BadBody(APIException):
    """A body that holds no case: not JSON, a key twice, a figure that is none."""

    def __init__(self, error: Malformed, code: int) -> None:
        super().__init__(words.malformed_words(error.code, error.where), error.code)
        self.status_code = code


class ExactParser(BaseParser):
    """JSON whose decimals stay as they were written: DRF's own makes them floating point."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of a body. Raises BadBody."""
        try:
            return read_json(stream.read(MAX_BODY + 1), most=MAX_BODY)
        except Malformed as error:
            raise BadBody(error, 413 if error.code == "too_long" else 400) from error


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


AREA = {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,4})?$", "description": "Square metres, at most four decimals."}
PERCENT = {"type": "string", "description": "As it was printed; only compared, never used."}
VOTERS = {"type": "integer", "minimum": 0}
FIGURES = _object({"voters": VOTERS, "area": AREA, "voters_pct": PERCENT, "area_pct": PERCENT})
CASE = _object(
    {
        "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "matter": {"type": "string", "enum": list(MATTERS)},
        "on": {"type": "string", "format": "date", "description": "The day of the decision: its law applies."},
        "jurisdiction": {"type": "string", "description": "hangzhou, 杭州市 or 3301; the nation without it."},
        "roll": FIGURES,
        "participating": FIGURES,
        "cast": _object(dict.fromkeys(CHOICES, FIGURES)),
        "silent": _object({"rule": {"type": "string", "enum": list(SILENT_RULES)}, "voters": VOTERS, "area": AREA}),
        "seats": {"type": "integer", "minimum": 1, "maximum": MAX_SEATS},
        "candidates": {
            "type": "array",
            "maxItems": MAX_CANDIDATES,
            "items": _object(
                {"name": {"type": "string"}, "voters": VOTERS, "area": AREA, "party_member": {"type": "boolean"}},
                ("name",),
            ),
        },
        "plan": _object(
            {
                **{
                    name: {"type": "boolean"} if choices == (True, False) else {"type": "string", "enum": list(choices)}
                    for name, choices in PLAN.items()
                },
                "ratio_value": {"type": "string", "description": "1/2"},
                "households": VOTERS,
                "building_area": AREA,
            }
        ),
    },
    ("matter",),
)
TEST = _object(
    {
        "have": {"oneOf": [{"type": "integer"}, AREA], "nullable": True},
        "of": {"oneOf": [{"type": "integer"}, AREA], "nullable": True},
        "bar": {
            "type": "string",
            "enum": ["1/2", "2/3", "3/4"],
            "description": "1/2: more than half; others inclusive.",
        },
        "met": {"type": "boolean", "nullable": True},
        "short_by": {"oneOf": [{"type": "integer"}, AREA], "nullable": True},
    }
)
PAIR = _object({"voters": {**TEST, "nullable": True}, "area": {**TEST, "nullable": True}})
CODES = {"type": "array", "items": {"type": "string"}}
SEATED = {
    "type": "array",
    "items": _object({"name": {"type": "string"}, "rank": {"type": "integer"}, "voters": VOTERS, "area": AREA}),
}
TALLY = {
    "outcome": {"type": "string", "enum": list(OUTCOMES)},
    "participation": PAIR,
    "approval": PAIR,
    "elected": SEATED,
    "alternates": SEATED,
    "tied": _object({"names": CODES, "places": {"type": "integer"}, "remedy": {"type": "string"}}),
}
VERDICT = _object(
    {
        "id": {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
        "rule_set": {"type": "string", "enum": ["pre-2021", "civil-code"], "nullable": True},
        **TALLY,
        "without_silent": _object(TALLY),
        "ratio": _object(
            {
                "base": {"type": "string"},
                "have": {"type": "integer"},
                "of": {"type": "integer"},
                "met": {"type": "boolean", "nullable": True},
            }
        ),
        "error": _object({"code": {"type": "string"}, "field": {"type": "string"}}),
        "inconsistencies": {"type": "array", "items": {"type": "object"}},
        "reasons": CODES,
        "text_zh": {"type": "string"},
    },
    ("outcome", "inconsistencies", "reasons", "text_zh"),
)


def _one_or_many(schema: dict[str, Any], **limits: int) -> dict[str, Any]:
    return {"oneOf": [schema, {"type": "array", "items": schema, **limits}]}


class Tally(ActingView):
    """The calculator."""

    parser_classes = (ExactParser,)

    @extend_schema(
        operation_id="tally",
        parameters=[STANDING],
        request={"application/json": _one_or_many(CASE, maxItems=MAX_CASES)},
        responses={
            (200, "application/json"): OpenApiResponse(_one_or_many(VERDICT)),
            **dict.fromkeys((400, 401, 403, 413, 415, 422, 429), ProblemSerializer),
        },
    )
    @acting_api
    def post(self, request: ApiRequest, actor: Actor) -> Response:
        """Decide one vote, or up to 1,000: for everyone who acts from a post. Nothing is kept.

        One case that is none is refused with 422. In a list it is answered in its place, with ``error`` and the outcome
        ``refused``, as the command line does.
        """
        if not may_calculate(actor):
            raise PermissionDenied(code="no_post")
        given = request.data
        if isinstance(given, list):
            if len(given) > MAX_CASES:
                raise BadBody(Malformed("too_many_cases"), status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
            return Response([answer(one)[0] for one in given])
        found, good = answer(given)
        if good:
            return Response(found)
        error = found["error"]
        words_said = words.malformed_words(error["code"], error["field"])
        return Response(
            {"code": error["code"], "detail": words_said, "field": error["field"]},
            status=status.HTTP_422_UNPROCESSABLE_ENTITY,
        )


urlpatterns = [path("tally/", Tally.as_view(), name="api_tally"), *poll_api.urlpatterns]
