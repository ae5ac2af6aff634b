"""The private conversation on a request, and internal remarks, which never reach a resident in any form."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audit.actions import record
from live.actions import announce
from parties.queries import holders
from repairs.actions.change import followers, lock, log, tell
from repairs.models import Remark, Request
from repairs.permissions import ADMINISTRATION, may_remark, may_remark_internally
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.periods import MAX_REMARK
from tenancy.actor import Actor


@transaction.atomic
def remark(*, compound_id: int, ref: str, text: str, by: Actor, now: datetime, internal: bool = False) -> Remark:
    """Say something on a request to the others who deal with it; ``internal``: among the firm and the administration only.

    Refused with BadInput (say_words, too_long, unreadable) or NotPermitted. An internal one changes nothing that a resident
    sees: no event, no time of change, no number on a topic that they may watch.
    """
    said = text.strip()
    if not said:
        raise BadInput("say_words", field="text")
    if len(said) > MAX_REMARK:
        raise BadInput("too_long", field="text", most=str(MAX_REMARK))
    if "\x00" in said:
        raise BadInput("unreadable", field="text")
    request = lock(compound_id=compound_id, ref=ref, by=by)
    if not (may_remark_internally(by, request) if internal else may_remark(by, request)):
        raise NotPermitted("not_yours")
    made: Remark = Remark.objects.create(
        compound_id=compound_id,
        request=request,
        visibility=Remark.Visibility.INTERNAL if internal else Remark.Visibility.SHARED,
        text=said,
        person_id=by.person_id,
        post_id=by.post_id,
        party=by.party,
        label=f"{by.person_name} {by.label}".strip()[:160] if by.kind == "post" else by.label,
        at=now,
    )
    if internal:
        _noted(request, by, now)
    else:
        _said(request, said, by, now)
    return made


def _said(request: Request, text: str, by: Actor, now: datetime) -> None:
    # The words stay out of the chain of entries: they may hold what nobody else is to read.
    log(request, action="remark", changes={"remark": [None, Remark.Visibility.SHARED.value]}, by=by, now=now)
    firm = [request.worker_id or 0] if request.worker_id else _desk(request, now)
    who = _("报修人") if by.party == "resident" else by.label
    tell(request, [*request.askers, *firm], "repairs.remarked", by=by, now=now, who=who, text=text)


def _noted(request: Request, by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=request.compound_id,
        verb="repairs.note",
        target=f"repairs.request:{request.pk}",
        changes={"remark": [None, Remark.Visibility.INTERNAL.value]},
        now=now,
    )
    announce(
        compound_id=request.compound_id,
        topic=f"repairs.internal:{request.ref}",
        kind="noted",
        payload={"ref": request.ref},
        now=now,
    )
    people = {
        h.person_id
        for h in holders(request.compound_id, localdate(now))
        if (h.party == "company" and h.role in {"manager", "dispatcher"})
        or (h.party == "community" and by.party in ADMINISTRATION)
    }
    # Whoever asked or joined hears nothing of it, whatever else they are.
    residents = {*request.askers, *followers(request)}
    tell(request, {*people, request.worker_id or 0} - residents, "repairs.noted", by=by, now=now)


def _desk(request: Request, now: datetime) -> list[int]:
    return [
        h.person_id
        for h in holders(request.compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
