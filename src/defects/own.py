"""What defects hold of a person, for the person themselves: what they did in a post."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id. A report at a label is not among them: nothing says who made it.
_DONE = """
SELECT json_build_object('compound', k.name, 'number', d.number, 'action', e.action, 'as', e.label, 'note', e.note, 'at', e.at)
FROM defects_event e JOIN tenancy_compound k ON k.id = e.compound_id
JOIN defects_defect d ON d.compound_id = e.compound_id AND d.id = e.defect_id
WHERE e.compound_id = ANY (%(compounds)s) AND e.person_id = %(person)s ORDER BY e.at, e.id
"""
_CORRECTED = """
SELECT json_build_object('compound', k.name, 'number', d.number, 'field', c.field, 'old', c.old, 'new', c.new,
  'reason', c.reason, 'at', c.at)
FROM defects_correction c JOIN tenancy_compound k ON k.id = c.compound_id
JOIN defects_defect d ON d.compound_id = c.compound_id AND d.id = c.defect_id
WHERE c.compound_id = ANY (%(compounds)s) AND c.person_id = %(person)s ORDER BY c.at, c.id
"""
_TOLD = """
SELECT json_build_object('compound', k.name, 'number', d.number, 'told_at', f.told_at, 'way', f.way, 'reference', f.number,
  'receiver', f.receiver)
FROM defects_firenotice f JOIN tenancy_compound k ON k.id = f.compound_id
JOIN defects_defect d ON d.compound_id = f.compound_id AND d.id = f.defect_id
WHERE f.compound_id = ANY (%(compounds)s) AND f.person_id = %(person)s ORDER BY f.at, f.id
"""


def export(person: Person) -> dict[str, Any]:
    """What they found, repaired, cleared, corrected and reported out, in whichever compound. Three statements.

    It is a record of the law (GB 25201 chapter 10) and is kept when the account ends.
    """
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "compounds": list(opened.compound_ids)}
        found: dict[str, Any] = {}
        for name, statement in (("done", _DONE), ("corrected", _CORRECTED), ("fire_service", _TOLD)):
            cursor.execute(statement, given)
            found[name] = [row for (row,) in cursor.fetchall()]
        return found
