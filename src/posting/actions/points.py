"""Points: made, changed, retired and taken up again; their labels, replaced and printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from documents.actions import request_document
from documents.models import IssuedDocument
from lifecycle.typed import said
from posting.actions.change import keep
from posting.actions.rounds import point_left
from posting.models import MAX_NAME, MAX_PLACE, MAX_REASON, Label, LabelSheet, Point, PointEvent
from posting.permissions import keeps_points
from posting.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from posting.rules.labels import new_code
from premises.models import Building, Entrance
from tenancy.actor import Actor
from tenancy.models import Compound
from ui.numbers import whole

LABELS = "posting.labels"
PUBLIC = "公共区域"
MAX_POINTS = 500


@dataclass(frozen=True, slots=True)
class PointDraft:
    """What somebody says of a point: ``place`` is "b:<building id>", "e:<entrance id>" or "" for none.

    ``spot`` says it in words where no building is meant ("东门").
    """

    kind: str
    name: str
    place: str = ""
    spot: str = ""
    size: str = "A4"


@transaction.atomic
def make_point(*, compound_id: int, draft: PointDraft, by: Actor, now: datetime) -> Point:
    """Make a point with its first label. Refused: NotPermitted (not_yours), BadInput (unknown_kind, unknown_size, say_name,
    too_long, no_such_place, point_twice, too_many_points).
    """
    _allow(compound_id, by)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    if Point.objects.filter(compound_id=compound_id, retired_at__isnull=True).count() >= MAX_POINTS:
        raise BadInput("too_many_points", field="name", most=str(MAX_POINTS))
    made = Point(compound_id=compound_id, made_at=now)
    _describe(made, draft)
    made.save()
    label = _fresh_label(made, now)
    _note(made, "make", f"{made.address} {made.name} {made.size}", by, now)
    keep(
        compound_id=compound_id,
        verb="point",
        target=f"posting.point:{made.pk}",
        changes={"point": [None, str(made)], "label": [None, label.code]},
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def change_point(*, compound_id: int, point_id: int, draft: PointDraft, by: Actor, now: datetime) -> Point:
    """Say anew what a point is; what hung there keeps its place. Refused as ``make_point``, NoSuchThing, OutOfState
    (point_retired).
    """
    _allow(compound_id, by)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    found = _locked(compound_id, point_id)
    if found.retired_at is not None:
        raise OutOfState("point_retired")
    before = f"{found} {found.size}"
    _describe(found, draft)
    after = f"{found} {found.size}"
    if after == before:
        return found
    found.save()
    _note(found, "change", f"{before} → {after}"[:MAX_REASON], by, now)
    _kept(found, {"point": [before, after]}, by, now)
    return found


@transaction.atomic
def retire_point(*, compound_id: int, point_id: int, reason: str, by: Actor, now: datetime) -> Point:
    """Take a point out of use, saying why: nothing is asked for there any more, what hung there stays known.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (point_retired), BadInput (say_why, too_long).
    """
    _allow(compound_id, by)
    found = _locked(compound_id, point_id)
    if found.retired_at is not None:
        raise OutOfState("point_retired")
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    found.retired_at, found.retired_reason = now, why
    found.save(update_fields=["retired_at", "retired_reason"])
    point_left(found, now)
    _note(found, "retire", why, by, now)
    _kept(found, {"retired_reason": [None, why]}, by, now)
    return found


@transaction.atomic
def revive_point(*, compound_id: int, point_id: int, by: Actor, now: datetime) -> Point:
    """Take a point into use again, with the label that it had. Refused: NotPermitted, NoSuchThing, OutOfState (point_in_use),
    BadInput (point_twice).
    """
    _allow(compound_id, by)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    found = _locked(compound_id, point_id)
    if found.retired_at is None:
        raise OutOfState("point_in_use")
    _only_one(found)
    was, found.retired_at, found.retired_reason = found.retired_reason, None, ""
    found.save(update_fields=["retired_at", "retired_reason"])
    _note(found, "revive", "", by, now)
    _kept(found, {"retired_reason": [was, None]}, by, now)
    return found


@transaction.atomic
def replace_label(*, compound_id: int, point_id: int, reason: str, by: Actor, now: datetime) -> Label:
    """Give a point a new label (the old one is torn, gone or copied); who reads the old one is told so.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (point_retired), BadInput (say_why, too_long).
    """
    _allow(compound_id, by)
    found = _locked(compound_id, point_id)
    if found.retired_at is not None:
        raise OutOfState("point_retired")
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    old: Label | None = Label.objects.filter(compound_id=compound_id, point=found, replaced_at__isnull=True).first()
    if old is not None:
        old.replaced_at, old.replaced_reason = now, why
        old.save(update_fields=["replaced_at", "replaced_reason"])
    made = _fresh_label(found, now)
    _note(found, "label", why, by, now)
    _kept(found, {"label": [old.code if old is not None else None, made.code]}, by, now)
    return made


@transaction.atomic
def print_labels(*, compound_id: int, point_ids: Sequence[int], by: Actor, now: datetime) -> IssuedDocument:
    """Ask for a sheet of labels: of these points, or with none named of all in use.

    Refused: NotPermitted (not_yours), NoSuchThing for one that is not in use, BadInput (no_points).
    """
    _allow(compound_id, by)
    asked = sorted(set(point_ids))
    used = Point.objects.filter(compound_id=compound_id, retired_at__isnull=True)
    if asked and used.filter(pk__in=asked).count() != len(asked):
        raise NoSuchThing
    if not asked and not used.exists():
        raise BadInput("no_points", field="points")
    which = "all"
    if asked:
        # Asked for the same once more, it is the same sheet.
        sheet = LabelSheet.objects.filter(compound_id=compound_id, point_ids=asked).first()
        sheet = sheet or LabelSheet.objects.create(compound_id=compound_id, point_ids=asked, made_at=now)
        which = str(sheet.pk)
    return request_document(
        compound_id=compound_id, by=by, kind=LABELS, target=f"posting.labels:{compound_id}:{which}", now=now
    )


def _allow(compound_id: int, by: Actor) -> None:
    if compound_id not in by.compound_ids or not keeps_points(by):
        raise NotPermitted("not_yours")


def _locked(compound_id: int, point_id: int) -> Point:
    found: Point | None = (
        Point.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, pk=point_id).first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _describe(point: Point, draft: PointDraft) -> None:
    if draft.kind not in Point.Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if draft.size not in Point.Size.values:
        raise BadInput("unknown_size", field="size")
    point.kind, point.size = draft.kind, draft.size
    point.name = said(draft.name, "name", MAX_NAME, needed="say_name")
    spot = said(draft.spot, "spot", MAX_PLACE - 40)
    point.building, point.entrance, point.address, point.position = None, None, spot or PUBLIC, 0
    mark, _colon, key = draft.place.partition(":")
    pk = whole(key) or 0
    if mark == "b":
        building = Building.objects.filter(compound_id=point.compound_id, pk=pk).first()
        if building is None:
            raise BadInput("no_such_place", field="place")
        point.building, point.address = building, f"{building.name}{spot}"
        point.position = _order(building, 0)
    elif mark == "e":
        entrance = (
            Entrance.objects.filter(compound_id=point.compound_id, pk=pk).select_related("building").first()
        )  # fmt: skip
        if entrance is None:
            raise BadInput("no_such_place", field="place")
        point.building, point.entrance = entrance.building, entrance
        point.address = f"{entrance.building.name}{entrance.name}{spot}"
        point.position = _order(entrance.building, entrance.pk % 100)
    elif draft.place:
        raise BadInput("no_such_place", field="place")
    _only_one(point)


def _order(building: Building, within: int) -> int:
    return (building.position + 1) * 100 + within


def _only_one(point: Point) -> None:
    same = Point.objects.filter(
        compound_id=point.compound_id, address=point.address, name=point.name, retired_at__isnull=True
    )
    if same.exclude(pk=point.pk).exists():
        raise BadInput("point_twice", field="name")


def _fresh_label(point: Point, now: datetime) -> Label:
    while True:
        code = new_code()
        if not Label.objects.filter(compound_id=point.compound_id, code=code).exists():
            made: Label = Label.objects.create(compound_id=point.compound_id, point=point, code=code, made_at=now)
            return made


def _note(point: Point, action: str, note: str, by: Actor, now: datetime) -> None:
    PointEvent.objects.create(
        compound_id=point.compound_id,
        point=point,
        action=action,
        note=note[:MAX_REASON],
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        at=now,
    )


def _kept(point: Point, changes: dict[str, list[str | None]], by: Actor, now: datetime) -> None:
    keep(
        compound_id=point.compound_id,
        verb="point",
        target=f"posting.point:{point.pk}",
        changes=changes,
        by=by,
        now=now,
    )
