"""What the rounds hold of a person, for the person themselves: what they found, what they were to walk, and their second word."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id: where they were, when, by which clock, and what was said about how it came.
_FOUND = """
SELECT json_build_object('compound', k.name, 'place', a.place, 'kind', a.kind, 'outcome', a.outcome, 'results', a.results,
  'note', a.note, 'way', a.way, 'code', a.code, 'latitude', a.latitude, 'longitude', a.longitude, 'accuracy', a.accuracy,
  'state', a.state, 'flags', a.flags, 'photos', (SELECT count(*) FROM rounds_photo p
    WHERE p.compound_id = a.compound_id AND p.answer_id = a.id AND p.conflict_id IS NULL),
  'judged_why', a.judged_why, 'device_at', a.device_at, 'received_at', a.received_at, 'happened_at', a.happened_at,
  'as', a.label)
FROM rounds_answer a JOIN tenancy_compound k ON k.id = a.compound_id
WHERE a.compound_id = ANY (%(compounds)s) AND a.person_id = %(person)s ORDER BY a.received_at, a.id
"""
_KEPT_BESIDE = """
SELECT json_build_object('compound', k.name, 'place', a.place, 'body', c.body, 'as', c.label, 'at', c.received_at)
FROM rounds_conflict c JOIN tenancy_compound k ON k.id = c.compound_id
JOIN rounds_answer a ON a.compound_id = c.compound_id AND a.id = c.answer_id
WHERE c.compound_id = ANY (%(compounds)s) AND c.person_id = %(person)s ORDER BY c.received_at, c.id
"""
_REVIEWS = """
SELECT json_build_object('compound', k.name, 'kind', r.kind, 'agrees', r.agrees, 'note', r.note, 'as', r.label, 'at', r.at)
FROM rounds_review r JOIN tenancy_compound k ON k.id = r.compound_id
WHERE r.compound_id = ANY (%(compounds)s) AND r.person_id = %(person)s ORDER BY r.at, r.id
"""
_WALKS = """
SELECT json_build_object('compound', k.name, 'loaded_at', w.loaded_server, 'loaded_by_phone', w.loaded_device,
  'heard_at', w.heard_at, 'as', w.label)
FROM rounds_walk w JOIN tenancy_compound k ON k.id = w.compound_id
WHERE w.compound_id = ANY (%(compounds)s) AND w.person_id = %(person)s ORDER BY w.heard_at, w.id
"""

_GIVEN = """
SELECT json_build_object('compound', k.name, 'rounds', coalesce(
    (SELECT p.name FROM rounds_plan p WHERE p.compound_id = a.compound_id AND p.key = a.plan_key ORDER BY p.id DESC LIMIT 1),
    (SELECT p.name FROM rounds_occurrence o JOIN rounds_plan p ON p.compound_id = o.compound_id AND p.id = o.plan_id
      WHERE o.compound_id = a.compound_id AND o.id = a.occurrence_id)),
  'always', a.plan_key <> '', 'reason', a.reason, 'from', a.made_at, 'by', a.made_as, 'until', a.ended_at, 'why', a.ended_why)
FROM rounds_assignment a JOIN tenancy_compound k ON k.id = a.compound_id
WHERE a.compound_id = ANY (%(compounds)s) AND a.person_id = %(person)s ORDER BY a.made_at, a.id
"""


def export(person: Person) -> dict[str, Any]:
    """Their walks, answers, what was kept beside them, reviews, what was given to them to walk.

    Five statements beside the scope's.

    It is a record of the law (GB 25201 chapter 10) and is kept when the account ends.
    """
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "compounds": list(opened.compound_ids)}
        found: dict[str, Any] = {}
        for name, statement in (
            ("walks", _WALKS), ("found", _FOUND), ("kept_beside", _KEPT_BESIDE), ("reviews", _REVIEWS), ("given", _GIVEN),
        ):  # fmt: skip
            cursor.execute(statement, given)
            found[name] = [row for (row,) in cursor.fetchall()]
        return found
