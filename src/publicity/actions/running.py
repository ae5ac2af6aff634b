"""A period from its notice's coming out to its end: begun, noted, begun anew, extended, completed, voided.

The board tells of every edition that comes out and of every withdrawal (``notices.hooks``), within their transaction.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actions import record
from calendars.queries import work_calendar
from live.actions import Announcement, announce_all
from notices.actions.change import everyone_in, speakers, tell
from notices.models import Kind, Notice, Reading, Version
from notices.topics import BOARD, STAFF
from posting.actions.rounds import close
from publicity.actions.planning import USUAL
from publicity.models import Period, PeriodEvent, Plan, State
from publicity.queries import place_for, snapshot
from publicity.rules.choosing import settle
from publicity.rules.counting import span
from publicity.rules.matters import MAX_WHY
from publicity.rules.table import rule_for
from publicity.states import MACHINE
from tenancy.actor import Actor, system_actor

CLOCK = "publicity"
BATCH = 200
_SETTABLE = (
    *("version", "matter", "days", "posted_on", "starts_on", "ends_on", "objections_until", "certain", "opened_at"),
    *("restarts", "corrections", "state", "ended_at", "void_reason", "ended_as"),
    *("jurisdiction", "min_days", "unit", "binding", "confirmed", "rolls", "article", "source", "hang_at", "tell"),
)


def end_of(day: date) -> datetime:
    """The moment when a day is over (民法典 203: at twenty-four o'clock)."""
    return make_aware(datetime.combine(day + timedelta(days=1), time.min))


def notice_published(notice: Notice, version: Version, now: datetime) -> None:
    """Begin the period of a publicity that comes out; a correction notes itself in it or begins it anew.

    By default a correction begins it anew: for the full length nobody could read what is now said (宁波 31: a changed list
    is shown again). Only what its writer called a correction of words leaves the count; both stand in the period's record.
    """
    if notice.kind != Kind.PUBLICITY:
        return
    plan: Plan | None = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    period: Period | None = (
        Period.objects.select_for_update(no_key=True).filter(compound_id=notice.compound_id, notice=notice).first()
    )
    if period is None:
        fresh = _measured(notice, plan, localdate(now))
        period = Period(compound_id=notice.compound_id, notice=notice, version=version, opened_at=now, **fresh)
        period.save()
        _record(period, "open", version, now, changes={name: [None, _plain(fresh[name])] for name in fresh})
    elif _complete_if_over(period, notice, now) or period.state != State.RUNNING:
        return
    elif plan is not None and version.number in plan.small:
        _change(period, "note", version, now, note=version.changed, version=version, corrections=period.corrections + 1)
    else:
        fresh = _measured(notice, plan, localdate(now))
        _change(
            period, "restart", version, now, note=version.changed,
            version=version, opened_at=now, restarts=period.restarts + 1, **fresh,
        )  # fmt: skip
    _keep_up(notice, period)


def _measured(notice: Notice, plan: Plan | None, posted: date) -> dict[str, Any]:
    """The days of a period that is posted today, and the rule that it is measured by."""
    matter = plan.matter if plan else USUAL.get(notice.matter, "general")
    rule = rule_for(place_for(notice.compound).key, matter, posted)
    found = settle(
        rule,
        posted,
        days=plan.days if plan else None,
        last_day=plan.last_day if plan else None,
        accepted=plan.accepted if plan else False,
        calendar=work_calendar(),
    )
    return {
        "matter": matter,
        "days": found.days,
        "posted_on": found.posted_on,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "objections_until": found.ends_on,
        "certain": found.certain,
        **snapshot(rule),
    }


def _keep_up(notice: Notice, period: Period) -> None:
    """A notice stays up at least as long as its publicity runs. Its row is saved by the act that lets it out."""
    least = end_of(period.ends_on)
    if notice.expires_at is not None and notice.expires_at < least:
        notice.expires_at = least


def notice_withdrawn(notice: Notice, version: Version | None, now: datetime) -> bool:
    """Void the period of a notice that is taken down before its end, and tell those who read it; whether it was told."""
    if version is None or notice.kind != Kind.PUBLICITY:
        return False
    period: Period | None = (
        Period.objects.select_for_update(no_key=True).filter(compound_id=notice.compound_id, notice=notice).first()
    )
    if period is None or _complete_if_over(period, notice, now) or period.state != State.RUNNING:
        return False
    why = notice.ended_reason
    _change(period, "void", version, now, note=why, ended_at=now, void_reason=why[:MAX_WHY], ended_as=notice.ended_as)
    readers = Reading.objects.filter(compound_id=notice.compound_id, notice=notice).exclude(label=notice.ended_as)
    tell(
        notice,
        readers.values_list("person_id", flat=True),
        "publicity.voided",
        by=_clock(notice.compound_id),
        now=now,
        reason=why,
        ends=f"{period.ends_on:%Y-%m-%d}",
    )
    return True


@transaction.atomic
def complete_due(*, compound_id: int, now: datetime) -> int:
    """Complete the periods whose last day is over; returns how many. May be repeated; it catches up after any pause."""
    today = localdate(now)
    due = Period.objects.filter(compound_id=compound_id, state=State.RUNNING, ends_on__lt=today).order_by(
        "ends_on", "pk"
    )
    done = 0
    for period in due.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("notice__compound")[
        :BATCH
    ]:
        _complete(period, period.notice, now)
        done += 1
    return done


def _complete_if_over(period: Period, notice: Notice, now: datetime) -> bool:
    """What the clock had to do before anything else happens to a period; whether it did."""
    if period.state != State.RUNNING or localdate(now) <= period.ends_on:
        return False
    _complete(period, notice, now)
    return True


def _complete(period: Period, notice: Notice, now: datetime) -> None:
    by = _clock(period.compound_id)
    _change(period, "complete", None, now, ended_at=end_of(period.ends_on))
    tell(
        notice,
        speakers(notice, everyone_in(period.compound_id, now)),
        "publicity.completed",
        by=by,
        now=now,
        key=f"publicity.completed:{period.pk}",
        ends=f"{period.ends_on:%Y-%m-%d}",
    )
    said = {"ref": notice.ref, "state": notice.state}
    announce_all(
        compound_id=period.compound_id,
        announcements=[Announcement(topic, "changed", said) for topic in (BOARD, STAFF)],
        now=now,
    )
    close(notice, why="completed", at=end_of(period.ends_on), now=now)


@transaction.atomic
def recount(*, compound_id: int, now: datetime) -> int:
    """Count again what was counted by an unknown year, now that it may be known; returns how many changed. Never shortens."""
    changed = 0
    found = Period.objects.filter(
        compound_id=compound_id, state=State.RUNNING, certain=False, ends_on__gte=localdate(now)
    )
    calendar = work_calendar()
    for period in (
        found.order_by("pk")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("notice__compound")
    ):
        again = span(period.posted_on, days=period.days, unit=period.unit, rolls=period.rolls, calendar=calendar)
        if not again.certain:
            continue
        later = max(again.ends_on, period.ends_on)
        with override("zh-hans"):
            year = _("%(year)s年的放假安排已经录入") % {"year": again.ends_on.year}
        _change(period, "extend", None, now, note=year, certain=True, ends_on=later, objections_until=later)
        notice: Notice = period.notice
        _keep_up(notice, period)
        notice.save(update_fields=["expires_at"])
        changed += 1
    return changed


def _clock(compound_id: int) -> Actor:
    return system_actor(CLOCK, (compound_id,))


def _change(
    period: Period, action: str, of: Version | None, now: datetime, /, *, note: str = "", **values: Any
) -> None:
    """Take a step of the machine, write row, event and audit entry."""
    changes: dict[str, list[Any]] = {}
    values["state"] = MACHINE.target(period.state, action)
    for name, value in values.items():
        old = getattr(period, name)
        if old != value:
            changes[name] = [_plain(old), _plain(value)]
            setattr(period, name, value)
    period.save(update_fields=_SETTABLE)
    _record(period, action, of, now, changes=changes, note=note)


def _record(
    period: Period,
    action: str,
    version: Version | None,
    now: datetime,
    *,
    changes: dict[str, list[Any]],
    note: str = "",
) -> None:
    by = _clock(period.compound_id)
    spoke = version if version is not None and action != "void" else None
    PeriodEvent.objects.create(
        compound_id=period.compound_id,
        period=period,
        action=action,
        person_id=spoke.person_id if spoke else 0,
        label=spoke.label if spoke else period.ended_as,
        note=note[:MAX_WHY],
        edition=period.version.edition,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        at=now,
    )
    record(
        by=by,
        compound_id=period.compound_id,
        verb=f"publicity.{action}",
        target=f"publicity.period:{period.pk}",
        changes=changes,
        now=now,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Version):
        return value.number
    return value.isoformat() if isinstance(value, date) else value
