"""Reads of the live board: numbers for pages, events for catching up, and who a socket belongs to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from accounts import sessions
from live import admission, frames, topics
from tenancy.actor import Actor, find_actor, find_actors
from tenancy.middleware import SESSION_KEY
from tenancy.models import Compound
from tenancy.scope import entering, scope

# A page that has missed more than this is told to load again: cheaper than replaying, for both sides.
CATCH_UP_LIMIT = 200
# Polling pages share one read a topic for so long; they are late by it at most, never wrong.
CACHE_SECONDS = 1


def seqs(*, compound_id: int, topics: Sequence[str]) -> dict[str, int]:
    """The last number of each topic (0 when nothing was announced yet), in one statement.

    Call it *before* the page's own reads: an event between the two is then replayed, never missed.
    """
    found = dict.fromkeys(topics, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT topic, seq FROM live_topichead WHERE compound_id = %s AND topic = ANY(%s)",
            [compound_id, list(topics)],
        )
        found.update(cursor.fetchall())
    return found


def settled_seqs(*, compound_id: int, topics: Sequence[str]) -> dict[str, int]:
    """As ``seqs``, but leaving out the events of the last seconds, for templates that ask only after the page's reads.

    What committed while the page was being made is then replayed once more instead of being missed.
    """
    found = dict.fromkeys(topics, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.topic, h.seq - (
                SELECT count(*) FROM live_event e
                WHERE e.compound_id = h.compound_id AND e.topic = h.topic
                  AND e.at >= transaction_timestamp() - interval '5 seconds')
            FROM live_topichead h WHERE h.compound_id = %s AND h.topic = ANY(%s)
            """,
            [compound_id, list(topics)],
        )
        found.update(cursor.fetchall())
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """The state of a topic at one moment: its last number, and its latest events, dense and in order, as texts."""

    head: int
    events: tuple[tuple[int, str], ...]

    @property
    def floor(self) -> int:
        """The lowest number from which these events lead to the head."""
        return self.events[0][0] - 1 if self.events else self.head

    def after(self, seq: int) -> list[str] | None:
        """The texts that take a watcher from ``seq`` to the head; None when too much was missed."""
        if not self.floor <= seq <= self.head:
            return None
        return [text for number, text in self.events if number > seq]


def read_topic(*, compound_id: int, topic: str, limit: int = CATCH_UP_LIMIT) -> Reading:
    """The topic's last number and latest events, in one statement and so of one moment."""
    if found := topics.derived(topic):
        numbers, key = found
        return Reading(numbers([(compound_id, key)]).get((compound_id, key), 0), ())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.seq, e.seq, e.kind, e.payload::text, e.at FROM live_topichead h
            LEFT JOIN LATERAL (
                SELECT seq, kind, payload, at FROM live_event
                WHERE compound_id = h.compound_id AND topic = h.topic ORDER BY seq DESC LIMIT %s) e ON true
            WHERE h.compound_id = %s AND h.topic = %s ORDER BY e.seq
            """,
            [limit, compound_id, topic],
        )
        rows = cursor.fetchall()
    if not rows:
        return Reading(0, ())
    return Reading(rows[0][0], tuple((seq, _text(seq, *rest)) for _, seq, *rest in rows if seq is not None))


def _text(seq: int, kind: str, payload: str, at: datetime) -> str:
    return frames.event_text(seq=seq, kind=kind, payload=json.loads(payload), at=at)


def read_heads(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The last number of many topics of several compounds, in one statement. For the process's own watch over itself.

    One statement more for each kind of topic whose numbers are derived.
    """
    asked = list(pairs)
    if not asked:
        return {}
    heads: dict[tuple[int, str], int] = {}
    kinds: dict[topics.Numbers, dict[tuple[int, str], str]] = {}
    wanted = []
    for compound_id, topic in asked:
        if found := topics.derived(topic):
            kinds.setdefault(found[0], {})[compound_id, found[1]] = topic
        else:
            wanted.append((compound_id, topic))
    with scope({compound_id for compound_id, _ in asked}), connection.cursor() as cursor:
        for numbers, names in kinds.items():
            told = numbers(list(names))
            heads.update({(pair[0], topic): told.get(pair, 0) for pair, topic in names.items()})
        if not wanted:
            return heads
        cursor.execute(
            """
            SELECT w.compound_id, w.topic, coalesce(h.seq, 0)
            FROM unnest(%s::bigint[], %s::text[]) AS w(compound_id, topic)
            LEFT JOIN live_topichead h ON h.compound_id = w.compound_id AND h.topic = w.topic
            """,
            [[c for c, _ in wanted], [t for _, t in wanted]],
        )
        heads.update({(compound_id, topic): seq for compound_id, topic, seq in cursor.fetchall()})
    return heads


def catch_up(*, compound_id: int, address: str, topic: str, after: int) -> str:
    """The frame for a page that polls: the same that a socket would have sent. One cached read a topic."""
    key = f"live:{compound_id}:{topic}"
    reading: Reading | None = cache.get(key)
    if reading is None or after > reading.head:  # ahead of the cache: it may just be newer
        reading = read_scoped(compound_id, topic)
        cache.set(key, reading, CACHE_SECONDS)
    events = reading.after(after)
    if events is None:
        return frames.reset_frame(address, reading.head)
    return frames.events_frame(address, reading.head, events)


def resolve(*, actor: Actor, addresses: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Of these addresses, those that the actor may watch, with compound id and topic. Others are simply not in it.

    Runs inside the actor's scope. A foreign compound, an absent one and an unknown topic look alike.
    """
    return _resolve_all([(actor, addresses)])[0]


def _resolve_all(asked: Sequence[tuple[Actor, Sequence[str]]]) -> list[dict[str, tuple[int, str]]]:
    """``resolve`` for several actors whose standings cover the same compounds: one statement for the codes of all."""
    split: list[dict[str, tuple[str, str]]] = []
    for _, addresses in asked:
        split.append({})
        for address in addresses:
            try:
                split[-1][address] = topics.split_address(address)
            except topics.UnknownTopicError:
                continue
    codes = {code for one in split for code, _ in one.values()}
    within = asked[0][0].compound_ids
    allowed: list[dict[str, tuple[int, str]]] = [{} for _ in asked]
    for code, compound_id in Compound.objects.filter(code__in=codes, pk__in=within).values_list("code", "pk"):
        with scope(compound_id):
            for (actor, _), addresses_of, found in zip(asked, split, allowed, strict=True):
                for address, (of, topic) in addresses_of.items():
                    if of == code and topics.may_watch(actor, compound_id, topic):
                        found[address] = (compound_id, topic)
    return allowed


@dataclass(frozen=True, slots=True)
class Admission:
    """Who a socket belongs to, and which of the addresses it asked for it may watch."""

    person_id: int
    allowed: dict[str, tuple[int, str]]
    holder: str = ""


def admit(credential: str, addresses: Sequence[str]) -> Admission | None:
    """Everything a socket needs from the database, in one go: session, person, standing, rights. None when signed out."""
    return admit_all([(credential, addresses)])[0]


def admit_all(asked: Sequence[tuple[str, Sequence[str]]]) -> list[Admission | None]:
    """What each of several sockets, by its credential, may watch of the addresses that it asked for; in their order.

    The same checks as for a page: the session lives, its person is active, the standing is held today. A pass
    (``live.admission``) in place of the session key opens what its token opens. Sessions, people, codes of compounds and
    the residents of a compound are read once for all; a post by itself, because only its own person may read it.
    """
    found: list[Admission | None] = [
        admit_pass(credential, addresses) if admission.is_pass(credential) else None for credential, addresses in asked
    ]
    signed_in = sessions.signed_in(credential for credential, _ in asked)
    if not signed_in:
        return found
    standings: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for place, (credential, _) in enumerate(asked):
        person, held = signed_in.get(credential, (None, {}))
        if person is not None and held.get(SESSION_KEY):
            kind, key = held[SESSION_KEY]
            standings.setdefault((kind, key), []).append((place, person.pk))
    alike: dict[tuple[int, ...], list[tuple[int, Actor]]] = {}
    with transaction.atomic():
        for (kind, key), holders in standings.items():
            actors = _holding(kind, key, {person_id for _, person_id in holders})
            for place, person_id in holders:
                if person_id in actors:
                    alike.setdefault(actors[person_id].compound_ids, []).append((place, actors[person_id]))
        for compound_ids, members in alike.items():
            with scope(compound_ids):
                allowed = _resolve_all([(actor, asked[place][1]) for place, actor in members])
            for (place, actor), mine in zip(members, allowed, strict=True):
                found[place] = Admission(actor.person_id, mine)
    return found


def _holding(kind: str, key: int, person_ids: set[int]) -> dict[int, Actor]:
    """Those of the people who hold a standing today: in one reading where its kind can be read so, else one by one."""
    today = timezone.localdate()
    together = find_actors(person_ids=person_ids, kind=kind, key=key, on=today)
    if together is not None:
        return together
    found = {}
    for person_id in person_ids:
        with entering(person_id):
            actor = find_actor(person_id=person_id, kind=kind, key=key, on=today)
        if actor is not None:
            found[person_id] = actor
    return found


def admit_pass(credential: str, addresses: Sequence[str]) -> Admission | None:
    """What a pass opens of these addresses; None when it opens nothing, or nothing any more. With no scope open."""
    found = admission.find(credential)
    return Admission(0, admission.allowed(found[1], addresses), found[0]) if found else None


def read_scoped(compound_id: int, topic: str) -> Reading:
    """``read_topic`` in a scope of its own: what a process reads once for all of its watchers of a topic."""
    with scope(compound_id):
        return read_topic(compound_id=compound_id, topic=topic)
