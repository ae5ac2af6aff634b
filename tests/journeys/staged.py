"""Elections as they stand weeks after their call, made in a portal by the actions of its pages, each at its own time in the past.

No journey can wait for a window to pass. ``staged(portal)`` has another process make them beside the demonstration and answers
with the reference of each. In 望江花园, whose committee was recorded: ``tied`` is counted and three are equal for two seats; of
``few`` four were elected for five seats; ``won`` elected all five, who had stood as candidates, one of them the secretary of
the community's Party organisation, and an alternate; ``filled`` is a by-election on a seat of the committee in office.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from config.environment import ROOT
from tests.frontdoor.waiting import clean_environment

if TYPE_CHECKING:
    from elections.models import Poll
    from portal.demonstration.build import Cast
    from portal.demonstration.elections import Vote
    from tests.journeys.server import Portal

PLACE, OFFICER, SECOND, STREET = "wangjiang", "徐美玲", "吕晓东", "胡立新"
HOLDERS = (OFFICER, "王志强", STREET)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEATS = 5
# Of three who are equal each owner names two.
PAIRS = ((0, 1), (1, 2), (0, 2))
# Of six each of nine owners leaves one out: the sixth has more than half, and stands by.
LEFT_OUT = (3, 3, 4, 4, 4, 5, 5, 5, 5)
KEYS = ("filled", "tied", "few", "won")
PAPER = "提名表和承诺书原件"
SOURCE, FOUND = "本人书面填报，社区党组织关系证明", 70
Choose = Callable[[int, Sequence[str]], list[str]]


def staged(portal: "Portal", *names: str) -> dict[str, str]:
    """Make them in a portal that runs, or those that are named; the poll of each by its name."""
    told = subprocess.run(
        [sys.executable, "-m", "config.embedded", "exec", "--", sys.executable, "-m", "tests.journeys.staged", *names],
        cwd=ROOT,
        env=clean_environment(STATE_DIR=str(portal.state), GONGZHI_FORM="embedded", PYTHONPATH=f"{ROOT}/src:{ROOT}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    found: dict[str, str] = json.loads(told.stdout.splitlines()[-1])
    return found


def _cast(now: datetime) -> "Cast":
    """The demonstration as it was built, by the names of its cast."""
    from parties.models import Post
    from portal.demonstration.build import Cast
    from tenancy.models import Compound
    from tenancy.scope import across_tenants

    made = Cast(now=now, began=date(now.year - 1, 1, 1))
    with across_tenants(reason="journeys"):
        made.compounds = {one.code: one for one in Compound.objects.all()}
        posts = Post.objects.select_related("person").filter(ends__isnull=True).order_by("-pk")
        made.posts = {one.person.name: one for one in posts}
    return made


def _rolled(made: "Cast", vote: "Vote", poll: "Poll") -> "Poll":
    """Drawn, everyone told apart, fixed, public."""
    from elections import actions
    from elections.models import Likeness, Poll
    from portal.demonstration.elections import days_ago, of_poll, who

    at = days_ago(made, vote.ago) + HOUR
    by = who(made, vote.by, at)
    actions.draw_roll(by=by, now=at, **of_poll(poll))
    for one in Likeness.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number"):
        actions.decide_likeness(
            number=one.number, same=[one.lines] if "account" in one.reasons else [], note="与不动产登记簿核对", by=by,
            now=at + HOUR, **of_poll(poll),
        )  # fmt: skip
    actions.freeze_roll(office_areas=True, by=by, now=at + 2 * HOUR, **of_poll(poll))
    actions.publish_roll(by=by, now=at + 3 * HOUR, **of_poll(poll))
    found: Poll = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
    return found


def _opened(made: "Cast", vote: "Vote") -> "Poll":
    from django.utils.timezone import localdate

    from elections import actions
    from portal.demonstration.elections import days_ago, who

    at = days_ago(made, vote.ago)
    found: Poll = actions.open_poll(
        compound_id=made.compounds[vote.place].pk, kind=vote.kind, title=vote.title,
        on=localdate(made.now + vote.opens * DAY), by=who(made, vote.by, at), now=at,
    )  # fmt: skip
    return found


def _named(made: "Cast", vote: "Vote", poll: "Poll", names: Sequence[str], *, seats: int = SEATS) -> None:
    """A slate as an officer enters one that was made on paper."""
    from elections import actions
    from elections.actions import Named
    from portal.demonstration.elections import days_ago, of_poll, who

    at = days_ago(made, vote.ago - 3)
    actions.set_slate(
        text=f"选举{poll.compound.name}业主委员会委员", seats=seats,
        candidates=[Named(f"c{number}", name) for number, name in enumerate(names, 1)], by=who(made, vote.by, at), now=at,
        **of_poll(poll),
    )  # fmt: skip


def _stood(made: "Cast", vote: "Vote", poll: "Poll") -> None:
    """Six owners named on paper, passed by both bodies, with what is known of their membership; their slate is posted.

    The latest owner of the register comes first.
    """
    from django.utils.timezone import localdate

    from candidates import actions
    from candidates.actions import NomineeDraft, PlanDraft
    from parties.models import Organisation
    from portal.demonstration.elections import days_ago, of_poll, who
    from premises.models import Owner

    at = days_ago(made, vote.ago - 2)
    by = who(made, vote.by, at)
    common: dict[str, Any] = {"by": by, "now": at, **of_poll(poll)}
    owners = {
        one.name: one
        for one in Owner.objects.filter(compound_id=poll.compound_id, ends__isnull=True, home__use="dwelling")
        .select_related("home")
        .order_by("-pk")
        if len(one.name) == 3
    }
    body = Organisation.objects.get(pk=by.organisation_id or 0)
    actions.save_plan(
        draft=PlanDraft(
            seats=SEATS, term_years=5, starts=localdate(at), ends=localdate(at + 5 * DAY), joint_owners=10,
            bodies=((body.name, body.pk), ("江南派出所", None)),
        ),
        **common,
    )  # fmt: skip
    actions.open_nominations(**common)
    for place, owner in enumerate(list(owners.values())[: SEATS + 1]):
        draft = NomineeDraft(
            route="self", name=owner.name, address=owner.home.address, statement="住了九年，愿意把账目按月公开。",
            firm="none", paper=PAPER,
        )  # fmt: skip
        one = actions.nominate(draft=draft, **common)
        for code in ("stand", "serve", "leave"):
            actions.accept_pledge(candidate=one.ref, code=code, paper=PAPER, **common)
        actions.answer(candidate=one.ref, body=1, outcome="pass", **common)
        actions.answer(candidate=one.ref, body=2, outcome="pass", paper="派出所回函", **common)
        actions.note_membership(
            candidate=one.ref, member=place < 3, source=SOURCE, of=localdate(made.now - FOUND * DAY), **common
        )
    actions.settle_slate(
        text=f"选举{poll.compound.name}业主委员会委员", method="lot", witness="叶长根", seed="当众抽签口令", **common
    )
    actions.post_slate(accepted=True, **common)


def _held(made: "Cast", vote: "Vote", poll: "Poll", choose: Choose) -> datetime:
    """Called, voted on by four of five, opened by two of three, counted. Returns when."""
    from django.utils.timezone import localtime

    from ballots.actions.clock import close_voting
    from boxes import actions as boxes
    from boxes.actions.counting import count
    from elections.models import Poll, Right
    from elections.queries.items import items_of
    from portal.demonstration.elections import call, of_poll, sealed, who
    from tenancy.actor import system_actor

    call(made, vote, poll)
    shares = sealed(made, vote, poll)
    (item,) = items_of(poll)
    # The secretary first, whatever place the lot gave on the list.
    keys = [one["key"] for one in sorted(item.candidates, key=lambda one: one["name"] != SECOND)]
    rights = [one.key for one in Right.objects.filter(edition_id=poll.edition_id, developer=False).order_by("number")]
    begun = made.now + vote.opens * DAY + HOUR
    for number, right in enumerate(rights[: len(rights) * 9 // 10 // 3 * 3]):
        boxes.put_in(
            poll=poll, right=right, choices={item.key: choose(number, keys)}, now=begun + number * timedelta(minutes=9)
        )
    closed = localtime(Poll.objects.get(pk=poll.pk).closes_at)
    close_voting(by=system_actor("演示数据", (poll.compound_id,)), now=closed, **of_poll(poll))
    at = closed + 2 * HOUR
    by = who(made, vote.by, at)
    for share in shares[:2]:
        boxes.give_share(text=share, by=by, now=at, **of_poll(poll))
    opening = boxes.open_box(by=by, now=at, **of_poll(poll))
    count(compound_id=poll.compound_id, opening_id=opening.pk, processes=1, now=at + HOUR)
    return at + HOUR


def _declared(made: "Cast", vote: "Vote", poll: "Poll", counted: datetime) -> None:
    from django.utils.timezone import localdate

    from committees import actions
    from portal.demonstration.elections import of_poll, who
    from publicity.actions.running import complete_due
    from publicity.queries import period_of

    at = counted + HOUR
    by = who(made, vote.by, at)
    actions.draft_result(supervisors="叶长根、潘小红", contact="徐美玲 0579-87110001", by=by, now=at, **of_poll(poll))
    outcome = actions.announce(by=by, now=at, **of_poll(poll))
    period = period_of(outcome.notice)
    assert period is not None
    at += period.ends_on - localdate(at) + DAY
    assert at <= made.now, (vote.title, at)
    complete_due(compound_id=poll.compound_id, now=at)
    actions.declare(by=who(made, vote.by, at), now=at, **of_poll(poll))


def _by_election(made: "Cast", vote: "Vote") -> "Poll":
    """A seat is empty and nobody stands by: one resigned, the alternate stepped in, another resigned."""
    from django.utils.timezone import localdate

    from committees import actions
    from committees.models import Committee, Member
    from portal.demonstration.elections import days_ago, who

    committee = Committee.objects.get(compound=made.compounds[vote.place])

    def common(ago: int) -> dict[str, Any]:
        at = days_ago(made, ago)
        by = who(made, vote.by, at)
        return {"compound_id": committee.compound_id, "committee_id": committee.pk, "by": by, "now": at}

    def resigns(name: str, ago: int) -> None:
        one = Member.objects.get(compound_id=committee.compound_id, committee=committee, name=name, end="")
        actions.resign(member_id=one.pk, on=localdate(days_ago(made, ago)), reason="搬家", **common(ago))

    resigns("赵金花", vote.ago + 2)
    actions.step_in(starts=localdate(days_ago(made, vote.ago + 1)), passed_over="", **common(vote.ago + 1))
    resigns("张秀英", vote.ago + 1)
    found: Poll = actions.open_by_election(on=localdate(made.now + vote.opens * DAY), **common(vote.ago))
    return found


def _moved_in(made: "Cast", name: str) -> None:
    """Somebody with a post of the community owns a home of the compound too, one that the register did not have yet."""
    from premises import actions as premises
    from premises.models import Entrance
    from tenancy.actor import system_actor

    place = made.compounds[PLACE]
    entrance = Entrance.objects.select_related("building").filter(compound=place).order_by("-pk")[0]
    (home,) = premises.add_homes(
        compound=place, entrance=entrance, source="register", homes=[("1201", 12, Decimal("98.5000"))]
    )
    by = system_actor("演示数据", (place.pk,))
    premises.record_owner(home=home, name=name, starts=made.began, source="register", by=by, now=made.now)


def make(now: datetime, *names: str) -> dict[str, str]:
    """All four, or those that are named."""
    from elections.models import Kind
    from portal.demonstration.elections import Vote
    from tenancy.scope import scope

    made = _cast(now)
    base = Vote("", PLACE, Kind.ELECTION, "", OFFICER, SECOND, HOLDERS, 66, -44, -34)
    refs: dict[str, str] = {}
    wanted = names or KEYS
    with scope(made.compounds[PLACE].pk):
        if "filled" in wanted:
            # Early enough that its publicity is over whatever hour and holiday it is.
            filled = replace(base, key="filled", ago=51, opens=-30, closes=-22, filling=1)
            poll = _rolled(made, filled, _by_election(made, filled))
            _named(made, filled, poll, ("马慧敏", "蒋天明"), seats=1)
            _declared(made, filled, poll, _held(made, filled, poll, lambda number, keys: [keys[number % 3 == 2]]))
            refs["filled"] = poll.ref
        named = ("马慧敏", "蒋天明", "潘春华", "胡一明", "楼晓燕", "应建国")
        ways: dict[str, tuple[str, Choose]] = {
            "tied": ("两人得票相等的选举", lambda number, keys: [*keys[:3], *(keys[3 + place] for place in PAIRS[number % 3])]),
            "few": ("当选人数不足的选举", lambda number, keys: [*keys[:4], keys[4 + number % 2]][: 4 + (number % 5 < 4)]),
            "won": ("全部当选的选举", lambda number, keys: [one for one in keys if one != keys[LEFT_OUT[number % 9]]]),
        }  # fmt: skip
        for key, (title, choose) in ways.items():
            if key not in wanted:
                continue
            vote = replace(base, key=key, title=f"望江花园业主委员会选举（{title}）")
            if key == "won":
                _moved_in(made, SECOND)
            poll = _rolled(made, vote, _opened(made, vote))
            if key == "won":
                _stood(made, vote, poll)
            else:
                _named(made, vote, poll, named)
            counted = _held(made, vote, poll, choose)
            if key != "tied":
                _declared(made, vote, poll, counted)
            refs[key] = poll.ref
    return refs


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.utils import timezone

    sys.stdout.write(json.dumps(make(timezone.localtime(), *sys.argv[1:])) + "\n")
