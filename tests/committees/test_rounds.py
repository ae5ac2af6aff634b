"""Another vote on open seats, from its opening to those who sit: among equals, after too few, on seats that became empty."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.timezone import localdate

from candidates.models import Candidate
from committees import actions
from committees.actions.offices import Sitting
from committees.models import Committee, Filing, Member, Round
from committees.queries.overview import lines, numbers
from committees.queries.rounds import rounds_for
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState, Refused
from committees.words import refusal_text
from elections import actions as elections
from elections.actions import Draft, Named
from elections.models import Poll
from elections.queries.items import items_of
from messaging.models import Message
from parties.models import Post
from tenancy.scope import scope
from tests.committees.conftest import (
    AREA,
    CLOSES,
    COUNTED,
    DAY,
    OPENS,
    act,
    announced,
    count,
    declared,
    drafted,
    over,
    recorded,
    seated,
    votes,
)
from tests.elections.conftest import NOW, do, fixed, likenesses
from tests.world import Side, World

EQUAL = votes((95, 92, 90, 84, 70, 70, 20))
LATER = COUNTED + timedelta(days=60)


def refused(kind: type[Exception], side: Side, action: Any, who: str = "officer", **given: Any) -> str:
    with pytest.raises(kind) as told:
        act(side, action, who, **given)
    if not isinstance(told.value, Refused):
        return ""
    assert refusal_text(told.value)
    return told.value.code


def fresh(one: Any) -> Any:
    with scope(one.compound_id):
        return type(one)._base_manager.select_related(None).get(pk=one.pk)


def run(side: Side, poll: Poll, named: dict[str, tuple[int, int]], *, now: datetime, part: int = 100) -> datetime:
    """A further vote from its roll to its declaration; returns the moment after it."""
    given: dict[str, Any] = {"ref": poll.ref, "now": now}
    act(side, elections.draw_roll, **given)
    for one in likenesses(side, poll):
        act(side, elections.decide_likeness, number=one.number, same=[], note="核对了不动产登记", **given)
    act(side, elections.freeze_roll, office_areas=False, **given)
    opens = now + timedelta(days=20)
    act(side, elections.settle_window, opens_at=opens, closes_at=opens + timedelta(days=15), **given)
    act(side, elections.call_poll, **given)
    at = opens + timedelta(days=16)
    with scope(side.compound.pk):
        found = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
    count(side, found, named=named, part=part, at=at)
    act(side, actions.draft_result, ref=poll.ref, supervisors="叶青、章明", contact="居委会", now=at)
    outcome = act(side, actions.announce, ref=poll.ref, now=at)
    done = over(side, outcome)
    act(side, actions.declare, ref=poll.ref, now=done)
    return done


# --- among equals -------------------------------------------------------------------------------------------------------


def test_a_tie_goes_by_another_vote_to_its_end(world: World) -> None:
    side = world.here
    first = drafted(side, named=EQUAL)
    with scope(side.compound.pk):
        key = items_of(first)[0].key
    day = (COUNTED + timedelta(days=20)).date()
    again = act(side, actions.open_revote, ref=first.ref, item_key=key, on=day)
    with scope(side.compound.pk):
        item = items_of(again)[0]
    # The equals alone, for the one seat, under the same keys.
    assert [(one["key"], one["name"]) for one in item.candidates] == [("c5", "程亮"), ("c6", "吕芳")]
    assert (item.seats, again.filling, again.title) == (1, 1, f"{first.title}（得票相等再次投票）")
    assert refused(OutOfState, side, actions.open_revote, ref=first.ref, item_key=key, on=day) == "round_runs"
    given = {"ref": first.ref, "item_key": key, "ground": "议事规则第十二条", "revote": again.ref}
    assert refused(OutOfState, side, actions.settle_tie, **given) == "revote_open"
    at = run(side, again, {"c5": (40, 40 * AREA), "c6": (55, 55 * AREA)}, now=COUNTED)
    # It makes nobody a committee.
    office: dict[str, Any] = {"starts": at.date() + DAY, "years": 5, "members": [], "now": at}
    assert refused(OutOfState, side, actions.take_office, ref=again.ref, **office) == "fills_seats"
    assert refused(OutOfState, side, actions.fill_seats, ref=again.ref, starts=at.date(), now=at) == "no_committee"
    act(side, actions.settle_tie, **given, now=at)
    outcome = act(side, actions.announce, ref=first.ref, now=at)
    facts = outcome.facts["items"][0]
    assert [one["name"] for one in facts["elected"]] == ["胡一明", "楼晓燕", "应建国", "徐丽", "吕芳"]
    assert [one["name"] for one in facts["alternates"]] == ["程亮"]
    assert facts["tied"]["settled"]["revote"] == again.ref
    done = over(side, outcome)
    act(side, actions.declare, ref=first.ref, now=done)
    made = act(side, actions.take_office, ref=first.ref, starts=done.date() + DAY, years=5, members=[], now=done)
    with scope(side.compound.pk):
        rows = Member.objects.filter(committee=made).order_by("rank")
        assert [(one.name, one.role) for one in rows][-2:] == [("吕芳", "member"), ("程亮", "alternate")]


def test_another_vote_that_elects_nobody_is_held_again(world: World) -> None:
    side = world.here
    first = drafted(side, named=EQUAL)
    with scope(side.compound.pk):
        key = items_of(first)[0].key
    day = (COUNTED + timedelta(days=20)).date()
    again = act(side, actions.open_revote, ref=first.ref, item_key=key, on=day)
    at = run(side, again, {"c5": (30, 30 * AREA), "c6": (31, 31 * AREA)}, now=COUNTED)
    given = {"ref": first.ref, "item_key": key, "ground": "议事规则第十二条", "revote": again.ref, "now": at}
    assert refused(OutOfState, side, actions.settle_tie, **given) == "revote_short"
    third = act(side, actions.open_revote, ref=first.ref, item_key=key, on=at.date() + 20 * DAY, now=at)
    assert third.pk != again.pk


def test_another_vote_is_opened_only_where_it_is_the_remedy(world: World) -> None:
    side = world.here
    day = (COUNTED + timedelta(days=20)).date()
    first = drafted(side, named=EQUAL, plan={"tie_remedy": "lot"})
    with scope(side.compound.pk):
        key = items_of(first)[0].key
    given: dict[str, Any] = {"ref": first.ref, "item_key": key, "on": day}
    assert refused(OutOfState, side, actions.open_revote, **given) == "other_remedy"
    assert refused(OutOfState, side, actions.open_revote, **{**given, "item_key": "none"}) == "no_tie"
    assert refused(NotPermitted, side, actions.open_revote, "street", **given) == "not_your_post"
    other = drafted(side, title="另一次", named=EQUAL)
    with scope(side.compound.pk):
        key = items_of(other)[0].key
        before = (Poll.objects.count(), Round.objects.count())
    assert refused(BadInput, side, actions.open_revote, ref=other.ref, item_key=key, on=COUNTED.date()) == "wrong_day"
    with scope(side.compound.pk):
        assert (Poll.objects.count(), Round.objects.count()) == before


# --- after too few ------------------------------------------------------------------------------------------------------


def elect(side: Side, poll: Poll, names: dict[str, str]) -> None:
    """The slate of a further vote, as candidates settle it."""
    act(
        side, elections.set_slate, ref=poll.ref, text="选举缺额委员", seats=poll.filling, now=LATER,
        candidates=[Named(key, name, party_member=True) for key, name in names.items()],
    )  # fmt: skip


def test_after_too_few_a_further_round_fills_the_rest_before_they_take_office(world: World) -> None:
    side = world.here
    first, at = declared(side, named=votes((95, 92, 90, 20, 20, 20, 20)))
    office: dict[str, Any] = {"ref": first.ref, "starts": at.date() + DAY, "years": 5, "members": [], "now": at}
    assert refused(OutOfState, side, actions.take_office, **office) == "further_round"
    given: dict[str, Any] = {"ref": first.ref, "on": at.date() + 30 * DAY, "now": at}
    assert refused(NotPermitted, side, actions.open_further_round, "chair", **given) == "not_your_post"
    poll = act(side, actions.open_further_round, **given)
    assert (poll.filling, refused(OutOfState, side, actions.open_further_round, **given)) == (2, "round_runs")
    elect(side, poll, {"d1": "郑一", "d2": "郑二", "d3": "郑三"})
    done = run(side, poll, {"d1": (80, 80 * AREA), "d2": (70, 70 * AREA), "d3": (60, 60 * AREA)}, now=LATER)
    made = act(side, actions.take_office, **{**office, "starts": done.date() + DAY, "now": done})
    with scope(side.compound.pk):
        rows = [(one.name, one.role, one.rank) for one in Member.objects.filter(committee=made).order_by("rank")]
        assert Round.objects.get(poll=poll).filled_on == done.date() + DAY
    assert rows == [
        ("胡一明", "member", 1), ("楼晓燕", "member", 2), ("应建国", "member", 3), ("郑一", "member", 4), ("郑二", "member", 5),
        ("郑三", "alternate", 6),
    ]  # fmt: skip
    assert (
        refused(OutOfState, side, actions.fill_seats, ref=poll.ref, starts=done.date() + DAY, now=done)
        == "seated_already"
    )
    assert refused(OutOfState, side, actions.open_further_round, **{**given, "now": done}) == "in_office_already"


# --- empty seats of a committee in office -------------------------------------------------------------------------------


def emptied(side: Side) -> tuple[Committee, datetime]:
    """A committee of five of whom three left, without alternates."""
    made, at = seated(side, named=votes((95, 92, 90, 84, 77, 20, 20)))
    with scope(side.compound.pk):
        leaving = list(Member.objects.filter(committee=made).order_by("rank"))[2:]
    for one in leaving:
        act(side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date(), reason="搬走", now=at)
    return fresh(made), at + DAY


def test_empty_seats_are_filled_by_a_by_election(world: World) -> None:
    side = world.here
    made, at = emptied(side)
    assert made.vacancy_since is not None
    given: dict[str, Any] = {"committee_id": made.pk, "on": at.date() + 30 * DAY, "now": at}
    assert refused(NotPermitted, side, actions.open_by_election, "street", **given) == "not_your_post"
    assert refused(BadInput, side, actions.open_by_election, **{**given, "on": at.date()}) == "wrong_day"
    poll = act(side, actions.open_by_election, **given)
    assert (poll.filling, refused(OutOfState, side, actions.open_by_election, **given)) == (3, "round_runs")
    with scope(side.compound.pk):
        assert [one.poll_id for one in rounds_for(made)] == [poll.pk]
    elect(side, poll, {"d1": "郑一", "d2": "郑二", "d3": "郑三", "d4": "郑四"})
    fill: dict[str, Any] = {"ref": poll.ref, "members": [Sitting("郑一", key="d1", phone="+8619900998877")]}
    assert refused(OutOfState, side, actions.fill_seats, starts=at.date(), now=at, **fill) == "not_declared"
    figures = {key: (80 - n, (80 - n) * AREA) for n, key in enumerate(("d1", "d2", "d3", "d4"))}
    done = run(side, poll, figures, now=LATER)
    assert refused(BadInput, side, actions.fill_seats, starts=LATER.date(), now=done, **fill) == "wrong_day"
    assert (
        refused(NotPermitted, side, actions.fill_seats, "street", starts=done.date(), now=done, **fill)
        == "not_your_post"
    )
    rows = act(side, actions.fill_seats, starts=done.date(), now=done, **fill)
    assert [(one.name, one.role, one.starts) for one in rows] == [
        (name, role, done.date())
        for name, role in (("郑一", "member"), ("郑二", "member"), ("郑三", "member"), ("郑四", "alternate"))
    ]
    with scope(side.compound.pk):
        term = Committee.objects.select_related("term").get(pk=made.pk).term
        post = Post.objects.get(pk=fresh(rows[0]).post_id)
        filing = Filing.objects.filter(committee=made, kind="change").latest("pk")
        told = Message.objects.filter(compound=side.compound, template="committees.filled", channel="in_app")
        assert told.exists()
    assert (post.role, post.starts, post.ends, fresh(made).vacancy_since) == ("member", done.date(), term.ends, None)
    assert post.basis == f"{poll.title}，结果 {localdate(done):%Y-%m-%d} 生效"
    assert "郑一、郑二、郑三补选为委员" in filing.cause
    assert refused(OutOfState, side, actions.fill_seats, starts=done.date(), now=done, **fill) == "seated_already"


def test_a_seat_that_falls_empty_today_is_voted_on_at_once(world: World, sign_in: Any) -> None:
    """Whoever leaves today sits to the end of the day; the vote is on who sits when it begins."""
    side = world.here
    made, at = emptied(side)
    with scope(side.compound.pk):
        one = Member.objects.filter(committee=made, end="").exclude(role="alternate").order_by("rank")[0]
    act(side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date(), reason="搬家", now=at)
    poll = act(side, actions.open_by_election, committee_id=made.pk, on=at.date() + 40 * DAY, now=at)
    with scope(side.compound.pk):
        sitting = Member.objects.filter(committee=made, end="").exclude(role="alternate").count()
    assert poll.filling == made.planned - sitting


def test_alternates_come_before_a_by_election(world: World) -> None:
    side = world.here
    made, at = seated(side)
    given: dict[str, Any] = {"committee_id": made.pk, "on": at.date() + 30 * DAY, "now": at}
    assert refused(OutOfState, side, actions.open_by_election, **given) == "no_seat"
    with scope(side.compound.pk):
        one = Member.objects.get(committee=made, rank=1)
    act(side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date(), reason="搬走", now=at)
    given["now"] = at + DAY
    assert refused(OutOfState, side, actions.open_by_election, **given) == "alternates_first"
    with scope(world.there.compound.pk):
        strange = Committee.objects.filter(compound=world.there.compound).count()
    assert strange == 0
    assert refused(NoSuchCommittee, world.there, actions.open_by_election, **given) == ""


def test_a_committee_that_is_over_is_elected_anew(world: World) -> None:
    side = world.here
    made = recorded(side, ends=COUNTED.date() - DAY)
    given: dict[str, Any] = {"committee_id": made.pk, "on": COUNTED.date() + 30 * DAY, "now": COUNTED}
    assert refused(OutOfState, side, actions.open_by_election, **given) == "over"


# --- what the candidacy knows -------------------------------------------------------------------------------------------


def test_account_home_and_pledges_are_taken_over(world: World) -> None:
    side = world.here
    poll, outcome = announced(side)
    at = over(side, outcome)
    act(side, actions.declare, ref=poll.ref, now=at)
    who = side.people["resident"]
    with scope(side.compound.pk):
        one = Candidate.objects.create(
            compound=side.compound, poll=poll, ref="c1ref", key="c1", name="胡一明", route="self", nominator="本人",
            by_person_id=who.pk, person_id=who.pk, address="1幢1单元101", state="listed", consented_at=at, complete_at=at,
            created_at=at, updated_at=at, label="x",
        )  # fmt: skip
        for code, text in (("stand", "竞职承诺"), ("leave", "辞职承诺")):
            one.pledges.create(compound=side.compound, code=code, text=text, accepted_at=at, accepted_as="x")
    members = [Sitting("楼晓燕", key="c2", home="2幢", pledge="自己的承诺")]
    made = act(side, actions.take_office, ref=poll.ref, starts=at.date() + DAY, years=5, members=members, now=at)
    with scope(side.compound.pk):
        first, second = Member.objects.filter(committee=made).order_by("rank")[:2]
        post = Post.objects.get(pk=first.post_id)
    assert (first.person_id, first.home, first.pledge) == (who.pk, "1幢1单元101", "竞职承诺 辞职承诺")
    assert (post.person_id, post.role, post.starts) == (who.pk, "member", at.date() + DAY)
    assert (second.home, second.pledge, second.post_id) == ("2幢", "自己的承诺", None)


def test_membership_comes_along_with_its_source_and_day_and_few_read_it(world: World, sign_in: Any) -> None:
    side = world.here
    poll, outcome = announced(side)
    at = over(side, outcome)
    act(side, actions.declare, ref=poll.ref, now=at)
    source, of = "本人书面填报，望江社区党组织关系证明（2026）第 12 号" + "核" * 150, date(2026, 5, 8)
    said: dict[str, list[tuple[bool | None, str, date]]] = {
        "c1": [(False, "本人口头", date(2026, 5, 1)), (True, source, of)],  # what was found out last counts
        "c2": [(None, "问过，不愿说", of)],  # not known: the slate's word stays, as in the report on the result
        "c3": [(False, "党组织名册", of)],
        "c4": [(True, "党组织名册", of)],
    }
    with scope(side.compound.pk):
        for key, rows in said.items():
            one = Candidate.objects.create(
                compound=side.compound, poll=poll, ref=f"{key}ref", key=key, name=key, route="self", nominator="本人",
                by_person_id=1, address="1幢1单元101", state="listed", consented_at=at, complete_at=at, created_at=at,
                updated_at=at, label="x",
            )  # fmt: skip
            for number, (flag, words, day) in enumerate(rows):
                one.memberships.create(
                    compound=side.compound,
                    member=flag,
                    source=words,
                    of=day,
                    at=at + timedelta(hours=number),
                    label="x",
                )
    # Of one who is asked again when taking office the newer word counts.
    members = [Sitting("徐丽", key="c4", party_member=False, party_source="转出组织关系", party_on=at.date())]
    made = act(side, actions.take_office, ref=poll.ref, starts=at.date() + DAY, years=5, members=members, now=at)
    with scope(side.compound.pk):
        kept = list(
            Member.objects.filter(committee=made)
            .order_by("rank")
            .values_list("party_member", "party_source", "party_on")
        )
        first = Member.objects.filter(committee=made).order_by("rank")[0]
    assert kept[:4] == [
        (True, source, of), (True, "候选人登记", made.elected_on), (False, "党组织名册", of),
        (False, "转出组织关系", at.date()),
    ]  # fmt: skip
    with time_machine.travel(at + 2 * DAY, tick=False):
        seen = {}
        for who in ("officer", "secretary", "street", "resident", "manager"):
            client = sign_in(side, who)
            text = client.get(f"/c/here/committee/members/{first.pk}/").content.decode()
            (row,) = [
                one for one in client.get("/api/v1/compounds/here/committee/").json()["members"] if one["rank"] == 1
            ]
            seen[who] = (f"是（{source}，2026-05-08）" in text, source in text, row["party_source"], row["party_on"])
    few, rest = (True, True, source, "2026-05-08"), (False, False, None, None)
    assert seen == {"officer": few, "secretary": few, "street": rest, "resident": rest, "manager": rest}


# --- pages --------------------------------------------------------------------------------------------------------------


def send(client: Any, address: str, key: int, **given: Any) -> str:
    given["idempotency_key"] = f"00000000-0000-4000-8000-{key:012d}"
    found: str = client.post(address, given, follow=True).content.decode()
    return found


def test_an_officer_opens_each_by_its_page(world: World, sign_in: Any) -> None:
    side = world.here
    first = drafted(side, named=EQUAL)
    with scope(side.compound.pk):
        key = items_of(first)[0].key
    at = f"/c/here/polls/{first.ref}/result/"
    with time_machine.travel(COUNTED, tick=False):
        officer = sign_in(side, "officer")
        assert "在得票相等的人中再次投票" in officer.get(at).content.decode()
        assert "这一天不对" in send(officer, f"{at}do/revote/", 1, item_key=key, on="2026-07-01")
        page = send(officer, f"{at}do/revote/", 2, item_key=key, on="2026-08-20")
    assert "已建好再次投票" in page
    assert f"{first.title}（得票相等再次投票）" in page


def test_those_of_a_by_election_sit_by_the_page(world: World, sign_in: Any) -> None:
    side = world.here
    made, at = emptied(side)
    with time_machine.travel(at, tick=False):
        officer = sign_in(side, "officer")
        assert "补选缺额委员" in officer.get("/c/here/committee/").content.decode()
        assert "已建好补选" in send(officer, "/c/here/committee/do/by-election/", 1, on="2026-09-20")
        assert "补选缺额委员" not in officer.get("/c/here/committee/").content.decode()
    with scope(side.compound.pk):
        poll = rounds_for(made)[0].poll
    elect(side, poll, {"d1": "郑一", "d2": "郑二", "d3": "郑三"})
    done = run(side, poll, {key: (80, (80 - n) * AREA) for n, key in enumerate(("d1", "d2", "d3"))}, now=LATER)
    with time_machine.travel(done, tick=False):
        officer = sign_in(side, "officer")
        page = officer.get(f"/c/here/polls/{poll.ref}/result/").content.decode()
        assert f"/c/here/polls/{poll.ref}/result/office/" in page
        form = officer.get(f"/c/here/polls/{poll.ref}/result/office/").content.decode()
        assert ("从哪天起任职" in form, "任期几年" in form) == (True, False)
        page = send(officer, f"/c/here/polls/{poll.ref}/result/office/", 2, starts=f"{done:%Y-%m-%d}")
    assert "郑三" in page


def test_a_further_round_is_opened_by_the_page(world: World, sign_in: Any) -> None:
    side = world.here
    first, at = declared(side, named=votes((95, 92, 90, 20, 20, 20, 20)))
    with time_machine.travel(at, tick=False):
        officer = sign_in(side, "officer")
        address = f"/c/here/polls/{first.ref}/result/"
        assert "就缺额另行选举" in officer.get(address).content.decode()
        page = send(officer, f"{address}do/further/", 1, on="2026-09-20")
    assert "已建好，请从提名和名册开始办" in page
    assert "缺额另行选举" in page


def test_a_by_election_is_no_re_election(world: World) -> None:
    """It freezes no vote on the firm (P35), and the county does not count it among the re-elections."""
    side = world.here
    made = recorded(side, planned=7)
    day = NOW.date() + 60 * DAY
    poll, _edition = fixed(side, kind="decision", title="物业", who="chair")
    do(elections.word_items, side, poll, "chair", items=[Draft("hire_firm", "选聘物业服务企业")])
    do(elections.settle_window, side, poll, "chair", opens_at=OPENS, closes_at=CLOSES)
    with scope(side.compound.pk):
        Member.objects.filter(committee=made, role="alternate").delete()
    act(side, actions.open_by_election, committee_id=made.pk, on=day, now=NOW)
    with scope(side.compound.pk):
        assert lines([side.compound.pk], NOW.date())[0].reelection is False
        assert numbers([side.compound.pk], NOW.year).reelections == 0
    assert do(elections.call_poll, side, poll, "chair").state == "called"
