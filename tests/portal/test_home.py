"""The front page: a resident's own, and the way on for everyone else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from repairs.actions import together
from repairs.actions.filing import Behalf
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import copies
from tests.world import CANARY, World

ON = {
    "secretary": "/c/here/watch/",
    "officer": "/c/here/watch/",
    "chair": "/c/here/watch/",
    "member": "/c/here/watch/",
    "manager": "/c/here/board/",
    "dispatcher": "/c/here/board/",
    "worker": "/c/here/today/",
    "worker2": "/c/here/today/",
    "street": "/c/here/watch/",
    "city": "/overview/",
}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("who", list(ON))
def test_each_party_goes_to_its_own_screen(world: World, sign_in: Callable[..., Client], who: str) -> None:
    answer = sign_in(world.here, who).get("/")
    assert (answer.status_code, answer["location"]) == (302, ON[who])
    assert sign_in(world.here, who).get("/", follow=True).status_code == 200


def test_signed_out_goes_to_sign_in(world: World, client: Client) -> None:
    assert client.get("/")["location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("rows", [1, 30])
def test_home_asks_six_times(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    copies(side, bring_to(side, "working"), rows - 1)
    copies(side, file_one(side, place="public", place_text="东门"), rows - 1)
    client = sign_in(side, "resident")
    for size in ("normal", "large"):
        client.cookies["type"] = size
        with time_machine.travel(NOW, tick=False), statements() as seen:
            assert client.get("/").status_code == 200
        assert len(seen) == 6


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/", "/c/here/repairs/", "/messages/"])
def test_the_top_bar_names_the_compound_once(
    world: World, sign_in: Callable[..., Client], path: str, language: str
) -> None:
    side = world.here
    for who in ("resident", "chair"):
        client = sign_in(side, who)
        client.cookies["django_language"] = language
        answer = client.get(path if who == "resident" else "/c/here/watch/")
        bar = answer.content.decode().split('class="whereabouts"')[1].split("</header>")[0]
        assert bar.count(side.compound.name) == 1


def test_home_shows_own_requests_with_their_line_and_the_public_ones(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    own = file_one(side)
    waiting = bring_to(side, "awaiting")
    bring_to(side, "done", words="旧的")
    neighbours = file_one(
        side, who="neighbour", place="public", place_text="西门路灯,电话13812345678", words="邻居的话"
    )
    private = file_one(side, who="neighbour")
    foreign = file_one(world.there, place="public", place_text=CANARY, words=CANARY)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        page = sign_in(side, "resident").get("/")
    text = page.content.decode()
    assert [row.request.ref for row in page.context["own"]] == [waiting.ref, own.ref]
    assert "由和美物业受理，今天 10:30前答复" in text
    assert "请您确认" in text
    assert "西门路灯" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    for hidden in ("邻居的话", CANARY, private.ref, foreign.ref, neighbours.ref):
        assert hidden not in text
    assert 'href="tel:0579-87000000"' in text
    assert 'href="/c/here/repairs/new/"' in text
    assert 'href="/messages/"' in text


def test_each_row_watches_its_request_and_renews_itself(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    own, neighbours = bring_to(side, "assigned"), file_one(side, who="neighbour")
    client = sign_in(side, "resident")
    text = " ".join(client.get("/").content.decode().split())
    assert f'data-live="here/repairs.request:{own.ref}" data-live-seq="2" data-live-refresh="/home/{own.ref}/"' in text
    row = client.get(f"/home/{own.ref}/")
    assert "已派给worker" in row.content.decode()
    assert "<html" not in row.content.decode()
    assert client.get(f"/home/{neighbours.ref}/").status_code == 404
    assert client.get("/home/nosuch/").status_code == 404
    assert sign_in(world.there, "resident").get(f"/home/{own.ref}/").status_code == 404
    assert sign_in(side, "manager").get(f"/home/{own.ref}/").status_code == 403


def test_a_row_that_was_joined_or_filed_for_the_resident_renews_itself_too(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side, client = world.here, sign_in(world.here, "resident")
    joined = file_one(side, who="neighbour", place="public", place_text="东门", home_id=None)
    person = side.people["resident"]
    behalf = Behalf(person.name, person.phone, "本人电话里同意")
    told = file_one(side, who="dispatcher", behalf=behalf, home_id=side.homes[0].pk)
    with scope(side.compound.pk):
        together.join(compound_id=side.compound.pk, ref=joined.ref, home_id=None, by=side.actor("resident"), now=NOW)
    text = " ".join(client.get("/").content.decode().split())
    for one in (joined, told):
        found = re.search(rf'data-live="here/repairs.request:{one.ref}" data-live-seq="(\d+)"', text)
        assert found is not None
        assert int(found[1]) > 0
        assert client.get(f"/home/{one.ref}/").status_code == 200
    with scope(side.compound.pk):
        together.leave(compound_id=side.compound.pk, ref=joined.ref, by=side.actor("resident"), now=NOW)
    assert client.get(f"/home/{joined.ref}/").status_code == 404


def test_five_at_most_with_what_waits_for_the_resident_first(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    waiting = bring_to(side, "awaiting", now=NOW - timedelta(days=2))
    copies(side, file_one(side), 9)
    rows = sign_in(side, "resident").get("/").context["own"]
    assert len(rows) == 5
    assert rows[0].request == waiting


def test_large_type_has_fewer_choices_and_the_telephone_always(world: World, sign_in: Callable[..., Client]) -> None:
    file_one(world.here, place="public", place_text="西门路灯", who="neighbour")
    client = sign_in(world.here, "resident")
    client.cookies["type"] = "large"
    text = client.get("/").content.decode()
    assert "西门路灯" not in text
    assert text.count('href="tel:0579-87000000"') >= 2
    assert 'class="callbar' in text
    own = client.get("/c/here/repairs/").content.decode()
    assert 'href="tel:0579-87000000"' in own


def test_unread_messages_are_counted(world: World, sign_in: Callable[..., Client]) -> None:
    bring_to(world.here, "assigned")
    client = sign_in(world.here, "resident")
    assert "您有 1 条新消息" in client.get("/").content.decode()
    client.post("/messages/read/")
    assert "条新消息" not in client.get("/").content.decode()


def test_without_a_firm_there_is_no_telephone_and_no_error(world: World, sign_in: Callable[..., Client]) -> None:
    from parties.actions import end_contract
    from parties.models import Contract
    from tenancy.scope import scope

    side = world.here
    with scope(side.compound.pk):
        end_contract(
            contract=Contract.objects.get(),
            ends=NOW.date() - timedelta(days=1),
            basis="到期",
            by=side.actor("secretary"),
            now=NOW,
        )
    page = sign_in(side, "resident").get("/")
    assert page.status_code == 200
    assert "tel:" not in page.content.decode()
    # The firm's people have nothing to do here any more, and are told so.
    lost = sign_in(side, "manager").get("/")
    assert "这个职务今天没有在管的小区" in lost.content.decode()
