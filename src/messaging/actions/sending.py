"""Sending what waits: claimed, handed to its channel outside any transaction, and settled."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.crypto import decrypt
from messaging import backends
from messaging.models import Message, State
from tenancy.scope import scope

log = logging.getLogger(__name__)

# After the first, second, ... failed attempt. After the last one the message is given up, and says so.
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A claim that is not settled by then (a killed worker) is free again. Longer than a batch of gateway time-outs.
LEASE = timedelta(minutes=5)
BATCH = 20


def claim(*, compound_id: int, now: datetime, ids: list[int] | None = None, limit: int = BATCH) -> list[Message]:
    """Take messages that are due, so that no other worker does. Those of ``ids``, or whatever waits in the compound."""
    with transaction.atomic(savepoint=False):
        return list(
            Message.objects.raw(
                """
                UPDATE messaging_message m SET state = 'sending', attempts = m.attempts + 1, next_try_at = %(lease)s
                FROM (
                    SELECT id, created_at FROM messaging_message
                    WHERE compound_id = %(compound)s AND state IN ('queued', 'sending', 'failed')
                      AND next_try_at <= %(now)s AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
                    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) due
                WHERE m.compound_id = %(compound)s AND m.id = due.id AND m.created_at = due.created_at
                RETURNING m.*
                """,
                {"compound": compound_id, "now": now, "lease": now + LEASE, "ids": ids, "limit": limit},
            )
        )


def settle(*, message: Message, receipt: str = "", error: backends.DeliveryError | None = None, now: datetime) -> str:
    """Write down how an attempt ended; returns the new state. Does nothing if the claim was lost to another worker."""
    changes: dict[str, Any]
    if error is None:
        changes = {"state": State.SENT, "sent_at": now, "receipt": receipt[:100], "error": "", "next_try_at": None}
        changes["number_cipher"] = ""  # whose number it is was needed to send it, and is not needed any more
    elif error.temporary and message.attempts <= len(BACKOFF):
        again = now + BACKOFF[message.attempts - 1]
        changes = {"state": State.FAILED, "error": str(error)[:200], "next_try_at": again}
    else:
        changes = {"state": State.GIVEN_UP, "error": str(error)[:200], "next_try_at": None, "number_cipher": ""}
    held = Message.objects.filter(
        compound_id=message.compound_id,
        pk=message.pk,
        created_at=message.created_at,
        state=State.SENDING,
        attempts=message.attempts,
    )
    return str(changes["state"]) if held.update(**changes) else ""


def send_waiting(*, compound_id: int, now: datetime, ids: list[int] | None = None) -> int:
    """Send what is due, one batch. Returns how many messages were claimed.

    Opens its own scopes, one to claim and one to settle each: a network call never holds a transaction. A worker killed in
    between leaves a claim that runs out, and the message is sent again under the same key.
    """
    with scope(compound_id):
        claimed = claim(compound_id=compound_id, now=now, ids=ids)
    for message in claimed:
        receipt, error = "", None
        try:
            receipt = backends.deliver(message.channel, envelope(message))
        except backends.DeliveryError as refused:
            error = refused
        except Exception as unexpected:
            log.exception("A message could not be sent.", extra={"message_id": message.pk})
            error = backends.DeliveryError("unexpected", temporary=True, detail=type(unexpected).__name__)
        with scope(compound_id):
            settle(message=message, receipt=receipt, error=error, now=now)
    return len(claimed)


def envelope(message: Message) -> backends.Envelope:
    """What a backend gets to see of a message."""
    return backends.Envelope(
        key=f"{message.compound_id}:{message.effect or message.pk}",
        compound_id=message.compound_id,
        person_id=message.person_id,
        template=message.template,
        title=message.title,
        body=message.body,
        link=message.link,
        context=message.context,
        number=decrypt(message.number_cipher) if message.number_cipher else "",
    )
