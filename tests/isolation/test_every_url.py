"""Every URL, asked by every role of one compound for what belongs to the next: 404, and never a canary.

The other compound is full of rows that carry the canary: a request with words, photo, event note and escalation, messages,
a document. A URL with a parameter that this test does not know fails it, so that none is forgotten.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tenancy.models import TenantManager, tenant_models
from tenancy.scope import scope
from tests.world import CANARY, RESIDENTS, STAFF, World

ROLES = [*STAFF, *RESIDENTS, "city"]
# Pages about the person, or about nothing of a compound: they have no parameters of a compound to try.
PERSONAL = (
    *(
        "accounts/",
        "_allauth/",
        "livez",
        "readyz",
        "preferences/",
        "sw.js",
        "posting/sw.js",
        "rounds/sw.js",
        "paper-ballots/sw.js",
        "v/",
        "standing/",
        "api/v1/schema/",
    ),
    # What hangs at the door of a building says whose it is to anyone; tests/residency asks what else it says.
    *("j/", "join/"),
    # Asked by key, not by a person who is signed in: tests/open311 asks them for what is next door.
    "open311/v2/",
    # What was marked as public is for anyone: tests/notices asks what else it says.
    "board/",
    # Anyone checks a box by its address: tests/boxes asks what else it says, as a stranger and from the next compound.
    "ballot-box/",
    # A label of equipment is read by whoever stands before it: tests/equipment asks what else it says, and the next compound's.
    "e/",
    # A screen shows to whoever has its address: tests/hall asks what else it says, and what the next compound's opens.
    "screen/",
    # A calendar address shows one person's shifts to whoever has it: tests/rosters asks what else it says.
    "shifts/",
)


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


# Where a person votes for somebody else, whatever they act from or no longer act from: tests/ballots asks what it shows.
WHATEVER_THE_POST = ("votes/",)

ROUTES = sorted(route for route, _ in _patterns(get_resolver()) if not route.startswith(PERSONAL))


def _fill(route: str, values: dict[str, Any]) -> str:
    filled = route
    for kind, name in (
        ("slug", "code"),
        ("slug", "ref"),
        ("str", "ref"),
        ("slug", "action"),
        ("slug", "incident"),
        ("slug", "spot"),
        ("int", "rule"),
        ("int", "reply"),
        ("slug", "category"),
        ("slug", "pace"),
        ("slug", "way"),
        ("slug", "step"),
        ("int", "number"),
        ("slug", "decision"),
        ("int", "document_id"),
        ("int", "escalation_id"),
        ("int", "subscription_id"),
        ("int", "delivery_id"),
        ("int", "occupancy_id"),
        ("int", "invitation_id"),
        ("int", "bond_id"),
        ("int", "poster_id"),
        ("slug", "import_ref"),
        ("int", "owner_id"),
        ("int", "pattern_id"),
        ("int", "shift_id"),
        ("int", "offer_id"),
        ("slug", "handover"),
        ("slug", "kind"),
        ("slug", "role"),
        ("slug", "turn"),
        ("slug", "record"),
        ("slug", "kept"),
        ("int", "item_id"),
        ("int", "key_id"),
        ("int", "firm_id"),
        ("int", "body_id"),
        ("int", "post_key"),
        ("int", "contract_id"),
        ("int", "certificate_id"),
        ("int", "visit_id"),
        ("int", "piece_id"),
        ("int", "plan_id"),
        ("int", "occurrence"),
        ("int", "round_point"),
        ("int", "round_plan"),
        ("int", "round_route"),
        ("int", "round_answer"),
        ("int", "round_conflict"),
        ("int", "round_item"),
        ("slug", "defect"),
        ("int", "batch_id"),
        ("int", "report_id"),
        ("int", "own_rule"),
        ("slug", "sign"),
        ("int", "subject_id"),
        ("slug", "run"),
        ("slug", "stop_ref"),
        ("slug", "month"),
        ("slug", "roster"),
        ("slug", "on"),
        ("int", "station_id"),
        ("int", "shift_no"),
        ("int", "roster_member"),
        ("int", "absence_id"),
        ("int", "swap_id"),
        ("int", "own_shift"),
        ("int", "room_id"),
        ("int", "entry_id"),
        ("int", "alarm_id"),
        ("slug", "notice"),
        ("slug", "objection"),
        ("slug", "letter"),
        ("slug", "election"),
        ("slug", "candidate"),
        ("int", "member_id"),
        ("int", "filing_id"),
        ("int", "handing_id"),
        ("int", "recall_id"),
        ("slug", "act"),
        ("int", "template_id"),
        ("int", "rule_id"),
        ("int", "attachment"),
        ("int", "screen_id"),
        ("int", "point_id"),
        ("int", "task_id"),
        ("int", "answer_id"),
        ("int", "conflict_id"),
        ("slug", "label"),
        ("slug", "client_id"),
        ("int", "slot"),
        ("int", "entrance"),
        ("int", "asked_id"),
        ("slug", "poll"),
        ("slug", "right"),
        ("int", "step_id"),
        ("int", "speaker_id"),
        ("int", "proxy_id"),
        ("int", "pk"),
    ):
        key = "file" if name == "ref" and "/files/" in route else name
        filled = filled.replace(f"<{kind}:{name}>", str(values[key]))
    assert "<" not in filled, f"unknown parameter in {route}"
    return f"/{filled}"


def _body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace") + str(response.headers)


def _ask(client: Client, path: str) -> Iterator[tuple[str, Any]]:
    yield "GET", client.get(path)
    # A key for each address: one that had its effect elsewhere would be refused before anything is looked up.
    key = f"key-{crc32(path.encode()):020d}"
    yield "POST", client.post(path, {"idempotency_key": key}, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("role", ROLES)
def test_what_belongs_to_the_next_compound_is_not_there(world: World, laden: Any, sign_in: Any, role: str) -> None:
    """With the other compound's code: 404 everywhere (or a refusal before anything is looked up)."""
    client = sign_in(world.here, role)
    for route in ROUTES:
        if "<slug:code>" not in route:
            continue
        for method, response in _ask(client, _fill(route, laden["there"])):
            where = f"{method} {route} as {role}"
            if role != "city":
                assert response.status_code in {403, 404, 405}, (where, response.status_code)
                assert CANARY not in _body(response), where
            else:
                assert response.status_code < 500, where


@pytest.mark.parametrize("role", [r for r in ROLES if r != "city"])
def test_ids_of_the_next_compound_under_my_own_code_are_not_there(
    world: World, laden: Any, sign_in: Any, role: str
) -> None:
    """My own compound's code with the other's reference or number: the same answer as for one that does not exist."""
    client = sign_in(world.here, role)
    mixed = {**laden["there"], "code": "here"}
    absent = {
        **dict.fromkeys(mixed, 2**40),
        "code": "here",
        "ref": "nosuchreference",
        "file": "nosuchfile",
        "action": "accept",
        "way": "up",
        "turn": "freeze",
    }
    for route in ROUTES:
        if "<" not in route.replace("<slug:code>", ""):
            continue
        cache.clear()
        foreign, missing = (list(_ask(client, _fill(route, values))) for values in (mixed, absent))
        for (method, a), (_method, b) in zip(foreign, missing, strict=True):
            where = f"{method} {route} as {role}"
            assert a.status_code == b.status_code, (where, a.status_code, b.status_code)
            # 400 and 422: what was sent is looked at first, and the answer is as the one beside it.
            assert a.status_code in {302, 400, 403, 404, 405, 422}, (where, a.status_code)
            assert CANARY not in _body(a), where


@pytest.fixture(params=["only_the_database", "only_the_managers"])
def one_layer(request: pytest.FixtureRequest, laden: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """One layer of isolation taken away: managers that forget the scope, or tables without row-level security."""
    if request.param == "only_the_database":
        monkeypatch.setattr(
            TenantManager,
            "get_queryset",
            lambda self: self._queryset_class(self.model, using=self._db, hints=self._hints),
        )
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model in tenant_models():
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE ROW LEVEL SECURITY')
            cursor.execute("SELECT count(DISTINCT compound_id) FROM repairs_request")
            assert cursor.fetchone() == (2,)  # the wall is really down
    return request.param


@pytest.mark.parametrize("role", ["resident", "worker", "manager", "chair", "officer", "street"])
def test_each_layer_holds_alone_on_every_url(world: World, laden: Any, one_layer: str, sign_in: Any, role: str) -> None:
    """The next compound's code, its ids under my own code, and my own pages, with one layer gone."""
    client = sign_in(world.here, role)
    mixed = {**laden["there"], "code": "here"}
    for route in ROUTES:
        cache.clear()  # someone who asks for every address in a second is held up: that is not what is looked at here
        own = _fill(route, laden["here"])
        # An address without ids is one's own under each of the three: it is asked once.
        for path in dict.fromkeys((_fill(route, laden["there"]), _fill(route, mixed), own)):
            for method, response in _ask(client, path):
                where = f"{method} {path} as {role} with {one_layer}"
                assert response.status_code < 500, where
                assert CANARY not in _body(response), where
                if path != own:
                    assert response.status_code in {302, 400, 403, 404, 405, 422}, (where, response.status_code)


@pytest.mark.parametrize("role", [r for r in ROLES if r != "city"])
def test_my_own_pages_never_show_a_canary(world: World, laden: Any, sign_in: Any, role: str) -> None:
    client = sign_in(world.here, role)
    seen = 0
    for route in ROUTES:
        response = client.get(_fill(route, laden["here"]))
        assert response.status_code < 500, (route, role)
        assert CANARY not in _body(response), (route, role)
        seen += response.status_code == 200
    assert seen >= 3


def test_the_canary_is_really_there_to_be_seen(world: World, laden: Any, sign_in: Any) -> None:
    """Its own people do see it: else the tests above would prove nothing."""
    client = sign_in(world.there, "manager")
    assert CANARY in _body(client.get("/c/there/board/"))
    assert CANARY in _body(client.get(f"/c/there/repairs/{laden['there']['ref']}/"))
    assert CANARY in _body(client.get("/api/v1/compounds/there/repairs/"))


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_is_sent_to_sign_in_or_refused(world: World, laden: Any, route: str) -> None:
    for side in ("here", "there"):
        for method, response in _ask(Client(), _fill(route, laden[side])):
            assert response.status_code in {302, 401, 403, 404, 405}, (method, route, response.status_code)
            assert CANARY not in _body(response), (method, route)


@pytest.mark.parametrize("role", ROLES)
def test_an_ended_post_sees_nothing(world: World, laden: Any, sign_in: Any, role: str) -> None:
    """The session stays, the right does not: the standing is looked up anew on every request."""
    from parties.models import Post
    from premises.models import Occupancy

    client = sign_in(world.here, role)
    yesterday = timezone.localdate() - timedelta(days=1)
    if role in world.here.posts:
        Post.objects.filter(pk=world.here.posts[role].pk).update(ends=yesterday)
    else:
        with scope(world.here.compound.pk):
            Occupancy.objects.filter(person=world.here.people[role]).update(ends=yesterday)
    for route in ROUTES:
        if route.startswith(WHATEVER_THE_POST):
            continue
        response = client.get(_fill(route, laden["here"]))
        assert response.status_code in {302, 401, 403, 404, 405}, (route, response.status_code)


def test_both_sides_are_laden_alike(laden: Any) -> None:
    assert laden["here"].keys() == laden["there"].keys()
