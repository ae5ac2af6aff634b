"""The calculator's page (表决计算器): a form with every input, and the verdict above it. Nothing is kept."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from elections import words
from elections.forms import ResultsForm, TallyForm
from elections.imported import Judged
from elections.permissions import PARTIES
from elections.rules.bars import Pair, Test
from elections.rules.cases import Malformed
from elections.rules.deciding import decide
from elections.rules.measures import area_text
from elections.rules.verdicts import Standing, Tally, Verdict
from tenancy.access import ActingRequest, acting

TONES = {"passed": "good", "failed": "late", "no_quorum": "late", "undetermined": "warn", "refused": "warn"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One test as a bar with the legal mark, all in one unit; ``known`` False where a figure is missing."""

    known: bool
    label: str
    have: int | Decimal = 0
    of: int | Decimal = 0
    mark: int | Decimal = 0
    unit: str = ""
    mark_label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate as a row."""

    rank: str
    name: str
    voters: str
    voters_margin: str
    area: str
    area_margin: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A tally as the page shows it."""

    outcome: str
    tone: str
    groups: list[tuple[str, list[Bar], str]]
    rows: list[Row]
    tied: str


# A calculation has no effect, so the form claims no idempotency key: sent twice, it says the same twice.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acting(parties=PARTIES)
def tally(request: ActingRequest) -> HttpResponse:
    """Fill in a vote, read the verdict."""
    form = TallyForm(request.POST) if request.method == "POST" else TallyForm()
    if request.method != "POST" or not form.is_valid() or form.case is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "elections/tally.html", {"form": form}, status=status)
    verdict = decide(form.case)
    return render(request, "elections/tally.html", {"form": form, **_context(verdict)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acting(parties=PARTIES)
def results(request: ActingRequest) -> HttpResponse:
    """Results from a city's own system: pasted or as a file, each beside its verdict."""
    form = ResultsForm(request.POST, request.FILES) if request.method == "POST" else ResultsForm()
    if request.method != "POST" or not form.is_valid() or form.found is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "elections/results.html", {"form": form}, status=status)
    rows = [_result(one) for one in form.found.results]
    context = {
        "form": form,
        "rows": rows,
        "unused": words.names(form.found.unused),
        "wrong": sum(one["contradicts"] for one in rows),
        "unread": sum(one["verdict"] is None for one in rows),
    }
    return render(request, "elections/results.html", context)


def _result(one: Judged) -> dict[str, Any]:
    """One result as a row: what it was about, what came out, and the whole of it behind."""
    if one.verdict is None:
        error = one.error or Malformed("not_an_object")
        known = error.code != "unknown_matter"
        said = words.malformed_words(error.code, error.where) if known else str(words.NO_TABLE["which_matter"])
        return {"id": one.id, "told": one.told, "verdict": None, "contradicts": False, "lines": [said]}
    return {
        "id": one.id,
        "told": one.told if one.told != one.verdict.matter.code else "",
        "verdict": one.verdict,
        "contradicts": bool(one.verdict.inconsistencies),
        "outcome": words.outcome(one.verdict),
        "tone": TONES[one.verdict.outcome],
        "matter": words.MATTERS[one.verdict.matter.code],
        "item": words.ITEMS[one.verdict.matter.item - 1],
        "lines": words.lines(one.verdict),
    }


def _context(verdict: Verdict) -> dict[str, Any]:
    quiet = {"decides_nothing"} if verdict.outcome in {"failed", "no_quorum"} else set()
    return {
        "verdict": verdict,
        "matter": words.MATTERS[verdict.matter.code],
        "item": words.ITEMS[verdict.matter.item - 1],
        "law": words.RULE_SETS[verdict.rule_set.code],
        "place": verdict.facts["jurisdiction"],
        "shown": _shown(verdict.tally),
        "without": _shown(verdict.without_silent) if verdict.without_silent is not None else None,
        "decides_nothing": words.reason_words("decides_nothing") if quiet else "",
        "reasons": [said for code in verdict.reasons if code not in quiet and (said := words.reason_words(code))],
        "without_invalid": words.OUTCOMES[verdict.facts["without_invalid"]]
        if "invalid_ballots_decide" in verdict.reasons
        else "",
        "ratio": words.ratio_words(verdict),
        "inconsistencies": [words.inconsistency_words(one) for one in verdict.inconsistencies],
    }


def _shown(tally: Tally) -> Shown:
    groups = [(words.group("participation"), tally.participation)]
    if tally.approval is not None:
        groups.append((words.group("approval"), tally.approval))
    table = words.ELECTED if tally.slate is not None else words.OUTCOMES
    return Shown(
        str(table[tally.outcome]),
        TONES[tally.outcome],
        [(label, [_bar(test) for test in pair.both], words.margins(pair)) for label, pair in groups],
        _rows(tally),
        words.tied_words(tally),
    )


def _bar(test: Test) -> Bar:
    label = words.measure(test.measure)
    if test.have is None or test.of is None or test.need is None:
        return Bar(known=False, label=words.test_words(test))
    have, of, need = (
        value if test.measure == "voters" else Decimal(area_text(value)) for value in (test.have, test.of, test.need)
    )
    unit = words.unit(test.measure)
    return Bar(known=True, label=label, have=have, of=of, mark=need, unit=unit, mark_label=words.bar_words(test.bar))


def _rows(tally: Tally) -> list[Row]:
    if tally.slate is None:
        return []
    elected, alternates = ({id(one) for one in group} for group in (tally.slate.elected, tally.slate.alternates))
    tied = set(tally.slate.tied.names) if tally.slate.tied is not None else set()
    rows = []
    for one in tally.slate.candidates:
        if id(one) in elected:
            state = "elected" if tally.outcome == "passed" else "certain"
        elif id(one) in alternates:
            state = "alternate"
        elif one.name in tied and one.rank is not None:
            state = "tied"
        else:
            state = {True: "reached", False: "short", None: "open"}[one.tests.met]
        rows.append(_row(one, one.tests, state))
    return rows


def _row(one: Standing, tests: Pair, state: str) -> Row:
    voters, area = tests.both
    return Row(
        str(one.rank) if one.rank is not None else "—",
        one.name,
        str(voters.have) if voters.have is not None else "—",
        words.margin(voters),
        area_text(area.have) if area.have is not None else "—",
        words.margin(area),
        str(words.CANDIDATES[state]),
        {"elected": "good", "certain": "good", "alternate": "info", "short": "neutral"}.get(state, "warn"),
    )
