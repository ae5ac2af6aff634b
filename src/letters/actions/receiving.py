"""Signing for a letter (签收): which post of the addressed body, and when."""

from datetime import datetime

from django.db import transaction

from letters.actions.change import everyone_in, locked, moved, settle, staff_of, tell
from letters.models import Addressee, Letter
from letters.refusals import NotPermitted, OutOfState
from tenancy.actor import Actor


@transaction.atomic
def sign(*, compound_id: int, ref: str, by: Actor, now: datetime, fingerprint: str = "") -> Letter:
    """Sign for a letter as a post of a body that it is addressed to; once a body, signing again is nothing.

    ``fingerprint``, when given, is of the text that was read. The sender is told. Refused: NoSuchLetter; NotPermitted
    (not_addressed); OutOfState (moved_on, text_changed).
    """
    found = locked(compound_id=compound_id, ref=ref, by=by)
    mine: Addressee | None = (
        found.addressees.select_for_update(of=("self",), no_key=True)
        .filter(organisation_id=by.organisation_id or 0)
        .first()
    )
    if mine is None:
        raise NotPermitted("not_addressed")
    if mine.signed_at is not None:
        return found
    moved(found, "sign")
    if fingerprint and fingerprint != found.fingerprint:
        raise OutOfState("text_changed")
    mine.signed_at, mine.signed_by, mine.signed_post, mine.signed_as = now, by.person_id, by.post_id, by.signature
    mine.save(update_fields=["signed_at", "signed_by", "signed_post", "signed_as"])
    here = everyone_in(compound_id, now)
    tell(found, staff_of(here, [found.sender]), "letters.signed", by=by, now=now, who=mine.name)
    settle(found, "sign", {"signed": [None, f"{mine.name}: {mine.signed_as}"]}, by=by, now=now)
    return found
