"""Reads of a roll: its parts, what may be one owner, its editions and their differences. Inside the compound's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F, Q, QuerySet

from elections.models import Amendment, Announced, Edition, Likeness, Poll, Right, Unit, What
from premises.models import Source
from premises.queries import homes_of
from publicity.models import Objection, ObjectionState

ALL, UNSOURCED, LEFT_OUT, SEVERAL, NOBODY = "all", "office", "out", "several", "nobody"
BOXES = (ALL, UNSOURCED, NOBODY, LEFT_OUT, SEVERAL)

_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE area_source = 'office' AND left_out = ''),
  count(*) FILTER (WHERE owners = '[]'::jsonb AND left_out = ''),
  count(*) FILTER (WHERE left_out <> ''), count(*) FILTER (WHERE jsonb_array_length(owners) > 1),
  coalesce(sum(area) FILTER (WHERE left_out = ''), 0)::bigint, count(*) FILTER (WHERE use = 'parking')
FROM elections_unit WHERE compound_id = %(compound)s AND poll_id = %(poll)s
"""
_LINES = """
SELECT (o.value ->> 'line')::bigint, u.number, u.address, o.value ->> 'name', u.area, u.use,
  coalesce((o.value ->> 'account')::bigint, 0) <> 0, jsonb_array_length(o.value -> 'phones')
FROM elections_unit u CROSS JOIN LATERAL jsonb_array_elements(u.owners) o
WHERE u.compound_id = %(compound)s AND u.poll_id = %(poll)s AND (o.value ->> 'line')::bigint = ANY (%(lines)s)
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many parts there are in all, with an area of the office's list alone, without owner, left out, with several owners;
    the area of those that count, in 0.0001 square metres; and how many are parking.
    """

    all: int
    office: int
    nobody: int
    out: int
    several: int
    area: int
    parking: int = 0


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of the register on the roll: who, of which part, and whether an account or telephones are known."""

    pk: int
    unit: int
    address: str
    name: str
    area: int
    use: str
    account: bool
    phones: int


def counted(poll: Poll) -> Counted:
    """Figures of the parts. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"compound": poll.compound_id, "poll": poll.pk})
        return Counted(*cursor.fetchone())


def units_of(poll: Poll, box: str = ALL, words: str = "") -> QuerySet[Unit]:
    """The parts in the order of the roll, some of them, or those whose address or owner has these words."""
    found: QuerySet[Unit] = Unit.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number")
    if box == UNSOURCED:
        found = found.filter(area_source=Source.OFFICE, left_out="")
    elif box == NOBODY:
        found = found.filter(owners=[], left_out="")
    elif box == LEFT_OUT:
        found = found.exclude(left_out="")
    elif box == SEVERAL:
        found = found.filter(owners__1__isnull=False)
    if words:
        found = found.filter(Q(address__icontains=words) | Q(owners__icontains=words))
    return found


def masked_units(poll: Poll, words: str = "") -> QuerySet[Unit]:
    """As everyone of the compound may search them: by address alone, so that nobody finds out a name by trying."""
    found: QuerySet[Unit] = Unit.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number")
    return found.filter(address__icontains=words) if words else found


def page_of(found: QuerySet[Unit], asked: str, size: int) -> tuple[int, int, list[Unit]]:
    """The page that was asked for, or the nearest there is: its number, how many rows there are in all, its rows."""
    page = Paginator(found, size).get_page(asked)
    return page.number, page.paginator.count, list(page.object_list)


def own_units(poll: Poll, person_id: int, on: Any) -> list[Unit]:
    """The reader's own homes on the roll. Two statements."""
    homes = [home.pk for home in homes_of(compound_id=poll.compound_id, person_id=person_id, on=on)]
    if not homes:
        return []
    return list(
        Unit.objects.filter(compound_id=poll.compound_id, poll=poll, home_id__in=homes).order_by("number")
    )  # fmt: skip


def unit_of(poll: Poll, number: int) -> Unit | None:
    """One part by its number."""
    found: Unit | None = Unit.objects.filter(compound_id=poll.compound_id, poll=poll, number=number).first()
    return found


def rights_with(poll: Poll, units: Iterable[int]) -> dict[int, Right]:
    """The right of each of some parts, in the roll as it stands. One statement, none before the freeze."""
    wanted = list(units)
    if poll.edition_id is None or not wanted:
        return {}
    found = Right.objects.filter(compound_id=poll.compound_id, edition_id=poll.edition_id, units__overlap=wanted)
    return {number: one for one in found for number in one.units}


def groups_of(poll: Poll) -> QuerySet[Likeness]:
    """What may be one owner: the undecided first, each in their order."""
    found: QuerySet[Likeness] = Likeness.objects.filter(compound_id=poll.compound_id, poll=poll)
    return found.order_by(F("decided_at").desc(nulls_first=True), "number")


def lines_of(poll: Poll, groups: Sequence[Likeness]) -> dict[int, RegisterLine]:
    """The lines of some groups, by number. One statement."""
    wanted = [line for one in groups for line in one.lines]
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"compound": poll.compound_id, "poll": poll.pk, "lines": wanted})
        return {row[0]: RegisterLine(*row) for row in cursor.fetchall()}


def group_of(poll: Poll, number: int) -> Likeness | None:
    """One group by its number."""
    found: Likeness | None = Likeness.objects.filter(compound_id=poll.compound_id, poll=poll, number=number).first()
    return found


def editions_of(poll: Poll) -> QuerySet[Edition]:
    """The latest edition first."""
    found: QuerySet[Edition] = Edition.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("-number")
    return found


def amendments_of(poll: Poll, unit: Unit | None = None) -> QuerySet[Amendment]:
    """Every correction, or those of one part, with its part and its edition, the latest first."""
    found: QuerySet[Amendment] = (
        Amendment.objects.filter(compound_id=poll.compound_id, edition__poll=poll)
        .select_related("unit", "edition", "objection__notice")
        .order_by("-edition__number")
    )
    return found if unit is None else found.filter(unit=unit)


def corrections_for(objection: Objection) -> list[Amendment]:
    """What was corrected because of an objection, in order. One statement."""
    found = Amendment.objects.filter(compound_id=objection.compound_id, objection=objection)
    return list(found.select_related("unit", "edition").order_by("edition__number"))


def roll_objections(poll: Poll) -> list[Objection]:
    """The objections to the published roll of a poll that stand or were answered, the latest first. One statement."""
    return list(
        Objection.objects.filter(
            compound_id=poll.compound_id,
            notice__in=Announced.objects.filter(compound_id=poll.compound_id, poll=poll, what=What.ROLL).values(
                "notice"
            ),
            state__in=(ObjectionState.OPEN, ObjectionState.ANSWERED),
        ).order_by("-filed_at", "-pk")
    )


def unit_at_home(poll: Poll, home_id: int) -> Unit | None:
    """The part of a roll that a home of the register is. One statement."""
    found: Unit | None = Unit.objects.filter(compound_id=poll.compound_id, poll=poll, home_id=home_id).first()
    return found


def rights_of(poll: Poll) -> list[Right]:
    """Every voter of the roll as it stands, in order."""
    if poll.edition_id is None:
        return []
    return list(Right.objects.filter(compound_id=poll.compound_id, edition_id=poll.edition_id).order_by("number"))
