"""Reads of editions, of one's own shifts, of leave and swaps."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Q, QuerySet, When

from rosters.models import Absence, Member, Roster, Seen, Shift, Swap
from tenancy.actor import Actor


def months(compound_id: int) -> QuerySet[Roster]:
    """The newest editions first, without those that were replaced or dropped."""
    return (
        Roster.objects.filter(compound_id=compound_id)
        .exclude(state__in=["replaced", "dropped"])
        .order_by("-month", "-edition")
    )


def editions(compound_id: int, month: date) -> list[Roster]:
    """Every edition of a month, newest first. One statement."""
    return list(Roster.objects.filter(compound_id=compound_id, month=month).select_related("base").order_by("-edition"))


def roster_of(compound_id: int, ref: str) -> Roster | None:
    """One edition."""
    found: Roster | None = Roster.objects.filter(compound_id=compound_id, ref=ref).select_related("base").first()
    return found


def published(compound_id: int, month: date) -> Roster | None:
    """The edition that holds for a month."""
    found: Roster | None = Roster.objects.filter(compound_id=compound_id, month=month, state="published").first()
    return found


def member_of(compound_id: int, person_id: int) -> Member | None:
    """Somebody as a member of the rosters."""
    found: Member | None = Member.objects.filter(
        compound_id=compound_id, person_id=person_id, left_at__isnull=True
    ).first()
    return found


def member(compound_id: int, member_id: int) -> Member | None:
    """One member, whether or not they are still on rosters."""
    found: Member | None = (
        Member.objects.filter(compound_id=compound_id, pk=member_id).select_related("picture").first()
    )
    return found


def own_shifts(member: Member, now: datetime, *, most: int = 62) -> list[Shift]:
    """Their published shifts that are not over, next first. One statement."""
    return list(
        Shift.objects.filter(compound_id=member.compound_id, member=member, roster__state="published", ends_at__gt=now)
        .select_related("station", "roster", "member")
        .order_by("starts_at")[:most]
    )


def own_shift(member: Member, shift_id: int, now: datetime) -> Shift | None:
    """One of their published shifts that has not begun."""
    found: Shift | None = (
        Shift.objects.filter(
            compound_id=member.compound_id, member=member, roster__state="published", pk=shift_id, starts_at__gt=now
        )
        .select_related("station", "roster", "member")
        .first()
    )
    return found


def others_shifts(shift: Shift, now: datetime) -> list[Shift]:
    """The shifts of the same edition that have not begun, of everyone. One statement."""
    return list(
        Shift.objects.filter(compound_id=shift.compound_id, roster=shift.roster_id, starts_at__gt=now)
        .select_related("member")
        .order_by("member__name", "starts_at")
    )


def to_acknowledge(member: Member, today: date) -> list[Roster]:
    """Published editions with shifts of theirs from today on that they have not acknowledged. One statement."""
    return list(
        Roster.objects.filter(compound_id=member.compound_id, state="published", month__gte=today.replace(day=1))
        .filter(shifts__member=member, shifts__day__gte=today)
        .exclude(seen__member=member)
        .distinct()
        .order_by("month")
    )


def who_has_seen(roster: Roster) -> list[tuple[str, datetime | None, int]]:
    """Everyone with shifts in an edition: name, when they acknowledged it, how many shifts. Two statements."""
    counted = (
        Shift.objects.filter(compound_id=roster.compound_id, roster=roster)
        .values("member_id", "member__name")
        .annotate(n=Count("pk"))
        .order_by("member__name")
    )
    seen = dict(Seen.objects.filter(compound_id=roster.compound_id, roster=roster).values_list("member_id", "at"))
    return [(one["member__name"], seen.get(one["member_id"]), one["n"]) for one in counted]


def absences(compound_id: int, today: date) -> QuerySet[Absence]:
    """Leave and wishes that are not over, those to be decided first."""
    return (
        Absence.objects.filter(compound_id=compound_id, last__gte=today - timedelta(days=31))
        .exclude(state__in=["withdrawn"])
        .select_related("member")
        .order_by("state", "first", "pk")
    )


def own_absences(member: Member, today: date) -> list[Absence]:
    """Their own that are not over. One statement."""
    return list(
        Absence.objects.filter(compound_id=member.compound_id, member=member, last__gte=today)
        .exclude(state="withdrawn")
        .order_by("first")[:30]
    )


def swaps(compound_id: int) -> QuerySet[Swap]:
    """Every swap: those that wait for the desk, those that wait for a colleague, then the newest."""
    waits = Case(When(state="agreed", then=0), When(state="asked", then=1), default=2)
    return (
        Swap.objects.filter(compound_id=compound_id)
        .select_related("giver", "taker", "station", "back_station")
        .order_by(waits, "-asked_at", "-pk")
    )


def own_swaps(member: Member) -> list[Swap]:
    """Open ones that they asked for or are asked about, and the last that are settled. One statement."""
    return list(swaps(member.compound_id).filter(Q(giver=member) | Q(taker=member))[:10])


def waiting(compound_id: int) -> dict[str, int]:
    """How many leaves and swaps wait for the desk. Two statements."""
    return {
        "leave": Absence.objects.filter(compound_id=compound_id, state="asked").count(),
        "swaps": Swap.objects.filter(compound_id=compound_id, state="agreed").count(),
    }


def may_read_certificate(actor: Actor, stored_file: object) -> bool:
    """Who sees the picture of a certificate, or the paper that lets one person be enough: the desk, and whose it is."""
    from rosters.permissions import keeps

    if keeps(actor):
        return True
    return bool(
        Member.objects.filter(
            compound_id__in=list(actor.compound_ids), picture=stored_file, person_id=actor.person_id
        ).exists()
    )


def shifts_on(
    station_ids: Sequence[int], compound_id: int, at: datetime, *, around: timedelta = timedelta(0)
) -> list[Shift]:
    """Who is to be on duty at a moment, or as near to it as ``around``, by the published roster. One statement."""
    return list(
        Shift.objects.filter(
            compound_id=compound_id,
            station_id__in=list(station_ids),
            roster__state="published",
            starts_at__lte=at + around,
            ends_at__gt=at - around,
        )
        .select_related("member", "station")
        .order_by("starts_at", "member__name")
    )


def on_duty(compound_id: int, at: datetime) -> set[int]:
    """The people who are on duty at a moment, at whatever post. One statement."""
    return set(
        Shift.objects.filter(
            compound_id=compound_id, roster__state="published", starts_at__lte=at, ends_at__gt=at
        ).values_list("member__person_id", flat=True)
    )
