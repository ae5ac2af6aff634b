"""A publicity period from its plan to its end: rows, entries, events, messages, refusals."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from calendars.actions import NoticeDay, enter_first_notice
from calendars.models import Year
from calendars.queries import forget
from live.models import Event as LiveEvent
from notices import actions as board
from notices.actions.publishing import expire_due, publish_due
from notices.actions.reading import mark_read
from notices.models import Notice
from notices.refusals import BadInput, NoSuchNotice, NotPermitted, OutOfState, Refused
from publicity import actions, tasks
from publicity.actions import running
from publicity.actions.opening import Opened
from publicity.actions.planning import call_small
from publicity.actions.running import complete_due, end_of, recount
from publicity.models import Period, PeriodEvent, Plan
from publicity.queries import compounds_with_work
from tenancy.scope import across_tenants, scope
from tests.notices.conftest import NOW, _at_ten, _media, fee_notice, fresh, signed, written  # noqa: F401  fixtures
from tests.notices.test_actions import told as told_there
from tests.publicity.holidays import _holidays  # noqa: F401  a fixture
from tests.world import Side, World

TITLE, SOURCE = "业委会候选人公示", "候选人名单：张三、李四。"


def opened(side: Side, who: str = "officer", *, now: datetime = NOW, **given: Any) -> Opened:
    """One that was handed in."""
    with scope(side.compound.pk):
        return actions.open_period(
            compound_ids=[side.compound.pk],
            **{"matter": "assembly", "title": TITLE, "source": SOURCE, **given},
            by=side.actor(who, now.date()),
            now=now,
        )[0]


def period(side: Side, of: Notice) -> Period:
    with scope(side.compound.pk):
        found: Period = Period.objects.select_related("version").get(notice=of)
    return found


def acts(of: Period) -> list[str]:
    with scope(of.compound_id):
        return list(PeriodEvent.objects.filter(period=of).order_by("pk").values_list("action", flat=True))


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        rows = Entry.objects.filter(compound=side.compound, verb__startswith="publicity.").order_by("pk")
        return list(rows.values_list("verb", flat=True))


def told(side: Side, template: str) -> set[str]:
    with scope(side.compound.pk):
        return told_there(side, template)


def corrected(side: Side, made: Notice, *, small: bool | None = None, now: datetime, words: str = "改。") -> None:
    by = side.actor("officer", now.date())
    common: dict[str, Any] = {"compound_id": side.compound.pk, "ref": made.ref, "by": by, "now": now}
    with scope(side.compound.pk):
        if small is not None:
            call_small(small=small, **common)
        board.amend(title=made.title, source=f"{SOURCE}{words}", changed=f"更正：{words}", **common)


def withdrawn(side: Side, made: Notice, *, now: datetime, who: str = "officer") -> None:
    with scope(side.compound.pk):
        board.withdraw(
            compound_id=side.compound.pk, ref=made.ref, reason="名单有误", by=side.actor(who, now.date()), now=now
        )


def swept(side: Side, now: datetime) -> int:
    with scope(side.compound.pk):
        return complete_due(compound_id=side.compound.pk, now=now)


def test_it_begins_when_its_notice_is_out_in_each_compound(world: World) -> None:
    city = world.here.actor("city", NOW.date())
    both = [world.here.compound.pk, world.there.compound.pk]
    with scope(both):
        made = actions.open_period(
            compound_ids=both, matter="assembly", title=TITLE, source=SOURCE, days=16, by=city, now=NOW
        )
    assert [one.notice.compound_id for one in made] == both
    for one, side in zip(made, (world.here, world.there), strict=True):
        found = period(side, one.notice)
        # Posted on Tuesday 2 June: the first full day is the third, sixteen of them end on the eighteenth.
        assert (found.posted_on, found.starts_on, found.ends_on) == (
            date(2026, 6, 2),
            date(2026, 6, 3),
            date(2026, 6, 18),
        )
        assert (found.days, found.min_days, found.unit, found.binding) == (16, 15, "calendar", "law")
        assert (found.jurisdiction, found.article) == ("zhejiang", "《浙江省物业管理条例》第九条")
        assert (found.tell, found.hang_at) == (["owners", "residents_committee"], ["prominent"])
        assert (found.state, found.certain, found.objections_until) == ("running", True, date(2026, 6, 18))
        assert acts(found) == ["open"]
        assert verbs(side) == ["publicity.plan", "publicity.open"]


def test_a_day_off_moves_the_end(world: World) -> None:
    # Seventeen days would end on 19 June, the first day off of 端午; Monday the 22nd is the next that is worked.
    found = opened(world.here, days=17).period
    assert found is not None
    assert (found.ends_on, found.days) == (date(2026, 6, 22), 17)


def test_it_waits_for_signatures_and_is_never_shortened_by_them(world: World) -> None:
    side = world.here
    made = opened(side, "manager", matter="firm_data", about="general", last_day=date(2026, 6, 17))
    assert (made.notice.state, made.period) == ("awaiting", None)
    later = NOW + timedelta(days=3)
    signed(side, made.notice, "chair", now=later)
    found = period(side, made.notice)
    # Fifteen days from the fifth end on Saturday 20 June, a day off until Monday the 22nd; the seventeenth came too near.
    assert (found.posted_on, found.ends_on, found.days) == (date(2026, 6, 5), date(2026, 6, 22), 15)


def test_a_later_day_that_was_chosen_stays(world: World) -> None:
    found = opened(world.here, last_day=date(2026, 7, 19)).period
    assert found is not None
    assert (found.ends_on, found.days) == (date(2026, 7, 19), 47)


def test_it_begins_with_a_scheduled_notice(world: World) -> None:
    side, at = world.here, NOW + timedelta(days=2)
    made = opened(side, publish_at=at)
    assert (made.notice.state, made.period) == ("scheduled", None)
    with scope(side.compound.pk):
        assert publish_due(compound_id=side.compound.pk, now=at + timedelta(hours=5)) == 1
    assert period(side, made.notice).posted_on == date(2026, 6, 4)


def test_a_publicity_without_a_plan_takes_the_usual_rule(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    signed(side, made, "chair")
    signed(side, made, "officer")
    found = period(side, made)
    assert (found.matter, found.days, found.binding, found.jurisdiction) == ("firm_data", 15, "advice", "national")


def test_an_ordinary_notice_has_no_period(world: World) -> None:
    side = world.here
    made = written(side, "officer")
    with scope(side.compound.pk):
        board.submit(compound_id=side.compound.pk, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW)
        assert Period.objects.count() == 0
    withdrawn(side, made, now=NOW)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"days": 10}, "too_short", "publicity_days"),
        ({"last_day": date(2026, 6, 10)}, "too_short", "publicity_last_day"),
        ({"days": 10, "accepted": True}, "too_short", "publicity_days"),
        ({"last_day": date(2026, 6, 2)}, "ends_before_start", "publicity_last_day"),
        ({"last_day": date(2026, 5, 1)}, "ends_before_start", "publicity_last_day"),
        ({"days": 400}, "too_long", "publicity_days"),
        ({"last_day": date(2029, 1, 1)}, "too_long", "publicity_days"),
        ({"last_day": date(2027, 2, 8)}, "unknown_year", "publicity_accepted"),
        ({"matter": "seal_use", "days": 3}, "short_of_advice", "publicity_accepted"),
        ({"matter": "tea"}, "unknown_matter", "publicity_matter"),
    ],
)
def test_what_is_refused_writes_nothing(world: World, given: dict[str, Any], code: str, field: str) -> None:
    side = world.here
    with scope(side.compound.pk), pytest.raises(Refused) as refused, transaction.atomic():
        opened(side, **given)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    if code == "too_short":
        assert refused.value.details["article"] == "《浙江省物业管理条例》第九条"
        assert (refused.value.details["least"], refused.value.details["ends"]) == ("15天", "2026-06-17")
    if code == "unknown_year":
        assert refused.value.details["year"] == "2027"
    with scope(side.compound.pk):
        assert (Notice.objects.count(), Plan.objects.count(), Period.objects.count()) == (0, 0, 0)
    assert verbs(side) == []


def test_what_is_warned_of_passes_when_it_is_meant(world: World) -> None:
    short = opened(world.here, matter="seal_use", days=3, accepted=True).period
    far = opened(world.here, last_day=date(2027, 2, 8), accepted=True).period
    counted = opened(world.here, days=250).period
    assert short is not None
    assert far is not None
    assert (short.days, short.min_days, short.binding, short.ends_on) == (3, 15, "advice", date(2026, 6, 5))
    # The fifteen days that the law asks for are all known; a count into the unknown year says that it is not.
    assert (far.certain, far.ends_on) == (True, date(2027, 2, 8))
    assert counted is not None
    assert (counted.certain, counted.ends_on) == (False, date(2027, 2, 8))


def test_one_compound_that_is_not_covered_leaves_nothing_in_any(world: World) -> None:
    side = world.here
    both = [side.compound.pk, world.there.compound.pk]
    with scope(both), pytest.raises(NotPermitted, match="not_covered"), transaction.atomic():
        actions.open_period(
            compound_ids=both,
            matter="assembly",
            title=TITLE,
            source=SOURCE,
            by=side.actor("officer", NOW.date()),
            now=NOW,
        )
    with scope(both):
        assert (Notice.objects.count(), Plan.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("who", "wanted", "error"),
    [
        ("manager", {}, NoSuchNotice),  # another body's draft is not even seen: it may not be told of
        ("officer", {"matter": "tea"}, BadInput),
        ("officer", {"days": 3}, BadInput),
    ],
)
def test_planning_is_the_writers(world: World, who: str, wanted: dict[str, Any], error: type[Exception]) -> None:
    side = world.here
    made = written(side, "officer", kind="publicity")
    with scope(side.compound.pk), pytest.raises((error, NotPermitted)):
        actions.plan(
            compound_id=side.compound.pk, ref=made.ref, by=side.actor(who, NOW.date()), now=NOW,
            **{"matter": "assembly", **wanted},
        )  # fmt: skip
    with scope(side.compound.pk):
        assert Plan.objects.count() == 0


def test_a_plan_is_of_a_draft_publicity_here(world: World) -> None:
    side, by = world.here, world.here.actor("officer", NOW.date())
    plain = written(side, "officer")
    drafted = written(side, "officer", kind="publicity", expires_at=NOW + timedelta(days=5))
    out = opened(side).notice
    common: dict[str, Any] = {"compound_id": side.compound.pk, "matter": "assembly", "by": by, "now": NOW}
    with scope(side.compound.pk):
        for ref, code in ((plain.ref, "not_publicity"), (drafted.ref, "expires_early"), (out.ref, "moved_on")):
            with pytest.raises(Refused, match=code):
                actions.plan(ref=ref, **common)
        with pytest.raises(NoSuchNotice):
            actions.plan(ref="nothing", **common)
    with scope(world.there.compound.pk), pytest.raises(NoSuchNotice):
        actions.plan(**{**common, "compound_id": world.there.compound.pk}, ref=out.ref)


def test_changing_a_plan_keeps_one(world: World) -> None:
    side, by = world.here, world.here.actor("officer", NOW.date())
    made = written(side, "officer", kind="publicity")
    with scope(side.compound.pk):
        for days in (20, 30):
            actions.plan(compound_id=side.compound.pk, ref=made.ref, matter="result", days=days, by=by, now=NOW)
        assert list(Plan.objects.values_list("matter", "days")) == [("result", 30)]
        board.submit(compound_id=side.compound.pk, ref=made.ref, by=by, now=NOW)
    assert period(side, made).days == 30


def test_a_correction_begins_it_anew(world: World) -> None:
    side = world.here
    made = opened(side).notice
    later = NOW + timedelta(days=4)
    corrected(side, made, now=later)
    found = period(side, made)
    assert (found.posted_on, found.starts_on, found.ends_on) == (date(2026, 6, 6), date(2026, 6, 7), date(2026, 6, 22))
    assert (found.restarts, found.corrections, found.version.edition, found.opened_at) == (1, 0, 2, later)
    assert acts(found) == ["open", "restart"]
    with scope(side.compound.pk):
        note = PeriodEvent.objects.filter(action="restart").values_list("note", "edition", "ends_on").get()
    assert note == ("更正：改。", 2, date(2026, 6, 22))


def test_a_correction_of_words_leaves_it(world: World) -> None:
    side = world.here
    made = opened(side).notice
    corrected(side, made, small=True, now=NOW + timedelta(days=4))
    found = period(side, made)
    assert (found.posted_on, found.ends_on) == (date(2026, 6, 2), date(2026, 6, 17))
    assert (found.restarts, found.corrections, found.version.edition) == (0, 1, 2)
    # What was said of one correction is not said of the next.
    corrected(side, fresh(made), now=NOW + timedelta(days=5), words="再改。")
    assert acts(period(side, made)) == ["open", "note", "restart"]


def test_who_calls_a_correction_small_may_call_it_back(world: World) -> None:
    side = world.here
    made = opened(side).notice
    common: dict[str, Any] = {"compound_id": side.compound.pk, "ref": made.ref, "now": NOW}
    with scope(side.compound.pk):
        call_small(small=True, by=side.actor("officer", NOW.date()), **common)
        with pytest.raises(NotPermitted):
            call_small(small=True, by=side.actor("manager", NOW.date()), **common)
        with pytest.raises(NoSuchNotice):
            call_small(small=True, by=side.actor("officer", NOW.date()), **{**common, "ref": "nothing"})
    corrected(side, made, small=False, now=NOW)
    assert acts(period(side, made)) == ["open", "restart"]
    with scope(side.compound.pk), pytest.raises(OutOfState):
        plain = written(side, "officer")
        call_small(small=True, by=side.actor("officer", NOW.date()), **{**common, "ref": plain.ref})


def test_taken_down_early_it_is_void_and_every_reader_hears_of_it_once(world: World) -> None:
    side = world.here
    made = opened(side).notice
    with scope(side.compound.pk):
        for who in ("resident", "chair", "officer"):
            mark_read(notice=fresh(made), by=side.actor(who, NOW.date()), now=NOW)
    at = NOW + timedelta(days=3)
    withdrawn(side, made, now=at)
    found = period(side, made)
    assert (found.state, found.void_reason, found.ended_at) == ("voided", "名单有误", at)
    assert found.ended_as == f"{side.actor('officer').person_name} {side.actor('officer').label}"
    assert acts(found) == ["open", "void"]
    assert verbs(side)[-1] == "publicity.void"
    assert told(side, "publicity.voided") == {"resident", "chair"}
    assert told(side, "notices.withdrawn") == set()


def test_the_last_day_counts_to_midnight(world: World) -> None:
    side = world.here
    made = opened(side).notice
    over = end_of(date(2026, 6, 17))
    assert swept(side, over - timedelta(microseconds=1)) == 0
    assert swept(side, over) == 1
    found = period(side, made)
    assert (found.state, found.ended_at) == ("completed", over)
    assert acts(found) == ["open", "complete"]
    assert told(side, "publicity.completed") == {"secretary", "officer"}
    with scope(side.compound.pk):
        assert LiveEvent.objects.filter(compound_id=side.compound.pk, topic="notices").count() == 2
    # Again is nothing, and days of standing still are caught up with.
    assert swept(side, over + timedelta(days=30)) == 0
    other = opened(side, now=over).notice
    assert swept(side, over + timedelta(days=60)) == 1
    assert period(side, other).state == "completed"


@pytest.mark.parametrize("tended", [True, False])
def test_what_happens_after_the_end_changes_nothing_of_it(world: World, tended: bool) -> None:
    side = world.here
    gone, changed = opened(side).notice, opened(side).notice
    after = end_of(date(2026, 6, 17)) + timedelta(hours=1)
    if tended:
        swept(side, after)
    corrected(side, changed, now=after)
    withdrawn(side, gone, now=after)
    for made in (gone, changed):
        found = period(side, made)
        assert (found.state, found.ended_at, found.version.edition) == ("completed", end_of(date(2026, 6, 17)), 1)
        assert acts(found) == ["open", "complete"]
    assert told(side, "publicity.voided") == set()


def test_a_notice_stays_up_as_long_as_its_publicity_runs(world: World) -> None:
    side = world.here
    made = written(side, "officer", kind="publicity", matter="meeting", expires_at=NOW + timedelta(days=3))
    with scope(side.compound.pk):
        board.submit(compound_id=side.compound.pk, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW)
        assert fresh(made).expires_at == end_of(date(2026, 6, 17))
        assert expire_due(compound_id=side.compound.pk, now=NOW + timedelta(days=4)) == 0
    corrected(side, fresh(made), now=NOW + timedelta(days=4))
    assert fresh(made).expires_at == end_of(date(2026, 6, 22))


def test_what_fails_in_the_period_leaves_the_notice_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    made = written(side, "officer", kind="publicity")

    def fall(*_given: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(running, "settle", fall)
    with scope(side.compound.pk), pytest.raises(RuntimeError), transaction.atomic():
        board.submit(compound_id=side.compound.pk, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW)
    with scope(side.compound.pk):
        assert (fresh(made).state, Period.objects.count(), PeriodEvent.objects.count()) == ("draft", 0, 0)


def test_a_year_that_becomes_known_may_move_the_end_and_never_shortens(world: World) -> None:
    side = world.here
    december = datetime(2026, 12, 18, 2, 0, tzinfo=NOW.tzinfo)
    made = opened(side, now=december, days=15).notice
    assert (period(side, made).ends_on, period(side, made).certain) == (date(2027, 1, 4), False)
    with scope(side.compound.pk):
        assert recount(compound_id=side.compound.pk, now=december) == 0
    off = [NoticeDay(date(2027, 1, n), "holiday", "元旦") for n in (1, 2, 3, 4, 5)]
    enter_first_notice(year=2027, days=off, source="国办发明电", now=december)
    try:
        with scope(side.compound.pk):
            assert recount(compound_id=side.compound.pk, now=december) == 1
            assert recount(compound_id=side.compound.pk, now=december) == 0
    finally:
        Year.objects.filter(year=2027).delete()
        forget()
    found = period(side, made)
    assert (found.ends_on, found.certain, found.objections_until) == (date(2027, 1, 6), True, date(2027, 1, 6))
    assert acts(found) == ["open", "extend"]


def test_the_sweep_finds_what_a_crash_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(world.here)
    opened(world.there, "officer")
    after = end_of(date(2026, 6, 17)) + timedelta(days=1)
    with across_tenants(reason="test"):
        assert compounds_with_work(date(2026, 6, 17)) == []
        assert compounds_with_work(after.date()) == [world.here.compound.pk, world.there.compound.pk]
    asked: list[int] = []
    monkeypatch.setattr(tasks.timezone, "now", lambda: after)
    monkeypatch.setattr(tasks.tend, "delay", lambda *, compound_id: asked.append(compound_id))
    assert tasks.sweep() == 2
    assert asked == [world.here.compound.pk, world.there.compound.pk]
    tasks.tend(compound_id=world.here.compound.pk)
    with across_tenants(reason="test"):
        assert sorted(Period.objects.values_list("state", flat=True)) == ["completed", "running"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": date(2026, 6, 2)},
        {"ends_on": date(2026, 6, 2)},
        {"days": 3},
        {"state": "asleep"},
        {"state": "voided", "ended_at": NOW},
        {"state": "completed"},
        {"unit": "moons"},
    ],
)
def test_the_table_refuses_what_cannot_be(world: World, wrong: dict[str, Any]) -> None:
    side = world.here
    made = opened(side).period
    assert made is not None
    with scope(side.compound.pk), pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.filter(pk=made.pk).update(**wrong)


def test_reading_it_is_the_compounds_own(world: World, sign_in: Callable[..., Any]) -> None:
    opened(world.there)
    with scope(world.here.compound.pk):
        assert (Period.objects.count(), Plan.objects.count(), PeriodEvent.objects.count()) == (0, 0, 0)
