"""Reads of objections: one's own, those of a notice as others read them, those that wait for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from documents.models import StoredFile
from notices.models import Notice
from notices.permissions import is_staff
from parties.queries import holders
from premises.models import Occupancy
from premises.queries import names_in
from publicity.models import Evidence, Objection, ObjectionState, ObjectionStep, State
from publicity.objection_permissions import sees_objectors
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class OwnHome:
    """A home for which a person may object, and as what they belong to it."""

    home_id: int
    address: str
    building: str
    relation: str


def homes_to_object_for(*, compound_id: int, person_id: int, on: date) -> list[OwnHome]:
    """The person's confirmed homes in a compound on a day. One statement."""
    rows = (
        Occupancy.objects.filter(compound_id=compound_id, person_id=person_id, state=Occupancy.State.CONFIRMED)
        .filter(starts__lte=on)
        .exclude(ends__lt=on)
        .select_related("home__entrance__building")
        .order_by("starts", "pk")
    )
    return [OwnHome(row.home_id, row.home.address, row.home.entrance.building.name, row.relation) for row in rows]


def objections_of(notice: Notice) -> list[Objection]:
    """Every objection to a notice, oldest first, with evidence and levels. Three statements."""
    return list(
        Objection.objects.filter(compound_id=notice.compound_id, notice=notice)
        .prefetch_related(
            Prefetch("evidence", Evidence.objects.select_related("file").order_by("pk")),
            Prefetch("steps", ObjectionStep.objects.order_by("level")),
        )
        .order_by("pk")
    )


def board_objections(notice: Notice) -> list[Objection]:
    """The objections to a notice that stand beside it: all but those taken back, oldest first. One statement."""
    rows = Objection.objects.filter(compound_id=notice.compound_id, notice=notice)
    return list(rows.exclude(state=ObjectionState.WITHDRAWN).order_by("pk"))


def names_to_cover(notice: Notice, on: date) -> set[str]:
    """Who must not be named beside a notice: people of the compound and holders of posts there, but those it names itself.

    ``notice`` with ``current``. Two statements.
    """
    public = f"{notice.current.title}\n{notice.current.body_text}\n{notice.speaker}"
    known = names_in(notice.compound_id) | {one.name for one in holders(notice.compound_id, on)}
    return {name for name in known if name and name not in public}


def objection_for(actor: Actor, compound_id: int, ref: str) -> Objection | None:
    """One objection with everything of it, for whoever filed it and for the pages behind the board; None otherwise."""
    found: Objection | None = (
        Objection.objects.filter(compound_id=compound_id, ref=ref)
        .select_related("notice__compound", "notice__current", "period", "earlier")
        .prefetch_related(
            Prefetch("evidence", Evidence.objects.select_related("file").order_by("pk")),
            Prefetch("steps", ObjectionStep.objects.order_by("level")),
            Prefetch("later", Objection.objects.exclude(state=ObjectionState.WITHDRAWN).order_by("pk")),
        )
        .first()
    )
    if found is None or compound_id not in actor.compound_ids:
        return None
    own = found.person_id == actor.person_id and found.post_id == actor.post_id
    return found if own or is_staff(actor) else None


def objections_for(actor: Actor, compound_id: int, *, state: str = "") -> QuerySet[Objection]:
    """The list: for the pages behind the board all of the compound, else one's own; the latest first, what waits by its day."""
    found: QuerySet[Objection] = Objection.objects.filter(compound_id=compound_id).select_related("notice")
    if compound_id not in actor.compound_ids:
        return found.none()
    if not is_staff(actor):
        found = found.filter(person_id=actor.person_id, post_id__isnull=True)
    if state == ObjectionState.OPEN:
        return found.filter(state=state).order_by("due_on", "pk")
    return (found.filter(state=state) if state else found).order_by("-pk")


def counts_for(actor: Actor, compound_id: int) -> dict[str, int]:
    """How many of that list are in each state. One statement."""
    rows = objections_for(actor, compound_id).order_by().values_list("state")
    return dict(rows.annotate(n=Count("pk")))


def may_read_evidence(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read a piece of evidence: whoever gave it, and the pages behind the board. One statement."""
    row: Evidence | None = (
        Evidence.objects.filter(compound_id=stored.compound_id, file=stored).select_related("objection").first()
    )
    if row is None:
        return False
    return row.objection.person_id == actor.person_id or sees_objectors(actor, stored.compound_id)


def open_objections_of(compound_ids: Iterable[int]) -> QuerySet[Objection]:
    """What waits for an answer in some compounds, the most pressing first, with notice and compound."""
    found: QuerySet[Objection] = Objection.objects.filter(compound_id__in=list(compound_ids), state=ObjectionState.OPEN)
    return found.select_related("notice__compound").order_by("due_on", "pk")


def compounds_with_due_steps(now: datetime) -> list[int]:
    """Compounds where an unanswered objection has a step to take or its publicity is void. For the sweep, in a scope of all."""
    due = Objection.objects.filter(
        Q(next_step_at__lte=now) | Q(period__state=State.VOIDED), state=ObjectionState.OPEN
    ).order_by(F("compound_id"))
    return list(due.values_list("compound_id", flat=True).distinct())
