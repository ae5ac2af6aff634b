"""The votes of the demonstration: a decision that is being voted on, an election that is counted, and one in preparation."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate, localtime

from ballots.actions.clock import close_voting, open_voting
from boxes import actions as boxes
from boxes.actions.counting import count
from boxes.queries import used
from elections import actions
from elections.actions import Draft, Named
from elections.models import Kind, Likeness, Poll, Right, Secrecy
from elections.queries.items import items_of
from paper_ballots import actions as papers
from parties.queries import acting_post
from premises import actions as premises
from premises.models import Entrance, Home
from tenancy.actor import Actor, system_actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SEATS = 5
# So many asked for a paper ballot, so many have theirs.
ASKED, HANDED = 8, 5
# They vote themselves, or wait for whoever looks at the demonstration.
ON_PHONE = ("张秀英", "刘雪梅", "赵金花")
NAMES = ("黄玉兰", "胡一明", "楼晓燕", "应建国", "徐丽", "程亮", "吕芳")
# Of them those whom the community's roll of Party members names.
IN_THE_PARTY = ("黄玉兰", "胡一明", "应建国", "程亮")


@dataclass(frozen=True, slots=True)
class Vote:
    """One poll: in which place, run by whom, confirmed by whom, its holders, opened so many days ago, its window in days from
    now. ``building``: of one building alone; ``filling``: so many seats that fell empty; ``plan``: what the compound's rules say.
    """

    key: str
    place: str
    kind: str
    title: str
    by: str
    second: str
    holders: tuple[str, ...]
    ago: int
    opens: int
    closes: int
    building: str = ""
    filling: int = 0
    secrecy: str = Secrecy.NAMED
    plan: dict[str, str] = field(default_factory=dict)


LIFT = Vote(
    "decision", "wangjiang", Kind.DECISION, "2 幢电梯更新和公共停车位管理办法",
    "徐美玲", "吕晓东", ("徐美玲", "王志强", "胡立新"), 30, -3, 9,
)  # fmt: skip
ELECTION = Vote(
    "election", "nanyuan", Kind.ELECTION, "南苑新村第三届业主委员会选举",
    "程月娥", "施国栋", ("程月娥", "黄玉兰", "施国栋"), 62, -40, -26,
)  # fmt: skip
NEXT = Vote(
    "next", "ziwei", Kind.ELECTION, "紫微星苑第三届业主委员会选举", "应文斌", "胡立新", (), 2, 58, 68
)  # fmt: skip


def hold(made: "Cast") -> None:
    """All three and two rare ones, each as far as it has come; ``made.polls`` keeps their refs for the floors that go on."""
    from portal.demonstration.rarely import hold_rarely

    for vote, act in ((LIFT, _decide), (ELECTION, _elect), (NEXT, _prepare)):
        with scope(made.compounds[vote.place].pk):
            act(made, vote)
    hold_rarely(made)


def _decide(made: "Cast", vote: Vote) -> None:
    """Voting for three days: two of five have voted, on the phone."""
    poll = rolled(made, vote)
    building = building_scope(poll.compound_id, "2幢")
    at = days_ago(made, vote.ago - 3)
    drafts = [
        Draft("use_fund", "使用维修资金更新 2 幢两部电梯，预算 98 万元", scope=building, also=("rebuild",)),
        Draft("change_common_use", "利用小区北侧共有道路设置 40 个临时停车位，收益归全体业主"),
    ]
    actions.word_items(items=drafts, by=who(made, vote.by, at), now=at, **of_poll(poll))
    actions.confirm_items(by=who(made, vote.second, at + HOUR), now=at + HOUR, **of_poll(poll))
    call(made, vote, poll)
    sealed(made, vote, poll)
    _vote(made, vote, poll, share=2, of=5)
    _papers(made, vote, poll)


def _elect(made: "Cast", vote: Vote) -> None:
    """Closed, opened by two of three shares, counted."""
    poll = rolled(made, vote)
    at = days_ago(made, vote.ago - 3)
    names = [Named(f"c{number}", name, name in IN_THE_PARTY) for number, name in enumerate(NAMES, 1)]
    actions.set_slate(
        text="选举南苑新村第三届业主委员会委员",
        seats=SEATS,
        candidates=names,
        by=who(made, vote.by, at),
        now=at,
        **of_poll(poll),
    )
    call(made, vote, poll)
    shares = sealed(made, vote, poll)
    _vote(made, vote, poll, share=4, of=5)
    closed = localtime(Poll.objects.get(pk=poll.pk).closes_at)
    clock = system_actor("演示数据", (poll.compound_id,))
    close_voting(by=clock, now=closed, **of_poll(poll))
    at = closed + 2 * HOUR
    by = who(made, vote.by, at)
    for share in shares[:2]:
        boxes.give_share(text=share, by=by, now=at, **of_poll(poll))
    opening = boxes.open_box(by=by, now=at, **of_poll(poll))
    count(compound_id=poll.compound_id, opening_id=opening.pk, processes=1, now=at + HOUR)


def _prepare(made: "Cast", vote: Vote) -> None:
    """The roll is drawn; a firm with three shops under two spellings waits to be told apart, and their areas for a source."""
    compound = made.compounds[vote.place]
    by = system_actor("演示数据", (compound.pk,))
    entrance = Entrance.objects.select_related("building").filter(compound=compound).order_by("pk")[0]
    shops = premises.add_homes(
        compound=compound, entrance=entrance, source="office",
        homes=[(f"商铺{number}", 1, Decimal("66.3000")) for number in (1, 2, 3)],
    )  # fmt: skip
    names = ("永康市安居置业有限公司", "永康市安居置业有限公司", "永康安居置业有限公司")
    for home, name in zip(shops, names, strict=True):
        premises.record_owner(home=home, name=name, starts=made.began, source="register", by=by, now=made.now)
    _opened(made, vote)


def _opened(made: "Cast", vote: Vote) -> Poll:
    """Opened and drawn."""
    at = days_ago(made, vote.ago)
    by, compound = who(made, vote.by, at), made.compounds[vote.place]
    poll = actions.open_poll(
        compound_id=compound.pk,
        kind=vote.kind,
        title=vote.title,
        on=localdate(made.now + vote.opens * DAY),
        building_ids=[int(building_scope(compound.pk, vote.building)[1:])] if vote.building else [],
        filling=vote.filling,
        by=by,
        now=at,
    )
    made.polls[vote.key] = poll.ref
    actions.draw_roll(by=by, now=at + HOUR, **of_poll(poll))
    return poll


def rolled(made: "Cast", vote: Vote) -> Poll:
    """Everyone alike told apart, the roll fixed and made public for its days."""
    poll = _opened(made, vote)
    at = days_ago(made, vote.ago - 1)
    by = who(made, vote.by, at)
    for one in Likeness.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number"):
        actions.decide_likeness(
            number=one.number, same=[one.lines] if "account" in one.reasons else [], note="与不动产登记簿核对", by=by, now=at,
            **of_poll(poll),
        )  # fmt: skip
    actions.freeze_roll(office_areas=False, by=by, now=at + HOUR, **of_poll(poll))
    actions.publish_roll(by=by, now=at + 2 * HOUR, **of_poll(poll))
    found: Poll = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
    return found


def call(made: "Cast", vote: Vote, poll: Poll) -> None:
    """Its window set, its notice on the board."""
    at = days_ago(made, vote.ago - 4)
    by = who(made, vote.by, at)
    opens, closes = (
        (made.now + days * DAY).replace(minute=0, second=0, microsecond=0) for days in (vote.opens, vote.closes)
    )
    actions.settle_window(
        opens_at=opens, closes_at=closes, secrecy=vote.secrecy, plan=vote.plan, by=by, now=at, **of_poll(poll)
    )  # fmt: skip
    actions.call_publicly(accepted=True, by=by, now=at + HOUR, **of_poll(poll))


def sealed(made: "Cast", vote: Vote, poll: Poll) -> list[str]:
    """The key is made and split, every holder says that the share is in hand, and voting begins. Returns the shares."""
    at = days_ago(made, vote.ago - 6)
    drafts = [boxes.HolderDraft(post_id=made.posts[name].pk) for name in vote.holders]
    box = boxes.set_up_box(holders=drafts, by=who(made, vote.by, at), now=at, **of_poll(poll))
    for holder, name in zip(box.holders, vote.holders, strict=True):
        boxes.confirm_share(number=holder.number, by=who(made, name, at + HOUR), now=at + HOUR, **of_poll(poll))
    opens = Poll.objects.get(pk=poll.pk).opens_at
    assert opens is not None  # noqa: S101  the window was settled above
    open_voting(by=system_actor("演示数据", (poll.compound_id,)), now=opens, **of_poll(poll))
    return [box.shares[holder.number] for holder in box.holders]


def _vote(made: "Cast", vote: Vote, poll: Poll, *, share: int, of: int) -> None:
    """So many of so many owners vote, spread over the days that there were; each night the head of the box is published."""
    draw = random.Random(vote.key)  # noqa: S311  an invented vote
    items, rights = items_of(poll), list(Right.objects.filter(edition_id=poll.edition_id).order_by("number"))
    begun = made.now + vote.opens * DAY + HOUR
    days = min(vote.closes, 0) - vote.opens
    ballots: list[tuple[datetime, str, dict[str, Any]]] = []
    for one in rights:
        if one.developer or one.holder in ON_PHONE or draw.randrange(of) >= share:
            continue
        choices: dict[str, Any] = {}
        for item in items:
            if item.scope and item.scope not in one.scopes:
                continue
            choices[item.key] = _choice(draw, [who["key"] for who in item.candidates])
        if choices:
            at = begun + timedelta(minutes=draw.randrange(max(days * 24 * 60 - 120, 1)))
            ballots.append((at, one.key, choices))
    day = localdate(begun)
    for at, right, choices in sorted(ballots, key=lambda one: one[:2]):
        if localdate(at) > day:
            boxes.publish_heads(compound_id=poll.compound_id)
            day = localdate(at)
        boxes.put_in(poll=poll, right=right, choices=choices, now=at)


def _papers(made: "Cast", vote: Vote, poll: Poll) -> None:
    """Eight owners who have not voted asked for a paper ballot; it was brought to five, and one was not at home."""
    gone = used(poll)
    rights = Right.objects.filter(edition_id=poll.edition_id, developer=False).exclude(holder__in=ON_PHONE)
    asked = [one.key for one in rights.order_by("number") if one.key not in gone][:ASKED]
    at = made.now + vote.opens * DAY + 5 * HOUR
    by = who(made, vote.by, at)
    holders = {one.key: one.holder for one in rights}
    papers.settle_terms(
        place="望江社区居委会一楼票箱", hours="每天 9:00 至 17:30，截止当天到截止时", contact="徐美玲 0579-87110001",
        by=by, now=at, **of_poll(poll),
    )  # fmt: skip
    for place, paper in enumerate(papers.print_papers(rights=asked, by=by, now=at, **of_poll(poll))[: HANDED + 1]):
        went = at + timedelta(hours=1, minutes=7 * place)
        handed = place < HANDED
        papers.deliver(
            code=paper.code, client_id=f"demonstration-{place}", outcome="handed" if handed else "absent",
            taken_by=holders[paper.right] if handed else "", device_at=went, by=by, now=went, **of_poll(poll),
        )  # fmt: skip


def _choice(draw: random.Random, candidates: Sequence[str]) -> Any:
    if not candidates:
        return draw.choices(("for", "against", "abstain"), (8, 1, 1))[0]
    weights = range(len(candidates) + 3, 3, -1)
    return sorted(set(draw.choices(candidates, weights, k=2 * SEATS)))[:SEATS]


def building_scope(compound_id: int, name: str) -> str:
    """The building of this name, as items name it."""
    building = Home.objects.filter(
        compound_id=compound_id, entrance__building__name=name
    ).values_list("entrance__building_id", flat=True)  # fmt: skip
    return f"b{building[0]}"


def of_poll(poll: Poll) -> dict[str, Any]:
    """How actions name a poll."""
    return {"compound_id": poll.compound_id, "ref": poll.ref}


def days_ago(made: "Cast", days: int) -> datetime:
    """A moment so many days before now."""
    return made.now - days * DAY


def who(made: "Cast", name: str, at: datetime) -> Actor:
    """Somebody as they acted then."""
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
