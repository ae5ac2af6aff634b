"""What a preparation holds of a person, for the person themselves: where they stood, signed, and sat in a group."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id. Who else signed or was named is not theirs.
_STOOD = """
SELECT json_build_object('compound', k.name, 'election', e.title, 'as', 'candidate', 'name', c.name, 'home', c.address,
  'route', c.route, 'named_by', c.nominator, 'represents', c.represents, 'authority', c.authority, 'statement', c.statement,
  'woman', c.woman, 'firm', c.firm, 'state', c.state, 'consented_at', c.consented_at, 'ended_at', c.ended_at,
  'ended_reason', c.ended_reason,
  'photo', (SELECT '/c/' || k.code || '/files/' || f.ref || '/' FROM documents_storedfile f
    WHERE f.compound_id = c.compound_id AND f.id = c.photo_id),
  'pledges', (SELECT coalesce(json_agg(json_build_object('text', p.text, 'accepted_at', p.accepted_at) ORDER BY p.id), '[]')
    FROM candidates_pledge p WHERE p.compound_id = c.compound_id AND p.candidate_id = c.id),
  'reviews', (SELECT coalesce(json_agg(json_build_object('body', b.name, 'outcome', r.outcome, 'article', r.article,
      'words', r.words, 'answered_at', r.answered_at, 'reply', r.reply, 'final', r.final, 'final_words', r.final_words)
      ORDER BY b.number), '[]')
    FROM candidates_review r JOIN candidates_body b ON b.compound_id = r.compound_id AND b.id = r.body_id
    WHERE r.compound_id = c.compound_id AND r.candidate_id = c.id),
  'party_membership', (SELECT coalesce(json_agg(json_build_object('member', m.member, 'source', m.source, 'of', m.of,
      'at', m.at) ORDER BY m.at, m.id), '[]')
    FROM candidates_membership m WHERE m.compound_id = c.compound_id AND m.candidate_id = c.id))
FROM candidates_candidate c JOIN tenancy_compound k ON k.id = c.compound_id
JOIN elections_poll e ON e.compound_id = c.compound_id AND e.id = c.poll_id
WHERE c.compound_id = ANY (%(compounds)s) AND c.person_id = %(person)s ORDER BY c.created_at, c.id
"""
_SIGNED = """
SELECT json_build_object('compound', k.name, 'election', e.title, 'as', 'signature', 'for', c.name, 'at', s.at,
  'withdrawn_at', s.withdrawn_at)
FROM candidates_signature s
JOIN candidates_candidate c ON c.compound_id = s.compound_id AND c.id = s.candidate_id
JOIN elections_poll e ON e.compound_id = c.compound_id AND e.id = c.poll_id
JOIN tenancy_compound k ON k.id = s.compound_id
WHERE s.compound_id = ANY (%(compounds)s) AND s.person_id = %(person)s ORDER BY s.at, s.id
"""
_SAT = """
SELECT json_build_object('compound', k.name, 'election', e.title, 'as', 'member', 'name', m.name, 'seat', m.seat,
  'body', m.body, 'leads', m.chair, 'formed_on', g.formed_on, 'ended_on', g.ended_on)
FROM candidates_member m
JOIN candidates_group g ON g.compound_id = m.compound_id AND g.id = m.group_id
JOIN elections_poll e ON e.compound_id = g.compound_id AND e.id = g.poll_id
JOIN tenancy_compound k ON k.id = m.compound_id
WHERE m.compound_id = ANY (%(compounds)s) AND m.person_id = %(person)s ORDER BY g.created_at, m.id
"""


def export(person: Person) -> list[dict[str, Any]]:
    """Everything, in whichever compound. Three statements.

    They are a record of the law, as the poll that they prepared is: they are kept when the account ends.
    """
    found: list[dict[str, Any]] = []
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        for statement in (_STOOD, _SIGNED, _SAT):
            cursor.execute(statement, {"person": person.pk, "compounds": list(opened.compound_ids)})
            found += [row for (row,) in cursor.fetchall()]
    return found
