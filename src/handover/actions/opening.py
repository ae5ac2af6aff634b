"""Opening a handover, and ending one otherwise than by signatures."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from documents.models import IssuedDocument
from handover.actions.change import Change, begin, firm_name
from handover.models import Handover, Role
from handover.permissions import may_open
from handover.queries import next_contract, signatures
from handover.refusals import BadInput, NotPermitted, OutOfState
from handover.rules import law
from handover.rules.lists import MAX_WORDS
from parties.models import Contract
from tenancy.actor import Actor
from tenancy.refs import new_ref

EVERYONE = (Role.OUTGOING, Role.INCOMING, Role.COMMITTEE, Role.COMMUNITY)


@transaction.atomic
def open_handover(
    *, compound_id: int, contract_id: int, due_on: date | None, note: str, by: Actor, now: datetime
) -> Handover:
    """Open the handover of a contract that has a last day; the firm that follows is the next contract's, where there is one.

    The community, the residents' committee or the committee's chair. Refused: NotPermitted; BadInput (no_contract,
    no_last_day, due_out_of_range, too_long); OutOfState (opened_already).
    """
    if not may_open(by) or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")
    contract: Contract | None = (
        Contract.objects.select_related("company").filter(compound_id=compound_id, pk=contract_id).first()
    )
    if contract is None:
        raise BadInput("no_contract", field="contract")
    if contract.ends is None:
        raise BadInput("no_last_day", field="contract")
    due = due_on or law.due_on(contract.ends)
    if not law.due_fits(contract.ends, due):
        raise BadInput("due_out_of_range", field="due_on", most=str(law.LONGEST))
    said = _said(note, "note")
    follows = next_contract(contract)
    try:
        with transaction.atomic():
            made: Handover = Handover.objects.create(
                compound_id=compound_id,
                ref=new_ref(),
                contract=contract,
                outgoing=contract.company,
                last_day=contract.ends,
                incoming_contract=follows,
                incoming=follows.company if follows is not None else None,
                due_on=due,
                note=said,
                opened_at=now,
                opened_by=by.person_id,
                opened_party=by.party,
                opened_as=f"{by.person_name} {by.label}".strip()[:160],
                updated_at=now,
            )
    except IntegrityError as error:
        raise OutOfState("opened_already") from error
    change = Change(handover=made, action="open", by=by, now=now, before="", note=said)
    change.changes |= {
        "outgoing": [None, contract.company.name],
        "last_day": [None, contract.ends.isoformat()],
        "incoming": [None, firm_name(made.incoming) or None],
        "due_on": [None, due.isoformat()],
    }
    change.save()
    change.tell(
        EVERYONE,
        "handover.opened",
        outgoing=contract.company.name,
        last_day=contract.ends.isoformat(),
        due_on=due.isoformat(),
    )
    return made


@transaction.atomic
def cancel(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Handover:
    """Cancel a handover that is not completed, saying why (the contract was renewed, the wrong contract was named)."""
    why = _needed(reason)
    change = begin(compound_id=compound_id, ref=ref, action="cancel", by=by, now=now, note=why)
    change.set(ended_reason=why)
    found = change.save()
    change.tell(EVERYONE, "handover.cancelled", reason=why)
    return found


@transaction.atomic
def amend(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Handover:
    """Take a completed handover up again for what was forgotten or wrong: a new version, to be signed anew.

    The signed sheet of the version before stays, and is marked as replaced when the new one is issued. Refused while that
    sheet is still being made (OutOfState pack_in_making).
    """
    why = _needed(reason)
    change = begin(compound_id=compound_id, ref=ref, action="amend", by=by, now=now, note=why)
    pack: IssuedDocument | None = change.handover.pack
    if pack is not None and pack.state == IssuedDocument.State.PENDING:
        raise OutOfState("pack_in_making")
    change.set(version=change.handover.version + 1, frozen_at=None, fingerprint="", completed_at=None, copied_at=None)
    found = change.save()
    change.tell(EVERYONE, "handover.amended", reason=why)
    return found


@transaction.atomic
def unfreeze(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Handover:
    """Take settled lists back to be changed, saying why; signatures that were given do not count for what follows."""
    why = _needed(reason)
    change = begin(compound_id=compound_id, ref=ref, action="unfreeze", by=by, now=now, note=why)
    signed = bool(signatures(change.handover))
    change.set(version=change.handover.version + (1 if signed else 0), frozen_at=None, fingerprint="")
    found = change.save()
    change.tell(EVERYONE, "handover.taken_back", reason=why)
    return found


def follow_contract(change: Change) -> None:
    """Take over what the contracts say by now: a last day that was moved, a firm that was chosen since."""
    found = change.handover
    contract = Contract.objects.select_related("company").get(compound_id=found.compound_id, pk=found.contract_id)
    if contract.ends is None:
        raise BadInput("no_last_day", field="contract")
    found.contract = contract
    if contract.ends != found.last_day:
        change.set(due_on=max(found.due_on, law.due_on(contract.ends)), last_day=contract.ends)
    follows = next_contract(contract)
    change.set(incoming_contract=follows, incoming=follows.company if follows is not None else None)


def is_over(handover: Handover, now: datetime) -> bool:
    """Whether the outgoing firm's last day has passed."""
    return localdate(now) > handover.last_day


def _said(text: str, field: str) -> str:
    said = " ".join(text.split())
    if len(said) > MAX_WORDS:
        raise BadInput("too_long", field=field, most=str(MAX_WORDS))
    return said


def _needed(reason: str) -> str:
    why = _said(reason, "reason")
    if not why:
        raise BadInput("say_why", field="reason")
    return why
