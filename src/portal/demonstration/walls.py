"""The walls of the demonstration: points with labels, papers that hang, one that is missing, one that was never put up."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from notices.models import Notice, State
from parties.queries import acting_post
from portal.demonstration.pictures import photo
from posting.actions import clockwork
from posting.actions.answers import Announced, Given, take, take_photo
from posting.actions.points import PointDraft, make_point
from posting.actions.rounds import plan
from posting.models import Point, Round, Task
from premises.models import Entrance
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Who keeps the points, who walks for the firm and for the community.
WHO = {
    "wangjiang": ("朱俊杰", "王建国", "徐美玲"),
    "ziwei": ("孙伟民", "何天明", "应文斌"),
    "nanyuan": ("朱俊杰", "金永康", "程月娥"),
}
# As many points at entrances as one walks in a quarter of an hour.
ENTRANCES = 11
OUTSIDE = (("board", "公告栏", "东门", "A3"), ("gate", "大门", "西门", "A3"), ("board", "公告栏", "中心花园", "A3"))
OUTAGE = "水箱清洗停水通知"


def mark_points(made: "Cast") -> None:
    """Where papers hang, months ago."""
    for place, (keeper, _worker, _officer) in WHO.items():
        compound = made.compounds[place]
        at = made.now - 60 * DAY
        with scope(compound.pk):
            by = _actor(made, keeper, at)
            drafts = [PointDraft(kind=kind, name=name, spot=spot, size=size) for kind, name, spot, size in OUTSIDE]
            entrances = Entrance.objects.filter(compound=compound).order_by("building__position", "pk")[:ENTRANCES]
            drafts += [PointDraft(kind="entrance", name="单元门口", place=f"e:{one.pk}") for one in entrances]
            for draft in drafts:
                make_point(compound_id=compound.pk, draft=draft, by=by, now=at)


def put_papers_up(made: "Cast") -> None:
    """What was put up, looked at and found missing since."""
    for place, (keeper, worker, officer) in WHO.items():
        compound = made.compounds[place]
        with scope(compound.pk):
            for notice in Notice.objects.filter(compound=compound, state=State.PUBLISHED).order_by("published_at"):
                if notice.title == OUTAGE:
                    # It was out already: the firm asks for paper in the open and at the first entrances.
                    points = list(
                        Point.objects.filter(compound=compound).order_by("pk").values_list("pk", flat=True)[:5]
                    )
                    at = made.now - 3 * HOUR
                    by = _actor(made, keeper, at)
                    plan(compound_id=compound.pk, ref=notice.ref, wanted=True, point_ids=points, by=by, now=at)
            rounds = Round.objects.filter(compound=compound, job="post").select_related("notice").order_by("pk")
            for n, found in enumerate(rounds):
                # The first is walked to its end; of the others so much is done that there is something to look at.
                _walk(made, found, worker if found.side == "company" else officer, whole=n == 0)
            clockwork.tell_late(compound_id=compound.pk, now=made.now)


def _walk(made: "Cast", found: Round, who: str, *, whole: bool) -> None:
    """One round: all but two points, one of them with a phone whose clock is wrong; looked at three days later."""
    tasks = list(Task.objects.filter(round=found, state="open").order_by("point__position", "point_id"))
    begun = found.made_at + 2 * HOUR
    for n, task in enumerate(tasks[: max(1, len(tasks) - 2) if whole else 4]):
        at = begun + n * timedelta(minutes=3)
        if at < made.now:
            _answer(made, task, "posted", who, at, wrong=timedelta(hours=-7) if n == 1 else timedelta(0))
    looked = found.made_at + 3 * DAY + 6 * HOUR
    if looked > made.now or not whole:
        return
    clockwork.look_after(compound_id=found.compound_id, now=looked)
    checks = Task.objects.filter(notice_id=found.notice_id, job="check", state="open").order_by(
        "point__position", "point_id"
    )
    for n, task in enumerate(list(checks)):
        result = {2: "missing", 5: "damaged"}.get(n, "hanging")
        _answer(made, task, result, who, looked + n * timedelta(minutes=2))
    again = Task.objects.filter(notice_id=found.notice_id, job="post", state="open", round__reason="gone")
    first = again.order_by("pk").first()
    if first is not None:
        _answer(made, first, "posted", who, looked + DAY)


def _answer(
    made: "Cast", task: Task, result: str, who: str, at: datetime, *, wrong: timedelta = timedelta(0)
) -> None:  # fmt: skip
    """Found at the wall at ``at``, sent half an hour later, by a phone whose clock may be wrong."""
    sent = min(at + timedelta(minutes=30), made.now)
    upload = photo({"missing": "wall", "damaged": "torn"}.get(result, "paper"), seal=str(task.pk))
    content = upload.read()
    upload.seek(0)
    announced = Announced(0, hashlib.sha256(content).hexdigest(), len(content))
    given = Given(
        client_id=uuid.uuid5(uuid.NAMESPACE_URL, f"{task.compound_id}:{task.pk}"),
        task_id=task.pk,
        result=result,
        note="玻璃门坏了，贴在旁边的墙上。" if wrong else "",
        label=task.point.labels.get(replaced_at__isnull=True).code,
        device_at=at + wrong,
        device_now=sent + wrong,
        photos=(announced,),
        body={"task": task.pk, "result": result},
    )
    by = _actor(made, who, at)
    take(compound_id=task.compound_id, given=given, by=by, now=sent)
    take_photo(compound_id=task.compound_id, client_id=given.client_id, slot=0, upload=upload, by=by, now=sent)


def _actor(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
