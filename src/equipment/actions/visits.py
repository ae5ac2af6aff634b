"""Homes visited for gas and self-built houses: agreed, found shut, refused, done. The due engine is the same as for equipment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from equipment.actions.change import allow, community, desk, everyone_in, keep, tell
from equipment.actions.dues import refresh_subject
from equipment.models import MAX_WORDS, Subject, Visit
from equipment.permissions import sees_visits
from equipment.refusals import BadInput, NoSuchThing, OutOfState
from equipment.rules.sheet import OLDEST
from equipment.rules.standards import Visiting, standards
from equipment.rules.visits import FAILED, appraisal_by
from lifecycle.typed import said
from premises.models import Home
from tenancy.actor import Actor
from tenancy.models import Compound

MAX_ADDRESS = 100
FURTHEST = timedelta(days=400)


@transaction.atomic
def enter(
    *, compound_id: int, kind: str, address: str, risk: str, home_id: int = 0, by: Actor, now: datetime
) -> Subject:  # fmt: skip
    """Enter a home or house to be visited. Refused: NotPermitted (not_yours), BadInput (unknown_visit, unknown_risk,
    say_address, too_long, subject_twice), NoSuchThing for a home that is not there.
    """
    known = _kind(kind)
    allow(by, compound_id, sees_visits(by, kind))
    if risk not in known.risks:
        raise BadInput("unknown_risk", field="risk")
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    home: Home | None = None
    if home_id:
        home = Home.objects.filter(compound_id=compound_id, pk=home_id).first()
        if home is None:
            raise NoSuchThing
    words = said(home.address if home is not None else address, "address", MAX_ADDRESS, needed="say_address")
    if Subject.objects.filter(compound_id=compound_id, kind=kind, address=words, ended_at__isnull=True).exists():
        raise BadInput("subject_twice", field="address")
    made: Subject = Subject.objects.create(
        compound_id=compound_id, kind=kind, home=home, address=words, risk=risk, made_at=now
    )
    refresh_subject(made)
    _log(made, {"address": [None, words], "risk": [None, risk]}, by, now)
    return made


@transaction.atomic
def set_risk(*, compound_id: int, subject_id: int, risk: str, by: Actor, now: datetime) -> Subject:
    """Say anew how dangerous it is; the next visit follows. Refused as ``enter``."""
    found = _locked(compound_id, subject_id, by)
    if risk not in _kind(found.kind).risks:
        raise BadInput("unknown_risk", field="risk")
    was, found.risk = found.risk, risk
    found.save(update_fields=["risk"])
    refresh_subject(found)
    _log(found, {"risk": [was, risk]}, by, now)
    return found


@transaction.atomic
def appoint(*, compound_id: int, subject_id: int, at: datetime, by: Actor, now: datetime) -> Subject:
    """Agree on a visit. Refused: NotPermitted, NoSuchThing, OutOfState (subject_ended), BadInput (appointment_past,
    appointment_far).
    """
    found = _locked(compound_id, subject_id, by)
    if at <= now:
        raise BadInput("appointment_past", field="at")
    if at > now + FURTHEST:
        raise BadInput("appointment_far", field="at")
    was, found.appointed_at = found.appointed_at, at
    found.save(update_fields=["appointed_at"])
    _log(found, {"appointed_at": [was.isoformat() if was else None, at.isoformat()]}, by, now)
    return found


@transaction.atomic
def record_visit(
    *,
    compound_id: int,
    subject_id: int,
    outcome: str,
    visited_on: date,
    findings: Sequence[str] = (),
    note: str = "",
    parts: Mapping[str, date] | None = None,
    by: Actor,
    now: datetime,
) -> Visit:
    """Write down what came of a visit. Only one that was done moves the next; a shut door and a refusal are kept, and after
    two of them in a row whoever answers for it is told.

    ``parts``: since when a hose or a stove is in use, as seen there. Refused: NotPermitted, NoSuchThing, OutOfState
    (subject_ended), BadInput (unknown_outcome, unknown_item, findings_without_visit, say_refused, day_ahead, day_too_old,
    too_long).
    """
    found = _locked(compound_id, subject_id, by)
    kind = _kind(found.kind)
    if outcome not in Visit.Outcome.values:
        raise BadInput("unknown_outcome", field="outcome")
    if visited_on > localdate(now):
        raise BadInput("day_ahead", field="visited_on")
    if visited_on < OLDEST:
        raise BadInput("day_too_old", field="visited_on")
    wrong = list(dict.fromkeys(findings))
    if set(wrong) - {key for key, _name, _en in kind.items}:
        raise BadInput("unknown_item", field="findings")
    done = outcome == Visit.Outcome.DONE
    if wrong and not done:
        raise BadInput("findings_without_visit", field="findings")
    words = said(note, "note", MAX_WORDS, needed="say_refused" if outcome == Visit.Outcome.REFUSED else "")
    made: Visit = Visit.objects.create(
        compound_id=compound_id, subject=found, outcome=outcome, visited_on=visited_on, findings=wrong, note=words,
        appraisal_by=appraisal_by(found.kind, frozenset(wrong), visited_on), person_id=by.person_id, post_id=by.post_id,
        label=by.signature, at=now,
    )  # fmt: skip
    found.appointed_at = None
    found.failed = 0 if done else found.failed + 1
    if done:
        found.visited_on = max(visited_on, found.visited_on or visited_on)
        known = {part.what for part in kind.parts}
        for what, day in (parts or {}).items():
            if what not in known:
                raise BadInput("unknown_item", field="parts")
            if day > localdate(now):
                raise BadInput("day_ahead", field="parts")
            found.part_dates[what] = day.isoformat()
    found.save()
    refresh_subject(found)
    _tell_after(found, made, by, now)
    _log(found, {"visit": [None, outcome], "findings": [None, ",".join(wrong)]}, by, now)
    return made


@transaction.atomic
def end_subject(*, compound_id: int, subject_id: int, by: Actor, now: datetime) -> Subject:
    """Visit it no more (pulled down, no gas any more). Refused: NotPermitted, NoSuchThing, OutOfState (subject_ended)."""
    found = _locked(compound_id, subject_id, by)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    refresh_subject(found)
    _log(found, {"ended": [None, found.address]}, by, now)
    return found


def _tell_after(subject: Subject, visit: Visit, by: Actor, now: datetime) -> None:
    template = ""
    if visit.appraisal_by is not None:
        template = "equipment.appraisal"
    elif visit.outcome != Visit.Outcome.DONE and subject.failed >= FAILED:
        template = "equipment.no_entry"
    if not template:
        return
    here = everyone_in(subject.compound_id, now)
    tell(
        Compound.objects.get(pk=subject.compound_id),
        community(here) if subject.kind == "house" else [*desk(here), *community(here)],
        template, link="visits/", by=by, now=now, key=f"{template}:{visit.pk}",
        address=subject.address, times=str(subject.failed),
        until=visit.appraisal_by.isoformat() if visit.appraisal_by else "",
    )  # fmt: skip


def _kind(kind: str) -> Visiting:
    found = standards().visits.get(kind)
    if found is None:
        raise BadInput("unknown_visit", field="kind")
    return found


def _locked(compound_id: int, subject_id: int, by: Actor) -> Subject:
    found: Subject | None = (
        Subject.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=subject_id)
        .first()
    )
    if found is None or compound_id not in by.compound_ids:
        raise NoSuchThing
    allow(by, compound_id, sees_visits(by, found.kind))
    if found.ended_at is not None:
        raise OutOfState("subject_ended")
    return found


def _log(subject: Subject, changes: dict[str, list[str | None]], by: Actor, now: datetime) -> None:
    keep(
        compound_id=subject.compound_id, verb="visit", target=f"equipment.subject:{subject.pk}", changes=changes, by=by,
        now=now,
    )  # fmt: skip
