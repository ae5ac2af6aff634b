"""The register over REST: who reads it, what it says and never says, how much it asks the database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.registers.books import home, register
from tests.registers.conftest import bring_to, imported
from tests.world import CANARY, RESIDENTS, STAFF, World

READERS = {"manager", "dispatcher", "secretary", "officer", "chair", "member"}
ADDRESS = "/api/v1/compounds/here/register/homes/"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_reads_the_register(world: World, sign_in: Callable[..., Client], who: str) -> None:
    bring_to(world.there, "done", mark=CANARY)
    client = sign_in(world.here, who)
    answer = client.get(ADDRESS)
    assert answer.status_code == (200 if who in READERS else 403)
    assert CANARY not in answer.content.decode()
    if who != "city":
        assert client.get("/api/v1/compounds/there/register/homes/").status_code == 404
        assert client.get("/api/v1/compounds/nowhere/register/homes/").status_code == 404


def test_what_a_home_says(world: World, sign_in: Callable[..., Client]) -> None:
    imported(world.here, register(home("901", "王晓明、李芳", "13800001234、无", 118.32, "1/3、2/3", "顶楼")))
    content = sign_in(world.here, "manager").get(ADDRESS)
    found = content.json()["results"][-1]
    assert found.pop("id")
    assert found == {
        "building": "1幢", "entrance": "1单元", "room": "901", "address": "1幢1单元901", "floor": 9, "area": "118.3200",
        "area_source": "office", "use": "dwelling", "note": "顶楼",
        "owners": [
            {"name": "王晓明", "share": "1/3", "source": "office"}, {"name": "李芳", "share": "2/3", "source": "office"},
        ],
    }  # fmt: skip
    assert "13800001234" not in content.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_thirty_homes_ask_as_often_as_one(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    imported(world.here, register(*[home(f"9{n:02d}") for n in range(1, rows + 1)]))
    client = sign_in(world.here, "manager")
    with statements() as seen:
        assert len(client.get(ADDRESS).json()["results"]) == 6 + rows
    assert len(seen) == STATEMENTS


STATEMENTS = 9


def test_page_by_page(world: World, sign_in: Callable[..., Client]) -> None:
    imported(world.here, register(*[home(f"9{n:02d}") for n in range(1, 61)]))
    client = sign_in(world.here, "chair")
    first = client.get(ADDRESS).json()
    second = client.get(first["next"]).json()
    assert len(first["results"]) == 50
    assert len(second["results"]) == 16
    assert second["next"] is None
    assert client.get(f"{ADDRESS}?cursor=nonsense").status_code == 404
