"""Reads of what the printed forms say. Six statements for some days, however many rounds, places and answers there are."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from documents.models import IssuedDocument
from equipment.rules.standards import standards
from rosters.models import Entry as Log
from rosters.models import Member, Station
from rounds.models import Answer, Edition, Entry, Occurrence, Point, Review
from rounds.queries.occurrences import day_bounds, due_between, plans_of
from rounds.rules.body import FINISH
from rounds.rules.sheets import Second, Spot, Walked, Word

# What may be done for longer than this is told where it was done, not where it ends.
LONG: Final = timedelta(days=32)


def systems() -> dict[str, tuple[str, str]]:
    """The system in table C.1 and the name of every kind."""
    return {key: (kind.system, kind.name) for key, kind in standards().kinds.items()}


def walked(
    compound_id: int,
    since: date,
    until: date,
    duties: Collection[str],
    *,
    occurrence_ids: Collection[int] | None = None,
) -> list[Walked]:
    """Rounds of some duties that end from one day to another (both included), each with its record, by their end.

    A place counts that the route had when the round ended, or where somebody was. ``occurrence_ids``: these alone.
    """
    rows = _within(compound_id, since, until).filter(duty__in=list(duties))
    found = list(rows.filter(pk__in=list(occurrence_ids)) if occurrence_ids is not None else rows)
    plans = plans_of(compound_id, {one.plan_id for one in found})
    made = {one.pk: _empty(one, plans[one.plan_id].name) for one in found if one.plan_id in plans}
    _places(compound_id, [one for one in found if one.pk in made], made)
    _answers(compound_id, made)
    for one in Review.objects.filter(compound_id=compound_id, occurrence_id__in=list(made)).order_by("pk"):
        made[one.occurrence_id].seconds.append(
            Second(
                one.point_id if one.kind == Review.Kind.SPOT else None, one.agrees, one.note, one.label,
                localtime(one.at),
            )
        )  # fmt: skip
    return list(made.values())


def _within(compound_id: int, since: date, until: date) -> QuerySet[Occurrence]:
    """What ends in this time; what may be done all year (a drill, the yearly test) goes by the day on which it was done."""
    begins, ends = day_bounds(since)[0], day_bounds(until)[1]
    long = Q(opens_at__lt=F("due_at") - LONG)
    done = Q(done_at__gt=begins, done_at__lte=ends)
    found: QuerySet[Occurrence] = (
        Occurrence.objects.filter(compound_id=compound_id, due_at__gt=begins)
        .filter((Q(due_at__lte=ends) & (~long | Q(done_at__isnull=True) | done)) | (long & done))
        .order_by("due_at", "pk")
    )
    return found


def _empty(one: Occurrence, plan: str) -> Walked:
    return Walked(
        occurrence=one.pk, plan=plan, plan_id=one.plan_id, duty=one.duty, slot=one.slot, state=one.state,
        opens_at=localtime(one.opens_at), due_at=localtime(one.due_at),
        done_at=localtime(one.done_at) if one.done_at is not None else None, done_as=one.done_as,
        skipped=f"{one.skipped_why}（{one.skipped_as}）" if one.skipped_why else "", makes_up=one.makes_up_for is not None,
    )  # fmt: skip


def _places(compound_id: int, found: Sequence[Occurrence], made: dict[int, Walked]) -> None:
    """Fill in the places that each round had: those of the edition that held when it ended."""
    known: dict[int, list[tuple[datetime, int]]] = {}
    for pk, route, at in (
        Edition.objects.filter(compound_id=compound_id, route__in={one.route_id for one in found if one.route_id})
        .order_by("number")
        .values_list("pk", "route_id", "made_at")
    ):
        known.setdefault(route, []).append((at, pk))
    held = {}
    for one in found:
        editions = known.get(one.route_id or 0)
        if editions:
            held[one.pk] = editions[max(0, bisect_right(editions, one.due_at, key=_made_at) - 1)][1]
    contents = dict(
        Edition.objects.filter(compound_id=compound_id, pk__in=set(held.values())).values_list("pk", "content")
    )
    spots = {pk: [_spot(point) for point in content["points"]] for pk, content in contents.items()}
    for occurrence, edition in held.items():
        made[occurrence].spots = list(spots[edition])
        made[occurrence].forms = contents[edition]["forms"]


def _made_at(edition: tuple[datetime, int]) -> datetime:
    return edition[0]


def _spot(point: dict[str, Any]) -> Spot:
    return Spot(
        point["id"], point["kind"], point["name"], point["building"], point["floor"], point["address"], point["number"],
        point["form"],
    )  # fmt: skip


def _answers(compound_id: int, made: dict[int, Walked]) -> None:
    """Fill in what was said, the newest first; what was seen at a place that the edition no longer had is a place too."""
    for pk, point, kind, state, *told in (
        Entry.objects.filter(
            compound_id=compound_id, occurrence_id__in=list(made),
            answer__state__in=[Answer.State.COUNTED, Answer.State.REVIEW],
        )
        .order_by("-answer__happened_at", "-answer_id")
        .values_list(
            "occurrence_id", "point_id", "answer__kind", "answer__state", "answer_id", "answer__happened_at",
            "answer__label", "answer__person_id", "answer__outcome", "answer__number", "answer__normal", "answer__note",
            "answer__results",
        )
    ):  # fmt: skip
        one = made[pk or 0]
        if state == Answer.State.REVIEW:
            one.waiting += 1
            continue
        word = Word(told[0], localtime(told[1]), *told[2:])
        if kind == FINISH or point is None:
            one.whole.append(word)
        else:
            one.words.setdefault(point, []).append(word)
    # Mostly none: an answer names a point of its edition.
    missing: dict[int, list[Walked]] = {}
    for one in made.values():
        for point in one.words.keys() - {spot.point for spot in one.spots}:
            missing.setdefault(point, []).append(one)
    for point in Point.objects.filter(compound_id=compound_id, pk__in=list(missing)) if missing else ():
        for one in missing[point.pk]:
            one.spots.append(
                Spot(
                    point.pk,
                    point.kind,
                    point.name,
                    point.building,
                    point.floor,
                    point.address,
                    point.count,
                    point.form,
                )
            )


def certificates(compound_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """The certificate of each of these people that the firm has entered: "四级 2233…". One statement; none for none."""
    if not person_ids:
        return {}
    grades = "零一二三四五"
    return {
        person: f"{grades[grade]}级 {number}" if grade else number
        for person, grade, number in Member.objects.filter(compound_id=compound_id, person_id__in=set(person_ids))
        .exclude(certificate="")
        .values_list("person_id", "grade", "certificate")
    }


def duties_between(compound_id: int, since: date, until: date) -> set[str]:
    """The duties of which a round ends in this time. One statement."""
    return set(_within(compound_id, since, until).order_by().values_list("duty", flat=True).distinct())


def days_with(compound_id: int, since: date, until: date, duty: str) -> set[date]:
    """The days on which a round of a duty ends. One statement."""
    found = due_between(compound_id, since, until).filter(duty=duty).values_list("due_at", flat=True)
    return {day_of(at) for at in found}


def day_of(due: datetime) -> date:
    """The day with which a round ends: what ends at midnight ends with the day before."""
    local = localtime(due)
    return local.date() if local > day_bounds(local.date())[0] else date.fromordinal(local.date().toordinal() - 1)


def logs_kept(compound_id: int, since: date, until: date) -> list[tuple[Station, date]]:
    """The control rooms and days on which their log has a line. Two statements."""
    begins, ends = day_bounds(since)[0], day_bounds(until)[1]
    kept = (
        Log.objects.filter(compound_id=compound_id, at__gte=begins, at__lt=ends)
        .annotate(day=TruncDate("at"))
        .order_by("station_id", "day")
        .values_list("station_id", "day")
        .distinct()
    )
    rooms = {one.pk: one for one in Station.objects.filter(compound_id=compound_id, kind="control_room")}
    return [(rooms[station], day) for station, day in kept if station in rooms]


def issued(compound_id: int) -> list[IssuedDocument]:
    """The newest forms of rounds that were printed. One statement."""
    rows = IssuedDocument.objects.filter(compound_id=compound_id, kind__startswith="rounds.")
    return list(rows.order_by("-pk")[:20])
