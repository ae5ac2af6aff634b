"""What the register of fire equipment holds of a person, for the person themselves: what they did in a post."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id. A report at a label is not among them: nothing says who made it.
_DONE = """
SELECT json_build_object('compound', k.name, 'piece', p.number, 'action', e.action, 'as', e.label, 'note', e.note, 'at', e.at)
FROM equipment_pieceevent e JOIN tenancy_compound k ON k.id = e.compound_id
JOIN equipment_piece p ON p.compound_id = e.compound_id AND p.id = e.piece_id
WHERE e.compound_id = ANY (%(compounds)s) AND e.person_id = %(person)s ORDER BY e.at, e.id
"""
_VISITS = """
SELECT json_build_object('compound', k.name, 'address', s.address, 'kind', s.kind, 'outcome', v.outcome,
  'visited_on', v.visited_on, 'findings', v.findings, 'note', v.note, 'as', v.label, 'at', v.at)
FROM equipment_visit v JOIN tenancy_compound k ON k.id = v.compound_id
JOIN equipment_subject s ON s.compound_id = v.compound_id AND s.id = v.subject_id
WHERE v.compound_id = ANY (%(compounds)s) AND v.person_id = %(person)s ORDER BY v.at, v.id
"""
_STOPS = """
SELECT json_build_object('compound', k.name, 'systems', s.systems, 'place', s.place, 'state', s.state,
  'asked_at', CASE WHEN s.asked_by = %(person)s THEN s.asked_at END,
  'asked_as', CASE WHEN s.asked_by = %(person)s THEN s.asked_as END,
  'reason', CASE WHEN s.asked_by = %(person)s THEN s.reason END,
  'decided_at', CASE WHEN s.decided_by = %(person)s THEN s.decided_at END,
  'decided_as', CASE WHEN s.decided_by = %(person)s THEN s.decided_as END,
  'decided_why', CASE WHEN s.decided_by = %(person)s THEN s.decided_why END)
FROM equipment_stop s JOIN tenancy_compound k ON k.id = s.compound_id
WHERE s.compound_id = ANY (%(compounds)s) AND (s.asked_by = %(person)s OR s.decided_by = %(person)s)
ORDER BY s.asked_at, s.id
"""
_IMPORTS = """
SELECT json_build_object('compound', k.name, 'file', r.name, 'state', r.state, 'as', r.created_as, 'at', r.created_at)
FROM equipment_run r JOIN tenancy_compound k ON k.id = r.compound_id
WHERE r.compound_id = ANY (%(compounds)s) AND r.created_by = %(person)s ORDER BY r.created_at, r.id
"""


def export(person: Person) -> dict[str, Any]:
    """What they did to pieces, their visits, stops and imports, in whichever compound. Four statements beside the scope's.

    It is a record of the law (GB 25201 chapter 10) and is kept when the account ends.
    """
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "compounds": list(opened.compound_ids)}
        found: dict[str, Any] = {}
        for name, statement in (("done", _DONE), ("visits", _VISITS), ("stops", _STOPS), ("imports", _IMPORTS)):
            cursor.execute(statement, given)
            found[name] = [row for (row,) in cursor.fetchall()]
        return found
