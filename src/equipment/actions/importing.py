"""Taking an office's list in: read and judged, shown, then written as a whole or dropped. Every wrong row is said."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from equipment import queries
from equipment.actions.change import allow_keeping, event, keep, lock_register
from equipment.actions.dues import refresh
from equipment.actions.pieces import BATCH, MAX_PIECES, PieceDraft, describe_again, enter_many, in_words
from equipment.hooks import tell_moved
from equipment.models import Piece, PieceEvent, Run
from equipment.refusals import BadInput, NoSuchThing, OutOfState, Refused
from equipment.rules.sheet import MOST_ROWS, Filed, Header, Reading, find_header, missing, read_rows
from equipment.states import IMPORT
from registers.rules.workbook import Sheet, open_workbook, read_sheet
from tenancy.actor import Actor

_FIELDS = (
    "number", "kind", "subtype", "building", "floor", "spot", "address", "position", "place", "unit", "count", "maker",
    "model", "made_on", "installed_on", "serviced_on", "battery_on", "service_body", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would write: new pieces, those that change (with what differs), and how many stay as they are."""

    new: tuple[Filed, ...]
    changed: tuple[tuple[Piece, Filed, dict[str, Any]], ...]
    same: int

    @property
    def digest(self) -> str:
        """What was shown, so that nothing else is written."""
        said = [[one.values() for one in self.new], [[piece.pk, changes] for piece, _filed, changes in self.changed]]
        return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def read(content: bytes, compound_id: int, today: date) -> tuple[Sheet, Header, Reading]:
    """Read the sheet that has a list of equipment. Raises WorkbookRefused, BadInput (no_header, columns_missing,
    too_many_rows).
    """
    workbook = open_workbook(content)
    sheets = [read_sheet(workbook, name) for name in workbook.names]
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet)) is not None]
    if not found:
        raise BadInput("no_header", field="file")
    sheet, header = max(found, key=lambda one: len(one[1].columns))
    lacking = missing(header.columns)
    if lacking:
        raise BadInput("columns_missing", field="file", columns=",".join(lacking))
    buildings = {key: one.name for key, one in queries.buildings_by_key(compound_id).items()}
    reading = read_rows(sheet, header, buildings=buildings, today=today)
    if reading.rows > MOST_ROWS:
        raise BadInput("too_many_rows", field="file", most=str(MOST_ROWS))
    return sheet, header, reading


@transaction.atomic
def upload(*, compound_id: int, content: bytes, name: str, by: Actor, now: datetime) -> Run:
    """Take a file in and judge it; nothing of the register changes. One that is open and was not imported is dropped.

    Raises NotPermitted, and as ``read`` does.
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    sheet, header, reading = read(content, compound_id, localdate(now))
    difference = _difference(compound_id, reading.good, now)
    _drop_open(compound_id, by, now)
    run: Run = Run.objects.create(
        compound_id=compound_id,
        ref=secrets.token_urlsafe(12),
        name=" ".join(name.replace("\0", "").split())[-120:] or "消防设施.xlsx",
        content=content,
        sheet=sheet.name[:64],
        counts=_counts(reading, difference),
        report=_report(header, reading, difference),
        plan=difference.digest,
        created_at=now,
        created_by=by.person_id,
        created_as=by.signature,
    )
    _log(run, {"state": [None, run.state], "file": [None, hashlib.sha256(content).hexdigest()]}, by, now)
    return run


@transaction.atomic
def confirm(*, compound_id: int, ref: str, plan: str, by: Actor, now: datetime) -> Run:
    """Write what was shown: the good rows. What is wrong stays in the file, which can be mended and given once more.

    Refused: NotPermitted, NoSuchThing, OutOfState (import_over, import_stale: the register changed since, and the run now shows
    what would be written), BadInput (too_many_pieces, nothing_to_import).
    """
    allow_keeping(by, compound_id)
    lock_register(compound_id)
    run = _locked(compound_id, ref)
    _sheet, header, reading = read(bytes(run.content), compound_id, localdate(now))
    difference = _difference(compound_id, reading.good, now)
    if difference.digest != plan:
        raise OutOfState("import_stale")
    if not difference.new and not difference.changed:
        raise BadInput("nothing_to_import", field="plan")
    live = Piece.objects.filter(compound_id=compound_id).exclude(state=Piece.State.GONE).count()
    if live + len(difference.new) > MAX_PIECES:
        raise BadInput("too_many_pieces", field="plan", most=str(MAX_PIECES))
    buildings = {one.pk: one for one in queries.buildings(compound_id)}
    by_name = {one.name: one.pk for one in buildings.values()}
    enter_many(compound_id, [_draft(one, by_name) for one in difference.new], buildings, by, now)
    _change_many(compound_id, difference, by, now)
    run.state, run.finished_at = IMPORT.target(run.state, "confirm"), now
    run.counts, run.report = _counts(reading, difference), _report(header, reading, difference)
    run.save(update_fields=["state", "finished_at", "counts", "report"])
    tell_moved(compound_id, now)
    _log(
        run,
        {
            "state": ["checked", run.state],
            "new": [0, len(difference.new)],
            "changed": [0, len(difference.changed)],
            "wrong": [0, reading.bad_rows],
        },
        by,
        now,
    )
    return run


@transaction.atomic
def look_again(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Run:
    """Judge the file once more, after the register changed. Refused as ``confirm``."""
    allow_keeping(by, compound_id)
    run = _locked(compound_id, ref)
    _sheet, header, reading = read(bytes(run.content), compound_id, localdate(now))
    difference = _difference(compound_id, reading.good, now)
    run.counts, run.report, run.plan = (
        _counts(reading, difference),
        _report(header, reading, difference),
        difference.digest,
    )
    run.save(update_fields=["counts", "report", "plan"])
    return run


@transaction.atomic
def drop(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Run:
    """Put a file aside without writing anything. Refused: NotPermitted, NoSuchThing, OutOfState (import_over)."""
    allow_keeping(by, compound_id)
    run = _locked(compound_id, ref)
    _drop(run, by, now)
    return run


def _drop_open(compound_id: int, by: Actor, now: datetime) -> None:
    for run in Run.objects.select_for_update(no_key=True).filter(
        compound_id=compound_id, state__in=IMPORT.open_values()
    ):
        _drop(run, by, now)


def _drop(run: Run, by: Actor, now: datetime) -> None:
    run.state, run.finished_at = IMPORT.target(run.state, "drop"), now
    run.save(update_fields=["state", "finished_at"])
    _log(run, {"state": ["checked", run.state]}, by, now)


def _locked(compound_id: int, ref: str) -> Run:
    found: Run | None = Run.objects.select_for_update(no_key=True).filter(compound_id=compound_id, ref=ref).first()
    if found is None:
        raise NoSuchThing
    if found.state not in IMPORT.open_values():
        raise OutOfState("import_over")
    return found


def _difference(compound_id: int, good: Sequence[Filed], now: datetime) -> Difference:
    there = {
        piece.number: piece for piece in Piece.objects.filter(compound_id=compound_id).exclude(state=Piece.State.GONE)
    }
    buildings = {one.pk: one for one in queries.buildings(compound_id)}
    by_name = {one.name: one.pk for one in buildings.values()}
    new, changed, same = [], [], 0
    for filed in good:
        piece = there.get(filed.number)
        if piece is None:
            new.append(filed)
            continue
        try:
            changes = describe_again(piece, _draft(filed, by_name, piece), buildings, now)
        except Refused:
            changes = {}
        if changes:
            changed.append((piece, filed, changes))
        else:
            same += 1
    return Difference(tuple(new), tuple(changed), same)


def _draft(filed: Filed, buildings: dict[str, int], there: Piece | None = None) -> PieceDraft:
    """What a row says; a blank cell of a piece that is there changes nothing."""
    given: dict[str, Any] = filed.values()
    name = given.pop("building")
    given["building_id"] = buildings.get(name, 0)
    if there is not None:
        if not name:
            given["building_id"] = there.building_id or 0
        for field in ("floor", "spot", "unit", "maker", "model", "service_body", "note"):
            given[field] = given[field] or getattr(there, field)
        for field in ("made_on", "installed_on", "serviced_on", "battery_on"):
            given[field] = given[field] or getattr(there, field)
        given["battery_tested_on"] = there.battery_tested_on
    return PieceDraft(**given)


def _change_many(compound_id: int, difference: Difference, by: Actor, now: datetime) -> None:
    rows = [piece for piece, _filed, _changes in difference.changed]
    Piece.objects.bulk_update(rows, _FIELDS, batch_size=BATCH)
    PieceEvent.objects.bulk_create(
        [event(piece, "change", in_words(changes), by, now) for piece, _filed, changes in difference.changed],
        batch_size=BATCH,
    )
    refresh(compound_id, rows)


def _counts(reading: Reading, difference: Difference) -> dict[str, int]:
    return {
        "rows": reading.rows,
        "bad_rows": reading.bad_rows,
        "bad_cells": len(reading.wrong),
        "new": len(difference.new),
        "changed": len(difference.changed),
        "same": difference.same,
    }


def _report(header: Header, reading: Reading, difference: Difference) -> dict[str, Any]:
    return {
        "header": header.bottom,
        "bad": [
            {
                "row": one.row, "column": one.column, "ref": one.ref, "code": one.code, "value": one.value,
                "words": dict(one.words),
            }
            for one in reading.wrong
        ],
        "new": [[one.row, one.number, one.kind, one.building, one.floor, one.spot] for one in difference.new],
        "changed": [[filed.row, filed.number, in_words(changes)] for _piece, filed, changes in difference.changed],
    }  # fmt: skip


def _log(run: Run, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    keep(
        compound_id=run.compound_id, verb="import", target=f"equipment.run:{run.pk}", changes=changes, by=by, now=now
    )  # fmt: skip
