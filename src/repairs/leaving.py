"""What the register of posts must know of repairs and of the duty before a post ends (``firms.leaving``)."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.actions.leaving import take_off_post
from duty.queries import posts_left, shifts_to_come
from firms import leaving
from repairs.actions.releasing import release_all
from repairs.models import HELD, Request

_LEFT = """
SELECT DISTINCT r.worker_post FROM repairs_request r JOIN parties_post p ON p.id = r.worker_post
WHERE r.compound_id = %(compound)s AND r.state = ANY (%(held)s) AND p.ends < %(on)s ORDER BY 1
"""


def open_with(compound_ids: Sequence[int], post_id: int) -> int:
    """How many requests a post holds in these compounds. One statement."""
    found: int = Request.objects.filter(compound_id__in=list(compound_ids), worker_post=post_id, state__in=HELD).count()
    return found


def left_behind(compound_id: int, on: date) -> list[int]:
    """The posts that ended before a day and still hold a request in a compound. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"compound": compound_id, "held": list(HELD), "on": on})
        return [post for (post,) in cursor.fetchall()]


def register() -> None:
    """Say it to the register."""
    leaving.register("repairs", leaving.Work(_("件报修"), open_with, release_all, left_behind))
    # The duty stands beside the register of posts and cannot say it itself.
    leaving.register("duty", leaving.Work(_("个班次"), _shifts, take_off_post, posts_left))


def _shifts(compound_ids: Sequence[int], post_id: int) -> int:
    return shifts_to_come(compound_ids, post_id, timezone.now())
