"""The OpenAPI description is warning-free, and nothing that it allows, or forbids, makes the API fall over."""

from functools import cache
from io import StringIO
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
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
def api(
    committed_db: str,
    world: World,
    sign_in: Any,
    request: pytest.FixtureRequest,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The application, the cookies of a signed-in manager, a request, an incident and a notice to act on."""
    # As where it is served, a connection outlives the request. A new one for each, which knows no table yet and plans every
    # statement anew, was half of the work.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close()
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


@cache
def examples() -> list[Any]:
    """Fifteen requests for every address of a compound. Drawing them is half of the work: every role sends the same ones."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 12
    found: list[Any] = []
    for operation in operations:
        if not operation.path.startswith("/api/v1/compounds/"):
            continue

        @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def draw(case: Any) -> None:
            found.append(case)

        draw()
    return found


@pytest.mark.parametrize("who", ["resident", "manager", "worker", "street"])
def test_no_input_makes_a_server_error(api: Any, who: str) -> None:
    world, sign_in, request, incident, notice = api
    client = sign_in(world.here, who)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    own = {"code": "here", "ref": request.ref, "incident": incident.ref, "notice": notice.ref}
    seen: set[int] = set()
    for case in examples():
        case.path_parameters = {name: own.get(name, value) for name, value in case.path_parameters.items()}
        response = case.call(cookies=cookies)
        assert response.status_code < 500, (case.as_curl_command(), response.status_code)
        seen.add(response.status_code)
    assert seen - {401, 403} or who == "street"
