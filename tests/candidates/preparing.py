"""An election's preparation at any point of its way, made by the same actions as pages."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Person
from candidates import actions
from candidates.actions import MemberDraft, NomineeDraft, PlanDraft
from candidates.models import Candidate, Plan, Review
from elections.models import Poll
from parties.models import Organisation
from premises import actions as premises
from premises.models import Home
from tenancy.actor import Actor, system_actor
from tenancy.scope import scope
from tests.elections.conftest import NOW, opened
from tests.repairs.conftest import picture
from tests.world import BEGAN, Side

TODAY = NOW.date()
DAY = timedelta(days=1)


def do(
    act: str,
    side: Side,
    poll: Poll,
    who: str = "officer",
    *,
    now: datetime = NOW,
    by: Actor | None = None,
    **given: Any,
) -> Any:
    """One action."""
    with scope(side.compound.pk):
        return getattr(actions, act)(
            compound_id=side.compound.pk, ref=poll.ref, by=by or side.actor(who, now.date()), now=now, **given
        )


def body_id(side: Side, who: str) -> int:
    """The organisation of a post."""
    found: int = side.posts[who].organisation_id
    return found


def body_name(side: Side, who: str) -> str:
    """Its name."""
    return Organisation.objects.get(pk=body_id(side, who)).name


def plan_draft(side: Side, **given: Any) -> PlanDraft:
    """Five seats, two weeks, the community and the police review."""
    return PlanDraft(
        **{
            "seats": 5, "term_years": 5, "starts": TODAY, "ends": TODAY + 13 * DAY, "joint_owners": 2,
            "bodies": ((body_name(side, "officer"), body_id(side, "officer")), ("派出所", None)), **given,
        }
    )  # fmt: skip


def planned(side: Side, *, now: datetime = NOW, poll: Poll | None = None, **given: Any) -> Poll:
    """An election whose nominations are open."""
    poll = poll or opened(side, now=now)
    do("save_plan", side, poll, now=now, draft=plan_draft(side, **given))
    do("open_nominations", side, poll, now=now)
    return poll


def owner(side: Side, place: int, name: str, *, now: datetime = NOW) -> tuple[Home, Person]:
    """Another owner with an account, in a home of the side."""
    home = side.homes[place]
    by = system_actor("test", (side.compound.pk,))
    person = Person.objects.create_person(
        phone=f"+86199{side.compound.pk % 10}9{place:06d}", name=name, phone_verified=True
    )
    with scope(side.compound.pk):
        premises.record_owner(home=home, name=name, person=person, starts=BEGAN, by=by, now=now)
        claim = premises.claim_home(home=home, person=person, relation="owner", starts=BEGAN, by=by, now=now)
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=now)
    side.people[name] = person
    return home, person


def named(
    side: Side, poll: Poll, who: str = "resident", *, now: datetime = NOW, photo: Any = None, **given: Any
) -> Candidate:
    """Somebody who named themselves, with statement and the firm's question answered."""
    found: Candidate = do(
        "nominate", side, poll, who, now=now, photo=photo,
        draft=NomineeDraft(**{"route": "self", "statement": "住了八年，愿意为大家做事。", "firm": "none", **given}),
    )  # fmt: skip
    return found


def fresh(one: Any) -> Any:
    """As it stands now."""
    with scope(one.compound_id):
        return type(one).objects.get(pk=one.pk)


def pledged(side: Side, poll: Poll, who: str = "resident", *, now: datetime = NOW, **given: Any) -> Candidate:
    """Whose papers are whole: in review."""
    one = named(side, poll, who, now=now, **given)
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, who, now=now, candidate=one.ref, code=code)
    found: Candidate = fresh(one)
    return found


def passed(side: Side, poll: Poll, who: str = "resident", *, now: datetime = NOW, **given: Any) -> Candidate:
    """Whom both bodies passed."""
    one = pledged(side, poll, who, now=now, **given)
    do("answer", side, poll, "officer", now=now, candidate=one.ref, body=1, outcome="pass")
    do(
        "answer",
        side,
        poll,
        "officer",
        now=now,
        candidate=one.ref,
        body=2,
        outcome="pass",
        paper="派出所回函2026-06-03",
    )
    found: Candidate = fresh(one)
    return found


def review_of(one: Candidate, body: int) -> Review:
    """A body's answer."""
    with scope(one.compound_id):
        found: Review = Review.objects.select_related("body").get(candidate=one, body__number=body)
    return found


def members(side: Side, *, owners: int = 4, others: tuple[MemberDraft, ...] | None = None) -> list[MemberDraft]:
    """A lawful group: the street chairs, the community and the residents' committee, four owners."""
    staff = (
        (
            MemberDraft("胡明", "street", "江南街道", chair=True, phone="+8619900700001"),
            MemberDraft("楼倩", "party", "社区党委"),
            MemberDraft("应强", "residents", "居委会"),
        )
        if others is None
        else others
    )
    return [
        *staff,
        *(
            MemberDraft(f"业主{number}", "owner", side.homes[number % len(side.homes)].address)
            for number in range(owners)
        ),
    ]


def founded(side: Side, poll: Poll, *, now: datetime = NOW, on: date | None = None) -> Any:
    """A group that is founded."""
    do("save_members", side, poll, "street", now=now, kind="preparatory", members=members(side))
    return do("found_group", side, poll, "street", now=now, formed_on=on or now.date())


def plan_of(poll: Poll) -> Plan:
    """The plan."""
    with scope(poll.compound_id):
        found: Plan = Plan.objects.get(compound_id=poll.compound_id, poll=poll)
    return found


def put_candidates_up(side: Side, mark: str, now: datetime) -> dict[str, str]:
    """An election with a group, someone in review, someone refused, someone on a posted slate, and a picture."""
    poll = planned(side, now=now, starts=now.date(), ends=now.date() + 13 * DAY)
    do(
        "save_members", side, poll, "street", now=now, kind="preparatory",
        members=[
            MemberDraft(f"组员{mark}{number}", "owner" if number else "street", f"处{mark}", chair=not number)
            for number in range(3)
        ],
    )  # fmt: skip
    one = passed(side, poll, now=now, statement=f"说明{mark}", photo=picture())
    do("note_membership", side, poll, now=now, candidate=one.ref, member=True, source=f"名册{mark}", of=now.date())
    do(
        "settle_slate", side, poll, now=now, text=f"选举{mark}", method="lot", witness=f"见证{mark}", seed=f"口令一二{mark}"
    )  # fmt: skip
    do("post_slate", side, poll, now=now)
    other = pledged(side, poll, "neighbour", now=now, statement=f"另一位{mark}")
    do(
        "answer", side, poll, now=now, candidate=other.ref, body=1, outcome="refuse", ground="ability",
        words=f"理由{mark}",
    )  # fmt: skip
    return {"election": poll.ref, "candidate": other.ref}
