"""Reads of points, rounds and what hangs where. All run inside the compound's scope but where said.

``postings_of`` is what the certificate of a publicity is made of; its shape is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from documents.models import StoredFile
from notices.models import Notice, State
from posting.models import Answer, Conflict, Label, Photo, Plan, Point, PointEvent, Round, Task
from posting.permissions import may_read, side_of_walker
from posting.rules.gaps import Found, Gap, gaps
from posting.rules.jobs import POST, TAKE_DOWN, THERE
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Seen:
    """One counted answer at a point. ``at`` is the time put right, between the phone's own and when we heard of it."""

    result: str
    edition: int
    at: datetime
    device_at: datetime
    received_at: datetime
    offset_seconds: int | None
    by: str
    post_id: int | None
    note: str
    flags: tuple[str, ...]
    photo: StoredFile | None


@dataclass(frozen=True, slots=True)
class PointPosting:
    """What hung at one point for one notice. ``due_at``: until when its first edition there was asked for.

    ``postings`` and ``checks`` oldest first; ``gaps`` as ``posting.rules.gaps``; ``taken_down`` is when it came off;
    ``ends_at`` when it was to hang no longer.
    """

    point_id: int
    name: str
    place: str
    kind: str
    size: str
    retired_at: datetime | None
    due_at: datetime
    ends_at: datetime | None
    postings: tuple[Seen, ...]
    checks: tuple[Seen, ...]
    taken_down: Seen | None
    gaps: tuple[Gap, ...]

    @property
    def first(self) -> Seen | None:
        """The first paper that went up there."""
        return self.postings[0] if self.postings else None

    @property
    def posted_at(self) -> datetime | None:
        """When that was."""
        return self.postings[0].at if self.postings else None

    @property
    def latest(self) -> Seen | None:
        """The newest paper that went up there."""
        return self.postings[-1] if self.postings else None


def postings_of(notice: Notice, *, now: datetime | None = None) -> list[PointPosting]:
    """What hung where for a notice, in the order of walking: every point that it was ever asked for at. Three statements.

    Only answers that count (whole, and not refused). The caller has checked the right to the notice.
    """
    at = now or timezone.now()
    asked: dict[int, tuple[Point, datetime]] = {}
    over_at: datetime | None = None
    plans = Plan.objects.filter(compound_id=notice.compound_id, notice=notice)
    tasks = (
        Task.objects.filter(compound_id=notice.compound_id, notice=notice, job=POST)
        .select_related("point", "round")
        .annotate(over_at=Subquery(plans.values("over_at")[:1]))
        .order_by("point__position", "point_id", "pk")
    )
    for task in tasks:
        asked.setdefault(task.point_id, (task.point, task.round.due_at))
        over_at = task.over_at
    seen: dict[int, list[Answer]] = {}
    for answer in counted(notice):
        seen.setdefault(answer.point_id, []).append(answer)
    ends = notice.ended_at if notice.state in {State.WITHDRAWN, State.EXPIRED} else None
    if over_at is not None and over_at < at:
        ends = min(over_at, ends or over_at)
    return [_posting(point, due, seen.get(pk, []), ends=ends, now=at) for pk, (point, due) in asked.items()]


def counted(notice: Notice) -> QuerySet[Answer]:
    """The answers about a notice that count, in the order in which they happened, with their photos. Two statements."""
    found: QuerySet[Answer] = Answer.objects.filter(
        compound_id=notice.compound_id, notice=notice, state=Answer.State.COUNTED
    )
    return found.prefetch_related(_photos()).order_by("happened_at", "pk")


def _photos() -> "Prefetch[str]":
    return Prefetch("photos", Photo.objects.filter(conflict__isnull=True).select_related("file").order_by("slot"))


def _posting(
    point: Point, due: datetime, answers: Sequence[Answer], *, ends: datetime | None, now: datetime
) -> PointPosting:
    every = [seen_of(one) for one in answers]
    # What never came in time is no gap of a point that was out of use by then.
    last = min((one for one in (ends, point.retired_at) if one is not None), default=None)
    return PointPosting(
        point_id=point.pk,
        name=point.name,
        place=point.address,
        kind=point.kind,
        size=point.size,
        retired_at=point.retired_at,
        due_at=due,
        ends_at=last,
        postings=tuple(one for one in every if one.result == "posted"),
        checks=tuple(one for one in every if one.result in {"hanging", "missing", "damaged"}),
        taken_down=next((one for one in reversed(every) if one.result == "taken_down"), None),
        gaps=gaps([Found(one.at, one.result) for one in every], due_at=due, ends_at=last, now=now),
    )


def seen_of(answer: Answer) -> Seen:
    """An answer as the certificate and the pages show it; its photos are loaded."""
    return Seen(
        result=answer.result,
        edition=answer.edition,
        at=answer.happened_at,
        device_at=answer.device_at,
        received_at=answer.received_at,
        offset_seconds=answer.offset_seconds,
        by=answer.label,
        post_id=answer.post_id,
        note=answer.note,
        flags=tuple(answer.flags),
        photo=next((one.file for one in answer.photos.all() if one.file is not None), None),
    )


def points_with_paper(notice: Notice) -> list[Point]:
    """The points where something of a notice hangs, as far as anybody knows. Two statements."""
    last: dict[int, str] = dict(
        Answer.objects.filter(compound_id=notice.compound_id, notice=notice, state=Answer.State.COUNTED)
        .order_by("happened_at", "pk")
        .values_list("point_id", "result")
    )
    there = [pk for pk, result in last.items() if result in THERE]
    if not there:
        return []
    return list(Point.objects.filter(compound_id=notice.compound_id, pk__in=there).order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a notice's newest edition is on the walls: points, those with it, those past their time, those asked for.

    Where nothing is asked for any more, what is not posted was missed or not needed.
    """

    points: int
    posted: int
    late: int
    open: int

    @property
    def whole(self) -> bool:
        """Whether it hangs everywhere."""
        return self.posted == self.points


_PROGRESS = """
SELECT x.notice_id, count(*), count(*) FILTER (WHERE x.state = 'done'),
  count(*) FILTER (WHERE x.state = 'open' AND x.due_at < %(now)s), count(*) FILTER (WHERE x.state = 'open') FROM (
  SELECT DISTINCT ON (t.notice_id, t.point_id) t.notice_id, t.state, r.due_at
  FROM posting_task t
  JOIN posting_round r ON r.compound_id = t.compound_id AND r.id = t.round_id
  JOIN notices_notice n ON n.compound_id = t.compound_id AND n.id = t.notice_id
  JOIN notices_version v ON v.compound_id = n.compound_id AND v.id = n.current_id
  WHERE t.compound_id = %(compound)s AND t.notice_id = ANY (%(notices)s) AND t.job = 'post'
    AND r.edition = v.edition AND t.void_why NOT IN ('retired', 'unwanted')
  ORDER BY t.notice_id, t.point_id, t.id DESC) x
GROUP BY x.notice_id
"""


def progress(compound_id: int, notice_ids: Iterable[int], *, now: datetime) -> dict[int, Progress]:
    """How far each notice is on the walls, by its id; without those that were never to be there. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, {"compound": compound_id, "notices": list(notice_ids), "now": now})
        return {pk: Progress(*counts) for pk, *counts in cursor.fetchall()}


# --- the desk ---------------------------------------------------------------------------------------------------------
def notices_on_walls(compound_id: int, *, past: bool) -> QuerySet[Notice]:
    """The notices that go on the walls: up or to come down, the newest first; with ``past`` those that are over.

    One that stays out after its publicity is complete is over: nothing more is asked for.
    """
    rounds = Round.objects.filter(compound_id=compound_id, notice=OuterRef("pk"))
    closed = Plan.objects.filter(compound_id=compound_id, notice=OuterRef("pk"), over_at__isnull=False)
    going = Q(state=State.PUBLISHED) & ~Exists(closed) | Exists(rounds.filter(state=Round.State.OPEN))
    plans = Plan.objects.filter(compound_id=compound_id, notice=OuterRef("pk"), wanted=True)
    found: QuerySet[Notice] = Notice.objects.filter(compound_id=compound_id, current__isnull=False).filter(
        Exists(rounds) | Exists(plans)
    )
    found = found.exclude(going) if past else found.filter(going)
    return (
        found.select_related("current")
        .defer("source", "current__source", "current__body_html", "current__body_text")
        .order_by("-published_at", "-pk")
    )


def notice_of(compound_id: int, ref: str) -> Notice | None:
    """A notice with its text and compound."""
    found: Notice | None = (
        Notice.objects.filter(compound_id=compound_id, ref=ref).select_related("current", "compound").first()
    )
    return found


def plan_of(notice: Notice) -> Plan | None:
    """What was said about its papers."""
    found: Plan | None = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    return found


def rounds_of(notice: Notice) -> list[Round]:
    """Its rounds, newest first, with ``points``, ``done`` and ``missed`` counted. One statement."""
    return list(
        Round.objects.filter(compound_id=notice.compound_id, notice=notice)
        .annotate(
            points=Count("tasks", filter=~Q(tasks__void_why="retired")),
            done=Count("tasks", filter=Q(tasks__state=Task.State.DONE)),
            missed=Count("tasks", filter=Q(tasks__state=Task.State.MISSED)),
        )
        .order_by("-pk")
    )


def rounds(compound_id: int, *, state: str = "") -> QuerySet[Round]:
    """Every round, newest first, with its notice, ``points``, ``done`` and ``missed``."""
    found = Round.objects.filter(compound_id=compound_id)
    if state:
        found = found.filter(state=state)
    result: QuerySet[Round] = (
        found.select_related("notice", "version")
        .annotate(
            points=Count("tasks", filter=~Q(tasks__void_why="retired")),
            done=Count("tasks", filter=Q(tasks__state=Task.State.DONE)),
            missed=Count("tasks", filter=Q(tasks__state=Task.State.MISSED)),
        )
        .order_by("-pk")
    )
    return result


def unusual(notice: Notice) -> list[Answer]:
    """Answers about a notice that do not count (yet): whose photo is missing, that wait for a word, that were refused."""
    rows = Answer.objects.filter(compound_id=notice.compound_id, notice=notice).exclude(state=Answer.State.COUNTED)
    return list(rows.select_related("point").prefetch_related(_photos()).order_by("-received_at", "-pk")[:100])


def conflicts_of(notice: Notice) -> list[Conflict]:
    """What came under an id that was taken, about a notice, newest first, with the photos of both."""
    rows = Conflict.objects.filter(compound_id=notice.compound_id, answer__notice=notice)
    own = Photo.objects.select_related("file").order_by("slot")
    first = Photo.objects.filter(conflict__isnull=True).select_related("file").order_by("slot")
    return list(
        rows.select_related("answer__point")
        .prefetch_related(Prefetch("photos", own), Prefetch("answer__photos", first))
        .order_by("-pk")[:100]
    )


def receipt_photos(answer: Answer, digest: str) -> list[Photo]:
    """The photos of what was sent under an answer's id with this digest: its own, or those of a conflict. One statement."""
    rows = Photo.objects.filter(compound_id=answer.compound_id, answer=answer)
    own = digest == answer.digest
    return list((rows.filter(conflict__isnull=True) if own else rows.filter(conflict__digest=digest)).order_by("slot"))


def waiting_counts(compound_id: int) -> tuple[int, int]:
    """How many answers wait for a manager's word, and how many conflicts nobody has looked at. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM posting_answer WHERE compound_id = %(c)s AND state = 'review'),"
            " (SELECT count(*) FROM posting_conflict WHERE compound_id = %(c)s AND seen_at IS NULL)",
            {"c": compound_id},
        )
        review, conflicts = cursor.fetchone()
    return int(review), int(conflicts)


def notices_waiting(compound_id: int) -> set[int]:
    """The ids of the notices that something unusual was reported about. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT notice_id FROM posting_answer WHERE compound_id = %(c)s AND state = 'review' UNION "
            "SELECT a.notice_id FROM posting_conflict k JOIN posting_answer a"
            " ON a.compound_id = k.compound_id AND a.id = k.answer_id WHERE k.compound_id = %(c)s AND k.seen_at IS NULL",
            {"c": compound_id},
        )
        return {row[0] for row in cursor.fetchall()}


# --- points -----------------------------------------------------------------------------------------------------------
def points(compound_id: int, *, retired: bool = False) -> QuerySet[Point]:
    """The points in use in the order of walking, or those out of use; with the code of their label as ``label_code``."""
    found: QuerySet[Point] = Point.objects.filter(compound_id=compound_id, retired_at__isnull=not retired)
    return found.annotate(label_code=_label_now().values("code")[:1]).order_by("position", "pk")


def point_of(compound_id: int, point_id: int) -> Point | None:
    """One point, in use or not."""
    found: Point | None = (
        Point.objects.filter(compound_id=compound_id, pk=point_id)
        .select_related("building", "entrance__building")
        .first()
    )
    return found


def with_code(point: Point) -> Point:
    """The same point, in use or not, with the code of its label as ``label_code``. One statement."""
    found: Point = (
        Point.objects.filter(compound_id=point.compound_id, pk=point.pk)
        .annotate(label_code=_label_now().values("code")[:1])
        .get()
    )
    return found


def _label_now() -> QuerySet[Label]:
    found: QuerySet[Label] = Label.objects.filter(
        compound_id=OuterRef("compound_id"), point=OuterRef("pk"), replaced_at__isnull=True
    )
    return found


def labels_of(point: Point) -> list[Label]:
    """Its labels, newest first."""
    return list(Label.objects.filter(compound_id=point.compound_id, point=point).order_by("-pk"))


def point_events(point: Point) -> list[PointEvent]:
    """What became of it, newest first."""
    return list(PointEvent.objects.filter(compound_id=point.compound_id, point=point).order_by("-pk"))


def label_of(compound_id: int, code: str) -> Label | None:
    """A label that hangs or hung somewhere, with its point."""
    found: Label | None = (
        Label.objects.filter(compound_id=compound_id, code=code).select_related("point").first()
    )  # fmt: skip
    return found


def labelled(compound_id: int, sheet_points: Sequence[int] | None) -> list[Point]:
    """The points of a label sheet that are still in use, with their codes. One statement."""
    found = points(compound_id)
    return list(found if sheet_points is None else found.filter(pk__in=sheet_points))


# --- walking ----------------------------------------------------------------------------------------------------------
MAX_WALK = 300


def open_tasks(actor: Actor, compound_id: int) -> list[Task]:
    """What the actor's side is to do there, in the order of walking, 300 at most. One statement."""
    return list(
        Task.objects.filter(
            compound_id=compound_id, state=Task.State.OPEN, round__side=side_of_walker(actor) or "nobody"
        )
        .select_related("round", "point", "point__building", "notice", "round__version")
        .defer(
            "notice__source", "round__version__source", "round__version__body_html", "round__version__body_text"
        )
        .order_by("point__position", "point_id", "round__due_at", "pk")[:MAX_WALK]
    )  # fmt: skip


def open_count(actor: Actor, compound_id: int) -> int:
    """How many of them there are. One statement."""
    return int(
        Task.objects.filter(
            compound_id=compound_id, state=Task.State.OPEN, round__side=side_of_walker(actor) or "nobody"
        ).count()
    )


def walking_labels(compound_id: int, point_ids: Iterable[int]) -> dict[int, str]:
    """The codes of the labels that hang at some points. One statement."""
    rows = Label.objects.filter(compound_id=compound_id, point_id__in=list(point_ids), replaced_at__isnull=True)
    return dict(rows.values_list("point_id", "code"))


def hanging_at(point: Point) -> list[tuple[Notice, Answer]]:
    """What hangs at a point as far as anybody knows, with the last answer about it, newest first. One statement."""
    last: dict[int, Answer] = {}
    rows = (
        Answer.objects.filter(compound_id=point.compound_id, point=point, state=Answer.State.COUNTED)
        .select_related("notice", "notice__current")
        .order_by("-happened_at", "-pk")[:200]
    )
    for answer in rows:
        last.setdefault(answer.notice_id, answer)
    return [(one.notice, one) for one in last.values() if one.result in THERE]


def answer_for(compound_id: int, client_id: Any, *, person_id: int) -> Answer | None:
    """An answer that this person sent, with its photos."""
    found: Answer | None = (
        Answer.objects.filter(compound_id=compound_id, client_id=client_id, person_id=person_id)
        .prefetch_related(_photos())
        .first()
    )
    return found


def may_read_photo(actor: Actor, stored: StoredFile) -> bool:
    """Whoever sees what hangs where. No statement."""
    return stored.compound_id in actor.compound_ids and may_read(actor)


# --- the clock --------------------------------------------------------------------------------------------------------
def late_rounds(now: datetime) -> QuerySet[Round]:
    """Open rounds past their time of which somebody is still to be told. In the open scope."""
    found: QuerySet[Round] = Round.objects.filter(state=Round.State.OPEN, due_at__lte=now, climbed_at__isnull=True)
    return found


def plans_due(now: datetime) -> QuerySet[Plan]:
    """Papers that are to be looked at, or taken down because their notice has expired. In the open scope."""
    going_up = Round.objects.filter(
        compound_id=OuterRef("compound_id"), notice=OuterRef("notice"), state=Round.State.OPEN
    ).exclude(job=TAKE_DOWN)
    found: QuerySet[Plan] = Plan.objects.filter(
        Q(notice__state=State.PUBLISHED, check_at__lte=now, over_at__isnull=True)
        | Q(notice__state=State.EXPIRED) & (Q(check_at__isnull=False) | Exists(going_up))
    )
    return found


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where the clock has something to do. Runs in a scope of all, for the sweep."""
    late = late_rounds(now).values_list("compound_id", flat=True)
    plans = plans_due(now).values_list("compound_id", flat=True)
    return sorted(set(late.distinct()) | set(plans.distinct()))
