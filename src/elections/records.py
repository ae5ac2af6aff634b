"""The calculator's lines: one JSON case in, one JSON verdict out. Decimals are read by their digits, never as floating point."""

import json
import re
from collections.abc import Iterable
from typing import Any

from elections import words
from elections.rules.bars import Pair, Test
from elections.rules.cases import Malformed, read_case
from elections.rules.deciding import decide
from elections.rules.measures import MEASURES, shown
from elections.rules.verdicts import Slate, Standing, Tally, Verdict

MAX_LINE = 1_000_000
_ID = re.compile(r'"id"\s*:\s*("(?:[^"\\]|\\.){0,200}"|\d{1,18}\b)')


def read_json(text: str | bytes, *, most: int = MAX_LINE) -> Any:
    """A JSON value with decimals as strings. Raises Malformed: not_json, too_long, duplicate_key."""
    if len(text) > most:
        raise Malformed("too_long")
    try:
        given = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(given, parse_float=str, parse_constant=_no_number, object_pairs_hook=_object)
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("not_json") from error


def _no_number(text: str) -> Any:
    raise Malformed("not_json", text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Malformed("duplicate_key", next(name for name in names if names.count(name) > 1))
    return found


def answer_line(line: str | bytes) -> tuple[dict[str, Any], bool]:
    """The answer to one line, and whether the line was a case."""
    try:
        given = read_json(line)
    except Malformed as error:
        return problem(_salvaged(line), error), False
    return answer(given)


def _salvaged(line: str | bytes) -> str | int | None:
    """The id of a line that cannot be read as a whole, so that its sender finds it."""
    text = line[:MAX_LINE].decode(errors="replace") if isinstance(line, bytes) else line[:MAX_LINE]
    found = _ID.search(text)
    if found is None:
        return None
    try:
        return identity({"id": json.loads(found[1])})
    except ValueError:
        return None


def answer(given: Any) -> tuple[dict[str, Any], bool]:
    """The answer to one case as JSON has it, and whether it was one."""
    try:
        case = read_case(given)
    except Malformed as error:
        return problem(identity(given), error), False
    return record(decide(case)), True


def identity(given: Any) -> str | int | None:
    """The id of what was given, where it has one."""
    found = given.get("id") if isinstance(given, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def problem(identifier: str | int | None, error: Malformed) -> dict[str, Any]:
    """The answer to a line that is no case: in the shape of a verdict, without any test."""
    return {
        "id": identifier,
        "rule_set": None,
        "outcome": "refused",
        "participation": dict.fromkeys(MEASURES),
        "approval": dict.fromkeys(MEASURES),
        "error": {"code": error.code, "field": error.where},
        "inconsistencies": [],
        "reasons": ["malformed"],
        "text_zh": words.in_chinese(words.malformed_words, error.code, error.where),
    }


def record(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON has it: owners as numbers, areas as decimal strings."""
    without = verdict.without_silent
    return {
        "id": verdict.id,
        "rule_set": verdict.rule_set.code,
        **_tally(verdict.tally),
        **({"without_silent": _tally(without)} if without is not None else {}),
        **(
            {"ratio": {"base": one.base, "have": one.have, "of": one.of, "met": one.met}}
            if (one := verdict.ratio) is not None
            else {}
        ),
        "inconsistencies": [
            {
                name: value
                for name in ("code", "where", "measure", "have", "of")
                if (value := getattr(one, name)) is not None and value != ""
            }
            for one in verdict.inconsistencies
        ],
        "reasons": list(verdict.reasons),
        "text_zh": words.in_chinese(words.lines, verdict),
    }


def dump(value: Any) -> str:
    """One line of JSON, readable; half a character that came as an escape goes out as one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() or _whole(text) else json.dumps(value, separators=(",", ":"))


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tally(tally: Tally) -> dict[str, Any]:
    found: dict[str, Any] = {"outcome": tally.outcome, "participation": _pair(tally.participation)}
    if tally.approval is not None:
        found["approval"] = _pair(tally.approval)
    if tally.slate is not None:
        found |= _slate(tally.slate)
    return found


def _slate(slate: Slate) -> dict[str, Any]:
    # Approval is tested for each candidate: there is no pair for all of them together.
    found: dict[str, Any] = {
        "approval": {
            "voters": None,
            "area": None,
            "candidates": [{"name": one.name, **_pair(one.tests)} for one in slate.candidates],
        },
        "elected": _standings(slate.elected),
        "alternates": _standings(slate.alternates),
    }
    if slate.tied is not None:
        found["tied"] = {"names": list(slate.tied.names), "places": slate.tied.places, "remedy": slate.tied.remedy}
    return found


def _standings(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "rank": one.rank,
            "voters": one.tests.voters.have,
            "area": shown("area", one.tests.area.have),
        }
        for one in standings
    ]


def _pair(pair: Pair) -> dict[str, Any]:
    return {one.measure: _test(one) for one in pair.both}


def _test(test: Test) -> dict[str, Any]:
    return {
        "have": shown(test.measure, test.have),
        "of": shown(test.measure, test.of),
        "bar": test.bar.code,
        "met": test.met,
        "short_by": shown(test.measure, test.short_by),
    }
