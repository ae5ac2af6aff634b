"""Over several polls at once: how many rights a person has in each, and how many of them were used."""

import json
from collections.abc import Sequence

from django.db import connection

from accounts.models import Person

_STANDINGS = """
SELECT p.id, count(*), count(used.id)
FROM elections_poll p
JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = p.edition_id
LEFT JOIN LATERAL (SELECT b.id FROM boxes_box b WHERE b.compound_id = p.compound_id AND b.poll_id = p.id
  ORDER BY b.number DESC LIMIT 1) box ON true
LEFT JOIN boxes_used used ON used.compound_id = r.compound_id AND used.box_id = box.id AND used."right" = r.key
WHERE p.compound_id = %(compound)s AND p.id = ANY (%(polls)s)
  AND (r.units && ARRAY(SELECT u.number FROM elections_unit u WHERE u.compound_id = p.compound_id AND u.poll_id = p.id
         AND (u.owners @> %(account)s::jsonb OR u.owners @> %(phone)s::jsonb))
    OR r.key IN (SELECT s."right" FROM ballots_speaker s WHERE s.compound_id = p.compound_id AND s.poll_id = p.id
         AND s.ended_at IS NULL AND s.phone_digest = %(digest)s)
    OR r.key IN (SELECT x."right" FROM ballots_proxy x WHERE x.compound_id = p.compound_id AND x.poll_id = p.id
         AND x.ended_at IS NULL AND x.agent_digest = %(digest)s))
GROUP BY p.id
"""


def standings(compound_id: int, polls: Sequence[int], person: Person) -> dict[int, tuple[int, int]]:
    """By poll: the person's rights and how many of them were used. One statement."""
    digest = (person.phone_digest if person.phone_verified else "") or "-"
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDINGS,
            {
                "compound": compound_id,
                "polls": list(polls),
                "account": json.dumps([{"account": person.pk}]),
                "phone": json.dumps([{"phones": [digest]}]),
                "digest": digest,
            },
        )
        return {poll: (rights, used) for poll, rights, used in cursor.fetchall()}
