"""Seeing the filer's number in full; the look itself is recorded."""

from datetime import datetime

from django.db import transaction

from audit.actions import record_reveal
from repairs.actions.change import NoSuchRequest
from repairs.actions.visits import NoSuchVisit
from repairs.models import Request, ReturnVisit
from repairs.permissions import may_draw_visits, may_see, may_see_phone
from repairs.refusals import NotPermitted, OutOfState
from tenancy.actor import Actor


@transaction.atomic
def reveal_phone(*, compound_id: int, ref: str, by: Actor, now: datetime) -> str:
    """The number (E.164) to call about a request: of whom it was filed for without an account, else of the filer.

    For whom the case is assigned to and the firm's desk, with an audit entry of the look.
    Raises NoSuchRequest for what the actor may not see, NotPermitted for one who may see the request but not the number.
    """
    found: Request | None = (
        Request.objects.filter(compound_id=compound_id, ref=ref).select_related("filed_by", "for_person").first()
    )
    if found is None or not may_see(by, found):
        raise NoSuchRequest
    if not may_see_phone(by, found):
        raise NotPermitted("not_yours")
    return _shown(found, why=f"repairs.request {found.number}", by=by, now=now)


@transaction.atomic
def reveal_visited(*, compound_id: int, visit_id: int, by: Actor, now: datetime) -> str:
    """The number (E.164) to call for a return visit that is still to be made, with an audit entry of the look.

    For the community, and only while the visit waits. Raises NoSuchVisit, NotPermitted, or OutOfState (visited_already).
    """
    visit: ReturnVisit | None = (
        ReturnVisit.objects.filter(compound_id=compound_id, pk=visit_id)
        .select_related("request__filed_by", "request__for_person")
        .first()
    )
    if visit is None or compound_id not in by.compound_ids:
        raise NoSuchVisit
    if not may_draw_visits(by):
        raise NotPermitted("not_yours")
    if visit.result not in {"", ReturnVisit.Result.UNREACHED}:
        raise OutOfState("visited_already", state="")
    return _shown(visit.request, why=f"repairs.visit {visit.request.number}", by=by, now=now)


def _shown(found: Request, *, why: str, by: Actor, now: datetime) -> str:
    phone = found.phone_to_call
    if not phone:
        raise NotPermitted("no_number")
    record_reveal(
        by=by,
        compound_id=found.compound_id,
        of=f"repairs.request:{found.pk}",
        field="filed_by.phone" if not found.for_phone and found.for_person is None else "for_phone",
        why=why,
        now=now,
    )
    return phone
