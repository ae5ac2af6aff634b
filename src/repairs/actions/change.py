"""What every action shares: lock the row, ask the permission and the machine, write, record, tell, announce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from audit.actions import record
from calendars.queries import work_calendar
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from messaging.actions import queue, text_number
from repairs.hooks import emission_of, tell_finding
from repairs.messages import SAID_TO_CALLER
from repairs.models import Event, Follower, Place, Request, State, asked_by
from repairs.permissions import may, may_see, without_account
from repairs.queries import given_terms
from repairs.refusals import NotPermitted, OutOfState
from repairs.rules.categories import Term, terms
from repairs.rules.ladder import next_step
from repairs.states import MACHINE
from repairs.topics import PUBLIC, own_topic
from tenancy.actor import Actor


class NoSuchRequest(Exception):
    """No request of this reference that the actor may see; the view answers 404, as for another compound's."""


@dataclass
class Change:
    """One action on one locked request: collects what happened and writes it once."""

    request: Request
    action: str
    by: Actor
    now: datetime
    before: str
    note: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def set(self, **values: Any) -> None:
        """Set fields, keeping what they were for the audit entry."""
        for name, value in values.items():
            old = getattr(self.request, name)
            if old != value:
                self.changes[name] = [_plain(old), _plain(value)]
                setattr(self.request, name, value)

    def save(self) -> Request:
        """Write the row, its event, its audit entry, and announce it."""
        self.request.updated_at = self.now
        self.request.save()
        Event.objects.create(
            compound_id=self.request.compound_id,
            request=self.request,
            action=self.action,
            from_state=self.before,
            to_state=self.request.state,
            person_id=self.by.person_id,
            post_id=self.by.post_id,
            party=self.by.party,
            label=event_label(self.by),
            note=self.note,
            at=self.now,
        )
        log(self.request, action=self.action, changes=self.changes, by=self.by, now=self.now)
        tell_finding(self.request, action=self.action, note=self.note, by=self.by, now=self.now)
        return self.request

    def tell(self, to: Iterable[int], template: str, *, urgent: bool = False, **context: str) -> None:
        """Queue a message to people about this request; the actor is never told of their own act."""
        tell(self.request, to, template, by=self.by, now=self.now, urgent=urgent, **context)


def event_label(by: Actor) -> str:
    """How the time line names who acted: a resident by their party only, staff by name and post."""
    return f"{by.person_name} {by.label}".strip() if by.kind == "post" else by.label


def lock(*, compound_id: int, ref: str, by: Actor) -> Request:
    """The request, locked; NoSuchRequest when it is not there or not the actor's to see."""
    found: Request | None = asked_by(
        Request.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, ref=ref), by
    ).first()
    if found is None or not may_see(by, found):
        raise NoSuchRequest
    return found


def begin(*, compound_id: int, ref: str, action: str, by: Actor, now: datetime, note: str = "") -> Change:
    """Lock the request and move it along its machine; refuses with NotPermitted or OutOfState."""
    request: Request | None = asked_by(
        Request.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, ref=ref), by
    ).first()
    if request is None:
        raise NoSuchRequest
    if not may(by, action, request):
        # Someone who lost a race may still be told who was faster; anyone else learns nothing.
        if not may_see(by, request):
            raise NoSuchRequest
        raise NotPermitted("not_yours")
    try:
        target = back_from_pause(request) if action == "resume" else MACHINE.target(request.state, action)
    except NotAllowed as error:
        raise out_of_state(request) from error
    change = Change(request=request, action=action, by=by, now=now, before=request.state, note=note)
    change.set(state=target)
    return change


def back_from_pause(request: Request) -> str:
    """The state to which a paused request goes back; raises NotAllowed for one that is not paused."""
    edge = {"assigned": "resume_assigned", "working": "resume_working"}.get(request.paused_from, "resume")
    return MACHINE.target(request.state, edge)


def out_of_state(request: Request) -> OutOfState:
    """The refusal for a request that has moved on: says its state and who has it, by name."""
    details = {"state": str(State(request.state).label)}
    if request.worker_id is not None and request.worker is not None:
        details["worker"] = request.worker.name
        return OutOfState("taken", **details)
    return OutOfState("moved_on", **details)


def stop_clock(change: Change) -> None:
    """No deadline runs while nobody of the firm holds the request; a pause ends with it."""
    end_pause(change, at=change.now)
    change.set(clock_from=None, due_at=None, next_step_at=None, level=-1)


def end_pause(change: Change, *, at: datetime) -> None:
    """Take the marks of a pause off, counting how long it lasted."""
    since = change.request.paused_at
    if since is None:
        return
    lasted = max(at - since, timedelta(0))
    change.set(
        paused_at=None,
        paused_until=None,
        pause_reason="",
        paused_from="",
        paused_due_at=None,
        paused_seconds=change.request.paused_seconds + lasted // timedelta(seconds=1),
    )


def start_clock(change: Change, *, term: Term, since: datetime) -> None:
    """Start a deadline counted from ``since``; a calendar that does not know the year yet is said to be uncertain."""
    due, certain = deadline(term, since)
    change.set(clock_from=since, due_at=due, due_certain=certain, clock_basis=term.basis, level=-1)
    change.set(next_step_at=upcoming(change.request))


def upcoming(request: Request) -> datetime | None:
    """When the next step of a running clock is due, or None at the top."""
    if request.clock_from is None or request.due_at is None:
        return None
    answered = request.state != State.SUBMITTED
    step = next_step(request.clock_from, request.due_at, request.level, urgent=request.urgent, answered=answered)
    return step.at if step else None


def deadline(term: Term, since: datetime) -> tuple[datetime, bool]:
    """When a term that began at ``since`` ends, and whether the calendar of those days is known."""
    verdict = work_calendar().due(since, term.minutes, term.basis)
    return verdict.at, verdict.certain


def terms_for(request: Request) -> tuple[Term, Term]:
    """The (response, completion) terms that held for a request when its clock began. One statement."""
    found = given_terms(
        compound_id=request.compound_id,
        category=request.category,
        urgent=request.urgent,
        now=request.opened_at,
    )
    return terms(
        request.category,
        urgent=request.urgent,
        respond=found.respond,
        finish=found.finish,
        for_urgent=found.for_urgent,
    )


def responded(change: Change) -> None:
    """Record the firm's response if this is it, and let the completion deadline run from the opening."""
    if change.before != State.SUBMITTED:
        return
    request = change.request
    _respond, finish = terms_for(request)
    change.set(
        accepted_at=change.now,
        responded_in_time=request.due_at is None or change.now <= request.due_at,
    )
    start_clock(change, term=finish, since=request.opened_at)


def log(request: Request, *, action: str, changes: dict[str, list[Any]], by: Actor, now: datetime) -> None:
    """The audit entry, the calls to systems outside, and the live events of an action."""
    record(
        by=by,
        compound_id=request.compound_id,
        verb=f"repairs.{action}",
        target=f"repairs.request:{request.pk}",
        changes=changes,
        now=now,
        also=emission_of(request, action=action, now=now),
    )
    payload = {"ref": request.ref, "state": request.state}
    announce_all(
        compound_id=request.compound_id,
        announcements=[
            Announcement("repairs.board", "changed", payload),
            Announcement(f"repairs.request:{request.ref}", "changed", payload),
            # The own lists of whoever asked, joined it, or just left it.
            *(
                Announcement(own_topic(person), "changed", payload)
                for person in sorted(_listed_by(request, action, by))
            ),
            # The list of the public areas: that it changed, not what.
            *([Announcement(PUBLIC, "changed", {})] if request.place != Place.HOME and not request.unlisted else []),
        ],
        now=now,
    )


def _listed_by(request: Request, action: str, by: Actor) -> set[int]:
    """In whose own list it stands. One statement where somebody joined it, none otherwise."""
    if action == "file":
        return set(request.askers)
    leaving = {by.person_id} if by.party == "resident" else set()
    return {*request.askers, *followers(request), *leaving}


def followers(request: Request) -> list[int]:
    """Whoever else follows a request: joined it, or filed one that was merged into it. No statement when nobody does."""
    return followers_of([request])


def followers_of(requests: Iterable[Request]) -> list[int]:
    """Whoever follows any of these requests of one compound. One statement, none when nobody does."""
    joined = [request for request in requests if request.joined]
    if not joined:
        return []
    rows = Follower.objects.filter(compound_id=joined[0].compound_id, request_id__in=[request.pk for request in joined])
    return list(rows.values_list("person_id", flat=True))


def tell(
    request: Request,
    to: Iterable[int],
    template: str,
    *,
    by: Actor,
    now: datetime,
    urgent: bool = False,
    part: str = "",
    **context: str,
) -> None:
    """Queue a message about a request; the actor is never told of their own act.

    ``part`` tells apart what one action says at one moment with one template. Someone without an account for whom it was
    filed hears what matters by text message, whoever else is told.
    """
    context = {"number": request.number, **context}
    key = f"{template}:{request.pk}:{now.isoformat()}:{part}"
    tell_caller(request, template, context=context, by=by, now=now, key=key)
    people = sorted({person for person in to if person and person != by.person_id})
    if people:
        queue(
            compound_id=request.compound_id,
            to=people,
            template=template,
            context=context,
            link=link(request),
            by=by,
            now=now,
            urgent=urgent,
            key=key,
        )


def tell_caller(
    request: Request, template: str, *, context: Mapping[str, str], by: Actor, now: datetime, key: str
) -> None:
    """Tell the person without an account for whom it was filed, by text message, where ``template`` has words for them."""
    if template in SAID_TO_CALLER and request.for_phone_cipher and without_account(request):
        text_number(
            compound_id=request.compound_id,
            phone=request.for_phone,
            template=SAID_TO_CALLER[template],
            context=context,
            by=by,
            now=now,
            key=key,
        )


def link(request: Request) -> str:
    """The page of a request."""
    return f"/c/{request.compound.code}/repairs/{request.ref}/"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
