"""What answers that count do to the record of each round: how many places were seen, whether it is done, what failed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from equipment.models import Piece
from lifecycle.typed import said
from rounds.actions.change import allow_keeping, keep, locked
from rounds.hooks import Failure, tell_failed
from rounds.models import MAX_REASON, OPEN, Answer, Conflict, Entry, Occurrence, Photo, Point, Review, State
from rounds.permissions import keeps
from rounds.refusals import NoSuchThing, NotPermitted, OutOfState
from rounds.rules.body import FINISH
from rounds.rules.judging import FAULT
from tenancy.actor import Actor

# How long a round that is walked after it was missed may take.
MAKING_UP = timedelta(days=1)


def settle(answers: Sequence[Answer], *, by: Actor, now: datetime) -> None:
    """Write what these answers, which count from now on, say into their rounds. A handful of statements, however many."""
    if not answers:
        return
    compound_id = answers[0].compound_id
    entries = list(
        Entry.objects.filter(compound_id=compound_id, answer__in=answers, occurrence_id__isnull=False).select_related(
            "answer"
        )
    )
    ids = {one.occurrence_id for one in entries if one.occurrence_id is not None}
    rounds = {
        one.pk: one
        for one in Occurrence.objects.select_for_update(no_key=True)
        .filter(compound_id=compound_id, pk__in=ids)
        .order_by("pk")
    }
    rounds |= _make_up(entries, rounds, now=now)
    _recount(compound_id, rounds, now=now)
    _checked(compound_id, answers)
    _tell(answers, entries, by=by, now=now)


def _make_up(entries: Sequence[Entry], rounds: dict[int, Occurrence], *, now: datetime) -> dict[int, Occurrence]:
    """What was walked after its round had closed is a round of its own, linked to it: missed stays missed.

    Also where the clock has not come by yet to say that it was missed: it will, and what was walked does not depend on when.
    """
    late = [
        one
        for one in entries
        if one.occurrence_id in rounds
        and rounds[one.occurrence_id].state in {State.MISSED, *OPEN}
        and one.answer.happened_at > rounds[one.occurrence_id].closes_at
    ]
    if not late:
        return {}
    compound_id = late[0].compound_id
    # One that is done takes in what arrives later from its time; a second one would only be missed.
    known = {
        one.makes_up_for: one
        for one in Occurrence.objects.select_for_update(no_key=True)
        .filter(
            compound_id=compound_id, makes_up_for__in={one.occurrence_id for one in late}, state__in=[*OPEN, State.DONE]
        )
        .order_by("pk")
    }  # fmt: skip
    for one in late:
        was = rounds[one.occurrence_id] if one.occurrence_id is not None else None
        if was is None:
            continue
        if was.pk not in known or known[was.pk].closes_at < one.answer.happened_at:
            known[was.pk] = make_up_for(was, at=one.answer.happened_at, now=now)
        one.occurrence_id = known[was.pk].pk
    Entry.objects.bulk_update(late, ["occurrence_id"])
    return {one.pk: one for one in known.values()}


def make_up_for(was: Occurrence, *, at: datetime, now: datetime) -> Occurrence:
    """A round that is walked for a missed one. Its day counts from when it was heard of: more of it may still be on the phone."""
    there = Occurrence.objects.filter(
        compound_id=was.compound_id, plan_id=was.plan_id, opens_at__gte=at, opens_at__lt=at + timedelta(seconds=1)
    )
    # A plan has one round a moment; another of its own, or what makes up for another, may have begun at this one.
    taken = set(there.values_list("opens_at", flat=True))
    while at in taken:
        at += timedelta(microseconds=1)
    ends = max(at, now) + MAKING_UP
    made: Occurrence = Occurrence.objects.create(
        compound_id=was.compound_id, plan_id=was.plan_id, route_id=was.route_id, duty=was.duty, weight=was.weight,
        slot=was.slot, opens_at=at, due_at=ends, closes_at=ends, makes_up_for=was.pk,
    )  # fmt: skip
    return made


def _recount(compound_id: int, rounds: dict[int, Occurrence], *, now: datetime) -> None:
    """Count what was seen of each round by its route as it stands today: a point that is gone is not waited for."""
    live: dict[int, set[int]] = defaultdict(set)
    routes = {one.route_id for one in rounds.values() if one.route_id is not None}
    for route, point in Point.objects.filter(
        compound_id=compound_id, route__in=routes, retired_at__isnull=True
    ).values_list("route_id", "pk"):
        live[route].add(point)
    seen: dict[int, dict[int, tuple[str, datetime, str]]] = defaultdict(dict)
    finished: dict[int, tuple[datetime, str]] = {}
    rows = (
        Entry.objects.filter(
            compound_id=compound_id, occurrence_id__in=list(rounds), answer__state=Answer.State.COUNTED
        )
        .order_by("answer__happened_at", "answer_id")
        .values_list(
            "occurrence_id", "point_id", "answer__kind", "answer__outcome", "answer__happened_at", "answer__label"
        )
    )
    for pk, point, kind, outcome, at, label in rows:
        if kind == FINISH:
            finished[pk] = (at, label)
        elif point is not None:
            seen[pk][point] = (outcome, at, label)
    for one in rounds.values():
        there = {pk: each for pk, each in seen[one.pk].items() if pk in live[one.route_id]} if one.route_id else {}
        _stand(one, there, live[one.route_id] if one.route_id else set(), finished.get(one.pk), now=now)
    Occurrence.objects.bulk_update(
        rounds.values(), ["points", "answered", "faults", "state", "begun_at", "done_at", "done_as", "heard_at"]
    )


def recount_open(compound_id: int, route_id: int, *, now: datetime) -> None:
    """Count the rounds of a route that somebody has begun once more, after points went from it: what was left may be gone."""
    rounds = Occurrence.objects.select_for_update(no_key=True).filter(
        compound_id=compound_id, route_id=route_id, state__in=OPEN, answered__gt=0
    )
    _recount(compound_id, {one.pk: one for one in rounds.order_by("pk")}, now=now)


def _stand(
    one: Occurrence,
    there: dict[int, tuple[str, datetime, str]],
    live: Collection[int],
    finished: tuple[datetime, str] | None,
    *,
    now: datetime,
) -> None:
    one.points, one.answered = len(live), len(there)
    one.faults = sum(outcome == FAULT for outcome, _at, _label in there.values())
    times = [at for _outcome, at, _label in there.values()] or ([finished[0]] if finished is not None else [])
    if not times or one.state == State.SKIPPED:
        return
    one.begun_at = min(times)
    whole = len(there) == len(live) if one.route_id is not None else finished is not None
    if whole and one.state != State.DONE:
        last = finished if one.route_id is None else max(((at, label) for _o, at, label in there.values()))
        if last is not None:
            one.state, one.done_at, one.done_as, one.heard_at = State.DONE, last[0], last[1], now
    elif one.state == State.PLANNED:
        one.state = State.IN_PROGRESS


def _checked(compound_id: int, answers: Sequence[Answer]) -> None:
    """A piece was looked at on the day of its answer."""
    days: dict[date, set[int]] = defaultdict(set)
    for one in answers:
        if one.piece_id is not None:
            days[localdate(one.happened_at)].add(one.piece_id)
    for day, pieces in sorted(days.items()):
        Piece.objects.filter(
            Q(checked_on__isnull=True) | Q(checked_on__lt=day), compound_id=compound_id, pk__in=pieces
        ).update(checked_on=day)


def _tell(answers: Sequence[Answer], entries: Sequence[Entry], *, by: Actor, now: datetime) -> None:
    failed = [one for one in answers if one.outcome == FAULT]
    if not failed:
        return
    files: dict[tuple[int, int], int] = {
        (answer, slot): file
        for answer, slot, file in Photo.objects.filter(
            compound_id=failed[0].compound_id, answer__in=failed, conflict__isnull=True, file__isnull=False
        ).values_list("answer_id", "slot", "file_id")
    }
    points = {one.answer_id: one.point_id for one in entries if one.point_id is not None}
    tell_failed(
        [
            Failure(
                compound_id=answer.compound_id,
                answer_id=answer.pk,
                piece_id=answer.piece_id,
                point_id=points.get(answer.pk),
                place=answer.place,
                item=one["item"],
                name=one["name"],
                value=one["value"],
                severity=one["severity"],
                note=one["note"] or answer.note,
                fixed=one["fixed"],
                photo_ids=tuple(files[answer.pk, slot] for slot in one["photos"] if (answer.pk, slot) in files),
                found_at=answer.happened_at,
                found_by=answer.person_id,
                found_as=answer.label,
            )
            for answer in failed
            for one in answer.results
            if one["outcome"] == FAULT
        ],
        by=by,
        now=now,
    )


# --- a manager's word ----------------------------------------------------------------------------------------------------
@transaction.atomic
def judge(*, compound_id: int, answer_id: int, counts: bool, reason: str, by: Actor, now: datetime) -> Answer:
    """Say whether an answer that waits for a word counts; a refusal says why.

    Refused: NoSuchThing, NotPermitted (not_yours, own_answer), OutOfState (judged), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    found: Answer | None = (
        Answer.objects.select_for_update(no_key=True).filter(compound_id=compound_id, pk=answer_id).first()
    )
    if found is None:
        raise NoSuchThing
    if found.state != Answer.State.REVIEW:
        raise OutOfState("judged")
    if found.person_id == by.person_id:
        raise NotPermitted("own_answer")
    why = said(reason, "reason", MAX_REASON, needed="" if counts else "say_why")
    found.judged_at, found.judged_as, found.judged_why = now, by.signature, why
    found.state = Answer.State.COUNTED if counts else Answer.State.REFUSED
    found.save(update_fields=["judged_at", "judged_as", "judged_why", "state"])
    if counts:
        settle([found], by=by, now=now)
    keep(
        compound_id=compound_id, verb="judge", target=f"rounds.answer:{found.pk}",
        changes={"state": [Answer.State.REVIEW.value, found.state], "reason": [None, why]}, by=by, now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def saw_conflict(*, compound_id: int, conflict_id: int, by: Actor, now: datetime) -> Conflict:
    """Note that somebody looked at both; doing it again is nothing. Refused: NoSuchThing, NotPermitted (not_yours)."""
    allow_keeping(by, compound_id)
    found: Conflict | None = (
        Conflict.objects.select_for_update(no_key=True).filter(compound_id=compound_id, pk=conflict_id).first()
    )
    if found is None:
        raise NoSuchThing
    if found.seen_at is None:
        found.seen_at, found.seen_as = now, by.signature
        found.save(update_fields=["seen_at", "seen_as"])
        keep(
            compound_id=compound_id, verb="conflict_seen", target=f"rounds.conflict:{found.pk}",
            changes={"seen_as": [None, found.seen_as]}, by=by, now=now,
        )  # fmt: skip
    return found


@transaction.atomic
def skip(*, compound_id: int, occurrence_id: int, reason: str, by: Actor, now: datetime) -> Occurrence:
    """Say that a round need not be walked this time, and why. Not one that was missed: that stays missed.

    Refused: NoSuchThing, NotPermitted (not_yours), OutOfState (round_over), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    found = locked(compound_id, occurrence_id)
    if found.state not in OPEN or found.closes_at <= now:
        raise OutOfState("round_over")
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    before = found.state
    found.state, found.skipped_at, found.skipped_as, found.skipped_why = State.SKIPPED, now, by.signature, why
    found.save(update_fields=["state", "skipped_at", "skipped_as", "skipped_why"])
    _log(found, "skip", {"state": [before, found.state], "reason": [None, why]}, by, now)
    return found


@transaction.atomic
def make_up(*, compound_id: int, occurrence_id: int, by: Actor, now: datetime) -> Occurrence:
    """Have a missed round walked now: an occurrence of its own with a link; the missed one stays missed.

    Refused: NoSuchThing, NotPermitted (not_yours), OutOfState (not_missed, made_up: one is open already).
    """
    allow_keeping(by, compound_id)
    found = locked(compound_id, occurrence_id)
    if found.state != State.MISSED:
        raise OutOfState("not_missed")
    if Occurrence.objects.filter(
        compound_id=compound_id, makes_up_for=found.pk, state__in=[*OPEN, State.DONE]
    ).exists():
        raise OutOfState("made_up")
    made = make_up_for(found, at=now, now=now)
    _log(made, "make_up", {"makes_up_for": [None, found.pk]}, by, now)
    return made


@transaction.atomic
def sign(*, compound_id: int, occurrence_id: int, agrees: bool, note: str, by: Actor, now: datetime) -> Review:
    """Sign the record of a round as the second person; who walked it does not sign it.

    Refused: NoSuchThing, NotPermitted (not_yours, own_round), OutOfState (not_done, signed), BadInput (say_why, too_long).
    """
    found = _second(compound_id, occurrence_id, by)
    if Review.objects.filter(compound_id=compound_id, occurrence_id=found.pk, kind=Review.Kind.SIGN).exists():
        raise OutOfState("signed")
    return _review(found, Review.Kind.SIGN, None, agrees=agrees, note=note, by=by, now=now)


@transaction.atomic
def spot_check(
    *, compound_id: int, occurrence_id: int, point_id: int, agrees: bool, note: str, by: Actor, now: datetime
) -> Review:  # fmt: skip
    """Write down what a second person found at one place of a round that was walked.

    Refused: NoSuchThing (also for a point of another route), NotPermitted (not_yours, own_round), OutOfState (not_done),
    BadInput (say_why, too_long).
    """
    found = _second(compound_id, occurrence_id, by)
    point: Point | None = Point.objects.filter(compound_id=compound_id, pk=point_id, route_id=found.route_id).first()
    if point is None:
        raise NoSuchThing
    return _review(found, Review.Kind.SPOT, point, agrees=agrees, note=note, by=by, now=now)


def _second(compound_id: int, occurrence_id: int, by: Actor) -> Occurrence:
    if not keeps(by) or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")
    found = locked(compound_id, occurrence_id)
    if found.state != State.DONE:
        raise OutOfState("not_done")
    mine = Entry.objects.filter(
        compound_id=compound_id, occurrence_id=found.pk, answer__person_id=by.person_id,
        answer__state=Answer.State.COUNTED,
    )  # fmt: skip
    if mine.exists():
        raise NotPermitted("own_round")
    return found


def _review(
    found: Occurrence, kind: str, point: Point | None, *, agrees: bool, note: str, by: Actor, now: datetime
) -> Review:  # fmt: skip
    why = said(note, "note", MAX_REASON, needed="" if agrees else "say_why")
    made: Review = Review.objects.create(
        compound_id=found.compound_id, occurrence_id=found.pk, kind=kind, point=point, agrees=agrees, note=why,
        person_id=by.person_id, post_id=by.post_id, label=by.signature, at=now,
    )  # fmt: skip
    _log(found, kind, {"agrees": [None, agrees], "note": [None, why]}, by, now)
    return made


def _log(found: Occurrence, verb: str, changes: dict[str, list[object]], by: Actor, now: datetime) -> None:
    keep(
        compound_id=found.compound_id,
        verb=str(verb),
        target=f"rounds.occurrence:{found.pk}",
        changes=changes,
        by=by,
        now=now,
    )
