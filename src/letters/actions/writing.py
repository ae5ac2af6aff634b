"""Writing: a draft to one body or several, as a reply or in place of an older letter, with pictures and PDFs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from documents.actions import store_file, store_image
from letters.actions.change import everyone_in, locked, moved, settle
from letters.models import Addressee, Attachment, Letter, State
from letters.permissions import may_write, writes_for
from letters.refusals import BadInput, NoSuchLetter, NotPermitted, OutOfState
from letters.rules import MAX_ADDRESSEES, MAX_FILES, MAX_SOURCE, MAX_SUBJECT
from lifecycle.typed import said
from notices import richtext
from notices.rules.chain import side_of
from parties.models import Organisation
from parties.queries import Holder
from tenancy.actor import Actor
from tenancy.refs import new_ref

PURPOSE = "letters.file"
NAME = 80
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes. ``to`` are ids of bodies; ``reply_to`` and ``replaces`` are refs of letters, "" for none."""

    subject: str
    source: str
    to: tuple[int, ...]
    reply_by: date | None = None
    reply_to: str = ""
    replaces: str = ""


@transaction.atomic
def write(*, compound_id: int, draft: Draft, by: Actor, now: datetime) -> Letter:
    """Make a draft that only its own body sees.

    Refused: NotPermitted (not_yours, not_addressed); NoSuchLetter for an unknown letter to answer or replace; BadInput
    (empty, too_long, no_addressee, too_many_addressees, no_such_body, reply_past, reply_to_sender, replace_all);
    OutOfState (moved_on) for what cannot be answered or replaced.
    """
    if compound_id not in by.compound_ids or not may_write(by) or by.organisation_id is None:
        raise NotPermitted("not_yours")
    organisation = Organisation.objects.get(pk=by.organisation_id)
    answered = locked(compound_id=compound_id, ref=draft.reply_to, by=by) if draft.reply_to else None
    replaced = locked(compound_id=compound_id, ref=draft.replaces, by=by) if draft.replaces else None
    made = Letter(
        compound_id=compound_id,
        ref=new_ref(),
        side=side_of(by.party),
        organisation=organisation,
        sender=organisation.name,
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        reply_to=answered,
        replaces=replaced,
        created_at=now,
    )
    _fill(made, draft, now)
    bodies = _addressees(made, draft, by=by, now=now)
    made.save()
    _address(made, bodies)
    settle(
        made,
        "write",
        {"subject": [None, made.subject], "to": [None, [name for name, _side in bodies.values()]]},
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def revise(*, compound_id: int, ref: str, draft: Draft, by: Actor, now: datetime) -> Letter:
    """Change a draft; what it answers or replaces stays. Refused as ``write``, and OutOfState (moved_on)."""
    found = own_draft(compound_id=compound_id, ref=ref, action="revise", by=by)
    before = found.subject
    _fill(found, draft, now)
    bodies = _addressees(found, draft, by=by, now=now)
    found.save()
    found.addressees.exclude(organisation_id__in=bodies).delete()
    known = set(found.addressees.values_list("organisation_id", flat=True))
    _address(found, {pk: body for pk, body in bodies.items() if pk not in known})
    settle(
        found,
        "revise",
        {"subject": [before, found.subject], "to": [None, [name for name, _side in bodies.values()]]},
        by=by,
        now=now,
    )
    return found


def own_draft(*, compound_id: int, ref: str, action: str, by: Actor) -> Letter:
    """The draft of the actor's body, locked and moved. Raises NoSuchLetter, NotPermitted (not_yours), OutOfState (moved_on)."""
    found = locked(compound_id=compound_id, ref=ref, by=by)
    if not writes_for(by, found):
        raise NotPermitted("not_yours")
    moved(found, action)
    return found


def _fill(letter: Letter, draft: Draft, now: datetime) -> None:
    subject = said(draft.subject, "subject", MAX_SUBJECT)
    if not subject:
        raise BadInput("empty", field="subject")
    source = draft.source.replace("\x00", "").strip()
    if len(source) > MAX_SOURCE:
        raise BadInput("too_long", field="source", most=str(MAX_SOURCE))
    if not richtext.plain(richtext.rendered(source)):
        raise BadInput("empty", field="source")
    check_day(draft.reply_by, now)
    letter.subject, letter.source = subject, source
    letter.reply_by, letter.updated_at = draft.reply_by, now


def check_day(reply_by: date | None, now: datetime) -> None:
    """BadInput (reply_past) for a day that is over."""
    if reply_by is not None and reply_by < localdate(now):
        raise BadInput("reply_past", field="reply_by")


def bodies_here(here: list[Holder], *, without: int) -> dict[int, tuple[str, str]]:
    """The bodies that act for a compound today and have somebody who can sign for a letter: id -> (name, side).

    In the order of community, committee, company, street. One statement.
    """
    sides = {one.organisation: side_of(one.party) for one in here}
    order = {"community": 0, "committee": 1, "company": 2, "street": 3}
    rows = Organisation.objects.filter(name__in=[name for name, side in sides.items() if side]).exclude(pk=without)
    found = {row.pk: (row.name, sides[row.name]) for row in rows}
    return dict(sorted(found.items(), key=lambda item: (order[item[1][1]], item[0])))


def _addressees(letter: Letter, draft: Draft, *, by: Actor, now: datetime) -> dict[int, tuple[str, str]]:
    wanted = list(dict.fromkeys(draft.to))
    if not wanted:
        raise BadInput("no_addressee", field="to")
    if len(wanted) > MAX_ADDRESSEES:
        raise BadInput("too_many_addressees", field="to", most=str(MAX_ADDRESSEES))
    known = bodies_here(everyone_in(letter.compound_id, now), without=by.organisation_id or 0)
    if not set(wanted) <= set(known):
        raise BadInput("no_such_body", field="to")
    answered: Letter | None = letter.reply_to
    if answered is not None:
        if answered.organisation_id == by.organisation_id:
            raise NotPermitted("not_addressed")
        if answered.state != State.SENT:
            raise OutOfState("moved_on", state=str(State(answered.state).label))
        if answered.organisation_id not in wanted:
            raise BadInput("reply_to_sender", field="to", name=answered.sender)
    check_replaced(letter, set(wanted), by=by)
    return {pk: known[pk] for pk in wanted}


def check_replaced(letter: Letter, wanted: set[int], *, by: Actor) -> None:
    """Whether what a letter replaces is the body's own, still stands, and goes to nobody whom this one leaves out."""
    old: Letter | None = letter.replaces
    if old is None:
        return
    if old.organisation_id != by.organisation_id:
        raise NotPermitted("not_yours")
    if old.state != State.SENT:
        raise OutOfState("moved_on", state=str(State(old.state).label))
    if not set(old.addressees.values_list("organisation_id", flat=True)) <= wanted:
        raise BadInput("replace_all", field="to")


def _address(letter: Letter, bodies: dict[int, tuple[str, str]]) -> None:
    Addressee.objects.bulk_create(
        Addressee(compound_id=letter.compound_id, letter=letter, organisation_id=pk, name=name, side=side)
        for pk, (name, side) in bodies.items()
    )


@transaction.atomic
def attach(*, compound_id: int, ref: str, upload: Any, name: str = "", by: Actor, now: datetime) -> Attachment:
    """Add a picture (re-encoded as our own) or a PDF (checked by its first bytes) to a draft, 20 MB at most.

    Raises documents.actions.FileRefused; refused: NoSuchLetter, NotPermitted (not_yours), OutOfState (moved_on),
    BadInput (too_many_files, too_long).
    """
    found = own_draft(compound_id=compound_id, ref=ref, action="revise", by=by)
    if found.attachments.filter(dropped_at__isnull=True).count() >= MAX_FILES:
        raise BadInput("too_many_files", field="file", most=str(MAX_FILES))
    shown = said(name, "name", NAME)
    upload.seek(0)
    is_pdf = upload.read(len(_PDF)) == _PDF
    upload.seek(0)
    store = store_file if is_pdf else store_image
    stored = store(
        compound_id=compound_id, by=by, upload=upload, purpose=PURPOSE, target=f"letters.letter:{found.pk}", now=now
    )
    made: Attachment = Attachment.objects.create(
        compound_id=compound_id, letter=found, file=stored, name=shown or ("附件" if is_pdf else "图片"), added_at=now
    )
    settle(found, "attach", {"file": [None, stored.sha256]}, by=by, now=now)
    return made


@transaction.atomic
def detach(*, compound_id: int, ref: str, attachment_id: int, by: Actor, now: datetime) -> Letter:
    """Take an attachment off a draft. Refused as ``attach``; taking it off again is nothing."""
    found = own_draft(compound_id=compound_id, ref=ref, action="revise", by=by)
    row: Attachment | None = found.attachments.select_related("file").filter(pk=attachment_id).first()
    if row is None:
        raise NoSuchLetter
    if row.dropped_at is None:
        row.dropped_at = now
        row.save(update_fields=["dropped_at"])
        settle(found, "detach", {"file": [row.file.sha256, None]}, by=by, now=now)
    return found
