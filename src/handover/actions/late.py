"""What a dismissed firm's people send after the contract's end: refused, and kept aside until the new side takes it over."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from audit.actions import record
from documents.actions import FileRefused, store_image
from handover.models import LatePhoto, LateRecord
from handover.permissions import DESK, may_see_late, may_take_late
from handover.queries import ended_contract, had_request
from handover.refusals import NoSuchRecord, NotPermitted, OutOfState
from handover.rules.reading import unreadable
from handover.topics import LIST
from live.actions import Announcement, announce_all
from messaging.actions import queue
from parties.models import Contract, Post
from parties.queries import holders
from repairs.actions.handing import take_late
from repairs.rules.periods import MAX_PHOTOS
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

PURPOSE = "handover.late"
MAX_LATE_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Sent:
    """What arrived: which step was meant, what was written, the photos and the signature; ``key`` names the sending."""

    action: str
    key: str
    words: str = ""
    photos: Sequence[UploadedFile[Any]] = field(default_factory=tuple)
    signature: UploadedFile[Any] | None = None
    signer: str = ""


def effect_of(person_id: int, ref: str, key: str) -> str:
    """One name for one sending, however often it arrives."""
    return hashlib.sha256(f"{person_id}:{ref}:{key}".encode()).hexdigest()


@transaction.atomic
def keep(*, compound: Compound, ref: str, post: Post, sent: Sent, now: datetime) -> LateRecord | None:
    """Keep what someone of a firm whose contract has ended sent on a request that they held. None when it is not theirs.

    None also for a firm that serves again, and for a contract that ended more than sixty days ago. The same sending again
    is the same record. A file that is no photo is counted and left out: the words are never lost for it.
    """
    contract = ended_contract(compound.pk, post.organisation_id, localdate(now))
    request = had_request(compound.pk, ref, post) if contract is not None else None
    if contract is None or request is None:
        return None
    effect = effect_of(post.person_id, ref, sent.key)
    known: LateRecord | None = LateRecord.objects.filter(compound_id=compound.pk, effect=effect).first()
    if known is not None:
        return known
    by = _author(compound.pk, post, contract)
    try:
        with transaction.atomic():
            made: LateRecord = LateRecord.objects.create(
                compound_id=compound.pk,
                request=request,
                ref=secrets.token_hex(8),
                effect=effect,
                company=contract.company_id,
                company_name=contract.company.name,
                person_id=post.person_id,
                person_name=post.person.name,
                post_id=post.pk,
                role_label=str(post.get_role_display()),
                action=sent.action[:20],
                words=_readable(sent.words)[:MAX_LATE_WORDS],
                signer=_readable(sent.signer)[:40],
                last_day=contract.ends,
                received_at=now,
            )
    except IntegrityError:  # the same sending, at the same moment
        found: LateRecord = LateRecord.objects.get(compound_id=compound.pk, effect=effect)
        return found
    unread = 0
    for photo in sent.photos[:MAX_PHOTOS]:
        file = _stored(photo, made, by, now)
        if file is None:
            unread += 1
        else:
            LatePhoto.objects.create(compound_id=compound.pk, record=made, file=file)
    if sent.signature is not None:
        made.signature = _stored(sent.signature, made, by, now)
        unread += made.signature is None
    made.unread_files = unread + max(0, len(sent.photos) - MAX_PHOTOS)
    made.save(update_fields=["signature", "unread_files"])
    _log("late_keep", made, {"action": [None, sent.action], "request": [None, request.number]}, by=by, now=now)
    watching = [
        one.person_id
        for one in holders(compound.pk, localdate(now))
        if one.party in {"community", "residents"} or (one.party == "company" and one.role in DESK)
    ]
    queue(
        compound_id=compound.pk,
        to=watching,
        template="handover.late",
        context={"number": request.number, "who": made.person_name, "firm": made.company_name},
        link=f"/c/{compound.code}/handover/late/",
        by=by,
        now=now,
        key=f"handover.late:{effect}",
    )
    return made


@transaction.atomic
def take(*, compound_id: int, ref: str, by: Actor, now: datetime) -> LateRecord:
    """Take a late record over into its request, words and photos; the signature stays with the record.

    Refused: NoSuchRecord, NotPermitted, OutOfState (taken_already with who).
    """
    found: LateRecord | None = (
        LateRecord.objects.select_for_update(of=("self",), no_key=True)
        .select_related("request")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or not may_see_late(by, found):
        raise NoSuchRecord
    if not may_take_late(by, found):
        raise NotPermitted("not_yours")
    if found.state == LateRecord.State.TAKEN:
        raise OutOfState("taken_already", who=found.taken_as)
    found.state, found.taken_at = LateRecord.State.TAKEN, now
    found.taken_as = f"{by.person_name} {by.label}".strip()[:160]
    found.save(update_fields=["state", "taken_at", "taken_as"])
    photos = LatePhoto.objects.filter(compound_id=compound_id, record=found).select_related("file").order_by("pk")
    said = "：".join(part for part in (f"{found.company_name} {found.person_name}", found.words) if part)
    take_late(
        compound_id=compound_id,
        ref=found.request.ref,
        words=said,
        files=[photo.file for photo in photos],
        by=by,
        now=now,
    )
    _log("late_take", found, {"state": ["kept", "taken"]}, by=by, now=now)
    return found


def _author(compound_id: int, post: Post, contract: Contract) -> Actor:
    """The person without a standing here any more, so that files and entries name them and give them nothing."""
    label = f"{contract.company.name} {post.get_role_display()}"
    system = system_actor("late", (compound_id,))
    return Actor(
        person_id=post.person_id,
        person_name=post.person.name,
        kind="post",
        key=post.pk,
        party="company",
        role=post.role,
        label=label,
        compound_ids=system.compound_ids,
        organisation_id=post.organisation_id,
    )


def _readable(text: str) -> str:
    kept = "".join(sign for sign in text.replace("\x00", "") if sign in "\n\t" or sign.isprintable())
    return "".join("□" if unreadable(sign) else sign for sign in kept).strip()


def _stored(upload: UploadedFile[Any], record_: LateRecord, by: Actor, now: datetime) -> Any:
    try:
        return store_image(compound_id=record_.compound_id, by=by, upload=upload, purpose=PURPOSE, now=now)
    except FileRefused:
        return None


def _log(verb: str, found: LateRecord, changes: dict[str, list[Any]], *, by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=found.compound_id,
        verb=f"handover.{verb}",
        target=f"handover.late:{found.pk}",
        changes=changes,
        now=now,
    )
    announce_all(compound_id=found.compound_id, announcements=[Announcement(LIST, "changed", {})], now=now)
