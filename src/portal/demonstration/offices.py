"""Committees of the demonstration: one whose term nears its end with a re-election begun, one in the middle of its term, and
one that an election of the portal made, with its result, its first meeting and its filing."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate, localtime

from committees import actions
from committees.actions.offices import Sitting, members_of
from committees.models import Committee, Filing
from elections.models import Poll
from parties import actions as parties
from parties.queries import acting_post, terms_of
from portal.demonstration.elections import IN_THE_PARTY
from publicity.actions.running import complete_due
from publicity.queries import period_of
from tenancy.actions import open_compound
from tenancy.actor import Actor, system_actor
from tenancy.models import Area
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY = timedelta(days=1)
# Of each place: who keeps the record, the chair first, alternates last; how many are Party members, from the first on.
RECORDED = {
    "wangjiang": ("徐美玲", ("王志强", "李淑芬", "欧阳子轩", "赵金花", "张秀英"), ("刘雪梅",), 3),
    "ziwei": ("应文斌", ("周德福", "林佩云", "郭家豪", "谢思源", "丁秀英"), ("沈国栋",), 2),
}
NEARS_ITS_END = "ziwei"
ELECTED = ("nanyuan", "程月娥", "黄玉兰", "施国栋")


# A compound of another community of the same street, where the term is over since so many days and nobody elected anew.
OVERDUE = ("feifeng", "飞凤小区", "330784002007", "西城街道飞凤路 30 号", 35)
TERM_YEARS = 5


def seat(made: "Cast") -> None:
    """Record, elect, propose; then the clock runs once everywhere."""
    _overdue(made)
    for place, (who, sitting, alternates, party) in RECORDED.items():
        with scope(made.compounds[place].pk):
            _record(made, place, who, sitting=sitting, alternates=alternates, party=party)
    with scope(made.compounds[NEARS_ITS_END].pk):
        _reelect(made)
    with scope(made.compounds["wangjiang"].pk):
        _cross(made)
    with scope(made.compounds[ELECTED[0]].pk):
        _elected(made)
    for compound in made.compounds.values():
        with scope(compound.pk):
            actions.watch_terms(compound_id=compound.pk, now=made.now)


def _who(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found


def _record(
    made: "Cast", place: str, who: str, *, sitting: tuple[str, ...], alternates: tuple[str, ...], party: int
) -> None:
    compound = made.compounds[place]
    term = next(one for one in terms_of(compound.pk, localdate(made.now)) if one.committee.kind == "owners_committee")
    people = [
        Sitting(
            name, "chair" if number == 0 else "member", contact="业委会办公室", duties="全面工作" if number == 0 else "",
            party_member=number < party, party_source="本人填报、党组织证明", party_on=term.starts,
        )
        for number, name in enumerate(sitting)
    ]  # fmt: skip
    people += [Sitting(name, "alternate") for name in alternates]
    actions.record_committee(
        compound_id=compound.pk, term_id=term.pk, planned=5, elected_on=term.starts, basis=term.basis, members=people,
        by=_who(made, who, made.now), now=made.now - 40 * DAY,
    )  # fmt: skip


def _overdue(made: "Cast") -> None:
    """Seen by the street and the city alone: whose term it was is known, who sat in it is not."""
    code, name, community, address, days = OVERDUE
    compound = open_compound(code=code, name=name, community=Area.objects.get(code=community), address=address)
    made.compounds[code] = compound
    ends = localdate(made.now) - days * DAY
    with scope(compound.pk):
        parties.begin_term(
            compound=compound, committee=parties.register_organisation(kind="owners_committee", name=f"{name}业主委员会"),
            number=1, starts=ends.replace(year=ends.year - TERM_YEARS) + DAY, ends=ends, basis="业主大会选举，街道备案",
            by=system_actor("演示数据", (compound.pk,)), now=made.now,
        )  # fmt: skip


def _reelect(made: "Cast") -> None:
    compound = made.compounds[NEARS_ITS_END]
    committee = Committee.objects.get(compound=compound)
    at = made.now - 2 * DAY
    actions.begin_reelection(
        compound_id=compound.pk, committee_id=committee.pk, on=localdate(at), by=_who(made, "胡立新", made.now), now=at
    )


def _cross(made: "Cast") -> None:
    compound, by = made.compounds["wangjiang"], _who(made, "吕晓东", made.now)
    common: dict[str, Any] = {
        "compound_id": compound.pk,
        "by": by,
        "now": made.now - 10 * DAY,
        "basis": "社区党委会议纪要",
    }
    actions.propose_cross(direction="into", post_id=made.posts["徐美玲"].pk, title="委员", **common)
    out = actions.propose_cross(direction="out", post_id=made.posts["李淑芬"].pk, title="兼职委员", **common)
    later = made.now - 5 * DAY
    actions.record_cross(
        compound_id=compound.pk, cross_id=out.pk, starts=localdate(later), by=_who(made, "吕晓东", later), now=later
    )


def _elected(made: "Cast") -> None:
    """The counted election of 南苑新村: announced, declared after its days, in office, met, ready to be filed."""
    place, officer, chair, _street = ELECTED
    compound = made.compounds[place]
    poll = Poll.objects.get(compound=compound, ref=made.polls["election"])
    if poll.counted_at is None:
        return
    at = localtime(poll.counted_at) + DAY
    of: dict[str, Any] = {"compound_id": compound.pk, "ref": poll.ref}
    actions.draft_result(
        **of,
        supervisors="叶长根、潘小红",
        contact="南苑社区居委会 程月娥 0579-87180100",
        by=_who(made, officer, at),
        now=at,
    )
    outcome = actions.announce(**of, by=_who(made, officer, at), now=at)
    period = period_of(outcome.notice) if outcome.notice else None
    item = outcome.facts["items"][0]
    if period is None or item["outcome"] != "passed" or len(item["elected"]) < item["seats"]:
        return
    at += period.ends_on - localdate(at) + DAY
    if at > made.now:
        return
    complete_due(compound_id=compound.pk, now=at)
    actions.declare(**of, by=_who(made, officer, at), now=at)
    phones = {chair: made.person(chair).phone}
    members = [
        Sitting(
            one["name"], key=one["key"], phone=phones.get(one["name"], ""), contact="南苑新村业委会办公室",
            party_member=one["name"] in IN_THE_PARTY, party_source="社区党组织党员名册", party_on=localdate(at),
        )
        for one in item["elected"]
    ]  # fmt: skip
    if chair not in {one.name for one in members}:
        return
    committee = actions.take_office(
        **of, starts=localdate(at) + DAY, years=5, members=members, by=_who(made, officer, at), now=at
    )
    later = at + 3 * DAY
    if later > made.now:
        return
    sitting = {one.name: one.pk for one in members_of(committee, localdate(later)) if one.role != "alternate"}
    others = [pk for name, pk in sitting.items() if name != chair]
    actions.hold_first_meeting(
        compound_id=compound.pk, committee_id=committee.pk, on=localdate(later), chair=sitting[chair], vice_chairs=others[:1],
        minutes="五名委员全部到会，举手推选主任、副主任。", by=_who(made, officer, later), now=later,
    )  # fmt: skip
    _papers(made, committee, later, officer)


def _papers(made: "Cast", committee: Committee, at: datetime, officer: str) -> None:
    from portal.demonstration.pictures import photo

    filing = Filing.objects.get(compound_id=committee.compound_id, committee=committee, kind="first")
    actions.add_paper(
        compound_id=committee.compound_id, filing_id=filing.pk, kind="minutes", name="业主大会会议记录", upload=photo("fixed"),
        by=_who(made, officer, at), now=at,
    )  # fmt: skip
