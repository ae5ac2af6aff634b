"""Points, rounds and what phones send about them, made by the same actions as pages."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices import actions as notices
from notices.models import Notice
from posting.actions.answers import Announced, Given, Taken, as_upload, take, take_photo
from posting.actions.points import PointDraft, make_point
from posting.actions.rounds import plan
from posting.models import Point, Task
from premises.models import Entrance
from tenancy.scope import scope
from tests.notices.conftest import NOW, fresh, submitted
from tests.world import Side

__all__ = ["HOUR", "NOW", "fresh"]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test here stands at NOW; pages look at it, actions are given their moment."""
    if "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def a_point(side: Side, name: str = "公告栏", *, who: str = "manager", now: datetime = NOW, **given: Any) -> Point:
    """A point in the open, or where ``place`` says."""
    by = side.actor(who, now.date())
    with scope(side.compound.pk):
        return make_point(
            compound_id=side.compound.pk, draft=PointDraft(**{"kind": "board", "name": name, **given}), by=by, now=now
        )


def entrance_of(side: Side, n: int = 0) -> str:
    """An entrance as the form names it."""
    with scope(side.compound.pk):
        return f"e:{Entrance.objects.order_by('pk')[n].pk}"


def three_points(side: Side) -> list[Point]:
    """Two at entrances and one at the gate, in the order of walking."""
    return [
        a_point(side, "大门", kind="gate", spot="东门"),
        a_point(side, "单元门口", kind="entrance", place=entrance_of(side)),
        a_point(side, "单元门口", kind="entrance", place=entrance_of(side, 1)),
    ]


def publicity(side: Side, who: str = "officer", *, now: datetime = NOW, **given: Any) -> Notice:
    """A publicity notice that is out."""
    return submitted(
        side, who, now=now, **{"kind": "publicity", "title": "公共收益公示", "expires_at": now + 20 * DAY, **given}
    )


def open_tasks(notice: Notice, job: str = "post") -> list[Task]:
    """What is still to be done for a notice."""
    with scope(notice.compound_id):
        return list(
            Task.objects.filter(notice=notice, state="open", job=job)
            .select_related("point", "round")
            .order_by("point__position", "point_id")
        )


def jpeg(colour: str = "#336699") -> bytes:
    """A photo as a phone sends it."""
    out = BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def given_for(
    task: Task,
    result: str = "posted",
    *,
    at: datetime = NOW,
    device_now: datetime | None = NOW,
    photos: Sequence[bytes] = (b"",),
    label: str = "",
    client_id: uuid.UUID | None = None,
    note: str = "",
) -> Given:
    """An answer as the API hands it on; the body is what a phone would have sent."""
    announced = tuple(
        Announced(slot, hashlib.sha256(one).hexdigest(), max(1, len(one))) for slot, one in enumerate(photos)
    )
    body = {
        "task": task.pk,
        "result": result,
        "note": note,
        "label": label,
        "device_at": at.isoformat(),
        "photos": [{"slot": one.slot, "sha256": one.sha256, "bytes": one.bytes} for one in announced],
    }
    return Given(client_id or uuid.uuid4(), task.pk, result, note, label, at, device_now, announced, body)


def answered(
    side: Side,
    task: Task,
    result: str = "posted",
    *,
    who: str = "worker",
    now: datetime = NOW,
    colour: str = "",
    **given: Any,
) -> Taken:
    """An answer with its one photo, whole."""
    photo = jpeg(colour or f"#{uuid.uuid4().hex[:6]}")
    asked = given_for(task, result, photos=[photo], **{"at": now, "device_now": now, **given})
    by = side.actor(who, now.date())
    with scope(side.compound.pk):
        first = take(compound_id=side.compound.pk, given=asked, by=by, now=now)
        if first.differs:
            return first
        return take_photo(
            compound_id=side.compound.pk, client_id=asked.client_id, slot=0, upload=as_upload(photo), by=by, now=now
        )


def withdrawn(side: Side, notice: Notice, who: str = "officer", *, now: datetime = NOW) -> Notice:
    """It is withdrawn."""
    with scope(side.compound.pk):
        notices.withdraw(
            compound_id=side.compound.pk, ref=notice.ref, reason="写错了", by=side.actor(who, now.date()), now=now
        )
    return fresh(notice)


def as_photo(content: bytes | None = None) -> Any:
    """A photo as a form gives it."""
    return SimpleUploadedFile("p.jpg", jpeg() if content is None else content, content_type="image/jpeg")


def put_papers_up(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A point with a task, an answer that waits for a word, and a conflict; the values of URL parameters."""
    notice = publicity(side, now=now, title=f"上墙{mark}", source=f"公示{mark}")
    point = a_point(side, f"公告栏{mark}", now=now)
    by = side.actor("officer", now.date())
    with scope(side.compound.pk):
        plan(compound_id=side.compound.pk, ref=notice.ref, wanted=True, by=by, now=now)
        task = Task.objects.filter(notice=notice).select_related("round").latest("pk")
    photo, other = jpeg("#123123"), jpeg("#321321")
    given = given_for(task, at=now, device_now=now, photos=[photo], note=f"贴好{mark}")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("worker", now.date()), "now": now}
    with scope(side.compound.pk):
        answer = take(given=given, in_post=False, **common).answer
        for one in (photo, other):
            take_photo(client_id=given.client_id, slot=0, upload=as_upload(one), **common)
        return {
            "point_id": point.pk,
            "task_id": task.pk,
            "answer_id": answer.pk,
            "conflict_id": answer.conflicts.get().pk,
            "client_id": given.client_id,
            "label": point.labels.get().code,
            "slot": 0,
        }
