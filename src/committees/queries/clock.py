"""What the clock has to do. Runs in a scope of all, for the sweep."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.timezone import localdate

# The longest lead of any place is six months; what is over stays in sight for two.
AHEAD, BEHIND = timedelta(days=190), timedelta(days=62)
_WORK = """
SELECT DISTINCT t.compound_id FROM parties_term t
JOIN parties_organisation o ON o.id = t.committee_id AND o.kind = 'owners_committee'
WHERE t.ends BETWEEN %(since)s AND %(until)s
  AND NOT EXISTS (SELECT FROM parties_term n WHERE n.compound_id = t.compound_id AND n.committee_id = t.committee_id
    AND n.starts > t.starts AND n.starts <= %(on)s)
UNION SELECT h.compound_id FROM committees_handing h WHERE h.done_at IS NULL AND NOT h.late_told AND h.due < %(on)s
UNION SELECT c.compound_id FROM committees_crosspost c WHERE c.state = 'held' AND EXISTS (
  SELECT FROM parties_post p WHERE p.id IN (c.community_post, c.committee_post) AND p.ends < %(on)s)
ORDER BY 1
"""


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds with a term that nears its end or is over, a list that is late, a cross-post of which one side ended."""
    today = localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_WORK, {"on": today, "since": today - BEHIND, "until": today + AHEAD})
        return [row[0] for row in cursor.fetchall()]
