"""What systems outside may subscribe to (webhooks), and what they are told: the request, never a person.

And what floors above want to hear of what the firm itself filed (``Request.is_finding``), and show beside it.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from audit.actions import Also
from repairs.models import Request
from tenancy.actor import Actor
from webhooks import events
from webhooks.actions import emission

# The action of a change -> the event and what it is called on the page. What is not named here is nobody's business outside.
EVENTS = {
    "file": ("repairs.filed", _("新报修")),
    "accept": ("repairs.accepted", _("已受理")),
    "assign": ("repairs.assigned", _("已派工")),
    "claim": ("repairs.claimed", _("师傅接单")),
    "reassign": ("repairs.reassigned", _("已转派")),
    **dict.fromkeys(("release", "release_paused"), ("repairs.released", _("师傅离岗，退回派工"))),
    "arrive": ("repairs.arrived", _("师傅到场")),
    "start": ("repairs.started", _("开始处理")),
    "pause": ("repairs.paused", _("已暂停")),
    **dict.fromkeys(("resume", "resume_assigned", "resume_working"), ("repairs.resumed", _("已恢复"))),
    **dict.fromkeys(("finish", "settle"), ("repairs.finished", _("已完工，待确认"))),
    "confirm": ("repairs.confirmed", _("居民已确认")),
    "reopen": ("repairs.reopened", _("居民说没修好，已重开")),
    "return": ("repairs.returned", _("已退回")),
    "contest": ("repairs.contested", _("居民不同意退回")),
    "uphold": ("repairs.return_upheld", _("退回成立")),
    "deny": ("repairs.return_denied", _("退回不成立")),
    "force_close": ("repairs.force_closed", _("已强制结单")),
    "hand_on": ("repairs.handed_on", _("因物业交接转交")),
    "merge": ("repairs.merged", _("已并入另一件")),
    "withdraw": ("repairs.withdrawn", _("已撤回")),
    "urge": ("repairs.urged", _("居民催办")),
    "warn": ("repairs.warned", _("快到期限")),
    "escalate": ("repairs.escalated", _("超时上报")),
    "answer": ("repairs.answered", _("上级已答复")),
}


def register() -> None:
    """Make every event known."""
    for event, label in EVENTS.values():
        events.register(event, label)


def emission_of(request: Request, *, action: str, now: datetime) -> Also | None:
    """What the statement of the audit entry also does for an action; None for an action that is not told outside."""
    if action not in EVENTS:
        return None
    return emission(
        compound_id=request.compound_id,
        event=EVENTS[action][0],
        payload={
            "ref": request.ref,
            "number": request.number,
            "state": request.state,
            "category": request.category,
            "urgent": request.urgent,
            "at": now.isoformat(),
        },
        now=now,
    )


# (request, action, note, by, now), in the transaction, after the change was written.
Hearer = Callable[[Request, str, str, Actor, datetime], None]
# What a request belongs to: (words, address) or None.
Origin = Callable[[Actor, Request], tuple[str, str] | None]
_hearers: list[Hearer] = []
_origins: list[Origin] = []


def on_finding(hearer: Hearer, origin: Origin) -> None:
    """Have ``hearer`` called after each change of a finding, and ``origin`` say what it came of."""
    _hearers.append(hearer)
    _origins.append(origin)


def tell_finding(request: Request, *, action: str, note: str, by: Actor, now: datetime) -> None:
    """Tell everyone who listens; nothing of what residents filed."""
    if request.is_finding:
        for hearer in _hearers:
            hearer(request, action, note, by, now)


def origin_of(actor: Actor, request: Request) -> tuple[str, str] | None:
    """What a finding came of, in words with its address; no statement for what residents filed."""
    if not request.is_finding:
        return None
    return next((found for one in _origins if (found := one(actor, request)) is not None), None)
