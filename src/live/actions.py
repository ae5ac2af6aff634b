"""Announcing on the live board, taking the right to watch away, and pruning what is too old to catch up on."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from live import frames, relay, topics
from tenancy.statements import prepared

KEEP_EVENTS = 1000
KEEP_DAYS = 14
PAYLOAD_LIMIT = 1024

_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SCALARS = (str, int, float, bool, type(None))


class UnfitEventError(ValueError):
    """An event that must not go out: too large, nested, wrongly named or with personal data. A programming error."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What to say on a topic: ``kind`` (becomes the DOM event ``live:<kind>``) and a small flat payload."""

    topic: str
    kind: str
    payload: Mapping[str, Any]


def announce(*, compound_id: int, topic: str, kind: str, payload: Mapping[str, Any], now: datetime) -> int:
    """Number an event on a topic and send it to every watcher once the caller's transaction commits.

    One statement. Call it late in the transaction: the topic's row stays locked until the commit, which is what makes the
    order of numbers the order of commits. Returns the number; raises UnfitEventError or topics.UnknownTopicError.
    """
    return announce_all(compound_id=compound_id, announcements=[Announcement(topic, kind, payload)], now=now)[topic]


def announce_all(*, compound_id: int, announcements: Sequence[Announcement], now: datetime) -> dict[str, int]:
    """As ``announce``, for one event on each of several topics, still in one statement. Returns number by topic.

    The heads are locked in the order of their names, so two such calls never wait for each other in a ring.
    """
    by_topic = {one.topic: one for one in announcements}
    if len(by_topic) != len(announcements):
        raise UnfitEventError("One event a topic and call.")
    bodies = {topic: _checked(one) for topic, one in sorted(by_topic.items())}
    with transaction.atomic(savepoint=False), prepared() as cursor:
        cursor.execute(
            """
            WITH said AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS s(topic, kind, payload)),
            head AS (
                INSERT INTO live_topichead AS h (compound_id, topic, seq)
                SELECT %s::bigint, topic, 1 FROM said ORDER BY topic
                ON CONFLICT (compound_id, topic) DO UPDATE SET seq = h.seq + 1 RETURNING topic, seq)
            INSERT INTO live_event (compound_id, topic, seq, kind, payload, at)
            SELECT %s::bigint, topic, seq, kind, payload::jsonb, %s::timestamptz FROM head
            JOIN said USING (topic) RETURNING topic, seq
            """,
            [
                list(bodies),
                [by_topic[topic].kind for topic in bodies],
                list(bodies.values()),
                compound_id,
                compound_id,
                now,
            ],
        )
        numbers: dict[str, int] = dict(cursor.fetchall())
    said = [
        {
            "topic": topic,
            "seq": seq,
            "event": frames.event_text(
                seq=seq, kind=by_topic[topic].kind, payload=dict(by_topic[topic].payload), at=now
            ),
        }
        for topic, seq in numbers.items()
    ]
    transaction.on_commit(
        lambda: relay.publish({"type": "live.events", "compound": compound_id, "events": said}), robust=True
    )
    return numbers


def _checked(one: Announcement) -> str:
    topics.find(one.topic)
    if not _KIND.fullmatch(one.kind):
        raise UnfitEventError(f"{one.kind!r} is no kind of event.")
    if not all(isinstance(value, _SCALARS) for value in one.payload.values()):
        raise UnfitEventError(f"The payload of {one.topic} must be flat.")
    body = json.dumps(dict(one.payload), ensure_ascii=False)
    if len(body.encode()) > PAYLOAD_LIMIT:
        raise UnfitEventError(f"The payload of {one.topic} is larger than {PAYLOAD_LIMIT} bytes.")
    if _MOBILE.search(body):
        raise UnfitEventError(f"The payload of {one.topic} holds a telephone number.")
    return body


def moved(*, compound_id: int, topics: Iterable[str]) -> None:
    """Say, once the transaction commits, that topics with derived numbers have moved. Queries nothing, locks nothing."""
    names = sorted(set(topics))
    transaction.on_commit(
        lambda: relay.publish({"type": "live.moved", "compound": compound_id, "topics": names}), robust=True
    )


def revoke(*, person_id: int) -> None:
    """Close every socket of a person once the transaction commits: a post ended, a role changed, a session was revoked.

    The browsers come back at once and are admitted with what rights are left.
    """
    transaction.on_commit(lambda: relay.publish({"type": "live.revoke", "person": person_id}), robust=True)


def close_sessions(session_keys: Sequence[str]) -> None:
    """Close every socket of sessions that have ended. Called after their end is committed; it does not query."""
    relay.publish({"type": "live.revoke", "sessions": list(session_keys)})


def prune_events(*, compound_id: int, now: datetime) -> int:
    """Delete a compound's events beyond the last 1000 of each topic or older than 14 days. Returns how many.

    Always the oldest of a topic first, so that what is left stays without gaps.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM live_event e USING (
                SELECT h.topic, greatest(h.seq - %s, coalesce(max(o.seq), 0)) AS upto
                FROM live_topichead h LEFT JOIN live_event o
                  ON o.compound_id = h.compound_id AND o.topic = h.topic AND o.at < %s
                WHERE h.compound_id = %s GROUP BY h.topic, h.seq) old
            WHERE e.compound_id = %s AND e.topic = old.topic AND e.seq <= old.upto
            """,
            [KEEP_EVENTS, now - timedelta(days=KEEP_DAYS), compound_id, compound_id],
        )
        return int(cursor.rowcount)
