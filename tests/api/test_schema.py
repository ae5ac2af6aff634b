"""The OpenAPI description is warning-free, and nothing that it allows, or forbids, makes the API fall over."""

from io import StringIO
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings

from repairs.actions.incidents import open_incident
from tenancy.scope import scope
from tests.notices.conftest import submitted
from tests.repairs.conftest import NOW, file_one
from tests.world import World

pytestmark = pytest.mark.filterwarnings("default")


def test_the_description_has_no_warnings() -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "/api/v1/compounds/{code}/repairs/" in out.getvalue()


@pytest.fixture
def api(committed_db: str, world: World, sign_in: Any, request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """The application, the cookies of a signed-in manager, a request, an incident and a notice to act on."""
    request.getfixturevalue("settings").MEDIA_ROOT = tmp_path / "media"
    filed = file_one(world.here)
    with scope(world.here.compound.pk):
        incident = open_incident(
            compound_id=world.here.compound.pk,
            title="停水",
            words="抢修",
            category="water",
            by=world.here.actor("manager"),
            now=NOW,
        )
    return world, sign_in, filed, incident, submitted(world.here, "officer", now=NOW)


@pytest.mark.parametrize("who", ["resident", "manager", "worker", "street"])
def test_no_input_makes_a_server_error(api: Any, who: str) -> None:
    world, sign_in, request, incident, notice = api
    client = sign_in(world.here, who)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 12
    seen: set[int] = set()
    for operation in operations:
        if not operation.path.startswith("/api/v1/compounds/"):
            continue

        @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            case.path_parameters = {**case.path_parameters, "code": "here"}
            if "ref" in case.path_parameters:
                case.path_parameters["ref"] = request.ref
            if "incident" in case.path_parameters:
                case.path_parameters["incident"] = incident.ref
            if "notice" in case.path_parameters:
                case.path_parameters["notice"] = notice.ref
            response = case.call(cookies=cookies)
            assert response.status_code < 500, (case.method, case.path, response.status_code)
            seen.add(response.status_code)

        run()
    assert seen - {401, 403} or who == "street"
