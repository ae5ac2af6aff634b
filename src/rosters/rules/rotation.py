"""Rosters without a solver: a fixed rotation that everyone knows by heart, gaps filled in one order, the same answer every time.

Everyone walks through the same row of shifts and days of rest, one place behind the next; where the row stands on a day hangs on
the calendar, so that it goes on from month to month. Leave and what rests between shifts forbid is left out and filled by whoever
has had least. Whatever is still open is said, never hidden: the checker judges the result like any other roster.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from rosters.rules.cases import DAY, Case, Duty, Person, Slot, Turn
from rosters.rules.checking import Finding, check_person
from rosters.rules.fairness import Group, groups, shares


def rotate(case: Case) -> list[Duty]:
    """A month by rotation, as lawful as it can be made so; open shifts stay open."""
    plan = _Plan(case)
    for group in groups(case):
        for person, duty in _pattern(case, group):
            plan.put(person, duty)
    plan.fill(case.slots)
    return plan.duties()


def mend(case: Case, duties: Iterable[Duty], *, since: date, fixed: Collection[Duty] = ()) -> list[Duty]:
    """A roster with what has become impossible taken out from a day on and filled again, with few changes.

    Nothing before ``since`` and nothing ``fixed`` is touched, whatever is wrong there.
    """
    plan = _Plan(case, since=since, fixed=frozenset(fixed))
    given = sorted(duties)
    for duty in given:
        if duty.day < since or duty in plan.fixed:
            plan.hold(duty)
    for duty in given:
        person = case.person.get(duty.person)
        if person is not None and duty.day >= since and duty not in plan.fixed and plan.wants(duty):
            plan.put(person, duty)
    plan.fill([one for one in case.slots if one.day >= since])
    return plan.duties()


class _Plan:
    """Duties by person, always such that nothing hard is wrong with what was put (what was kept may be wrong)."""

    def __init__(self, case: Case, *, since: date | None = None, fixed: frozenset[Duty] = frozenset()) -> None:
        self.case = case
        self.since = since or case.month
        self.fixed = fixed
        self._of: dict[str, list[Duty]] = defaultdict(list)
        self._kept: set[str] = set()
        self._there: dict[tuple[date, str, str], int] = defaultdict(int)
        self._share = {name: one for group in groups(case) for name, one in shares(case, group).items()}

    def duties(self) -> list[Duty]:
        """All of them, sorted."""
        return sorted(one for theirs in self._of.values() for one in theirs)

    def hold(self, duty: Duty) -> None:
        """Enter a duty whatever is wrong with it: it is past."""
        self._kept.add(duty.person)
        self._keep(duty)

    def _keep(self, duty: Duty) -> None:
        self._of[duty.person] = sorted({*self._of[duty.person], duty})
        self._there[duty.day, duty.post, duty.turn] += 1

    def put(self, person: Person, duty: Duty) -> bool:
        """Enter a duty if nothing new is wrong with it."""
        if not self.fits(person, duty):
            return False
        self._keep(duty)
        return True

    def wants(self, duty: Duty) -> bool:
        """Whether its shift still needs somebody."""
        post = self.case.post.get(duty.post)
        return post is not None and self._there[duty.day, duty.post, duty.turn] < post.persons

    def fits(self, person: Person, duty: Duty, without: Duty | None = None) -> bool:
        """Whether somebody can have a duty beside (or instead of one of) those that they have."""
        if not person.may(self.case.post[duty.post], duty.day):
            return False
        theirs = [one for one in self._of[person.name] if one != without]
        if any(one.day == duty.day for one in theirs):
            return False
        # Only what was kept can be wrong: everything else was put where nothing was.
        wrong = self._wrong(person, theirs) if person.name in self._kept else set()
        return self._wrong(person, sorted([*theirs, duty])) <= wrong

    def _wrong(self, person: Person, duties: Sequence[Duty]) -> set[Finding]:
        return {one for one in check_person(self.case, person, duties) if one.hard}

    def fill(self, slots: Iterable[Slot]) -> None:
        """Fill what is open: by whoever has had least, else by moving one."""
        for slot in slots:
            while self._there[slot.day, slot.post.key, slot.turn.key] < slot.post.persons:
                if not (self._fill_from_free(slot) or self._fill_by_move(slot)):
                    break

    def _fill_from_free(self, slot: Slot) -> bool:
        return any(self.put(one, _duty(slot, one)) for one in self._in_order(slot))

    def _fill_by_move(self, slot: Slot) -> bool:
        """Somebody is taken from another shift, on which a third can stand in."""
        for person in self._in_order(slot):
            takes = _duty(slot, person)
            for leaves in list(self._of[person.name]):
                if not self._may_leave(leaves, slot) or not self.fits(person, takes, without=leaves):
                    continue
                for other in self._in_order(slot):
                    instead = replace(leaves, person=other.name)
                    if other != person and self.fits(other, instead):
                        self._drop(leaves)
                        self._keep(takes)
                        self._keep(instead)
                        return True
        return False

    def _may_leave(self, duty: Duty, slot: Slot) -> bool:
        return duty.day >= self.since and duty not in self.fixed and abs((duty.day - slot.day).days) <= 7  # noqa: PLR2004  a week

    def _drop(self, duty: Duty) -> None:
        self._of[duty.person].remove(duty)
        self._there[duty.day, duty.post, duty.turn] -= 1

    def _in_order(self, slot: Slot) -> list[Person]:
        """Who is asked first: no wish against it, fewest turns with those of the year, of nights if it is one; by name."""

        def key(person: Person) -> tuple[bool, int, int, str]:
            theirs, share = self._of[person.name], self._share.get(person.name)
            turns = len(theirs) + (share.turns if share else 0)
            nights = sum(
                self.case.turn[one.post, one.turn].is_night for one in theirs if (one.post, one.turn) in self.case.turn
            )
            return slot.day in person.unwanted, turns, nights if slot.turn.is_night else -nights, person.name

        return sorted((one for one in self.case.people if one.may(slot.post, slot.day)), key=key)


def _duty(slot: Slot, person: Person) -> Duty:
    return Duty(slot.day, slot.post.key, slot.turn.key, person.name)


# The row of shifts.


def _pattern(case: Case, group: Group) -> Iterator[tuple[Person, Duty]]:
    """The duties of a group's row, person by person and day by day."""
    shifts = [(turn, post) for post in group.posts for turn in post.turns]
    shifts.sort(key=lambda one: (one[0].starts, one[1].key))
    row = _row(case, [(turn, post.key) for turn, post in shifts for _ in range(post.persons)], len(group.people))
    for place, person in enumerate(group.people):
        for day in case.days:
            cell = row[(day.toordinal() - place) % len(row)] if row else None
            if cell is not None:
                yield person, Duty(day, cell[1], cell[0].key, person.name)


def _row(case: Case, shifts: Sequence[tuple[Turn, str]], people: int) -> list[tuple[Turn, str] | None]:
    """Shifts and days of rest, as many as people; empty where there are not enough for one day of rest."""
    spare = people - len(shifts)
    if spare < 1 or not shifts:
        return []
    breaks = [number for number, one in enumerate(shifts) if number + 1 == len(shifts) or one != shifts[number + 1]]
    rests = dict.fromkeys(range(len(shifts)), 0)
    # First where the next shift would come too soon (round the corner too), then at every change of shift in turn.
    soon = [number for number in breaks if _too_soon(case, shifts[number][0], shifts[(number + 1) % len(shifts)][0])]
    order = [*soon, *[one for one in reversed(breaks) if one not in soon]]
    for number in range(spare):
        rests[order[number % len(order)]] += 1
    return [cell for number, one in enumerate(shifts) for cell in (one, *[None] * rests[number])]


def _too_soon(case: Case, first: Turn, then: Turn) -> bool:
    return DAY + then.starts - first.ends < case.firm.rest_minutes
