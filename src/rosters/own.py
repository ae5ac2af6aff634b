"""What rosters hold of a person, for the person themselves: their certificate, shifts, days off, swaps and lines of a log."""

from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.own import own_scope

_MEMBER = """
SELECT json_build_object('compound', k.name, 'name', m.name, 'grade', m.grade, 'certificate', m.certificate,
  'valid_until', m.valid_until, 'added_at', m.added_at, 'left_at', m.left_at)
FROM rosters_member m JOIN tenancy_compound k ON k.id = m.compound_id
WHERE m.compound_id = ANY (%(compounds)s) AND m.person_id = %(person)s ORDER BY m.id
"""
_SHIFTS = """
SELECT json_build_object('compound', k.name, 'post', p.name, 'day', s.day, 'shift', s.turn)
FROM rosters_shift s JOIN rosters_member m ON m.compound_id = s.compound_id AND m.id = s.member_id
JOIN rosters_roster r ON r.compound_id = s.compound_id AND r.id = s.roster_id
JOIN rosters_station p ON p.compound_id = s.compound_id AND p.id = s.station_id
JOIN tenancy_compound k ON k.id = s.compound_id
WHERE s.compound_id = ANY (%(compounds)s) AND m.person_id = %(person)s AND r.state = 'published' ORDER BY s.starts_at, s.id
"""
_OFF = """
SELECT json_build_object('compound', k.name, 'kind', a.kind, 'first', a.first, 'last', a.last, 'reason', a.reason,
  'state', a.state, 'asked_at', a.asked_at, 'decided_at', a.decided_at)
FROM rosters_absence a JOIN rosters_member m ON m.compound_id = a.compound_id AND m.id = a.member_id
JOIN tenancy_compound k ON k.id = a.compound_id
WHERE a.compound_id = ANY (%(compounds)s) AND m.person_id = %(person)s ORDER BY a.id
"""
# The colleague is named by nobody's wish but their own: here only that there was one.
_SWAPS = """
SELECT json_build_object('compound', k.name, 'day', w.day, 'shift', w.turn, 'own', g.person_id = %(person)s,
  'reason', CASE WHEN g.person_id = %(person)s THEN w.reason END, 'state', w.state, 'asked_at', w.asked_at)
FROM rosters_swap w JOIN rosters_member g ON g.compound_id = w.compound_id AND g.id = w.giver_id
JOIN rosters_member t ON t.compound_id = w.compound_id AND t.id = w.taker_id
JOIN tenancy_compound k ON k.id = w.compound_id
WHERE w.compound_id = ANY (%(compounds)s) AND (g.person_id = %(person)s OR t.person_id = %(person)s) ORDER BY w.id
"""
_LOG = """
SELECT json_build_object('compound', k.name, 'room', p.name, 'at', e.at, 'kind', e.kind, 'normal', e.normal, 'spot', e.spot,
  'words', e.words, 'as', e.signed)
FROM rosters_entry e JOIN rosters_station p ON p.compound_id = e.compound_id AND p.id = e.station_id
JOIN tenancy_compound k ON k.id = e.compound_id
WHERE e.compound_id = ANY (%(compounds)s) AND e.person_id = %(person)s ORDER BY e.at, e.id
"""
_PARTS = (("certificates", _MEMBER), ("shifts", _SHIFTS), ("days_off", _OFF), ("swaps", _SWAPS), ("log", _LOG))


def export(person: Person) -> dict[str, Any]:
    """Their place on rosters, in whichever compound. Five statements beside the scope's.

    Rosters and the log are records of the law (GB 25201 chapter 10) and are kept when the account ends.
    """
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        given: dict[str, Any] = {"person": person.pk, "compounds": list(opened.compound_ids)}
        found: dict[str, Any] = {}
        for name, statement in _PARTS:
            cursor.execute(statement, given)
            found[name] = [row for (row,) in cursor.fetchall()]
        return found
