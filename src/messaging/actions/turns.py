"""Not more than one piece of ordinary news an hour, over all the compounds of a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

PAUSE = timedelta(hours=1)


def take_turns(people: Iterable[int], now: datetime) -> set[int]:
    """Of these people, those who may be told ordinary news now; it is theirs for the next hour. One statement.

    News of the quiet hours counts from their end, when it leaves: what comes after it in the same night waits. In the
    caller's transaction, which queues the message; a second one at the same moment, of another compound, sees the turn taken.
    """
    wanted = sorted(set(people))
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messaging_turn AS t (person_id, at)
            SELECT p.id, CASE WHEN c.quiet_from IS NULL THEN %(now)s::timestamptz
                ELSE messaging_after_quiet(%(now)s::timestamptz, c.quiet_from, c.quiet_to, %(zone)s::text) END
            FROM accounts_person p LEFT JOIN messaging_preference c ON c.person_id = p.id
            WHERE p.id = ANY(%(people)s::bigint[]) AND p.is_active ORDER BY p.id
            ON CONFLICT (person_id) DO UPDATE SET at = excluded.at WHERE t.at <= %(since)s::timestamptz
            RETURNING person_id
            """,
            {"people": wanted, "now": now, "since": now - PAUSE, "zone": settings.TIME_ZONE},
        )
        return {row[0] for row in cursor.fetchall()}
