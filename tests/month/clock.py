"""The moved clock: time passes to a given moment, and everything that beat would have asked for on the way is done.

What is queued is done at once after it, as by a worker that is never late, so that every moment is looked at when the portal
has come to rest.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery import Task
from celery.schedules import crontab

from config.celery import app

CHINA = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
# Looked at these hours of every day, whatever is due.
LOOKS = (1, 5, 9, 13, 17, 21)


class Clock:
    """The time of the story. ``watch`` looks at the portal at every moment at which time has stopped.

    ``ahead`` says at which moments after now something falls due, by the book or by the portal: time stops at each of them.
    """

    def __init__(self, travel: Any, queue: "deque[tuple[Any, dict[str, Any]]]") -> None:
        self._travel = travel
        self._queue = queue
        self.watch: Callable[[datetime], None] = lambda now: None
        self.ahead: Callable[[datetime], list[datetime]] = lambda now: []
        self.done = 0
        self.swept: set[str] = set()
        app.loader.import_default_modules()
        schedule = {name: (app.tasks[one["task"]], one["schedule"]) for name, one in app.conf.beat_schedule.items()}
        self._often = [task for task, when in schedule.values() if not isinstance(when, crontab)]
        self._daily = [(task, when) for task, when in schedule.values() if isinstance(when, crontab)]

    @property
    def now(self) -> datetime:
        """The moment of the story, in Shanghai."""
        return datetime.now(CHINA)

    def until(self, moment: datetime) -> None:
        """Let time pass, from one thing that is due to the next, and at least to the next hour of ``LOOKS``.

        Sweeps that run within every minute are run at every stop, the others at their own times.
        """
        while (now := self.now) < moment:
            stop = min(moment, _look_after(now), *self.ahead(now))
            due = sorted((at, task.name) for task, when in self._daily for at in _times(when, now, stop))
            for at, name in due:
                self._move(at)
                self._run(app.tasks[name])
            self._move(stop)
            for task in self._often:
                self._run(task)
            # What the sweeps found may have given them more to do.
            self._run(app.tasks["messaging.sweep"])
            self.watch(stop)

    def passes(self, **some: float) -> None:
        """Let so much time pass."""
        self.until(self.now + timedelta(**some))

    def work(self) -> None:
        """Do what is queued, and what that queues."""
        while self._queue:
            task, kwargs = self._queue.popleft()
            task(**kwargs)
            self.done += 1

    def _run(self, task: Any) -> None:
        self.swept.add(task.name)
        task()
        self.work()

    def _move(self, moment: datetime) -> None:
        self._travel.move_to(moment, tick=False)


def _look_after(now: datetime) -> datetime:
    """The next of the hours at which everything is looked at."""
    local = now.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    return local + timedelta(hours=next(ahead for ahead in range(1, 25) if (local.hour + ahead) % 24 in LOOKS))


def _times(when: Any, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments of a crontab within (after, until]. Only minutes and hours are used in ours."""
    at = after.replace(second=0, microsecond=0) + MINUTE
    while at <= until:
        if at.minute in when.minute and at.hour in when.hour:
            assert at.isoweekday() % 7 in when.day_of_week
            assert at.day in when.day_of_month
            yield at
        at += MINUTE


@contextmanager
def beginning(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock that stands at this moment; tasks wait in a queue that ``Clock.work`` empties."""
    queue: deque[tuple[Any, dict[str, Any]]] = deque()

    def wait(self: Any, args: Any = None, kwargs: Any = None, **_options: Any) -> None:
        assert not args
        queue.append((self, dict(kwargs or {})))

    monkeypatch.setattr(Task, "apply_async", wait)
    with time_machine.travel(moment, tick=False) as travel:
        yield Clock(travel, queue)
