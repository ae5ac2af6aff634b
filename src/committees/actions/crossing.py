"""Cross-posts (双向进入、交叉任职): proposed, recorded when both posts are held, ended when either ends."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record as audit
from committees.actions.change import said
from committees.models import Committee, CrossPost, Member
from committees.models.crossing import CrossState, Direction
from committees.permissions import keeps
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState
from parties import actions as parties
from parties.actions import PartyRefused
from parties.models import Organisation, Post
from parties.queries import acting_organisations
from tenancy.actor import Actor, system_actor

COMMUNITY = (Organisation.Kind.COMMUNITY_PARTY, Organisation.Kind.RESIDENTS_COMMITTEE)
OUT_ROLE = "part_time_member"


@transaction.atomic
def propose_cross(
    *, compound_id: int, direction: str, post_id: int, title: str, basis: str, by: Actor, now: datetime
) -> CrossPost:
    """Propose a cross-post: someone of the community for the committee (to be elected there), or a member of the committee as a
    part-time member of the community's Party organisation (兼职委员).

    ``post_id``: the post that they hold now, on the side they come from. Refused: NotPermitted (not_your_post), BadInput
    (unknown_direction, no_such_post, no_body, say_why, too_long), OutOfState (proposed_already).
    """
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    if direction not in Direction.values:
        raise BadInput("unknown_direction", field="direction")
    today = localdate(now)
    here = acting_organisations(compound_id, today)
    post = _held(post_id, here, today)
    kinds = COMMUNITY if direction == Direction.INTO_COMMITTEE else (Organisation.Kind.OWNERS_COMMITTEE,)
    if post is None or post.organisation.kind not in kinds:
        raise BadInput("no_such_post", field="post_id")
    body = _body(direction, here)
    if CrossPost.objects.filter(
        compound_id=compound_id, person_id=post.person_id, body=body, direction=direction,
        state__in=(CrossState.PROPOSED, CrossState.HELD),
    ).exists():  # fmt: skip
        raise OutOfState("proposed_already")
    into = direction == Direction.INTO_COMMITTEE
    made: CrossPost = CrossPost.objects.create(
        compound_id=compound_id, direction=direction, name=post.person.name, person_id=post.person_id, body=body,
        title=said(title, "title", 20), basis=said(basis, "basis"), community_post=post.pk if into else None,
        committee_post=None if into else post.pk, proposed_at=now, proposed_as=by.signature,
    )  # fmt: skip
    _log(made, "cross_propose", {"person": [None, made.name], "direction": [None, direction]}, by, now)
    return made


@transaction.atomic
def record_cross(*, compound_id: int, cross_id: int, starts: date, by: Actor, now: datetime) -> CrossPost:
    """Record that a member of the committee entered the community's body: the post is given with the one it was entered from.

    Into the committee nobody is appointed: that is recorded when the committee takes office. Refused: NoSuchCommittee,
    NotPermitted (not_your_post, not_your_body), OutOfState (not_proposed, by_election), BadInput (post_ended,
    and what ``parties`` says).
    """
    found = _locked(compound_id, cross_id)
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    if found.state != CrossState.PROPOSED:
        raise OutOfState("not_proposed")
    if found.direction == Direction.INTO_COMMITTEE:
        raise OutOfState("by_election")
    # A body's posts are given by that body: the residents' committee does not appoint for the Party organisation.
    if by.organisation_id != found.body_id:
        raise NotPermitted("not_your_body")
    today = localdate(now)
    held = Post.objects.filter(pk=found.committee_post or 0, starts__lte=today).exclude(ends__lt=today)
    post = held.select_related("person").first()
    if post is None:
        raise BadInput("post_ended", field="starts")
    try:
        made = parties.appoint(
            person=post.person, organisation=found.body, role=OUT_ROLE, starts=starts, ends=post.ends, basis=found.basis[:200],
            only_compounds=[compound_id], cross_from=post, by=by, now=now,
        )  # fmt: skip
    except PartyRefused as error:
        raise BadInput(error.code, field="starts") from error
    found.community_post, found.state, found.starts = made.pk, CrossState.HELD, starts
    found.save()
    _log(found, "cross_record", {"person": [None, found.name], "starts": [None, str(starts)]}, by, now)
    return found


@transaction.atomic
def drop_cross(*, compound_id: int, cross_id: int, reason: str, by: Actor, now: datetime) -> CrossPost:
    """Give a proposal up, or end a cross-post that is held: out of the committee the community's post ends, into it nothing does,
    because who was elected stays a member. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (ended),
    BadInput (say_why, too_long)."""
    found = _locked(compound_id, cross_id)
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    why = said(reason, "reason")
    today = localdate(now)
    if found.state == CrossState.PROPOSED:
        found.state, found.end_reason = CrossState.DROPPED, why
    elif found.state == CrossState.HELD:
        if found.direction == Direction.OUT_OF_COMMITTEE:
            post = Post.objects.get(pk=found.community_post or 0)
            if post.ends is None or post.ends > today:
                parties.end_post(post=post, ends=max(today, post.starts), basis=why[:200], by=by, now=now)
        found.state, found.end_reason, found.ends = CrossState.ENDED, why, today
    else:
        raise OutOfState("ended")
    found.save()
    _log(found, "cross_end", {"person": [found.name, None], "reason": [None, why]}, by, now)
    return found


def enter_committee(committee: Committee, members: Sequence[Member], *, by: Actor, now: datetime) -> int:
    """Record the proposals into the committee of those who were elected and hold a post there; returns how many."""
    posts = {one.person_id: one for one in members if one.person_id and one.post_id is not None}
    waiting = CrossPost.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=committee.compound_id, direction=Direction.INTO_COMMITTEE, state=CrossState.PROPOSED,
        person_id__in=list(posts), body_id=committee.term.committee_id,
    )  # fmt: skip
    count = 0
    for one in list(waiting):
        member = posts[one.person_id]
        Post.objects.filter(pk=member.post_id or 0, cross_from=None).update(cross_from_id=one.community_post)
        one.committee_post, one.state, one.starts = member.post_id, CrossState.HELD, member.starts
        one.save()
        _log(one, "cross_record", {"person": [None, one.name], "starts": [None, str(member.starts)]}, by, now)
        count += 1
    return count


@transaction.atomic
def watch_posts(*, compound_id: int, now: datetime) -> int:
    """End what ended: where either post is over, the cross-post is, and the part-time post that hung on it ends with it. A
    chair who was a member goes on by the new post of the same body. Returns how many ended. May be repeated."""
    today = localdate(now)
    by = system_actor("committees", (compound_id,))
    count = 0
    held = CrossPost.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).filter(
        compound_id=compound_id, state=CrossState.HELD
    )
    for one in list(held):
        posts = {
            post.pk: post
            for post in Post.objects.filter(pk__in=[pk for pk in (one.community_post, one.committee_post) if pk])
        }
        over = [pk for pk in (one.community_post, one.committee_post) if _over(posts.get(pk), today)]
        if not over:
            continue
        if over == [one.committee_post] and (again := _again(posts.get(one.committee_post), one, today)):
            one.committee_post = again.pk
            one.save(update_fields=["committee_post"])
            Post.objects.filter(pk=again.pk, cross_from=None).update(
                cross_from_id=one.community_post if one.direction == Direction.INTO_COMMITTEE else None
            )
            continue
        last = min((ends for pk in over if pk in posts and (ends := posts[pk].ends) is not None), default=today)
        if one.direction == Direction.OUT_OF_COMMITTEE and one.community_post not in over:
            post = posts[one.community_post]
            parties.end_post(post=post, ends=max(last, post.starts), basis="所在业委会职务结束", by=by, now=now)
        one.state, one.ends, one.end_reason = CrossState.ENDED, last, "一方职务结束"
        one.save()
        _log(one, "cross_end", {"person": [one.name, None]}, by, now)
        count += 1
    return count


def _over(post: Post | None, on: date) -> bool:
    return post is None or (post.ends is not None and post.ends < on)


def _again(post: Post | None, one: CrossPost, on: date) -> Post | None:
    """Another post that the same person holds today in the same body."""
    if post is None:
        return None
    held = Post.objects.filter(person_id=one.person_id, organisation_id=post.organisation_id, starts__lte=on)
    return held.exclude(ends__lt=on).order_by("-starts", "-pk").first()


def _held(post_id: int, here: set[int], on: date) -> Post | None:
    found = Post.objects.filter(pk=post_id, organisation_id__in=here, starts__lte=on).exclude(ends__lt=on)
    return found.select_related("organisation", "person").first()


def _body(direction: str, here: set[int]) -> Organisation:
    kind = (
        Organisation.Kind.OWNERS_COMMITTEE
        if direction == Direction.INTO_COMMITTEE
        else Organisation.Kind.COMMUNITY_PARTY
    )
    found = Organisation.objects.filter(pk__in=here, kind=kind).order_by("pk").first()
    if found is None:
        raise BadInput("no_body", field="direction")
    return found


def _locked(compound_id: int, cross_id: int) -> CrossPost:
    found: CrossPost | None = (
        CrossPost.objects.select_for_update(of=("self",), no_key=True)
        .select_related("body")
        .filter(compound_id=compound_id, pk=cross_id)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    return found


def _log(one: CrossPost, action: str, changes: dict[str, list[Any]], by: Actor, now: datetime) -> None:
    audit(
        by=by, compound_id=one.compound_id, verb=f"committees.{action}", target=f"committees.crosspost:{one.pk}",
        changes=changes, now=now,
    )  # fmt: skip
