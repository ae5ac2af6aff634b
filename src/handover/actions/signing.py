"""Signatures: each party's own, or the record that it would not sign; the community's witness completes the handover."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from documents.actions import request_document, store_image
from handover.actions.change import Change, begin
from handover.actions.opening import EVERYONE
from handover.models import Handover, Role, Signature
from handover.pdf import PACK
from handover.permissions import needed, signs_as, signs_own
from handover.queries import pack_target, signatures
from handover.refusals import BadInput, NotPermitted, OutOfState
from handover.rules.lists import MAX_WORDS
from handover.rules.reading import plain
from tenancy.actor import Actor
from tenancy.models import Compound

PURPOSE = "handover.signature"
MAX_NAME, MAX_POST = 40, 60


@transaction.atomic
def sign(
    *,
    compound_id: int,
    ref: str,
    role: str,
    image: UploadedFile[Any],
    name: str,
    post: str,
    words: str,
    fingerprint: str,
    by: Actor,
    now: datetime,
) -> Signature:
    """Sign the settled lists for one side. Whoever holds objections signs with ``words``.

    The community signs last, as witness; that completes the handover and has its sheet made. It also holds its phone out to
    a firm that sees nothing of the compound yet, or no more. Refused: NotPermitted; BadInput (say_name, say_post, too_long);
    OutOfState (changed: other lists than were shown; signed_already; others_first; moved_on); the file's own refusals.
    """
    change = _begin(compound_id=compound_id, ref=ref, role=role, action="sign", by=by, now=now)
    said = _texts(name=name, post=post, words=words)
    if not said["name"]:
        raise BadInput("say_name", field="name")
    if not said["post"]:
        raise BadInput("say_post", field="post")
    if fingerprint != change.handover.fingerprint:
        raise OutOfState("changed")
    file = store_image(compound_id=compound_id, by=by, upload=image, purpose=PURPOSE, now=now)
    made = _write(change, role, {**said, "file": file, "declined": False})
    _settle(change, role, made)
    return made


@transaction.atomic
def decline(
    *, compound_id: int, ref: str, role: str, name: str, post: str, words: str, by: Actor, now: datetime
) -> Signature:
    """Record that a side will not sign, with its words; the community records it for who does not come.

    Refused: NotPermitted (also for the community's own witness); BadInput (say_why, too_long); OutOfState.
    """
    if role == Role.COMMUNITY:
        raise NotPermitted("not_yours")
    change = _begin(compound_id=compound_id, ref=ref, role=role, action="decline", by=by, now=now)
    said = _texts(name=name, post=post, words=words)
    if not said["words"]:
        raise BadInput("say_why", field="words")
    made = _write(change, role, {**said, "declined": True})
    _settle(change, role, made)
    return made


def waited_for(handover: Handover, given: dict[str, Signature]) -> list[str]:
    """The sides that have neither signed nor been recorded as unwilling, in order; the community only when it is its turn."""
    waiting = [role for role in needed(handover) if role not in given]
    return waiting or ([Role.COMMUNITY] if Role.COMMUNITY not in given else [])


def _begin(*, compound_id: int, ref: str, role: str, action: str, by: Actor, now: datetime) -> Change:
    witness = role == Role.COMMUNITY
    change = begin(compound_id=compound_id, ref=ref, action="witness" if witness else action, by=by, now=now)
    found = change.handover
    if role not in signs_as(by, found) or role not in {*needed(found), Role.COMMUNITY}:
        raise NotPermitted("not_yours")
    given = signatures(found)
    if role in given:
        raise OutOfState("signed_already", name=given[role].name)
    if witness and any(one not in given for one in needed(found)):
        raise OutOfState("others_first")
    return change


def _texts(**given: str) -> dict[str, str]:
    limits = {"name": MAX_NAME, "post": MAX_POST, "words": MAX_WORDS}
    said = {field: plain(text) for field, text in given.items()}
    for field, text in said.items():
        if len(text) > limits[field]:
            raise BadInput("too_long", field=field, most=str(limits[field]))
    return said


def _write(change: Change, role: str, given: dict[str, Any]) -> Signature:
    found, by = change.handover, change.by
    try:
        with transaction.atomic():
            made: Signature = Signature.objects.create(
                compound_id=found.compound_id,
                handover=found,
                version=found.version,
                role=role,
                organisation=_organisation(found, role, by)[:80],
                taken_by=by.person_id,
                taken_as=f"{by.person_name} {by.label}".strip()[:160],
                own=signs_own(by, role),
                fingerprint=found.fingerprint,
                at=change.now,
                **given,
            )
    except IntegrityError as error:
        raise OutOfState("signed_already", name="") from error
    return made


def _organisation(handover: Handover, role: str, by: Actor) -> str:
    if role == Role.OUTGOING:
        return handover.outgoing.name
    if role == Role.INCOMING and handover.incoming is not None:
        return handover.incoming.name
    if role == Role.COMMITTEE:
        compound: Compound = handover.compound
        return f"{compound.name}业主委员会"
    return by.label.rpartition(" ")[0]


def _settle(change: Change, role: str, made: Signature) -> None:
    label = str(Role(role).label)
    change.note = "：".join(part for part in (label, made.words) if part)
    change.changes["signature"] = [None, f"{role} {'declined' if made.declined else 'signed'} {made.fingerprint[:16]}"]
    if role == Role.COMMUNITY:
        change.set(completed_at=change.now)
        change.handover.pack = request_document(
            compound_id=change.handover.compound_id,
            by=change.by,
            kind=PACK,
            target=pack_target(change.handover),
            now=change.now,
        )
        change.changes["pack"] = [None, change.handover.pack.number]
        change.save()
        change.tell(EVERYONE, "handover.completed", outgoing=change.handover.outgoing.name)
        return
    change.save()
    left = waited_for(change.handover, signatures(change.handover))
    template = "handover.declined" if made.declined else "handover.signed"
    change.tell({*left, Role.COMMUNITY}, template, who=label, words=made.words)
