"""Reads of what was found: answers in the record of a round, what waits for a word, photos."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from documents.models import StoredFile
from rounds.models import Answer, Conflict, Entry, Occurrence, Photo, Point, Review
from rounds.permissions import may_walk
from tenancy.actor import Actor


def may_read_photo(actor: Actor, _stored: StoredFile) -> bool:
    """Who sees the photos of rounds: everyone of the firm."""
    return may_walk(actor)


def answered(compound_id: int, occurrence_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """What was found at the points of rounds so far, by round and point: the last that counts. One statement."""
    if not occurrence_ids:
        return {}
    return {
        (occurrence, point): outcome
        for occurrence, point, outcome in Entry.objects.filter(
            compound_id=compound_id, occurrence_id__in=list(occurrence_ids), point__isnull=False,
            answer__state=Answer.State.COUNTED,
        )
        .order_by("answer__happened_at", "answer_id")
        .values_list("occurrence_id", "point_id", "answer__outcome")
    }  # fmt: skip


def photos_of(answer_ids: Collection[int]) -> dict[int, list[Photo]]:
    """The photos that answers announced, those of conflicts apart. One statement."""
    found: dict[int, list[Photo]] = {}
    for one in Photo.objects.filter(answer_id__in=answer_ids, conflict__isnull=True).order_by("slot"):
        found.setdefault(one.answer_id, []).append(one)
    return found


def photos_under(answer: Answer, digest: str) -> list[Photo]:
    """The photos of what was sent with this digest: the answer's own, or those of a conflict. One statement."""
    found = Photo.objects.filter(compound_id=answer.compound_id, answer=answer).order_by("slot")
    if digest == answer.digest:
        return list(found.filter(conflict__isnull=True))
    return list(found.filter(conflict__digest=digest))


def answer_for(compound_id: int, client_id: object, *, person_id: int) -> Answer | None:
    """An answer of one's own."""
    found: Answer | None = Answer.objects.filter(
        compound_id=compound_id, client_id=client_id, person_id=person_id
    ).first()
    return found


def _whole() -> "Prefetch[str]":
    return Prefetch(
        "photos", Photo.objects.filter(conflict__isnull=True).select_related("file").order_by("slot"), to_attr="shown"
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """One place of a round: what was found there, the newest word first; ``answers`` empty where nobody was."""

    point: Point
    answers: list[Answer]


def record_of(compound_id: int, occurrence_id: int, route_id: int | None) -> tuple[list[Seen], list[Answer]]:
    """The record of a round: its places in order, and what was said of the round as a whole. Four statements."""
    entries = list(
        Entry.objects.filter(compound_id=compound_id, occurrence_id=occurrence_id)
        .select_related("answer", "answer__walk", "point")
        .order_by("-answer__happened_at", "-answer_id")
    )
    answers = {one.answer_id: one.answer for one in entries}
    photos: dict[int, list[Photo]] = {pk: [] for pk in answers}
    for one in (
        Photo.objects.filter(compound_id=compound_id, answer_id__in=answers, conflict__isnull=True)
        .select_related("file")
        .order_by("slot")
    ):
        photos[one.answer_id].append(one)
    for pk, answer in answers.items():
        answer.shown = photos[pk]
    there: dict[int, list[Answer]] = {}
    whole = []
    for one in entries:
        if one.point_id is None:
            whole.append(answers[one.answer_id])
        else:
            there.setdefault(one.point_id, []).append(answers[one.answer_id])
    points = Point.objects.filter(compound_id=compound_id, route_id=route_id).order_by("position", "pk")
    live = [one for one in points if one.retired_at is None or one.pk in there]
    return [Seen(one, there.get(one.pk, [])) for one in live], whole


def reviews_of(compound_id: int, occurrence_id: int) -> list[Review]:
    """The second person's words on a round, in order. One statement."""
    return list(
        Review.objects.filter(compound_id=compound_id, occurrence_id=occurrence_id)
        .select_related("point")
        .order_by("pk")
    )


def to_review(compound_id: int) -> QuerySet[Answer]:
    """Answers that wait for a manager's word, the oldest first."""
    found: QuerySet[Answer] = (
        Answer.objects.filter(compound_id=compound_id, state=Answer.State.REVIEW)
        .prefetch_related(_whole())
        .order_by("pk")
    )
    return found


def flagged(compound_id: int) -> QuerySet[Answer]:
    """The latest answers with something unusual about them."""
    found: QuerySet[Answer] = (
        Answer.objects.filter(compound_id=compound_id)
        .exclude(flags=[])
        .prefetch_related(_whole())
        .order_by("-received_at")
    )
    return found


def conflicts(compound_id: int) -> list[Conflict]:
    """What came twice and differently, and nobody has looked at."""
    return list(
        Conflict.objects.filter(compound_id=compound_id, seen_at__isnull=True)
        .select_related("answer")
        .prefetch_related(Prefetch("photos", Photo.objects.select_related("file").order_by("slot")))
        .order_by("pk")[:50]
    )


def waiting(compound_id: int) -> int:
    """How much waits for the desk: answers and conflicts. One statement."""
    return (
        Answer.objects.filter(compound_id=compound_id, state=Answer.State.REVIEW)
        .order_by()
        .values("pk")
        .union(Conflict.objects.filter(compound_id=compound_id, seen_at__isnull=True).order_by().values("pk"), all=True)
        .count()
    )


def standing_of(answers: Sequence[Answer]) -> dict[int, list[dict[str, object]]]:
    """How far the rounds of answers are, for their receipts: by answer. Two statements; none for none."""
    if not answers:
        return {}
    ids = [one.pk for one in answers]
    entries = Entry.objects.filter(compound_id=answers[0].compound_id, answer__in=ids, occurrence_id__isnull=False)
    named = list(entries.order_by("pk").values_list("answer_id", "occurrence_id"))
    rounds = {
        one.pk: one
        for one in Occurrence.objects.filter(compound_id=answers[0].compound_id, pk__in={pk for _answer, pk in named})
    }
    found: dict[int, list[dict[str, object]]] = {}
    for answer, pk in named:
        one = rounds.get(pk or 0)
        if one is not None:
            found.setdefault(answer, []).append(
                {
                    "round": one.pk, "points": one.points, "answered": one.answered,
                    "normal": one.answered - one.faults, "state": one.state,
                }
            )  # fmt: skip
    return found
