"""The control room of the demonstration: ten people, a published month, a swap, leave that waits, the log of a day."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils.timezone import localdate, localtime

from parties import actions as parties
from parties.queries import acting_post
from portal.demonstration.pictures import photo
from rosters.actions import absences, logbook, making, publishing, setting, swapping
from rosters.actions.logbook import CHECKS, Words
from rosters.actions.setting import MemberDraft, StationDraft
from rosters.actions.swapping import Wish
from rosters.models import Member, Roster, Shift, Station
from rosters.queries.cases import shifts_of
from rosters.refusals import Against, OutOfState
from rosters.rules.reading import ROUND_THE_CLOCK
from tenancy.actor import Actor, system_actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

PLACE: Final = "wangjiang"
KEEPER: Final = "朱俊杰"
THERE: Final = ("王建国", "马长根", "方慧敏")
HIRED: Final = ("沈国强", "褚卫东", "蒋志明", "韩小军", "杨国平", "秦海涛", "许文斌")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long before today the month was published, and how many hours of the log there are.
AGO, KEPT = 12 * DAY, 24


def staff(made: "Cast") -> None:
    """Who keeps watch, weeks ago, and what has happened since."""
    compound = made.compounds[PLACE]
    at = made.now - AGO
    month = localdate(made.now).replace(day=1)
    with scope(compound.pk):
        for name in HIRED:
            made.posts[name] = parties.appoint(
                person=made.person(name), organisation=made.organisations["heshun"], role="worker", starts=made.began,
                basis="任命文件", by=system_actor("演示数据", (compound.pk,)), now=made.now, only_compounds=[compound.pk],
            )  # fmt: skip
        keeper = _actor(made, KEEPER, at)
        room, people = _set_up(made, keeper, at)
        asked = making.ask_month(compound_id=compound.pk, month=month, by=keeper, now=at)
    making.work(compound_id=compound.pk, roster_id=asked.pk, now=at)
    with scope(compound.pk):
        roster = publishing.publish(compound_id=compound.pk, ref=asked.ref, by=keeper, now=at)
        _seen(made, roster, people[:-2], at)
        _swapped(made, roster, at)
        _away(made, people, month)
        _logged(made, room)


def _set_up(made: "Cast", keeper: Actor, at: datetime) -> tuple[Station, list[Member]]:
    compound = made.compounds[PLACE].pk
    common: dict[str, Any] = {"compound_id": compound, "by": keeper, "now": at}
    room = setting.set_station(draft=StationDraft("control_room", ROUND_THE_CLOCK, 2), **common)
    people = [
        setting.add_member(
            post_id=made.posts[name].pk,
            draft=MemberDraft(
                grade=3 if n == 0 else 4, certificate=f"33-{2100 + n:04}", upload=photo("paper", seal=name)
            ),
            **common,
        )
        for n, name in enumerate((*THERE, *HIRED))
    ]
    return room, people


def _seen(made: "Cast", roster: Roster, people: list[Member], at: datetime) -> None:
    for n, one in enumerate(people):
        by = _actor(made, one.name, at)
        publishing.acknowledge(compound_id=roster.compound_id, ref=roster.ref, by=by, now=at + (n + 1) * HOUR)


def _swapped(made: "Cast", roster: Roster, at: datetime) -> None:
    """The first two shifts that can change hands, agreed and approved."""
    common: dict[str, Any] = {"compound_id": roster.compound_id}
    later = [one for one in shifts_of(roster) if one.starts_at > at + 2 * DAY]
    for mine in later:
        for theirs in later:
            if mine.member_id == theirs.member_id or mine.day == theirs.day:
                continue
            giver, taker = (_actor(made, one.member.name, at) for one in (mine, theirs))
            wish = Wish(mine.pk, theirs.member_id, theirs.pk, "孩子家长会")
            try:
                swap = swapping.ask_swap(wish=wish, by=giver, now=at + DAY, **common)
            except (Against, OutOfState):
                continue
            swapping.answer_swap(swap_id=swap.pk, agree=True, by=taker, now=at + DAY + HOUR, **common)
            keeper = _actor(made, KEEPER, at)
            swapping.decide_swap(swap_id=swap.pk, approve=True, by=keeper, now=at + DAY + 2 * HOUR, **common)
            return


def _away(made: "Cast", people: list[Member], month: date) -> None:
    after = (month + 31 * DAY).replace(day=1)
    common: dict[str, Any] = {"compound_id": made.compounds[PLACE].pk, "now": made.now - 3 * HOUR}
    absences.ask_off(
        kind="leave", first=after + 4 * DAY, last=after + 8 * DAY, reason="回老家", by=_actor(made, people[0].name, made.now),
        **common,
    )  # fmt: skip
    absences.ask_off(
        kind="wish", first=after + 14 * DAY, last=after + 14 * DAY, reason="孩子生日",
        by=_actor(made, people[4].name, made.now), **common,
    )  # fmt: skip


def _logged(made: "Cast", room: Station) -> None:
    """A line every two hours by whoever is on duty, a check, a fault that was corrected, a false alarm, a handover."""
    common: dict[str, Any] = {"compound_id": room.compound_id, "station_id": room.pk}
    # A quarter past each even hour: no shift ends within the hour that follows.
    local = localtime(made.now) - HOUR / 4
    last = local.replace(hour=local.hour - local.hour % 2, minute=15, second=0, microsecond=0)
    for hours in range(KEPT, 0, -2):
        at = last - (hours - 2) * HOUR
        on = _on_duty(made, room, at)
        by = on[0] if on else _actor(made, KEEPER, at)
        if hours == KEPT - 4:
            logbook.write(words=Words(kind="check", checks=CHECKS, model="JB-QB-5000"), by=by, now=at, **common)
        elif hours == KEPT - 8:
            wrong = Words(kind="fault", spot="2 号楼地下室", words="感烟探测器故障，已报修")
            line = logbook.write(words=wrong, by=by, now=at, **common)
            right = Words(kind="fault", spot="3 号楼地下室", words="感烟探测器故障，已报修")
            logbook.correct(entry_id=line.pk, words=right, why="楼号写错", by=by, now=at + HOUR / 6, **common)
        elif hours == KEPT - 12:
            alarm = logbook.raise_alarm(spot="1 号楼 5 层走道", by=by, now=at, **common)
            step: dict[str, Any] = {**common, "alarm_id": alarm.pk, "by": by}
            logbook.step_alarm(step="confirm", found="false", now=at + HOUR / 20, **step)
            logbook.close_alarm(words="装修灰尘误报，已复位", now=at + HOUR / 10, **step)
        elif hours == KEPT - 16 and len(on) > 1:
            logbook.hand_over(words="一切正常，2 号消防泵检修中", by=on[0], now=at, **common)
            logbook.take_over(by=on[1], now=at + HOUR / 12, **common)
        else:
            system = Words(system="喷淋泵", automatic=True, running=True)
            logbook.write(words=system if hours % 6 == 0 else Words(), by=by, now=at, **common)


def _on_duty(made: "Cast", room: Station, at: datetime) -> list[Actor]:
    rows = Shift.objects.filter(
        compound_id=room.compound_id, station=room, roster__state="published", starts_at__lte=at, ends_at__gt=at + HOUR
    )
    return [_actor(made, one.member.name, at) for one in rows.select_related("member").order_by("member__name")]


def _actor(made: "Cast", name: str, at: datetime) -> Actor:
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(name)
    return found
