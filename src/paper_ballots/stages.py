"""What paper has to say on the time line of a poll."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from boxes.queries import box_of
from elections import stages
from elections.models import Poll, State
from elections.stages import Mark, Stage
from paper_ballots.permissions import sees
from paper_ballots.queries.progress import Progress, progress
from tenancy.actor import Actor

ORDER = 80


def register() -> None:
    """Make the stage known."""
    stages.register("paper_ballots.papers", ORDER, papers)


def papers(poll: Poll, actor: Actor, _now: datetime) -> Sequence[Stage]:
    """How far printing, doors and batches are. Two statements."""
    found = progress(box_of(poll))
    url = reverse("paper_desk", args=[poll.compound.code, poll.ref]) if sees(actor) else ""
    return [Stage("papers", _("纸质票"), _mark(poll, found), _text(found), url=url)]


def _mark(poll: Poll, found: Progress) -> Mark:
    if poll.state in {State.PREPARING, State.ROLL_FIXED}:
        return "blocked"
    if poll.state == State.CALLED:
        return "now"
    if poll.state == State.VOTING:
        return "now" if found.printed else "later"
    return "now" if poll.state == State.CLOSED and found.waiting else "done"


def _text(found: Progress) -> str:
    if not found.printed:
        return _("还没有打印。要求纸质票的业主都应当给一张。")
    return _("打印 %(printed)s 张，送达 %(delivered)s 张，收回 %(returned)s 张，待清点 %(waiting)s 张。") % {
        "printed": found.printed,
        "delivered": found.delivered,
        "returned": found.returned,
        "waiting": found.waiting,
    }
