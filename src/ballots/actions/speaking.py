"""Who votes for a right in the place of its owners: recorded by an officer, ended by one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from accounts.crypto import digest
from accounts.models import Person
from accounts.numbers import to_e164
from audit.actions import record
from ballots.messages import link
from ballots.models import Ground, Proxy, Speaker
from ballots.models.speaking import MAX_NAME
from ballots.permissions import keeps
from ballots.queries.people import is_firm_staff, right_named
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from documents.actions import store_image
from documents.models import StoredFile
from elections.actions.change import said
from elections.models import Poll, Right
from elections.permissions import sees_polls
from elections.queries.polls import poll_of
from messaging.actions import queue
from tenancy.actor import Actor
from ui.words import masked_phone

PURPOSE = "ballots.paper"
OPEN_STATES = ("roll_fixed", "called", "voting")


@transaction.atomic
def record_speaker(
    *,
    compound_id: int,
    ref: str,
    right: str,
    ground: str,
    name: str,
    phone: str,
    note: str,
    paper: Any = None,
    by: Actor,
    now: datetime,
) -> Speaker:
    """Record who votes for a right, on what ground; whoever stood there before is ended.

    A company's representative, a guardian, an estate's, a choice of co-owners: each is shown in writing, and ``note`` says what
    was shown. Refused: NoSuchPoll, NotPermitted (not_your_post, firm_staff), OutOfState (moved_on), BadInput (no_such_right,
    unknown_ground, bad_phone, say_why, too_long), FileRefused.
    """
    poll = opened(compound_id, ref, by)
    found = _right(poll, right)
    if ground not in Ground.values:
        raise BadInput("unknown_ground", field="ground")
    who, number = said(name, "name", MAX_NAME), known_number(phone, "phone")
    # A firm's own flat is voted for by whom it sends; nobody else's by the firm that serves the compound.
    if ground != Ground.AUTHORISED and is_firm_staff(poll, digest(number), now):
        raise NotPermitted("firm_staff")
    why = said(note, "note")
    before = Speaker.objects.filter(compound_id=compound_id, poll=poll, right=found.key, ended_at=None).first()
    if before is not None:
        before.ended_at, before.ended_as = now, by.signature
        before.save(update_fields=["ended_at", "ended_as"])
    made: Speaker = Speaker.objects.create(
        compound_id=compound_id, poll=poll, right=found.key, ground=ground, name=who, phone_digest=digest(number),
        phone_shown=masked_phone(number), note=why, paper=kept(poll, paper, by, now), at=now, person_id=by.person_id,
        post_id=by.post_id, label=by.signature,
    )  # fmt: skip
    if poll.called_at is not None:
        _tell(poll, found, made, by, now)
    _entry(poll, found, {"name": [before.name if before else None, who], "ground": [None, ground]}, by=by, now=now)
    return made


def _tell(poll: Poll, right: Right, made: Speaker, by: Actor, now: datetime) -> None:
    """Whoever was recorded and has an account hears of it, with the way in."""
    person = Person.objects.filter(phone_digest=made.phone_digest, phone_verified=True).first()
    queue(
        compound_id=poll.compound_id,
        to=[person.pk] if person is not None else [],
        template="ballots.speaks",
        context={
            "compound": poll.compound.name,
            "title": poll.title,
            "holder": right.holder,
            "until": f"{localtime(poll.closes_at):%Y-%m-%d %H:%M}" if poll.closes_at is not None else "",
        },
        link=link(poll, "voter"),
        by=by,
        now=now,
        key=f"ballots.speaks:{made.pk}",
    )


@transaction.atomic
def end_speaker(*, compound_id: int, ref: str, speaker_id: int, by: Actor, now: datetime) -> Speaker:
    """End such a record. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, settled)."""
    poll = opened(compound_id, ref, by)
    found: Speaker | None = Speaker.objects.filter(
        compound_id=compound_id, poll=poll, pk=speaker_id, ended_at=None
    ).first()
    if found is None:
        raise OutOfState("settled")
    found.ended_at, found.ended_as = now, by.signature
    found.save(update_fields=["ended_at", "ended_as"])
    right = _right(poll, found.right)
    _entry(poll, right, {"name": [found.name, None]}, by=by, now=now)
    return found


def opened(compound_id: int, ref: str, by: Actor) -> Poll:
    """The poll, for whoever keeps its records, while it is not closed."""
    poll = poll_of(compound_id, ref)
    if poll is None or not sees_polls(by):
        raise NoSuchPoll
    if not keeps(by, poll):
        raise NotPermitted("not_your_post")
    if poll.state not in OPEN_STATES:
        raise OutOfState("moved_on", state=str(poll.get_state_display()))
    return poll


def known_number(phone: str, field: str) -> str:
    """A mobile number as we keep it. Raises BadInput (bad_phone)."""
    try:
        return to_e164(phone)
    except ValueError as error:
        raise BadInput("bad_phone", field=field) from error


def kept(poll: Poll, paper: Any, by: Actor, now: datetime) -> StoredFile | None:
    """The photo of what was shown, if there is one."""
    if not paper:
        return None
    return store_image(
        compound_id=poll.compound_id, by=by, upload=paper, purpose=PURPOSE, target=f"elections.poll:{poll.pk}", now=now
    )


def may_read_paper(actor: Actor, stored_file: StoredFile) -> bool:
    """Who conducts the poll reads the photos of its papers."""
    found = (
        Speaker.objects.filter(compound_id=stored_file.compound_id, paper=stored_file).select_related("poll").first()
        or Proxy.objects.filter(compound_id=stored_file.compound_id, paper=stored_file).select_related("poll").first()
    )
    return found is not None and keeps(actor, found.poll)


def _right(poll: Poll, key: str) -> Right:
    found = right_named(poll, key)
    if found is None:
        raise BadInput("no_such_right", field="right")
    return found


def _entry(poll: Poll, right: Right, changes: dict[str, list[Any]], *, by: Actor, now: datetime) -> None:
    record(
        by=by, compound_id=poll.compound_id, verb="ballots.speak", target=f"elections.poll:{poll.pk}",
        changes={"holder": [None, right.holder], **changes}, now=now,
    )  # fmt: skip
