"""The book of the story: what was done, by whom and when, and the figures worked out from that alone.

Nothing here asks the portal. The promises stand here once more as they are published to residents, the working days of the
weeks of the story as the government published them, and what each figure means as the page explains it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from tests.month.clock import CHINA

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
# 国务院办公厅 2025 年 11 月 4 日通知：中秋 9 月 25 日至 27 日，国庆 10 月 1 日至 7 日；9 月 20 日、10 月 10 日上班。
HOLIDAYS = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
HOURS = ((8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
WORK, CLOCK = "working", "calendar"
# category -> (minutes to answer, of what) and (minutes to repair, of what); a working day has eight hours.
PROMISES = {
    "water": ((30, CLOCK), (1440, CLOCK)),
    "power": ((30, CLOCK), (1440, CLOCK)),
    "lift": ((30, CLOCK), (1440, CLOCK)),
    "fire": ((30, CLOCK), (1440, CLOCK)),
    "access": ((120, WORK), (960, WORK)),
    "facility": ((240, WORK), (2400, WORK)),
    "leak": ((120, CLOCK), (4320, CLOCK)),
    "noise": ((240, WORK), (1440, WORK)),
    "environment": ((240, WORK), (1440, WORK)),
    "other": ((240, WORK), (2400, WORK)),
}
URGENT = ((10, CLOCK), (1440, CLOCK))
ANSWERS = {"accept", "assign", "claim", "return", "settle"}
HELD = {"submitted", "accepted", "assigned", "working", "paused"}
# What each step leads to. None: where it stood before.
LEADS = {
    "file": "submitted", "accept": "accepted", "assign": "assigned", "claim": "assigned", "reassign": "assigned",
    "start": "working", "finish": "awaiting", "settle": "awaiting", "confirm": "done", "reopen": "accepted",
    "return": "returned", "contest": "submitted", "deny": "submitted", "uphold": "returned", "withdraw": "withdrawn",
    "force_close": "closed", "merge": "merged", "pause": "paused", "resume": None, "hand_on": "submitted",
}  # fmt: skip


@cache
def is_worked(moment: datetime) -> bool:
    """Whether the minute that begins here is a minute of work."""
    local = moment.astimezone(CHINA)
    day, minute = local.date(), local.hour * 60 + local.minute
    worked = day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)
    return worked and any(opens <= minute < closes for opens, closes in HOURS)


@cache
def due(since: datetime, promise: tuple[int, str], pauses: tuple[tuple[datetime, datetime], ...] = ()) -> datetime:
    """When a promise that was given at ``since`` is over, minute by minute; minutes of a pause do not count."""
    left, basis = promise
    at = since
    while left:
        if not any(begins <= at < ends for begins, ends in pauses) and (basis == CLOCK or is_worked(at)):
            left -= 1
        at += MINUTE
    return at


@dataclass
class Step:
    """One thing that happened to a case."""

    at: datetime
    action: str
    worker: str = ""
    stars: int = 0
    until: datetime | None = None
    firm: str = ""


@dataclass
class Case:
    """A case as whoever filed it knows it. ``filer`` is their name; ``ref`` stands in the address of its page."""

    ref: str
    number: str
    filer: str
    category: str
    urgent: bool
    firm: str
    steps: list[Step] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day that it counts for."""
        return self.steps[0].at.astimezone(CHINA).date()

    @property
    def promises(self) -> tuple[tuple[int, str], tuple[int, str]]:
        """To answer, and to repair. Urgent is never slower than ordinary, and none of the ordinary ones is faster."""
        return URGENT if self.urgent else PROMISES[self.category]

    def told(self, now: datetime) -> "Told":
        """How it stands at a moment."""
        return _told(self, now)


@dataclass
class Told:
    """How a case stands, from what happened until then. ``answered`` and ``finished``: in time, too late, or not yet."""

    state: str = ""
    firm: str = ""
    worker: str = ""
    answered: bool | None = None
    finished: bool | None = None
    finished_at: datetime | None = None
    answer_due: datetime | None = None
    finish_due: datetime | None = None
    repaired: bool = False
    reopened: bool = False
    upheld: bool = False
    stars: int = 0
    outcome: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    # What firms had done of it that have it no more: (firm, worker, what it is counted in).
    parts: list[tuple[str, str, Counter[str]]] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, str, Counter[str]]]:
        """Who is counted for what of it: (firm, worker, counts); what leaves the score leaves it for all who had it."""
        now = (self.firm, self.worker, self.counts)
        return [now, *(self.parts if self.outcome not in {"withdrawn", "merged", "not_ours"} else [])]


def _told(case: Case, now: datetime) -> Told:  # noqa: C901, PLR0912  a life is told step by step
    told = Told(firm=case.firm)
    answer, finish = case.promises
    opened = asked = case.steps[0].at
    pauses: list[tuple[datetime, datetime]] = []
    before, paused_at = "", None
    for step in case.steps:
        if step.at > now:
            break
        was = told.state
        if step.action == "pause":
            before, paused_at = was, step.at
        elif was == "paused" and paused_at is not None:
            pauses.append((paused_at, step.at))
            paused_at = None
        told.state = LEADS[step.action] or before
        if step.action in ANSWERS and was == "submitted":
            told.answered = step.at <= due(asked, answer)
        if step.action in {"assign", "claim", "reassign"}:
            told.worker = step.worker
        if step.action in {"finish", "settle"}:
            told.finished, told.finished_at = step.at <= due(opened, finish, tuple(pauses)), step.at
            told.repaired = True
        if step.action == "force_close":
            told.repaired = True
        if step.action == "confirm":
            told.stars = step.stars
        if step.action == "uphold":
            told.upheld = True
        if step.action == "reopen":
            told.reopened, told.stars, told.finished, told.finished_at = True, 0, None, None
        if step.action == "hand_on":
            late = step.at > due(asked, answer) if was == "submitted" else step.at > due(opened, finish, tuple(pauses))
            told.parts.append((told.firm, told.worker, Counter(_had(told, was, late=late))))
            told.firm, told.reopened, told.repaired = step.firm, False, False
        if step.action in {"contest", "deny", "hand_on"}:
            asked, told.answered = step.at, None
        if step.action in {"contest", "deny", "hand_on", "reopen"}:
            opened, pauses = step.at, []
        if step.action in {"return", "reopen", "withdraw", "merge", "hand_on"}:
            told.worker = ""
    if told.state == "submitted":
        told.answer_due = due(asked, answer)
    elif told.state in {"accepted", "assigned", "working"}:
        told.finish_due = due(opened, finish, tuple(pauses))
    told.outcome = _outcome(told, now)
    told.counts = Counter(_counts(told, now))
    return told


def _had(told: Told, state: str, *, late: bool) -> list[str]:
    """What counts for the firm that hands it on: its own answer and delay, and a repair of its own that did not hold."""
    names = ["handed"]
    if told.answered is not None or (state == "submitted" and late):
        names += ["responded", *(["responded_in_time"] if told.answered else [])]
    if state != "submitted" and late:
        names.append("finished")
    return names + (["repaired", "reopened"] if told.reopened else [])


def _outcome(told: Told, now: datetime) -> str:
    """Where it stands in the words of the figures; each case in exactly one."""
    if told.state == "returned":
        return "not_ours" if told.upheld else "returned"
    if told.state == "awaiting":
        assert told.finished_at is not None
        return "unanswered" if now > told.finished_at + WEEK else "awaiting"
    return {"done": "done", "closed": "forced", "merged": "merged", "withdrawn": "withdrawn"}.get(told.state, "open")


def _counts(told: Told, now: datetime) -> list[str]:
    """The figures that it is counted in."""
    names = ["filed", told.outcome]
    if told.outcome in {"withdrawn", "merged", "not_ours"}:
        return names
    names.append("due")
    if told.answered is not None or (told.answer_due is not None and told.answer_due < now):
        names += ["responded", *(["responded_in_time"] if told.answered else [])]
    overdue = told.finish_due is not None and told.finish_due < now
    if told.finished is not None or told.outcome == "forced" or overdue:
        names += ["finished", *(["finished_in_time"] if told.finished else [])]
    if told.repaired or told.reopened:
        names += ["repaired", *(["reopened"] if told.reopened else [])]
    if told.stars:
        names += ["rated", *(["satisfied"] if told.stars >= 4 else [])]
    return names


@dataclass
class Book:
    """Every case of the story."""

    cases: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> Case:
        """Write down a new one."""
        self.cases.append(case)
        return case

    def held(self, now: datetime) -> list[Case]:
        """What is not finished at a moment."""
        return [case for case in self.cases if case.told(now).state in HELD]

    def figures(self, now: datetime, **only: Any) -> Counter[str]:
        """The counts of the cases with this firm, category or worker, filed within ``days`` (first, last)."""
        found: Counter[str] = Counter()
        days = only.pop("days", None)
        for case in self.cases:
            if days is not None and not days[0] <= case.day <= days[1]:
                continue
            for firm, worker, counts in case.told(now).lines:
                of = {"firm": firm, "worker": worker, "category": case.category}
                if all(of[name] == value for name, value in only.items()):
                    found.update(counts)
        return found
