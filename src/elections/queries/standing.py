"""How far the preparation of a poll is. One statement."""

from dataclasses import dataclass

from django.db import connection

from elections.models import Poll

_STANDING = """
SELECT (SELECT count(*) FROM elections_unit u WHERE u.compound_id = %(compound)s AND u.poll_id = %(poll)s),
  (SELECT count(*) FROM elections_likeness l WHERE l.compound_id = %(compound)s AND l.poll_id = %(poll)s),
  (SELECT count(*) FROM elections_likeness l
     WHERE l.compound_id = %(compound)s AND l.poll_id = %(poll)s AND l.same IS NULL),
  (SELECT count(*) FROM elections_item i WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s)
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Parts on the roll, groups of likeness and those not decided, items worded."""

    units: int
    groups: int
    undecided: int
    items: int


def prepared(poll: Poll) -> Prepared:
    """What there is of a poll."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"compound": poll.compound_id, "poll": poll.pk})
        return Prepared(*cursor.fetchone())
