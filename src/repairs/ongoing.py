"""Mass incidents as pages read them: the open ones beside what a page reads anyway, and what the page of one shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from repairs.models import HELD, Affected, Category, Incident, Request
from tenancy.statements import prepared
from ui.words import spoken_moment

# A page names so many; where there are more, something is wrong with more than the water.
SHOWN = 10
CHOICES = 200
_FIELDS = """i.ref, i.category, i.title, coalesce(b.name, ''), extract(epoch FROM i.expected_end)::bigint"""
# A column of a statement that a page needs anyway; it wants ``%(compound)s``. See ``read``.
OPEN = f"""(SELECT coalesce(json_agg(json_build_array({_FIELDS}) ORDER BY i.opened_at DESC, i.id DESC), '[]')::text
  FROM (SELECT * FROM repairs_incident WHERE compound_id = %(compound)s AND closed_at IS NULL
    ORDER BY opened_at DESC, id DESC LIMIT {SHOWN}) i
  LEFT JOIN premises_building b ON b.compound_id = i.compound_id AND b.id = i.building_id)"""  # noqa: S608  our own words
# Those that somebody who is about to file may mean: of the category, in the building of the home or building, or anywhere
# when it is for a public area; not what they joined or filed for already. Wants compound, category, person, home, building.
LIKELY = """i.compound_id = %(compound)s AND i.closed_at IS NULL AND i.category = %(category)s
  AND (i.building_id IS NULL OR (%(building)s::bigint IS NULL AND %(home)s::bigint IS NULL)
    OR i.building_id = coalesce(%(building)s::bigint, (SELECT e.building_id FROM premises_home h
      JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
      WHERE h.compound_id = %(compound)s AND h.id = %(home)s::bigint)))
  AND NOT EXISTS (SELECT 1 FROM repairs_affected a
    WHERE a.compound_id = %(compound)s AND a.incident_id = i.id AND a.person_id = %(person)s)
  AND NOT EXISTS (SELECT 1 FROM repairs_request q WHERE q.compound_id = %(compound)s AND q.incident_id = i.id
    AND q.filed_by_id = %(person)s AND q.filed_post IS NULL)"""
LIKELY_OPEN = f"""(SELECT coalesce(json_agg(json_build_array({_FIELDS}) ORDER BY i.opened_at DESC, i.id DESC), '[]')::text
  FROM repairs_incident i
  LEFT JOIN premises_building b ON b.compound_id = i.compound_id AND b.id = i.building_id WHERE {LIKELY})"""  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Ongoing:
    """An open incident as one line says it. ``building`` is "" for the whole compound, ``expected_end`` None when unknown."""

    ref: str
    category: str
    title: str
    building: str
    expected_end: datetime | None

    def line(self, now: datetime) -> str:
        """What goes on and until when, in one sentence."""
        return line(self.title, self.building, self.expected_end, now)


def line(title: str, building: str, expected_end: datetime | None, now: datetime) -> str:
    """An incident in one plain sentence: 3幢停水，预计今天 18:00 恢复."""
    what = title if building in title else f"{building} {title}"
    if expected_end is None:
        return _("%(what)s，正在处理，恢复时间还不确定") % {"what": what}
    moment = spoken_moment(expected_end, now)
    if expected_end <= now:
        return _("%(what)s，原定%(moment)s 恢复，还在处理") % {"what": what, "moment": moment}
    return _("%(what)s，预计%(moment)s 恢复") % {"what": what, "moment": moment}


def read(column: str | list[Any] | None) -> tuple[Ongoing, ...]:
    """The incidents of a column made by ``OPEN`` or ``LIKELY_OPEN``."""
    rows = json.loads(column) if isinstance(column, str) else column or ()
    return tuple(
        Ongoing(ref, category, title, building, datetime.fromtimestamp(end, UTC) if end is not None else None)
        for ref, category, title, building, end in rows
    )


_NOW = f"""SELECT {OPEN}, (SELECT coalesce(json_object_agg(h.topic, h.seq), '{{}}')::text FROM live_topichead h
  WHERE h.compound_id = %(compound)s AND h.topic = ANY(%(topics)s))"""  # noqa: S608  our own words


def going_on(*, compound_id: int, topics: Sequence[str] = ()) -> tuple[tuple[Ongoing, ...], dict[str, int]]:
    """The open incidents of a compound, the latest first, and the last number of each live topic. One statement."""
    with prepared() as cursor:
        cursor.execute(_NOW, {"compound": compound_id, "topics": list(topics)})
        found, numbers = cursor.fetchone()
    return read(found), dict.fromkeys(topics, 0) | json.loads(numbers)


def incident_for(*, compound_id: int, ref: str) -> Incident | None:
    """The incident with its building, and how many requests and other people are in it. One statement."""
    found: Incident | None = (
        _counted(Incident.objects.filter(compound_id=compound_id, ref=ref)).select_related("building").first()
    )
    return found


def incidents_of(*, compound_id: int) -> QuerySet[Incident]:
    """The incidents of a compound with their building and numbers: what goes on first, then the latest."""
    over = Case(When(closed_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Incident.objects.filter(compound_id=compound_id).select_related("building")
    return _counted(rows).order_by(over, "-opened_at", "-pk")


def _counted(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """``reports`` requests in it, ``held`` of them still with the firm, ``others`` who joined without one."""

    def number(of: QuerySet[Any]) -> Subquery:
        here = of.filter(compound_id=OuterRef("compound_id"), incident_id=OuterRef("pk")).order_by()
        return Subquery(here.values("incident_id").annotate(n=Count("pk")).values("n"))

    return rows.annotate(
        reports=number(Request.objects.all()),
        held=number(Request.objects.filter(state__in=HELD)),
        others=number(Affected.objects.all()),
    )


@dataclass(frozen=True, slots=True)
class Mine:
    """What a resident has to do with an incident: whether they joined it, and their own requests in it, the latest first."""

    joined: bool
    requests: list[Request]


def mine_in(*, incident: Incident, person_id: int) -> Mine:
    """Two statements."""
    own = Q(filed_by_id=person_id, filed_post__isnull=True) | Q(for_person_id=person_id)
    here = {"compound_id": incident.compound_id, "incident_id": incident.pk}
    return Mine(
        joined=Affected.objects.filter(**here, person_id=person_id).exists(),
        requests=list(Request.objects.filter(own, **here).order_by("-created_at", "-pk")[:SHOWN]),
    )


def requests_in(*, incident: Incident) -> QuerySet[Request]:
    """The requests that belong to an incident, the open ones first."""
    over = Case(When(state__in=HELD, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Request.objects.filter(compound_id=incident.compound_id, incident_id=incident.pk).select_related("worker")
    return rows.order_by(over, "-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Group:
    """The open requests of one category that may belong to an incident."""

    category: str
    rows: list[Request]

    @property
    def label(self) -> str:
        """The category in words."""
        return str(Category(self.category).label)


def candidates(*, compound_id: int, category: str, refs: Sequence[str] = ()) -> list[Group]:
    """The open requests that are in no open incident, by category: the named one and what is chosen first. One statement."""
    first = Case(
        When(ref__in=list(refs), then=Value(0)),
        When(category=category, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    free = Q(incident__isnull=True) | Q(incident__closed_at__isnull=False)
    rows = (
        Request.objects.filter(free, compound_id=compound_id, state__in=HELD)
        .only("id", "compound_id", "ref", "number", "category", "place_text", "words", "created_at", "state")
        .order_by(first, "-created_at", "-pk")[:CHOICES]
    )
    groups: dict[str, list[Request]] = {category: []} if category in Category.values else {}
    for row in rows:
        groups.setdefault(row.category, []).append(row)
    return [Group(name, members) for name, members in groups.items() if members]
