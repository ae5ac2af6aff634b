"""The solver's own process: a case a line in, each better roster a line out, the last one with what was proved of it.

Google's CP-SAT is an extra requirement (``requirements/solver.txt``); nothing else of the portal imports this module. It runs
apart because it holds the processor for seconds and its memory for good, and because whoever asked must be able to end it.

    {"task": "make" | "mend", "case": {...}, "seconds": 10, "hint": [...], "fixed": [...], "since": "2026-12-14"}
    {"roster": [...], "score": 35, "bound": 20, "missing": 0, "at": 0.08}
    {"ended": true, "missing_proved": true, "proved": true, ...}
"""

import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from rosters.rules.arithmetic import missing
from rosters.rules.cases import DAY, Case, Duty, Slot, Turn
from rosters.rules.fairness import ALONE, NIGHTS, TURNS, UNWANTED, WEEKENDS, Group, groups, shares, slots_of
from rosters.rules.reading import read_case, read_day, read_duties, written_duties

# More than the cores: the searches differ, and one of them closes what the others cannot.
WORKERS: Final = 4
# Of the time, how much may go into proving how many shifts stay open before the rest is shared out fairly.
FOR_MISSING: Final = 0.4
# A shift left open is worse than any number of changes, and a change worse than a wish.
OPEN, CHANGE = 10_000, 10


class Model:
    """A month as CP-SAT has it: one variable for each person and shift where they may be, constants for what is fixed."""

    def __init__(self, cp: Any, case: Case, *, slots: Sequence[Slot], fixed: Sequence[Duty] = ()) -> None:
        self.cp = cp.CpModel()
        self.case = case
        self.days = frozenset(case.days)
        self.slots = slots
        held = {(one.day, one.post, one.turn) for one in fixed}
        self.fixed = defaultdict(list)
        for one in (*case.before, *case.after, *fixed):
            self.fixed[one.person].append(one)
        self.there = {
            key: sum((one.day, one.post, one.turn) == key for one in fixed) for key in held
        }  # fmt: skip
        self.x = {
            Duty(slot.day, slot.post.key, slot.turn.key, person.name): self.cp.new_bool_var("")
            for slot in slots
            for person in case.people
            if person.may(slot.post, slot.day) and not any(one.day == slot.day for one in self.fixed[person.name])
        }
        self.of_slot: dict[tuple[date, str, str], list[Any]] = defaultdict(list)
        self.of_day: dict[tuple[str, date], list[tuple[Duty, Any]]] = defaultdict(list)
        for duty, var in self.x.items():
            self.of_slot[duty.day, duty.post, duty.turn].append(var)
            self.of_day[duty.person, duty.day].append((duty, var))
        for person in case.people:
            self._one_a_day(person.name)
            self._rest(person.name)
            self._in_a_row(person.name)
            self._hours(person.name)

    def _turn(self, duty: Duty) -> Turn | None:
        return self.case.turn.get((duty.post, duty.turn))

    def _spare(self, slot: Slot) -> int:
        return max(0, slot.post.persons - self.there.get((slot.day, slot.post.key, slot.turn.key), 0))

    def _one_a_day(self, name: str) -> None:
        for day in self.case.days:
            if len(theirs := self.of_day[name, day]) > 1:
                self.cp.add_at_most_one(var for _, var in theirs)

    def _rest(self, name: str) -> None:
        """After each duty, none of the next days that begins too soon; those of one day exclude each other anyway."""
        theirs = self._theirs(name)
        fixed = [(duty, 1) for duty in self.fixed[name] if self._turn(duty) is not None]
        for duty, var in [*theirs, *fixed]:
            ends = self._minute(duty) + self._length(duty)
            for ahead in (1, 2, 3):
                day = duty.day + timedelta(days=ahead)
                soon = [
                    other
                    for then, other in self.of_day[name, day]
                    if self._minute(then) - ends < self.case.firm.rest_minutes
                ]
                if soon:
                    self.cp.add(sum(soon) + var <= 1)
        for duty, _one in fixed:
            # What is fixed may also lie behind: somebody who must be there tomorrow cannot be late tonight.
            for back in (1, 2, 3):
                for then, other in self.of_day[name, duty.day - timedelta(days=back)]:
                    if self._minute(duty) - self._minute(then) - self._length(then) < self.case.firm.rest_minutes:
                        self.cp.add(other == 0)

    def _theirs(self, name: str) -> list[tuple[Duty, Any]]:
        return [one for day in self.case.days for one in self.of_day.get((name, day), ())]

    def _minute(self, duty: Duty) -> int:
        return (duty.day - self.case.month).days * DAY + self.case.turn[duty.post, duty.turn].starts

    def _length(self, duty: Duty) -> int:
        return self.case.turn[duty.post, duty.turn].minutes

    def _in_a_row(self, name: str) -> None:
        most = self.case.firm.days_in_row
        worked = {one.day for one in self.fixed[name]}
        for first in range(-most, len(self.case.days)):
            window = [self.case.month + timedelta(days=first + n) for n in range(most + 1)]
            own = [var for day in window for _, var in self.of_day[name, day]]
            if own:
                self.cp.add(sum(own) <= max(0, most - sum(day in worked for day in window)))

    def _hours(self, name: str) -> None:
        own = [self._length(duty) * var for duty, var in self._theirs(name)]
        gone = sum(self._length(one) for one in self.fixed[name] if one.day in self.days and self._turn(one))
        if own:
            self.cp.add(sum(own) <= max(0, self.case.cap - gone))

    def cover(self) -> None:
        """Every shift has whom it needs."""
        for slot in self.slots:
            self.cp.add(sum(self.of_slot[slot.day, slot.post.key, slot.turn.key]) == self._spare(slot))

    def cover_or_open(self) -> Any:
        """Every shift has at most whom it needs; how many are missing in all."""
        for slot in self.slots:
            self.cp.add(sum(self.of_slot[slot.day, slot.post.key, slot.turn.key]) <= self._spare(slot))
        return sum(self._spare(one) for one in self.slots) - sum(self.x.values())

    def fair(self, *, exact: bool, open_: int | None = None) -> Any:
        """What is made small: spreads within each group, wishes, single days.

        ``exact``: every shift is filled, so that the sums are known, and with them the least that a spread can be; ``open_`` is
        how many are not. Without these three lines the proof takes ten times as long.
        """
        parts: list[Any] = []
        found = groups(self.case)
        for group in found:
            share = shares(self.case, group)
            slots = slots_of(self.case, group)
            for weight, name, kept in (
                (TURNS, "turns", slots),
                (NIGHTS, "nights", [one for one in slots if one.turn.is_night]),
                (WEEKENDS, "weekends", [one for one in slots if self.case.is_free_day(one.day)]),
            ):
                begun = {one.name: int(getattr(share[one.name], name)) for one in group.people}
                total: int | None = sum(one.post.persons for one in kept) + sum(begun.values()) if exact else None
                if not exact and open_ is not None and name == "turns" and len(found) == 1:
                    total = sum(one.post.persons for one in kept) + sum(begun.values()) - open_
                parts.append(weight * self._spread(group, begun, kept, total))
        wishes = [var for duty, var in self.x.items() if duty.day in self.case.person[duty.person].unwanted]
        return sum(parts) + UNWANTED * sum(wishes) + ALONE * sum(self._single_days())

    def _spread(self, group: Group, begun: dict[str, int], slots: Iterable[Slot], total: int | None) -> Any:
        keys = {(one.day, one.post.key, one.turn.key) for one in slots}
        theirs: dict[str, list[Any]] = defaultdict(list)
        for duty, var in self.x.items():
            if (duty.day, duty.post, duty.turn) in keys:
                theirs[duty.person].append(var)
        low, high = min(begun.values(), default=0), max(begun.values(), default=0) + len(keys)
        most, fewest = self.cp.new_int_var(low, high, ""), self.cp.new_int_var(low, high, "")
        for one in group.people:
            count = sum(theirs[one.name]) + begun[one.name]
            self.cp.add(most >= count)
            self.cp.add(fewest <= count)
        if total is not None:
            self.cp.add(most >= -(-total // len(group.people)))
            self.cp.add(fewest <= total // len(group.people))
            self.cp.add(most - fewest >= bool(total % len(group.people)))
        return most - fewest

    def _single_days(self) -> list[Any]:
        found = []
        step = timedelta(days=1)
        for person in self.case.people:
            worked = {one.day for one in self.fixed[person.name]}
            for day in self.case.days[:-1]:
                here, before, after = (
                    sum(var for _, var in self.of_day[person.name, one]) + (one in worked)
                    for one in (day, day - step, day + step)
                )
                if self.of_day[person.name, day]:
                    single = self.cp.new_bool_var("")
                    self.cp.add(single >= here - before - after)
                    found.append(single)
        return found

    def changes(self, old: Iterable[Duty]) -> Any:
        """What a mended roster costs: who is taken off a shift, who is put on one, and wishes."""
        was = {one for one in old if one in self.x}
        taken = sum(1 - self.x[one] for one in was)
        put = sum(var for duty, var in self.x.items() if duty not in was)
        wishes = sum(var for duty, var in self.x.items() if duty.day in self.case.person[duty.person].unwanted)
        return CHANGE * (taken + put) + UNWANTED * wishes

    def hint(self, duties: Iterable[Duty]) -> None:
        """Where to begin."""
        given = set(duties)
        for duty, var in self.x.items():
            self.cp.add_hint(var, duty in given)


class Search:
    """CP-SAT on models of one case, within one span of time."""

    def __init__(self, cp: Any, case: Case, *, seconds: float, began: float) -> None:
        self.cp = cp
        self.case = case
        self.began = began
        self.until = began + seconds
        self.best: list[Duty] | None = None

    def run(self, model: Model, *, fixed: Sequence[Duty], seconds: float, told: bool = True) -> tuple[str, int, int]:
        """Solve one model; its status (``optimal``, ``feasible``, ``infeasible``, ``unknown``), value and bound."""
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.05, min(seconds, self.until - time.monotonic()))
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = self.case.seed
        solver.parameters.symmetry_level = 2
        status = solver.status_name(solver.solve(model.cp, self._watch(model, fixed) if told else None)).lower()
        if status not in {"optimal", "feasible"}:
            return status, 0, 0
        self.best = sorted([*fixed, *(duty for duty, var in model.x.items() if solver.value(var))])
        return status, round(solver.objective_value), max(0, int(-(-solver.best_objective_bound // 1)))

    def _watch(self, model: Model, fixed: Sequence[Duty]) -> Any:
        """Tells each better roster at once, so that nothing is lost when we are ended."""

        def told(watch: Any) -> None:
            duties = sorted([*fixed, *(duty for duty, var in model.x.items() if watch.boolean_value(var))])
            say({"roster": written_duties(duties), "at": round(time.monotonic() - self.began, 3)})

        return type("Watch", (self.cp.CpSolverSolutionCallback,), {"on_solution_callback": told})()

    def make(self, hint: Sequence[Duty]) -> dict[str, Any]:
        """A month: first as many shifts as can be filled, then as fairly as can be."""
        seconds = self.until - self.began
        if missing(self.case) == 0:
            model = Model(self.cp, self.case, slots=self.case.slots)
            model.cover()
            model.cp.minimize(model.fair(exact=True))
            model.hint(hint)
            status, value, bound = self.run(model, fixed=(), seconds=seconds)
            if status != "infeasible":
                return self._ended(status, value, bound, missing_proved=self.best is not None)
        return self._make_short(hint)

    def _make_short(self, hint: Sequence[Duty]) -> dict[str, Any]:
        model = Model(self.cp, self.case, slots=self.case.slots)
        open_ = model.cover_or_open()
        model.cp.add(open_ >= missing(self.case))
        model.cp.minimize(open_)
        model.hint(hint)
        status, value, least = self.run(model, fixed=(), seconds=FOR_MISSING * (self.until - self.began))
        if self.best is None:
            return self._ended(status, 0, 0, missing_proved=False)
        known = status == "optimal"
        model = Model(self.cp, self.case, slots=self.case.slots)
        model.cp.add(model.cover_or_open() == value)
        model.cp.minimize(model.fair(exact=False, open_=value))
        model.hint(self.best)
        status, value, bound = self.run(model, fixed=(), seconds=self.until - time.monotonic())
        return {**self._ended(status, value, bound, missing_proved=known), "least_missing": least}

    def mend(self, old: Sequence[Duty], fixed: Sequence[Duty], since: date, hint: Sequence[Duty]) -> dict[str, Any]:
        """A month with fewest changes from a day on."""
        slots = [one for one in self.case.slots if one.day >= since]
        model = Model(self.cp, self.case, slots=slots, fixed=fixed)
        open_ = model.cover_or_open()
        model.cp.minimize(OPEN * open_ + model.changes(old))
        model.hint(hint)
        status, value, bound = self.run(model, fixed=fixed, seconds=self.until - time.monotonic())
        return self._ended(status, value, bound, missing_proved=status == "optimal")

    def _ended(self, status: str, value: int, bound: int, *, missing_proved: bool) -> dict[str, Any]:
        return {
            "ended": True,
            "roster": None if self.best is None else written_duties(self.best),
            "proved": status == "optimal" and missing_proved,
            "missing_proved": missing_proved,
            "score": value,
            "bound": bound,
            "seconds": round(time.monotonic() - self.began, 3),
        }


def answer(cp: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The last line to one case."""
    began = time.monotonic()
    case = read_case(asked["case"])
    search = Search(cp, case, seconds=float(asked["seconds"]), began=began)
    hint = read_duties(asked.get("hint"), "hint")
    if asked["task"] == "make":
        return search.make(hint)
    old, fixed = read_duties(asked["roster"], "roster"), read_duties(asked["fixed"], "fixed")
    return search.mend(old, fixed, read_day(asked["since"], "since"), hint)


def say(line: dict[str, Any]) -> None:
    """One line to whoever asked."""
    sys.stdout.write(f"{json.dumps(line, ensure_ascii=False)}\n")
    sys.stdout.flush()


def main() -> None:
    """Answer until nobody asks any more."""
    cp = importlib.import_module("ortools.sat.python.cp_model")
    say({"ready": True})
    for line in sys.stdin:
        say(answer(cp, json.loads(line)))


if __name__ == "__main__":
    main()
