"""Polls at the point where this floor begins (counted), and committees in office, made by the same actions as pages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from boxes.models import Box, Result
from committees import actions
from committees.actions.offices import Sitting
from committees.models import Committee, Outcome
from elections import actions as elections
from elections.actions import Draft, Named
from elections.box.counting import ItemCount, Sum, case_of
from elections.models import Poll
from elections.queries.items import box_items, items_of
from elections.records import record
from elections.rules.cases import Silent
from elections.rules.deciding import decide
from parties.models import Term
from publicity.actions.running import complete_due
from tenancy.scope import scope
from tests.elections.conftest import NOW, do, fixed
from tests.world import Side

DAY = timedelta(days=1)
OPENS = NOW + timedelta(days=20)
CLOSES = OPENS + timedelta(days=15)
# A Monday, 10:00 in Shanghai, after the close.
COUNTED = datetime(2026, 7, 13, 2, 0, tzinfo=UTC)
NAMES = ("胡一明", "楼晓燕", "应建国", "徐丽", "程亮", "吕芳", "施敏")
# Owners and area (in 0.0001 square metres) of 120 owners with 100 square metres each.
ROLL, AREA = 120, 100_0000
VOTES = (95, 92, 90, 84, 77, 61, 20)


def votes(names: tuple[int, ...]) -> dict[str, tuple[int, int]]:
    """Votes of candidates c1, c2 … by owners and area."""
    return {f"c{number}": (one, one * AREA) for number, one in enumerate(names, 1)}


def called(
    side: Side,
    *,
    kind: str = "election",
    seats: int = 5,
    names: int = 7,
    texts: tuple[str, ...] = (),
    plan: Any = None,
    **given: Any,
) -> Poll:
    """A poll that was called."""
    poll, _edition = fixed(side, kind=kind, **given)
    if kind == "election":
        flags = (True, True, True, False, None, True, False)
        slate = [Named(f"c{number}", NAMES[number - 1], flags[number - 1]) for number in range(1, names + 1)]
        do(elections.set_slate, side, poll, text="选举第二届业主委员会委员", seats=seats, candidates=slate)
    else:
        do(elections.word_items, side, poll, items=[Draft("other", text) for text in texts or ("同意调整门禁时间",)])
    do(elections.settle_window, side, poll, opens_at=OPENS, closes_at=CLOSES, plan=plan)
    made: Poll = do(elections.call_poll, side, poll)
    return made


def counted(
    side: Side,
    *,
    kind: str = "election",
    cast: dict[str, dict[str, tuple[int, int]]] | None = None,
    named: dict[str, tuple[int, int]] | None = None,
    part: int = 100,
    silent: int = 0,
    at: datetime = COUNTED,
    **given: Any,
) -> Poll:
    """A poll whose box was opened and counted; the figures are given, the verdict is the engine's."""
    return count(side, called(side, kind=kind, **given), cast=cast, named=named, part=part, silent=silent, at=at)


def count(
    side: Side,
    poll: Poll,
    *,
    cast: dict[str, dict[str, tuple[int, int]]] | None = None,
    named: dict[str, tuple[int, int]] | None = None,
    part: int = 100,
    silent: int = 0,
    at: datetime = COUNTED,
) -> Poll:
    """Open the box of a called poll with these figures; the verdict is the engine's. ``silent``: as the plan counts them."""
    rule = poll.plan.get("silent", "off")
    with scope(side.compound.pk):
        box = Box.objects.create(
            compound=side.compound, poll=poll, number=1, name=f"{side.compound.code}-{poll.ref}-1", state="counted",
            paper_only=True, edition=poll.edition, made_at=NOW, made_as="officer", counted_at=at,
        )  # fmt: skip
        rows = {one.key: one for one in items_of(poll)}
        for number, item in enumerate(box_items(poll), 1):
            found = ItemCount(roll=Sum(ROLL, ROLL * AREA), taking_part=Sum(part, part * AREA))
            if item.is_election:
                found.names = {key: Sum(*pair) for key, pair in (named or votes(VOTES)).items()}
                found.choices["invalid"] = Sum(2, 2 * AREA)
            else:
                tally = (cast or {}).get(rows[item.key].text) or {"for": (70, 70 * AREA), "against": (30, 30 * AREA)}
                for choice, pair in tally.items():
                    found.choices[choice] = Sum(*pair)
            found.silent = Sum(silent, silent * AREA)
            quiet = None if rule == "off" else Silent(rule, found.silent.figures)
            verdict = decide(
                case_of(item, found, on=poll.on, jurisdiction=poll.jurisdiction, plan=poll.plan, silent=quiet)
            )
            Result.objects.create(
                compound=side.compound, poll=poll, box=box, item_key=item.key, number=number, verdict=record(verdict), at=at,
                counts={
                    "roll": [found.roll.voters, found.roll.area], "part": [found.taking_part.voters, found.taking_part.area],
                    "choices": {name: [one.voters, one.area] for name, one in found.choices.items()},
                    "names": {name: [one.voters, one.area] for name, one in found.names.items()},
                    **({} if quiet is None else {"silent": [found.silent.voters, found.silent.area]}),
                },
            )  # fmt: skip
        Poll.objects.filter(compound=side.compound, pk=poll.pk).update(
            state="counted", voting_at=poll.opens_at, closed_at=poll.closes_at, counted_at=at
        )
        poll.refresh_from_db()
    return poll


def act(side: Side, action: Any, who: str = "officer", *, now: datetime = COUNTED, **given: Any) -> Any:
    """One action of this floor."""
    with scope(side.compound.pk):
        return action(**{"compound_id": side.compound.pk, "by": side.actor(who, now.date()), "now": now, **given})


def drafted(side: Side, **given: Any) -> Poll:
    """A counted poll whose announcement is complete."""
    poll = counted(side, **given)
    act(side, actions.draft_result, ref=poll.ref, supervisors="叶青、章明", contact="西山社区居委会 0579-87000000")
    return poll


def announced(side: Side, **given: Any) -> tuple[Poll, Outcome]:
    """A result that is public."""
    poll = drafted(side, **given)
    return poll, act(side, actions.announce, "secretary", ref=poll.ref)


def over(side: Side, outcome: Outcome) -> datetime:
    """The publicity of a result is complete; the morning after its last day."""
    from publicity.queries import period_of

    with scope(side.compound.pk):
        period = period_of(outcome.notice)
    assert period is not None
    at = datetime(period.ends_on.year, period.ends_on.month, period.ends_on.day, 2, tzinfo=UTC) + DAY
    with scope(side.compound.pk):
        complete_due(compound_id=side.compound.pk, now=at)
    return at


def declared(side: Side, **given: Any) -> tuple[Poll, datetime]:
    """A result that was declared, and when."""
    poll, outcome = announced(side, **given)
    at = over(side, outcome)
    act(side, actions.declare, now=at, ref=poll.ref)
    with scope(side.compound.pk):
        poll.refresh_from_db()
    return poll, at


def seated(side: Side, *, phones: bool = True, **given: Any) -> tuple[Committee, datetime]:
    """A committee that an election made, in office since the day of the declaration."""
    poll, at = declared(side, **given)
    starts = at.date() + DAY
    members = [
        Sitting(name, key=f"c{number}", phone=f"+861990099{number:04d}" if phones else "", contact="业委会办公室")
        for number, name in enumerate(NAMES, 1)
    ]
    made = act(side, actions.take_office, now=at, ref=poll.ref, starts=starts, years=5, members=members)
    return made, at + DAY


def recorded(side: Side, *, ends: date | None = None, now: datetime = NOW, **given: Any) -> Committee:
    """The committee of the world's first term, as it was before the portal; ``ends`` is put on its term first."""
    with scope(side.compound.pk):
        term = Term.objects.filter(compound=side.compound).order_by("pk")[0]
        if ends is not None:
            Term.objects.filter(compound=side.compound, pk=term.pk).update(ends=ends)
    sitting = [Sitting("胡一明", "chair"), *(Sitting(name) for name in NAMES[1:5]), Sitting("吕芳", "alternate")]
    made: Committee = act(
        side, actions.record_committee, now=now,
        **{
            "term_id": term.pk, "planned": 5, "elected_on": date(2024, 1, 1), "basis": "备案回执〔2024〕1号",
            "members": sitting, **given,
        },
    )  # fmt: skip
    return made
