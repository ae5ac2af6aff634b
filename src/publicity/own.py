"""What publicity holds of a person, for the person themselves: the objections that they filed."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id. Who answered is said as their body; their name is theirs.
_OBJECTIONS = """
SELECT json_build_object('compound', k.name, 'notice', v.title, 'name', o.name, 'as', o.label, 'relation', o.relation,
  'home', o.address, 'passage', o.passage, 'words', o.words, 'state', o.state, 'filed_at', o.filed_at, 'due_on', o.due_on,
  'outcome', o.outcome, 'answer', o.answer, 'answered_at', o.answered_at, 'answered_body', o.answered_body,
  'ended_at', o.ended_at, 'ended_reason', o.ended_reason,
  'evidence', (
    SELECT coalesce(json_agg('/c/' || k.code || '/files/' || f.ref || '/' ORDER BY e.id), '[]')
    FROM publicity_evidence e JOIN documents_storedfile f ON f.compound_id = e.compound_id AND f.id = e.file_id
    WHERE e.compound_id = o.compound_id AND e.objection_id = o.id))
FROM publicity_objection o JOIN tenancy_compound k ON k.id = o.compound_id
JOIN notices_notice n ON n.compound_id = o.compound_id AND n.id = o.notice_id
LEFT JOIN notices_version v ON v.compound_id = n.compound_id AND v.id = n.current_id
WHERE o.compound_id = ANY (%(compounds)s) AND o.person_id = %(person)s ORDER BY o.filed_at, o.id
"""


def export(person: Person) -> list[dict[str, Any]]:
    """Every objection of the person, in whichever compound, the oldest first. One statement.

    They are a record of the law: they are kept when the account ends, as votes are.
    """
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        cursor.execute(_OBJECTIONS, {"person": person.pk, "compounds": list(opened.compound_ids)})
        return [row for (row,) in cursor.fetchall()]
