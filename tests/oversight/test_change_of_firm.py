"""A firm goes and another comes: each has what it did and was late with itself, and every case is filed once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from oversight.actions import counting
from oversight.queries import figures as queries
from oversight.queries.cases import Case, Question, cases, every_case
from oversight.rules.indicators import COUNTS, OUTCOMES, Counts
from oversight.rules.periods import period
from repairs.actions import clock, dispatch, feedback, pauses, returns, together, work
from repairs.actions.handing import hand_on
from repairs.models import Request, Stint
from tenancy.scope import scope
from tests.handover.conftest import LAST_DAY, MIDNIGHT, NEXT_FIRM, actor_on, bring_to, end_contract, file_one, next_firm
from tests.repairs.conftest import picture
from tests.world import Side, World

HOUR = timedelta(hours=1)
JUNE = period("2026-06")
OLD_FIRM = "和美物业"
SHARED = ("responded", "responded_in_time", "finished", "finished_in_time", "repaired", "reopened", "handed")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def side(world: World) -> Side:
    """A compound whose firm's last day is known, and the next one's first."""
    end_contract(world.here)
    next_firm(world.here)
    return world.here


def change(side: Side, now: datetime = MIDNIGHT) -> None:
    with scope(side.compound.pk):
        hand_on(compound_id=side.compound.pk, now=now)


def firms(side: Side, now: datetime) -> dict[str, Counter[str]]:
    """What each firm's line says: the names of the counts that are not nothing. Told after counting, as the page reads it."""
    pk = side.compound.pk
    with scope(pk):
        counting.count_anew(compound_id=pk, now=now)
        found = queries.figures(compound_ids=[pk], period=JUNE, before=JUNE)
        names = queries.firm_names(list(found.firms))
        return {names[firm]: told(both.now) for firm, both in found.firms.items()}


def told(counts: Counts) -> Counter[str]:
    return Counter({name: counts[name] for name in (*COUNTS, "due") if counts[name]})


def new_work(side: Side, request: Request, now: datetime) -> None:
    """The next firm assigns it and repairs it within the hour."""
    it = {"compound_id": side.compound.pk, "ref": request.ref}
    on = localdate(now)
    with scope(side.compound.pk):
        manager, worker = actor_on(side, "manager2", on), actor_on(side, "worker3", on)
        dispatch.assign(**it, worker_post=worker.post_id or 0, by=manager, now=now)
        work.start(**it, photos=[], by=worker, now=now + timedelta(minutes=10))
        work.finish(**it, note="", photos=[picture()], by=worker, now=now + timedelta(minutes=20))


def test_what_was_answered_in_time_stays_with_the_firm_that_answered(side: Side) -> None:
    request = bring_to(side, "working", now=MIDNIGHT - HOUR)
    change(side)
    assert firms(side, MIDNIGHT) == {
        OLD_FIRM: Counter(handed=1, responded=1, responded_in_time=1),
        NEXT_FIRM: Counter(filed=1, due=1, open=1),
    }
    new_work(side, request, MIDNIGHT + timedelta(minutes=5))
    assert firms(side, MIDNIGHT + HOUR) == {
        OLD_FIRM: Counter(handed=1, responded=1, responded_in_time=1),
        NEXT_FIRM: Counter(
            filed=1, due=1, awaiting=1, responded=1, responded_in_time=1, finished=1, finished_in_time=1, repaired=1
        ),
    }


@pytest.mark.parametrize(
    ("state", "hours", "kept"),
    [
        # A promise that was not yet due when the firm's time was over is nobody's delay.
        ("submitted", 0.1, Counter(handed=1)),
        ("submitted", 30, Counter(handed=1, responded=1)),
        ("working", 200, Counter(handed=1, responded=1, responded_in_time=1, finished=1)),
        ("paused", 1, Counter(handed=1, responded=1, responded_in_time=1)),
    ],
)
def test_time_lost_under_a_firm_counts_for_that_firm(side: Side, state: str, hours: float, kept: Counter[str]) -> None:
    request = bring_to(side, state, now=MIDNIGHT - timedelta(hours=hours))
    change(side)
    assert firms(side, MIDNIGHT) == {OLD_FIRM: kept, NEXT_FIRM: Counter(filed=1, due=1, open=1)}
    # The next firm is late only by its own clock, which began at the handover.
    with scope(side.compound.pk):
        due = Request.objects.get(pk=request.pk).due_at
    assert due is not None
    assert due > MIDNIGHT
    late = due + timedelta(seconds=1)
    assert firms(side, late) == {OLD_FIRM: kept, NEXT_FIRM: Counter(filed=1, due=1, open=1, responded=1)}


def test_a_pause_that_began_too_late_is_late(side: Side) -> None:
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=200))
    with scope(side.compound.pk):
        pauses.pause(
            compound_id=side.compound.pk, ref=request.ref, reason="等配件", until=MIDNIGHT + timedelta(days=2),
            by=side.actor("manager"), now=MIDNIGHT - HOUR,
        )  # fmt: skip
    change(side)
    assert firms(side, MIDNIGHT)[OLD_FIRM] == Counter(handed=1, responded=1, responded_in_time=1, finished=1)


def test_a_sweep_that_comes_late_is_not_the_old_firms_delay(side: Side) -> None:
    """The machine stood still for two days: what fell due after the last day was not the old firm's any more."""
    bring_to(side, "working", now=MIDNIGHT - HOUR)
    later = MIDNIGHT + timedelta(days=30)
    change(side, later)
    assert firms(side, later)[OLD_FIRM] == Counter(handed=1, responded=1, responded_in_time=1)


def test_a_repair_that_did_not_hold_counts_for_who_made_it(side: Side) -> None:
    """Done by the old firm, opened again after it has gone: the reopening is the old one's, the next repair the new one's."""
    request = bring_to(side, "done", now=MIDNIGHT - timedelta(hours=5))
    assert firms(side, MIDNIGHT)[OLD_FIRM]["done"] == 1
    later = MIDNIGHT + timedelta(days=1)
    with scope(side.compound.pk):
        feedback.reopen(
            compound_id=side.compound.pk, ref=request.ref, reason="又漏了", by=side.actor("resident"), now=later
        )
    change(side, later)
    kept = Counter(handed=1, responded=1, responded_in_time=1, repaired=1, reopened=1)
    assert firms(side, later) == {OLD_FIRM: kept, NEXT_FIRM: Counter(filed=1, due=1, open=1)}
    new_work(side, request, later + timedelta(minutes=5))
    confirmed = later + HOUR
    with scope(side.compound.pk):
        feedback.confirm(
            compound_id=side.compound.pk, ref=request.ref, stars=5, comment="", by=side.actor("resident"), now=confirmed
        )
    mended = Counter(
        filed=1, due=1, done=1, responded=1, responded_in_time=1, finished=1, finished_in_time=1, repaired=1, rated=1, satisfied=1
    )  # fmt: skip
    assert firms(side, confirmed) == {OLD_FIRM: kept, NEXT_FIRM: mended}
    # Once more, and this time it was the new firm's repair.
    with scope(side.compound.pk):
        feedback.reopen(
            compound_id=side.compound.pk,
            ref=request.ref,
            reason="还漏",
            by=side.actor("resident"),
            now=confirmed + HOUR,
        )
    again = firms(side, confirmed + HOUR)
    assert again[OLD_FIRM] == kept
    assert again[NEXT_FIRM]["reopened"] == 1


def test_what_was_finished_by_the_old_firm_stays_its_own(side: Side) -> None:
    for state in ("done", "awaiting", "closed", "returned"):
        bring_to(side, state, now=MIDNIGHT - timedelta(hours=5))
    change(side)
    assert firms(side, MIDNIGHT)[OLD_FIRM]["filed"] == 4
    with scope(side.compound.pk):
        assert not Stint.objects.exists()


def test_what_leaves_the_score_leaves_it_for_all_who_had_it(side: Side) -> None:
    """Withdrawn, merged, or not the firm's by the community's word: neither of the two is scored on it."""
    gone, twice, theirs, stays = (bring_to(side, "accepted", now=MIDNIGHT - timedelta(hours=2)) for _ in range(4))
    change(side)
    pk, later = side.compound.pk, MIDNIGHT + HOUR
    with scope(pk):
        manager = actor_on(side, "manager2", localdate(later))
        feedback.withdraw(compound_id=pk, ref=gone.ref, reason="", by=side.actor("resident"), now=later)
        together.merge(compound_id=pk, ref=twice.ref, into=stays.ref, by=manager, now=later)
        dispatch.return_(compound_id=pk, ref=theirs.ref, reason="管网", receiver="水务公司", by=manager, now=later)
    assert firms(side, later)[OLD_FIRM]["handed"] == 2
    with scope(pk):
        returns.uphold(compound_id=pk, ref=theirs.ref, note="", by=side.actor("secretary"), now=later)
    found = firms(side, later)
    assert found[OLD_FIRM] == Counter(handed=1, responded=1, responded_in_time=1)
    assert {name: found[NEXT_FIRM][name] for name in ("filed", "due", "withdrawn", "merged", "not_ours")} == {
        "filed": 4, "due": 1, "withdrawn": 1, "merged": 1, "not_ours": 1
    }  # fmt: skip


def test_months_without_a_firm_are_nobodys_delay(world: World) -> None:
    side = world.here
    end_contract(side)
    request = bring_to(side, "working", now=MIDNIGHT - HOUR)
    change(side)
    pk = side.compound.pk
    with scope(pk):
        assert Stint.objects.get().company_id == side.actor("manager").organisation_id
    later = MIDNIGHT + timedelta(days=40)
    next_firm(side, starts=LAST_DAY + timedelta(days=41))
    change(side, later)
    with scope(pk):
        assert Stint.objects.count() == 1  # nobody had it in between
        assert Request.objects.get(pk=request.pk).company.name == NEXT_FIRM
    assert firms(side, later)[OLD_FIRM] == Counter(handed=1, responded=1, responded_in_time=1)


def test_firms_and_lists_add_up(side: Side) -> None:
    """Every case is filed once; the lists behind the numbers have as many lines, and each firm only its own."""
    for state in ("submitted", "accepted", "assigned", "working", "paused", "awaiting", "done"):
        for hours in (1, 250):
            bring_to(side, state, now=MIDNIGHT - timedelta(hours=hours))
    file_one(side, now=MIDNIGHT - timedelta(hours=260))
    pk, now = side.compound.pk, MIDNIGHT + HOUR
    with scope(pk):
        clock.escalate(compound_id=pk, now=MIDNIGHT)
    change(side)
    firms(side, now)
    with scope(pk):
        whole = queries.counted(compound_ids=[pk], period=period("2026"))
        assert whole["filed"] == Request.objects.count() == sum(whole[name] for name in OUTCOMES)
        assert whole["handed"] == Stint.objects.count() == 11
        found = queries.figures(compound_ids=[pk], period=period("2026"), before=JUNE)
        for name in SHARED:
            assert sum(both.now[name] for both in found.firms.values()) == whole[name]
        for firm, both in found.firms.items():
            for of in (*COUNTS, "due"):
                asked = Question(of, period("2026"), firm=firm)
                listed = read(pk, asked, now)
                assert len(listed) == both.now[of], (firm, of)
                exported = [c for batch in every_case(compound_ids=[pk], asked=asked, now=now, batch=2) for c in batch]
                assert sorted((c.pk, c.part) for c in exported) == sorted((c.pk, c.part) for c in listed)
        counted = queries.counted(compound_ids=[pk], period=period("2026"))
        counting.count_everything(compound_id=pk, now=now)
        assert queries.counted(compound_ids=[pk], period=period("2026")) == counted


def read(pk: int, asked: Question, now: datetime) -> list[Case]:
    """All pages of a list, three lines each: nothing twice, nothing left out, the latest first."""
    found: list[Case] = []
    while page := cases(compound_ids=[pk], asked=asked, now=now, skip=len(found), most=3):
        found += page
    assert len({(case.pk, case.part) for case in found}) == len(found)
    assert [c.created_at for c in found] == sorted((c.created_at for c in found), reverse=True)
    return found


def test_the_page_says_it_and_shows_the_list(side: Side, sign_in: Callable[..., Client]) -> None:
    request = bring_to(side, "working", now=MIDNIGHT - HOUR)
    change(side)
    firms(side, MIDNIGHT)
    client = sign_in(side, "secretary")
    home = f"/c/{side.compound.code}/figures/"
    page = client.get(f"{home}?period=2026-06").content.decode()
    assert "此前的响应、超时和重开仍算原来那家" in page
    assert "of=handed" in page
    listed = client.get(f"{home}cases/?period=2026-06&of=handed").content.decode()
    assert request.number in listed
    assert "移交" in listed
    assert f"· {OLD_FIRM}" in listed
    none = client.get(f"{home}?period=2026-03").content.decode()
    assert "of=handed" not in none
