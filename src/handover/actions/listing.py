"""The lists: filled from what the portal knows, by hand, by pasting and from sheets; looked at row by row; settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from documents.actions import store_image
from handover.actions.change import begin
from handover.actions.opening import EVERYONE, follow_contract
from handover.cases import case_row, incident_row
from handover.models import Handover, Item, Kind, Verdict
from handover.queries import (
    items,
    open_cases,
    public_places,
    register_rows,
)
from handover.refusals import BadInput, NoSuchItem, NotPermitted, RowsBad
from handover.rules import lists
from handover.rules.lists import MAX_NOTE, MAX_ROWS, Row
from handover.rules.reading import Read, plain, unreadable
from parties.queries import holders
from repairs.queries import open_incidents
from tenancy.actor import Actor

PURPOSE = "handover.photo"
# Together with a verdict on many rows at once.
MANY = 500
_ENTERED = {"title", "detail", "place", "condition", "quantity", "amount_fen", "note"}


@transaction.atomic
def begin_lists(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Handover:
    """Start the lists with what the portal knows: open requests, public devices, the register, the papers and sums asked for."""
    change = begin(compound_id=compound_id, ref=ref, action="begin", by=by, now=now)
    follow_contract(change)
    found = change.handover
    _refresh_cases(found, now)
    rows = [(Kind.PAPER, row, "") for row in (_register_row(found, now), *lists.PAPERS_ASKED)]
    rows += [(Kind.MONEY, row, "") for row in lists.MONEY_ASKED]
    rows += [
        (Kind.DEVICE, Row(place.place_text, condition="", place=place.place_text), f"place:{place.code}")
        for place in public_places(compound_id)
    ]
    rows += [(Kind.PEOPLE, row, "") for row in _contacts(found, now)]
    _write(found, rows)
    change.changes["rows"] = [None, len(rows)]
    change.save()
    change.tell(EVERYONE, "handover.listing", outgoing=found.outgoing.name)
    return found


@transaction.atomic
def add_rows(*, compound_id: int, ref: str, kind: str, read: Read, by: Actor, now: datetime) -> int:
    """Add rows that were typed, pasted or read from a sheet: all or none. Returns how many.

    Refused: BadInput (nothing, too_many_rows, no_such_list), RowsBad with every bad cell.
    """
    change = begin(compound_id=compound_id, ref=ref, action="list", by=by, now=now)
    if kind not in Kind.values or kind == Kind.CASE:
        raise BadInput("no_such_list", field="rows")
    if read.code:
        raise BadInput(read.code, field="rows", most=str(MAX_ROWS))
    if read.bad:
        raise RowsBad(read.bad)
    if not read.rows:
        raise BadInput("nothing", field="rows")
    if items(change.handover, kind).count() + len(read.rows) > MAX_ROWS:
        raise BadInput("too_many_rows", field="rows", most=str(MAX_ROWS))
    _write(change.handover, [(kind, row, "") for row in read.rows])
    change.note = f"{Kind(kind).label} +{len(read.rows)}"
    change.changes["rows"] = [None, f"{kind} +{len(read.rows)}"]
    change.save()
    return len(read.rows)


@transaction.atomic
def edit_row(*, compound_id: int, ref: str, item_id: int, row: Row, by: Actor, now: datetime) -> Item:
    """Change what a row says. A row that was looked at has to be looked at again. Refused: NoSuchItem, a case's row."""
    change = begin(compound_id=compound_id, ref=ref, action="list", by=by, now=now)
    item = _item(change.handover, item_id)
    if item.kind == Kind.CASE:
        raise NotPermitted("from_the_portal")
    given = _checked(row)
    changed = {name: value for name, value in given.items() if getattr(item, name) != value}
    if not changed:
        return item
    change.changes = {f"item {item.pk} {name}": [getattr(item, name), value] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(item, name, value)
    if set(changed) - {"note"}:
        item.verdict, item.judged_as, item.judged_at = Verdict.OPEN, "", None
    item.save()
    change.save(event=False)
    return item


@transaction.atomic
def drop_row(*, compound_id: int, ref: str, item_id: int, by: Actor, now: datetime) -> Item:
    """Take a row off the list; it stays in the record."""
    change = begin(compound_id=compound_id, ref=ref, action="list", by=by, now=now)
    item = _item(change.handover, item_id)
    if item.kind == Kind.CASE:
        raise NotPermitted("from_the_portal")
    item.dropped_at = now
    item.save(update_fields=["dropped_at"])
    change.changes[f"item {item.pk} dropped"] = [item.title, None]
    change.save(event=False)
    return item


@dataclass(frozen=True, slots=True)
class Judged:
    """What the receiving side says of one row."""

    item_id: int
    verdict: str
    note: str = ""


@transaction.atomic
def judge(
    *,
    compound_id: int,
    ref: str,
    judged: Sequence[Judged],
    by: Actor,
    now: datetime,
    photo: UploadedFile[Any] | None = None,
) -> int:
    """Say of rows whether they were handed over, are missing or disputed; the last two say what is wrong. Returns how many.

    ``photo`` goes with a single row. Refused: BadInput (unknown_verdict, say_what with the row's title, too_long,
    too_many), NoSuchItem, the file's own refusals.
    """
    change = begin(compound_id=compound_id, ref=ref, action="judge", by=by, now=now)
    if len(judged) > MANY:
        raise BadInput("too_many", field="rows", most=str(MANY))
    found = {
        item.pk: item
        for item in Item.objects.select_for_update(of=("self",), no_key=True).filter(
            compound_id=compound_id,
            handover_id=change.handover.pk,
            pk__in=[one.item_id for one in judged],
            dropped_at=None,
        )
    }
    who = f"{by.person_name} {by.label}".strip()[:160]
    for one in judged:
        item = found.get(one.item_id)
        if item is None:
            raise NoSuchItem
        if not _judge(item, one, who, now):
            continue
        change.changes[f"item {item.pk} verdict"] = [None, f"{one.verdict} {item.note}".strip()]
    if photo is not None and len(judged) == 1:
        item = found[judged[0].item_id]
        item.photo = store_image(compound_id=compound_id, by=by, upload=photo, purpose=PURPOSE, now=now)
    Item.objects.bulk_update(found.values(), ["verdict", "note", "judged_as", "judged_at", "photo"])
    if change.changes or photo is not None:
        change.save(event=False)
    return len(judged)


@transaction.atomic
def freeze(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Handover:
    """Settle the lists (定稿): open requests as they stand now, everything under one fingerprint, ready to be signed.

    Refused with BadInput (rows_open with their number) while a row was not looked at.
    """
    change = begin(compound_id=compound_id, ref=ref, action="freeze", by=by, now=now)
    follow_contract(change)
    found = change.handover
    _refresh_cases(found, now)
    waiting = items(found, verdict=Verdict.OPEN).count()
    if waiting:
        raise BadInput("rows_open", field="rows", count=str(waiting))
    change.set(frozen_at=now, fingerprint=fingerprint_of(found))
    change.save()
    change.tell(EVERYONE, "handover.checked", outgoing=found.outgoing.name)
    return found


def fingerprint_of(handover: Handover) -> str:
    """The fingerprint of a handover's parties, days and rows as they stand. One statement."""
    head = {
        "compound": handover.compound_id,
        "contract": handover.contract_id,
        "outgoing": handover.outgoing_id,
        "incoming": handover.incoming_id,
        "last_day": handover.last_day.isoformat(),
        "due_on": handover.due_on.isoformat(),
        "version": handover.version,
    }
    fields = ("kind", "title", "detail", "place", "condition", "quantity", "amount_fen", "due_at", "verdict", "note")
    return lists.fingerprint(head, items(handover).order_by("kind", "pk").values(*fields))


def _refresh_cases(handover: Handover, now: datetime) -> None:
    """Let the list of open requests be what is open now. A verdict that was given on one stays with it."""
    cases = {case.ref: case_row(case) for case in open_cases(handover.compound_id)}
    cases |= {f"incident:{one.ref}": incident_row(one) for one in open_incidents(compound_id=handover.compound_id)}
    known = {item.source: item for item in items(handover, Kind.CASE)}
    gone = [item.pk for ref, item in known.items() if ref not in cases]
    Item.objects.filter(compound_id=handover.compound_id, pk__in=gone).update(dropped_at=now)
    kept: list[Item] = []
    for ref, item in known.items():
        if ref in cases:
            for name, value in cases[ref].items():
                setattr(item, name, value)
            kept.append(item)
    Item.objects.bulk_update(kept, ["title", "detail", "place", "condition", "amount_fen", "since", "due_at"])
    Item.objects.bulk_create(
        Item(
            compound_id=handover.compound_id,
            handover=handover,
            kind=Kind.CASE,
            source=ref,
            # The portal hands the request on by itself: there is nothing to look for.
            verdict=Verdict.HANDED,
            **given,
        )
        for ref, given in cases.items()
        if ref not in known
    )


def _register_row(handover: Handover, now: datetime) -> Row:
    rows = register_rows(handover.compound_id)
    mark = lists.fours(lists.register_fingerprint(rows))
    return Row(
        _("房屋和业主台账"),
        _("%(day)s 共 %(count)s 套，指纹 %(mark)s")
        % {"day": localdate(now).isoformat(), "count": len(rows), "mark": mark},
        quantity=len(rows),
    )


def _contacts(handover: Handover, now: datetime) -> list[Row]:
    here = holders(handover.compound_id, min(localdate(now), handover.last_day))
    return [
        Row(one.name, f"{one.organisation} {one.role_label}")
        for one in here
        if one.party == "company" and one.organisation == handover.outgoing.name
    ]


def _write(handover: Handover, rows: Iterable[tuple[str, Row, str]]) -> None:
    Item.objects.bulk_create(
        Item(
            compound_id=handover.compound_id,
            handover=handover,
            kind=kind,
            source=source,
            **{name: getattr(row, name) for name in _ENTERED},
        )
        for kind, row, source in rows
    )


def _item(handover: Handover, item_id: int) -> Item:
    found: Item | None = (
        Item.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=handover.compound_id, handover_id=handover.pk, pk=item_id, dropped_at=None)
        .first()
    )
    if found is None:
        raise NoSuchItem
    return found


def _judge(item: Item, one: Judged, who: str, now: datetime) -> bool:
    """Write what was said; False when it says so already."""
    if one.verdict not in Verdict.values:
        raise BadInput("unknown_verdict", field="rows")
    note = plain(one.note) or item.note
    if len(note) > MAX_NOTE:
        raise BadInput("too_long", field="note", most=str(MAX_NOTE))
    if one.verdict in {Verdict.MISSING, Verdict.DISPUTED} and not note:
        raise BadInput("say_what", field="note", title=item.title)
    if (item.verdict, item.note) == (one.verdict, note) and item.judged_at is not None:
        return False
    item.verdict, item.note, item.judged_as, item.judged_at = one.verdict, note, who, now
    return True


def _checked(row: Row) -> Mapping[str, Any]:
    given = {name: getattr(row, name) for name in _ENTERED}
    if not row.title.strip():
        raise BadInput("no_title", field="title")
    for name, value in given.items():
        if isinstance(value, str):
            given[name] = plain(value)
            most = {"title": lists.MAX_TITLE, "note": MAX_NOTE}.get(name, lists.MAX_WORDS)
            if len(given[name]) > most:
                raise BadInput("too_long", field=name, most=str(most))
            if unreadable(value):
                raise BadInput("unreadable", field=name)
    return given
