"""What the community looks back at: return visits of a month, what was closed by force, and returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate, make_aware

from repairs.models import Event, Request, ReturnVisit, State
from repairs.rules.visits import last_month, month_after


def midnight(day: date) -> datetime:
    """The beginning of a day here."""
    return make_aware(datetime.combine(day, time.min))


def over(begins: datetime, ends: datetime) -> Q:
    """What was said to be over between two moments: closed, or reported done and not answered yet."""
    return Q(closed_at__gte=begins, closed_at__lt=ends, state__in=[State.DONE, State.CLOSED]) | Q(
        finished_at__gte=begins, finished_at__lt=ends, state=State.AWAITING
    )


def visits_of(*, compound_id: int, month: date) -> list[ReturnVisit]:
    """The sample of a month with each request, its worker and whoever is to be called; still to be made first. One statement."""
    rows = ReturnVisit.objects.filter(compound_id=compound_id, month=month).select_related(
        "request__filed_by", "request__for_person", "request__worker"
    )
    waiting = {"": 0, ReturnVisit.Result.UNREACHED.value: 1}
    return sorted(rows, key=lambda visit: (waiting.get(visit.result, 2), visit.pk))


def population(*, compound_id: int, month: date) -> int:
    """From how many requests a month's sample would be drawn. One statement."""
    found = over(midnight(month), midnight(month_after(month)))
    return Request.objects.filter(found, compound_id=compound_id).count()


def compounds_to_visit(now: datetime) -> list[int]:
    """The compounds where something was over last month and no sample is drawn yet. Runs across tenants; two statements."""
    month = last_month(localdate(now))
    drawn = set(ReturnVisit.objects.filter(month=month).order_by().values_list(F("compound_id"), flat=True).distinct())
    ended = Request.objects.filter(over(midnight(month), midnight(month_after(month)))).order_by()
    return sorted(set(ended.values_list(F("compound_id"), flat=True).distinct()) - drawn)


@dataclass(frozen=True, slots=True)
class Ending:
    """One request that ended without its filer's word: why, who said so and when."""

    request: Request
    why: str
    who: str
    at: datetime


# The list -> the event behind it; ``waiting`` are returns that the community has not decided on.
ENDINGS = {"waiting": "return", "forced": "force_close", "upheld": "uphold", "denied": "deny"}


def endings(*, compound_id: int, name: str) -> QuerySet[Event]:
    """What is behind one of ``ENDINGS``, the latest first, with its request; raises KeyError for no list of ours.

    Of what waits, the last return of each request.
    """
    rows: QuerySet[Event] = Event.objects.filter(compound_id=compound_id, action=ENDINGS[name]).select_related(
        "request__worker"
    )
    if name == "waiting":
        open_returns = Request.objects.filter(compound_id=compound_id, state=State.RETURNED, upheld_at__isnull=True)
        rows = rows.filter(request__in=open_returns, at=F("request__closed_at"))
    return rows.order_by("-at", "-pk")


def as_endings(rows: Sequence[Event]) -> list[Ending]:
    """Events as endings. The note of an event is the reason that was written with it."""
    return [Ending(row.request, row.note, row.label, row.at) for row in rows]
