"""The outbox: what is queued, for whom, in which words; how it leaves, fails, is retried and given up."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from messaging import actions, backends, queries, tasks, templates
from messaging.backends import DeliveryError, Envelope
from messaging.models import Effect, Message, Preference, State
from tenancy.scope import ScopeError, scope
from tests.world import CANARY, Side, World

CODE = "test.told"


class Said(str):  # noqa: SLOT000  a stand-in
    """A text that says the language that it is read in, in place of a catalogue."""

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return f"[{get_language()}] {super().__str__()}"


@pytest.fixture(autouse=True)
def _template() -> Iterator[None]:
    before = dict(templates._templates)
    templates.register(CODE, title=Said("报修 %(number)s"), body=Said("%(number)s 已派工,%(who)s"))
    templates.register("test.inbox_only", title=gettext_noop("公告"), body="%(text)s", channels=("in_app",))
    yield
    templates._templates.clear()
    templates._templates.update(before)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """Takes text messages in place of the real gateway."""
    taken: list[Envelope] = []

    def deliver(envelope: Envelope) -> str:
        taken.append(envelope)
        return f"receipt-{len(taken)}"

    monkeypatch.setitem(backends._backends, "sms", deliver)
    return taken


def queue(side: Side, *names: str, now: datetime | None = None, **more: Any) -> int:
    arguments: dict[str, Any] = {
        "template": CODE,
        "context": {"number": "W-7", "who": "张师傅"},
        "link": "/c/here/repairs/7/",
        "by": side.actor("manager"),
        "now": now or timezone.now(),
        **more,
    }
    with scope(side.compound.pk):
        return actions.queue(compound_id=side.compound.pk, to=[side.people[n].pk for n in names], **arguments)


def rows(side: Side) -> list[Message]:
    with scope(side.compound.pk):
        return list(Message.objects.order_by("pk"))


def test_one_statement_for_everyone(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    actor = side.actor("manager")
    with scope(side.compound.pk), statements() as seen:
        count = actions.queue(
            compound_id=side.compound.pk,
            to=[side.people[n].pk for n in ("resident", "worker", "chair")],
            template=CODE,
            context={"number": "W-7", "who": "张师傅"},
            link="/c/here/repairs/7/",
            by=actor,
            now=timezone.now(),
            urgent=True,
            key="case:7:told",
        )
    assert (count, len(seen)) == (6, 1)  # inbox and text message for each of the three
    message = rows(side)[0]
    assert (message.by_person_id, message.by_post_id, message.by_label) == (actor.person_id, actor.post_id, actor.label)


def test_words_are_in_the_language_of_each_person(world: World) -> None:
    side = world.here
    side.people["worker"].language = "en"
    side.people["worker"].save()
    side.people["chair"].language = "xx"
    side.people["chair"].save()
    queue(side, "resident", "worker", "chair")
    titles = {message.person_id: message.title for message in rows(side)}
    assert titles == {
        side.people["resident"].pk: "[zh-hans] 报修 W-7",
        side.people["worker"].pk: "[en] 报修 W-7",
        side.people["chair"].pk: "[zh-hans] 报修 W-7",
    }


def test_channels_follow_urgency_and_choice(world: World) -> None:
    side = world.here
    Preference.objects.create(person=side.people["worker"], ordinary="sms")
    Preference.objects.create(person=side.people["chair"], ordinary="email")
    queue(side, "resident", "worker", "chair")
    queue(side, "resident", "chair", urgent=True)
    queue(side, "worker", template="test.inbox_only", context={"text": "x"}, urgent=True)
    person = {side.people[name].pk: name for name in ("resident", "worker", "chair")}
    assert sorted((person[m.person_id], m.channel, m.urgent) for m in rows(side)) == [
        ("chair", "email", False),
        ("chair", "email", True),
        ("chair", "in_app", False),
        ("chair", "in_app", True),
        ("chair", "sms", True),
        ("resident", "in_app", False),
        ("resident", "in_app", True),
        ("resident", "sms", True),
        ("worker", "in_app", False),
        ("worker", "in_app", True),
        ("worker", "sms", False),
    ]


def test_an_effect_is_told_once(world: World) -> None:
    side = world.here
    assert queue(side, "resident", key="late:7:1", urgent=True) == 2
    assert queue(side, "resident", key="late:7:1", urgent=True, now=timezone.now() + timedelta(days=40)) == 0
    assert queue(side, "resident", "worker", key="late:7:1") == 1  # the worker was not told yet
    assert queue(side, "resident", key="late:7:2") == 1
    assert queue(side, "resident") == queue(side, "resident") == 1  # without a key nothing is compared
    assert queue(world.there, "resident", key="late:7:1", urgent=True) == 2  # another compound's keys are its own


def test_who_is_gone_and_nobody_get_nothing(world: World) -> None:
    side = world.here
    side.people["worker"].is_active = False
    side.people["worker"].save()
    assert queue(side, "worker") == 0
    assert queue(side) == 0
    with scope(side.compound.pk):
        assert actions.queue(
            compound_id=side.compound.pk, to=[10**9], template=CODE, context={"number": "", "who": ""}, link="",
            by=side.actor("manager"), now=timezone.now(),
        ) == 0  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"template": "test.unknown"}, templates.UnknownTemplateError),
        ({"link": "https://evil.test/"}, actions.UnfitMessageError),
        ({"link": "//evil.test/"}, actions.UnfitMessageError),
        ({"link": "/\\evil.test"}, actions.UnfitMessageError),
        ({"context": {"number": "7"}}, KeyError),
        ({"context": {"number": 7, "who": "x"}}, actions.UnfitMessageError),
    ],
)
def test_unfit_messages_are_refused(world: World, changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        queue(world.here, "resident", **changes)
    assert rows(world.here) == []


def test_another_compound_cannot_be_written_to(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(DatabaseError), transaction.atomic():
        actions.queue(
            compound_id=world.there.compound.pk, to=[world.here.people["resident"].pk], template=CODE,
            context={"number": "", "who": ""}, link="", by=world.here.actor("manager"), now=timezone.now(),
        )  # fmt: skip


def test_the_inbox_is_done_at_once_and_the_rest_leaves_after_the_commit(
    world: World, gateway: list[Envelope], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    enqueued: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.drain, "delay", lambda **kwargs: enqueued.append(kwargs))
    with django_capture_on_commit_callbacks(execute=True):
        queue(world.here, "resident", urgent=True, key="k")
        assert enqueued == []
    inbox, text = sorted(rows(world.here), key=lambda m: m.channel)
    assert (inbox.state, inbox.attempts, text.state) == (State.SENT, 0, State.QUEUED)
    assert enqueued == [{"compound_id": world.here.compound.pk, "ids": [text.pk]}]
    tasks.drain(**enqueued[0])
    tasks.drain(**enqueued[0])  # delivered twice by the broker
    assert [(e.key, e.context, e.person_id) for e in gateway] == [
        (f"{world.here.compound.pk}:k", {"number": "W-7", "who": "张师傅"}, world.here.people["resident"].pk)
    ]
    sent = rows(world.here)[-1] if rows(world.here)[-1].channel == "sms" else rows(world.here)[0]
    assert (sent.state, sent.receipt, sent.attempts, sent.next_try_at) == (State.SENT, "receipt-1", 1, None)


def sms_row(side: Side) -> Message:
    return next(message for message in rows(side) if message.channel == "sms")


def test_a_refusal_that_may_pass_is_tried_again_and_then_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, now = world.here, timezone.now()
    keys: list[str] = []

    def busy(envelope: Envelope) -> str:
        keys.append(envelope.key)
        raise DeliveryError("busy", temporary=True, detail="limit")

    monkeypatch.setitem(backends._backends, "sms", busy)
    queue(side, "resident", urgent=True, now=now)
    for attempt, pause in enumerate(actions.BACKOFF, start=1):
        assert actions.send_waiting(compound_id=side.compound.pk, now=now) == 1
        message = sms_row(side)
        assert (message.state, message.attempts, message.error) == (State.FAILED, attempt, "busy: limit")
        assert message.next_try_at == now + pause
        assert actions.send_waiting(compound_id=side.compound.pk, now=now + pause / 2) == 0
        now += pause
    assert actions.send_waiting(compound_id=side.compound.pk, now=now) == 1
    assert (sms_row(side).state, sms_row(side).next_try_at) == (State.GIVEN_UP, None)
    assert actions.send_waiting(compound_id=side.compound.pk, now=now + timedelta(days=1)) == 0
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("number", temporary=False), State.GIVEN_UP),
        (ZeroDivisionError("a bug"), State.FAILED),
    ],
)
def test_other_failures(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str) -> None:
    def fail(_envelope: Envelope) -> str:
        raise error

    monkeypatch.setitem(backends._backends, "sms", fail)
    queue(world.here, "resident", urgent=True)
    actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now())
    assert sms_row(world.here).state == state


def test_a_killed_worker_leaves_a_claim_that_runs_out(world: World, gateway: list[Envelope]) -> None:
    side, now = world.here, timezone.now()
    queue(side, "resident", urgent=True, now=now)
    with scope(side.compound.pk):
        (claimed,) = actions.claim(compound_id=side.compound.pk, now=now)
    assert actions.send_waiting(compound_id=side.compound.pk, now=now + actions.LEASE / 2) == 0
    assert actions.send_waiting(compound_id=side.compound.pk, now=now + actions.LEASE) == 1
    with scope(side.compound.pk):  # the first worker was only slow: it no longer holds the message
        assert actions.settle(message=claimed, error=DeliveryError("busy", temporary=True), now=now) == ""
    assert (sms_row(side).state, len(gateway)) == (State.SENT, 1)


def test_the_sweep_finds_compounds_with_something_due(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    enqueued: list[int] = []
    monkeypatch.setattr(tasks.drain, "delay", lambda **kwargs: enqueued.append(kwargs["compound_id"]))
    queue(world.there, "resident", urgent=True)
    queue(world.here, "resident")
    queue(world.here, "resident", urgent=True, now=timezone.now() + timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert enqueued == [world.there.compound.pk]


def test_tasks_without_a_compound_are_refused(world: World) -> None:
    for task in (tasks.drain, tasks.forget):
        with pytest.raises(ScopeError):
            task()


def test_text_messages_go_to_the_confirmed_number(world: World, settings: Any) -> None:
    from accounts.sms import memory

    settings.SMS_BACKEND = "memory"
    before = len(memory.outbox)
    queue(world.here, "resident", urgent=True)
    world.here.people["worker"].phone_verified = False
    world.here.people["worker"].save()
    queue(world.here, "worker", urgent=True)
    actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now())
    assert len(memory.outbox) == before + 1
    states = {
        message.person_id: (message.state, message.error) for message in rows(world.here) if message.channel == "sms"
    }
    assert states == {
        world.here.people["resident"].pk: (State.SENT, ""),
        world.here.people["worker"].pk: (State.GIVEN_UP, "no_address"),
    }


def test_mail_goes_to_the_confirmed_address_under_one_name(world: World) -> None:
    from allauth.account.models import EmailAddress

    person = world.here.people["chair"]
    Preference.objects.create(person=person, ordinary="email")
    EmailAddress.objects.create(user=person, email="new@example.org", verified=False, primary=False)
    EmailAddress.objects.create(user=person, email="chair@example.org", verified=True, primary=True)
    queue(world.here, "chair", key="k")
    actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now())
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["chair@example.org"], "[zh-hans] 报修 W-7")
    assert "/c/here/repairs/7/" in sent.body
    again = Envelope("1:k", 1, person.pk, CODE, "t", "b", "", {})
    first = backends.deliver("email", again)
    assert backends.deliver("email", again) == first


def test_old_keys_are_forgotten(world: World) -> None:
    now = timezone.now()
    queue(world.here, "resident", key="old", now=now - timedelta(days=100))
    queue(world.here, "resident", key="new", now=now)
    queue(world.there, "resident", key="old", now=now - timedelta(days=100))
    tasks.forget(compound_id=world.here.compound.pk)
    with scope(world.here.compound.pk):
        assert list(Effect.objects.values_list("key", flat=True)) == ["new"]
    with scope(world.there.compound.pk):
        assert Effect.objects.count() == 1


def test_two_workers_never_send_the_same(committed_db: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side, now = world.here, timezone.now()
    taken: list[int] = []

    def slow(envelope: Envelope) -> str:
        threading.Event().wait(0.005)
        taken.append(envelope.person_id)
        return "r"

    monkeypatch.setitem(backends._backends, "sms", slow)
    monkeypatch.setattr(tasks.drain, "delay", lambda **_: None)
    for _ in range(5):
        queue(side, "resident", "neighbour", "worker", "chair", urgent=True, now=now)

    def work() -> None:
        try:
            tasks.drain(compound_id=side.compound.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == 20
    assert {m.attempts for m in rows(side) if m.channel == "sms"} == {1}


def test_row_security_alone_hides_the_other_compound(world: World) -> None:
    queue(world.there, "resident", key="k", context={"number": CANARY, "who": ""}, urgent=True)
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        for table in ("messaging_message", "messaging_message_default", "messaging_effect"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
        assert queries.compounds_with_waiting(now=timezone.now()) == []


def test_the_inbox_comes_in_the_order_of_its_index(world: World) -> None:
    side = world.here
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM messaging_message WHERE compound_id = %s AND person_id = 1 AND channel = 'in_app' "
            "ORDER BY created_at DESC, id DESC LIMIT 20",
            [side.compound.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan
        assert "Sort" not in plan
