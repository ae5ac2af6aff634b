"""What a worker does: claim, start, finish."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from documents.actions import store_image
from repairs.actions.change import begin, followers, responded, stop_clock
from repairs.actions.filing import PURPOSE
from repairs.actions.quotes import refuse_while_price_waits
from repairs.models import Photo, Request
from repairs.refusals import BadInput, OutOfState
from repairs.rules.periods import MAX_PHOTOS
from tenancy.actor import Actor


@transaction.atomic
def claim(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Take a request that nobody has (接单). When two claim at once the row's lock decides; the other is told who has it."""
    change = begin(compound_id=compound_id, ref=ref, action="claim", by=by, now=now)
    responded(change)
    change.set(worker_id=by.person_id, worker_post=by.post_id)
    request = change.save()
    change.tell(request.askers, "repairs.assigned_told", worker=by.person_name)
    return request


@transaction.atomic
def arrive(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Say that the worker has come (到场); once for each assignment."""
    change = begin(compound_id=compound_id, ref=ref, action="arrive", by=by, now=now)
    if change.request.arrived_at is not None:
        raise OutOfState("arrived_already", state=change.request.get_state_display())
    change.set(arrived_at=now)
    request = change.save()
    change.tell(request.askers, "repairs.arrived", worker=by.person_name)
    return request


@transaction.atomic
def start(*, compound_id: int, ref: str, photos: Sequence[UploadedFile[Any]], by: Actor, now: datetime) -> Request:
    """Begin the work on the spot (开始处理), with photos of how it was found."""
    change = begin(compound_id=compound_id, ref=ref, action="start", by=by, now=now)
    refuse_while_price_waits(change.request)
    if change.request.arrived_at is None:
        change.set(arrived_at=now)
    _attach(change.request, photos, Photo.Stage.BEFORE, by=by, now=now)
    request = change.save()
    change.tell(request.askers, "repairs.started", worker=by.person_name)
    return request


@transaction.atomic
def finish(
    *, compound_id: int, ref: str, note: str, photos: Sequence[UploadedFile[Any]], by: Actor, now: datetime
) -> Request:
    """Report the repair done (完工) with at least one photo of the result; the filer is asked to confirm."""
    change = begin(compound_id=compound_id, ref=ref, action="finish", by=by, now=now, note=note.strip()[:500])
    refuse_while_price_waits(change.request)
    if not photos:
        raise BadInput("photo_needed", field="photos")
    _attach(change.request, photos, Photo.Stage.AFTER, by=by, now=now)
    change.set(
        finished_at=now,
        finished_in_time=change.request.due_at is None or now <= change.request.due_at,
    )
    stop_clock(change)
    request = change.save()
    change.tell([*request.askers, *followers(request)], "repairs.finished", worker=by.person_name)
    return request


def _attach(request: Request, photos: Sequence[UploadedFile[Any]], stage: str, *, by: Actor, now: datetime) -> None:
    if len(photos) > MAX_PHOTOS:
        raise BadInput("too_many_photos", field="photos")
    for photo in photos:
        file = store_image(compound_id=request.compound_id, by=by, upload=photo, purpose=PURPOSE, now=now)
        Photo.objects.create(compound_id=request.compound_id, request=request, file=file, stage=stage, at=now)
