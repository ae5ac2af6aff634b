"""The description is a valid OpenAPI 3 document, and nothing that it allows, or forbids, makes the endpoints fall over."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings

from open311.description import DESCRIPTION
from repairs.models import Category
from tests.open311.conftest import V2
from tests.repairs.conftest import file_one
from tests.world import World

pytestmark = pytest.mark.filterwarnings("default")


def test_the_description_is_valid_and_names_every_endpoint() -> None:
    validate_schema(DESCRIPTION)
    served = {
        f"/{route.split('<')[0].rstrip('/.')}"
        for route in (str(entry.pattern) for entry in get_resolver("open311.api").url_patterns)
    } - {"/openapi.json", "/media"}
    assert {"/" + path.split("/")[1].split(".")[0] for path in DESCRIPTION["paths"]} == served


@pytest.mark.parametrize("who", ["city", "manager", ""])
def test_no_input_makes_a_server_error(
    committed_db: str, world: World, hotline_committed: Any, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    for name in ("READS_PER_MINUTE", "FILINGS_PER_MINUTE", "WRONG_KEYS_PER_MINUTE"):
        monkeypatch.setattr(f"open311.limits.{name}", 10**6)
    filed = file_one(world.here)
    secret = hotline_committed(world.here, who).secret if who else "wrong"
    schema = schemathesis.openapi.from_wsgi(f"{V2}/openapi.json", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 14
    seen: set[int] = set()
    for operation in operations:

        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            case.headers = {**(case.headers or {}), "X-Api-Key": secret}
            case.query = {**(case.query or {}), "jurisdiction_id": "here"}
            if "service_request_id" in case.path_parameters:
                case.path_parameters["service_request_id"] = filed.number
            if isinstance(case.body, dict) and len(str(case.body.get("service_code"))) % 2:
                case.body["service_code"] = Category.values[len(str(case.body)) % len(Category.values)]
            response = case.call()
            assert response.status_code < 500, (case.method, case.path, response.status_code)
            seen.add(response.status_code)

        run()
    assert {200, 400, 404} <= seen if who else seen <= {200, 400, 403, 404}
