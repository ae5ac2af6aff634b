"""Entering certificates, replacing and withdrawing them, and reminding of those that run out."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from documents.actions import keep_apart
from firms.actions.change import FirmRefused, NotThere, must_have_ground, reach, said
from firms.actions.firms import FIRST, LAST
from firms.models import FIRM_KINDS, PERSON_KINDS, Certificate, Kind
from firms.permissions import keeps_certificates
from firms.queries import certificates as reads
from firms.queries.posts import staff_choices
from firms.rules import OVER, step_due
from firms.wall import books
from messaging.actions import queue
from parties.actions import record_about
from parties.queries import contract_of, holders
from tenancy.actor import Actor, system_actor


@transaction.atomic
def enter_certificate(
    *,
    body_id: int,
    person_id: int | None,
    kind: str,
    number: str,
    title: str,
    grade: str,
    issuer: str,
    starts: date | None,
    expires: date | None,
    by: Actor,
    now: datetime,
    replaces: int | None = None,
    copy: Any = None,
) -> Certificate:
    """Enter a certificate of a firm, or of somebody who holds a post in it. ``replaces`` withdraws the older one with it.

    Refuses: not_yours, no_compound, kind, title, number, person, starts, expires, twice. NotThere out of reach. Raises
    FileRefused for a copy that is no picture and no PDF.
    """
    _may(by)
    today = localdate(now)
    body = reach(by, body_id, today)
    if not body.is_firm:
        raise NotThere
    _check_kind(kind, person_id, title)
    if not number.strip():
        raise FirmRefused("number", field="number")
    _check_days(starts, expires)
    if person_id is not None and person_id not in dict(staff_choices(by, body_id, today)):
        raise FirmRefused("person", field="person")
    with books([body_id]):
        if replaces is not None:
            older = _live(body_id, replaces)
            if older.kind != kind or older.person_id != person_id:
                raise FirmRefused("kind", field="kind")
            _withdraw(older, "renewed", by, now)
        kept = keep_apart(folder=f"o/{body_id}", upload=copy) if copy is not None else None
        try:
            with transaction.atomic():
                made = Certificate.objects.create(
                    organisation_id=body_id,
                    person_id=person_id,
                    kind=kind,
                    title=title.strip()[:60] if kind == Kind.OTHER else "",
                    number=" ".join(number.split())[:60],
                    grade=grade.strip()[:30],
                    issuer=issuer.strip()[:80],
                    starts=starts,
                    expires=expires,
                    replaces_id=replaces,
                    entered_at=now,
                    entered_by=by.person_id,
                    entered_as=said(by),
                    **(
                        {
                            "copy_ref": kept.ref,
                            "copy_path": kept.path,
                            "copy_type": kept.content_type,
                            "copy_sha256": kept.sha256,
                            "copy_sides": kept.sides,
                        }
                        if kept
                        else {}
                    ),
                )
        except IntegrityError as error:
            raise FirmRefused("twice", field="number") from error
    record_about(
        body_id,
        verb="firms.enter_certificate",
        target=f"firms.certificate:{made.pk}",
        changes={
            "kind": [None, kind],
            "number": [None, made.number],
            "person": [None, person_id],
            "expires": [None, expires],
            "copy": [None, made.copy_sha256],
        },
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def withdraw_certificate(*, body_id: int, certificate_id: int, why: str, by: Actor, now: datetime) -> Certificate:
    """Take a certificate out of the books, saying why; the row stays. Refuses: not_yours, why, withdrawn."""
    _may(by)
    reach(by, body_id, localdate(now))
    reason = why.strip()[:200]
    if not reason:
        raise FirmRefused("why", field="why")
    with books([body_id]):
        found = _live(body_id, certificate_id)
        _withdraw(found, reason, by, now)
    record_about(
        body_id,
        verb="firms.withdraw_certificate",
        target=f"firms.certificate:{found.pk}",
        changes={"withdrawn": [None, reason]},
        by=by,
        now=now,
    )
    return found


def _live(body_id: int, certificate_id: int) -> Certificate:
    found: Certificate | None = (
        Certificate.objects.select_for_update(no_key=True).filter(organisation_id=body_id, pk=certificate_id).first()
    )
    if found is None:
        raise NotThere
    if found.withdrawn_at is not None:
        raise FirmRefused("withdrawn")
    return found


def _withdraw(found: Certificate, reason: str, by: Actor, now: datetime) -> None:
    found.withdrawn_at, found.withdrawn_as, found.withdrawn_why = now, said(by), reason
    found.save(update_fields=["withdrawn_at", "withdrawn_as", "withdrawn_why"])


def _may(by: Actor) -> None:
    if not keeps_certificates(by):
        raise FirmRefused("not_yours")
    must_have_ground(by)


def _check_kind(kind: str, person_id: int | None, title: str) -> None:
    if kind not in (FIRM_KINDS if person_id is None else PERSON_KINDS):
        raise FirmRefused("kind", field="kind")
    if kind == Kind.OTHER and not title.strip():
        raise FirmRefused("title", field="title")


def _check_days(starts: date | None, expires: date | None) -> None:
    for field, day in (("starts", starts), ("expires", expires)):
        if day is not None and not FIRST <= day <= LAST:
            raise FirmRefused(field, field=field)
    if starts is not None and expires is not None and expires < starts:
        raise FirmRefused("expires", field="expires")


@transaction.atomic
def remind(*, compound_id: int, now: datetime) -> int:
    """Tell whoever must know of certificates that run out, in one compound of a firm; returns how many people were told.

    The firm's managers who cover the compound, and the holder: 90, 30 and 7 days before, and once it has run out, each person
    once a step over all compounds (``Reminder``). Only the nearest step is told: nothing is sent twice, or late by the dozen.
    """
    on = localdate(now)
    contract = contract_of(compound_id, on)
    if contract is None:
        return 0
    people = [one for one in holders(compound_id, on) if one.party == "company"]
    managers = {one.person_id for one in people if one.role == "manager"}
    here = {one.person_id for one in people}
    by, told = system_actor("certificates", (compound_id,)), 0
    with books([contract.company_id]):
        for found in reads.running_out(contract.company_id, on):
            step = step_due(found.expires, on)
            if step is None:
                continue
            for person_id in sorted(managers | ({found.person_id} & here if found.person_id else set())):
                told += _remind(found, person_id, step, by=by, now=now)
    return told


def _remind(found: Certificate, person_id: int, step: int, *, by: Actor, now: datetime) -> int:
    fresh = reads.note_reminder(
        organisation_id=found.organisation_id, certificate_id=found.pk, person_id=person_id, step=step, now=now
    )
    if not fresh:
        return 0
    queue(
        compound_id=by.compound_ids[0],
        to=[person_id],
        template="firms.certificate_over" if step == OVER else "firms.certificate_soon",
        context={
            "who": found.person.name if found.person is not None else "",
            "name": found.name,
            "number": found.number,
            "expires": str(found.expires),
            "days": str((found.expires - localdate(now)).days) if found.expires else "",
        },
        link=f"/firms/{found.organisation_id}/certificates/",
        by=by,
        now=now,
    )
    return 1
