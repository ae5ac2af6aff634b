"""亲情代办 over REST: a bound child files for a parent, here or from elsewhere, and for nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from messaging.models import Message
from repairs.models import Request
from residency.models import Bond
from tenancy.scope import scope
from tests.world import Side, World

BASE = "/api/v1/compounds/here/repairs/"


def bind(side: Side, child: Person, *, ended: bool = False) -> None:
    """The neighbour is the parent."""
    now = timezone.now() - timedelta(hours=1)
    with scope(side.compound.pk):
        Bond.objects.create(
            compound=side.compound,
            parent=side.people["neighbour"],
            child=child,
            how="phone",
            consented_at=now,
            consented_as="neighbour",
            bound_at=now,
            ended_at=now + timedelta(minutes=1) if ended else None,
        )


def post(client: Client, body: dict[str, Any], key: str = "key-0123456789abcdef", **headers: str) -> Any:
    return client.post(
        BASE, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key, **headers}
    )


def draft(world: World, **given: Any) -> dict[str, Any]:
    parent = world.here.people["neighbour"].pk
    return {
        "category": "water",
        "place": "home",
        "home": world.here.homes[1].pk,
        "words": "漏水",
        "for_parent": parent,
        **given,
    }


def count(world: World) -> int:
    with scope(world.here.compound.pk):
        return Request.objects.count()


def test_a_bound_child_files_and_the_parent_hears(world: World, sign_in: Any) -> None:
    bind(world.here, world.here.people["resident"])
    client = sign_in(world.here, "resident")
    made = post(client, draft(world))
    assert (made.status_code, made.json()["place_text"]) == (201, world.here.homes[1].address)
    assert post(client, draft(world)).json() == made.json()
    parent = world.here.people["neighbour"].pk
    with scope(world.here.compound.pk):
        kept = Request.objects.get()
        assert (kept.for_person_id, kept.consent) == (parent, "亲情代办")
        assert Message.objects.get(template="repairs.filed_for").person_id == parent
    own = sign_in(world.here, "neighbour").get(BASE).json()["results"]
    assert [row["ref"] for row in own] == [made.json()["ref"]]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"home": "mine"}, 422, "no_such_home"),
        ({"home": "foreign"}, 422, "no_such_home"),
        ({"home": None}, 422, "no_such_home"),
        ({"for_parent": "stranger"}, 403, "not_bound"),
        ({"for_parent": "next door"}, 403, "not_bound"),
        ({"for_parent": 2**62}, 403, "not_bound"),
        ({"for_parent": 2**70}, 400, "max_value"),
        ({"for_parent": "x"}, 400, "invalid"),
    ],
)
def test_only_the_parents_own_home_and_only_this_parent(
    world: World, sign_in: Any, given: dict[str, Any], status: int, code: str
) -> None:
    bind(world.here, world.here.people["resident"])
    meant = {
        "mine": world.here.homes[0].pk,
        "foreign": world.there.homes[1].pk,
        "stranger": world.here.people["worker"].pk,
        "next door": world.there.people["neighbour"].pk,
    }
    answer = post(sign_in(world.here, "resident"), draft(world, **{k: meant.get(v, v) for k, v in given.items()}))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert count(world) == 0


@pytest.mark.parametrize("who", ["resident", "manager", "officer", "chair"])
def test_without_a_bond_nobody_does(world: World, sign_in: Any, who: str) -> None:
    bind(world.here, world.here.people["resident"], ended=True)
    answer = post(sign_in(world.here, who), draft(world))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_bound")
    assert count(world) == 0


def test_a_child_who_lives_elsewhere_names_the_standing_in_a_header(world: World) -> None:
    """As an app signed in by token does; the bond is the right, and ends it."""
    away = world.there.people["resident"]
    bind(world.here, away)
    client = Client()
    client.force_login(away)
    standing = {"X-Standing": f"child:{world.here.compound.pk}"}
    assert post(client, draft(world)).status_code == 403
    made = post(client, draft(world), **standing)
    assert made.status_code == 201
    assert client.get(f"{BASE}{made.json()['ref']}/", headers=standing).status_code == 200
    for body in (
        draft(world, for_parent=None),
        draft(world, for_parent=None, for_name="老周", for_phone="13800001111"),
    ):
        other = post(client, body, key="key-of-the-second-1", **standing)
        assert (other.status_code, other.json()["code"]) == (403, "only_for_parent")
    with scope(world.here.compound.pk):
        Bond.objects.update(ended_at=timezone.now())
    assert client.get(BASE, headers=standing).status_code == 403
    assert post(client, draft(world), key="key-of-the-third-01", **standing).status_code == 403
    assert count(world) == 1
