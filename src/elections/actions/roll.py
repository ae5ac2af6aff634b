"""The roll: drawn from the register, owners told apart by a person, fixed as an edition, corrected only by signed amendments."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from elections.actions.change import Change, begin, said
from elections.box.counting import Right as Weight
from elections.box.encoding import canonical, fingerprint
from elections.box.record import roll_fingerprint
from elections.models import Amendment, Edition, Likeness, Poll, Right, Unit
from elections.queries.register import register_homes
from elections.queries.roll import roll_objections
from elections.refusals import BadInput, OutOfState
from elections.rules import bases
from elections.rules.jurisdictions import parameters
from elections.rules.likeness import Line, NotAPartition, check_partition, owners_told_apart, proposals
from elections.rules.measures import NotAnArea, area_text, parse_area
from elections.rules.plans import OFF, PARKING, NotARule, checked
from messaging.actions import queue
from premises.models import Source
from publicity.models import Objection
from tenancy.actor import Actor

# How the register names its sources, and how Interpretation Art. 8 does. The office's own list is none of them.
SOURCES = {"register": "register", "survey": "surveyed", "contract": "contract"}
OFFICE = "office"
KINDS = {"dwelling": "home", "shop": "shop", "office": "shop", "parking": "parking"}
BATCH = 2000
HOLDER = 200
NAMED = 5


@transaction.atomic
def draw_roll(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Poll:
    """Take the roll from the register as it is today; again takes it anew and keeps what was decided and left out, where the
    lines are the same.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on).
    """
    change = begin(compound_id=compound_id, ref=ref, action="draw", by=by, now=now)
    poll = change.poll
    before = Unit.objects.filter(compound_id=compound_id, poll=poll)
    left_out = dict(before.exclude(left_out="").values_list("home_id", "left_out"))
    likenesses = Likeness.objects.filter(compound_id=compound_id, poll=poll)
    decided = {tuple(one.lines): one for one in likenesses if one.same is not None}
    had = before.count()
    likenesses.delete()
    before.delete()
    homes = register_homes(
        compound_id=compound_id, on=localdate(now), building_ids=poll.building_ids, entrance_ids=poll.entrance_ids
    )
    units = [
        Unit(
            compound_id=compound_id, poll=poll, number=number, home_id=home.pk, address=home.address,
            building_id=home.building_id, entrance_id=home.entrance_id, use=home.use, area=home.area,
            area_source=home.area_source, owners=home.owners, left_out=left_out.get(home.pk, ""),
        )
        for number, home in enumerate(homes, 1)
    ]  # fmt: skip
    Unit.objects.bulk_create(units, batch_size=BATCH)
    groups = proposals(_lines(units))
    Likeness.objects.bulk_create(
        [
            Likeness(
                compound_id=compound_id, poll=poll, number=number, lines=list(group.lines), reasons=list(group.reasons),
                **_kept(decided.get(group.lines)),
            )
            for number, group in enumerate(groups, 1)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    change.set(drawn_at=now)
    change.note("units", had, len(units))
    change.note("likenesses", len(decided), len(groups))
    return change.save()


def _kept(before: Likeness | None) -> dict[str, Any]:
    if before is None:
        return {}
    return {
        "same": before.same, "note": before.note, "decided_as": before.decided_as, "decided_at": before.decided_at,
    }  # fmt: skip


def _lines(units: Sequence[Unit]) -> list[Line]:
    return [
        Line(owner["line"], unit.home_id, owner["name"], owner["account"], tuple(owner["phones"]))
        for unit in units
        for owner in unit.owners
    ]


@transaction.atomic
def decide_likeness(
    *, compound_id: int, ref: str, number: int, same: Sequence[Sequence[int]], note: str, by: Actor, now: datetime
) -> Likeness:
    """Say which lines of a group are one owner: ``same`` holds sets of lines; who is in none is an owner of their own.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (no_such_group, not_of_this_group,
    say_why: on what ground, too_long).
    """
    change = begin(compound_id=compound_id, ref=ref, action="decide", by=by, now=now)
    found: Likeness | None = Likeness.objects.filter(compound_id=compound_id, poll=change.poll, number=number).first()
    if found is None:
        raise BadInput("no_such_group", field="number")
    told = [sorted(one) for one in same if len(one) > 1]
    try:
        check_partition(found.lines, told)
    except NotAPartition as error:
        raise BadInput("not_of_this_group", field="same") from error
    change.note(f"likeness {number}", found.same, told)
    found.same, found.note = told, said(note, "note")
    found.decided_as, found.decided_at = by.signature, now
    found.save()
    change.note("ground", None, found.note)
    change.save()
    return found


@transaction.atomic
def leave_out(*, compound_id: int, ref: str, number: int, reason: str, by: Actor, now: datetime) -> Unit:
    """Leave a part out of the roll (P8: what the matter does not concern) saying why, or with no reason take it back in.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (no_such_unit, too_long).
    """
    change = begin(compound_id=compound_id, ref=ref, action="exclude", by=by, now=now)
    found = _unit(change, number)
    why = said(reason, "reason") if reason.strip() else ""
    change.note(found.address, found.left_out, why)
    found.left_out = why
    found.save(update_fields=["left_out"])
    change.save()
    return found


def _unit(change: Change, number: int) -> Unit:
    found: Unit | None = Unit.objects.filter(
        compound_id=change.poll.compound_id, poll=change.poll, number=number
    ).first()
    if found is None:
        raise BadInput("no_such_unit", field="number")
    return found


@transaction.atomic
def freeze_roll(
    *,
    compound_id: int,
    ref: str,
    office_areas: bool,
    parking: str = OFF,
    parking_text: str = "",
    by: Actor,
    now: datetime,
) -> Edition:
    """Fix the roll: its owners in order, their areas, totals and fingerprint. From now on only signed amendments change it.

    ``office_areas``: whoever fixes it says that areas known only from the office's list have been compared and stand
    (Interpretation Art. 8 names register, survey and contract). ``parking``: what the assembly's rules say of it
    (``rules.plans.PARKING``), with their text; off unless they say so (指导规则 25). Refused: NoSuchPoll, NotPermitted
    (not_your_post), OutOfState (moved_on, undecided), BadInput (empty_roll, unmeasured, unknown_rule, parking_without_text,
    parking_by_law where the place forbids it, parking_alone: spaces that weigh by area and whose owner has no vote).
    """
    change = begin(compound_id=compound_id, ref=ref, action="freeze", by=by, now=now)
    poll = change.poll
    undecided = Likeness.objects.filter(compound_id=compound_id, poll=poll, same__isnull=True).count()
    if undecided:
        raise OutOfState("undecided", count=str(undecided))
    poll.plan = {**poll.plan, "office_areas": office_areas, **_parking(poll, parking, parking_text)}
    made = _cut(change, number=1, before=None)
    change.note("office_areas", None, office_areas)
    if parking != OFF:
        change.note("parking", OFF, parking)
    change.save()
    return made


@transaction.atomic
def amend(
    *,
    compound_id: int,
    ref: str,
    number: int,
    area: str = "",
    source: str = "",
    owners: Sequence[str] | None = None,
    left_out: str | None = None,
    reason: str,
    evidence: str,
    objection: str = "",
    by: Actor,
    now: datetime,
) -> Edition:
    """Correct one part of a fixed roll and cut the next edition; the amendment says what was, what is, why, on what evidence.

    ``area`` as a decimal string with its ``source``; ``owners`` as names in order (a home that was sold: they are told apart
    from everyone else); ``left_out`` as ``leave_out``. What is not given stays. ``objection``: the reference of the objection to
    the published roll that led to it; whoever objected is told. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState
    (moved_on), BadInput (no_such_unit, no_such_objection, not_an_area, unknown_source, no_owners, nothing_changed, say_why,
    too_long, empty_roll, unmeasured).
    """
    change = begin(compound_id=compound_id, ref=ref, action="amend", by=by, now=now)
    why, ground = said(reason, "reason"), said(evidence, "evidence")
    unit = _unit(change, number)
    led = _objection(change.poll, objection)
    changes = _amended(unit, area=area, source=source, owners=owners, left_out=left_out)
    if not changes:
        raise BadInput("nothing_changed", field="number")
    unit.save()
    before: Edition = change.poll.edition
    made = _cut(change, number=before.number + 1, before=before)
    Amendment.objects.create(
        compound_id=compound_id, edition=made, unit=unit, changes=changes, reason=why, evidence=ground, at=now,
        objection=led, person_id=by.person_id, post_id=by.post_id, label=by.signature,
    )  # fmt: skip
    change.note(
        unit.address, {name: old for name, (old, _) in changes.items()}, {n: new for n, (_, new) in changes.items()}
    )
    change.note("reason", None, why)
    if led is not None:
        change.note("objection", None, led.ref)
        _tell_objector(change, led, unit, made)
    change.save()
    return made


def _objection(poll: Poll, ref: str) -> Objection | None:
    if not ref:
        return None
    found = next((one for one in roll_objections(poll) if one.ref == ref), None)
    if found is None:
        raise BadInput("no_such_objection", field="objection")
    return found


def _tell_objector(change: Change, led: Objection, unit: Unit, made: Edition) -> None:
    poll = change.poll
    queue(
        compound_id=poll.compound_id,
        to=[led.person_id],
        template="elections.roll_corrected",
        context={
            "compound": str(poll.compound.name), "title": str(poll.title), "address": str(unit.address),
            "number": str(made.number),
        },
        link=reverse("publicity_objection", args=[poll.compound.code, led.ref]),
        by=change.by,
        now=change.now,
    )  # fmt: skip


def _amended(
    unit: Unit, *, area: str, source: str, owners: Sequence[str] | None, left_out: str | None
) -> dict[str, list[Any]]:
    """Write what is given into the unit; returns what changed, as it is shown."""
    changes: dict[str, list[Any]] = {}
    if area and (exact := _exact(area)) != unit.area:
        changes["area"] = [area_text(unit.area), area_text(exact)]
        unit.area = exact
    if source and source not in Source.values:
        raise BadInput("unknown_source", field="source")
    if source and source != unit.area_source:
        changes["area_source"] = [unit.area_source, source]
        unit.area_source = source
    if owners is not None:
        names = [said(name, "owners", HOLDER) for name in owners]
        before = [one["name"] for one in unit.owners]
        if not names:
            raise BadInput("no_owners", field="owners")
        if names != before:
            changes["owners"] = [before, names]
            # No lines of the register: numbers below nothing, so that nobody else is taken for them.
            unit.owners = [
                {"line": -(unit.number * 100 + place), "name": name, "share": [1, 1], "account": 0, "phones": []}
                for place, name in enumerate(names, 1)
            ]
    if left_out is not None and (why := " ".join(left_out.split())) != unit.left_out:
        changes["left_out"] = [unit.left_out, why]
        unit.left_out = why
    return changes


def _exact(area: str) -> int:
    try:
        exact = parse_area(area)
    except NotAnArea as error:
        raise BadInput("not_an_area", field="area") from error
    if not exact:
        raise BadInput("not_an_area", field="area")
    return exact


@dataclass(frozen=True, slots=True)
class _Part:
    """A unit as far as a roll is made of it; ten thousand models would cost more than everything else."""

    number: int
    address: str
    use: str
    area: int
    area_source: str
    owners: Sequence[dict[str, Any]]
    left_out: str
    building_id: int
    entrance_id: int


@dataclass(slots=True)
class _Drawn:
    """A voter of the edition that is cut, as ``models.Right`` keeps it."""

    number: int
    holder: str
    developer: bool
    units: list[int]
    area: int
    scopes: dict[str, int]
    key: str = ""


def _parts(poll: Poll) -> list[_Part]:
    names = tuple(_Part.__dataclass_fields__)
    found = Unit.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number").values_list(*names)
    return [_Part(*row) for row in found]


def _keys(edition: Edition) -> dict[tuple[tuple[int, ...], str], str]:
    """The pseudonyms of an edition by the parts and the owner that they stand for."""
    found = Right.objects.filter(compound_id=edition.compound_id, edition=edition).values_list("units", "holder", "key")
    return {(tuple(units), holder): key for units, holder, key in found}


def _cut(change: Change, *, number: int, before: Edition | None) -> Edition:
    """Cut an edition from the units as they are: one statement for each kind of row, whatever their number."""
    poll = change.poll
    units = _parts(poll)
    rights = _rights(poll, units)
    if not rights:
        raise BadInput("empty_roll", field="number")
    known = _keys(before) if before is not None else {}
    for one in rights:
        one.key = known.get((tuple(one.units), one.holder)) or secrets.token_hex(8)
    weights = {one.key: Weight(one.area, one.scopes) for one in rights}
    counting = [unit for unit in units if not unit.left_out]
    lines = [
        [
            one.number,
            one.address,
            one.use,
            one.area,
            one.area_source,
            [owner["name"] for owner in one.owners],
            one.left_out,
        ]
        for one in units
    ]
    made: Edition = Edition.objects.create(
        compound_id=poll.compound_id,
        poll=poll,
        number=number,
        voters=len(rights),
        area=sum(one.area for one in rights),
        units=len(counting),
        fingerprint=roll_fingerprint(weights),
        units_fingerprint=fingerprint("gongzhi.roll.units.1", canonical(lines)).hex(),
        at=change.now,
        person_id=change.by.person_id,
        post_id=change.by.post_id,
        label=change.by.signature,
    )
    _write(made, rights)
    change.set(edition=made)
    change.note("fingerprint", before.fingerprint if before else None, made.fingerprint)
    change.note("voters", before.voters if before else None, made.voters)
    change.note("area", area_text(before.area) if before else None, area_text(made.area))
    return made


# One statement and one parameter for ten thousand rights: building an INSERT of as many rows takes longer than writing them.
_WRITE = """
INSERT INTO elections_right (compound_id, edition_id, number, key, holder, developer, units, area, scopes)
SELECT %s, %s, r.number, r.key, r.holder, r.developer,
  ARRAY(SELECT part::integer FROM jsonb_array_elements_text(r.units) WITH ORDINALITY AS u(part, place) ORDER BY place),
  r.area, r.scopes
FROM jsonb_to_recordset(%s::jsonb) AS
  r(number integer, key text, holder text, developer boolean, units jsonb, area bigint, scopes jsonb)
"""


def _write(edition: Edition, rights: Sequence[_Drawn]) -> None:
    rows = [
        {
            "number": one.number, "key": one.key, "holder": one.holder, "developer": one.developer, "units": one.units,
            "area": one.area, "scopes": one.scopes,
        }
        for one in rights
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [edition.compound_id, edition.pk, json.dumps(rows)])


def _parking(poll: Poll, rule: str, text: str) -> dict[str, str]:
    """What the plan says of parking; nothing where it does not weigh."""
    given = {"parking": rule, "parking_text": " ".join(text.split())} if rule != OFF else {}
    try:
        checked(given)
    except NotARule as error:
        raise BadInput(error.code, field=error.name) from error
    row = parameters(poll.jurisdiction, poll.on).rows["parking_in_area"]
    if given and row.standing == "law":
        raise BadInput("parking_by_law", field="parking", source=row.source)
    return given


def _rights(poll: Poll, units: Sequence[_Part]) -> list[_Drawn]:
    """The voters in the order of their first part; the developer, whose parts are many, last."""
    law = parameters(poll.jurisdiction, poll.on)
    local = {**{name: law[name] for name in law.rows}, **PARKING[poll.plan.get("parking", OFF)]}
    lines = [owner["line"] for unit in units for owner in unit.owners]
    decided = [(one.lines, one.same or []) for one in Likeness.objects.filter(compound_id=poll.compound_id, poll=poll)]
    owner_of = owners_told_apart(lines, decided)
    by_ref = {str(unit.number): unit for unit in units if not unit.left_out}
    found = bases.base(
        (
            bases.Unit(
                ref,
                _areas(unit, office_areas=bool(poll.plan.get("office_areas"))),
                frozenset(owner_of[owner["line"]] for owner in unit.owners),
                KINDS[unit.use],
            )
            for ref, unit in by_ref.items()
        ),
        local,
    )
    if found.unmeasured:
        addresses = "、".join(by_ref[ref].address for ref in found.unmeasured[:NAMED])
        raise BadInput("unmeasured", field="office_areas", count=str(len(found.unmeasured)), addresses=addresses)
    # The box has no right without a head: such a space is nobody's vote, and its area would be in the total for ever unheard.
    alone = [ref for one in found.rights if not one.head for ref in one.units]
    if alone:
        addresses = "、".join(by_ref[ref].address for ref in alone[:NAMED])
        raise BadInput("parking_alone", field="parking", count=str(len(alone)), addresses=addresses)
    voting = sorted(found.rights, key=lambda one: (one.holder == bases.DEVELOPER, int(one.units[0])))
    return [_right(number, one, [by_ref[ref] for ref in one.units]) for number, one in enumerate(voting, 1)]


def _areas(unit: _Part, *, office_areas: bool) -> dict[str, int]:
    if unit.area_source == OFFICE:
        return dict.fromkeys(SOURCES.values(), unit.area) if office_areas else {}
    return {SOURCES[unit.area_source]: unit.area}


def _right(number: int, one: bases.Right, parts: Sequence[_Part]) -> _Drawn:
    scopes: dict[str, int] = {}
    for unit in parts:
        for scope in (f"b{unit.building_id}", f"e{unit.entrance_id}"):
            scopes[scope] = scopes.get(scope, 0) + unit.area
    names = list(dict.fromkeys(owner["name"] for unit in parts for owner in unit.owners))
    return _Drawn(
        number=number,
        holder="、".join(names)[:HOLDER],
        developer=one.holder == bases.DEVELOPER or one.holder.startswith(f"{bases.DEVELOPER}:"),
        units=[unit.number for unit in parts],
        area=one.area,
        scopes=scopes,
    )
