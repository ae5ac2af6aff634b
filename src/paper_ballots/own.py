"""What paper ballots hold of a person, for the person themselves: the papers that they asked for."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

_ASKED = """
SELECT json_build_object('compound', k.name, 'vote', e.title, 'way', a.way, 'name', a.name, 'note', a.note, 'at', a.at,
  'ended_at', a.ended_at, 'ended_reason', a.ended_reason)
FROM paper_ballots_asked a JOIN tenancy_compound k ON k.id = a.compound_id
JOIN elections_poll e ON e.compound_id = a.compound_id AND e.id = a.poll_id
WHERE a.compound_id = ANY (%(compounds)s) AND a.person_id = %(person)s ORDER BY a.at, a.id
"""


def export(person: Person) -> list[dict[str, Any]]:
    """Every request, in whichever compound. One statement. They are records of the vote: kept when the account ends."""
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        cursor.execute(_ASKED, {"person": person.pk, "compounds": list(opened.compound_ids)})
        return [row for (row,) in cursor.fetchall()]
