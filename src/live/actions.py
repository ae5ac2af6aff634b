"""Announcing on the live board, taking the right to watch away, and pruning what is too old to catch up on."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from live import frames, relay, topics
from tenancy.ending import Rank, hand_over
from tenancy.scope import ScopeError, current_scope
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


def announce(*, compound_id: int, topic: str, kind: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Number an event on a topic and send it to every watcher once the caller's transaction commits.

    The number is given when the work of the scope is done (see ``tenancy.ending``): the topic's head stays locked from
    there to the commit, which is what makes the order of numbers the order of commits. Raises UnfitEventError or
    topics.UnknownTopicError, and what ``tenancy.ending.hand_over`` raises.
    """
    announce_all(compound_id=compound_id, announcements=[Announcement(topic, kind, payload)], now=now)


def announce_all(*, compound_id: int, announcements: Sequence[Announcement], now: datetime) -> None:
    """As ``announce``, for one event on each of several topics, in one statement. Raises ScopeError outside the scope."""
    if len({one.topic for one in announcements}) != len(announcements):
        raise UnfitEventError("One event a topic and call.")
    if compound_id not in current_scope():
        raise ScopeError(f"An event of compound {compound_id} is outside the open scope.")
    said = [_Said(one, _checked(one), now) for one in announcements]
    hand_over(compound_id=compound_id, rank=Rank.ANNOUNCEMENT, content=said, deliver=_number_all)


@dataclass(frozen=True, slots=True)
class _Said:
    """An announcement that was found fit, its payload as text."""

    what: Announcement
    body: str
    at: datetime


def _number_all(compound_id: int, calls: Sequence[Sequence[_Said]]) -> None:
    """Number what a transaction announced, first the first event of every topic: that locks all heads in one order."""
    waiting = [said for call in calls for said in call]
    while waiting:
        turn: dict[str, _Said] = {}
        # Those whose topic has had its turn wait for the next.
        waiting = [said for said in waiting if turn.setdefault(said.what.topic, said) is not said]
        _number(compound_id, [turn[topic] for topic in sorted(turn)])


def _number(compound_id: int, announced: Sequence[_Said]) -> None:
    """One event on each of several topics, in the order of their names, by one statement."""
    by_topic = {said.what.topic: said for said in announced}
    with prepared() as cursor:
        cursor.execute(
            """
            WITH said AS (
                SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS s(topic, kind, payload, at)),
            head AS (
                INSERT INTO live_topichead AS h (compound_id, topic, seq)
                SELECT %s::bigint, topic, 1 FROM said ORDER BY topic
                ON CONFLICT (compound_id, topic) DO UPDATE SET seq = h.seq + 1 RETURNING topic, seq)
            INSERT INTO live_event (compound_id, topic, seq, kind, payload, at)
            SELECT %s::bigint, topic, seq, kind, payload::jsonb, at FROM head
            JOIN said USING (topic) RETURNING topic, seq
            """,
            [
                list(by_topic),
                [said.what.kind for said in announced],
                [said.body for said in announced],
                [said.at for said in announced],
                compound_id,
                compound_id,
            ],
        )
        numbers: dict[str, int] = dict(cursor.fetchall())
    events = [
        {
            "topic": topic,
            "seq": seq,
            "event": frames.event_text(
                seq=seq,
                kind=by_topic[topic].what.kind,
                payload=dict(by_topic[topic].what.payload),
                at=by_topic[topic].at,
            ),
        }
        for topic, seq in numbers.items()
    ]
    transaction.on_commit(
        lambda: relay.publish({"type": "live.events", "compound": compound_id, "events": events}), robust=True
    )


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
