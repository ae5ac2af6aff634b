"""The watch page: who opens it, what climbed, the duty to answer, the figures with the lists behind them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from messaging.models import Message
from repairs import queries
from repairs.actions import clock
from repairs.models import Escalation, Request
from repairs.permissions import watches
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import EVERYONE, KEY, copies
from tests.world import CANARY, Side, World

WATCHERS = {"secretary", "officer", "chair", "member", "manager", "dispatcher", "street", "city"}


def climb(side: Side, hours: int = 48) -> Request:
    """A request that has climbed as far as these hours let it."""
    request = file_one(side)
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(hours=hours))
    return request


@pytest.mark.parametrize("who", EVERYONE)
def test_overseers_and_the_desk_open_it(world: World, sign_in: Callable[..., Client], who: str) -> None:
    bring_to(world.there, "submitted", words=CANARY)
    client = sign_in(world.here, who)
    assert watches(world.here.actor(who)) is (who in WATCHERS)
    for path in ("watch/", "watch/rows/", *(f"watch/?list={name}" for name in queries.LISTS)):
        answer = client.get(f"/c/here/{path}")
        assert answer.status_code == (200 if who in WATCHERS else 403)
        assert CANARY not in answer.content.decode()
        assert client.get(f"/c/nowhere/{path}").status_code == 404
        if who != "city":
            assert client.get(f"/c/there/{path}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_it_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    for _ in range(rows):
        climb(world.here)
    client = sign_in(world.here, "chair")
    for path, count in (("watch/", 12), ("watch/rows/", 10), ("watch/?list=late", 9)):
        with time_machine.travel(NOW + timedelta(days=3), tick=False), statements() as seen:
            assert client.get(f"/c/here/{path}").status_code == 200
        assert len(seen) == count


def test_each_party_sees_its_own_duties(world: World, sign_in: Callable[..., Client]) -> None:
    climb(world.here)
    shown = {
        who: len(sign_in(world.here, who).get("/c/here/watch/").context["duties"])
        for who in EVERYONE
        if who in WATCHERS
    }
    assert shown == {
        "secretary": 1,
        "officer": 1,
        "chair": 1,
        "member": 1,
        "manager": 1,
        "dispatcher": 1,
        "street": 1,
        "city": 0,
    }
    # The dispatcher sees it, but only the manager answers.
    assert "由项目经理答复" in sign_in(world.here, "dispatcher").get("/c/here/watch/").content.decode()


def test_the_part_that_renews_itself_brings_the_forms(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "chair")
    assert 'id="no-duties"' in client.get("/c/here/watch/rows/").content.decode()
    climb(world.here)
    climb(world.there)
    with scope(world.here.compound.pk):
        duty = Escalation.objects.get(party="committee")
    page, rows = (client.get(f"/c/here/{path}").content.decode() for path in ("watch/", "watch/rows/"))
    assert 'data-live-swap="merge"' in page
    for text in (page, rows):
        assert text.count(f'id="duty-{duty.pk}"') == text.count('id="duties"') == 1
        assert f"/c/here/escalations/{duty.pk}/answer/" in text
        assert CANARY not in text
    assert "<html" not in rows
    assert "由项目经理答复" in sign_in(world.here, "dispatcher").get("/c/here/watch/rows/").content.decode()


def test_an_answer_is_kept_recorded_and_told(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    request = climb(side)
    with scope(side.compound.pk):
        duty = Escalation.objects.get(party="committee")
    client = sign_in(side, "chair")
    path = f"/c/here/escalations/{duty.pk}/answer/"
    for _ in range(2):  # a double tap answers once
        answer = client.post(path, {"answer": "已约谈物业,今晚修好", "idempotency_key": KEY})
        assert (answer.status_code, answer["location"]) == (302, "/c/here/watch/")
    with scope(side.compound.pk):
        kept = Escalation.objects.get(pk=duty.pk)
        assert (kept.answer, kept.answered_by_id) == ("已约谈物业,今晚修好", side.people["chair"].pk)
        assert "主任" in kept.answered_as
        assert Entry.objects.filter(verb="repairs.answer", target=f"repairs.request:{request.pk}").count() == 1
        told = set(Message.objects.filter(template="repairs.answered").values_list("person_id", flat=True))
        assert told == {side.people[name].pk for name in ("resident", "manager", "dispatcher")}
    assert not client.get("/c/here/watch/").context["duties"]


def test_a_refused_answer_keeps_what_was_typed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    climb(side)
    with scope(side.compound.pk):
        duty = Escalation.objects.get(party="committee")
        streets = Escalation.objects.get(party="street")
    path = f"/c/here/escalations/{duty.pk}/answer/"
    client = sign_in(side, "chair")
    empty = client.post(path, {"answer": "  ", "idempotency_key": KEY})
    assert empty.status_code == 422
    assert "请写下答复" in empty.content.decode()
    long = client.post(path, {"answer": "督" * 501, "idempotency_key": KEY})
    assert long.status_code == 422
    assert "督" * 501 in long.content.decode()
    no_key = client.post(path, {"answer": "已督促"})
    assert no_key.status_code == 422
    assert "已督促" in no_key.content.decode()
    assert (
        client.post(f"/c/here/escalations/{streets.pk}/answer/", {"answer": "x", "idempotency_key": KEY}).status_code
        == 403
    )
    assert client.post("/c/here/escalations/999999/answer/", {"answer": "x", "idempotency_key": KEY}).status_code == 404
    assert sign_in(side, "dispatcher").post(path, {"answer": "x", "idempotency_key": KEY}).status_code == 403
    assert sign_in(side, "worker").post(path, {"answer": "x", "idempotency_key": KEY}).status_code == 403
    assert client.get(path).status_code == 405
    with scope(side.compound.pk):
        assert not Escalation.objects.filter(answered_at__isnull=False).exists()
    # The other member was faster: said in words, nothing overwritten.
    sign_in(side, "member").post(path, {"answer": "我来督促", "idempotency_key": "m" * 24})
    late = client.post(path, {"answer": "我也督促", "idempotency_key": "n" * 24})
    assert late.status_code == 422
    assert "已经答复过了" in late.content.decode()


def test_next_door_cannot_answer(world: World, sign_in: Callable[..., Client]) -> None:
    climb(world.here)
    with scope(world.here.compound.pk):
        duty = Escalation.objects.get(party="committee")
    client = sign_in(world.there, "chair")
    for code in ("here", "there"):
        answer = client.post(f"/c/{code}/escalations/{duty.pk}/answer/", {"answer": "x", "idempotency_key": KEY})
        assert answer.status_code == 404


def test_the_lists_page_on_and_say_whose_nothing(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    copies(side, climb(side), 59)
    client = sign_in(side, "street")
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        page = client.get("/c/here/watch/")
        text = page.content.decode()
        assert "还有 40 件" in text
        assert {name: value for name, _label, value in page.context["figures"]}["late"] == 60
        first = client.get("/c/here/watch/?list=late")
        second = client.get("/c/here/watch/?list=late&page=2")
    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (50, 10)
    assert client.get("/c/here/watch/?list=nothing").status_code == 404
    # People stay masked: neither name nor number of the filer is on a watch page.
    filer = side.people["resident"]
    assert filer.phone not in text
    assert filer.phone[-11:] not in text


def test_after_downtime_everyone_is_told_of_every_level(world: World) -> None:
    side = world.here
    climb(side, hours=72)
    with scope(side.compound.pk):
        told = list(
            Message.objects.filter(channel="in_app", template__in=["repairs.warned", "repairs.escalated"]).values_list(
                "template", "person_id"
            )
        )
    expected = [("repairs.warned", "manager"), ("repairs.warned", "dispatcher")]
    expected += [
        ("repairs.escalated", n) for n in ("manager", "dispatcher", "chair", "member", "secretary", "officer", "street")
    ]
    assert sorted(told) == sorted((template, side.people[name].pk) for template, name in expected)
