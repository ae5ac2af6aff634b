"""The written authority of a corporate owner for whoever stands for it: its file, and who saw the original."""

from datetime import datetime
from typing import Any

from django.db import transaction

from candidates.actions.change import Step, begin, locked, said
from candidates.models import Candidate, State
from candidates.models.standing import GONE, MAX_ARTICLE
from candidates.permissions import may_prepare
from candidates.queries.reading import is_nominee
from candidates.refusals import NotPermitted, OutOfState
from documents.actions import store_file, store_image
from tenancy.actor import Actor

PURPOSE = "candidates.authority"
_PDF = b"%PDF-"


def _standing(step: Step, candidate: str) -> Candidate:
    one = locked(step, candidate)
    if one.state in GONE:
        raise OutOfState("moved_on", state=str(State(one.state).label))
    if not one.represents:
        raise OutOfState("nobody_represented")
    return one


@transaction.atomic
def keep_authority(
    *, compound_id: int, ref: str, candidate: str, authority: str, upload: Any = None, by: Actor, now: datetime
) -> Candidate:
    """Say which paper it is, and keep its photo or PDF. A paper that changed is not seen yet: it is checked again.

    Refused: NoSuchCandidate, NotPermitted (not_the_nominee), OutOfState (poll_moved_on, moved_on, nobody_represented), BadInput
    (say_why, too_long), FileRefused.
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = _standing(step, candidate)
    if not is_nominee(by, one) and not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_the_nominee")
    before = one.authority
    one.authority = said(authority, "authority", MAX_ARTICLE)
    if upload is not None:
        upload.seek(0)
        keep = store_file if upload.read(len(_PDF)) == _PDF else store_image
        upload.seek(0)
        one.authority_paper = keep(
            compound_id=compound_id,
            by=by,
            upload=upload,
            purpose=PURPOSE,
            target=f"candidates.candidate:{one.pk}",
            now=now,
        )
    one.authority_seen_at, one.authority_seen_as, one.updated_at = None, "", now
    one.save()
    step.settle("authority", one, {"authority": [before, one.authority], "paper": [None, upload is not None]})
    return one


@transaction.atomic
def check_authority(*, compound_id: int, ref: str, candidate: str, by: Actor, now: datetime) -> Candidate:
    """Whoever prepares has seen the original. Twice is nothing.

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, moved_on, nobody_represented).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    one = _standing(step, candidate)
    if not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_your_post")
    if one.authority_seen_at is not None:
        return one
    one.authority_seen_at, one.authority_seen_as, one.updated_at = now, by.signature, now
    one.save()
    step.settle("check_authority", one, {"authority": [None, one.authority], "seen": [None, by.signature]})
    return one
