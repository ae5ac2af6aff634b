"""Fire rounds of the demonstration: plans made with one act, yesterday walked but for a place; one thing failed."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils.timezone import localdate

from documents.digests import hash_of
from equipment.models import Label
from parties.queries import acting_post
from portal.demonstration.equipping import HOUR, KEEPER, PLACE, WORKER
from portal.demonstration.pictures import photo
from rounds.actions.ahead import make_ahead
from rounds.actions.answers import MOST_AT_ONCE, Given, take, take_photo
from rounds.actions.assigning import To, assign
from rounds.actions.clockwork import judge_time
from rounds.actions.plans import make_plans
from rounds.actions.records import sign, skip
from rounds.models import Edition, Occurrence, Plan, State
from rounds.rules.body import read
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY: Final = timedelta(days=1)
PACE: Final = 35  # seconds between two places


def go_round(made: "Cast") -> None:
    """Yesterday everything was planned and walked, but for one place of the fire patrol and one round of the night."""
    compound = made.compounds[PLACE]
    began = made.now - DAY
    with scope(compound.pk):
        keeper = _actor(made, KEEPER, began)
        make_plans(compound_id=compound.pk, by=keeper, now=began)
        make_ahead(compound_ids=[compound.pk], now=began)
        _given(made, compound.pk, keeper, began)
        codes: dict[int, str] = dict(
            Label.objects.filter(compound=compound, replaced_at__isnull=True).values_list("piece_id", "code")
        )
        yesterday = localdate(made.now - DAY)
        for one in list(Occurrence.objects.filter(compound=compound, duty="facility_patrol").order_by("due_at", "pk")):
            if localdate(one.opens_at) == yesterday:
                _walk(made, one, codes)
        # One building is left out of the fire patrol: it is overdue, and the community sees it.
        fire = Occurrence.objects.filter(compound=compound, duty="fire_patrol").order_by("due_at")
        _walk(made, fire[0], codes, leave=1)
        night = Occurrence.objects.filter(compound=compound, duty="night_patrol").order_by("due_at")
        _walk(made, night[0], codes)
        _failed(made, _check_of_extinguishers(made, compound.pk), codes)
        _reviewed(made, Occurrence.objects.filter(compound=compound, state=State.DONE).order_by("done_at", "pk")[0])
        judge_time(compound_id=compound.pk, now=made.now)


def _given(made: "Cast", compound_id: int, keeper: Actor, at: datetime) -> None:
    """What is walked every day is the worker's; checks of the half-month wait for somebody."""
    for duty in ("facility_patrol", "fire_patrol"):
        first = {
            one.plan_id: one.pk for one in Occurrence.objects.filter(compound_id=compound_id, duty=duty).order_by("-pk")
        }
        assign(
            compound_id=compound_id, occurrence_ids=first.values(), to=To(made.posts[WORKER].pk), always=True, by=keeper, now=at
        )  # fmt: skip


def _check_of_extinguishers(made: "Cast", compound_id: int) -> Occurrence:
    """The half-monthly check of extinguishers that is open today, whichever day that is."""
    plans = Plan.objects.filter(compound_id=compound_id, key__startswith="check:extinguisher:", ended_at__isnull=True)
    found: Occurrence = (
        Occurrence.objects.filter(
            compound_id=compound_id, plan_id__in=plans.values("pk"), state=State.PLANNED, due_at__gt=made.now
        )
        .order_by("due_at", "pk")[0]
    )  # fmt: skip
    return found


def _walk(made: "Cast", one: Occurrence, codes: dict[int, str], *, leave: int = 0) -> None:
    """All places of a round in one go, three hours after it opened."""
    edition = Edition.objects.filter(compound_id=one.compound_id, route=one.route_id).latest("number")
    points = edition.content["points"]
    points = points[: len(points) - leave]
    begun = min(one.opens_at + (one.due_at - one.opens_at) / 3, made.now - timedelta(seconds=PACE * len(points)))
    bodies = [_body(one, edition, point, n=n, begun=begun, codes=codes) for n, point in enumerate(points, 1)]
    at = begun + timedelta(seconds=PACE * (len(points) + 1))
    for n in range(0, len(bodies), MOST_AT_ONCE):
        _hand_in(made, one, bodies[n : n + MOST_AT_ONCE], at)


def _body(
    one: Occurrence, edition: Edition, point: dict[str, Any], *, n: int, begun: datetime, codes: dict[int, str]
) -> dict[str, Any]:
    walk, at = uuid.uuid5(uuid.NAMESPACE_URL, f"walk:{one.pk}"), begun + timedelta(seconds=PACE * n)
    code = codes.get(point["piece"] or 0, "")
    return {
        "kind": "point", "walk": str(walk), "order": n, "seconds": PACE * n,
        "rounds": [{"round": one.pk, "point": point["id"], "edition": edition.pk}],
        "way": "qr" if code and n % 17 else "typed" if code else "list", "label": code, "place": None,
        "results": [
            {"item": item["key"], "value": _value(item)} for item in edition.content["forms"][point["form"]]
        ],
        "note": "", "device_at": at.isoformat(), "photos": [],
    }  # fmt: skip


def _value(item: dict[str, Any]) -> str:
    if item["type"] == "choice":
        return str(item["passes"][0])
    if item["type"] == "number":
        least = str(item.get("min", ""))
        return least if least.replace(".", "").isdigit() else "1"
    return "" if item["type"] == "photo" else "ok"


def _hand_in(made: "Cast", one: Occurrence, bodies: list[dict[str, Any]], at: datetime) -> list[Given]:
    given = [
        Given(uuid.uuid5(uuid.NAMESPACE_URL, f"{body['walk']}:{body['order']}"), read(body), body) for body in bodies
    ]
    take(compound_id=one.compound_id, given=given, device_now=at, by=_actor(made, WORKER, at), now=at)
    return given


def _failed(made: "Cast", one: Occurrence, codes: dict[int, str]) -> None:
    """An extinguisher with its needle in the red, with its photo; the round goes on."""
    edition = Edition.objects.filter(compound_id=one.compound_id, route=one.route_id).latest("number")
    at = made.now - 3 * HOUR
    points = edition.content["points"][:3]
    bodies = [_body(one, edition, point, n=n, begun=at, codes=codes) for n, point in enumerate(points, 1)]
    picture = photo("fire")
    needle = next(result for result in bodies[-1]["results"] if result["item"] == "gauge")
    needle |= {"value": "红区", "photos": [0]}
    bodies[-1] |= {"photos": [{"slot": 0, "sha256": hash_of(picture), "bytes": picture.size}], "normal": 1}
    given = _hand_in(made, one, bodies, at + 2 * HOUR)
    take_photo(
        compound_id=one.compound_id, client_id=given[-1].client_id, slot=0, upload=picture,
        by=_actor(made, WORKER, at), now=at + 2 * HOUR,
    )  # fmt: skip


def _reviewed(made: "Cast", one: Occurrence) -> None:
    """The manager signed one; one check of this month need not be done."""
    keeper, at = _actor(made, KEEPER, made.now), made.now - HOUR
    sign(compound_id=one.compound_id, occurrence_id=one.pk, agrees=True, note="", by=keeper, now=at)
    month = Occurrence.objects.filter(compound_id=one.compound_id, duty="micro_station", state=State.PLANNED).order_by(
        "due_at"
    )
    skip(
        compound_id=one.compound_id, occurrence_id=month[0].pk, reason="本月由街道统一检查", by=keeper, now=at
    )  # fmt: skip


def _actor(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
