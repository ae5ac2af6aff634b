"""Taking a file in, saying what its columns mean, agreeing to what it would change, and dropping it."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from premises.models import Source
from registers import queries
from registers.actions.change import hand_over, keep_part, locked_run, move, must_keep, note, tell
from registers.models import Layout, Part, Run
from registers.refusals import BadInput, Refused
from registers.rules.columns import FIELDS, SKIP, Header, assigned, find_header, header_at, wanting
from registers.rules.workbook import Sheet, open_workbook, read_sheet
from tenancy.actor import Actor

LONGEST_TEXT = 120  # of a header's cell, as the form is remembered
MOST_ROWS_ABOVE = 24


@transaction.atomic
def upload(*, compound_id: int, content: bytes, name: str, by: Actor, now: datetime, instead_of: str = "") -> Run:
    """Take a file in and guess what its columns mean. Nothing of the register changes.

    ``instead_of`` is the open import that it replaces, a file that was corrected; that one is dropped. Raises NoSuchRun,
    NotPermitted, WorkbookRefused (what is wrong with the file), Refused(other_open) while another import of the compound
    is open, with ``who``, ``name``, ``ref``.
    """
    must_keep(by)
    if instead_of:
        drop(compound_id=compound_id, ref=instead_of, by=by, now=now)
    _refuse_second(compound_id)
    workbook = open_workbook(content)
    sheet, header = _best_sheet([read_sheet(workbook, one) for one in workbook.names])
    layout = queries.layout_of(compound_id, by.organisation_id)
    run = Run(
        compound_id=compound_id,
        ref=secrets.token_urlsafe(12),
        name=" ".join(name.replace("\0", "").split())[-120:] or "台账.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        sheet=sheet.name[:64],
        header=[header.top, header.bottom],
        columns=_columns([column.label for column in header.columns], layout),
        moved_at=now,
        created_at=now,
        created_by=by.person_id,
        created_name=by.person_name[:40],
        created_label=by.label[:120],
        organisation_id=by.organisation_id,
        post_id=by.post_id,
    )
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:  # two at the same moment: the constraint let one through
        _refuse_second(compound_id)
        raise
    keep_part(run, Part.Kind.FILE, content)
    note(run, "upload", {"state": [None, run.state], "file": [None, run.sha256]}, by=by, now=now)
    return run


def _refuse_second(compound_id: int) -> None:
    other = queries.open_run(compound_id)
    if other is not None:
        raise Refused("other_open", who=other.created_name or other.created_label, name=other.name, ref=other.ref)


def _best_sheet(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    """The first sheet whose header names most; without any header the first that holds something, its first row as header."""
    found = [(sheet, find_header(sheet)) for sheet in sheets]
    known = [(sheet, header) for sheet, header in found if header is not None]
    if known:
        return max(known, key=lambda one: one[1].recognised)
    sheet = next((sheet for sheet in sheets if sheet.rows), sheets[0])
    first = min(sheet.rows, default=1)
    return sheet, header_at(sheet, first, first)


def _columns(labels: Sequence[str], layout: Layout | None) -> list[dict[str, str]]:
    remembered = {one["label"]: one["field"] for one in layout.columns} if layout is not None else {}
    return [{"label": column.label, "field": column.field} for column in assigned(labels, remembered)]


@transaction.atomic
def choose_sheet(
    *, compound_id: int, ref: str, sheet: str, header: tuple[int, int] | None, by: Actor, now: datetime
) -> Run:
    """Read another sheet of the file, or other rows as its header. The guess of the columns starts anew.

    Raises NoSuchRun, NotPermitted, Refused(out_of_state, file_gone), BadInput(no_sheet, no_header), WorkbookRefused.
    """
    must_keep(by)
    run = locked_run(compound_id=compound_id, ref=ref)
    if run.state not in {"mapping", "checked"}:
        raise Refused("out_of_state", state=run.state)
    read = read_sheet(open_workbook(_file(run)), sheet)
    found = find_header(read) if header is None else _header(read, *header)
    if found is None:
        first = min(read.rows, default=1)
        found = header_at(read, first, first)
    run.sheet, run.header = read.name[:64], [found.top, found.bottom]
    run.columns = _columns([one.label for one in found.columns], queries.layout_of(compound_id, run.organisation_id))
    run.save(update_fields=["sheet", "header", "columns"])
    note(run, "choose_sheet", {"sheet": [None, run.sheet], "header": [None, run.header]}, by=by, now=now)
    return run


def _header(sheet: Sheet, top: int, bottom: int) -> Header:
    if not 1 <= top <= bottom <= top + 2 or top not in sheet.rows:
        raise BadInput("no_header")
    return header_at(sheet, top, bottom)


def _file(run: Run) -> bytes:
    content = queries.part(run, Part.Kind.FILE)
    if content is None:
        raise Refused("file_gone")
    return content


@transaction.atomic
def check(
    *,
    compound_id: int,
    ref: str,
    fields: Sequence[str],
    area_source: str,
    owner_source: str,
    by: Actor,
    now: datetime,
) -> Run:
    """Say what each column means (a field for each, SKIP to leave it out), and have the whole file checked.

    The form and its meanings are remembered for the office. Raises NoSuchRun, NotPermitted, Refused(out_of_state), and
    BadInput (columns, twice, no_room, no_building, source).
    """
    must_keep(by)
    run = locked_run(compound_id=compound_id, ref=ref)
    used = [one for one in fields if one != SKIP]
    if len(fields) != len(run.columns) or any(one not in FIELDS for one in used):
        raise BadInput("columns")
    if len(set(used)) != len(used):
        raise BadInput("twice", field=next(one for one in used if used.count(one) > 1))
    if lacking := wanting(set(used)):
        raise BadInput(lacking)
    if {area_source, owner_source} - {"", *Source.values}:
        raise BadInput("source")
    columns = [{"label": one["label"], "field": field} for one, field in zip(run.columns, fields, strict=True)]
    move(
        run, "check", now,
        columns=columns, area_source=area_source, owner_source=owner_source,
        attempts=0, tried_at=None, stale=False, answers={}, gone=[],
    )  # fmt: skip
    _remember(run, now)
    note(run, "check", {"columns": [None, [one["field"] for one in columns]]}, by=by, now=now)
    hand_over(run)
    return run


def _remember(run: Run, now: datetime) -> None:
    """Keep the office's form: what stands above the rows, and what each column means."""
    sheet = read_sheet(open_workbook(_file(run)), run.sheet)
    top, bottom = run.header
    width = len(run.columns)
    first = max(1, bottom - MOST_ROWS_ABOVE + 1)
    above = [
        [sheet.text(row, column)[:LONGEST_TEXT] for column in range(1, width + 1)] for row in range(first, bottom + 1)
    ]
    Layout.objects.update_or_create(
        compound_id=run.compound_id,
        organisation_id=run.organisation_id or 0,
        defaults={
            "sheet": run.sheet[:31] or "台账",
            "rows": above,
            "header": [top - first + 1, bottom - first + 1],
            "merges": [
                [upper - first + 1, left, lower - first + 1, min(right, width)]
                for upper, left, lower, right in sheet.merges
                if first <= upper and lower <= bottom and left <= width
            ],
            "widths": [round(sheet.widths.get(column, 0), 2) for column in range(1, width + 1)],
            "columns": run.columns,
            "updated_at": now,
        },
    )


@transaction.atomic
def confirm(
    *,
    compound_id: int,
    ref: str,
    plan: str,
    answers: Mapping[str, str],
    gone: Sequence[int],
    skip_bad: bool,
    by: Actor,
    now: datetime,
) -> Run:
    """Agree to what was shown and have it imported. ``plan`` is the digest that the page carried.

    Raises NoSuchRun, NotPermitted, Refused (out_of_state, plan_changed), BadInput (unanswered, bad_rows, nothing_to_do,
    unknown_home).
    """
    must_keep(by)
    run = locked_run(compound_id=compound_id, ref=ref)
    if run.state != "checked":
        raise Refused("out_of_state", state=run.state)
    report = queries.report_of(run) or {}
    if not plan or plan != run.plan:
        raise Refused("plan_changed")
    if report["bad"] and not skip_bad:
        raise BadInput("bad_rows", count=str(run.counts["bad_rows"]))
    if any(answers.get(one["pk"]) not in one["options"] for one in report["questions"]):
        raise BadInput("unanswered")
    if not set(gone) <= {one["pk"] for one in report["missing"]}:
        raise BadInput("unknown_home")
    if not (report["new"] or report["changed"] or gone or report["questions"]):
        raise BadInput("nothing_to_do")
    kept = {one["pk"]: answers[one["pk"]] for one in report["questions"]}
    actor = {name: value for name, value in asdict(by).items() if name != "compound_ids"}
    move(
        run, "confirm", now,
        answers=kept, gone=sorted(set(gone)), skip_bad=skip_bad, confirmed=actor, attempts=0, tried_at=None, stale=False,
    )  # fmt: skip
    note(run, "confirm", {"state": ["checked", run.state], "plan": [None, run.plan]}, by=by, now=now)
    hand_over(run)
    return run


@transaction.atomic
def drop(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Run:
    """Give an import up before anything was written. Whoever uploaded it is told when it was someone else.

    Raises NoSuchRun, NotPermitted, Refused(out_of_state).
    """
    must_keep(by)
    run = locked_run(compound_id=compound_id, ref=ref)
    before = run.state
    move(run, "drop", now, finished_at=now)
    Part.objects.filter(compound_id=compound_id, run=run, kind=Part.Kind.FILE).delete()
    note(run, "drop", {"state": [before, run.state]}, by=by, now=now)
    if by.person_id != run.created_by:
        tell(run, "registers.dropped", to={run.created_by}, context={"who": by.person_name}, by=by, now=now)
    return run
