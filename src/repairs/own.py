"""What repairs hold of a person, for the person themselves: filed by or for them, what they did, said and joined."""

from typing import Any

from django.db import connection

from accounts.models import Person
from repairs.words import without_numbers
from tenancy.own import own_scope

# Every row by the person's own id: what others wrote or photographed about a request is not the filer's.
_FILED = """
SELECT json_build_object(
  'compound', k.name, 'number', r.number, 'category', r.category, 'place', r.place, 'place_text', r.place_text,
  'words', r.words, 'urgent', r.urgent, 'wanted_time', r.wanted_time, 'filed_as', r.filed_as, 'state', r.state,
  'created_at', r.created_at, 'finished_at', r.finished_at, 'closed_at', r.closed_at, 'stars', r.stars,
  'comment', r.comment,
  'filed_by_me', r.filed_by_id = %(person)s, 'for_name', r.for_name, 'consent', r.consent,
  'own_events', (
    SELECT coalesce(json_agg(json_build_object('action', e.action, 'as', e.label, 'note', e.note, 'at', e.at)
      ORDER BY e.at, e.id), '[]')
    FROM repairs_event e
    WHERE e.compound_id = r.compound_id AND e.request_id = r.id AND e.person_id = %(person)s),
  'own_photos', (
    SELECT coalesce(json_agg(json_build_object('stage', p.stage, 'at', p.at,
      'address', '/c/' || k.code || '/files/' || f.ref || '/') ORDER BY p.id), '[]')
    FROM repairs_photo p JOIN documents_storedfile f ON f.compound_id = p.compound_id AND f.id = p.file_id
    WHERE p.compound_id = r.compound_id AND p.request_id = r.id AND f.uploaded_by = %(person)s))
FROM repairs_request r JOIN tenancy_compound k ON k.id = r.compound_id
WHERE r.compound_id = ANY (%(compounds)s) AND %(person)s IN (r.filed_by_id, r.for_person_id) ORDER BY r.created_at, r.id
"""
# Of what a neighbour reported as little as its follower reads: where and how far, not their words.
_JOINED = """
SELECT json_build_object('compound', k.name, 'number', r.number, 'category', r.category, 'place', r.place,
  'place_text', r.place_text, 'state', r.state, 'how', f.kind, 'home', h.address, 'at', f.at) AS told, f.at, f.id
FROM repairs_follower f JOIN repairs_request r ON r.compound_id = f.compound_id AND r.id = f.request_id
JOIN tenancy_compound k ON k.id = f.compound_id
LEFT JOIN premises_home h ON h.compound_id = f.compound_id AND h.id = f.home_id
WHERE f.compound_id = ANY (%(compounds)s) AND f.person_id = %(person)s
UNION ALL
SELECT json_build_object('compound', k.name, 'incident', i.title, 'category', i.category, 'closed_at', i.closed_at,
  'home', h.address, 'at', a.at), a.at, a.id
FROM repairs_affected a JOIN repairs_incident i ON i.compound_id = a.compound_id AND i.id = a.incident_id
JOIN tenancy_compound k ON k.id = a.compound_id
JOIN premises_home h ON h.compound_id = a.compound_id AND h.id = a.home_id
WHERE a.compound_id = ANY (%(compounds)s) AND a.person_id = %(person)s ORDER BY 2, 3
"""


def export(person: Person) -> list[dict[str, Any]]:
    """Every request that the person filed, or that was filed for them, in whichever compound, the oldest first. One statement."""
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        cursor.execute(_FILED, {"person": person.pk, "compounds": list(opened.compound_ids)})
        return [row for (row,) in cursor.fetchall()]


def joined(person: Person) -> list[dict[str, Any]]:
    """Every request and incident of others that the person has too (我也遇到, 并案), the oldest first. One statement."""
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        cursor.execute(_JOINED, {"person": person.pk, "compounds": list(opened.compound_ids)})
        rows = [told for told, _at, _id in cursor.fetchall()]
    return [
        {name: without_numbers(value) if name == "place_text" else value for name, value in row.items()} for row in rows
    ]
