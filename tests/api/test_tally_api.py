"""The calculator over REST: one case or many, the right status for each refusal, figures by their digits."""

import json
from typing import Any

import pytest
from django.test import Client

from elections.records import answer
from tests.elections.votes import election, motion
from tests.world import RESIDENTS, STAFF, World

ADDRESS = "/api/v1/tally/"


def post(client: Client, body: Any, kind: str = "application/json") -> Any:
    return client.post(ADDRESS, body if isinstance(body, str | bytes) else json.dumps(body), content_type=kind)


@pytest.fixture
def officer(world: World, sign_in: Any) -> Client:
    return sign_in(world.here, "officer")


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_for_everyone_who_acts_from_a_post(world: World, sign_in: Any, who: str) -> None:
    found = post(sign_in(world.here, who), motion(900, 700, 500))
    assert found.status_code == (403 if who in RESIDENTS else 200)
    assert post(Client(), motion(900, 700, 500)).status_code == 401


def test_one_case_is_answered_as_on_the_command_line(officer: Client) -> None:
    for case in (motion(900, 700, 500), election(1000, 700, [("甲", 500, "50000")], 5)):
        found = post(officer, case)
        assert found.status_code == 200
        assert found.json() == answer(case)[0]


def test_many_cases_are_answered_in_their_places(officer: Client) -> None:
    found = post(officer, [motion(900, 700, 500), {"id": "b", "matter": "sell"}, motion(900, 100, 50), 3])
    assert found.status_code == 200
    assert [one["outcome"] for one in found.json()] == ["passed", "refused", "no_quorum", "refused"]
    assert [one.get("error", {}).get("code") for one in found.json()] == [None, "unknown_matter", None, "not_an_object"]
    assert found.json()[1]["id"] == "b"
    assert post(officer, []).json() == []


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ("{", 400, "not_json", ""),
        (" ", 400, "not_json", ""),
        ("", 422, "matter_missing", "matter"),  # DRF reads no body as an empty one
        (b"\xff", 400, "not_json", ""),
        ('{"id":1,"id":2}', 400, "duplicate_key", ""),
        ('{"a":NaN}', 400, "not_json", ""),
        ({"id": "a"}, 422, "matter_missing", "matter"),
        ({"matter": "other", "roll": {"voters": -1}}, 422, "out_of_range", "roll.voters"),
        ({"matter": "other", "roll": {"area": "1.00001"}}, 422, "not_an_area", "roll.area"),
        ("3", 422, "not_an_object", ""),
        ([{"matter": "other"}] * 1001, 413, "too_many_cases", ""),
        ('{"matter": "' + "x" * 2_000_001 + '"}', 413, "too_long", ""),
    ],
)
def test_refusals(officer: Client, body: Any, status: int, code: str, field: str) -> None:
    found = post(officer, body)
    assert (found.status_code, found.json()["code"], found.json()["field"]) == (status, code, field)
    assert found.json()["detail"]


def test_other_methods_and_kinds(officer: Client) -> None:
    assert officer.get(ADDRESS).status_code == 405
    assert post(officer, "matter=other", "application/x-www-form-urlencoded").status_code == 415


def test_numbers_are_taken_by_their_digits(officer: Client) -> None:
    body = (
        '{"matter":"other","roll":{"voters":3,"area":0.9},'
        '"cast":{"for":{"voters":2,"area":0.3},"against":{"voters":1,"area":0.3}}}'
    )
    assert post(officer, body).json()["participation"]["area"]["met"] is True


def test_a_thousand_cases_at_once_are_allowed_and_ask_no_more(officer: Client, statements: Any) -> None:
    post(officer, [])
    for count in (1, 1000):
        with statements() as seen:
            found = post(officer, [motion(900, 700, 500)] * count)
        assert len(found.json()) == count
        assert len(seen) == STATEMENTS


STATEMENTS = 6
