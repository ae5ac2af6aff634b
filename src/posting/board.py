"""What posting adds to a notice of the board: for those behind it, where its papers are. One statement."""

from datetime import datetime

from notices import extras
from notices.models import Notice
from posting import queries
from posting.permissions import may_plan, may_read
from posting.words import progress_text, standing
from tenancy.actor import Actor


def panel(notice: Notice, actor: Actor | None, now: datetime) -> extras.Panel | None:
    """How many points have it, with the way to the photos; where none has to, the way to arrange it."""
    if actor is None or notice.current_id is None or not may_read(actor):
        return None
    how_far = queries.progress(notice.compound_id, [notice.pk], now=now).get(notice.pk)
    if how_far is None and not may_plan(actor, notice):
        return None
    badge, tone = standing(how_far)
    context = {
        "notice": notice,
        "badge": badge,
        "tone": tone,
        "text": progress_text(how_far),
        "arrange": how_far is None,
    }
    return extras.Panel("posting/_panel.html", context)
