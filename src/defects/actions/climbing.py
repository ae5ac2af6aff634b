"""The ladder: whoever must hear of a defect that is not cleared is told once, by name, also after a standstill of the portal."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from defects.actions.change import clock, everyone_in, kept, line, tell
from defects.models import OPEN, Defect, Rung
from defects.permissions import FIRM, TOLD_LAST
from defects.rules.ladder import MANAGER, WATCHERS
from parties.queries import Holder
from tenancy.actor import Actor

NOBODY = "（当时没有人任职）"


@transaction.atomic
def climb(*, compound_id: int, now: datetime) -> int:
    """Tell what is due; returns how many steps were taken. May be repeated: a step that was taken is not taken again.

    After a standstill every step that is due is taken in its order, each with the time at which it really was.
    """
    due = list(
        Rung.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(compound_id=compound_id, told_at__isnull=True, at__lte=now, defect__state__in=OPEN)
        .select_related("defect__compound")
        .order_by("at", "pk")
    )
    if not due:
        return 0
    here = everyone_in(compound_id, now)
    by = clock(compound_id)
    for rung in due:
        _take(rung, here, by, now)
    return len(due)


def _take(rung: Rung, here: Sequence[Holder], by: Actor, now: datetime) -> None:
    reached = [one for one in here if reaches(rung.rung, one)]
    rung.told_at = now
    rung.told = [f"{one.name} {one.organisation}"[:160] for one in reached] or [NOBODY]
    rung.save(update_fields=["told_at", "told"])
    defect: Defect = rung.defect
    line(defect, "climb", f"{rung.get_rung_display()}：{'、'.join(rung.told)}", by, now).save()
    tell(
        defect, {one.person_id for one in reached}, "defects.late" if rung.rung == WATCHERS else "defects.climbed", by=by,
        now=now, found=f"{localtime(defect.found_at):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    kept(defect, "climb", {"rung": [None, rung.rung], "told": [None, "、".join(rung.told)]}, by, now)


def reaches(rung: str, one: Holder) -> bool:
    """Whether a step reaches this post: the manager; the firm without its workers; the community, its residents' and the
    owners' committee.
    """
    if rung == WATCHERS:
        return one.party in TOLD_LAST
    return one.party == FIRM and (one.role == "manager" if rung == MANAGER else one.role != "worker")
