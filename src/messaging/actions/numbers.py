"""Text messages to a number that has no account: someone for whom another person asked, and who said yes to it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from accounts.crypto import digest, encrypt
from messaging import templates
from messaging.actions.queueing import send_off
from messaging.models import Channel
from tenancy.actor import Actor

# The number was typed by somebody else: what it may be made to receive is bounded, whoever asks.
MOST_A_DAY: Final = 6


def text_number(
    *,
    compound_id: int,
    phone: str,
    template: str,
    context: Mapping[str, str],
    by: Actor,
    now: datetime,
    key: str,
) -> bool:
    """Write one text message to ``phone`` (E.164) into the outbox, in the caller's transaction; whether there is one.

    Nothing for a template that never leaves as a text message, for a ``key`` (the name of the effect) that was told
    already, and when the number had ``MOST_A_DAY`` within the last 24 hours in this compound. In the portal's first
    language, as nobody knows theirs. The number is kept encrypted, and only until the message is sent or given up.
    """
    known = templates.find(template)
    if Channel.SMS not in known.channels:
        return False
    language = settings.LANGUAGES[0][0]
    title, body = templates.render(known, context)[language]
    mark = digest(phone)
    parameters: dict[str, Any] = {
        "compound": compound_id,
        "template": template,
        "context": json.dumps(dict(context), ensure_ascii=False),
        "title": title,
        "body": body,
        "key": f"{key}:{mark[:16]}",
        "by_person": by.person_id,
        "by_post": by.post_id,
        "by_label": by.label[:120],
        "now": now,
        "since": now - timedelta(days=1),
        "most": MOST_A_DAY,
        "cipher": encrypt(phone),
        "mark": mark,
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Two requests at once for one number must not both see room for one more.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%(mark)s, %(compound)s))", parameters)
        cursor.execute(_TEXT, parameters)
        made = [row[0] for row in cursor.fetchall()]
    if made:
        transaction.on_commit(lambda: send_off(compound_id, made), robust=True)
    return bool(made)


_TEXT = """
    WITH fresh AS (
        INSERT INTO messaging_effect (compound_id, key, person_id, channel, at)
        SELECT %(compound)s, %(key)s, 0, 'sms', %(now)s WHERE %(most)s > (
            SELECT count(*) FROM messaging_message
            WHERE compound_id = %(compound)s AND number_digest = %(mark)s AND created_at > %(since)s AND person_id = 0)
        ON CONFLICT (compound_id, key, person_id, channel) DO NOTHING RETURNING key)
    INSERT INTO messaging_message (compound_id, person_id, number_cipher, number_digest, template, channel, context, title, body,
        link, urgent, effect, by_person_id, by_post_id, by_label, state, attempts, next_try_at, error, receipt, created_at)
    SELECT %(compound)s, 0, %(cipher)s, %(mark)s, %(template)s, 'sms', %(context)s::jsonb, %(title)s, %(body)s,
        '', false, key, %(by_person)s, %(by_post)s, %(by_label)s, 'queued', 0, %(now)s, '', '', %(now)s
    FROM fresh RETURNING id"""
