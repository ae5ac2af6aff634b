"""Who votes in a compound where they need not live: read before any scope exists, through the entry policies of the records."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person
from tenancy.scope import entering
from tenancy.statements import prepared

# A decision can be challenged for a year after one knew of it (解释 12), and a vote runs for sixty days at most: so long
# whoever voted for somebody finds the receipt.
KEPT = timedelta(days=500)

_ENTRIES = """
SELECT DISTINCT c.id, c.code, c.name, x.poll_id FROM (
  SELECT s.compound_id, s.poll_id FROM ballots_speaker s
  WHERE s.phone_digest = %(digest)s AND s.ended_at IS NULL AND s.at > %(since)s
  UNION ALL
  SELECT p.compound_id, p.poll_id FROM ballots_proxy p
  WHERE p.agent_digest = %(digest)s AND p.ended_at IS NULL AND p.at > %(since)s
) x JOIN tenancy_compound c ON c.id = x.compound_id ORDER BY c.code, x.poll_id
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A poll in which a live record names the person as who votes for a right."""

    compound_id: int
    code: str
    compound: str
    poll_id: int


def entries(person: Person, now: datetime) -> list[Entry]:
    """Every such poll, by compound. One statement besides the opening; a telephone counts once its number is verified."""
    if not person.phone_verified or not person.phone_digest:
        return []
    with entering(person.pk), prepared() as cursor:
        cursor.execute(_ENTRIES, {"digest": person.phone_digest, "since": now - KEPT})
        return [Entry(*row) for row in cursor.fetchall()]
