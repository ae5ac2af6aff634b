"""Two votes of kinds that are rare: a seat filled without names on the ballots, and a decision that counts who kept silent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from ballots.actions.clock import close_voting
from boxes import actions as boxes
from boxes.actions.counting import count
from committees import actions as committees
from elections import actions
from elections.actions import Draft, Named
from elections.models import Kind, Poll, Right, Secrecy, Unit
from elections.queries.items import items_of
from elections.rules.measures import area_text
from paper_ballots import actions as papers
from paper_ballots.models import Paper
from portal.demonstration.elections import ON_PHONE, Vote, building_scope, call, days_ago, of_poll, rolled, sealed, who
from portal.demonstration.pictures import photo
from tenancy.actor import system_actor
from tenancy.scope import scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = "表决票送达后，在规定的期限内没有反馈意见的，计入已表决的多数意见。"
SOURCE = "南苑新村业主大会议事规则第二十一条"
SECRET = Vote(
    "secret", "wangjiang", Kind.ELECTION, "望江花园业主委员会委员补选（无记名）", "徐美玲", "吕晓东",
    ("徐美玲", "王志强", "胡立新"), 44, -21, -2, filling=1, secrecy=Secrecy.SECRET,
)  # fmt: skip
SILENT = Vote(
    "silent", "nanyuan", Kind.DECISION, "1 幢楼道粉刷和照明改造", "程月娥", "施国栋", ("程月娥", "黄玉兰", "施国栋"),
    54, -32, -18, building="1幢",
    plan={"silent": "majority", "silent_text": RULE, "silent_source": SOURCE},
)  # fmt: skip
STANDING = ("马慧敏", "蒋天明", "潘春华")
# Of the secret one so many voted by phone and so many papers came back; one of these lies in a batch.
BY_PHONE, BACK = 20, 3
# Of the silent one so many of the building voted, and so many more had their paper.
SPOKE, SERVED = 14, 8


def hold_rarely(made: "Cast") -> None:
    """Both, each as far as it has come."""
    for vote, act in ((SECRET, _secretly), (SILENT, _silently)):
        with scope(made.compounds[vote.place].pk):
            act(made, vote)


def _secretly(made: "Cast", vote: Vote) -> None:
    """Closed, with papers whose codes were cut off: one is read by the first of two, the box waits for its shares."""
    poll = rolled(made, vote)
    day = days_ago(made, vote.ago - 3)
    names = [Named(f"c{number}", name) for number, name in enumerate(STANDING, 1)]
    actions.set_slate(
        text="补选望江花园业主委员会委员", seats=1, candidates=names, by=who(made, vote.by, day), now=day, **of_poll(poll)
    )  # fmt: skip
    call(made, vote, poll)
    sealed(made, vote, poll)
    rights = _rights(poll)
    begun = made.now + vote.opens * DAY + HOUR
    (item,) = items_of(poll)
    for place, one in enumerate(rights[:BY_PHONE]):
        boxes.put_in(poll=poll, right=one.key, choices={item.key: [names[place % 2].key]}, now=begun + place * HOUR)
    by = who(made, vote.by, begun)
    printed = _printed(poll, rights[BY_PHONE : BY_PHONE + BACK], by=by, now=begun)
    for paper in printed:
        papers.take_back(code=paper.code, by=by, now=begun + DAY, **of_poll(poll))
    closed = _closed(poll)
    by = who(made, vote.by, closed + HOUR)
    later: dict[str, Any] = {"by": by, "now": closed + HOUR, **of_poll(poll)}
    made_batch = papers.open_batch(name="第一批", by_hand=BACK, witnesses="徐美玲、李淑芬", **later)
    areas = {one.key: area_text(one.area) for one in rights}
    sheet = papers.lay(batch=made_batch.number, area=areas[printed[0].right], **later)
    papers.keep_photo(batch=made_batch.number, place=sheet.place, upload=photo("fixed"), **later)
    papers.read_sheet(batch=made_batch.number, place=sheet.place, given={item.key: [names[0].key]}, **later)


def _silently(made: "Cast", vote: Vote) -> None:
    """Counted with and without those who had their paper and said nothing, and announced."""
    poll = rolled(made, vote)
    day = days_ago(made, vote.ago - 3)
    drafts = [
        Draft("other", "粉刷 1 幢楼道，费用 2.4 万元从公共收益中列支", scope=building_scope(poll.compound_id, "1幢")),
        Draft("other", "1 幢楼道照明改为感应灯", scope=building_scope(poll.compound_id, "1幢")),
    ]
    actions.word_items(items=drafts, by=who(made, vote.by, day), now=day, **of_poll(poll))
    call(made, vote, poll)
    shares = sealed(made, vote, poll)
    rights = _rights(poll)
    begun = made.now + vote.opens * DAY + HOUR
    by = who(made, vote.by, begun)
    first, second = items_of(poll)
    for place, one in enumerate(rights[:SPOKE]):
        choices = {first.key: "against" if place == 3 else "for", second.key: "for"}  # noqa: PLR2004  one is against
        boxes.put_in(poll=poll, right=one.key, choices=choices, now=begun + place * HOUR)
    quiet = rights[SPOKE : SPOKE + SERVED]
    holders = {one.key: one.holder for one in quiet}
    for place, paper in enumerate(_printed(poll, quiet, by=by, now=begun)):
        went = begun + timedelta(minutes=5 * place)
        papers.deliver(
            code=paper.code, client_id=f"silent-{place}", outcome="handed", taken_by=holders[paper.right], device_at=went,
            by=by, now=went, **of_poll(poll),
        )  # fmt: skip
    closed = _closed(poll)
    by, after = who(made, vote.by, closed + HOUR), closed + 2 * HOUR
    for share in shares[:2]:
        boxes.give_share(text=share, by=by, now=after, **of_poll(poll))
    opening = boxes.open_box(by=by, now=after, **of_poll(poll))
    count(compound_id=poll.compound_id, opening_id=opening.pk, processes=1, now=after)
    committees.draft_result(
        supervisors="叶长根、潘小红", contact="南苑社区居委会 程月娥 0579-87180100", by=by, now=after + HOUR, **of_poll(poll)
    )  # fmt: skip
    committees.announce(by=by, now=after + HOUR, **of_poll(poll))


def _rights(poll: Poll) -> list[Right]:
    """Whoever has an account votes by themselves or not at all."""
    with_account = Unit.objects.filter(poll=poll, owners__0__account__gt=0).values_list("number", flat=True)
    found = Right.objects.filter(edition_id=poll.edition_id, developer=False).exclude(holder__in=ON_PHONE)
    return [one for one in found.order_by("number") if not set(one.units) & set(with_account)]


def _printed(poll: Poll, rights: Sequence[Right], **common: Any) -> list[Paper]:
    papers.settle_terms(
        place="居委会一楼票箱", hours="每天 9:00 至 17:30", contact=poll.label, **common, **of_poll(poll)
    )
    return list(papers.print_papers(rights=[one.key for one in rights], **common, **of_poll(poll)))


def _closed(poll: Poll) -> Any:
    closed = localtime(Poll.objects.get(pk=poll.pk).closes_at)
    close_voting(by=system_actor("演示数据", (poll.compound_id,)), now=closed, **of_poll(poll))
    return closed
