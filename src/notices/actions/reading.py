"""That somebody read a notice, and that a named post signed for it."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from notices.actions.approving import moved_on
from notices.actions.change import Change, locked
from notices.audience import homes_of_reader
from notices.models import Notice, Reading, Signature, State
from notices.refusals import NoSuchNotice, NotPermitted, OutOfState
from tenancy.actor import Actor


def mark_read(*, notice: Notice, by: Actor, now: datetime) -> bool:
    """Note that the actor has opened a notice that is out; True the first time. The caller has checked that they may see it.

    At most three statements, and none for whoever reads again (``notice.read_by_me``, when the query has asked, spares them).
    """
    if notice.current_id is None or getattr(notice, "read_by_me", False):
        return False
    homes = homes_of_reader(by, notice.compound_id, localdate(now))
    known = Reading.objects.filter(compound_id=notice.compound_id, notice=notice, person_id=by.person_id)
    made = not known.exists()
    Reading.objects.bulk_create(
        [
            Reading(
                compound_id=notice.compound_id,
                notice=notice,
                person_id=by.person_id,
                home_ids=homes,
                label=by.signature,
                edition=notice.current.edition,
                at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return made


@transaction.atomic
def sign(*, compound_id: int, ref: str, by: Actor, now: datetime, fingerprint: str = "") -> Notice:
    """Sign for a notice (签收) as the post that was named; signing again is nothing.

    ``fingerprint``, when given, is of the text that was read. Refused: NoSuchNotice, NotPermitted (not_named), OutOfState
    (moved_on, text_changed).
    """
    found = locked(compound_id=compound_id, ref=ref)
    if found is None or found.current_id is None:
        raise NoSuchNotice
    mine: Signature | None = Signature.objects.filter(
        compound_id=compound_id, notice=found, post_id=by.post_id, person_id=by.person_id
    ).first()
    if mine is None:
        raise NotPermitted("not_named")
    if mine.signed_at is not None:
        return found
    if found.state != State.PUBLISHED:
        raise moved_on(found)
    if fingerprint and fingerprint != found.current.fingerprint:
        raise OutOfState("text_changed")
    change = Change(notice=found, action="sign", by=by, now=now, before=found.state)
    change.move("sign")
    mine.signed_at, mine.edition = now, found.current.edition
    mine.save(update_fields=["signed_at", "edition"])
    change.changes["signed"] = [None, mine.label]
    return change.save()
