"""Lines of JSON: a case in, a roster or a judgement out. One answer for the command and whoever keeps rosters.

``task`` is ``make`` (a month), ``mend`` (``roster``, ``since``, ``absent``; ``fixed`` what has begun), ``check`` (``roster``) or
``arithmetic``. Every answer holds the arithmetic, and ``input``: the case as it was understood, with nothing left to defaults.
"""

import hashlib
import json
from typing import Any, Final

from rosters import words
from rosters.making import STOP, STOP_MENDING, Change, Made, changes, make, mend
from rosters.rules.arithmetic import Need, missing, needs
from rosters.rules.cases import Case
from rosters.rules.checking import Finding, check
from rosters.rules.fairness import measure
from rosters.rules.reading import Malformed, read_absences, read_case, read_day, read_duties, written, written_duties
from rosters.rules.standards import standards
from rosters.solving import Solver

MAX_LINE: Final = 2_000_000
TASKS: Final = ("make", "mend", "check", "arithmetic")


def answer_line(line: str | bytes, solver: Solver | None, *, seconds: float = STOP) -> tuple[dict[str, Any], bool]:
    """The answer to one line, and whether the line was a case."""
    if len(line) > MAX_LINE:
        return problem(None, Malformed("too_long", "")), False
    try:
        given = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line)
    except (ValueError, RecursionError):
        return problem(None, Malformed("not_json", "")), False
    return answer(given, solver, seconds=seconds)


def answer(given: Any, solver: Solver | None, *, seconds: float = STOP) -> tuple[dict[str, Any], bool]:
    """The answer to one case as JSON has it, and whether it was one."""
    identifier = given.get("id") if isinstance(given, dict) else None
    identifier = identifier if isinstance(identifier, str | int) and not isinstance(identifier, bool) else None
    try:
        case = read_case(given)
        task = _task(given.get("task", "make"))
        found = _TASKS[task](case, given, solver, seconds)
    except Malformed as error:
        return problem(identifier, error), False
    return {"id": identifier, "task": task, **found}, True


def _task(given: Any) -> str:
    if given not in TASKS:
        raise Malformed("unknown_task", "task")
    return str(given)


def problem(identifier: str | int | None, error: Malformed) -> dict[str, Any]:
    """The answer to a line that is no case."""
    return {
        "id": identifier,
        "outcome": "refused",
        "error": {"code": error.code, "field": error.where, "clause": error.clause},
        "text_zh": words.in_chinese(words.problem, error.code, error.where, error.clause),
    }


def dump(value: Any) -> str:
    """One line of JSON, readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _make(case: Case, _given: Any, solver: Solver | None, seconds: float) -> dict[str, Any]:
    made = make(case, solver, seconds=seconds)
    return {**_of_made(made), **_of_case(case, _words(case, made))}


def _mend(case: Case, given: Any, solver: Solver | None, seconds: float) -> dict[str, Any]:
    roster = read_duties(given.get("roster"), "roster")
    since = read_day(given.get("since"), "since")
    if not case.days[0] <= since <= case.days[-1]:
        raise Malformed("not_this_month", "since")
    fixed = read_duties(given.get("fixed"), "fixed")
    away = case.without(read_absences(given.get("absent"), "absent", case))
    made = mend(away, roster, since=since, fixed=fixed, solver=solver, seconds=min(seconds, STOP_MENDING))
    changed = changes(roster, made.duties)
    told = [*words.changed(away, changed), *words.findings(away, made.findings, notes=False)]
    return {
        **_of_made(made),
        "changes": [_change(one) for one in changed],
        **_of_case(away, words.in_chinese(lambda: told)),
    }


def _check(case: Case, given: Any, _solver: Solver | None, _seconds: float) -> dict[str, Any]:
    roster = read_duties(given.get("roster"), "roster")
    findings = tuple(check(case, roster))
    made = Made(roster, findings, measure(case, roster), "")
    told = words.findings(case, findings)
    return {
        "outcome": made.outcome,
        "violations": _violations(findings),
        **_of_case(case, words.in_chinese(lambda: told)),
    }


def _arithmetic(case: Case, _given: Any, _solver: Solver | None, _seconds: float) -> dict[str, Any]:
    return {"outcome": "short" if missing(case) else "enough", **_of_case(case, _counted(case))}


_TASKS: Final = {"make": _make, "mend": _mend, "check": _check, "arithmetic": _arithmetic}


def _words(case: Case, made: Made) -> str:
    told = [*words.result(made), *words.findings(case, made.findings, notes=False)]
    return f"{_counted(case)}\n{words.in_chinese(lambda: told)}"


def _counted(case: Case) -> str:
    return words.in_chinese(lambda: [*words.arithmetic(case, needs(case)), *words.certificates(case, case.people)])


def _of_made(made: Made) -> dict[str, Any]:
    """The roster and all that is to be said of it; gaps by date and shift are the ``short`` among the violations."""
    fairness = made.fairness
    return {
        "outcome": made.outcome,
        "by": made.by,
        "proved": made.proved,
        "missing_proved": made.missing_proved,
        "gap": None if made.gap is None else round(made.gap, 4),
        "open": made.open,
        "roster": written_duties(made.duties),
        "violations": _violations(made.findings),
        "fairness": {
            "score": fairness.score,
            "turns": fairness.turns,
            "nights": fairness.nights,
            "weekends": fairness.weekends,
            "people": [
                {
                    "person": one.person,
                    "turns": one.turns,
                    "nights": one.nights,
                    "weekends": one.weekends,
                    "minutes": one.minutes,
                }
                for one in fairness.counts
            ],
        },
    }


def _of_case(case: Case, text: str) -> dict[str, Any]:
    understood = written(case)
    return {
        "arithmetic": [_need(one) for one in needs(case)],
        "standards": standards().version,
        "input": understood,
        "digest": hashlib.sha256(dump(understood).encode()).hexdigest(),
        "text_zh": text,
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "posts": list(need.posts),
        "turns": need.turns,
        "minutes": need.minutes,
        "least": need.least,
        "least_with_overtime": need.least_full,
        "have": need.have,
        "people_missing": need.people_missing,
        "missing": need.missing,
        "short_days": [{"date": one.day.isoformat(), "have": one.have, "need": one.need} for one in need.short_days],
    }


def _violations(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "binding": one.binding,
            "date": one.day.isoformat() if one.day else None,
            "post": one.post,
            "shift": one.turn,
            "person": one.person,
            "clause": one.clause,
            "have": one.have,
            "of": one.of,
        }
        for one in findings
    ]


def _change(one: Change) -> dict[str, str]:
    return {"date": one.day.isoformat(), "post": one.post, "shift": one.turn, "before": one.before, "after": one.after}
