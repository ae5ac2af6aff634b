"""Nothing is silent: looked at whenever time stops."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.models import Message
from repairs.models import Escalation, Request
from tenancy.scope import scope
from tests.month.book import HELD, Book, Case
from tests.month.browser import Browser
from tests.month.clock import CHINA

# After a deadline: who must have been told by then (level), ordinary and urgent.
CLIMBS = ((timedelta(0), 1), (timedelta(hours=4), 2), (timedelta(hours=24), 3))
CLIMBS_URGENT = ((timedelta(0), 1), (timedelta(minutes=30), 2), (timedelta(hours=2), 3))
LINE = re.compile(r'<div class="holder[^>]*>(.*?)</div>', re.DOTALL)
WHO = re.compile(r'class="holder-who"><strong>([^<]+)</strong>')
TIMED = {"submitted", "accepted", "assigned", "working"}


@dataclass
class Watch:
    """Compares the rows with the book at every stop, and opens one filer's page at each, all of them once a day."""

    compound_id: int
    code: str
    book: Book
    browsers: dict[str, Browser]
    looked: int = 0
    pages: int = 0

    def __call__(self, now: datetime) -> None:
        """Look; fails with the case that fell silent."""
        self.looked += 1
        with scope(self.compound_id):
            rows = {row.ref: row for row in Request.objects.filter(compound_id=self.compound_id)}
            told = {
                (row.request_id, row.due_at, row.level)
                for row in Escalation.objects.filter(compound_id=self.compound_id)
            }
            lost = list(
                Message.objects.filter(compound_id=self.compound_id)
                .exclude(state="sent")
                .values_list("template", "channel", "state", "error")
            )
        assert lost == []
        assert set(rows) == {case.ref for case in self.book.cases}
        for case in self.book.cases:
            row, own = rows[case.ref], case.told(now)
            assert (row.number, row.state) == (case.number, own.state), (case.number, now)
            if own.state in HELD:
                _is_held(row, now, told)
                # To the minute what residents were promised, holidays and pauses taken out.
                assert row.due_at == (own.answer_due or own.finish_due), (case.number, row.due_at, own, now)
        held = self.book.held(now)
        everyone = now.astimezone(CHINA).hour == 9 and now.minute == 0
        for case in held if everyone else held[self.looked % len(held) :][:1] if held else []:
            self.reads_one_line(case, now)

    def ahead(self, now: datetime) -> list[datetime]:
        """The moments after now at which something falls due: as the book reckons, and as the portal's own rows say.

        By the book, so that a deadline that the portal forgot is looked at too.
        """
        found: set[datetime] = set()
        for case in self.book.cases:
            own = case.told(now)
            found |= {step.at for step in case.steps}
            since = own.answer_due or own.finish_due
            if since is not None:
                found |= {since + after for climbs in (CLIMBS, CLIMBS_URGENT) for after, _level in climbs}
            if own.state == "paused":
                found |= {step.until for step in case.steps if step.until is not None}
        with scope(self.compound_id):
            rows = Request.objects.filter(compound_id=self.compound_id, state__in=HELD)
            for moments in rows.values_list("next_step_at", "paused_until"):
                found |= {moment for moment in moments if moment is not None}
        return [moment for moment in found if moment > now]

    def reads_one_line(self, case: Case, now: datetime) -> None:
        """Whoever filed reads who has it, until when, and what follows; so does a neighbour who joined."""
        for name in {case.filer, *case.joined[:1]}:
            page = self.browsers[name].open(f"/c/{self.code}/repairs/{case.ref}/")
            self.pages += 1
            line = LINE.search(page.html)
            assert line is not None, (case.number, name)
            who = WHO.search(line[1])
            assert who is not None, (case.number, name)
            assert who[1].strip(), (case.number, name)
            assert "holder-due" in line[1], (case.number, name, line[1])


def _is_held(row: Request, now: datetime, told: set[tuple[int, datetime, int]]) -> None:
    """Somebody has it, and a time is running that ends, or whoever stands above has been told."""
    assert row.company_id is not None, row
    if row.state in {"assigned", "working"}:
        assert row.worker_id, row
        assert row.worker_post, row
    if row.state == "paused":
        assert row.paused_until is not None, row
        assert row.paused_until > now, row
        return
    assert row.state in TIMED, row
    assert row.due_at is not None, row
    for after, level in CLIMBS_URGENT if row.urgent and row.state != "submitted" else CLIMBS:
        if row.due_at + after <= now:
            assert row.level >= level, (row.number, row.level, row.due_at, now)
            assert any(one[0] == row.pk and one[2] == level for one in told), (row.number, level)
