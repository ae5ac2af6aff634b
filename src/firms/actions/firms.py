"""Registering firms and changing them, entering contracts and ending them early."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from documents.actions import store_file, store_image
from documents.models import StoredFile
from firms.actions.change import FirmRefused, NotThere, must_have_ground, reach, said
from firms.models import Listing
from firms.permissions import may_register
from firms.queries import contracts as reads
from firms.queries.bodies import FIRM
from firms.rules import credit_code as checked
from messaging.actions import queue
from parties import actions as parties
from parties.actions import PartyRefused, record_about
from parties.models import Contract, Jurisdiction, Organisation
from parties.queries import holders
from tenancy.actor import Actor
from tenancy.models import Area, Compound

# The oldest contract that anyone still has to enter, and the furthest end.
FIRST = date(1990, 1, 1)
LAST = date(2099, 12, 31)


@transaction.atomic
def register_firm(*, name: str, credit_code: str, phone: str, by: Actor, now: datetime) -> Organisation:
    """Enter a firm into the register of the actor's area.

    A firm that the portal knows already, by its credit code, is listed here too and stays as it is: the name must be the same.
    Refuses: not_yours, no_compound, name, credit_code (with ``why``), other_name, name_taken.
    """
    _may(by)
    code, tidy = _code(credit_code), _name(name)
    known = Organisation.objects.select_for_update(no_key=True).filter(credit_code=code).first()
    if known is not None and (known.kind != FIRM or known.name != tidy):
        raise FirmRefused("other_name", field="name")
    if known is None:
        if Organisation.objects.filter(name=tidy).exists():
            raise FirmRefused("name_taken", field="name")
        try:
            known = parties.register_organisation(kind=FIRM, name=tidy, phone=phone.strip(), credit_code=code)
        except PartyRefused as error:
            raise FirmRefused(error.code, field="credit_code" if error.code == "code_taken" else "name") from error
    listed = False
    for area in _areas(by, localdate(now)):
        _, made = Listing.objects.get_or_create(firm=known, area=area, defaults={"at": now, "made_as": said(by)})
        listed = listed or made
    if not listed:
        raise FirmRefused("listed", field="credit_code")
    record_about(
        known.pk,
        verb="firms.register",
        target=f"parties.organisation:{known.pk}",
        changes={"name": [None, known.name], "credit_code": [None, known.credit_code], "phone": [None, known.phone]},
        by=by,
        now=now,
    )
    return known


@transaction.atomic
def change_firm(
    *, firm_id: int, name: str, credit_code: str, phone: str, by: Actor, now: datetime
) -> dict[str, list[str]]:
    """Change a firm's name, credit code or telephone; returns what was different, which is in the chain from old to new.

    Refuses: not_yours, no_compound, name, credit_code, name_taken, code_taken, nothing. NotThere out of reach.
    """
    _may(by)
    _firm(by, firm_id, now)
    found = Organisation.objects.get(pk=firm_id)
    try:
        changes = parties.amend_organisation(
            organisation=found, name=_name(name), phone=phone.strip(), credit_code=_code(credit_code)
        )
    except PartyRefused as error:
        raise FirmRefused(error.code, field="credit_code" if error.code == "code_taken" else "name") from error
    if not changes:
        raise FirmRefused("nothing")
    record_about(
        firm_id, verb="firms.change", target=f"parties.organisation:{firm_id}", changes=changes, by=by, now=now
    )
    return changes


@transaction.atomic
def enter_contract(
    *,
    firm_id: int,
    compound_id: int,
    starts: date,
    ends: date | None,
    basis: str,
    number: str,
    by: Actor,
    now: datetime,
    copy: Any = None,
) -> Contract:
    """Enter a service contract between a firm and a compound of the actor's scope, with its copy if there is one.

    Refuses: not_yours, compound, basis, starts, ends, ends_before_start, overlaps (with the other firm and its days). Raises
    FileRefused for a copy that is no picture and no PDF.
    """
    _may(by)
    _firm(by, firm_id, now)
    compound = Compound.objects.filter(pk=compound_id).first() if compound_id in by.compound_ids else None
    if compound is None:
        raise FirmRefused("compound", field="compound")
    _days(starts, ends)
    why = _words(basis, "basis")
    company = Organisation.objects.get(pk=firm_id)
    try:
        made = parties.sign_contract(
            compound=compound, company=company, starts=starts, ends=ends, basis=why, number=number.strip()[:40],
            by=by, now=now,
        )  # fmt: skip
    except PartyRefused as error:
        if error.code != "overlaps":
            raise FirmRefused(error.code, field="ends") from error
        other = reads.over_days(compound_id, starts, ends)
        raise FirmRefused("overlaps", field="starts", other=other) from error
    if copy is not None:
        keep_copy(contract_id=made.pk, compound_id=compound_id, copy=copy, by=by, now=now)
    _tell(made, company, "firms.contract", by, now)
    return made


@transaction.atomic
def end_contract(*, compound_id: int, contract_id: int, ends: date, why: str, by: Actor, now: datetime) -> Contract:
    """End a contract before its time: the last day of service, and why. The firm's sight of the compound ends with it.

    Refuses: not_yours, why, over (its days are over), later (not earlier than it ends anyway), ends_before_start.
    """
    _may(by)
    found = reads.contract(by, compound_id, contract_id, localdate(now))
    if found is None:
        raise NotThere
    locked = Contract.objects.select_for_update(of=("self",), no_key=True).select_related("company").get(pk=contract_id)
    if locked.ends is not None and locked.ends < localdate(now):
        raise FirmRefused("over")
    if locked.ends is not None and ends >= locked.ends:
        raise FirmRefused("later", field="ends")
    if ends > LAST:
        raise FirmRefused("ends", field="ends")
    reason = _words(why, "why")
    try:
        done = parties.end_contract(contract=locked, ends=ends, basis=reason, by=by, now=now)
    except PartyRefused as error:
        raise FirmRefused(error.code, field="ends") from error
    _tell(done, locked.company, "firms.contract_ended", by, now, ends=str(ends), why=reason)
    return done


@transaction.atomic
def keep_copy(*, compound_id: int, contract_id: int, copy: Any, by: Actor, now: datetime) -> StoredFile:
    """Keep a copy of a contract (PDF or a photo), to be read by whoever reads the contract. Raises FileRefused."""
    _may(by)
    found = reads.contract(by, compound_id, contract_id, localdate(now))
    if found is None:
        raise NotThere
    store = store_file if starts_as_pdf(copy) else store_image
    made = store(
        compound_id=compound_id, by=by, upload=copy, purpose=reads.PURPOSE, now=now, target=reads.target_of(contract_id)
    )
    record(
        by=by,
        compound_id=compound_id,
        verb="firms.keep_copy",
        target=f"parties.contract:{contract_id}",
        changes={"copy": [None, made.sha256]},
        now=now,
    )
    return made


def starts_as_pdf(upload: Any) -> bool:
    """Whether a file begins as a PDF; everything else is tried as a picture."""
    upload.seek(0)
    head = upload.read(5)
    upload.seek(0)
    return bool(head == b"%PDF-")


def _may(by: Actor) -> None:
    if not may_register(by):
        raise FirmRefused("not_yours")
    must_have_ground(by)


def _firm(by: Actor, firm_id: int, now: datetime) -> None:
    if not reach(by, firm_id, localdate(now)).is_firm:
        raise NotThere


def _areas(by: Actor, on: date) -> list[Area]:
    links = Jurisdiction.objects.filter(organisation_id=by.organisation_id or 0, starts__lte=on).exclude(ends__lt=on)
    return list(Area.objects.filter(pk__in=links.values("area_id")))


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 2 <= len(tidy) <= 80:  # noqa: PLR2004  as the column
        raise FirmRefused("name", field="name")
    return tidy


def _code(typed: str) -> str:
    found = checked(typed)
    if not found.ok:
        raise FirmRefused(f"credit_code_{found.reason}", field="credit_code")
    return found.code


def _days(starts: date, ends: date | None) -> None:
    if not FIRST <= starts <= LAST:
        raise FirmRefused("starts", field="starts")
    if ends is not None and ends > LAST:
        raise FirmRefused("ends", field="ends")


def _words(text: str, field: str) -> str:
    tidy = text.strip()[:200]
    if not tidy:
        raise FirmRefused(field, field=field)
    return tidy


def _tell(contract: Contract, company: Organisation, template: str, by: Actor, now: datetime, **context: str) -> None:
    """The firm's managers, the community and the committee's chair of the compound."""
    wanted = {"manager", "secretary", "officer", "chair"}
    people = [
        one.person_id
        for one in holders(contract.compound_id, localdate(now))
        if one.role in wanted and one.party in {"company", "community", "committee"} and one.person_id != by.person_id
    ]
    queue(
        compound_id=contract.compound_id,
        to=people,
        template=template,
        context={
            "firm": company.name,
            "compound": contract.compound.name,
            "starts": str(contract.starts),
            "until": str(contract.ends or "—"),
            **context,
        },
        link=f"/c/{contract.compound.code}/contracts/{contract.pk}/",
        by=by,
        now=now,
        key=f"{template}:{contract.pk}:{contract.ends}",
    )
