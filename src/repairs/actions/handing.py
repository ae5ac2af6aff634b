"""A firm's contract has ended: what it still held goes on to the next firm's desk, or to the community while there is none.

Nothing falls silent (民法典 第九百四十九条, 第九百五十条): who asked is told who holds it now, and from when the clock runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from documents.models import StoredFile
from parties.models import Organisation
from parties.queries import served_until, serving_company
from repairs.actions.change import Change, followers, lock, start_clock, stop_clock, terms_for
from repairs.actions.filing import PURPOSE
from repairs.models import HELD, Photo, Quote, Request, State, Stint
from repairs.permissions import is_community, is_desk
from repairs.refusals import NotPermitted
from repairs.rules.periods import MAX_PHOTOS
from repairs.states import MACHINE
from tenancy.actor import Actor, system_actor
from ui.words import spoken_moment

# At most so many in one transaction; whoever calls goes on while there are more.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Handed:
    """One request that went on: what it was before, and who held it."""

    request: Request
    from_company: Organisation | None
    to_company: Organisation | None
    from_state: str
    worker_id: int | None
    worker_post: int | None
    due_at: datetime | None


@transaction.atomic
def hand_on(*, compound_id: int, now: datetime) -> list[Handed]:
    """Give every open request of a firm that serves the compound no more to the firm that does, or to nobody yet.

    It waits there as newly submitted, without a worker, and its deadlines run from now; while there is no firm no clock
    runs. Repeatable and safe beside itself and beside a worker who is finishing: rows are locked, one that somebody holds
    is left for the next time, and one that has gone on is not found again. At most ``BATCH`` at once.
    """
    serving = serving_company(compound_id, localdate(now))
    stranded = (
        Request.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(compound_id=compound_id, state__in=HELD)
        .exclude(company_id=serving.pk if serving is not None else None)
        .order_by("pk")[:BATCH]
    )
    rows = list(stranded)
    if not rows:
        return []
    firms = {firm.pk: firm for firm in Organisation.objects.filter(pk__in={row.company_id for row in rows})}
    over = served_until(compound_id, list(firms), localdate(now))
    by = system_actor("handing", (compound_id,))
    for row in rows:
        if row.company_id is not None:
            _keep(row, company_id=row.company_id, until=min(now, over.get(row.company_id, now)), now=now)
    return [_hand_on(row, firms.get(row.company_id or 0), serving, by, now) for row in rows]


def _keep(request: Request, *, company_id: int, until: datetime, now: datetime) -> None:
    """Keep for the figures what the firm did of it, and was late with, until its last moment in the compound."""
    due = request.paused_due_at or request.due_at
    late = due is not None and due < (request.paused_at or until)
    asked = request.state == State.SUBMITTED
    before = Stint.objects.filter(compound_id=request.compound_id, request_id=request.pk)
    Stint.objects.create(
        compound_id=request.compound_id,
        request=request,
        company_id=company_id,
        worker_id=request.worker_id,
        at=now,
        responded_in_time=False if asked and late else request.responded_in_time,
        finished_in_time=False if late and not asked else None,
        reopened=request.reopened - (before.aggregate(times=Sum("reopened"))["times"] or 0),
    )


def _hand_on(
    request: Request, before: Organisation | None, after: Organisation | None, by: Actor, now: datetime
) -> Handed:
    handed = Handed(
        request, before, after, request.state, request.worker_id, request.worker_post, request.due_at or request.paused_due_at
    )  # fmt: skip
    names = {"old": before.name if before else _("暂无物业"), "new": after.name if after else _("社区")}
    change = Change(
        request=request, action="hand_on", by=by, now=now, before=request.state, note=f"{names['old']} → {names['new']}"
    )
    # A price that nobody agreed to was the old firm's; the new one tells its own.
    Quote.objects.filter(compound_id=request.compound_id, request_id=request.pk, state=Quote.State.TOLD).update(
        state=Quote.State.REPLACED
    )
    change.set(state=MACHINE.target(request.state, "hand_on"))
    stop_clock(change)
    change.set(
        company_id=after.pk if after else None,
        worker_id=None,
        worker_post=None,
        arrived_at=None,
        accepted_at=None,
        responded_in_time=None,
        opened_at=now,
        routed_rule="",
        routed_post=None,
    )
    if after is not None:
        respond, _finish = terms_for(request)
        start_clock(change, term=respond, since=now)
    change.save()
    told = [*request.askers, *followers(request)]
    if after is None:
        change.tell(told, "repairs.handed_to_nobody", old=names["old"])
    else:
        due = spoken_moment(request.due_at, now) if request.due_at is not None else ""
        change.tell(told, "repairs.handed_on", old=names["old"], new=after.name, due=due)
    return handed


@transaction.atomic
def take_late(
    *, compound_id: int, ref: str, words: str, files: Sequence[StoredFile], by: Actor, now: datetime
) -> Request:
    """Take what a dismissed firm's worker sent too late into the request: their words as an event, their photos.

    The desk or the community, whatever the state is; nothing of the work changes. Refused: NotPermitted.
    """
    request = lock(compound_id=compound_id, ref=ref, by=by)
    if not (is_desk(by) or is_community(by)):
        raise NotPermitted("not_yours")
    change = Change(request=request, action="take_late", by=by, now=now, before=request.state, note=words.strip()[:500])
    for file in files[:MAX_PHOTOS]:
        file.purpose = PURPOSE
        file.save(update_fields=["purpose"])
        Photo.objects.create(
            compound_id=compound_id, request=request, file=file, stage=Photo.Stage.AFTER, at=now
        )  # fmt: skip
    change.changes["late"] = [None, len(files)]
    return change.save()
