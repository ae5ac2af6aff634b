"""Signatures drawn on a phone, for the work and for a price."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from documents.actions import store_image
from repairs.actions.change import Change, lock
from repairs.models import Quote, Request, Signature, State
from repairs.permissions import is_assigned, may
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.periods import MAX_SIGNER
from tenancy.actor import Actor

PURPOSE = "repairs.signature"
# What there is to sign for: the work on the spot and its result.
SIGNABLE = frozenset({State.ASSIGNED, State.WORKING, State.PAUSED, State.AWAITING})


@transaction.atomic
def sign(
    *, compound_id: int, ref: str, image: UploadedFile[Any], role: str, name: str, by: Actor, now: datetime
) -> Signature:
    """Keep a drawn signature for the work (维修结果), of the resident or of the worker.

    The resident's is drawn on their own phone or on the worker's, who holds it out: whoever asked is told. Refused with
    BadInput (signer_role, say_name, too_long), NotPermitted, OutOfState or the file's own refusals.
    """
    request = lock(compound_id=compound_id, ref=ref, by=by)
    if role not in Signature.Role.values:
        raise BadInput("signer_role", field="role")
    if not may(by, "sign", request) or (role == Signature.Role.WORKER and not is_assigned(by, request)):
        raise NotPermitted("not_yours")
    if request.state not in SIGNABLE:
        raise OutOfState("moved_on", state=request.get_state_display())
    made = keep_signature(request, image=image, of=Signature.Of.WORK, role=role, name=name, by=by, now=now)
    change = Change(request=request, action="sign", by=by, now=now, before=request.state, note=role)
    change.changes["signature"] = [None, role]
    change.save()
    if role == Signature.Role.RESIDENT:
        change.tell(request.askers, "repairs.signed", worker=by.person_name)
    return made


def keep_signature(
    request: Request,
    *,
    image: UploadedFile[Any],
    of: str,
    role: str,
    name: str,
    by: Actor,
    now: datetime,
    quote: Quote | None = None,
) -> Signature:
    """Store the drawing and its row; the caller has asked the permission and writes the event."""
    signer = name.strip()
    if not signer:
        raise BadInput("say_name", field="name")
    if len(signer) > MAX_SIGNER:
        raise BadInput("too_long", field="name", most=str(MAX_SIGNER))
    file = store_image(compound_id=request.compound_id, by=by, upload=image, purpose=PURPOSE, now=now)
    made: Signature = Signature.objects.create(
        compound_id=request.compound_id,
        request=request,
        quote=quote,
        file=file,
        of=of,
        role=role,
        name=signer,
        taken_by=by.person_id,
        taken_as=f"{by.person_name} {by.label}".strip()[:160],
        at=now,
    )
    return made
