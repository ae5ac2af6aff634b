"""What joining holds of a person, for the person themselves: invitations that they made, and 亲情代办 on either side."""

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Person
from residency.actions.leaving import leave
from tenancy.own import own_scope

# Of the other side of a bond the copy says only which side one was: the other's name is theirs.
_OWN = """
SELECT json_build_object(
  'invitations', (
    SELECT coalesce(json_agg(json_build_object('compound', k.name, 'home', h.address, 'relation', i.relation,
      'last_day', i.ends, 'made_at', i.made_at, 'expires_at', i.expires_at, 'used_at', i.used_at,
      'cancelled_at', i.cancelled_at) ORDER BY i.id), '[]')
    FROM residency_invitation i JOIN premises_occupancy o ON o.compound_id = i.compound_id AND o.id = i.inviter_id
    JOIN premises_home h ON h.compound_id = i.compound_id AND h.id = i.home_id JOIN tenancy_compound k ON k.id = i.compound_id
    WHERE i.compound_id = ANY (%(compounds)s) AND o.person_id = %(person)s),
  'parent_codes', (
    SELECT coalesce(json_agg(json_build_object('compound', k.name, 'how', c.how, 'made_at', c.made_at, 'made_as', c.made_as,
      'expires_at', c.expires_at, 'used_at', c.used_at, 'cancelled_at', c.cancelled_at) ORDER BY c.id), '[]')
    FROM residency_parentcode c JOIN tenancy_compound k ON k.id = c.compound_id
    WHERE c.compound_id = ANY (%(compounds)s) AND c.parent_id = %(person)s),
  'acting_for_parents', (
    SELECT coalesce(json_agg(json_build_object('compound', k.name,
      'side', CASE WHEN b.parent_id = %(person)s THEN 'parent' ELSE 'child' END, 'how', b.how,
      'consented_at', b.consented_at, 'consented_as', b.consented_as, 'bound_at', b.bound_at, 'ended_at', b.ended_at,
      'end_reason', b.end_reason) ORDER BY b.id), '[]')
    FROM residency_bond b JOIN tenancy_compound k ON k.id = b.compound_id
    WHERE b.compound_id = ANY (%(compounds)s) AND %(person)s IN (b.parent_id, b.child_id)))
"""


def export(person: Person) -> dict[str, Any]:
    """Invitations, codes and bonds of the person in every compound. One statement beside the scope's."""
    with own_scope(person.pk) as opened, connection.cursor() as cursor:
        cursor.execute(_OWN, {"person": person.pk, "compounds": list(opened.compound_ids)})
        found: dict[str, Any] = cursor.fetchone()[0]
    return found


def erase(person: Person, now: datetime) -> None:
    """Whoever closes their account moves out everywhere, and nobody acts for them or they for anyone; records stay."""
    with own_scope(person.pk) as opened:
        leave(person=person, compound_ids=opened.compound_ids, now=now)
