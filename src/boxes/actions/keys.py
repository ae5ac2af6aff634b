"""The key of a box: made, split among holders, forgotten. What is not kept cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from boxes.models import Box, Holder, State, Tip
from boxes.models.box import MAX_NAME
from boxes.permissions import HOLDING, may_keep
from boxes.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from elections.actions.change import said
from elections.box.chain import NOTHING
from elections.box.keys import SCHEMES, make_key
from elections.models import Poll
from elections.permissions import sees_polls
from elections.topics import STAFF
from live.actions import Announcement, announce_all
from parties.models import Post
from parties.queries import holders as posts_of
from tenancy.actor import Actor

BEFORE = frozenset({"roll_fixed", "called"})
OWNERS = "owners"


@dataclass(frozen=True, slots=True)
class HolderDraft:
    """Who is to hold a share: somebody's post, or, without one, an owner by name and home (``stands_for``: 2 幢 301 业主)."""

    post_id: int | None = None
    name: str = ""
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class MadeBox:
    """A new box, and the shares by holder's number: here once, and nowhere else. They are never printed by ``repr``."""

    box: Box
    holders: Sequence[Holder]
    shares: Mapping[int, str] = field(repr=False)


@transaction.atomic
def set_up_box(*, compound_id: int, ref: str, holders: Sequence[HolderDraft], by: Actor, now: datetime) -> MadeBox:
    """Make the key of a poll's box and split it among 3 or 5 holders of different bodies: 2 or 3 of them open it.

    Until voting begins it may be done anew, for sheets that were lost: the shares of before then open nothing. Refused:
    NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, paper_only), BadInput (how_many_holders, no_such_post,
    not_a_holder, same_body, same_person, too_many_owners, say_why, too_long; ``field`` names the holder: holder-1).
    """
    poll = _poll(compound_id, ref, by)
    if not may_keep(by, poll):
        raise NotPermitted("not_your_post")
    if poll.state not in BEFORE:
        raise OutOfState("moved_on", state=str(poll.get_state_display()))
    if len(holders) not in SCHEMES:
        raise BadInput("how_many_holders", field="holders")
    threshold = SCHEMES[len(holders)]
    found = (
        Box.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, poll=poll)
        .order_by("-number")
        .first()
    )
    if found is not None and found.paper_only:
        raise OutOfState("paper_only")
    drafts = _holders(compound_id, holders, threshold, now)
    name = f"{poll.compound.name} {poll.ref}-{found.number if found else 1}"[-MAX_NAME:]
    made = make_key(name, holders=len(holders))
    again = found is not None
    if found is None:
        found = Box(compound_id=compound_id, poll=poll, number=1, name=name, state=State.MADE)
    elif found.state != State.MADE:
        raise OutOfState("moved_on", state=str(found.get_state_display()))
    found.public_key, found.threshold, found.holders_count = made.public_key, threshold, len(holders)
    found.commitments = {str(number): one for number, one in made.commitments.items()}
    found.made_at, found.made_as = now, by.signature
    found.save()
    if not again:
        Tip.objects.create(compound_id=compound_id, box=found, number=0, hash=NOTHING, at=now)
    Holder.objects.filter(compound_id=compound_id, box=found).delete()
    rows = []
    for number, one in enumerate(drafts, 1):
        one.box, one.number = found, number
        rows.append(one)
    Holder.objects.bulk_create(rows)
    _told(poll, now)
    record(
        by=by, compound_id=compound_id, verb="boxes.renew" if again else "boxes.set_up",
        target=f"elections.poll:{poll.pk}",
        changes={
            "public_key": [None, made.public_key],
            "holders": [None, [f"{one.name}（{one.stands_for}）" for one in rows]],
            "threshold": [None, threshold],
        },
        now=now,
    )  # fmt: skip
    return MadeBox(found, rows, made.shares)


def _holders(compound_id: int, drafts: Sequence[HolderDraft], threshold: int, now: datetime) -> list[Holder]:
    posts = {one.post_id: one for one in posts_of(compound_id, localdate(now))}
    bodies = dict(
        Post.objects.filter(pk__in=[one.post_id for one in drafts if one.post_id]).values_list("pk", "organisation_id")
    )
    rows: list[Holder] = []
    seen_bodies: set[int] = set()
    seen: set[int | str] = set()
    owners = 0
    for number, one in enumerate(drafts, 1):
        place = f"holder-{number}"
        if one.post_id is None:
            owners += 1
            row = Holder(
                compound_id=compound_id, name=said(one.name, place, 60), party=OWNERS,
                stands_for=said(one.stands_for, place, 120),
            )  # fmt: skip
            if owners >= threshold:
                raise BadInput("too_many_owners", field=place)
            who: int | str = f"{row.name} {row.stands_for}"
        else:
            post = posts.get(one.post_id)
            if post is None:
                raise BadInput("no_such_post", field=place)
            if post.party not in HOLDING:
                raise BadInput("not_a_holder", field=place, name=post.name)
            body = bodies[one.post_id]
            # No body alone may open the box, nor two posts of one person.
            if body in seen_bodies:
                raise BadInput("same_body", field=place, name=post.organisation)
            seen_bodies.add(body)
            row = Holder(
                compound_id=compound_id, name=post.name[:60], party=post.party, organisation_id=body,
                stands_for=f"{post.organisation} {post.role_label}"[:120], person_id=post.person_id, post_id=post.post_id,
            )  # fmt: skip
            who = post.person_id
        if who in seen:
            raise BadInput("same_person", field=place, name=row.name)
        seen.add(who)
        rows.append(row)
    return rows


@transaction.atomic
def confirm_share(*, compound_id: int, ref: str, number: int, by: Actor, now: datetime) -> Holder:
    """Say that a share is in its holder's hands: the holder by their own sign-in; for an owner without a post, who conducts.

    Refused: NoSuchPoll, BadInput (no_such_holder), NotPermitted (not_your_share), OutOfState (moved_on).
    """
    poll = _poll(compound_id, ref, by)
    found: Holder | None = (
        Holder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("box")
        .filter(compound_id=compound_id, box__poll=poll, number=number)
        .order_by("-box__number")
        .first()
    )
    if found is None:
        raise BadInput("no_such_holder", field="number")
    own = by.person_id == found.person_id if found.person_id is not None else may_keep(by, poll)
    if not own:
        raise NotPermitted("not_your_share")
    if found.confirmed_at is not None or found.box.state != State.MADE or poll.state not in BEFORE:
        raise OutOfState("moved_on", state=str(found.box.get_state_display()))
    found.confirmed_at, found.confirmed_as = now, by.signature
    found.save()
    _told(poll, now)
    record(
        by=by, compound_id=compound_id, verb="boxes.confirm", target=f"elections.poll:{poll.pk}",
        changes={"holder": [None, found.name]}, now=now,
    )  # fmt: skip
    return found


def _poll(compound_id: int, ref: str, by: Actor) -> Poll:
    found: Poll | None = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or not sees_polls(by):
        raise NoSuchPoll
    return found


def _told(poll: Poll, now: datetime) -> None:
    said_of = {"ref": poll.ref, "state": poll.state}
    announce_all(compound_id=poll.compound_id, announcements=[Announcement(STAFF, "changed", said_of)], now=now)
