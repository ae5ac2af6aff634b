"""The log of a control room: entries, corrections, handovers, alarms step by step, and who is told when nobody writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, localtime

from lifecycle.typed import said
from rosters.actions.change import allow, clock, desk, keep, moved, tell
from rosters.models import MAX_REASON, MAX_WORDS, Alarm, Entry, Lapse, Relief, Station
from rosters.permissions import serves
from rosters.queries import log
from rosters.queries.months import on_duty, shifts_on
from rosters.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from tenancy.actor import Actor

MAX_SPOT = 60
MAX_SYSTEM = 40
MAX_NAME = 60
CHECKS = ("self_test", "mute", "reset", "main_power", "standby_power")
STEPS = ("confirm", "linkage", "call", "plan")
# How far back a line may still be corrected.
CORRECTABLE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Words:
    """What a line says. ``checks`` of CHECKS for the daily check; ``system`` (``automatic``, ``running``) for another."""

    kind: str = Entry.Kind.ROUTINE
    normal: bool = True
    alarm: str = ""
    spot: str = ""
    words: str = ""
    system: str = ""
    automatic: bool | None = None
    running: bool | None = None
    checks: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class StandIn:
    """For whom somebody who is not on this shift's roster stands in, and why."""

    instead_of: str = ""
    why: str = ""


@transaction.atomic
def write(
    *, compound_id: int, station_id: int, words: Words, stand_in: StandIn | None = None, by: Actor, now: datetime
) -> Entry:
    """Write a line. Whoever is not on the roster of this shift names whom they stand in for.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput (unknown_kind, say_alarm, say_what, say_instead, say_instead_why,
    too_long, no_manual).
    """
    station = _locked(compound_id, station_id, by)
    made = _line(station, words, stand_in or StandIn(), by, now)
    made.save()
    _written(station, now)
    _log_entry(made, by, now)
    return made


@transaction.atomic
def correct(
    *, compound_id: int, station_id: int, entry_id: int, words: Words, why: str, by: Actor, now: datetime
) -> Entry:
    """Correct a line: the old one stays and is shown with it. Only whoever wrote it, or the desk.

    Refused: NotPermitted (not_yours, not_your_line), NoSuchThing, OutOfState (line_moved_on), BadInput (say_why, as ``write``).
    """
    from rosters.permissions import keeps

    station = _locked(compound_id, station_id, by)
    old = log.entry_of(station, entry_id, now - CORRECTABLE)
    if old is None:
        raise NoSuchThing
    if old.person_id != by.person_id and not keeps(by):
        raise NotPermitted("not_your_line")
    if log.is_corrected(station, old):
        raise OutOfState("line_moved_on")
    reason = said(why, "why", MAX_REASON, needed="say_why")
    made = Entry(
        compound_id=compound_id, station=station, at=old.at, written_at=now, person_id=by.person_id, signed=by.signature,
        on_turn=old.on_turn, instead_of=old.instead_of, instead_why=old.instead_why, unplanned=old.unplanned,
        certified=old.certified, corrects=old.pk, corrects_why=reason, **_content(words),
    )  # fmt: skip
    made.save()
    _log_entry(made, by, now)
    return made


@transaction.atomic
def hand_over(
    *, compound_id: int, station_id: int, words: str, stand_in: StandIn | None = None, by: Actor, now: datetime
) -> Relief:
    """Whoever goes signs, which is a line of the log; the next shift signs with ``take_over``.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (relief_open), BadInput (say_what, too_long, say_instead, …).
    """
    station = _locked(compound_id, station_id, by)
    if log.open_relief(station) is not None:
        raise OutOfState("relief_open")
    text = said(words, "words", MAX_WORDS, needed="say_what")
    line = _line(station, Words(kind=Entry.Kind.HAND_OVER, words=text), stand_in or StandIn(), by, now)
    made: Relief = Relief.objects.create(
        compound_id=compound_id,
        station=station,
        words=text,
        given_by=by.person_id,
        given_as=by.signature,
        given_at=now,
    )
    line.save()
    _written(station, now)
    keep(
        compound_id=compound_id, verb="relief", target=f"rosters.relief:{made.pk}", changes={"given": [None, by.signature]},
        by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def take_over(
    *, compound_id: int, station_id: int, words: str = "", stand_in: StandIn | None = None, by: Actor, now: datetime
) -> Relief:
    """Whoever comes signs: both shifts have. It writes the line of taking over.

    Refused: NotPermitted (not_yours, own_relief), NoSuchThing, OutOfState (no_relief), BadInput (say_instead, …).
    """
    station = _locked(compound_id, station_id, by)
    found: Relief | None = (
        Relief.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, station=station, taken_at__isnull=True)
        .first()
    )
    if found is None:
        raise OutOfState("no_relief")
    if found.given_by == by.person_id:
        raise NotPermitted("own_relief")
    text = said(words, "words", MAX_REASON)
    line = _line(station, Words(kind=Entry.Kind.TAKE_OVER, words=text or found.words), stand_in or StandIn(), by, now)
    found.taken_by, found.taken_as, found.taken_at, found.taken_words = by.person_id, by.signature, now, text
    found.save()
    line.save()
    _written(station, now)
    keep(
        compound_id=compound_id, verb="relief", target=f"rosters.relief:{found.pk}", changes={"taken": [None, by.signature]},
        by=by, now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def raise_alarm(*, compound_id: int, station_id: int, spot: str, by: Actor, now: datetime) -> Alarm:
    """The controller alarms: the steps begin. Again while one is open is the same.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput (say_where, too_long).
    """
    station = _locked(compound_id, station_id, by)
    known = log.open_alarm(station)
    if known is not None:
        return known
    made: Alarm = Alarm.objects.create(
        compound_id=compound_id,
        station=station,
        spot=said(spot, "spot", MAX_SPOT, needed="say_where"),
        began_at=now,
        began_as=by.signature,
    )
    _alarmed(made, {"spot": [None, made.spot]}, by, now)
    return made


@transaction.atomic
def step_alarm(
    *, compound_id: int, station_id: int, alarm_id: int, step: str, found: str = "", burning: str = "", size: str = "",
    by: Actor, now: datetime,
) -> Alarm:  # fmt: skip
    """Take the next step: confirmed by the fastest way (with what was ``found``), linkage automatic, 119 called, the plan begun.

    A confirmed fire tells the firm's desk and everyone on duty at once. Refused: NotPermitted (not_yours), NoSuchThing,
    OutOfState (alarm_closed, not_in_order), BadInput (say_found).
    """
    station = _locked(compound_id, station_id, by)
    row = _alarm(station, alarm_id)
    if step not in STEPS:
        raise NoSuchThing
    at = STEPS.index(step)
    taken = (row.confirmed_at, row.linkage_at, row.called_at, row.plan_at)
    if taken[at] is not None or (at and (taken[at - 1] is None or row.found != Alarm.Found.FIRE)):
        raise OutOfState("not_in_order")
    if step == "confirm":
        if found not in Alarm.Found.values:
            raise BadInput("say_found", field="found")
        row.found, row.confirmed_at = found, now
        row.burning, row.size = said(burning, "burning", MAX_SPOT), said(size, "size", MAX_SPOT)
    else:
        setattr(row, {"linkage": "linkage_at", "call": "called_at", "plan": "plan_at"}[step], now)
    row.save()
    if step == "confirm" and found == Alarm.Found.FIRE:
        people = {*desk(compound_id, now), *on_duty(compound_id, now)}
        tell(
            station.compound, people, "rosters.fire", link=f"log/{station.pk}/", by=by, now=now,
            key=f"alarm:{row.pk}", room=station.name, spot=row.spot,
        )  # fmt: skip
    _alarmed(row, {step: [None, found or "done"]}, by, now)
    return row


@transaction.atomic
def close_alarm(
    *, compound_id: int, station_id: int, alarm_id: int, words: str, stand_in: StandIn | None = None, by: Actor,
    now: datetime,
) -> Alarm:  # fmt: skip
    """Dealt with: the line in the log is written from it. A fire needs all four steps.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (alarm_closed, steps_missing), BadInput (say_what, say_instead, …).
    """
    station = _locked(compound_id, station_id, by)
    row = _alarm(station, alarm_id)
    if row.confirmed_at is None or (row.found == Alarm.Found.FIRE and row.plan_at is None):
        raise OutOfState("steps_missing")
    text = said(words, "words", MAX_WORDS, needed="say_what")
    kind = {"fire": Entry.Alarm.FIRE, "false": Entry.Alarm.FALSE, "fault": Entry.Alarm.FAULT}[row.found]
    about = Words(kind=Entry.Kind.ALARM, normal=row.found != Alarm.Found.FAULT, alarm=kind, spot=row.spot, words=text)
    line = _line(station, about, stand_in or StandIn(), by, now)
    row.closed_at, row.closed_as, row.words = now, by.signature, text
    row.save()
    line.save()
    _written(station, now)
    _alarmed(row, {"closed": [None, text]}, by, now)
    return row


@transaction.atomic
def tell_silent(*, compound_id: int, now: datetime) -> int:
    """Tell the desk, and whoever is on duty there, that nobody wrote for two hours; once for each silence. May be repeated."""
    told = 0
    people: list[int] | None = None
    for found in log.silent(compound_id, now):
        station: Station = (
            Station.objects.select_for_update(of=("self",), no_key=True).select_related("compound").get(pk=found.pk)
        )
        since = station.last_entry_at
        if since is None or since > now - log.every() or station.told_for == since:
            continue
        people = desk(compound_id, now) if people is None else people
        station.told_for = since
        station.save(update_fields=["told_for"])
        Lapse.objects.create(compound_id=compound_id, station=station, since=since, told_at=now)
        by = clock(compound_id)
        tell(
            station.compound, people, "rosters.log_missing", link=f"log/{station.pk}/", by=by, now=now,
            key=f"lapse:{station.pk}:{since.isoformat()}", room=station.name, last=f"{localtime(since):%H:%M}",
        )  # fmt: skip
        there = {one.member.person_id for one in shifts_on([station.pk], compound_id, now)}
        tell(
            station.compound, there - set(people), "rosters.log_due", link=f"log/{station.pk}/", by=by, now=now,
            key=f"due:{station.pk}:{since.isoformat()}", room=station.name, last=f"{localtime(since):%H:%M}",
        )  # fmt: skip
        moved(compound_id, now)
        keep(
            compound_id=compound_id, verb="log", target=f"rosters.station:{station.pk}",
            changes={"missing_since": [None, since.isoformat()]}, by=by, now=now,
        )  # fmt: skip
        told += 1
    return told


def _locked(compound_id: int, station_id: int, by: Actor) -> Station:
    allow(by, compound_id, serves(by))
    found: Station | None = (
        Station.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound")
        .filter(compound_id=compound_id, pk=station_id, kind="control_room", ended_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _alarm(station: Station, alarm_id: int) -> Alarm:
    row: Alarm | None = (
        Alarm.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=station.compound_id, station=station, pk=alarm_id)
        .first()
    )
    if row is None:
        raise NoSuchThing
    if row.closed_at is not None:
        raise OutOfState("alarm_closed")
    return row


def _line(station: Station, words: Words, stand_in: StandIn, by: Actor, now: datetime) -> Entry:
    """A line with whose shift it is, not saved yet."""
    whose = log.whose(station, by.person_id, now)
    instead = why = ""
    if whose.planned and not whose.is_theirs:
        instead = said(stand_in.instead_of, "instead_of", MAX_NAME)
        if instead not in whose.people:
            raise BadInput("say_instead", field="instead_of", people="、".join(whose.people))
        why = said(stand_in.why, "why", MAX_REASON, needed="say_instead_why")
    return Entry(
        compound_id=station.compound_id,
        station=station,
        at=now,
        written_at=now,
        person_id=by.person_id,
        signed=by.signature,
        on_turn=whose.turn if whose.is_theirs else "",
        instead_of=instead,
        instead_why=why,
        unplanned=not whose.planned,
        certified=log.certified(station, whose.member, localdate(now)),
        **_content(words),
    )


def _content(words: Words) -> dict[str, Any]:
    """What a line says, checked."""
    if words.kind not in Entry.Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if words.kind == Entry.Kind.ALARM and words.alarm not in Entry.Alarm.values:
        raise BadInput("say_alarm", field="alarm")
    text = said(words.words, "words", MAX_WORDS)
    system = said(words.system, "system", MAX_SYSTEM)
    is_bad = not words.normal or words.kind in {Entry.Kind.FAULT, Entry.Kind.ALARM} or words.running is False
    lacking = words.kind == Entry.Kind.CHECK and set(words.checks) != set(CHECKS)
    if (is_bad or lacking or words.automatic is False) and not text:
        raise BadInput("say_what", field="words")
    return {
        "kind": words.kind,
        "normal": words.normal and words.kind != Entry.Kind.FAULT,
        "alarm": words.alarm if words.kind == Entry.Kind.ALARM else "",
        "spot": said(words.spot, "spot", MAX_SPOT),
        "words": text,
        "system": system,
        "automatic": words.automatic if system else None,
        "running": words.running if system else None,
        "check_list": (
            {"model": said(words.model, "model", MAX_SYSTEM), **{one: one in words.checks for one in CHECKS}}
            if words.kind == Entry.Kind.CHECK
            else None
        ),
    }


def _written(station: Station, now: datetime) -> None:
    """A line was written: the clock begins anew, and a silence is over."""
    station.last_entry_at = now
    station.save(update_fields=["last_entry_at"])
    Lapse.objects.filter(compound_id=station.compound_id, station=station, ended_at__isnull=True).update(ended_at=now)
    moved(station.compound_id, now)


def _log_entry(made: Entry, by: Actor, now: datetime) -> None:
    changes: dict[str, Any] = {"kind": [None, made.kind], "normal": [None, made.normal]}
    if made.corrects is not None:
        changes |= {"corrects": [None, made.corrects], "why": [None, made.corrects_why]}
    if made.instead_of:
        changes |= {"instead_of": [None, made.instead_of]}
    target = f"rosters.entry:{made.pk}"
    keep(compound_id=made.compound_id, verb="log", target=target, changes=changes, by=by, now=now)


def _alarmed(row: Alarm, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    moved(row.compound_id, now)
    target = f"rosters.alarm:{row.pk}"
    keep(compound_id=row.compound_id, verb="alarm", target=target, changes=changes, by=by, now=now)
