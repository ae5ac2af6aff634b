"""The plans and routes that the register and the standards ask for: what a manager gets with one act."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from equipment.rules.cadence import TWO_HOURS, strictest
from equipment.rules.standards import CHECK, PATROL, TEST, Kind, Tighter, asked_of, standards
from equipment.rules.standards import Item as Standard
from rounds.rules.duties import Asked as Item
from rounds.rules.duties import Duty, duties

# Kept by the log of the control room, two-hourly; no round of somebody with a phone.
NOT_WALKED = TWO_HOURS
# Has a card of its own.
OWN_CARD = frozenset({"micro_station"})
PUBLIC = "公共区域"
WHOLE = "全小区"


@dataclass(frozen=True, slots=True)
class Standing:
    """A piece of the register, as far as a route asks."""

    id: int
    kind: str
    subtype: str
    place: str
    building_id: int | None
    building: str
    floor: str
    number: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class PointDraft:
    """One place of a route. ``form`` is the key of what is looked at there."""

    piece: int | None
    kind: str
    name: str
    address: str
    building: str
    floor: str
    count: int
    form: str


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A plan with its route. ``key`` is the same for the same duty of the same things, so that making them again finds them."""

    key: str
    duty: str
    name: str
    every: str
    months: tuple[int, ...]
    clause: str
    confirmed: bool
    points: tuple[PointDraft, ...]
    form: str = ""


@dataclass(slots=True)
class _Group:
    every: list[str] = field(default_factory=list)
    clause: str = ""
    confirmed: bool = True
    months: tuple[int, ...] = ()
    points: list[PointDraft] = field(default_factory=list)


def form_items(form: str) -> list[Item]:
    """The items of a form by its key: ``<kind>:<act>`` of the standards, or ``duty:<duty>``. KeyError."""
    name, _colon, act = form.partition(":")
    if name == "duty":
        return list(duties().by_key[act].items)
    return _of_kind(standards().kinds[name], act)


def _item(one: Standard) -> Item:
    return Item(
        key=one.key, name=one.name, en=one.en, type=one.type, severity=one.severity, unit=one.unit, least=one.least,
        most=one.most, options=one.options, passes=one.passes, months=one.months, optional=one.optional,
    )  # fmt: skip


def _of_kind(kind: Kind, act: str) -> list[Item]:
    found = [_item(one) for one in kind.items if not one.computed and (not one.acts or act in one.acts)]
    # A test looks at what a test is for; where the standard names nothing of its own, at everything.
    own = [one for one in kind.items if act in one.acts]
    return [one for one in found if one.key in {each.key for each in own} or one.type == "photo"] if own else found


def drafts(
    pieces: Sequence[Standing], *, unit: str, buildings: Sequence[tuple[int, str]], own: Iterable[Tighter] = ()
) -> list[PlanDraft]:
    """Every plan that a compound of this class owes with these pieces. KeyError for an unknown kind or class."""
    words = list(own)
    found: list[PlanDraft] = []
    for duty in duties().by_key.values():
        if duty.over in {"patrolled", "checked", "tested"}:
            found += _of_pieces(duty, pieces, unit, words)
        elif unit in duty.every:
            found.append(_of_duty(duty, duty.every[unit], buildings))
    return found


def _of_duty(duty: Duty, every: str, buildings: Sequence[tuple[int, str]]) -> PlanDraft:
    form = f"duty:{duty.key}"
    names = {"buildings": [*(name for _pk, name in buildings), PUBLIC], "compound": [WHOLE], "none": []}[duty.over]
    points = tuple(
        PointDraft(None, "", name, name, name if name not in {PUBLIC, WHOLE} else "", "", 1, form) for name in names
    )
    return PlanDraft(
        duty.key, duty.key, duty.name, every, (), duty.clause, duty.confirmed, points, "" if points else form
    )  # fmt: skip


def _of_pieces(duty: Duty, pieces: Sequence[Standing], unit: str, own: Sequence[Tighter]) -> list[PlanDraft]:
    act = {"patrolled": PATROL, "checked": CHECK, "tested": TEST}[duty.over]
    groups: dict[tuple[str, str], _Group] = defaultdict(_Group)
    for piece in pieces:
        if piece.kind in OWN_CARD:
            continue
        for one in asked_of(piece.kind, place=piece.place, subtype=piece.subtype, unit=unit, own=own):
            if one.act != act or one.every == NOT_WALKED:
                continue
            kind = standards().kinds[piece.kind]
            if act == PATROL:
                # One route a building: a patrol walks through it once, whatever stands there.
                key = f"{duty.key}:{piece.building_id or 0}"
                name = f"{piece.building or PUBLIC}{duty.name}"
            else:
                key = f"{duty.key}:{piece.kind}:{one.duty}:{one.every}"
                name = f"{kind.name}：{one.name}"
            group = groups[key, name]
            group.every.append(one.every)
            group.clause = group.clause or one.clause
            group.confirmed = group.confirmed and one.confirmed
            group.months = one.months
            if any(there.piece == piece.id for there in group.points):
                continue
            group.points.append(
                PointDraft(
                    piece.id, piece.kind, f"{piece.number} {kind.name}", piece.address, piece.building, piece.floor,
                    piece.count, f"{piece.kind}:{act}",
                )
            )  # fmt: skip
    return [_draft(duty, key, name, group) for (key, name), group in groups.items()]


def _draft(duty: Duty, key: str, name: str, group: _Group) -> PlanDraft:
    months = () if duty.over == "patrolled" else group.months
    return PlanDraft(
        key[:80], duty.key, name[:60], strictest(group.every), months, group.clause, group.confirmed,
        tuple(group.points),
    )  # fmt: skip
