"""A mass incident (停水, 电梯停用): one text to all who reported it, and one end for all their requests."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, localtime

from audit.actions import record
from live.actions import Announcement, announce_all
from messaging.actions import queue
from premises.models import Building
from premises.queries import homes_of
from repairs.actions.change import Change, followers_of, responded, stop_clock, tell_caller
from repairs.models import HELD, Affected, Category, Incident, Request
from repairs.permissions import may_run_incident
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.periods import MAX_INCIDENT_TITLE, MAX_INCIDENT_WORDS
from repairs.states import MACHINE
from repairs.topics import BOARD, INCIDENTS
from tenancy.actor import Actor
from tenancy.models import Compound


class NoSuchIncident(Exception):
    """No incident of this reference in the compound; the view answers 404."""


@transaction.atomic
def open_incident(
    *,
    compound_id: int,
    title: str,
    words: str,
    category: str,
    by: Actor,
    now: datetime,
    building_id: int | None = None,
    expected_end: datetime | None = None,
    refs: Sequence[str] = (),
) -> Incident:
    """Open an incident with the open requests that belong to it; everyone who asked or joined them is told at once.

    ``building_id`` None means the whole compound. Refused with NotPermitted or BadInput (say_title, say_words, too_long,
    unknown_category, no_such_building, ends_before, no_such_request).
    """
    if compound_id not in by.compound_ids or not may_run_incident(by):
        raise NotPermitted("not_yours")
    text = _words(words)
    if not title.strip():
        raise BadInput("say_title", field="title")
    if len(title.strip()) > MAX_INCIDENT_TITLE:
        raise BadInput("too_long", field="title", most=str(MAX_INCIDENT_TITLE))
    if category not in Category.values:
        raise BadInput("unknown_category", field="category")
    if building_id is not None and not Building.objects.filter(compound_id=compound_id, pk=building_id).exists():
        raise BadInput("no_such_building", field="building")
    _later(expected_end, now)
    requests = _held(compound_id, refs)
    made: Incident = Incident.objects.create(
        compound_id=compound_id,
        ref=secrets.token_urlsafe(9),
        category=category,
        title=title.strip(),
        words=text,
        building_id=building_id,
        expected_end=expected_end,
        company_id=by.organisation_id,
        opened_at=now,
        opened_by=by.person_id,
        opened_as=_label(by),
        told_at=now,
    )
    for request in requests:
        _attach(request, made, by, now)
    keep(made, "incident", {"title": [None, made.title], "requests": [0, len(requests)]}, by, now)
    send(made, people_in(requests), news(expected_end), by, now)
    _tell_callers(made, requests, news(expected_end), by, now)
    return made


@transaction.atomic
def add_to_incident(*, compound_id: int, incident_ref: str, refs: Sequence[str], by: Actor, now: datetime) -> Incident:
    """Add open requests to an incident that is not over; whoever asked or joined them is told what the others know."""
    incident = _locked(compound_id, incident_ref, by)
    requests = [request for request in _held(compound_id, refs) if request.incident_id != incident.pk]
    if not requests:
        raise BadInput("no_such_request", field="refs")
    for request in requests:
        _attach(request, incident, by, now)
    keep(incident, "incident_add", {"requests": [0, len(requests)]}, by, now)
    send(incident, people_in(requests), news(incident.expected_end), by, now)
    _tell_callers(incident, requests, news(incident.expected_end), by, now)
    return incident


@transaction.atomic
def tell_incident(
    *, compound_id: int, incident_ref: str, words: str, expected_end: datetime | None, by: Actor, now: datetime
) -> Incident:
    """Say something new to everyone in an incident, also to who joined it, and until when it is expected to last."""
    incident = _locked(compound_id, incident_ref, by)
    text = _words(words)
    _later(expected_end, now)
    changes = {"words": [incident.words, text]}
    incident.words, incident.expected_end, incident.told_at = text, expected_end, now
    incident.save()
    keep(incident, "incident_tell", changes, by, now)
    requests = requests_of(incident)
    send(incident, everyone(incident, requests), news(expected_end), by, now)
    _tell_callers(incident, requests, news(expected_end), by, now)
    return incident


@transaction.atomic
def close_incident(
    *, compound_id: int, incident_ref: str, words: str, finished: bool, by: Actor, now: datetime
) -> Incident:
    """End an incident with one text to all. ``finished``: its open requests wait for their own filers (待确认); none closes.

    Without it they stay with the firm, each by itself.
    """
    incident = _locked(compound_id, incident_ref, by)
    text = _words(words)
    incident.closed_at, incident.closed_as, incident.closing_words = now, _label(by), text
    incident.save()
    requests = requests_of(incident)
    settled = [_settle(request, text, by, now) for request in requests if finished and request.state in HELD]
    keep(incident, "incident_close", {"closed": [None, text], "finished": [0, len(settled)]}, by, now)
    asked = people_in(settled)
    send(incident, asked, "repairs.incident_done", by, now)
    send(incident, set(everyone(incident, requests)) - set(asked), "repairs.incident_over", by, now)
    _tell_callers(incident, settled, "repairs.incident_done", by, now)
    others = [request for request in requests if request.pk not in {one.pk for one in settled}]
    _tell_callers(incident, others, "repairs.incident_over", by, now)
    return incident


@transaction.atomic
def join_incident(*, compound_id: int, incident_ref: str, by: Actor, now: datetime) -> Incident:
    """我也遇到 of the incident itself: a resident hears what the others hear, without a request of their own.

    Refused with BadInput (joined_already, not_your_home: for who has no home here, and for a parent's child) or OutOfState
    (incident_over). Saying it again changes nothing and is refused.
    """
    incident = _there(compound_id, incident_ref, by)
    if by.party != "resident":
        raise NotPermitted("not_yours")
    if incident.closed_at is not None:
        raise OutOfState("incident_over", state=incident.title)
    homes = homes_of(compound_id=compound_id, person_id=by.person_id, on=localdate(now))
    if not homes:
        raise BadInput("not_your_home", field="join")
    _row, fresh = Affected.objects.get_or_create(
        compound_id=compound_id, incident=incident, person_id=by.person_id, defaults={"home": homes[0], "at": now}
    )
    if not fresh:
        raise BadInput("joined_already", field="join")
    _note(incident, "incident_join", by, now)
    return incident


@transaction.atomic
def leave_incident(*, compound_id: int, incident_ref: str, by: Actor, now: datetime) -> Incident:
    """Hear no more of an incident that one joined. Whoever never joined has nothing to leave: nothing is written."""
    incident = _there(compound_id, incident_ref, by)
    rows = Affected.objects.filter(compound_id=compound_id, incident=incident, person_id=by.person_id)
    if rows.delete()[0]:
        _note(incident, "incident_leave", by, now)
    return incident


@dataclass(frozen=True, slots=True)
class Audience:
    """How many people a text would reach, each once: all, and of those the ones who are then asked to confirm."""

    people: int
    asked: int = 0
    open: int = 0


def reached(*, compound_id: int, refs: Sequence[str], by: Actor | None = None) -> int:
    """How many people one text about these requests reaches, ``by`` left out: for the preview before it goes. Two statements."""
    rows = list(Request.objects.filter(compound_id=compound_id, ref__in=set(refs)))
    return len(set(people_in(rows)) - {by.person_id if by is not None else 0})


def audience(*, incident: Incident, finished: bool, by: Actor) -> Audience:
    """Whom the next text of an incident would reach, ``by`` left out; ``finished`` as when it is closed. Three statements."""
    rows = list(Request.objects.filter(compound_id=incident.compound_id, incident_id=incident.pk))
    held = [row for row in rows if row.state in HELD]
    reach = set(everyone(incident, rows)) - {by.person_id}
    asked = set(people_in(held)) & reach if finished else set()
    return Audience(people=len(reach), asked=len(asked), open=len(held))


def news(expected_end: datetime | None) -> str:
    """The template of what is told while an incident goes on."""
    return "repairs.incident" if expected_end is not None else "repairs.incident_no_end"


def told(title: str, words: str, expected_end: datetime | None) -> dict[str, str]:
    """What the message says, for the preview and for the message alike."""
    until = f"{localtime(expected_end):%Y-%m-%d %H:%M}" if expected_end is not None else "-"
    return {"title": title.strip(), "words": words.strip(), "until": until}


def _words(words: str) -> str:
    text = words.strip()
    if not text:
        raise BadInput("say_words", field="words")
    if len(text) > MAX_INCIDENT_WORDS:
        raise BadInput("too_long", field="words", most=str(MAX_INCIDENT_WORDS))
    return text


def _later(expected_end: datetime | None, now: datetime) -> None:
    if expected_end is not None and expected_end <= now:
        raise BadInput("ends_before", field="expected_end")


def _held(compound_id: int, refs: Sequence[str]) -> list[Request]:
    """The requests, locked in the order of their keys; refused when one is not there or no longer open."""
    wanted = set(refs)
    rows = list(
        Request.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, ref__in=wanted)
        .order_by("pk")
    )
    if len(rows) != len(wanted):
        raise BadInput("no_such_request", field="refs")
    gone = next((row for row in rows if row.state not in HELD), None)
    if gone is not None:
        raise OutOfState("moved_on", state=gone.get_state_display())
    return rows


def requests_of(incident: Incident) -> list[Request]:
    """Every request that belongs to an incident, locked in the order of their keys. One statement."""
    return list(
        Request.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=incident.compound_id, incident_id=incident.pk)
        .order_by("pk")
    )


def _there(compound_id: int, incident_ref: str, by: Actor) -> Incident:
    found: Incident | None = (
        Incident.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, ref=incident_ref)
        .first()
    )
    if found is None or compound_id not in by.compound_ids:
        raise NoSuchIncident
    return found


def _locked(compound_id: int, incident_ref: str, by: Actor) -> Incident:
    found = _there(compound_id, incident_ref, by)
    if not may_run_incident(by, found):
        raise NotPermitted("not_yours")
    if found.closed_at is not None:
        raise OutOfState("incident_over", state=found.title)
    return found


def _attach(request: Request, incident: Incident, by: Actor, now: datetime) -> None:
    change = Change(request=request, action="incident", by=by, now=now, before=request.state, note=incident.title)
    change.set(incident_id=incident.pk)
    change.save()


def _settle(request: Request, words: str, by: Actor, now: datetime) -> Request:
    change = Change(request=request, action="settle", by=by, now=now, before=request.state, note=words)
    responded(change)
    change.set(
        state=MACHINE.target(request.state, "settle"),
        finished_at=now,
        finished_in_time=_in_time(request, now),
    )
    stop_clock(change)
    return change.save()


def _in_time(request: Request, now: datetime) -> bool:
    due = request.due_at or request.paused_due_at
    # A paused clock stands where it stood.
    at = request.paused_at or now
    return due is None or at <= due


def people_in(requests: Sequence[Request]) -> list[int]:
    """Whoever asked or joined, each once. One statement at most."""
    return sorted({person for request in requests for person in request.askers} | set(followers_of(requests)))


def everyone(incident: Incident, requests: Sequence[Request]) -> list[int]:
    """Whoever asked, joined a request, or joined the incident itself. Two statements at most."""
    affected = Affected.objects.filter(compound_id=incident.compound_id, incident_id=incident.pk)
    return sorted({*people_in(requests), *affected.values_list("person_id", flat=True)})


def _note(incident: Incident, verb: str, by: Actor, now: datetime) -> None:
    """What one resident did: an entry, and the desk's number of people moves. The residents' pages have nothing new."""
    record(
        by=by,
        compound_id=incident.compound_id,
        verb=f"repairs.{verb}",
        target=f"repairs.incident:{incident.pk}",
        changes={},
        now=now,
    )
    announce_all(compound_id=incident.compound_id, announcements=[_moved(incident)], now=now)


def _moved(incident: Incident) -> Announcement:
    return Announcement(BOARD, "incident", {"ref": incident.ref, "open": incident.closed_at is None})


def keep(incident: Incident, verb: str, changes: dict[str, list[Any]], by: Actor, now: datetime) -> None:
    """The entry of a change to an incident, and the news of it on every page that shows it."""
    record(
        by=by,
        compound_id=incident.compound_id,
        verb=f"repairs.{verb}",
        target=f"repairs.incident:{incident.pk}",
        changes=changes,
        now=now,
    )
    # Everyone's home page and the list of the public areas: that there is something new, not what.
    announcements = [_moved(incident), Announcement(INCIDENTS, "incident", {})]
    announce_all(compound_id=incident.compound_id, announcements=announcements, now=now)


def send(incident: Incident, people: Iterable[int], template: str, by: Actor, now: datetime, **more: str) -> None:
    """Tell these people of an incident in the words of a template; ``by`` is not told of their own act."""
    to = sorted({person for person in people if person != by.person_id})
    if not to:
        return
    code = Compound.objects.values_list("code", flat=True).get(pk=incident.compound_id)
    queue(
        compound_id=incident.compound_id,
        to=to,
        template=template,
        context=told(incident.title, incident.closing_words or incident.words, incident.expected_end) | more,
        # Who is asked to confirm does it in their own requests; the others read on the incident's page.
        link=f"/c/{code}/repairs/" if template == "repairs.incident_done" else f"/c/{code}/incidents/{incident.ref}/",
        by=by,
        now=now,
        key=f"{template}:{incident.pk}:{now.isoformat()}",
    )


def _tell_callers(incident: Incident, requests: Iterable[Request], template: str, by: Actor, now: datetime) -> None:
    """Whoever has no account and for whom one of these was filed hears the same, by text message: once a number."""
    context = told(incident.title, incident.closing_words or incident.words, incident.expected_end)
    for request in requests:
        tell_caller(
            request, template, context=context, by=by, now=now, key=f"{template}:{incident.pk}:{now.isoformat()}"
        )


def _label(by: Actor) -> str:
    return f"{by.person_name} {by.label}"[:160]
