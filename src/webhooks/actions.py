"""Telling subscribers, calling them, and looking after subscriptions."""

import base64
import json
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from accounts.crypto import decrypt, encrypt
from audit.actions import Also, record
from tenancy.actor import Actor, system_actor
from tenancy.scope import ScopeError, current_scope, scope
from webhooks import events, owners, rules, transport
from webhooks.models import Delivery, Subscription
from webhooks.permissions import may_manage

log = logging.getLogger(__name__)

# A claim that is not settled by then (a killed worker) is free again. Longer than a batch of time-outs.
LEASE = timedelta(minutes=5)
BATCH = 20
KEPT = timedelta(days=90)
MOST = 10
CLOCK = "webhooks"

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


class UnfitPayloadError(ValueError):
    """A payload that must not go out: a key or a value that could say who someone is. A programming error."""


class WebhookRefused(Exception):
    """A change to a subscription that is not allowed; ``code`` is the reason, ``field`` the input that it is about."""

    def __init__(self, code: str, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class NoSuchSubscription(LookupError):
    """No subscription or delivery of this number that belongs to the actor's organisation here."""

    code = "no_such_subscription"


# --- the cause ----------------------------------------------------------------------------------------------------


def emission(*, compound_id: int, event: str, payload: Mapping[str, Any], now: datetime) -> Also:
    """The deliveries of an event as an expression for the statement of the audit entry: no round trip of its own at all.

    Its value is how many were written; a worker calls them once the transaction commits.

    ``payload`` takes ``rules.PAYLOAD_KEYS`` and nothing else. Raises UnfitPayloadError, UnknownEventError, ScopeError.
    The lock of the audit entry makes the order of numbers the order of commits.
    """
    events.known(event)
    strange = payload.keys() - rules.PAYLOAD_KEYS
    if strange:
        raise UnfitPayloadError(f"{event}: {sorted(strange)} must not go out.")
    body = json.dumps(dict(payload), ensure_ascii=False)
    if _MOBILE.search(body):
        raise UnfitPayloadError(f"{event}: the payload holds a telephone number.")
    if compound_id not in current_scope():
        raise ScopeError(f"An event of compound {compound_id} is outside the open scope.")
    values = [compound_id, event, body, now]
    return Also("webhooks_emit(%s, %s, %s::jsonb, %s, NULL)", values, then=partial(send_off, compound_id))


def emit(*, compound_id: int, event: str, payload: Mapping[str, Any], now: datetime) -> int:
    """Write a delivery for every subscriber of an event, in the caller's transaction. One statement; returns how many."""
    one = emission(compound_id=compound_id, event=event, payload=payload, now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {one.sql}", one.parameters)
        count = int(cursor.fetchone()[0])
    send_off(compound_id, count)
    return count


def send_off(compound_id: int, count: int) -> None:
    """Let a worker call the subscribers once the transaction commits, if there are any."""
    if count:
        from webhooks.tasks import drain

        transaction.on_commit(lambda: drain.delay(compound_id=compound_id), robust=True)


# --- the calls ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed delivery with what the call needs, read in the same statement."""

    id: int
    created_at: datetime
    compound_id: int
    subscription_id: int
    organisation_id: int
    uid: str
    event: str
    sequence: int
    payload: dict[str, Any]
    attempts: int
    url: str
    secrets: list[str]


def claim(*, compound_id: int, now: datetime, limit: int = BATCH) -> list[Call]:
    """Take deliveries that are due, so that no other worker does. Those of a paused subscription wait."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE webhooks_delivery d SET state = 'sending', attempts = d.attempts + 1, next_try_at = %(lease)s,
                tried_at = %(now)s
            FROM (
                SELECT w.id, w.created_at, s.url, s.organisation_id, s.secret,
                    CASE WHEN s.previous_until > %(now)s THEN s.previous_secret ELSE '' END AS previous
                FROM webhooks_delivery w JOIN webhooks_subscription s
                  ON s.compound_id = w.compound_id AND s.id = w.subscription_id AND s.state = 'active'
                WHERE w.compound_id = %(compound)s AND w.state IN ('queued', 'sending', 'failed')
                  AND w.next_try_at <= %(now)s
                ORDER BY w.next_try_at, w.subscription_id, w.sequence LIMIT %(limit)s FOR UPDATE OF w SKIP LOCKED) due
            WHERE d.compound_id = %(compound)s AND d.id = due.id AND d.created_at = due.created_at
            RETURNING d.id, d.created_at, d.subscription_id, due.organisation_id, d.uid, d.event, d.sequence,
                d.payload, d.attempts, due.url, due.secret, due.previous
            """,
            {"compound": compound_id, "now": now, "lease": now + LEASE, "limit": limit},
        )
        rows = cursor.fetchall()
    calls = [
        Call(
            id=id_,
            created_at=created_at,
            compound_id=compound_id,
            subscription_id=subscription_id,
            organisation_id=organisation_id,
            uid=uid,
            event=event,
            sequence=sequence,
            payload=json.loads(payload) if isinstance(payload, str) else payload,
            attempts=attempts,
            url=url,
            secrets=[decrypt(token) for token in (secret, previous) if token],
        )
        for (id_, created_at, subscription_id, organisation_id, uid, event, sequence, payload, attempts, url,
             secret, previous) in rows
    ]  # fmt: skip
    return sorted(calls, key=lambda call: (call.subscription_id, call.sequence))


def body_of(call: Call) -> bytes:
    """What is sent: the same bytes in every attempt."""
    data = {**call.payload, "sequence": call.sequence}
    said = {"type": call.event, "timestamp": call.payload.get("at", ""), "data": data}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def send_waiting(*, compound_id: int, now: datetime) -> int:
    """Call whoever is due, one batch; returns how many deliveries were claimed.

    Opens its own scopes, one to claim and one to settle each: a call never holds a transaction. A worker killed in between
    leaves a claim that runs out, and the call is made again under the same webhook-id.
    """
    with scope(compound_id):
        calls = claim(compound_id=compound_id, now=now)
        acting = owners.acting(compound_id, localdate(now)) if calls else set()
        for subscription_id in sorted({c.subscription_id for c in calls if c.organisation_id not in acting}):
            _end(compound_id, subscription_id, by=system_actor(CLOCK, (compound_id,)), now=now, reason="not_acting")
    for call in calls:
        if call.organisation_id in acting:
            answer, error = _call(call, now)
            with scope(compound_id):
                settle(call=call, answer=answer, error=error, now=now)
    return len(calls)


def _call(call: Call, now: datetime) -> tuple[int | None, str]:
    body = body_of(call)
    signed = rules.headers(call.secrets, message_id=call.uid, timestamp=int(now.timestamp()), body=body)
    agent = {"Content-Type": "application/json", "User-Agent": f"gongzhi-webhooks/1 (+{settings.PUBLIC_URL})"}
    try:
        return transport.post(call.url, body=body, headers=agent | signed), ""
    except transport.CallFailed as failed:
        return None, failed.code
    except Exception:
        log.exception("A webhook could not be called.", extra={"delivery_id": call.id})
        return None, "unexpected"


def settle(*, call: Call, answer: int | None, error: str = "", now: datetime) -> str:
    """Write down how a call ended; returns the delivery's new state, "" if the claim was lost to another worker.

    Any 2xx is a success. After ``rules.DISABLE_AFTER`` without one, or at once for 410 Gone, the subscription is switched
    off, which is in the audit chain, and its owner is told.
    """
    wait = rules.wait_after(call.attempts)
    well = answer is not None and 200 <= answer < 300  # noqa: PLR2004
    changes: dict[str, Any] = {"answer": answer, "error": error}
    if well:
        changes |= {"state": Delivery.State.SENT, "sent_at": now, "next_try_at": None}
    elif wait is not None:
        changes |= {"state": Delivery.State.FAILED, "next_try_at": now + wait}
    else:
        changes |= {"state": Delivery.State.GIVEN_UP, "next_try_at": None}
    with transaction.atomic(savepoint=False):
        held = Delivery.objects.filter(
            compound_id=call.compound_id,
            pk=call.id,
            created_at=call.created_at,
            state=Delivery.State.SENDING,
            attempts=call.attempts,
        ).update(**changes)
        if not held:
            return ""
        if well:
            Subscription.objects.filter(compound_id=call.compound_id, pk=call.subscription_id).update(
                last_success_at=now, failing_since=None
            )
        else:
            _failed(call, now, gone=answer == rules.GONE)
    return str(changes["state"])


def _failed(call: Call, now: datetime, *, gone: bool) -> None:
    found: Subscription = Subscription.objects.select_for_update(no_key=True).get(
        compound_id=call.compound_id, pk=call.subscription_id
    )
    found.failing_since = found.failing_since or now
    late = now - found.failing_since >= rules.DISABLE_AFTER
    if found.state == Subscription.State.ACTIVE and (gone or late):
        found.state, found.updated_at = Subscription.State.DISABLED, now
    found.save(update_fields=["failing_since", "state", "updated_at"])
    if found.state == Subscription.State.DISABLED and found.updated_at == now:
        by = system_actor(CLOCK, (call.compound_id,))
        owners.tell(found, now)
        _record(
            found,
            "disable",
            {"state": ["active", "disabled"], "reason": [None, "gone" if gone else "failing"]},
            by,
            now,
        )


def forget(*, compound_id: int, now: datetime) -> int:
    """Delete final deliveries older than 90 days; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM webhooks_delivery WHERE compound_id = %s AND created_at < %s AND state IN ('sent', 'given_up')",
            [compound_id, now - KEPT],
        )
        return int(cursor.rowcount)


# --- subscriptions ------------------------------------------------------------------------------------------------


def new_secret() -> str:
    """A fresh secret in the form of Standard Webhooks."""
    return rules.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(rules.SECRET_BYTES)).decode()


@transaction.atomic
def subscribe(
    *, compound_id: int, name: str, url: str, wanted: Sequence[str], by: Actor, now: datetime
) -> tuple[Subscription, str]:
    """Subscribe the actor's organisation; returns the subscription and its secret, which is shown this once.

    Refuses with WebhookRefused: not_yours, too_many, name, events, and every reason of ``rules.refused_url`` and
    ``transport.checked_address`` (the name is resolved now already).
    """
    organisation_id = _manager(by, compound_id)
    kept = Subscription.objects.filter(compound_id=compound_id, organisation_id=organisation_id)
    if kept.exclude(state=Subscription.State.ENDED).count() >= MOST:
        raise WebhookRefused("too_many")
    secret = new_secret()
    made: Subscription = Subscription.objects.create(
        compound_id=compound_id,
        organisation_id=organisation_id,
        name=_name(name),
        url=_url(url),
        events=_wanted(wanted),
        secret=encrypt(secret),
        state=Subscription.State.ACTIVE,
        made_by=by.person_id,
        made_as=f"{by.person_name} {by.label}"[:160],
        created_at=now,
        updated_at=now,
    )
    _record(made, "subscribe", {"url": [None, made.url], "events": [None, made.events]}, by, now)
    return made, secret


@transaction.atomic
def change(
    *, compound_id: int, subscription_id: int, name: str, url: str, wanted: Sequence[str], by: Actor, now: datetime
) -> Subscription:
    """Change name, address or events. Refuses as ``subscribe``, and ``ended``."""
    found = _lock(compound_id, subscription_id, by)
    new = {"name": _name(name), "url": found.url if url == found.url else _url(url), "events": _wanted(wanted)}
    changes = {key: [getattr(found, key), value] for key, value in new.items() if getattr(found, key) != value}
    for key, value in new.items():
        setattr(found, key, value)
    found.updated_at = now
    found.save()
    _record(found, "change", changes, by, now)
    return found


@transaction.atomic
def rotate(*, compound_id: int, subscription_id: int, by: Actor, now: datetime) -> tuple[Subscription, str]:
    """Give a subscription a new secret; both sign for 24 hours. Returns the new one, which is shown this once."""
    found = _lock(compound_id, subscription_id, by)
    secret = new_secret()
    found.previous_secret, found.previous_until = found.secret, now + rules.OVERLAP
    found.secret, found.updated_at = encrypt(secret), now
    found.save()
    _record(found, "rotate", {"previous_until": [None, found.previous_until.isoformat()]}, by, now)
    return found, secret


@transaction.atomic
def pause(*, compound_id: int, subscription_id: int, by: Actor, now: datetime) -> Subscription:
    """Stop calling for a while: what waits goes on waiting, and nothing new is written down for it."""
    return _move(_lock(compound_id, subscription_id, by), Subscription.State.PAUSED, "pause", by, now)


@transaction.atomic
def resume(*, compound_id: int, subscription_id: int, by: Actor, now: datetime) -> Subscription:
    """Go on after a pause, or after the failures are mended. The address is checked anew."""
    found = _lock(compound_id, subscription_id, by)
    _url(found.url)
    found.failing_since = None
    return _move(found, Subscription.State.ACTIVE, "resume", by, now)


@transaction.atomic
def end(*, compound_id: int, subscription_id: int, by: Actor, now: datetime) -> Subscription:
    """End a subscription for good. What was not delivered is given up; the record stays."""
    _lock(compound_id, subscription_id, by)
    return _end(compound_id, subscription_id, by=by, now=now, reason="ended")


@transaction.atomic
def send_test(*, compound_id: int, subscription_id: int, by: Actor, now: datetime) -> int:
    """Call one subscriber with the event ``webhooks.test``; returns how many deliveries were written (1)."""
    found = _lock(compound_id, subscription_id, by)
    if found.state != Subscription.State.ACTIVE:
        raise WebhookRefused("not_active")
    _record(found, "test", {}, by, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT webhooks_emit(%s, %s, jsonb_build_object('at', %s::text), %s, %s)",
            [compound_id, events.TEST, now.isoformat(), now, found.pk],
        )
        count = int(cursor.fetchone()[0])
    send_off(compound_id, count)
    return count


@transaction.atomic
def resend(*, compound_id: int, delivery_id: int, by: Actor, now: datetime) -> Delivery:
    """Send a delivery again that is done or given up, under its own webhook-id, with all its attempts anew.

    Refuses with WebhookRefused: not_active, waiting (it will be sent anyway); NoSuchSubscription when it is not there.
    """
    organisation_id = _manager(by, compound_id)
    found: Delivery | None = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=delivery_id, subscription__organisation_id=organisation_id)
        .select_related("subscription")
        .first()
    )
    if found is None:
        raise NoSuchSubscription
    if found.subscription.state != Subscription.State.ACTIVE:
        raise WebhookRefused("not_active")
    if found.state not in {Delivery.State.SENT, Delivery.State.GIVEN_UP}:
        raise WebhookRefused("waiting")
    before = found.state
    Delivery.objects.filter(compound_id=compound_id, pk=found.pk, created_at=found.created_at).update(
        state=Delivery.State.QUEUED, attempts=0, next_try_at=now, error="", answer=None, sent_at=None
    )
    _record(found.subscription, "resend", {"uid": [None, found.uid], "state": [before, "queued"]}, by, now)
    send_off(compound_id, 1)
    return found


def _manager(by: Actor, compound_id: int) -> int:
    if not may_manage(by) or compound_id not in by.compound_ids or by.organisation_id is None:
        raise WebhookRefused("not_yours")
    return by.organisation_id


def _lock(compound_id: int, subscription_id: int, by: Actor) -> Subscription:
    organisation_id = _manager(by, compound_id)
    found: Subscription | None = (
        Subscription.objects.select_for_update(no_key=True)
        .filter(compound_id=compound_id, pk=subscription_id, organisation_id=organisation_id)
        .first()
    )
    if found is None:
        raise NoSuchSubscription
    if found.state == Subscription.State.ENDED:
        raise WebhookRefused("ended")
    return found


def _move(found: Subscription, state: str, verb: str, by: Actor, now: datetime) -> Subscription:
    if found.state == state:
        return found
    before, found.state, found.updated_at = found.state, state, now
    found.save()
    _record(found, verb, {"state": [before, state]}, by, now)
    return found


def _end(compound_id: int, subscription_id: int, *, by: Actor, now: datetime, reason: str) -> Subscription:
    found: Subscription = Subscription.objects.select_for_update(no_key=True).get(
        compound_id=compound_id, pk=subscription_id
    )
    Delivery.objects.filter(
        compound_id=compound_id, subscription_id=subscription_id, state__in=("queued", "sending", "failed")
    ).update(state=Delivery.State.GIVEN_UP, next_try_at=None, error=reason)
    if found.state == Subscription.State.ENDED:
        return found
    return _move(found, Subscription.State.ENDED, "end", by, now)


def _name(name: str) -> str:
    said = " ".join(name.split())
    if not said:
        raise WebhookRefused("name", field="name")
    return said[:40]


def _url(url: str) -> str:
    reason = rules.refused_url(url)
    if reason:
        raise WebhookRefused(reason, field="url")
    try:
        transport.checked_address(url)
    except transport.CallFailed as failed:
        raise WebhookRefused(failed.code, field="url") from None
    return url


def _wanted(wanted: Sequence[str]) -> list[str]:
    known = [event for event, _label in events.choices()]
    chosen = [event for event in known if event in set(wanted)]
    if not chosen or set(wanted) - set(known):
        raise WebhookRefused("events", field="events")
    return chosen


def _record(found: Subscription, verb: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=found.compound_id,
        verb=f"webhooks.{verb}",
        target=f"webhooks.subscription:{found.pk}",
        changes=changes,
        now=now,
    )
