"""What of a poll goes to the notice board: its roll with names masked, and the call. Each is a notice with a publicity."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate, localtime

from elections import words
from elections.actions.calling import call_poll, notice_days
from elections.actions.change import begin
from elections.models import Announced, Item, Kind, Poll, Secrecy, What
from elections.queries.announcing import announced_roll
from elections.queries.items import items_of
from elections.queries.places import place_names
from elections.refusals import OutOfState
from elections.rules.jurisdictions import parameters
from elections.rules.matters import MATTERS
from elections.rules.measures import area_text
from notices.rules.kinds import MAX_TITLE
from publicity.actions.opening import Opened, open_period
from tenancy.actor import Actor

# What the board says of its own: decides who countersigns.
ABOUT = {Kind.ELECTION: "election", Kind.DECISION: "meeting"}


@transaction.atomic
def publish_roll(
    *, compound_id: int, ref: str, days: int | None = None, accepted: bool = False, by: Actor, now: datetime
) -> Opened:
    """Make the roll as it stands public: its totals and fingerprint on the board, its lines masked on the members' page.

    ``days`` and ``accepted`` as in ``publicity.actions.opening.open_period``; objections to it are the period's. Refused:
    NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, already_public), and as ``open_period`` refuses.
    """
    change = begin(compound_id=compound_id, ref=ref, action="publish_roll", by=by, now=now)
    poll = change.poll
    if announced_roll(poll, edition=poll.edition_id) is not None:
        raise OutOfState("already_public")
    opened = _open(
        poll, "roll", f"业主名册公示：{poll.title}", roll_text(poll), days, accepted=accepted, by=by, now=now
    )
    _keep(poll, What.ROLL, opened, by=by, now=now)
    change.note("edition", None, poll.edition.number)
    change.note("notice", None, opened.notice.ref)
    change.save()
    return opened


@transaction.atomic
def call_publicly(*, compound_id: int, ref: str, accepted: bool = False, by: Actor, now: datetime) -> Opened:
    """Call a poll and hand its notice in, in one step or not at all. Refused: as ``call_poll`` and ``open_period`` refuse."""
    poll = call_poll(compound_id=compound_id, ref=ref, accepted=accepted, by=by, now=now)
    matter = "extra_assembly" if notice_days(poll).endswith("extraordinary") else "assembly"
    opened = _open(
        poll, matter, f"关于{poll.title}的公告", call_text(poll, items_of(poll)), None, accepted=True, by=by, now=now
    )
    _keep(poll, What.CALL, opened, by=by, now=now)
    return opened


def _open(
    poll: Poll, matter: str, title: str, source: str, days: int | None, *, accepted: bool, by: Actor, now: datetime
) -> Opened:
    return open_period(
        compound_ids=[poll.compound_id],
        matter=matter,
        title=Truncator(title).chars(MAX_TITLE, truncate="…"),
        source=source,
        by=by,
        now=now,
        about=ABOUT[Kind(poll.kind)],
        days=days,
        accepted=accepted,
    )[0]


def _keep(poll: Poll, what: What, opened: Opened, *, by: Actor, now: datetime) -> None:
    Announced.objects.create(
        compound_id=poll.compound_id, poll=poll, what=what, edition_id=poll.edition_id, notice=opened.notice, at=now,
        person_id=by.person_id, post_id=by.post_id, label=by.signature,
    )  # fmt: skip


def roll_text(poll: Poll) -> str:
    """The text of a roll's publicity, in the marks of ``notices.richtext``. The board's language is the source language."""
    edition, address = poll.edition, reverse("polls_public", args=[poll.compound.code, poll.ref])
    facts = (
        f"专有部分 {edition.units} 处",
        f"业主 {edition.voters} 户",
        f"面积 {area_text(edition.area)} 平方米",
        f"名册第 {edition.number} 版，{localdate(edition.at):%Y-%m-%d} 定",
        f"名册指纹 {edition.fingerprint}",
    )
    counted = (
        "一个业主有几处专有部分的算一户，面积相加；几个人共有一处的算一户；"
        "建设单位没有出售和已出售还没有交付的合算一户（法释〔2020〕17号文本第八、九条）。"
    )
    if poll.plan.get("parking_text"):
        counted += f"车位按议事规则计入：{poll.plan['parking_text']}"
    asked = (
        f"逐户名册（姓名已遮盖）在本门户的 {address} 查看，可以查找自家。对姓名、面积或者户数有异议的，"
        "请在公示期内在本页提出并说明依据，会逐条核实、公开答复。"
    )
    begun = f"《{poll.title}》的业主名册已经确定，现公示如下。"
    return "\n\n".join((begun, "\n".join(f"- {one}" for one in facts), counted, asked, poll.conductor))


def call_text(poll: Poll, items: list[Item]) -> str:
    """The text of the call: what is voted on by which bar, who is on the ballot, when, how, and by which roll."""
    names = place_names(poll.compound_id)
    parts = [f"现就《{poll.title}》组织业主投票，公告如下。", "# 表决什么"]
    parts += [item_text(one, names.get(one.scope, "")) for one in items]
    parts += [
        "# 什么时候投票",
        f"{_moment(poll.opens_at)} 至 {_moment(poll.closes_at)}。",
        "# 怎样投票",
        _how(poll),
        "# 按什么名册计算",
        _base(poll),
        *_own_rules(poll),
        f"投票内容在截止前密封，任何人都看不到中间结果。有疑问请找{poll.conductor}。",
        f"选票内容指纹 {poll.items_hash}",
        poll.conductor,
    ]
    return "\n\n".join(parts)


def item_text(one: Item, scope: str) -> str:
    """One item with its matter, its bar and who decides it; an election with its names in the order of the ballot."""
    matter = MATTERS[one.matter]
    law = f"《民法典》第二百七十八条第一款第（{words.in_chinese(lambda: str(words.ITEMS[matter.item - 1]))}）项"
    bar = words.in_chinese(lambda: words.bar_words(matter.bar))
    lines = [
        f"**第 {one.number} 项** {one.text}（{law}，参与表决的人数和面积{bar}同意{f'，由{scope}业主表决' if scope else ''}）"
    ]
    if one.candidates:
        lines.append(
            f"- 应选 {one.seats} 人，候选人（按选票次序）：" + "、".join(who["name"] for who in one.candidates)
        )
    return "\n".join(lines)


def _how(poll: Poll) -> str:
    local = parameters(poll.jurisdiction, poll.on)
    cap = poll.plan.get("proxy_cap", local["proxy_cap"])
    told = [
        "可以用手机投票，也可以向组织单位要纸质选票；两种方式只算先到的一票。",
        "无记名投票。" if poll.secrecy == Secrecy.SECRET else "记名投票，截止前密封。",
        "截止前可以改票，以最后一次为准。" if poll.vote_again else "投出后不能改票。",
        f"本人不便的可以书面委托他人，一人最多代 {cap} 户；本人投的票优先。" if cap else "不接受委托投票。",
    ]
    return "".join(told)


def _base(poll: Poll) -> str:
    edition = poll.edition
    return (
        f"业主 {edition.voters} 户，面积 {area_text(edition.area)} 平方米，名册第 {edition.number} 版，"
        f"指纹 {edition.fingerprint}。"
        "参与表决的人数和面积都达到三分之二才能开箱计票（《民法典》第二百七十八条）。"
    )


def _own_rules(poll: Poll) -> list[str]:
    """What the compound's own rules change, in their own words where they count silent owners."""
    found: list[str] = []
    silent = poll.plan.get("silent", "off")
    if silent != "off":
        said = words.in_chinese(lambda: str(words.SILENT_RULES[silent]))
        source = poll.plan.get("silent_source", "")
        found += [
            "# 没有投票的怎样计",
            f"{said}。依据{source}：{poll.plan['silent_text']}",
            "只计选票已经送达、有凭证、截止时仍没有投票的业主。结果会同时公布只计实际投票的数。",
        ]
    if poll.plan.get("invalid_in_participation") is False:
        found.append("无效票不计入参与表决。")
    return found


def _moment(moment: Any) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
