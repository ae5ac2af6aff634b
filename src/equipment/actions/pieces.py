"""Pieces: made, changed, put on a plan, taken out of the register; their labels, replaced and printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from documents.actions import request_document, retire_documents
from documents.models import IssuedDocument
from equipment.actions.change import allow_keeping, event, kept, lock_register, locked
from equipment.actions.dues import refresh
from equipment.hooks import tell_moved
from equipment.models import (
    FULL,
    MAX_NAME,
    MAX_NUMBER,
    MAX_REASON,
    MAX_SPOT,
    FloorPlan,
    Label,
    LabelSheet,
    Piece,
    PieceEvent,
    Place,
)
from equipment.refusals import BadInput, NoSuchThing, OutOfState
from equipment.rules.sheet import OLDEST
from equipment.rules.standards import standards
from lifecycle.typed import said
from posting.rules.labels import new_code
from premises.models import Building
from registers.rules.cells import BadCell, floor
from tenancy.actor import Actor

LABELS = "equipment.labels"
PUBLIC = "公共区域"
MAX_PIECES = 10_000
BATCH = 1000
# What of a piece an entry of the chain says when it changed.
SAID = (
    "kind", "subtype", "number", "address", "place", "unit", "count", "maker", "model", "made_on", "installed_on",
    "serviced_on", "battery_on", "battery_tested_on", "service_body", "note",
)  # fmt: skip


# What of it stands on a label.
ON_LABELS = {"kind", "number", "address"}


@dataclass(frozen=True, slots=True)
class PieceDraft:
    """What somebody says of a piece. ``building_id`` 0: in no building."""

    kind: str
    number: str
    subtype: str = ""
    building_id: int = 0
    floor: str = ""
    spot: str = ""
    place: str = "ordinary"
    unit: str = ""
    count: int = 1
    maker: str = ""
    model: str = ""
    made_on: date | None = None
    installed_on: date | None = None
    serviced_on: date | None = None
    battery_on: date | None = None
    battery_tested_on: date | None = None
    service_body: str = ""
    note: str = ""


@transaction.atomic
def make_piece(*, compound_id: int, draft: PieceDraft, by: Actor, now: datetime) -> Piece:
    """Enter a piece with its first label. Refused: NotPermitted (not_yours), BadInput (unknown_kind, unknown_subtype,
    unknown_place, say_number, number_twice, say_where, no_such_building, floor_unclear, bad_count, day_ahead, day_too_old,
    before_making, too_long, too_many_pieces).
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    if Piece.objects.filter(compound_id=compound_id).exclude(state=Piece.State.GONE).count() >= MAX_PIECES:
        raise BadInput("too_many_pieces", field="number", most=str(MAX_PIECES))
    made = Piece(compound_id=compound_id, made_at=now)
    _describe(made, draft, localdate(now))
    _only_one(made)
    made.save()
    label = _fresh_label(made, now)
    event(made, "make", str(made), by, now).save()
    refresh(compound_id, [made])
    tell_moved(compound_id, now)
    kept(made, {"piece": [None, str(made)], "label": [None, label.code]}, by, now)
    return made


@transaction.atomic
def change_piece(*, compound_id: int, piece_id: int, draft: PieceDraft, by: Actor, now: datetime) -> Piece:
    """Say anew what a piece is. Refused as ``make_piece``, NoSuchThing, OutOfState (piece_gone)."""
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    found = _there(compound_id, piece_id)
    before = told(found)
    _describe(found, draft, localdate(now))
    _only_one(found)
    changes = differing(before, told(found))
    if not changes:
        return found
    found.save()
    if ON_LABELS & set(changes):
        _retire_sheets(compound_id, found, now)
    event(found, "change", in_words(changes), by, now).save()
    refresh(compound_id, [found])
    tell_moved(compound_id, now)
    kept(found, changes, by, now)
    return found


@transaction.atomic
def remove_piece(*, compound_id: int, piece_id: int, reason: str, by: Actor, now: datetime) -> Piece:
    """Take a piece out of the register for good, saying why (scrapped, taken down); its history and labels stay.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (piece_gone), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    found = _there(compound_id, piece_id)
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    found.state, found.gone_at, found.gone_reason = Piece.State.GONE, now, why
    found.save(update_fields=["state", "gone_at", "gone_reason"])
    _retire_sheets(compound_id, found, now)
    event(found, "remove", why, by, now).save()
    refresh(compound_id, [found])
    tell_moved(compound_id, now)
    kept(found, {"gone": [None, why]}, by, now)
    return found


@transaction.atomic
def restore_piece(*, compound_id: int, piece_id: int, by: Actor, now: datetime) -> Piece:
    """Take a piece back that was removed by mistake, with its label. Refused: NotPermitted, NoSuchThing, OutOfState
    (piece_there), BadInput (number_twice).
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    found = locked(compound_id, piece_id)
    if found.state != Piece.State.GONE:
        raise OutOfState("piece_there")
    _only_one(found)
    was, found.state, found.gone_at, found.gone_reason = found.gone_reason, Piece.State.IN_USE, None, ""
    found.save(update_fields=["state", "gone_at", "gone_reason"])
    event(found, "restore", "", by, now).save()
    refresh(compound_id, [found])
    tell_moved(compound_id, now)
    kept(found, {"gone": [was, None]}, by, now)
    return found


@transaction.atomic
def note_service(*, compound_id: int, piece_id: int, what: str, on: date, body: str, by: Actor, now: datetime) -> Piece:
    """Write down that something was done to a piece: service, a new battery, a test of it; what runs out is counted anew.

    Refused: NotPermitted, NoSuchThing, OutOfState (piece_gone), BadInput (unknown_what, day_ahead, day_too_old,
    before_making, too_long).
    """
    allow_keeping(by, compound_id)
    found = _there(compound_id, piece_id)
    fields = {"service": "serviced_on", "battery": "battery_on", "battery_test": "battery_tested_on"}
    if what not in fields or what not in {one.what for one in standards().kinds[found.kind].lives}:
        raise BadInput("unknown_what", field="what")
    _check_day(on, "on", localdate(now))
    if found.made_on is not None and on < found.made_on:
        raise BadInput("before_making", field="on")
    was = getattr(found, fields[what])
    setattr(found, fields[what], on)
    found.service_body = said(body, "body", MAX_NAME) or found.service_body
    found.save(update_fields=[fields[what], "service_body"])
    event(found, what, f"{on:%Y-%m-%d} {found.service_body}".strip(), by, now).save()
    refresh(compound_id, [found])
    kept(found, {fields[what]: [was and was.isoformat(), on.isoformat()]}, by, now)
    return found


@transaction.atomic
def put_on_plan(
    *, compound_id: int, piece_id: int, plan_id: int, x: int, y: int, by: Actor, now: datetime
) -> Piece:  # fmt: skip
    """Say where on a plan a piece stands, in thousandths of its width and height; ``plan_id`` 0 takes it off.

    Refused: NotPermitted, NoSuchThing, OutOfState (piece_gone), BadInput (bad_spot).
    """
    allow_keeping(by, compound_id)
    found = _there(compound_id, piece_id)
    before = (found.plan_id, found.plan_x, found.plan_y)
    if plan_id:
        plan = FloorPlan.objects.filter(compound_id=compound_id, pk=plan_id, retired_at__isnull=True).first()
        if plan is None:
            raise NoSuchThing
        if not (0 <= x <= FULL and 0 <= y <= FULL):
            raise BadInput("bad_spot", field="plan_x")
        found.plan, found.plan_x, found.plan_y = plan, x, y
    else:
        found.plan, found.plan_x, found.plan_y = None, None, None
    if before == (found.plan_id, found.plan_x, found.plan_y):
        return found
    found.save(update_fields=["plan", "plan_x", "plan_y"])
    event(found, "plan", found.plan.name if found.plan is not None else "", by, now).save()
    kept(found, {"plan": [before[0], found.plan_id]}, by, now)
    return found


@transaction.atomic
def replace_label(*, compound_id: int, piece_id: int, reason: str, by: Actor, now: datetime) -> Label:
    """Give a piece a new label (the old one is torn, gone or copied). The old one is kept, and says that it is old.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (piece_gone), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    found = _there(compound_id, piece_id)
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    old: Label | None = Label.objects.filter(compound_id=compound_id, piece=found, replaced_at__isnull=True).first()
    if old is not None:
        old.replaced_at, old.replaced_reason = now, why
        old.save(update_fields=["replaced_at", "replaced_reason"])
    made = _fresh_label(found, now)
    _retire_sheets(compound_id, found, now)
    event(found, "label", why, by, now).save()
    kept(found, {"label": [old.code if old is not None else None, made.code]}, by, now)
    return made


def _retire_sheets(compound_id: int, piece: Piece, now: datetime) -> None:
    """Sheets that were printed with what its label said before are not current any more, also before a new one is made."""
    sheets = LabelSheet.objects.filter(compound_id=compound_id, piece_ids__contains=[piece.pk]).values_list(
        "pk", flat=True
    )
    for which in ("all", *sheets):
        retire_documents(
            compound_id=compound_id, kind=LABELS, target=f"equipment.labels:{compound_id}:{which}", now=now
        )


@transaction.atomic
def print_labels(*, compound_id: int, piece_ids: Sequence[int], by: Actor, now: datetime) -> IssuedDocument:
    """Ask for a sheet of labels: of these pieces, or with none named of all that are not gone.

    Refused: NotPermitted (not_yours), NoSuchThing for one that is gone, BadInput (no_pieces).
    """
    allow_keeping(by, compound_id)
    asked = sorted(set(piece_ids))
    used = Piece.objects.filter(compound_id=compound_id).exclude(state=Piece.State.GONE)
    if asked and used.filter(pk__in=asked).count() != len(asked):
        raise NoSuchThing
    if not asked and not used.exists():
        raise BadInput("no_pieces", field="pieces")
    which = "all"
    if asked:
        # Asked for the same once more, it is the same sheet.
        sheet = LabelSheet.objects.filter(compound_id=compound_id, piece_ids=asked).first()
        sheet = sheet or LabelSheet.objects.create(compound_id=compound_id, piece_ids=asked, made_at=now)
        which = str(sheet.pk)
    return request_document(
        compound_id=compound_id, by=by, kind=LABELS, target=f"equipment.labels:{compound_id}:{which}", now=now
    )


def enter_many(
    compound_id: int, drafts: Sequence[PieceDraft], buildings: dict[int, Building], by: Actor, now: datetime
) -> list[Piece]:
    """Pieces of an import, described and checked one by one, written all at once. The caller holds the register's lock.

    Raises as ``make_piece``.
    """
    made = []
    for draft in drafts:
        piece = Piece(compound_id=compound_id, made_at=now)
        _describe(piece, draft, localdate(now), buildings)
        made.append(piece)
    Piece.objects.bulk_create(made, batch_size=BATCH)
    taken = set(Label.objects.filter(compound_id=compound_id).values_list("code", flat=True))
    labels = []
    for piece in made:
        code = new_code()
        while code in taken:
            code = new_code()
        taken.add(code)
        labels.append(Label(compound_id=compound_id, piece=piece, code=code, made_at=now))
    Label.objects.bulk_create(labels, batch_size=BATCH)
    PieceEvent.objects.bulk_create([event(one, "import", str(one), by, now) for one in made], batch_size=BATCH)
    refresh(compound_id, made)
    return made


def describe_again(piece: Piece, draft: PieceDraft, buildings: dict[int, Building], now: datetime) -> dict[str, Any]:
    """Say anew what a piece of an import is, without saving it; returns what differs. Raises as ``change_piece``."""
    before = told(piece)
    _describe(piece, draft, localdate(now), buildings)
    return differing(before, told(piece))


def told(piece: Piece) -> dict[str, str]:
    """What a piece is, in plain texts."""
    return {name: str(getattr(piece, name) or "") for name in SAID}


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """[old, new] of what differs."""
    return {name: [before[name], after[name]] for name in SAID if before[name] != after[name]}


def in_words(changes: dict[str, list[str]]) -> str:
    """The same as the line of a history."""
    return "；".join(f"{_NAMES.get(name, name)}：{old or '—'} → {new or '—'}" for name, (old, new) in changes.items())


# As the sheet of an office calls them: histories are kept in words, whatever language is read later.
_NAMES = {
    "kind": "种类", "subtype": "类型", "number": "编号", "address": "位置", "place": "场所", "unit": "配置单元", "count": "数量",
    "maker": "厂家", "model": "型号规格", "made_on": "出厂日期", "installed_on": "启用日期", "serviced_on": "上次维修",
    "battery_on": "电池更换日期", "battery_tested_on": "电池测试日期", "service_body": "维修单位", "note": "备注",
}  # fmt: skip


def address_of(building: Building | None, floor_name: str, spot: str) -> str:
    """Where it is, in words: 3幢 B1 泵房."""
    words = " ".join(word for word in (building.name if building else "", floor_name, spot) if word)
    return words or PUBLIC


def position_of(building: Building | None, floor_name: str) -> int:
    """The order of walking: what is in no building first, then building by building from the lowest floor up."""
    try:
        level = floor(floor_name) if floor_name else 0
    except BadCell:
        level = 300  # the roof
    return ((building.position + 1) * 1000 if building is not None else 0) + level + 300


def _there(compound_id: int, piece_id: int) -> Piece:
    found = locked(compound_id, piece_id)
    if found.state == Piece.State.GONE:
        raise OutOfState("piece_gone")
    return found


def _describe(piece: Piece, draft: PieceDraft, today: date, buildings: dict[int, Building] | None = None) -> None:
    kind = standards().kinds.get(draft.kind)
    if kind is None:
        raise BadInput("unknown_kind", field="kind")
    if draft.subtype and draft.subtype not in kind.subtypes:
        raise BadInput("unknown_subtype", field="subtype")
    if draft.place not in Place.values:
        raise BadInput("unknown_place", field="place")
    if not 1 <= draft.count < 10_000:  # noqa: PLR2004  the column's width
        raise BadInput("bad_count", field="count")
    piece.kind, piece.place, piece.count = draft.kind, draft.place, draft.count
    piece.subtype = draft.subtype or next(iter(kind.subtypes), "")
    piece.number = said(draft.number, "number", MAX_NUMBER, needed="say_number").upper()
    _locate(piece, draft, buildings)
    piece.unit = said(draft.unit, "unit", MAX_NAME)
    piece.maker, piece.model = said(draft.maker, "maker", MAX_NAME), said(draft.model, "model", MAX_NAME)
    piece.service_body = said(draft.service_body, "service_body", MAX_NAME)
    piece.note = said(draft.note, "note", MAX_REASON)
    for name in ("made_on", "installed_on", "serviced_on", "battery_on", "battery_tested_on"):
        day: date | None = getattr(draft, name)
        if day is not None:
            _check_day(day, name, today)
            if draft.made_on is not None and day < draft.made_on:
                raise BadInput("before_making", field=name)
        setattr(piece, name, day)


def _locate(piece: Piece, draft: PieceDraft, buildings: dict[int, Building] | None) -> None:
    building = _building(piece.compound_id, draft.building_id, buildings)
    floor_name = said(draft.floor, "floor", 12)
    if floor_name not in {"", "屋顶"}:
        try:
            level = floor(floor_name)
        except BadCell as error:
            raise BadInput("floor_unclear", field="floor") from error
        floor_name = f"B{-level}" if level < 0 else f"{level}层"
    spot = said(draft.spot, "spot", MAX_SPOT)
    if building is None and not spot:
        raise BadInput("say_where", field="spot")
    piece.building, piece.floor, piece.spot = building, floor_name, spot
    piece.address, piece.position = address_of(building, floor_name, spot), position_of(building, floor_name)


def _check_day(day: date, field: str, today: date) -> None:
    if day > today:
        raise BadInput("day_ahead", field=field)
    if day < OLDEST:
        raise BadInput("day_too_old", field=field)


def _building(compound_id: int, building_id: int, known: dict[int, Building] | None) -> Building | None:
    if not building_id:
        return None
    found = (
        known.get(building_id)
        if known is not None
        else Building.objects.filter(compound_id=compound_id, pk=building_id).first()
    )
    if found is None:
        raise BadInput("no_such_building", field="building")
    return found


def _only_one(piece: Piece) -> None:
    same = Piece.objects.filter(compound_id=piece.compound_id, number=piece.number).exclude(state=Piece.State.GONE)
    if same.exclude(pk=piece.pk).exists():
        raise BadInput("number_twice", field="number")


def _fresh_label(piece: Piece, now: datetime) -> Label:
    while True:
        code = new_code()
        if not Label.objects.filter(compound_id=piece.compound_id, code=code).exists():
            made: Label = Label.objects.create(compound_id=piece.compound_id, piece=piece, code=code, made_at=now)
            return made
