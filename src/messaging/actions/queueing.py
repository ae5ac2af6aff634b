"""Queueing: a row for every message, written in the transaction that causes it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from messaging import templates
from messaging.models import Channel
from tenancy.actor import Actor
from tenancy.statements import prepared

InboxMoved = Callable[[int, Iterable[int]], None]
_told: list[InboxMoved] = []

_LINK = re.compile(r"/(?!/)[^\s\\]{0,198}")


class UnfitMessageError(ValueError):
    """A message that must not be queued: a foreign link, or a context that is not flat text. A programming error."""


def on_inbox(told: InboxMoved) -> None:
    """Let an upper floor know, inside the transaction, in which compound whose inboxes have changed. It must not query."""
    if told not in _told:
        _told.append(told)


def inbox_moved(compound_id: int, people: Iterable[int]) -> None:
    """Tell whoever listens that the inboxes of these people have changed."""
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
    inbox_moved(compound_id, (person for _, channel, person, _at in rows if channel == Channel.IN_APP))
    if leaving:
        transaction.on_commit(lambda: send_off(compound_id, leaving), robust=True)
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


def send_off(compound_id: int, ids: list[int]) -> None:
    """Have a worker send these now; what it misses the sweep finds."""
    from messaging.tasks import drain

    drain.delay(compound_id=compound_id, ids=ids)
