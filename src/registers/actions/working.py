"""The worker's part: check a file, or import it, in one transaction each; what a crash left is taken again.

Three steps, each with a scope of its own. The claim is committed first, so that an import that kills its worker is given up
after three times. Then everything in one transaction: all of it is there, or nothing. A refusal is written down last.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from registers import queries, reports
from registers.actions.change import keep_part, move, note, one_writer, tell
from registers.actions.writing import write
from registers.models import Part, Run
from registers.rules.columns import Column, header_at
from registers.rules.difference import Difference, Given, KnownHome, compare
from registers.rules.rows import BAD, NOTE, Finding, Reading, read_rows
from registers.rules.workbook import Workbook, WorkbookRefused, open_workbook, read_sheet
from tenancy.actor import Actor, system_actor
from tenancy.scope import scope

log = logging.getLogger(__name__)

TRIES: Final = 3
# Whoever waits at the page sees the result; a message is for work that went on without them.
LONG: Final = timedelta(seconds=20)
KEPT_SECONDS: Final = 3600
AUDITED_CELLS: Final = 2000


@dataclass(frozen=True, slots=True)
class Studied:
    """What a file says and what it would change, with the register that it was compared with."""

    reading: Reading
    known: list[KnownHome]
    baseline: str
    difference: Difference
    notes: list[Finding]

    @property
    def findings(self) -> list[Finding]:
        """Every finding, of the reading and of the comparison."""
        return [*self.notes, *self.reading.findings, *self.difference.findings]


def work(*, compound_id: int, run_id: int, now: datetime) -> str:
    """Take the next step of an import; returns its state, empty when there was nothing to do. May be repeated."""
    with scope(compound_id):
        run = _claim(compound_id, run_id, now)
    if run is None:
        return ""
    try:
        with scope(compound_id):
            return _step(run, now)
    except WorkbookRefused as refused:
        return _fail(run, refused.code, refused.details, now)
    except OperationalError:
        raise  # the database went away: the sweep takes it again
    except Exception:
        log.exception("An import of a register failed.", extra={"run_id": run_id})
        return _fail(run, "unexpected", {}, now)


def _claim(compound_id: int, run_id: int, now: datetime) -> Run | None:
    """Hold the run for this worker, unless another holds it; give it up when it has been tried too often."""
    run: Run | None = (
        Run.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=run_id, state__in=["checking", "importing"])
        .first()
    )
    if run is None or (run.tried_at is not None and run.tried_at > now - queries.LEASE):
        return None
    if run.attempts >= TRIES:
        _failed(run, "crashed", {}, now)
        return None
    run.attempts += 1
    run.tried_at = now
    run.save(update_fields=["attempts", "tried_at"])
    return run


def _step(claimed: Run, now: datetime) -> str:
    run: Run | None = (
        Run.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=claimed.compound_id, pk=claimed.pk, attempts=claimed.attempts)
        .filter(state__in=["checking", "importing"])
        .first()
    )
    if run is None:
        return ""
    one_writer(run.compound_id)
    if run.state == "checking":
        began = time.monotonic()
        _report(run, study(run), "found", now)
        if now - claimed.moved_at > LONG or time.monotonic() - began > LONG.total_seconds():
            told = {"bad": str(run.counts["bad_cells"]), "questions": str(run.counts["questions"])}
            tell(run, "registers.checked", to={run.created_by}, context=told, by=_system(run), now=now)
    else:
        _import(run, now)
    return run.state


def study(run: Run) -> Studied:
    """Read the run's file and compare it with the register as it is now. Raises WorkbookRefused."""
    content = queries.part(run, Part.Kind.FILE)
    if content is None:
        raise WorkbookRefused("gone")
    say = _progress(run)
    say("read", 0, 0)
    workbook = open_workbook(content)
    sheet = read_sheet(workbook, run.sheet)
    header = header_at(sheet, *run.header)
    columns = [Column(number, one["label"], one["field"]) for number, one in enumerate(run.columns, start=1)]
    reading = read_rows(sheet, header, columns, lambda done, whole: say("read", done, whole))
    say("compare", 0, 0)
    known = queries.known_homes(run.compound_id)
    plain = Given(area_source=run.area_source, owner_source=run.owner_source)
    baseline = compare(reading.homes, known, plain, bad_keys=reading.bad_keys)
    given = replace(plain, answers=run.answers, gone=frozenset(run.gone))
    decided = given.answers or given.gone
    difference = compare(reading.homes, known, given, bad_keys=reading.bad_keys) if decided else baseline
    return Studied(reading, known, baseline.digest, difference, _about_file(workbook, run.sheet))


def _about_file(workbook: Workbook, sheet: str) -> list[Finding]:
    """What the office should know of the file itself: what was not read, and what was not followed."""
    notes: list[Finding] = []
    if workbook.hidden:
        notes.append(Finding(NOTE, "hidden_sheets", 0, 0, "", {"names": "、".join(workbook.hidden)[:200]}))
    if len(workbook.names) > 1:
        notes.append(Finding(NOTE, "other_sheets", 0, 0, "", {"name": sheet}))
    if workbook.linked:
        notes.append(Finding(NOTE, "linked", 0, 0, ""))
    return notes


def _progress(run: Run) -> Callable[[str, int, int], None]:
    key = queries.progress_key(run.compound_id, run.pk)

    def say(stage: str, done: int, whole: int) -> None:
        cache.set(key, {"stage": stage, "done": done, "all": whole}, KEPT_SECONDS)

    return say


def _report(run: Run, studied: Studied, action: str, now: datetime, *, stale: bool = False) -> None:
    report = reports.make(studied.findings, studied.difference)
    keep_part(run, Part.Kind.REPORT, json.dumps(report, ensure_ascii=False).encode())
    counts = reports.counts(report, studied.difference, studied.reading.rows)
    move(run, action, now, plan=studied.baseline, counts=counts, stale=stale)


def _import(run: Run, now: datetime) -> None:
    """Write exactly what was shown; when the register has changed since, show it anew instead."""
    studied = study(run)
    difference = studied.difference
    bad = [one for one in studied.findings if one.level == BAD]
    if studied.baseline != run.plan or difference.unanswered(run.answers) or (bad and not run.skip_bad):
        _report(run, studied, "stale", now, stale=True)
        tell(run, "registers.stale", to=_concerned(run), context={}, by=_system(run), now=now)
        return
    _progress(run)("write", 0, 0)
    by = confirmer(run)
    touched = [step.home for step in difference.changed if step.home] + difference.retired
    before = queries.snapshot(run.compound_id, touched)
    made = write(compound_id=run.compound_id, difference=difference, known=studied.known, on=timezone.localdate(now))
    after = queries.snapshot(run.compound_id, [*touched, *made.homes])
    undo = {
        "before": before,
        "after": after,
        "buildings": made.buildings,
        "entrances": made.entrances,
        "homes": made.homes,
    }
    keep_part(run, Part.Kind.UNDO, json.dumps(undo, ensure_ascii=False).encode())
    report = reports.make(studied.findings, difference)
    keep_part(run, Part.Kind.REPORT, json.dumps(report, ensure_ascii=False).encode())
    counts = reports.counts(report, difference, studied.reading.rows)
    move(run, "finish", now, counts=counts, finished_at=now)
    cells = reports.changed_cells(difference.changed)
    changes = {
        "state": ["importing", run.state],
        "file": [None, run.sha256],
        "plan": [None, run.plan],
        **{name: [None, counts[name]] for name in ("new", "changed", "cells", "retired", "missing", "same")},
        "changed_cells": [None, cells[:AUDITED_CELLS]],
    }
    told = {name: str(counts[name]) for name in ("new", "changed", "retired")}
    tell(run, "registers.done", to=_concerned(run), context=told, by=by, now=now)
    note(run, "import", changes, by=by, now=now)


def confirmer(run: Run) -> Actor:
    """Who confirmed the import, as whom it is written."""
    return Actor(**{**(run.confirmed or {}), "compound_ids": (run.compound_id,)})


def _concerned(run: Run) -> set[int]:
    return {run.created_by, (run.confirmed or {}).get("person_id", run.created_by)}


def _system(run: Run) -> Actor:
    return system_actor("registers", (run.compound_id,))


def _fail(claimed: Run, code: str, words: dict[str, str], now: datetime) -> str:
    with scope(claimed.compound_id):
        run: Run | None = (
            Run.objects.select_for_update(of=("self",), no_key=True)
            .filter(compound_id=claimed.compound_id, pk=claimed.pk, attempts=claimed.attempts)
            .filter(state__in=["checking", "importing"])
            .first()
        )
        if run is None:
            return ""
        _failed(run, code, words, now)
        return run.state


def _failed(run: Run, code: str, words: dict[str, str], now: datetime) -> None:
    before = run.state
    move(run, "fail", now, failure=code, failure_words=words, finished_at=now)
    by = _system(run)
    tell(run, "registers.failed", to=_concerned(run), context={}, by=by, now=now)
    note(run, "fail", {"state": [before, run.state], "reason": [None, code]}, by=by, now=now)


def forget(*, compound_id: int, now: datetime) -> int:
    """Remove files and earlier contents of imports that ended more than a month ago; returns how many parts went."""
    with scope(compound_id):
        removed, _ = (
            Part.objects.exclude(kind=Part.Kind.REPORT)
            .filter(compound_id=compound_id, run__created_at__lt=now - queries.KEPT)
            .filter(run__state__in=["done", "failed", "dropped", "undone"])
            .delete()
        )
    return int(removed)
