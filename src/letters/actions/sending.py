"""Sending: the text is cut and numbered and never changes again; withdrawn before anyone signed, replaced after."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from letters.actions.change import everyone_in, locked, moved, settle, staff_of, tell
from letters.actions.writing import bodies_here, check_day, check_replaced, own_draft
from letters.models import Addressee, Counter, Letter, State
from letters.permissions import may_send
from letters.refusals import BadInput, NotPermitted, OutOfState
from letters.rules import MAX_REASON
from lifecycle.typed import said
from notices import richtext
from tenancy.actor import Actor


@transaction.atomic
def send(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Letter:
    """Send a draft: it gets its number, its addressees are told, what it replaces is replaced, what it answers is answered.

    Refused: NoSuchLetter; NotPermitted (not_yours, not_your_post); OutOfState (moved_on, sign_first, answered_already);
    BadInput (reply_past, no_addressee, no_such_body, replace_all) when the world moved on since it was written.
    """
    found = own_draft(compound_id=compound_id, ref=ref, action="send", by=by)
    if not may_send(by, found):
        raise NotPermitted("not_your_post")
    check_day(found.reply_by, now)
    here = everyone_in(compound_id, now)
    addressees = list(found.addressees.order_by("pk"))
    if not addressees:
        raise BadInput("no_addressee", field="to")
    bodies = {one.organisation_id for one in addressees}
    if not bodies <= set(bodies_here(here, without=found.organisation_id)):
        raise BadInput("no_such_body", field="to")
    check_replaced(found, bodies, by=by)
    _cut(found, now)
    found.save()
    if found.replaces is not None:
        _replace(found, by=by, now=now)
    answers = _answer(found, by=by, now=now) if found.reply_to is not None else None
    others = [one.name for one in addressees if answers is None or one.organisation_id != answers.organisation_id]
    tell(found, staff_of(here, others), "letters.received", by=by, now=now)
    if answers is not None:
        tell(found, staff_of(here, [answers.sender]), "letters.answered", by=by, now=now)
    settle(
        found,
        "send",
        {
            "state": ["draft", "sent"],
            "number": [None, found.number_text],
            "fingerprint": [None, found.fingerprint],
            "to": [None, [one.name for one in addressees]],
        },
        by=by,
        now=now,
    )
    return found


def _cut(letter: Letter, now: datetime) -> None:
    files = letter.attachments.select_related("file").filter(dropped_at__isnull=True).order_by("pk")
    letter.body_html = richtext.rendered(letter.source)
    letter.body_text = richtext.plain(letter.body_html)
    letter.fingerprint = richtext.fingerprint(
        kind="letter",
        title=letter.subject,
        body_html=letter.body_html,
        files=[row.file.sha256 for row in files],
    )
    letter.year = localdate(now).year
    key = {"compound_id": letter.compound_id, "organisation_id": letter.organisation_id, "year": letter.year}
    Counter.objects.bulk_create([Counter(**key, last=0)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update(no_key=True).get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    letter.number = counter.last
    letter.sent_at = letter.updated_at = now


def _replace(letter: Letter, *, by: Actor, now: datetime) -> None:
    old = locked(compound_id=letter.compound_id, ref=letter.replaces.ref, by=by)
    before = moved(old, "replace")
    old.ended_at, old.ended_as, old.updated_at = now, by.signature, now
    old.save(update_fields=["state", "ended_at", "ended_as", "updated_at"])
    settle(old, "replace", {"state": [before, old.state], "by": [None, letter.number_text]}, by=by, now=now)


def _answer(letter: Letter, *, by: Actor, now: datetime) -> Letter:
    """Note on what it answers that this body has replied; only who signed for a letter replies to it, and only once."""
    old = locked(compound_id=letter.compound_id, ref=letter.reply_to.ref, by=by)
    mine: Addressee | None = old.addressees.filter(organisation_id=letter.organisation_id).first()
    if mine is None:
        raise NotPermitted("not_addressed")
    moved(old, "answer")
    if mine.signed_at is None:
        raise OutOfState("sign_first")
    if mine.answered_at is not None:
        raise OutOfState("answered_already")
    mine.answered_at, mine.answer = now, letter
    mine.save(update_fields=["answered_at", "answer"])
    settle(old, "answer", {"answer": [None, letter.number_text]}, by=by, now=now)
    return old


@transaction.atomic
def withdraw(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Letter:
    """Take a letter back that nobody has signed for yet, with a reason that its addressees read; the text stays.

    Refused: NoSuchLetter; NotPermitted (not_yours, not_your_post); OutOfState (moved_on, already_signed); BadInput
    (say_why, too_long).
    """
    found = locked(compound_id=compound_id, ref=ref, by=by)
    if not may_send(by, found):
        raise NotPermitted("not_your_post")
    why = said(reason, "reason", MAX_REASON)
    if not why:
        raise BadInput("say_why", field="reason")
    before = moved(found, "withdraw")
    addressees = list(found.addressees.order_by("pk"))
    if any(one.signed_at for one in addressees):
        raise OutOfState("already_signed")
    found.ended_at, found.ended_reason, found.ended_as, found.updated_at = now, why, by.signature, now
    found.save()
    here = everyone_in(compound_id, now)
    tell(found, staff_of(here, [one.name for one in addressees]), "letters.withdrawn", by=by, now=now, reason=why)
    if found.reply_to is not None:
        _reopen(found)
    settle(found, "withdraw", {"state": [before, found.state], "reason": [None, why]}, by=by, now=now)
    return found


def _reopen(letter: Letter) -> None:
    """What was answered by a letter that was taken back waits for its reply again."""
    Addressee.objects.filter(compound_id=letter.compound_id, answer=letter).update(answered_at=None, answer=None)


@transaction.atomic
def drop(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Letter:
    """Give a draft up. Refused: NoSuchLetter; NotPermitted (not_yours); OutOfState (moved_on)."""
    found = own_draft(compound_id=compound_id, ref=ref, action="drop", by=by)
    found.ended_at, found.ended_as, found.updated_at = now, by.signature, now
    found.save()
    settle(found, "drop", {"state": [State.DRAFT.value, found.state]}, by=by, now=now)
    return found
