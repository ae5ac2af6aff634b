"""What phones hand in after a walk has a server of its own: the proxy in front sends it there, and nothing else."""

import re

import pytest
from django.urls import reverse

from config.environment import ROOT
from config.serve import Options, command

LANE = re.compile(r"location ~ (\S+) \{\s*proxy_pass http://uploads;")


def to_the_lane(address: str) -> bool:
    found = LANE.search((ROOT / "docker" / "nginx.conf").read_text())
    assert found is not None
    return re.search(found[1], address) is not None


@pytest.mark.parametrize("app", ["rounds", "posting"])
def test_answers_and_photos_go_to_the_lane(app: str) -> None:
    answer = {"code": "west", "client_id": "5f0c"}
    assert to_the_lane(reverse(f"api_{app}_answer", kwargs=answer))
    assert to_the_lane(reverse(f"api_{app}_photo", kwargs={**answer, "slot": 0}))


@pytest.mark.parametrize(
    "address", ["/", "/c/answers/", "/c/west/rounds/walk/", "/api/v1/compounds/west/rounds/package/"]
)
def test_pages_do_not(address: str) -> None:
    assert not to_the_lane(address)


def test_the_lane_is_one_process_on_a_port_of_its_own() -> None:
    options = Options("all", "127.0.0.1", 8000, 8001, web_workers=4, web_threads=2, task_workers=1, uploads_port=8002)
    web, uploads = command("web", options), command("uploads", options)

    def told(line: list[str], name: str) -> str:
        return line[line.index(name) + 1]

    assert [(told(one, "--port"), told(one, "--workers")) for one in (web, uploads)] == [("8000", "4"), ("8002", "1")]
    assert told(web, "--blocking-threads") == told(uploads, "--blocking-threads") == "2"
