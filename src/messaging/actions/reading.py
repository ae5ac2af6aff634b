"""Marking messages of the inbox as read."""

from datetime import datetime

from django.db import connection, transaction

from messaging.actions.queueing import inbox_moved
from tenancy.actor import Actor


class NoSuchMessage(LookupError):
    """The message is not the person's, or not there."""

    code = "no_such_message"


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
    inbox_moved(row[1], [by.person_id])
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
        inbox_moved(compound_id, [by.person_id])
    return len(read)
