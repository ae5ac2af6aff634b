"""Rounds of a compound, made by the same actions as the pages, and what phones send about them."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from posting.actions.answers import as_upload
from rounds.actions.answers import Given, Taken, take, take_photo
from rounds.actions.plans import make_plans
from rounds.models import Edition, Occurrence, Plan, Point, Review
from rounds.rules.body import read
from tenancy.scope import scope
from tests.equipment.conftest import a_piece
from tests.notices.conftest import NOW
from tests.posting.conftest import jpeg
from tests.world import Side

__all__ = ["DAY", "HOUR", "NOW"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test here stands at NOW (2026-06-02 10:00)."""
    if "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def planned(side: Side, pieces: int = 2, *, who: str = "manager", now: datetime = NOW) -> dict[str, Plan]:
    """Plans by their keys, over some extinguishers in a garage."""
    for n in range(pieces):
        a_piece(side, f"MHQ-{n + 1}", who=who, now=now, place="basement")
    with scope(side.compound.pk):
        make_plans(compound_id=side.compound.pk, by=side.actor(who, now.date()), now=now)
        return {one.key: one for one in Plan.objects.filter(ended_at__isnull=True).select_related("route")}


def round_of(plan: Plan, at: datetime = NOW) -> Occurrence:
    """The occurrence of a plan that is open at a moment."""
    with scope(plan.compound_id):
        found: Occurrence = Occurrence.objects.filter(plan_id=plan.pk, opens_at__lte=at, due_at__gt=at).get()
        return found


def fresh(one: Occurrence) -> Occurrence:
    """As it stands now."""
    with scope(one.compound_id):
        found: Occurrence = Occurrence.objects.get(pk=one.pk)
        return found


def points_of(plan: Plan) -> list[Point]:
    """The places of a plan's route."""
    with scope(plan.compound_id):
        return list(
            Point.objects.filter(route=plan.route, retired_at__isnull=True).select_related("piece").order_by("position")
        )


def body_for(
    one: Occurrence,
    point: Point | None,
    *,
    at: datetime = NOW,
    bad: str = "",
    photos: Sequence[bytes] = (),
    **more: Any,
) -> dict[str, Any]:
    """What a phone sends of one place (None: of a round that was finished): everything in order, but for ``bad``."""
    with scope(one.compound_id):
        edition = Edition.objects.filter(route_id=one.route_id).order_by("-number").first()
    results: list[dict[str, Any]] = []
    if point is not None and edition is not None:
        for item in edition.content["forms"][point.form]:
            if item["type"] == "photo":
                continue
            value = item["passes"][0] if item["type"] == "choice" else "ok"
            if item["type"] == "number":
                value = item.get("min") or "1"
            results.append({"item": item["key"], "value": value})
    for one_result in results:
        if one_result["item"] == bad:
            one_result |= {"value": "bad", "photos": list(range(len(photos)))}
    return {
        "kind": "finish" if point is None else "point",
        "walk": str(uuid.uuid5(uuid.NAMESPACE_URL, "walk")),
        "order": 1,
        "seconds": 60,
        "package": "",
        "rounds": [
            {"round": one.pk, "point": point.pk, "edition": edition.pk if edition else 0}
            if point is not None
            else {"round": one.pk}
        ],
        "way": "qr",
        "label": "",
        "place": None,
        "results": results,
        "note": "",
        "device_at": at.isoformat(),
        "photos": [
            {"slot": n, "sha256": hashlib.sha256(photo).hexdigest(), "bytes": len(photo)}
            for n, photo in enumerate(photos)
        ],
        **more,
    }


def given(body: dict[str, Any], client_id: uuid.UUID | None = None) -> Given:
    """As the API hands it on."""
    return Given(client_id or uuid.uuid4(), read(body), body)


def sent(
    side: Side,
    body: dict[str, Any],
    *,
    who: str = "worker",
    now: datetime = NOW,
    client_id: uuid.UUID | None = None,
    **more: Any,
) -> Taken:
    """One answer taken in."""
    with scope(side.compound.pk):
        return take(
            compound_id=side.compound.pk,
            given=[given(body, client_id)],
            by=side.actor(who, now.date()),
            now=now,
            **{"device_now": now, **more},
        )[0]


def walked(side: Side, plan: Plan, *, who: str = "worker", now: datetime = NOW) -> Occurrence:
    """A round with every place seen and in order."""
    one = round_of(plan, now)
    for n, point in enumerate(points_of(plan)):
        sent(side, body_for(one, point, at=now, order=n + 1, seconds=60 * n), who=who, now=now)
    return fresh(one)


def photo_sent(
    side: Side, taken: Taken, photo: bytes, slot: int = 0, *, who: str = "worker", now: datetime = NOW
) -> Taken:
    """One photo of an answer."""
    with scope(side.compound.pk):
        return take_photo(
            compound_id=side.compound.pk, client_id=taken.answer.client_id, slot=slot, upload=as_upload(photo),
            by=side.actor(who, now.date()), now=now,
        )  # fmt: skip


def put_rounds_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A round with an answer that waits, a conflict, a review; the values of URL parameters."""
    from rounds.actions.assigning import To, assign
    from rounds.actions.plans import add_item
    from rounds.actions.records import sign

    compound = side.compound.pk
    by = side.actor("manager", now.date())
    with scope(compound):
        make_plans(compound_id=compound, by=by, now=now)
        plan = Plan.objects.select_related("route").get(key="fire_patrol", ended_at__isnull=True)
        Plan.objects.filter(pk=plan.pk).update(name=f"检查{mark}"[:60])
        item = add_item(compound_id=compound, form="duty:fire_patrol", name=f"项{mark}"[:40], by=by, now=now)
    one, point = round_of(plan, now), points_of(plan)[0]
    with scope(compound):
        to = To(side.posts["worker2"].pk)
        assign(compound_id=compound, occurrence_ids=[one.pk], to=to, always=True, reason=f"因{mark}", by=by, now=now)
    for place in points_of(plan):
        sent(side, body_for(one, place, at=now, note=f"好{mark}"), now=now)
    first = jpeg("#445566")
    taken = sent(side, body_for(one, point, at=now, photos=[first], note=f"记{mark}"), now=now, in_post=False)
    photo_sent(side, taken, first, now=now)
    photo_sent(side, taken, jpeg("#665544"), now=now)
    with scope(compound):
        sign(compound_id=compound, occurrence_id=one.pk, agrees=False, note=f"看{mark}", by=by, now=now)
        assert Review.objects.filter(occurrence_id=one.pk).exists()
        conflict = taken.answer.conflicts.get()
    return {
        "occurrence": one.pk, "round_point": point.pk, "round_plan": plan.pk, "round_route": plan.route_id,
        "round_answer": taken.answer.pk, "round_conflict": conflict.pk, "round_item": item.pk,
    }  # fmt: skip
