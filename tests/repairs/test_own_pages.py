"""The resident's own list and the public-area list: content, access, and what they cost."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from live import topics
from repairs.models import Request
from repairs.topics import own_topic
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.world import CANARY, RESIDENTS, STAFF

OWN = "/c/here/repairs/"
ROWS = "/c/here/repairs/rows/"
PUBLIC = "/c/here/repairs/public/"
PUBLIC_ROWS = "/c/here/repairs/public/rows/"
EVERYONE = [*STAFF, *RESIDENTS, "city"]


def several(world, count: int, **given: object) -> list[Request]:
    now = timezone.now()
    return [file_one(world.here, now=now - timedelta(minutes=n), **given) for n in range(count)]


def test_nothing_filed_yet(world, sign_in):
    text = sign_in(world.here, "resident").get(OWN).content.decode()
    assert "还没有报过修" in text
    assert "/c/here/repairs/new/" in text


def test_own_requests_with_one_line_each(world, sign_in):
    mine = bring_to(world.here, "assigned", now=timezone.now() - timedelta(hours=1))
    neighbours = file_one(world.here, who="neighbour", now=timezone.now(), words="邻居家的事")
    file_one(world.there, now=timezone.now())
    text = sign_in(world.here, "resident").get(OWN).content.decode()
    assert f"/c/here/repairs/{mine.ref}/" in text
    assert "已派给worker" in text
    assert neighbours.ref not in text
    assert CANARY not in text
    assert text.count("row-line") == 1


def test_the_latest_first_and_older_ones_a_page_further(world, sign_in):
    filed = several(world, 23)
    client = sign_in(world.here, "resident")
    refs = re.findall(r"/c/here/repairs/([\w-]{12})/", client.get(OWN).content.decode())
    assert refs == [one.ref for one in filed[:20]]
    second = client.get(f"{OWN}?page=2").content.decode()
    assert re.findall(r"/c/here/repairs/([\w-]{12})/", second) == [one.ref for one in filed[20:]]
    for odd in ("0", "-1", "x", "99999999999999999999", "二", "²"):
        assert client.get(f"{OWN}?page={odd}").status_code == 200


def test_the_list_renews_itself(world, sign_in):
    person = world.here.people["resident"]
    client = sign_in(world.here, "resident")

    def number(text: str) -> int:
        found = re.search(rf'data-live="here/repairs.own:{person.pk}" data-live-seq="(\d+)"', text)
        assert found is not None
        return int(found[1])

    assert number(client.get(OWN).content.decode()) == 0
    mine = file_one(world.here, now=timezone.now())
    file_one(world.here, who="neighbour", now=timezone.now())
    text = client.get(OWN).content.decode()
    assert number(text) == 1
    assert 'data-live-refresh="/c/here/repairs/rows/?page=1"' in text
    part = client.get(ROWS).content.decode()
    assert mine.ref in part
    assert part.count("row-line") == 1
    assert "<html" not in part
    bring_to(world.here, "assigned", now=timezone.now())  # filed and assigned: one each
    assert number(client.get(OWN).content.decode()) == 3


@pytest.mark.parametrize("name", EVERYONE)
def test_only_a_resident_watches_the_own_list(world, name):
    side = world.here
    for whose in RESIDENTS:
        topic = own_topic(side.people[whose].pk)
        mine = name == whose and name in RESIDENTS
        assert topics.may_watch(side.actor(name), side.compound.pk, topic) is mine
        assert not topics.may_watch(side.actor(name), world.there.compound.pk, topic)


@pytest.mark.parametrize("name", EVERYONE)
def test_who_opens_the_lists(world, sign_in, name):
    here, there = sign_in(world.here, name), sign_in(world.there, name)
    for address in (OWN, ROWS):
        assert here.get(address).status_code == (200 if name in RESIDENTS else 403)
    assert here.get(PUBLIC).status_code == 200
    if name != "city":
        assert there.get(PUBLIC).status_code == 404
        assert there.get("/c/nowhere/repairs/public/").status_code == 404
    assert Client().get(PUBLIC).status_code == 302


def test_the_public_list_shows_no_one(world, sign_in):
    several(
        world,
        2,
        place="public",
        home_id=None,
        place_text="东门岗亭旁 13812345678",
        words="我是王阿姨",
        photos=[picture()],
    )
    file_one(world.here, now=timezone.now(), words="家里的事")
    bring_to(world.here, "withdrawn", place="public", home_id=None, place_text="撤回的地方")
    file_one(world.there, now=timezone.now(), place="public", home_id=None, place_text=CANARY)
    for name in ("neighbour", "chair", "worker"):
        text = sign_in(world.here, name).get(PUBLIC).content.decode()
        assert text.count("东门岗亭旁 138****5678") == 2
        for hidden in ("13812345678", "王阿姨", "家里的事", "撤回的地方", CANARY, "resident 小区1", "/files/"):
            assert hidden not in text, hidden


def test_the_public_list_empty(world, sign_in):
    assert "公共区域还没有报修" in sign_in(world.here, "resident").get(PUBLIC).content.decode()


@pytest.mark.parametrize(("address", "most"), [(OWN, 7), (ROWS, 6), (PUBLIC, 8), (PUBLIC_ROWS, 6)])
def test_a_list_costs_the_same_at_one_row_and_at_thirty(world, sign_in, statements, address, most):
    client = sign_in(world.here, "resident")
    given = {"place": "public", "home_id": None, "place_text": "东门"}
    several(world, 1, **given)
    client.get(address)
    for more in (0, 29):
        several(world, more, **given)
        with statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) == most, "\n".join(q["sql"][:150] for q in seen)


# --- weight -------------------------------------------------------------------------------------------------------------------
def weights(client: Client, address: str) -> dict[str, int]:
    """Bytes over the wire (gzip) of a page and all that it loads."""
    page = client.get(address).content
    found = {address: len(gzip.compress(page, 6))}
    text = page.decode()
    assets = set(re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(/static/[^"#]+)', text))
    assets |= set(re.findall(r'<use href="(/static/[^"#]+)', text))
    for asset in assets:
        path = finders.find(asset.removeprefix("/static/"))
        assert path is not None, asset
        found[asset] = len(gzip.compress(Path(path).read_bytes(), 6))
    return found


@pytest.mark.parametrize("address", ["/c/here/repairs/new/", OWN, "/"])
def test_a_residents_page_is_light(world, sign_in, address):
    several(world, 20)
    found = weights(sign_in(world.here, "resident"), address)
    assert sum(found.values()) <= 100_000, found
    assert sum(size for name, size in found.items() if name.endswith(".js")) <= 40_000, found


def test_the_service_worker_names_only_what_is_there(client, db):
    answer = client.get("/sw.js")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    named = re.findall(r'"/static/([^"]+)"', text)
    assert len(named) > 8
    for asset in named:
        assert finders.find(asset), asset


def test_the_other_side_never_sees_a_list_row(world, sign_in):
    several(world, 2)
    with scope(world.there.compound.pk):
        assert not Request.objects.filter(filed_by=world.here.people["resident"]).exists()
    assert sign_in(world.there, "resident").get(OWN).status_code == 404
