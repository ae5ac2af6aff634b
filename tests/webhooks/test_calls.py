"""From the cause to the receiver: written once, signed, repeated, given up, switched off; and nothing to who must not hear."""

import base64
import http.client
import json
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from audit.models import Entry
from messaging.models import Message
from parties.models import Contract
from repairs.actions import dispatch
from repairs.hooks import EVENTS
from repairs.states import MACHINE
from tenancy.scope import ScopeError, scope
from tests.repairs.conftest import file_one
from tests.webhooks.conftest import PUBLIC, Received, Receiver, deliveries, emit, payload, reload
from tests.world import Side, World
from webhooks import actions, events, queries, rules, tasks, transport
from webhooks.models import Delivery, Subscription

NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)


def drain(side: Side, now: datetime) -> int:
    return actions.send_waiting(compound_id=side.compound.pk, now=now)


def verified(call: Received, secret: str, *, at: datetime) -> dict[str, Any]:
    """What a receiver does, with another library than ours: check time and signature, then read."""
    assert abs(int(call.headers["webhook-timestamp"]) - at.timestamp()) < 300
    key = base64.b64decode(secret.split("_", 1)[1])
    valid = []
    for one in call.headers["webhook-signature"].split(" "):
        version, _, given = one.partition(",")
        mac = HMAC(key, hashes.SHA256())
        mac.update(
            ".".join([call.headers["webhook-id"], call.headers["webhook-timestamp"], call.body.decode()]).encode()
        )
        valid.append(version == "v1" and mac.finalize() == base64.b64decode(given))
    assert any(valid)
    return call.said


def test_a_subscriber_is_called_with_a_signed_word(world: World, subscribe: Any, receiver: Receiver) -> None:
    _made, secret = subscribe(world.here)
    assert emit(world.here, now=NOW) == 1
    assert drain(world.here, NOW) == 1
    (call,) = receiver.calls
    assert verified(call, secret, at=NOW) == {
        "type": "repairs.accepted",
        "timestamp": "2026-11-20T10:00:00+08:00",
        "data": {**payload(), "compound": "here", "sequence": 1},
    }
    assert call.path == "/in?from=gongzhi"
    assert call.headers["host"] == "hooks.firm.example"
    assert call.headers["content-type"] == "application/json"
    assert receiver.reached == [(PUBLIC, "hooks.firm.example", 443)]
    (row,) = deliveries(world.here)
    assert (row.state, row.attempts, row.answer, row.sent_at, row.next_try_at) == ("sent", 1, 204, NOW, None)
    assert row.uid == call.headers["webhook-id"]
    assert drain(world.here, NOW) == 0


def test_one_statement_and_none_beside_the_audit_entry(
    world: World, subscribe: Any, statements: Callable[[], Any]
) -> None:
    side = world.here
    with scope(side.compound.pk):
        with statements() as alone:
            assert actions.emit(compound_id=side.compound.pk, event="repairs.filed", payload=payload(), now=NOW) == 0
        request = file_one(side)
        with statements() as unheard:
            dispatch.accept(compound_id=side.compound.pk, ref=request.ref, by=side.actor("manager"), now=NOW)
    subscribe(side)
    with scope(side.compound.pk):
        request = file_one(side)
        with statements() as heard:
            dispatch.accept(compound_id=side.compound.pk, ref=request.ref, by=side.actor("manager"), now=NOW)
    assert len(alone) == 1
    assert len(unheard) == len(heard)
    assert not any("webhooks_delivery" in one["sql"] for one in heard)
    assert [(row.event, row.sequence) for row in deliveries(side)] == [("repairs.filed", 1), ("repairs.accepted", 2)]


def test_every_step_of_a_request_can_be_heard(world: World) -> None:
    moves = {move.action for state in MACHINE.state_values() for move in MACHINE.actions_from(state)}
    assert moves - EVENTS.keys() == set()
    assert {event for event, _label in EVENTS.values()} <= {event for event, _label in events.choices()}


def test_only_who_asked_in_this_compound_hears(world: World, subscribe: Any) -> None:
    subscribe(world.here, wanted=["repairs.filed"])
    subscribe(world.here, wanted=["repairs.filed", "repairs.accepted"], by="officer")
    subscribe(world.there, wanted=["repairs.accepted"])
    assert emit(world.here, "repairs.filed") == 2
    assert emit(world.here, "repairs.accepted") == 1
    assert emit(world.here, "repairs.urged") == 0
    assert [(row.event, row.sequence) for row in deliveries(world.here)] == [
        ("repairs.filed", 1),
        ("repairs.filed", 1),
        ("repairs.accepted", 2),
    ]
    assert deliveries(world.there) == []


def test_numbers_have_no_gaps_and_a_cause_undone_leaves_nothing(world: World, subscribe: Any) -> None:
    subscribe(world.here)
    emit(world.here)
    with pytest.raises(RuntimeError), scope(world.here.compound.pk), transaction.atomic():
        actions.emit(compound_id=world.here.compound.pk, event="repairs.filed", payload=payload(), now=NOW)
        raise RuntimeError
    emit(world.here)
    assert [row.sequence for row in deliveries(world.here)] == [1, 2]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"name": "王建国"}, actions.UnfitPayloadError),
        ({"words": "漏水"}, actions.UnfitPayloadError),
        ({"ref": "打13800138000"}, actions.UnfitPayloadError),
    ],
)
def test_nothing_about_a_person_goes_out(world: World, more: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        emit(world.here, **more)


def test_unknown_events_and_foreign_compounds_are_refused(world: World) -> None:
    with pytest.raises(events.UnknownEventError):
        emit(world.here, "repairs.exploded")
    with scope(world.here.compound.pk), pytest.raises(ScopeError):
        actions.emit(compound_id=world.there.compound.pk, event="repairs.filed", payload=payload(), now=NOW)


def test_failures_are_tried_again_and_given_up(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, secret = subscribe(world.here)
    emit(world.here, now=NOW)
    receiver.answers = [500, 302, 404, 429, 503, 400, 500]
    now, seen = NOW, []
    for wait in (1, 5, 30, 120, 360, 1440, None):
        assert drain(world.here, now) == 1
        assert drain(world.here, now) == 0
        (row,) = deliveries(world.here)
        seen.append((row.state, row.attempts, row.answer))
        assert row.next_try_at == (now + timedelta(minutes=wait) if wait else None)
        at = now
        now = row.next_try_at or now
    assert seen == [
        ("failed", 1, 500),
        ("failed", 2, 302),
        ("failed", 3, 404),
        ("failed", 4, 429),
        ("failed", 5, 503),
        ("failed", 6, 400),
        ("given_up", 7, 500),
    ]
    # The same word and the same name in every attempt, each signed at its own time; a redirect was not followed.
    assert len({call.body for call in receiver.calls}) == 1
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
    assert len({call.headers["webhook-timestamp"] for call in receiver.calls}) == 7
    assert {host for _address, host, _port in receiver.reached} == {"hooks.firm.example"}
    verified(receiver.calls[-1], secret, at=at)
    assert drain(world.here, now + timedelta(days=30)) == 0
    assert reload(world.here, made).failing_since == NOW


def test_a_crash_between_call_and_mark_repeats_the_call(
    world: World, subscribe: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made, secret = subscribe(world.here)
    emit(world.here, now=NOW)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(actions, "settle", lambda **_: (_ for _ in ()).throw(SystemExit))
        drain(world.here, NOW)
    assert [row.state for row in deliveries(world.here)] == ["sending"]
    with scope(world.here.compound.pk):
        assert queries.compounds_with_waiting(now=NOW) == []
        assert queries.compounds_with_waiting(now=NOW + actions.LEASE) == [world.here.compound.pk]
    assert drain(world.here, NOW) == 0  # the claim holds
    assert drain(world.here, NOW + actions.LEASE) == 1
    first, second = receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]  # a receiver that keeps ids does it once
    assert first.body == second.body
    verified(second, secret, at=NOW + actions.LEASE)
    assert [(row.state, row.attempts) for row in deliveries(world.here)] == [("sent", 2)]


def test_a_lost_claim_settles_nothing(world: World, subscribe: Any, receiver: Receiver) -> None:
    subscribe(world.here)
    emit(world.here, now=NOW)
    with scope(world.here.compound.pk):
        (slow,) = actions.claim(compound_id=world.here.compound.pk, now=NOW)
        (fast,) = actions.claim(compound_id=world.here.compound.pk, now=NOW + actions.LEASE)
        assert actions.settle(call=fast, answer=200, now=NOW + actions.LEASE) == "sent"
        assert actions.settle(call=slow, answer=500, now=NOW + actions.LEASE) == ""
    assert [(row.state, row.answer) for row in deliveries(world.here)] == [("sent", 200)]


def test_a_name_that_turns_to_the_inside_is_not_called(world: World, subscribe: Any, receiver: Receiver) -> None:
    subscribe(world.here)
    emit(world.here, now=NOW)
    for inside in (["127.0.0.1"], [PUBLIC, "10.0.0.5"], ["::ffff:169.254.169.254"], []):
        receiver.names["hooks.firm.example"] = inside
        with pytest.raises(transport.CallFailed):
            transport.post("https://hooks.firm.example/in", body=b"{}", headers={})
    drain(world.here, NOW)
    assert receiver.reached == []
    assert [(row.state, row.error, row.answer) for row in deliveries(world.here)] == [("failed", "no_such_name", None)]


def test_both_secrets_sign_for_a_day_after_a_change(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, old = subscribe(world.here, now=NOW)
    with scope(world.here.compound.pk):
        _again, new = actions.rotate(
            compound_id=world.here.compound.pk, subscription_id=made.pk, by=world.here.actor("manager"), now=NOW
        )
    assert new != old
    kept = reload(world.here, made)
    assert old not in kept.secret + kept.previous_secret
    assert new not in kept.secret + kept.previous_secret
    for at in (NOW, NOW + rules.OVERLAP):
        emit(world.here, now=at)
        drain(world.here, at)
    during, after = receiver.calls
    verified(during, old, at=NOW)
    verified(during, new, at=NOW)
    verified(after, new, at=NOW + rules.OVERLAP)
    assert len(after.headers["webhook-signature"].split()) == 1


def test_switched_off_after_five_days_and_the_owner_is_told(world: World, subscribe: Any, receiver: Receiver) -> None:
    side = world.here
    made, _secret = subscribe(side, now=NOW)
    receiver.answers = [500] * 10
    emit(side, now=NOW)
    drain(side, NOW)
    later = NOW + rules.DISABLE_AFTER - timedelta(seconds=1)
    emit(side, now=later)
    drain(side, later)
    assert reload(side, made).state == "active"
    last = NOW + rules.DISABLE_AFTER
    emit(side, now=last)
    drain(side, last)
    assert reload(side, made).state == "disabled"
    with scope(side.compound.pk):
        (told,) = Message.objects.filter(template="webhooks.disabled", channel="in_app")
        assert (told.person_id, told.link) == (side.people["manager"].pk, f"/c/here/webhooks/{made.pk}/")
        assert "工单系统" in told.body
        entry = Entry.objects.get(verb="webhooks.disable")
        assert entry.changes["reason"] == [None, "failing"]
    assert emit(side, now=last) == 0  # nothing is written for it any more, and nothing that waits is called
    assert drain(side, last + timedelta(days=2)) == 0
    with scope(side.compound.pk):
        actions.resume(compound_id=side.compound.pk, subscription_id=made.pk, by=side.actor("manager"), now=last)
    receiver.answers = []
    assert drain(side, last + timedelta(days=2)) == 3
    kept = reload(side, made)
    assert (kept.state, kept.failing_since, kept.last_success_at) == ("active", None, last + timedelta(days=2))


def test_gone_is_taken_at_its_word(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, _secret = subscribe(world.here)
    receiver.answers = [410]
    emit(world.here, now=NOW)
    drain(world.here, NOW)
    assert reload(world.here, made).state == "disabled"


def test_a_firm_dismissed_hears_nothing_more(world: World, subscribe: Any, receiver: Receiver) -> None:
    side = world.here
    made, _secret = subscribe(side)
    emit(side, now=NOW)
    with scope(side.compound.pk):
        Contract.objects.update(ends=localdate(NOW) - timedelta(days=1))
    drain(side, NOW)
    assert receiver.calls == []
    assert reload(side, made).state == "ended"
    assert [(row.state, row.error) for row in deliveries(side)] == [("given_up", "not_acting")]
    assert emit(side, now=NOW) == 0


def test_the_sweep_finds_only_compounds_with_something_due(
    world: World, subscribe: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks.drain, "delay", lambda *, compound_id: asked.append(compound_id))
    subscribe(world.here)
    subscribe(world.there)
    with django_capture_on_commit_callbacks(execute=True):
        emit(world.here, now=timezone.now())
    assert asked == [world.here.compound.pk]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert asked == [world.here.compound.pk] * 2
    with pytest.raises(ScopeError):
        tasks.drain()  # type: ignore[call-arg]


def test_old_deliveries_are_forgotten(world: World, subscribe: Any, receiver: Receiver) -> None:
    subscribe(world.here)
    emit(world.here, now=NOW)
    drain(world.here, NOW)
    emit(world.here, now=NOW)
    with scope(world.here.compound.pk):
        assert actions.forget(compound_id=world.here.compound.pk, now=NOW + actions.KEPT) == 0
        assert actions.forget(compound_id=world.here.compound.pk, now=NOW + actions.KEPT + timedelta(seconds=1)) == 1
    assert [row.state for row in deliveries(world.here)] == ["queued"]


class Plain:
    """A TLS context whose sockets are plain ones."""

    def wrap_socket(self, raw: socket.socket, **_: Any) -> Any:
        class Socket(socket.socket):
            def do_handshake(self) -> None:
                """Nothing to prove."""

        wrapped = Socket(fileno=raw.detach())
        wrapped.settimeout(transport.TIMEOUT)
        return wrapped


def test_a_receiver_that_drips_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one clock over the whole call, with the transport's own connection."""
    monkeypatch.undo()
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    monkeypatch.setattr(transport, "resolve", lambda host, port: [PUBLIC])
    monkeypatch.setattr(ssl, "create_default_context", Plain)
    asked: list[Any] = []
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: asked.append((address, timeout)) or ours)
    with theirs, pytest.raises(transport.CallFailed) as failed:
        theirs.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        transport.post("https://hooks.firm.example/in", body=b"{}", headers={"A": "b"})
    assert failed.value.code == "timeout"
    assert asked == [((PUBLIC, 443), 0.2)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError(), "timeout"),
        (ssl.SSLCertVerificationError(), "tls"),
        (ConnectionRefusedError(), "unreachable"),
        (http.client.BadStatusLine("x"), "unreachable"),
    ],
)
def test_how_a_call_can_fail(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str) -> None:
    def refuse(*_: Any) -> None:
        raise error

    monkeypatch.setattr(transport, "connected", refuse)
    with pytest.raises(transport.CallFailed) as failed:
        transport.post("https://hooks.firm.example/in", body=b"{}", headers={})
    assert failed.value.code == code


def test_the_word_is_small(world: World, subscribe: Any, receiver: Receiver) -> None:
    subscribe(world.here)
    emit(world.here, now=NOW)
    drain(world.here, NOW)
    assert len(receiver.calls[0].body) < 512
    assert json.loads(receiver.calls[0].body)["data"].keys() == {*rules.PAYLOAD_KEYS, "compound", "sequence"}


def test_next_door_is_not_seen_by_the_function_either(world: World, subscribe: Any) -> None:
    """Raw SQL in this compound's scope writes nothing for a subscription of the other."""
    made, _secret = subscribe(world.there)
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        cursor.execute("SELECT webhooks_emit(%s, 'repairs.filed', '{}', now(), %s)", [world.there.compound.pk, made.pk])
        assert cursor.fetchone() == (0,)
    assert deliveries(world.there) == []
    assert isinstance(made, Subscription)
    assert Delivery._meta.db_table == "webhooks_delivery"
