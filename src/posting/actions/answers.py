"""What comes from phones: an answer under its own id, its photos one by one, and a receipt for each.

The same id with the same bytes is success, and what was missing is attached; with other bytes both are kept, the first one
stays, and the manager is told. Nothing that somebody did at a wall is ever dropped: what is unusual is flagged and kept.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import transaction

from documents.actions import store_image
from documents.digests import digest_of, hash_of, is_digest
from lifecycle.typed import said
from notices.models import State as NoticeState
from posting.actions.change import clock, desk, everyone_in, keep, link, tell
from posting.actions.rounds import done_after_all, post_again, settle_rounds, take_down
from posting.models import MAX_REASON, Answer, Conflict, Label, Photo, Plan, Result, Round, Task
from posting.permissions import may_walk
from posting.refusals import BadInput, NoSuchThing, NotPermitted
from posting.rules import clocks
from posting.rules.jobs import CHECK_EVERY, GONE, RESULTS, UP
from posting.rules.labels import normalised
from tenancy.actor import Actor

PURPOSE = "posting.photo"
MAX_PHOTOS = 3
MAX_PHOTO = 20 * 1024 * 1024
# What makes an answer wait for a manager's word.
_DOUBTED = frozenset({"not_in_post"})


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo that an answer names: the slot, the SHA-256 of its bytes in hexadecimal digits, and how many there are."""

    slot: int
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was sent. ``label``: the code that was read, "" when the point was chosen from the list.

    ``body`` is everything as it came, for the digest; ``device_now`` what the phone's clock showed while sending.
    """

    client_id: UUID
    task_id: int
    result: str
    note: str
    label: str
    device_at: datetime
    device_now: datetime | None
    photos: tuple[Announced, ...]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what was sent, named by its digest.

    ``differs``: it was other bytes under an id that was taken; they were kept beside the first.
    """

    answer: Answer
    digest: str
    differs: bool = False
    new: bool = False


@transaction.atomic
def take(*, compound_id: int, given: Given, by: Actor, now: datetime, in_post: bool = True) -> Taken:
    """Take an answer in, or find it again. It counts once its photos are there.

    ``in_post``: False for whoever holds no post there any more; what they did is kept for review. Refused: NoSuchThing (no such
    task), NotPermitted (not_yours), BadInput (unknown_result, too_long, no_photo, too_many_photos, photo_twice, bad_hash).
    """
    if compound_id not in by.compound_ids or (in_post and not may_walk(by)):
        raise NotPermitted("not_yours")
    task: Task | None = (
        Task.objects.select_for_update(of=("self",), no_key=True)
        .select_related("round", "point", "notice__compound", "notice__current")
        .filter(compound_id=compound_id, pk=given.task_id)
        .first()
    )
    digest = digest_of(given.body)
    known = _known(compound_id, given.client_id)
    if known is not None:
        if known.digest == digest and known.person_id == by.person_id:
            return Taken(known, digest)
        check_photos(given.photos)
        return _differs(known, digest, given, by=by, now=now)
    if task is None:
        raise NoSuchThing
    if given.result not in RESULTS[task.job]:
        raise BadInput("unknown_result", field="result")
    check_photos(given.photos)
    offset = clocks.offset_seconds(given.device_now, now)
    code = normalised(given.label)
    at_point = bool(code) and Label.objects.filter(compound_id=compound_id, point=task.point, code=code).exists()
    made: Answer = Answer.objects.create(
        compound_id=compound_id,
        client_id=given.client_id,
        task=task,
        notice=task.notice,
        point=task.point,
        edition=task.round.edition,
        result=given.result,
        note=said(given.note, "note", MAX_REASON),
        way=Answer.Way.QR if at_point else Answer.Way.LIST,
        device_at=given.device_at,
        offset_seconds=offset,
        received_at=now,
        happened_at=clocks.happened(given.device_at, offset, now),
        flags=_flags(given, task, offset=offset, at_point=at_point, in_post=in_post, now=now),
        digest=digest,
        body=given.body,
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
    )
    Photo.objects.bulk_create(
        Photo(compound_id=compound_id, answer=made, slot=one.slot, sha256=one.sha256, bytes=one.bytes)
        for one in given.photos
    )
    keep(
        compound_id=compound_id,
        verb="answer",
        target=f"posting.answer:{made.pk}",
        changes={"result": [None, made.result], "point": [None, str(task.point)], "digest": [None, digest]},
        by=by,
        now=now,
        notice=task.notice.ref,
    )
    return Taken(made, digest, new=True)


@transaction.atomic
def take_photo(*, compound_id: int, client_id: UUID, slot: int, upload: Any, by: Actor, now: datetime) -> Taken:
    """Take one photo of an answer in; with the last one it counts. The same photo again is success.

    Refused: NoSuchThing (no such answer of this person, or no such slot), BadInput (photo_differs: not whole, or not the one
    that was announced); raises documents.actions.FileRefused for what is no picture.
    """
    found = _known(compound_id, client_id)
    if found is None:
        raise NoSuchThing
    sha256 = hash_of(upload)
    rows = list(
        Photo.objects.select_for_update(of=("self",), no_key=True)
        .select_related("conflict")
        .filter(compound_id=compound_id, answer=found, slot=slot)
        .order_by("pk")
    )
    mine = [one for one in rows if by.person_id == (one.conflict or found).person_id]
    if not mine:
        raise NoSuchThing
    row = next((one for one in mine if one.sha256 == sha256), None)
    if row is None:
        if mine[0].file_id is None:
            raise BadInput("photo_differs", field="photo")
        return _differs(found, sha256, None, by=by, now=now, slot=slot, upload=upload)
    if row.file_id is None:
        row.file, row.received_at = _store(found, upload, by=by, now=now), now
        row.save(update_fields=["file", "received_at"])
        left = Photo.objects.filter(compound_id=compound_id, answer=found, conflict=row.conflict, file__isnull=True)
        if row.conflict_id is None and not left.exists():
            found = _whole(found, by=by, now=now)
        return Taken(found, _digest(found, row), differs=row.conflict_id is not None, new=True)
    return Taken(found, _digest(found, row), differs=row.conflict_id is not None)


def _digest(answer: Answer, row: Photo) -> str:
    return str(answer.digest if row.conflict is None else row.conflict.digest)


def count(answer: Answer, *, now: datetime) -> None:
    """Let an answer count: its task is done, and what follows from it is asked for."""
    answer.state = Answer.State.COUNTED
    answer.save(update_fields=["state"])
    task, notice = answer.task, answer.notice
    done = Task.objects.filter(compound_id=answer.compound_id, pk=task.pk, state=Task.State.OPEN)
    if done.update(state=Task.State.DONE, ended_at=now):
        settle_rounds(answer.compound_id, now, notice=notice)
    else:
        done_after_all(task, answer.happened_at, now)
    over = notice.state in {NoticeState.WITHDRAWN, NoticeState.EXPIRED}
    if answer.result in UP and over:
        # It went up after the word to take it down: it comes down too.
        reason = Round.Reason.WITHDRAWN if notice.state == NoticeState.WITHDRAWN else Round.Reason.EXPIRED
        take_down(notice, reason, by=clock(answer.compound_id), now=now, points=[answer.point])
    elif answer.result in GONE and _goes_on(notice) and answer.point.retired_at is None:
        post_again(notice, answer.point, by=clock(answer.compound_id), now=now)
    elif answer.result == Result.POSTED and not over:
        plans = Plan.objects.filter(compound_id=answer.compound_id, notice=notice, check_at__isnull=True)
        plans.update(check_at=max(answer.happened_at, now) + CHECK_EVERY)


def _goes_on(notice: Any) -> bool:
    """Whether its papers are still to hang."""
    ended = Plan.objects.filter(compound_id=notice.compound_id, notice=notice, over_at__isnull=False)
    return bool(notice.state == NoticeState.PUBLISHED and not ended.exists())


def _known(compound_id: int, client_id: UUID) -> Answer | None:
    found: Answer | None = (
        Answer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task", "point", "notice__compound", "notice__current")
        .filter(compound_id=compound_id, client_id=client_id)
        .first()
    )
    return found


def check_photos(photos: tuple[Announced, ...]) -> None:
    """Refused: BadInput (no_photo, too_many_photos, photo_twice, bad_hash, photo_size)."""
    if not photos:
        raise BadInput("no_photo", field="photos")
    if len(photos) > MAX_PHOTOS:
        raise BadInput("too_many_photos", field="photos", most=str(MAX_PHOTOS))
    if len({one.slot for one in photos}) != len(photos):
        raise BadInput("photo_twice", field="photos")
    for one in photos:
        if not is_digest(one.sha256):
            raise BadInput("bad_hash", field="photos")
        if not 0 < one.bytes <= MAX_PHOTO or not 0 <= one.slot < MAX_PHOTOS:
            raise BadInput("photo_size", field="photos")


def _flags(
    given: Given, task: Task, *, offset: int | None, at_point: bool, in_post: bool, now: datetime
) -> list[str]:  # fmt: skip
    """What is unusual about an answer, judged here and never at the wall (rounds-and-rosters B6)."""
    notice, happened = task.notice, clocks.happened(given.device_at, offset, now)
    hashes = [one.sha256 for one in given.photos]
    unusual = {
        "after_withdrawal": notice.state == NoticeState.WITHDRAWN,
        "after_expiry": notice.state == NoticeState.EXPIRED,
        "old_edition": notice.current is not None and notice.current.edition != task.round.edition,
        "point_retired": task.point.retired_at is not None,
        "again": task.state == Task.State.DONE,
        "clock_off": clocks.is_off(offset),
        "before_task": happened < task.round.made_at,
        "other_label": bool(given.label) and not at_point,
        "not_in_post": not in_post,
        "photo_seen": Photo.objects.filter(compound_id=task.compound_id, sha256__in=hashes).exists(),
    }
    return [name for name, found in unusual.items() if found]


def _store(answer: Answer, upload: Any, *, by: Actor, now: datetime) -> Any:
    return store_image(
        compound_id=answer.compound_id,
        by=by,
        upload=upload,
        purpose=PURPOSE,
        target=f"posting.answer:{answer.pk}",
        now=now,
    )


def _whole(answer: Answer, *, by: Actor, now: datetime) -> Answer:
    """Every photo is there: it counts, or waits for a manager's word."""
    answer.complete_at = now
    doubted = bool(_DOUBTED & set(answer.flags))
    answer.state = Answer.State.REVIEW if doubted else Answer.State.WAITING
    answer.save(update_fields=["complete_at", "state"])
    if doubted:
        _tell_desk(answer, "posting.review", now=now)
    else:
        count(answer, now=now)
    keep(
        compound_id=answer.compound_id,
        verb="complete",
        target=f"posting.answer:{answer.pk}",
        changes={"state": [Answer.State.WAITING.value, answer.state]},
        by=by,
        now=now,
        notice=answer.notice.ref,
    )
    return answer


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
    Photo.objects.bulk_create(
        Photo(
            compound_id=answer.compound_id, answer=answer, conflict=made, slot=one.slot, sha256=one.sha256,
            bytes=one.bytes,
        )
        for one in (given.photos if given is not None else ())
    )  # fmt: skip
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
    _tell_desk(answer, "posting.conflict", now=now)
    keep(
        compound_id=answer.compound_id,
        verb="conflict",
        target=f"posting.answer:{answer.pk}",
        changes={"digest": [answer.digest, digest]},
        by=by,
        now=now,
        notice=answer.notice.ref,
    )
    return Taken(answer, digest, differs=True, new=True)


def _tell_desk(answer: Answer, template: str, *, now: datetime) -> None:
    notice = answer.notice
    side = Round.objects.filter(compound_id=answer.compound_id, tasks=answer.task_id).values_list("side", flat=True)
    tell(
        notice,
        desk(everyone_in(answer.compound_id, now), side[0]),
        template,
        to=link(notice),
        by=clock(answer.compound_id),
        now=now,
        key=f"{template}:{answer.pk}",
        who=answer.label,
        place=str(answer.point),
    )


def as_upload(content: bytes) -> Any:
    """Bytes as the intake of pictures takes them."""
    made: Any = BytesIO(content)
    made.size = len(content)
    return made
