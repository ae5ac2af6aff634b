"""The solver in its process: what it proves, what it says when it stops, and that nothing depends on it."""

import time
from datetime import date
from typing import Any

import pytest

from rosters import making, solving
from rosters.making import changes, make, mend
from rosters.rules.arithmetic import missing
from rosters.rules.cases import Case, Duty
from rosters.rules.checking import check, is_lawful
from rosters.rules.reading import read_case, written, written_duties
from rosters.rules.rotation import rotate
from rosters.solving import Reply, Solver, is_installed, lent
from tests.rosters.months import NAMES, compound, month
from tests.rosters.recheck import recheck

DAY = date(2026, 12, 14)


@pytest.fixture(scope="module")
def solver() -> Any:
    assert is_installed()
    with Solver() as one:
        yield one


class Told(Solver):
    """A solver that says what it is told to."""

    def __init__(self, reply: Reply | None) -> None:
        super().__init__()
        self.reply = reply

    def start(self) -> None:
        """Nothing to start."""

    def make(self, case: Case, **_: Any) -> Reply | None:
        return self.reply

    def mend(self, case: Case, **_: Any) -> Reply | None:
        return self.reply


def test_nine_get_a_month_that_is_proved(solver: Solver) -> None:
    case = read_case(month(9))
    made = make(case, solver)
    assert (made.outcome, made.open, made.by) == ("complete", 0, "solver")
    assert (made.fairness.turns, made.fairness.nights, made.fairness.weekends) == (1, 1, 1)
    assert made.fairness.score <= make(case).fairness.score
    assert recheck(written(case), written_duties(made.duties)) == []


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_rosters_of_random_compounds_pass_the_separate_program(solver: Solver, seed: int) -> None:
    case = read_case(compound(seed))
    made = make(case, solver, seconds=4)
    assert {one[0] for one in recheck(written(case), written_duties(made.duties))} <= {"short"}
    assert made.open >= missing(case)
    assert made.open <= make(case).open


def test_a_month_that_comes_before_one_that_is_out_fits_to_it(solver: Solver) -> None:
    """Solver and rotation alike leave the rest before the first shifts of the next month, and the day off in its first week."""
    given = month(10)
    given["after"] = [
        {"date": f"2027-01-0{day}", "post": "control_room", "shift": shift, "person": NAMES[n]}
        for n, shift in ((0, "00:00-08:00"), (1, "00:00-08:00"), (2, "08:00-16:00"), (3, "08:00-16:00"))
        for day in range(1, 7)
    ]
    case = read_case(given)
    for made in (make(case, solver, seconds=5), make(case)):
        assert (made.outcome, made.open) == ("complete", 0)
        assert recheck(written(case), written_duties(made.duties)) == []
        assert not {one.person for one in made.duties if one.day == case.days[-1]} & set(NAMES[:4])
    assert make(case, solver, seconds=5).by == "solver"


def test_one_person_in_february(solver: Solver) -> None:
    case = read_case(month(1, of="2026-02"))
    made = make(case, solver, seconds=5)
    assert (made.outcome, made.open, missing(case)) == ("short", 144, 144)
    assert len(made.duties) == 24


def test_nobody_with_a_certificate_leaves_the_other_posts_their_roster(solver: Solver) -> None:
    given = month(6, posts=[{"kind": "control_room"}, {"kind": "gate"}])
    for one in given["people"]:
        one["grade"] = None
    case = read_case(given)
    made = make(case, solver, seconds=5)
    assert {one.post for one in made.duties} == {"gate"}
    assert (len(made.duties), made.open) == (93, 186)


def test_what_the_year_brought_is_made_good(solver: Solver) -> None:
    given = month(9)
    for number, one in enumerate(given["people"]):
        one["year"] = {"months": 11, "shifts": 220, "nights": 76 if number == 0 else 73, "weekends": 60}
    made = make(read_case(given), solver)
    nights = {one.person: one.nights for one in made.fairness.counts}
    assert nights[NAMES[0]] < min(nights[name] for name in NAMES[1:9])


def test_somebody_sick_with_fewest_changes(solver: Solver) -> None:
    case = read_case(month(10))
    old = make(case, solver).duties
    sick = NAMES[4]
    away = case.without({sick: frozenset(date(2026, 12, n) for n in range(14, 19))})
    lost = [one for one in old if one.person == sick and 14 <= one.day.day <= 18]
    made = mend(away, old, since=DAY, solver=solver)
    assert is_lawful(made.findings)
    assert [one for one in made.duties if one.day < DAY] == [one for one in old if one.day < DAY]
    changed = changes(old, made.duties)
    assert len(changed) >= len(lost)
    assert len(changed) <= len(changes(old, mend(away, old, since=DAY).duties))
    assert all(one.before and one.after for one in changed)


def test_a_mending_that_changes_only_what_it_must_asks_no_solver() -> None:
    case = read_case(month(12))
    old = rotate(case)
    lost = next(one for one in old if one.day == DAY)
    away = case.without({lost.person: frozenset([DAY])})
    made = mend(away, old, since=DAY, solver=Told(None))
    assert (made.by, made.proved, made.missing_proved) == ("rotation", True, True)
    assert [(one.day, one.before) for one in changes(old, made.duties)] == [(DAY, lost.person)]


def test_without_the_solver_the_rotation_answers() -> None:
    case = read_case(month(10))
    made = make(case)
    assert (made.by, made.proved, made.gap, made.outcome) == ("rotation", False, None, "complete")


def test_a_solver_that_finds_nothing_or_breaks_a_rule_is_not_believed() -> None:
    case = read_case(month(10))
    assert make(case, Told(None)).by == "rotation"
    wrong = tuple(Duty(day, "control_room", "08:00-16:00", NAMES[0]) for day in case.days)
    made = make(case, Told(Reply(wrong, 0.1, proved=True, missing_proved=True, bound=0)))
    assert (made.by, made.duties) == ("rotation", tuple(rotate(case)))
    away = case.without({NAMES[0]: frozenset(case.days)})
    assert mend(away, rotate(case), since=DAY, solver=Told(None)).by == "rotation"


def test_when_its_time_is_over_it_is_ended_and_the_next_question_is_answered() -> None:
    with Solver() as solver:
        case = read_case(month(10))
        began = time.monotonic()
        assert solver.make(case, hint=(), seconds=0.05) is None
        assert time.monotonic() - began < 5
        assert make(case, solver).outcome == "complete"
    solver.close()


def test_a_process_that_dies_is_started_again() -> None:
    with Solver() as solver:
        case = read_case(month(9))
        assert make(case, solver).outcome == "complete"
        assert solver._process is not None
        solver._process.kill()
        solver._process.wait()
        assert make(case, solver).by == "solver"


def test_what_changes_is_told_place_by_place() -> None:
    first, second = Duty(DAY, "gate", "a", "甲"), Duty(DAY, "gate", "a", "乙")
    third = Duty(DAY, "gate", "a", "丙")
    assert [(one.before, one.after) for one in changes([first], [second])] == [("甲", "乙")]
    assert [(one.before, one.after) for one in changes([first, second], [third])] == [("乙", "丙"), ("甲", "")]
    assert [(one.before, one.after) for one in changes([], [third])] == [("", "丙")]
    assert changes([first], [first]) == []


def test_the_gap_is_of_the_measured_score() -> None:
    case = read_case(month(9))
    duties = tuple(rotate(case))
    score = make(case).fairness.score
    assert score == 21
    third = make(case, Told(Reply(duties, 0.1, missing_proved=True, bound=14)))
    assert (third.by, third.gap, third.first) == ("solver", pytest.approx(1 / 3), 0.1)
    assert make(case, Told(Reply(duties, 0.1, proved=True, missing_proved=True, bound=21))).gap == 0
    assert make(case, Told(Reply(duties, 0.1, bound=None))).gap is None
    assert making.open_of(check(case, duties)) == 0


def test_a_solver_that_was_given_back_is_lent_again_and_ended_when_nobody_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(solving, "_resting", {})
    case = read_case(month(9))
    with lent() as solver:
        assert make(case, solver).by == "solver"
        with lent() as other:
            assert other is not solver  # one for one at a time
        solving._resting.popitem()[1].cancel()
    running, old = solver._process, solving._resting[solver]
    assert running is not None
    with lent() as again:
        assert (again, again._process) == (solver, running)
    old.function()  # its time ran out as somebody came for it
    assert (list(solving._resting), running.poll()) == ([solver], None)
    timer = solving._resting[solver]
    timer.cancel()
    timer.function()
    assert (solving._resting, solver._process) == ({}, None)
    assert running.poll() is not None


def test_a_question_that_was_left_is_not_answered_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_resting", {})
    with pytest.raises(KeyError), lent() as solver:
        solver.start()
        raise KeyError
    assert (solver._process, solving._resting) == (None, {})
