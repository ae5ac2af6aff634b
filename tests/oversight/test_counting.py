"""The figures are right to the case: counted by days that changed, told once more from the events by another hand."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from oversight.actions import counting
from oversight.models import Day, DayFigures, Mark, MonthFigures
from oversight.queries import figures as queries
from oversight.queries.cases import LISTED, MISSED, Question, cases, every_case
from oversight.rules.indicators import COUNTS, INDICATORS, OUTCOMES, Counts, rate, total
from oversight.rules.periods import before, period
from oversight.tasks import count_compound, sweep
from repairs.actions import dispatch, feedback, returns
from repairs.models import Request
from tenancy.scope import ScopeError, across_tenants, scope
from tests.oversight import life, retold
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.world import Side, World

SPRING = period("2026-03-30..2026-08-31")


def count(side: Side, now: datetime) -> int:
    with scope(side.compound.pk):
        return counting.count_anew(compound_id=side.compound.pk, now=now)


def stored(side: Side) -> dict[tuple[Any, ...], Counter[str]]:
    with scope(side.compound.pk):
        return {
            (row.day, row.company, row.category, row.worker, row.urgent): Counter(
                {name: getattr(row, name) for name in COUNTS if getattr(row, name)}
            )
            for row in DayFigures.objects.all()
        }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_life_by_chance_is_counted_to_the_case(world: World, seed: int) -> None:
    side = world.here
    latest = life.live(side, seed=seed, requests=70)
    life.live(world.there, seed=seed + 10, requests=5)
    pk = side.compound.pk
    count(side, latest)
    for now in (latest, latest + timedelta(days=3), latest + timedelta(days=12)):
        count(side, now)
        with scope(pk):
            assert stored(side) == retold.figures(pk, now)
            assert queries.waiting(compound_ids=[pk], now=now) == 0
            _months_are_the_sum_of_their_days(pk)
            _lists_are_what_was_counted(pk, now)
            # Counting everything again finds the same.
            told = stored(side)
            counting.count_everything(compound_id=pk, now=now)
            assert stored(side) == told
    with scope(pk):
        whole = DayFigures.objects.aggregate(**{name: Sum(name) for name in COUNTS})
    # Chance has led everywhere, or the test would prove little.
    assert all(whole[name] for name in ("done", "forced", "not_ours", "open", "reopened", "satisfied"))
    assert whole["responded_in_time"] < whole["responded"]
    assert whole["finished_in_time"] < whole["finished"]


def _months_are_the_sum_of_their_days(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', day)::date, company, category, urgent, "
            + ", ".join(f"sum({name})" for name in COUNTS)
            + " FROM oversight_dayfigures WHERE compound_id = %s GROUP BY 1, 2, 3, 4",
            [pk],
        )
        days = {row[:4]: tuple(map(int, row[4:])) for row in cursor.fetchall()}
    months = {
        (row.month, row.company, row.category, row.urgent): tuple(getattr(row, name) for name in COUNTS)
        for row in MonthFigures.objects.filter(compound_id=pk)
    }
    assert months == days


def _lists_are_what_was_counted(pk: int, now: datetime) -> None:
    """Every list has exactly the cases that its number counted, over the page's query and over the export's."""
    whole = queries.counted(compound_ids=[pk], period=SPRING)
    for of in sorted(LISTED):
        asked = Question(of, SPRING)
        found = cases(compound_ids=[pk], asked=asked, now=now, skip=0, most=1000)
        exported = [case.pk for batch in every_case(compound_ids=[pk], asked=asked, now=now, batch=7) for case in batch]
        assert sorted(case.pk for case in found) == sorted(exported)
        code = of.removeprefix(MISSED)
        expected = rate(code, whole).base - rate(code, whole).hit if of.startswith(MISSED) else whole[of]
        assert len(found) == expected, of
        assert [case.created_at for case in found] == sorted((c.created_at for c in found), reverse=True)


def test_every_way_to_look_adds_up(world: World) -> None:
    side = world.here
    pk = side.compound.pk
    latest = life.live(side, seed=7, requests=40)
    count(side, latest)
    firm = side.actor("manager").organisation_id
    with scope(pk):
        for code in ("2026-04", "2026-Q2", "2026", "2026-04-17..2026-06-03", "2026-05-05..2026-05-05"):
            asked = period(code)
            found = queries.figures(compound_ids=[pk], period=asked, before=before(asked))
            days = DayFigures.objects.filter(day__gte=asked.first, day__lte=asked.last)
            plain = Counts(tuple(days.aggregate(s=Sum(name))["s"] or 0 for name in COUNTS))
            assert found.whole.now == plain
            then = DayFigures.objects.filter(day__gte=before(asked).first, day__lte=before(asked).last)
            assert found.whole.then["filed"] == (then.aggregate(s=Sum("filed"))["s"] or 0)
            for way in (found.compounds, found.categories, found.firms):
                assert total(both.now for both in way.values()) == plain
                assert total(both.then for both in way.values()) == found.whole.then
            for category, both in found.categories.items():
                assert queries.counted(compound_ids=[pk], period=asked, category=category) == both.now
            workers = queries.workers(compound_ids=[pk], period=asked, firm=firm)
            assert total(one.counts for one in workers) == queries.counted(compound_ids=[pk], period=asked, firm=firm)
            for one in workers:
                assert queries.counted(compound_ids=[pk], period=asked, firm=firm, worker=one.person_id) == one.counts
            urgent, calm = (queries.counted(compound_ids=[pk], period=asked, urgent=held) for held in (True, False))
            assert urgent + calm == plain
        months = queries.trend(compound_ids=[pk], last=date(2026, 6, 30))
        assert total(counts for _month, counts in months) == queries.counted(
            compound_ids=[pk], period=period("2025-07-01..2026-06-30")
        )
        assert (
            queries.figures(compound_ids=[pk], period=period("2026"), before=period("2025"), firm=10**9).whole.now
            == Counts()
        )


def test_every_outcome_counts_where_its_words_say(world: World) -> None:
    side = world.here
    pk = side.compound.pk
    for state in ("done", "awaiting", "working", "paused", "closed", "merged", "withdrawn", "submitted"):
        bring_to(side, state)
    upheld, pending = bring_to(side, "returned"), bring_to(side, "returned")
    with scope(pk):
        returns.uphold(
            compound_id=pk, ref=upheld.ref, note="", by=side.actor("secretary"), now=NOW + timedelta(hours=1)
        )
    now = NOW + timedelta(minutes=20)
    count(side, now)
    with scope(pk):
        found = queries.counted(compound_ids=[pk], period=period("2026-06"))
        # One is filed for the merged one to go into.
        assert {name: found[name] for name in OUTCOMES} == {
            "done": 1, "awaiting": 1, "open": 4, "forced": 1, "merged": 1, "withdrawn": 1, "not_ours": 1, "returned": 1,
            "unanswered": 0,
        }  # fmt: skip
        assert (found["filed"], found["due"]) == (11, 8)
        # A forced closing is neither done nor in time.
        assert rate("resolved", found).fraction == "1/8"
        assert rate("completion", found).fraction == "2/3"
        # Once the community has upheld it, the other leaves the score as well.
        returns.uphold(
            compound_id=pk, ref=pending.ref, note="", by=side.actor("secretary"), now=NOW + timedelta(hours=2)
        )
        count(side, now)
        assert queries.counted(compound_ids=[pk], period=period("2026-06"))["due"] == 7


def test_the_clock_alone_changes_figures(world: World) -> None:
    """A deadline that passes and an answer that does not come: nobody writes anything, and the sweep counts anew."""
    side = world.here
    pk = side.compound.pk
    waiting, unanswered = bring_to(side, "working"), bring_to(side, "awaiting")
    count(side, NOW + timedelta(hours=1))

    def seen(now: datetime) -> tuple[int, int, int]:
        with across_tenants(reason="test"):
            due = queries.compounds_to_count(now)
        assert due == ([pk] if queries_waiting(now) else [])
        count(side, now)
        with scope(pk):
            found = queries.counted(compound_ids=[pk], period=period("2026-06"))
        return found["finished"], found["unanswered"], found["awaiting"]

    def queries_waiting(now: datetime) -> int:
        with scope(pk):
            return queries.waiting(compound_ids=[pk], now=now)

    due = waiting.due_at
    assert seen(due) == (1, 0, 1)
    assert seen(due + timedelta(seconds=1)) == (2, 0, 1)
    quiet = unanswered.finished_at + timedelta(days=7)
    assert seen(quiet) == (2, 0, 1)
    assert seen(quiet + timedelta(seconds=1)) == (2, 1, 0)
    assert seen(quiet + timedelta(days=400)) == (2, 1, 0)
    with scope(pk):
        assert Day.objects.get().changes_at is None


def test_a_late_change_of_an_old_request_is_counted_on_its_own_day(world: World) -> None:
    side = world.here
    pk = side.compound.pk
    old = bring_to(side, "awaiting", now=NOW - timedelta(days=300))
    count(side, NOW)
    with scope(pk):
        feedback.confirm(compound_id=pk, ref=old.ref, stars=4, comment="", by=side.actor("resident"), now=NOW)
        assert Mark.objects.get().day == date(2025, 8, 6)
        assert queries.waiting(compound_ids=[pk], now=NOW) == 1
    assert count(side, NOW) == 1
    with scope(pk):
        row = DayFigures.objects.get()
        assert (row.day, row.done, row.satisfied) == (date(2025, 8, 6), 1, 1)


def test_days_begin_at_midnight_in_china(world: World) -> None:
    side = world.here
    for at in (datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 5, 31, 16, 0, tzinfo=UTC)):
        file_one(side, now=at)
    count(side, NOW)
    with scope(side.compound.pk):
        for code, filed in (
            ("2026-05", 1),
            ("2026-06", 1),
            ("2026-05-31..2026-05-31", 1),
            ("2026-06-01..2026-06-01", 1),
        ):
            asked = Question("filed", period(code))
            assert queries.counted(compound_ids=[side.compound.pk], period=asked.period)["filed"] == filed
            assert len(cases(compound_ids=[side.compound.pk], asked=asked, now=NOW, skip=0, most=9)) == filed


def test_any_statement_leaves_a_mark_in_its_transaction(world: World) -> None:
    """Whoever writes, and however: rows changed by plain SQL, moved to another day, deleted; and none after a failure."""
    side = world.here
    request = file_one(side)
    count(side, NOW)
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE repairs_request SET created_at = created_at - interval '40 days'")
        assert sorted(Mark.objects.values_list("day", flat=True)) == [date(2026, 4, 23), date(2026, 6, 2)]
        assert count(side, NOW) == 2
        assert DayFigures.objects.get().day == date(2026, 4, 23)
        assert MonthFigures.objects.get().month == date(2026, 4, 1)
        with pytest.raises(RuntimeError), transaction.atomic():
            dispatch.accept(compound_id=side.compound.pk, ref=request.ref, by=side.actor("manager"), now=NOW)
            raise RuntimeError
        assert not Mark.objects.exists()
        cursor.execute("DELETE FROM repairs_event")
        cursor.execute("DELETE FROM repairs_request")
        assert count(side, NOW) == 1
        assert not DayFigures.objects.exists()
        assert not MonthFigures.objects.exists()


def test_a_crash_in_the_counting_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    file_one(side)
    with scope(side.compound.pk):
        with monkeypatch.context() as broken:
            broken.setattr(counting, "_COUNT_MONTHS", "SELECT 1 / 0")
            with pytest.raises(Exception, match="division by zero"):
                counting.count_anew(compound_id=side.compound.pk, now=NOW)
        assert Mark.objects.count() == 1
        assert not DayFigures.objects.exists()
    assert count(side, NOW) == 1
    assert count(side, NOW) == 0


def test_a_compound_is_counted_in_its_own_scope_only(world: World) -> None:
    file_one(world.there)
    with scope(world.here.compound.pk):
        for action in (counting.count_anew, counting.count_everything):
            with pytest.raises(ScopeError):
                action(compound_id=world.there.compound.pk, now=NOW)
        assert not Mark.objects.exists()


def test_the_table_refuses_what_does_not_add_up(world: World) -> None:
    bring_to(world.here, "done")
    count(world.here, NOW)
    with scope(world.here.compound.pk):
        for wrong in ({"filed": 2}, {"satisfied": 2}, {"finished_in_time": 5}, {"open": -1, "done": 2}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DayFigures.objects.update(**wrong)


def test_the_sweep_finds_compounds_and_each_is_counted(
    committed_db: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(count_compound, "delay", lambda *, compound_id: sent.append(compound_id))
    assert sweep() == 0
    bring_to(world.here, "done")
    file_one(world.there)
    assert sweep() == 2
    assert sent == [world.here.compound.pk, world.there.compound.pk]
    assert [count_compound(compound_id=pk) for pk in sent] == [1, 1]
    # The other's deadline is long over: counted just now, nothing changes any more.
    assert sweep() == 0


def test_a_change_that_commits_during_the_counting_is_counted_next(committed_db: str, world: World) -> None:
    """What is not visible yet keeps its own mark."""
    import threading

    side, pk = world.here, world.here.compound.pk
    first = file_one(side)
    begun, go = threading.Event(), threading.Event()

    def slow() -> None:
        with scope(pk):
            dispatch.accept(compound_id=pk, ref=first.ref, by=side.actor("manager"), now=NOW)
            begun.set()
            go.wait(20)
        connection.close()

    other = threading.Thread(target=slow)
    other.start()
    assert begun.wait(20)
    assert count(side, NOW) == 1  # the filing; the acceptance is still open
    go.set()
    other.join()
    assert count(side, NOW) == 1
    with scope(pk):
        assert DayFigures.objects.get().responded == 1
        assert Request.objects.get().state == "accepted"


def test_counting_costs_the_same_for_one_day_and_for_thirty(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    for days in (1, 30):
        for n in range(days):
            file_one(side, now=NOW - timedelta(days=n))
        with scope(side.compound.pk), statements() as seen:
            counting.count_anew(compound_id=side.compound.pk, now=NOW)
        assert len(seen) == 9  # savepoint, lock, marks, five of counting, savepoint


def test_rates_have_bases_that_are_counted() -> None:
    assert {name for one in INDICATORS.values() for name in (one.hit, one.base)} <= {"due", *COUNTS}
