"""What the clock has to do. Runs in a scope of all, for the sweep."""

from datetime import datetime

from django.db import connection
from django.utils.timezone import localdate

_WORK = """
SELECT DISTINCT r.compound_id FROM candidates_review r
JOIN candidates_candidate c ON c.compound_id = r.compound_id AND c.id = r.candidate_id AND c.state IN ('in_review', 'refused')
JOIN elections_poll p ON p.compound_id = c.compound_id AND p.id = c.poll_id AND p.state IN ('preparing', 'roll_fixed')
WHERE NOT r.final AND r.late_told_at IS NULL
  AND (r.outcome = '' AND r.due_on < %(on)s OR r.outcome = 'refuse' AND r.reply_until < %(on)s)
ORDER BY 1
"""


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where a body lets a review wait beyond its day and nobody was told. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WORK, {"on": localdate(now)})
        return [row[0] for row in cursor.fetchall()]
