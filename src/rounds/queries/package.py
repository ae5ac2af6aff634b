"""The package of a day: all that a phone takes along, as plain values. Six statements, however much is due."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from equipment.models import Piece
from rounds.models import Edition, Occurrence, Plan
from rounds.queries.occurrences import MOST_ROUNDS, editions_of, on_day, plans_of
from rounds.queries.records import answered
from rounds.queries.whose import NOBODY, Whose, whose
from rounds.rules.body import MOST_NOTE, MOST_PHOTO, MOST_PHOTOS
from rounds.rules.drafts import form_items
from rounds.words import duty_name, item_name, who_line

MINE, OPEN_TO_ALL, OTHERS = "mine", "open", "other"
# What is one's own is walked first, then what is nobody's; what is somebody else's stays within reach.
_FIRST = {MINE: 0, OPEN_TO_ALL: 1, OTHERS: 2}


def package(compound_id: int, code: str, day: date, now: datetime, *, person_id: int) -> dict[str, Any]:
    """The package of a day for somebody, as docs/decisions/rounds.md describes it; ``version`` names its content."""
    rows = list(on_day(compound_id, day)[:MOST_ROUNDS])
    plans = plans_of(compound_id, {one.plan_id for one in rows})
    told = whose(compound_id, rows, {pk: one.key for pk, one in plans.items()}, now=now, day=day)
    rows.sort(key=lambda one: _FIRST[relation(told.get(one.pk, NOBODY), person_id)])
    editions = editions_of(compound_id, {one.route_id for one in rows if one.route_id is not None})
    done = _by_round(answered(compound_id, [one.pk for one in rows]))
    forms: dict[str, list[dict[str, Any]]] = {}
    stops: dict[str, dict[str, Any]] = {}
    for one in rows:
        edition = editions.get(one.route_id or 0)
        if edition is not None:
            _stops(one, edition, stops, day.month)
        elif one.plan_id in plans:
            form = _form_key(plans[one.plan_id])
            forms.setdefault(form, [_told(item.kept(), day.month) for item in form_items(form)])
    for stop in stops.values():
        forms.setdefault(stop["form"], stop.pop("items"))
        stop.pop("items", None)
    states, labels = _pieces(compound_id, stops)
    live = {piece: label for label, (piece, in_force) in labels.items() if in_force}
    for stop in stops.values():
        stop["state"] = states.get(stop["piece"], "")
        stop["label"] = live.get(stop["piece"], "")
    content = {
        "day": day.isoformat(),
        "compound": code,
        "rounds": [
            {
                **_round(one, plans[one.plan_id], editions, done),
                "whose": relation(told.get(one.pk, NOBODY), person_id),
                "who": who_line(told.get(one.pk, NOBODY)),
            }
            for one in rows
            if one.plan_id in plans
        ],
        "stops": list(stops.values()),
        "forms": forms,
        "labels": {label: f"p{piece}" for label, (piece, _live) in labels.items()},
        "limits": {"photos": MOST_PHOTOS, "photo_bytes": MOST_PHOTO, "note": MOST_NOTE},
    }
    version = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return {"version": version, "server_time": now.isoformat(), **content}


def _by_round(found: Mapping[tuple[int, int], str]) -> dict[int, list[int]]:
    done: dict[int, list[int]] = {}
    for occurrence, point in found:
        done.setdefault(occurrence, []).append(point)
    return done


def _form_key(plan: Plan) -> str:
    return plan.form or f"duty:{plan.duty}"


def _round(
    one: Occurrence, plan: Plan, editions: Mapping[int, Edition], done: Mapping[int, Sequence[int]]
) -> dict[str, Any]:  # fmt: skip
    edition = editions.get(one.route_id or 0)
    return {
        "id": one.pk,
        "duty": one.duty,
        "duty_name": duty_name(one.duty),
        "name": plan.name,
        "times": f"{one.slot + 1}/{plan.times}",
        "opens_at": one.opens_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "closes_at": one.closes_at.isoformat(),
        "state": one.state,
        "edition": edition.pk if edition is not None else 0,
        "points": len(edition.content["points"]) if edition is not None else 0,
        "done": sorted(done.get(one.pk, ())),
        "form": None if edition is not None else _form_key(plan),
    }


def _stops(one: Occurrence, edition: Edition, stops: dict[str, dict[str, Any]], month: int) -> None:
    """Add the places of a round to those of the walk: where several rounds meet, there is one stop, looked at for all of them."""
    for point in edition.content["points"]:
        key = f"p{point['piece']}" if point["piece"] else f"s{point['address']}|{point['name']}"
        stop = stops.get(key)
        items = edition.content["forms"].get(point["form"], ())
        if stop is None:
            stop = stops[key] = {
                "key": f"p{point['piece']}" if point["piece"] else f"s{point['id']}",
                "building": point["building"], "floor": point["floor"], "name": point["name"],
                "address": point["address"], "piece": point["piece"], "kind": point["kind"], "number": point["number"],
                "state": "", "label": "", "form": point["form"], "rounds": [],
                "items": [_told(item, month) for item in items if _asked(item, month)],
            }  # fmt: skip
        elif point["form"] not in stop["form"].split("+"):
            there = {item["key"] for item in stop["items"]}
            photos = [item for item in stop["items"] if item["type"] == "photo"]
            more = [_told(item, month) for item in items if _asked(item, month) and item["key"] not in there]
            stop["items"] = [item for item in [*stop["items"], *more] if item["type"] != "photo"]
            stop["items"] += photos or [item for item in more if item["type"] == "photo"]
            stop["form"] = "+".join([*stop["form"].split("+"), point["form"]])
        if all(known["round"] != one.pk or known["point"] != point["id"] for known in stop["rounds"]):
            stop["rounds"].append({"round": one.pk, "point": point["id"], "edition": edition.pk})


def _asked(item: Mapping[str, Any], month: int) -> bool:
    return not item.get("months") or month in item["months"]


def _told(item: Mapping[str, Any], _month: int) -> dict[str, Any]:
    """An item as a phone shows it, in the reader's language; its season and its other name stay here."""
    return {
        **{key: value for key, value in item.items() if key not in {"en", "months"}},
        "name": item_name(item),
        "type": item.get("type", "ok"),
    }


def relation(told: Whose, person_id: int) -> str:
    """How a round belongs to somebody: ``mine``, ``open`` (nobody's) or ``other``."""
    if person_id in told.people():
        return MINE
    return OPEN_TO_ALL if told.open else OTHERS


def _pieces(
    compound_id: int, stops: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[int, str], dict[str, tuple[int, bool]]]:
    """The state of each piece, and the codes that hang there, old ones too, with their piece and whether it is the one in force.
    One statement.
    """
    states: dict[int, str] = {}
    labels: dict[str, tuple[int, bool]] = {}
    for piece, state, code, replaced in (
        Piece.objects.filter(compound_id=compound_id, pk__in={one["piece"] for one in stops.values() if one["piece"]})
        .order_by("labels__pk")
        .values_list("pk", "state", "labels__code", "labels__replaced_at")
    ):
        states[piece] = state
        if code is not None:
            labels[code] = (piece, replaced is None)
    return states, labels
