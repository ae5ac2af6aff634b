"""The stages of voting by phone on the time line of a poll: opened, how many have voted, closed."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from ballots.permissions import sees_rounds
from ballots.queries.turnout import taken
from ballots.words import marks_text
from boxes.queries import box_of
from elections import stages
from elections.models import Poll
from elections.stages import Mark, Stage
from tenancy.actor import Actor

BEFORE = ("preparing", "roll_fixed", "called")
GIVEN_UP = ("cancelled", "annulled")


def register() -> None:
    """Make the stages known."""
    stages.register("ballots", 70, tell)


def tell(poll: Poll, actor: Actor, now: datetime) -> Sequence[Stage]:
    """Opening, turnout and close. Five statements at most."""
    url = reverse("ballots_turnout", args=[poll.compound.code, poll.ref])
    shown = url if poll.called_at is not None and sees_rounds(actor, poll.compound_id) else ""
    return [_opening(poll, now), _voting(poll, now, shown), _closing(poll, now)]


def _opening(poll: Poll, now: datetime) -> Stage:
    key, title = "open", _("开始投票")
    if poll.voting_at is not None:
        return Stage(key, title, "done", _("%(when)s 开始。") % {"when": _moment(poll.voting_at)})
    if poll.state in GIVEN_UP or poll.opens_at is None:
        return Stage(key, title, "blocked", _("先定投票时间。") if poll.opens_at is None else "")
    due = localdate(poll.opens_at)
    if now < poll.opens_at:
        return Stage(key, title, "later", _("%(when)s 到时间自动开始。") % {"when": _moment(poll.opens_at)}, due)
    if poll.state != "called":
        return Stage(key, title, "late", _("时间已到，还没有公告。"), due)
    if box_of(poll) is None:
        return Stage(key, title, "late", _("时间已到，还没有设票箱。设好后自动开始。"), due)
    return Stage(key, title, "late", _("时间已到，确认收到钥匙的人还不够。够数后自动开始。"), due)


def _voting(poll: Poll, now: datetime, url: str) -> Stage:
    key, title = "turnout", _("业主投票")
    if poll.state in BEFORE or poll.voting_at is None:
        return Stage(key, title, "later", _("开始后在这里看多少业主投了票，看不到投了什么。"), url=url)
    whole = next((one for one in taken(poll) if not one.scope), None)
    if whole is None:
        return Stage(key, title, "now", url=url)
    said = _("%(have)s 户已投，共 %(of)s 户。") % {"have": whole.heads.have, "of": whole.heads.of}
    mark: Mark = "now" if poll.state == "voting" and poll.closes_at is not None and now < poll.closes_at else "done"
    return Stage(key, title, mark, f"{said}{marks_text(whole)}", article=_("《民法典》第二百七十八条"), url=url)


def _closing(poll: Poll, now: datetime) -> Stage:
    key, title = "close", _("截止投票")
    if poll.closed_at is not None and poll.state != "voting":
        return Stage(key, title, "done", _("%(when)s 截止。") % {"when": _moment(poll.closed_at)})
    if poll.closes_at is None or poll.state in GIVEN_UP:
        return Stage(key, title, "blocked")
    due = localdate(poll.closes_at)
    if poll.state == "voting" and now >= poll.closes_at:
        return Stage(key, title, "now", _("时间已到，正在封箱。之后到的票不收。"), due)
    return Stage(key, title, "later", _("%(when)s 到时间自动截止。") % {"when": _moment(poll.closes_at)}, due)


def _moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"
