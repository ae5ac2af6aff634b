"""Papers whose codes were cut off: how many of each area came back, and which rights of it have no entry yet."""

from django.db import connection

from boxes.models import Box
from elections.models import Poll

_RIGHTS = """
SELECT r.area, array_agg(r.key ORDER BY r.key COLLATE "C")
FROM paper_ballots_paper p
JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = %(edition)s AND r.key = p."right"
JOIN boxes_used u ON u.compound_id = p.compound_id AND u.box_id = p.box_id AND u."right" = p."right"
WHERE p.compound_id = %(compound)s AND p.box_id = %(box)s AND p.returned_at IS NOT NULL
  AND (NOT %(unmarked)s OR (u.channel = 'paper' AND u.number = 0))
GROUP BY r.area
"""


def rights_by_area(poll: Poll, box: Box, *, unmarked: bool) -> dict[int, list[str]]:
    """The rights whose papers came back, by area in 0.0001 square metres, in the order of their pseudonyms.

    ``unmarked``: only those without an entry of the chain. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RIGHTS,
            {"edition": poll.edition_id, "compound": box.compound_id, "box": box.pk, "unmarked": unmarked},
        )
        return dict(cursor.fetchall())


def alone(poll: Poll, box: Box | None) -> int:
    """How many papers came back whose area no other paper has: whoever reads one sees whose it is. One statement."""
    if box is None:
        return 0
    return sum(len(found) == 1 for found in rights_by_area(poll, box, unmarked=False).values())
