"""What voting holds of a person, for the person themselves: in which votes they took part, with the receipts. Never what."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

# Every row by the person's own id or number. Which other owners have a vote is not theirs, and no choice is in any table.
_CAST = """
SELECT json_build_object('compound', k.name, 'vote', e.title, 'as', c.via, 'name', c.name, 'at', c.at, 'receipt', c.receipt,
  'number', c.number, 'verified_at', c.verified_at, 'device', c.device, 'chosen_by_co_owners', c.confirmed)
FROM ballots_cast c JOIN tenancy_compound k ON k.id = c.compound_id
JOIN elections_poll e ON e.compound_id = c.compound_id AND e.id = c.poll_id
WHERE c.compound_id = ANY (%(compounds)s) AND c.person_id = %(person)s ORDER BY c.at, c.id
"""
_RECORDED = """
SELECT json_build_object('compound', k.name, 'vote', e.title, 'as', 'representative', 'ground', s.ground, 'name', s.name,
  'phone', s.phone_shown, 'shown', s.note, 'at', s.at, 'ended_at', s.ended_at)
FROM ballots_speaker s JOIN tenancy_compound k ON k.id = s.compound_id
JOIN elections_poll e ON e.compound_id = s.compound_id AND e.id = s.poll_id
WHERE s.compound_id = ANY (%(compounds)s) AND s.phone_digest = %(digest)s ORDER BY s.at, s.id
"""
_GIVEN = """
SELECT json_build_object('compound', k.name, 'vote', e.title,
  'as', CASE WHEN p.giver_id = %(person)s THEN 'giver' ELSE 'agent' END, 'giver', p.giver, 'agent', p.agent,
  'phone', p.agent_shown, 'form', p.form, 'stated', p.stated IS NOT NULL, 'at', p.at, 'ended_at', p.ended_at)
FROM ballots_proxy p JOIN tenancy_compound k ON k.id = p.compound_id
JOIN elections_poll e ON e.compound_id = p.compound_id AND e.id = p.poll_id
WHERE p.compound_id = ANY (%(compounds)s) AND (p.giver_id = %(person)s OR p.agent_digest = %(digest)s) ORDER BY p.at, p.id
"""
_TOLD = """
SELECT json_build_object('compound', k.name, 'vote', e.title, 'as', 'told', 'what', d.what, 'at', d.at, 'opened_at', d.seen_at)
FROM ballots_delivery d JOIN tenancy_compound k ON k.id = d.compound_id
JOIN elections_poll e ON e.compound_id = d.compound_id AND e.id = d.poll_id
WHERE d.compound_id = ANY (%(compounds)s) AND d.person_id = %(person)s ORDER BY d.at, d.id
"""

# Before any scope, through the entry policies: where the person's number was recorded.
_TIES = """
WITH me AS (SELECT phone_digest AS digest FROM accounts_person WHERE id = %(person)s AND phone_verified)
SELECT s.compound_id FROM ballots_speaker s JOIN me ON me.digest = s.phone_digest
UNION SELECT p.compound_id FROM ballots_proxy p JOIN me ON me.digest = p.agent_digest
"""


def export(person: Person) -> list[dict[str, Any]]:
    """Everything, in whichever compound. Four statements.

    Votes are records of the law: they are kept when the account ends.
    """
    found: list[dict[str, Any]] = []
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "digest": _digest(person), "compounds": list(opened.compound_ids)}
        for statement in (_CAST, _RECORDED, _GIVEN, _TOLD):
            cursor.execute(statement, given)
            found += [row for (row,) in cursor.fetchall()]
    return found


def ties(person_id: int) -> list[int]:
    """The compounds in which somebody was recorded to vote. One statement; runs inside ``entering``."""
    with connection.cursor() as cursor:
        cursor.execute(_TIES, {"person": person_id})
        return [compound for (compound,) in cursor.fetchall()]


def _digest(person: Person) -> str:
    return (person.phone_digest if person.phone_verified else "") or "-"
