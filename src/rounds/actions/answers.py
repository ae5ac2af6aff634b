"""What comes from phones: answers under their own ids, photos one by one, and a receipt for each (docs/decisions/rounds.md).

The same id with the same bytes is success, and what was missing is attached; with other bytes both are kept, the first one
stays, and the manager is told. Nothing that somebody saw is ever dropped: what is unusual is flagged and kept. Many answers
cost as many statements as one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from documents.actions import store_image
from documents.digests import digest_of, hash_of
from documents.images import Picture, take_in
from equipment.models import Label, Piece
from posting.rules import clocks
from posting.rules.labels import normalised
from rounds.actions.change import clock, desk, keep, tell
from rounds.actions.records import settle
from rounds.models import MAX_ADDRESS, Answer, Conflict, Edition, Entry, Occurrence, Photo, Plan, Point, State, Walk
from rounds.permissions import may_walk
from rounds.queries.records import answered
from rounds.refusals import BadInput, NoSuchThing, NotPermitted
from rounds.rules import judging, presence
from rounds.rules.body import FINISH, Named, Read
from rounds.rules.drafts import form_items
from tenancy.actor import Actor
from tenancy.models import Compound

PURPOSE = "rounds.photo"
MOST_AT_ONCE = 300
# What makes an answer wait for a manager's word.
DOUBTED = frozenset({"not_in_post", "unknown_round", "unknown_point"})


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was sent: its id, what it says, and the whole body, for the digest."""

    client_id: UUID
    read: Read
    body: Any


@dataclass(slots=True)
class Taken:
    """What became of what was sent, named by its digest.

    ``differs``: it was other bytes under an id that was taken; they were kept beside the first.
    """

    answer: Answer
    digest: str
    differs: bool = False
    new: bool = False


@dataclass(slots=True)
class _Known:
    """What the rows of a request are judged by, read once for all of them."""

    occurrences: dict[int, Occurrence]
    points: dict[int, Point]
    editions: dict[int, Edition]
    labels: dict[str, int]
    forms: dict[int, str]
    hashes: set[str]
    seconds: dict[UUID, list[tuple[int, int]]]
    answered: dict[tuple[int, int], str]
    walks: dict[UUID, Walk] = field(default_factory=dict)


@transaction.atomic
def take(
    *,
    compound_id: int,
    given: Sequence[Given],
    device_now: datetime | None,
    by: Actor,
    now: datetime,
    in_post: bool = True,
) -> list[Taken]:
    """Take answers in, or find them again, in the order in which they came; each counts once its photos are there.

    ``in_post``: False for whoever holds no post there any more; what they did is kept for review. Refused: NotPermitted
    (not_yours), BadInput (too_many).
    """
    if compound_id not in by.compound_ids or (in_post and not may_walk(by)):
        raise NotPermitted("not_yours")
    if len(given) > MOST_AT_ONCE:
        raise BadInput("too_many", field="answers", most=str(MOST_AT_ONCE))
    _lock(compound_id)
    known = {
        one.client_id: one
        for one in Answer.objects.filter(compound_id=compound_id, client_id__in=[one.client_id for one in given])
    }
    fresh: dict[UUID, Given] = {}
    for one in given:
        if one.client_id not in known:
            fresh.setdefault(one.client_id, one)
    made = _make(compound_id, list(fresh.values()), device_now, by=by, now=now, in_post=in_post) if fresh else {}
    taken: list[Taken] = []
    for one in given:
        digest = digest_of(one.body)
        answer = known.get(one.client_id) or made[one.client_id]
        if answer.digest == digest and answer.person_id == by.person_id:
            taken.append(Taken(answer, digest, new=one is fresh.get(one.client_id)))
        else:
            taken.append(_differs(answer, digest, one, by=by, now=now))
    return taken


def _lock(compound_id: int) -> None:
    """One hand at a time for a compound's answers: an id is given once, and a round's count is of what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('rounds.answers', %s))", [compound_id])


def _make(
    compound_id: int,
    given: Sequence[Given],
    device_now: datetime | None,
    *,
    by: Actor,
    now: datetime,
    in_post: bool,
) -> dict[UUID, Answer]:
    offset = clocks.offset_seconds(device_now, now)
    known = _read(compound_id, given)
    known.walks = _walks(compound_id, given, by=by, now=now)
    rows, entries, photos = [], [], []
    for one in given:
        row = _row(compound_id, one, known, offset, by=by, now=now, in_post=in_post)
        rows.append(row)
        if one.read.walk is not None and one.read.seconds is not None:
            known.seconds.setdefault(one.read.walk, []).append((one.read.order, one.read.seconds))
        known.hashes |= {photo.sha256 for photo in one.read.photos}
        for named in dict.fromkeys(one.read.rounds):
            occurrence, point = known.occurrences.get(named.round), _point(named, known)
            if point is not None and occurrence is not None:
                known.answered[named.round, point.pk] = row.outcome
            entries.append(
                Entry(
                    compound_id=compound_id, answer=row, occurrence_id=occurrence.pk if occurrence else None, point=point,
                    edition=known.editions.get(named.edition), named=named.round,
                )
            )  # fmt: skip
        photos += [
            Photo(compound_id=compound_id, answer=row, slot=photo.slot, sha256=photo.sha256, bytes=photo.bytes)
            for photo in one.read.photos
        ]
    Answer.objects.bulk_create(rows)
    Entry.objects.bulk_create(entries)
    Photo.objects.bulk_create(photos)
    whole = [row for row, one in zip(rows, given, strict=True) if not one.read.photos]
    if whole:
        complete(whole, by=by, now=now)
    for row in rows:
        keep(
            compound_id=compound_id,
            verb="answer",
            target=f"rounds.answer:{row.pk}",
            changes={"outcome": [None, row.outcome], "place": [None, row.place], "digest": [None, row.digest]},
            by=by,
            now=now,
        )
    return {row.client_id: row for row in rows}


def _read(compound_id: int, given: Sequence[Given]) -> _Known:
    """Everything that the answers name. A statement a table."""
    named = [each for one in given for each in one.read.rounds]
    occurrences = Occurrence.objects.filter(compound_id=compound_id, pk__in={one.round for one in named})
    points = Point.objects.filter(compound_id=compound_id, pk__in={one.point for one in named}).select_related("piece")
    editions = Edition.objects.filter(compound_id=compound_id, pk__in={one.edition for one in named}).select_related(
        "route"
    )
    codes = {normalised(one.read.label) for one in given} - {""}
    labels = Label.objects.filter(compound_id=compound_id, code__in=codes).values_list("code", "piece_id")
    hashes = {photo.sha256 for one in given for photo in one.read.photos}
    seen = Photo.objects.filter(compound_id=compound_id, sha256__in=hashes).values_list("sha256", flat=True)
    walks = Answer.objects.filter(
        compound_id=compound_id, walk__client_id__in={one.read.walk for one in given if one.read.walk}
    ).values_list("walk__client_id", "order", "seconds")
    seconds: dict[UUID, list[tuple[int, int]]] = {}
    for walk, order, at in walks:
        if at is not None:
            seconds.setdefault(walk, []).append((order, at))
    found = {one.pk: one for one in occurrences}
    plans = {one.plan_id for one in found.values() if one.route_id is None}
    return _Known(
        occurrences=found,
        points={one.pk: one for one in points},
        editions={one.pk: one for one in editions},
        labels=dict(labels) if codes else {},
        forms=_forms(compound_id, plans) if plans else {},
        hashes=set(seen) if hashes else set(),
        seconds=seconds,
        answered=answered(compound_id, found),
    )


def _forms(compound_id: int, plan_ids: Collection[int]) -> dict[int, str]:
    return dict(Plan.objects.filter(compound_id=compound_id, pk__in=plan_ids).values_list("pk", "form"))


def _walks(compound_id: int, given: Sequence[Given], *, by: Actor, now: datetime) -> dict[UUID, Walk]:
    """The walks that the answers are of; those that are heard of first are written down."""
    first = {one.read.walk: one.read for one in reversed(given) if one.read.walk is not None}
    if not first:
        return {}
    mine = Walk.objects.filter(compound_id=compound_id, client_id__in=first)
    known = {one.client_id: one for one in mine}
    fresh = [
        Walk(
            compound_id=compound_id, client_id=walk, person_id=by.person_id, post_id=by.post_id, label=by.signature,
            package=read.package, loaded_server=read.loaded_server, loaded_device=read.loaded_device, heard_at=now,
        )
        for walk, read in first.items()
        if walk not in known
    ]  # fmt: skip
    return known | {one.client_id: one for one in Walk.objects.bulk_create(fresh)}


def _point(named: Named, known: _Known) -> Point | None:
    """The point that is meant, if it is one of the round's route."""
    found, occurrence = known.points.get(named.point), known.occurrences.get(named.round)
    if found is None or (occurrence is not None and occurrence.route_id != found.route_id):
        return None
    return found


def _row(
    compound_id: int,
    given: Given,
    known: _Known,
    offset: int | None,
    *,
    by: Actor,
    now: datetime,
    in_post: bool,
) -> Answer:
    read = given.read
    points = [point for one in read.rounds if (point := _point(one, known)) is not None]
    piece = next((one.piece for one in points if one.piece is not None), None)
    found = judging.found(_items(given, known), read.results)
    number = max([one.count for one in points], default=1)
    result = judging.outcome(found)
    happened = clocks.happened(read.device_at, offset, now)
    return Answer(
        compound_id=compound_id,
        client_id=given.client_id,
        kind=read.kind,
        walk=known.walks.get(read.walk) if read.walk is not None else None,
        order=read.order,
        seconds=read.seconds,
        piece=piece,
        place=(points[0].address or points[0].name)[:MAX_ADDRESS] if points else "",
        way=read.way,
        code=normalised(read.label),
        latitude=read.latitude,
        longitude=read.longitude,
        accuracy=read.accuracy,
        results=[one.kept() for one in found],
        outcome=result,
        number=number,
        normal=judging.normal_of(number, read.normal, result),
        note=read.note,
        device_at=read.device_at,
        offset_seconds=offset,
        received_at=now,
        happened_at=happened,
        flags=_flags(given, known, found, points, result, offset=offset, happened=happened, in_post=in_post),
        digest=digest_of(given.body),
        body=given.body,
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
    )


def _items(given: Given, known: _Known) -> list[Mapping[str, Any]]:
    """What was to be looked at, by the editions that the phone had; of a round without points its form."""
    items: dict[str, Mapping[str, Any]] = {}
    for named in given.read.rounds:
        edition, point = known.editions.get(named.edition), known.points.get(named.point)
        if edition is not None:
            mine = next((one for one in edition.content["points"] if one["id"] == named.point), None)
            for item in edition.content["forms"].get(mine["form"], ()) if mine else ():
                items.setdefault(item["key"], item)
        elif point is not None:
            for one in form_items(point.form):
                items.setdefault(one.key, one.kept())
        occurrence = known.occurrences.get(named.round)
        if occurrence is not None and occurrence.route_id is None:
            for one in form_items(known.forms.get(occurrence.plan_id) or f"duty:{occurrence.duty}"):
                items.setdefault(one.key, one.kept())
    return list(items.values())


def _flags(
    given: Given,
    known: _Known,
    found: Sequence[judging.Found],
    points: Sequence[Point],
    result: str,
    *,
    offset: int | None,
    happened: datetime,
    in_post: bool,
) -> list[str]:
    """What is unusual about an answer, judged here and never at the place (rounds-and-rosters B6)."""
    read = given.read
    walk = known.walks.get(read.walk) if read.walk is not None else None
    before = [at for order, at in known.seconds.get(read.walk, ()) if order < read.order] if read.walk else []
    rounds = [known.occurrences.get(one.round) for one in read.rounds]
    there = [one for one in rounds if one is not None]
    when = {presence.out_of_window(one.opens_at, one.due_at, happened) for one in there}
    live = [known.answered.get((one.round, one.point)) for one in read.rounds]
    code, pieces = normalised(read.label), {one.piece_id for one in points if one.piece_id is not None}
    at_place = read.kind != FINISH
    unusual = {
        "unknown_round": len(there) < len(rounds) or not rounds,
        "unknown_point": at_place and len(points) < len(read.rounds),
        "point_gone": any(one.retired_at is not None or _gone(one) for one in points),
        "old_form": _is_old(read, known),
        "unknown_item": any(one.outcome == judging.UNKNOWN for one in found),
        "no_photo": any(one.outcome == judging.FAULT and not one.slots for one in found),
        "early": "early" in when,
        "late": "late" in when,
        "skipped": any(one.state == State.SKIPPED for one in there),
        "again": any(one is not None for one in live),
        "differs": any(one is not None and one != result for one in live),
        "clock_off": clocks.is_off(offset),
        "clock_moved": presence.clock_moved(
            walk.loaded_server if walk else None, walk.loaded_device if walk else None, offset
        ),
        "too_fast": at_place and presence.too_fast(read.seconds, max(before, default=None)),
        "photo_seen": any(one.sha256 in known.hashes for one in read.photos),
        "typed_code": at_place and read.way == "typed",
        "no_code": at_place and read.way == "list" and bool(pieces),
        "other_label": at_place and bool(read.label) and bool(pieces) and known.labels.get(code) not in pieces,
        "not_in_post": not in_post,
    }
    return [name for name, is_so in unusual.items() if is_so]


def _gone(point: Point) -> bool:
    return bool(point.piece is not None and point.piece.state == Piece.State.GONE)


def _is_old(read: Read, known: _Known) -> bool:
    """Whether the phone had an edition of a route that has been replaced, or one that is not known."""
    for one in read.rounds:
        point, edition = known.points.get(one.point), known.editions.get(one.edition)
        if point is not None and (edition is None or edition.route_id != point.route_id or _replaced(edition)):
            return True
    return False


def _replaced(edition: Edition) -> bool:
    return bool(edition.number < edition.route.current)


def complete(rows: Sequence[Answer], *, by: Actor, now: datetime) -> None:
    """Every photo of these is there: they count, or wait for a manager's word."""
    doubted: list[Answer] = []
    counted: list[Answer] = []
    for row in rows:
        row.complete_at = now
        row.state = Answer.State.REVIEW if DOUBTED & set(row.flags) else Answer.State.COUNTED
        (doubted if row.state == Answer.State.REVIEW else counted).append(row)
    Answer.objects.bulk_update(rows, ["complete_at", "state"])
    if doubted:
        _tell_desk(doubted[0], "rounds.review", now=now, count=len(doubted))
    settle(counted, by=by, now=now)


@transaction.atomic
def take_photo(*, compound_id: int, client_id: UUID, slot: int, upload: Any, by: Actor, now: datetime) -> Taken:
    """Take one photo of an answer in; with the last one it counts. The same photo again is success.

    Refused: NoSuchThing (no such answer of this person, or no such slot), BadInput (photo_differs: not whole, or not the one
    that was announced); raises documents.actions.FileRefused for what is no picture.
    """
    sha256 = hash_of(upload)
    # Decoded before the lock: one photo takes longer than all the rest, and everyone who hands in here waits for the lock.
    expected = Photo.objects.filter(
        compound_id=compound_id, answer__client_id=client_id, slot=slot, sha256=sha256, file__isnull=True
    )
    picture = take_in(upload) if expected.exists() else None
    _lock(compound_id)
    found: Answer | None = Answer.objects.filter(compound_id=compound_id, client_id=client_id).first()
    if found is None:
        raise NoSuchThing
    rows = list(
        Photo.objects.select_related("conflict").filter(compound_id=compound_id, answer=found, slot=slot).order_by("pk")
    )
    mine = [one for one in rows if by.person_id == (one.conflict or found).person_id]
    if not mine:
        raise NoSuchThing
    row = next((one for one in mine if one.sha256 == sha256), None)
    if row is None:
        if mine[0].file_id is None:
            raise BadInput("photo_differs", field="photo")
        return _differs(found, sha256, None, by=by, now=now, slot=slot, upload=upload)
    digest = str(found.digest if row.conflict is None else row.conflict.digest)
    if row.file_id is not None:
        return Taken(found, digest, differs=row.conflict_id is not None)
    row.file, row.received_at = _store(found, upload, by=by, now=now, picture=picture), now
    row.save(update_fields=["file", "received_at"])
    left = Photo.objects.filter(compound_id=compound_id, answer=found, conflict__isnull=True, file__isnull=True)
    if row.conflict_id is None and not left.exists():
        complete([found], by=by, now=now)
        keep(
            compound_id=compound_id,
            verb="complete",
            target=f"rounds.answer:{found.pk}",
            changes={"state": [Answer.State.WAITING.value, found.state]},
            by=by,
            now=now,
        )
    return Taken(found, digest, differs=row.conflict_id is not None, new=True)


def _store(answer: Answer, upload: Any, *, by: Actor, now: datetime, picture: Picture | None = None) -> Any:
    return store_image(
        compound_id=answer.compound_id,
        by=by,
        upload=upload,
        purpose=PURPOSE,
        target=f"rounds.answer:{answer.pk}",
        now=now,
        picture=picture,
    )


def _differs(
    answer: Answer,
    digest: str,
    given: Given | None,
    *,
    by: Actor,
    now: datetime,
    slot: int = 0,
    upload: Any = None,
) -> Taken:
    """Keep what came under an id that is taken, once, and tell the desk."""
    if Conflict.objects.filter(compound_id=answer.compound_id, answer=answer, digest=digest).exists():
        return Taken(answer, digest, differs=True)
    made: Conflict = Conflict.objects.create(
        compound_id=answer.compound_id,
        answer=answer,
        digest=digest,
        body=given.body if given is not None else None,
        person_id=by.person_id,
        label=by.signature,
        received_at=now,
    )
    photos: Iterable[Photo] = (
        Photo(
            compound_id=answer.compound_id, answer=answer, conflict=made, slot=one.slot, sha256=one.sha256, bytes=one.bytes
        )
        for one in (given.read.photos if given is not None else ())
    )  # fmt: skip
    Photo.objects.bulk_create(photos)
    if upload is not None:
        Photo.objects.create(
            compound_id=answer.compound_id,
            answer=answer,
            conflict=made,
            slot=slot,
            sha256=digest,
            bytes=upload.size,
            file=_store(answer, upload, by=by, now=now),
            received_at=now,
        )
    _tell_desk(answer, "rounds.conflict", now=now)
    keep(
        compound_id=answer.compound_id,
        verb="conflict",
        target=f"rounds.answer:{answer.pk}",
        changes={"digest": [answer.digest, digest]},
        by=by,
        now=now,
    )
    return Taken(answer, digest, differs=True, new=True)


def _tell_desk(answer: Answer, template: str, *, now: datetime, count: int = 1) -> None:
    compound = Compound.objects.get(pk=answer.compound_id)
    tell(
        compound,
        desk(answer.compound_id, now),
        template,
        link="review/",
        by=clock(answer.compound_id),
        now=now,
        key=f"{template}:{answer.pk}",
        who=answer.label,
        place=answer.place or "—",
        count=str(count),
    )
