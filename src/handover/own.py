"""What handovers hold of a person, for the person themselves: what they signed, did, and sent too late."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

_SIGNED = """
SELECT json_build_object('compound', k.name, 'as', s.role, 'name', s.name, 'post', s.post, 'words', s.words,
  'declined', s.declined, 'on_own_device', s.own, 'at', s.at)
FROM handover_signature s JOIN tenancy_compound k ON k.id = s.compound_id
WHERE s.compound_id = ANY (%(compounds)s) AND s.taken_by = %(person)s AND s.own ORDER BY s.at, s.id
"""
_DONE = """
SELECT json_build_object('compound', k.name, 'action', e.action, 'as', e.label, 'note', e.note, 'at', e.at)
FROM handover_event e JOIN tenancy_compound k ON k.id = e.compound_id
WHERE e.compound_id = ANY (%(compounds)s) AND e.person_id = %(person)s ORDER BY e.at, e.id
"""
_LATE = """
SELECT json_build_object('compound', k.name, 'request', r.number, 'action', l.action, 'words', l.words,
  'received_at', l.received_at)
FROM handover_laterecord l JOIN tenancy_compound k ON k.id = l.compound_id
JOIN repairs_request r ON r.compound_id = l.compound_id AND r.id = l.request_id
WHERE l.compound_id = ANY (%(compounds)s) AND l.person_id = %(person)s ORDER BY l.received_at, l.id
"""


def export(person: Person) -> dict[str, Any]:
    """Their signatures, steps and late records, in whichever compound. Three statements beside the scope's."""
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "compounds": list(opened.compound_ids)}
        found: dict[str, Any] = {}
        for name, statement in (("signed", _SIGNED), ("done", _DONE), ("late", _LATE)):
            cursor.execute(statement, given)
            found[name] = [row for (row,) in cursor.fetchall()]
        return found
