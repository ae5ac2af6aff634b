"""How far papers are: printed, delivered, back, read, counted in. One statement each."""

from dataclasses import dataclass

from django.db import connection

from boxes.models import Box
from boxes.queries import box_of
from elections.models import Poll, Secrecy
from paper_ballots.models import Paper


@dataclass(frozen=True, slots=True)
class Progress:
    """Papers of the round that counts, voided ones apart. ``waiting``: came back and are in no batch that was counted in."""

    printed: int = 0
    voided: int = 0
    delivered: int = 0
    returned: int = 0
    counted: int = 0
    aside: int = 0

    @property
    def waiting(self) -> int:
        """Papers that came back and wait."""
        return self.returned - self.counted - self.aside


# With which tries a paper ``p`` is where its owner is: one that was left counts once its photo is here.
DELIVERED_SQL = """EXISTS (
    SELECT FROM paper_ballots_delivery d
    LEFT JOIN paper_ballots_doorphoto f ON f.compound_id = d.compound_id AND f.delivery_id = d.id
    WHERE d.compound_id = p.compound_id AND d.paper_id = p.id
      AND (d.outcome IN ('handed', 'family') OR (d.outcome = 'left' AND coalesce(d.photo_id, f.file_id) IS NOT NULL)))"""
_COUNTED = """(SELECT count(*) FROM paper_ballots_sheet s
        JOIN paper_ballots_batch b ON b.compound_id = s.compound_id AND b.id = s.batch_id
        WHERE b.compound_id = %(compound)s AND b.box_id = %(box)s AND b.state = 'counted' AND s.aside"""
_PROGRESS = f"""
SELECT count(*) FILTER (WHERE p.voided_at IS NULL), count(*) FILTER (WHERE p.voided_at IS NOT NULL),
       count(*) FILTER (WHERE p.voided_at IS NULL AND {DELIVERED_SQL}),
       count(*) FILTER (WHERE p.returned_at IS NOT NULL),
       {_COUNTED} = ''), {_COUNTED} <> '')
FROM paper_ballots_paper p
WHERE p.compound_id = %(compound)s AND p.box_id = %(box)s
"""  # noqa: S608  our own words


def progress(box: Box | None) -> Progress:
    """How far the papers of a box are."""
    if box is None:
        return Progress()
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, {"compound": box.compound_id, "box": box.pk})
        return Progress(*cursor.fetchone())


def waiting(poll: Poll) -> str:
    """Why the box of a poll may not be opened yet: papers that came back are not counted in (``boxes.ready``)."""
    if poll.secrecy == Secrecy.SECRET:
        return "papers_waiting" if progress(box_of(poll)).waiting > 0 else ""
    found = (
        Paper.objects.filter(compound_id=poll.compound_id, poll_id=poll.pk, returned_at__isnull=False)
        .exclude(sheets__batch__state="counted")
        .exclude(box__state="reset")
        .exists()
    )
    return "papers_waiting" if found else ""
