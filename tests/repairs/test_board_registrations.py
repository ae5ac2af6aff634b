"""What RepairsConfig.ready tells the apps below: topics with their rights, messages, the machine, photos, tabs."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from documents import access, kinds
from lifecycle import registry
from live import topics
from messaging import templates
from repairs import messages, pdf
from repairs.models import Photo, Request
from repairs.states import MACHINE
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.repairs.test_board import EVERYONE
from tests.world import World

CONTEXT = {
    name: f"<{name}>"
    for name in (
        "number",
        "category",
        "place",
        "worker",
        "reason",
        "receiver",
        "stars",
        "answer",
        "who",
        "until",
        "into",
        "other",
        "count",
        "total",
        "text",
        "title",
        "words",
        "old",
        "new",
        "due",
        "month",
    )
}
# What is said to many at once names what it is about instead of a number.
WITHOUT_NUMBER = {"repairs.deadlines_changed", "repairs.visits_drawn"}


def _queued() -> set[str]:
    source = "".join(path.read_text() for path in (settings.BASE_DIR / "src/repairs/actions").glob("*.py"))
    return set(re.findall(r'(?<!verb=)"(repairs\.[a-z_]+)"', source)) - {
        "repairs.board",
        "repairs.photo",
        "repairs.places",
        "repairs.signature",
    }


def test_every_template_that_an_action_queues_is_registered_and_no_other() -> None:
    assert _queued() | set(messages.SAID_TO_CALLER.values()) == set(messages.TEMPLATES)
    assert set(messages.SAID_TO_CALLER) <= _queued()


@pytest.mark.parametrize("code", sorted(messages.TEMPLATES))
def test_every_template_says_its_number_in_every_language(code: str) -> None:
    wordings = templates.render(templates.find(code), CONTEXT)
    assert set(wordings) == {"zh-hans", "en"}
    for title, body in wordings.values():
        assert title
        assert "<number>" in body or "<title>" in body or code in WITHOUT_NUMBER
        assert not set("!!") & set(title + body)


@pytest.mark.parametrize("who", EVERYONE)
def test_the_board_topic_is_for_the_firm_and_the_overseers(world: World, who: str) -> None:
    actor = world.here.actor(who)
    with scope(world.here.compound.pk):
        assert topics.may_watch(actor, world.here.compound.pk, "repairs.board") is (
            who not in {"resident", "neighbour"}
        )
        if who != "city":
            assert not topics.may_watch(actor, world.there.compound.pk, "repairs.board")
        assert not topics.may_watch(actor, world.here.compound.pk, "repairs.board:x")


@pytest.mark.parametrize("who", EVERYONE)
def test_the_topic_of_a_request_is_for_whoever_opens_its_page(world: World, sign_in, who: str) -> None:
    side = world.here
    request = bring_to(side, "assigned")
    with scope(side.compound.pk):
        may = topics.may_watch(side.actor(who), side.compound.pk, f"repairs.request:{request.ref}")
        assert not topics.may_watch(side.actor(who), side.compound.pk, "repairs.request:nosuch")
    assert may is (who not in {"neighbour", "worker2"})
    assert (sign_in(side, who).get(f"/c/here/repairs/{request.ref}/").status_code == 200) is may


@pytest.mark.parametrize("who", EVERYONE)
def test_a_photo_is_for_whoever_sees_its_request(world: World, sign_in, who: str) -> None:
    side = world.here
    request = bring_to(side, "assigned", photos=[picture()])
    with scope(side.compound.pk):
        file = Photo.objects.select_related("file").get(request=request).file
        may = access.may_read(side.actor(who), file)
    assert may is (who not in {"neighbour", "worker2"})
    answer = sign_in(side, who).get(f"/c/here/files/{file.ref}/")
    assert answer.status_code == (200 if may else 404)
    if who != "city":
        assert sign_in(world.there, who).get(f"/c/there/files/{file.ref}/").status_code == 404


def test_the_machine_is_registered_and_its_drawing_kept() -> None:
    assert registry.machine("repairs.request") is MACHINE
    assert "已受理" in (Path(settings.BASE_DIR) / "docs/lifecycles/repairs.request.md").read_text()


@pytest.mark.parametrize("who", EVERYONE)
def test_a_slip_is_for_the_desk_and_the_worker_who_has_it(world: World, who: str) -> None:
    side = world.here
    request = bring_to(side, "assigned")
    kind = kinds.find(pdf.KIND)
    assert kind is not None
    with scope(side.compound.pk):
        assert kind.allowed(side.actor(who), pdf.target_of(request)) is (who in {"manager", "dispatcher", "worker"})
        for target in ("repairs.request:999999", "repairs.request:x", "x:1", "repairs.request:", "repairs.request:-1"):
            assert not kind.allowed(side.actor(who), target)
    other = file_one(world.there)
    with scope(side.compound.pk):
        assert not kind.allowed(side.actor(who), pdf.target_of(other))
        assert not Request.objects.filter(pk=other.pk).exists()
