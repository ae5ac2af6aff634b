"""What the box has to say on the time line of a poll: the key, the box, the opening and the count."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from boxes.models import Box, State
from boxes.queries.boxes import box_of, holders_of
from elections import stages
from elections.models import Poll
from elections.models import State as PollState
from elections.stages import Mark, Stage
from tenancy.actor import Actor

EARLY = (PollState.PREPARING,)


def register() -> None:
    """Make the stages known."""
    stages.register("boxes.box", 60, box)
    stages.register("boxes.count", 90, count)


def box(poll: Poll, _actor: Actor, _now: datetime) -> Sequence[Stage]:
    """The key and who holds it."""
    found = box_of(poll)
    url = reverse("boxes_one", args=[poll.compound.code, poll.ref])
    mark: Mark = "blocked" if poll.state in EARLY else "now"
    text = _("选 3 位或 5 位不同单位的保管人，各拿一份钥匙。")
    if found is not None and found.paper_only:
        mark, text = "done", _("原票箱已封存，这一轮只收纸质票。")
    elif found is not None and found.state != State.MADE:
        mark, text = "done", _("%(count)s 位保管人各持一份钥匙，%(needed)s 位到场才能开箱。") % {
            "count": found.holders_count, "needed": found.threshold,
        }  # fmt: skip
    elif found is not None:
        held = sum(one.confirmed_at is not None for one in holders_of(found))
        mark = "done" if held == found.holders_count else "now"
        text = _("%(held)s / %(count)s 位保管人已确认收到钥匙。") % {"held": held, "count": found.holders_count}
    elif poll.state not in {PollState.ROLL_FIXED, PollState.CALLED}:
        mark = "blocked"
    return [Stage("key", _("分发票箱钥匙"), mark, text, url=url)]


def count(poll: Poll, _actor: Actor, _now: datetime) -> Sequence[Stage]:
    """The opening in public."""
    found = box_of(poll)
    url = reverse("boxes_one", args=[poll.compound.code, poll.ref])
    return [Stage("open", _("当众开箱、计票"), _mark(poll, found), _text(found), url=url)]


def _mark(poll: Poll, found: Box | None) -> Mark:
    if found is not None and found.state == State.COUNTED:
        return "done"
    return "now" if poll.state == PollState.CLOSED else "blocked"


def _text(found: Box | None) -> str:
    if found is None or found.state in {State.MADE, State.SEALED}:
        return _("截止后，保管人当众交钥匙，开箱前谁也看不到结果。")
    return {
        State.CLOSED: _("已封箱，等保管人交钥匙。"),
        State.OPENED: _("已开箱，正在计票。"),
        State.COUNTED: _("两种算法计票一致，记录已公布。"),
    }.get(State(found.state), _("未开箱，已封存。"))
