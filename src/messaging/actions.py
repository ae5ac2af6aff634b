"""Queueing messages, sending what waits, and marking as read."""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from accounts.models import Person
from messaging import backends, queries, templates
from messaging.models import Channel, Effect, Message, Preference, State
from tenancy.actor import Actor, system_actor
from tenancy.scope import scope
from tenancy.statements import prepared

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
EFFECTS_KEPT = timedelta(days=90)
# Longer than any time limit that a message can speak of, and than the half year for which records must be kept at least.
MESSAGES_KEPT = timedelta(days=730)
DIGEST = "digest.day"
DIGEST_LINES = 20

InboxMoved = Callable[[int, Iterable[int]], None]
_told: list[InboxMoved] = []

_LINK = re.compile(r"/(?!/)[^\s\\]{0,198}")


class UnfitMessageError(ValueError):
    """A message that must not be queued: a foreign link, or a context that is not flat text. A programming error."""


class NoSuchMessage(LookupError):
    """The message is not the person's, or not there."""

    code = "no_such_message"


def on_inbox(told: InboxMoved) -> None:
    """Let an upper floor know, inside the transaction, in which compound whose inboxes have changed. It must not query."""
    if told not in _told:
        _told.append(told)


def _inbox_moved(compound_id: int, people: Iterable[int]) -> None:
    changed = sorted(set(people))
    for told in _told if changed else ():
        told(compound_id, changed)


def queue(
    *,
    compound_id: int,
    to: Iterable[int],
    template: str,
    context: Mapping[str, str],
    link: str,
    by: Actor,
    now: datetime,
    urgent: bool = False,
    key: str | None = None,
) -> int:
    """Write a message to people into the outbox, in the caller's transaction. Returns how many rows, over all channels.

    One statement: it picks each person's language and channels, leaves out who is gone, and with ``key`` (the name of the
    effect) leaves out whoever was told of it already. Inbox rows are done with that; the others leave after the commit.
    """
    people = sorted(set(to))
    if not people:
        return 0
    known = templates.find(template)
    if link and not _LINK.fullmatch(link):
        raise UnfitMessageError(f"{template}: {link!r} is no path of ours.")
    if not all(isinstance(value, str) for value in context.values()):
        raise UnfitMessageError(f"{template}: the context must be flat text.")
    wordings = templates.render(known, context)
    languages = list(wordings)
    parameters: dict[str, Any] = {
        "compound": compound_id,
        "people": people,
        "languages": languages,
        "titles": [wordings[language][0] for language in languages],
        "bodies": [wordings[language][1] for language in languages],
        "channels": list(known.channels),
        "template": template,
        "kind": templates.kind_of(template),
        "zone": settings.TIME_ZONE,
        "context": json.dumps(dict(context), ensure_ascii=False),
        "link": link,
        "urgent": urgent,
        "key": key or "",
        "by_person": by.person_id,
        "by_post": by.post_id,
        "by_label": by.label[:120],
        "now": now,
    }
    with transaction.atomic(savepoint=False), prepared() as cursor:
        cursor.execute(_QUEUE_ONCE if key else _QUEUE, parameters)
        rows = cursor.fetchall()
    # What waits for the end of someone's quiet hours is left to the sweep.
    leaving = [id_ for id_, channel, _, leaves_at in rows if channel != Channel.IN_APP and leaves_at <= now]
    _inbox_moved(compound_id, (person for _, channel, person, _at in rows if channel == Channel.IN_APP))
    if leaving:
        transaction.on_commit(lambda: _send_off(compound_id, leaving), robust=True)
    return len(rows)


_WANTED = """
    WITH wording AS (
        SELECT * FROM unnest(%(languages)s::text[], %(titles)s::text[], %(bodies)s::text[]) AS w(language, title, body)),
    wanted AS (
        SELECT p.id AS person_id, c.channel,
               CASE WHEN p.language = ANY(%(languages)s::text[]) THEN p.language ELSE (%(languages)s::text[])[1] END AS language,
               CASE WHEN %(urgent)s::boolean OR chosen.quiet_from IS NULL THEN %(now)s::timestamptz
                    ELSE messaging_after_quiet(%(now)s::timestamptz, chosen.quiet_from, chosen.quiet_to, %(zone)s::text)
               END AS leaves_at
        FROM accounts_person p LEFT JOIN messaging_preference chosen ON chosen.person_id = p.id
        CROSS JOIN unnest(%(channels)s::text[]) AS c(channel)
        WHERE p.id = ANY(%(people)s::bigint[]) AND p.is_active
          AND (c.channel = 'in_app' OR (c.channel = 'sms' AND %(urgent)s::boolean)
            OR (c.channel = coalesce(chosen.kinds->>%(kind)s::text, chosen.ordinary)
              AND (chosen.digest_at IS NULL OR %(urgent)s::boolean OR %(kind)s::text = 'digest'))))"""
_FRESH = """,
    fresh AS (
        INSERT INTO messaging_effect (compound_id, key, person_id, channel, at)
        SELECT %(compound)s::bigint, %(key)s::text, person_id, channel, %(now)s::timestamptz FROM wanted
        ON CONFLICT (compound_id, key, person_id, channel) DO NOTHING RETURNING person_id, channel)"""
_INSERT = """
    INSERT INTO messaging_message (compound_id, person_id, template, channel, context, title, body, link, urgent, effect,
        by_person_id, by_post_id, by_label, state, attempts, next_try_at, error, receipt, created_at, sent_at)
    SELECT %(compound)s::bigint, person_id, %(template)s::text, channel, %(context)s::jsonb, title, body, %(link)s::text,
        %(urgent)s::boolean, %(key)s::text, %(by_person)s::bigint, %(by_post)s::bigint, %(by_label)s::text,
        CASE channel WHEN 'in_app' THEN 'sent' ELSE 'queued' END, 0,
        CASE channel WHEN 'in_app' THEN NULL ELSE leaves_at END, '', '', %(now)s::timestamptz,
        CASE channel WHEN 'in_app' THEN %(now)s::timestamptz END
    FROM wanted JOIN wording USING (language){join}
    RETURNING id, channel, person_id, next_try_at"""
_QUEUE = _WANTED + _INSERT.format(join="")
_QUEUE_ONCE = _WANTED + _FRESH + _INSERT.format(join=" JOIN fresh USING (person_id, channel)")


def _send_off(compound_id: int, ids: list[int]) -> None:
    from messaging.tasks import drain

    drain.delay(compound_id=compound_id, ids=ids)


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
    elif error.temporary and message.attempts <= len(BACKOFF):
        again = now + BACKOFF[message.attempts - 1]
        changes = {"state": State.FAILED, "error": str(error)[:200], "next_try_at": again}
    else:
        changes = {"state": State.GIVEN_UP, "error": str(error)[:200], "next_try_at": None}
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
    )


def mark_read(*, by: Actor, message_id: int, now: datetime) -> str:
    """Mark one message of the acting person as read; returns its link. NoSuchMessage when it is not theirs here."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message SET read_at = coalesce(read_at, %s)
            WHERE compound_id = ANY(%s) AND person_id = %s AND id = %s AND channel = 'in_app' RETURNING link, compound_id
            """,
            [now, list(by.compound_ids), by.person_id, message_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSuchMessage
    _inbox_moved(row[1], [by.person_id])
    return str(row[0])


def mark_all_read(*, by: Actor, now: datetime) -> int:
    """Mark every message of the acting person within the standing as read; returns how many were not."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message SET read_at = %s
            WHERE compound_id = ANY(%s) AND person_id = %s AND channel = 'in_app' AND read_at IS NULL AND created_at <= %s
            RETURNING compound_id
            """,
            [now, list(by.compound_ids), by.person_id, now],
        )
        read = [row[0] for row in cursor.fetchall()]
    for compound_id in set(read):
        _inbox_moved(compound_id, [by.person_id])
    return len(read)


def choose_channel(*, by: Actor, ordinary: str) -> None:
    """Set by which channel the acting person wants ordinary messages beside the inbox."""
    Preference.objects.update_or_create(person_id=by.person_id, defaults={"ordinary": Channel(ordinary)})


@dataclass(frozen=True, slots=True)
class Wish:
    """How someone wants ordinary messages: ``kinds`` are the exceptions, ``quiet`` from and to, ``digest_at`` a time or None."""

    ordinary: str
    kinds: Mapping[str, str]
    quiet: tuple[time, time] | None
    digest_at: time | None


def prefer(*, by: Actor, wish: Wish) -> None:
    """Keep how the acting person wants ordinary messages. The digest is for posts: a resident's is ignored."""
    digest = wish.digest_at if by.kind == "post" and by.compound_ids else None
    known = {kind for kind, _label in templates.kinds()}
    Preference.objects.update_or_create(
        person_id=by.person_id,
        defaults={
            "ordinary": Channel(wish.ordinary),
            "kinds": {kind: str(Channel(channel)) for kind, channel in wish.kinds.items() if kind in known},
            "quiet_from": wish.quiet[0] if wish.quiet else None,
            "quiet_to": wish.quiet[1] if wish.quiet else None,
            "digest_at": digest,
            "digest_compound": by.compound_ids[0] if digest else None,
        },
    )


def send_digest(*, compound_id: int, person_id: int, now: datetime) -> int:
    """Queue a person's one message of the day: what came since the last, by compound and title. Returns how many rows.

    Nothing for a day without news, for one that had its digest, or when the person does not want it any more. May run twice.
    """
    on = localdate(now)
    with transaction.atomic():
        chosen = Preference.objects.select_for_update().filter(person_id=person_id, digest_compound=compound_id).first()
        if chosen is None or chosen.digest_at is None or chosen.digested_on == on:
            return 0
        chosen.digested_on = on
        chosen.save(update_fields=["digested_on"])
        news = queries.news(person_id=person_id, since=now - timedelta(days=1), until=now)
        if not news:
            return 0
        return queue(
            compound_id=compound_id,
            to=[person_id],
            template=DIGEST,
            context={
                "count": str(sum(one.count for one in news)),
                "list": "\n".join(f"{one.compound}　{one.title} × {one.count}" for one in news[:DIGEST_LINES]),
            },
            link="/messages/",
            by=system_actor("digest", (compound_id,)),
            now=now,
            key=f"{DIGEST}:{person_id}:{on}",
        )


def forget_messages(*, compound_id: int, now: datetime) -> int:
    """Delete messages that are done and older than two years; returns how many. The record of the effect is elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM messaging_message WHERE compound_id = %s AND created_at < %s AND state IN ('sent', 'given_up')",
            [compound_id, now - MESSAGES_KEPT],
        )
        return int(cursor.rowcount)


def forget_effects(*, compound_id: int, now: datetime) -> int:
    """Forget the keys of effects older than 90 days; returns how many."""
    gone, _ = Effect.objects.filter(compound_id=compound_id, at__lt=now - EFFECTS_KEPT).delete()
    return gone


def forget_person(person: Person, now: datetime) -> None:  # noqa: ARG001  the form of every eraser
    """Drop what a person chose here when they leave. What was sent stays with the compound, under a person without a name."""
    Preference.objects.filter(person=person).delete()
