"""Text messages to numbers without an account: once an effect, so many a day, and the number is gone when it has left."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.crypto import decrypt, digest
from messaging import actions, backends, templates
from messaging.backends import DeliveryError, Envelope
from messaging.models import Effect, Message
from tenancy.scope import scope
from tests.world import CANARY, Side, World

NUMBER = "+8613800001111"


@pytest.fixture(autouse=True)
def _template() -> Iterator[None]:
    before = dict(templates._templates)
    templates.register("test.told", title="报修 %(number)s", body="%(number)s 已派工")
    templates.register("test.inbox_only", title="公告", body="%(number)s", channels=("in_app",))
    yield
    templates._templates.clear()
    templates._templates.update(before)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    taken: list[Envelope] = []

    def deliver(envelope: Envelope) -> str:
        taken.append(envelope)
        return "receipt"

    monkeypatch.setitem(backends._backends, "sms", deliver)
    return taken


def text(side: Side, **more: Any) -> bool:
    given: dict[str, Any] = {
        "compound_id": side.compound.pk,
        "phone": NUMBER,
        "template": "test.told",
        "context": {"number": "W-7"},
        "by": side.actor("manager"),
        "now": timezone.now(),
        "key": "one",
        **more,
    }
    with scope(side.compound.pk):
        return actions.text_number(**given)


def rows(side: Side) -> list[Message]:
    with scope(side.compound.pk):
        return list(Message.objects.filter(person_id=0).order_by("pk"))


def test_it_waits_encrypted_leaves_and_forgets_the_number(world: World, gateway: list[Envelope]) -> None:
    assert text(world.here) is True
    (row,) = rows(world.here)
    assert (row.state, row.channel, row.title, row.body, row.link) == ("queued", "sms", "报修 W-7", "W-7 已派工", "")
    assert (decrypt(row.number_cipher), row.number_digest, row.person_id) == (NUMBER, digest(NUMBER), 0)
    assert NUMBER[3:] not in row.number_cipher + row.effect + row.body
    assert actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now()) == 1
    assert [(one.number, one.body) for one in gateway] == [(NUMBER, "W-7 已派工")]
    (row,) = rows(world.here)
    assert (row.state, row.number_cipher, row.receipt) == ("sent", "", "receipt")


def test_a_failed_one_keeps_the_number_until_it_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [DeliveryError("busy", temporary=True), DeliveryError("number", temporary=False)]

    def deliver(envelope: Envelope) -> str:
        raise refusals.pop(0)

    monkeypatch.setitem(backends._backends, "sms", deliver)
    now = timezone.now()
    text(world.here, now=now)
    actions.send_waiting(compound_id=world.here.compound.pk, now=now)
    (row,) = rows(world.here)
    assert (row.state, decrypt(row.number_cipher)) == ("failed", NUMBER)
    actions.send_waiting(compound_id=world.here.compound.pk, now=now + actions.BACKOFF[0])
    (row,) = rows(world.here)
    assert (row.state, row.number_cipher, row.error) == ("given_up", "", "number")


def test_an_effect_is_told_once_and_another_number_hears_it_too(world: World) -> None:
    assert [text(world.here), text(world.here), text(world.here, phone="+8613800002222")] == [True, False, True]
    assert len(rows(world.here)) == 2


def test_a_number_gets_so_many_a_day_whoever_asks(world: World) -> None:
    now = timezone.now()
    for turn in range(actions.MOST_A_DAY):
        by = world.here.actor("resident" if turn % 2 else "manager")
        assert text(world.here, key=str(turn), by=by, now=now) is True
    assert text(world.here, key="more", now=now) is False
    assert text(world.here, key="other", phone="+8613800002222", now=now) is True
    assert text(world.here, key="later", now=now + timedelta(days=1, seconds=1)) is True
    with scope(world.here.compound.pk):
        assert not Effect.objects.filter(key__startswith="more").exists()


def test_what_never_leaves_as_a_text_message_does_not(world: World) -> None:
    assert text(world.here, template="test.inbox_only") is False
    assert rows(world.here) == []


def test_it_is_in_the_callers_transaction(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(RuntimeError), transaction.atomic():
        text(world.here)
        raise RuntimeError
    assert rows(world.here) == []


def test_a_number_stands_only_where_no_account_does(world: World) -> None:
    text(world.here)
    with scope(world.here.compound.pk), pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(person_id=world.here.people["resident"].pk)


def test_the_next_compound_neither_reads_nor_counts_it(world: World) -> None:
    for turn in range(actions.MOST_A_DAY):
        text(world.there, key=str(turn), context={"number": CANARY})
    assert rows(world.here) == []
    assert text(world.here) is True
