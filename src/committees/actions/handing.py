"""Lists of what is handed over at the end of an office, signed off thing by thing (指导规则 45, 48; 杭州 34; 温州 24)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from committees.actions.change import locked, note, people_of, places, said, settle, tell, until
from committees.models import Committee, Handing, HandingItem, Member
from committees.permissions import keeps, runs
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState
from committees.rules.leaving import COMMITTEE_ITEMS, MEMBER_ITEMS, Days, committee_days, member_days
from tenancy.actor import Actor

MAX_ITEMS = 200


def open_committee_list(committee: Committee, *, since: date, to: str, by: Actor, now: datetime) -> Handing:
    """The list of a whole committee at the end of its term; nothing where there is one already."""
    found: Handing | None = Handing.objects.filter(
        compound_id=committee.compound_id, committee=committee, member=None
    ).first()
    return found or _open(
        committee,
        None,
        COMMITTEE_ITEMS,
        committee_days(places(committee.jurisdiction)),
        since=since,
        to=to,
        by=by,
        now=now,
    )


def open_member_list(committee: Committee, member: Member, *, since: date, by: Actor, now: datetime) -> Handing:
    """The list of a member who leaves."""
    return _open(
        committee, member, MEMBER_ITEMS, member_days(places(committee.jurisdiction)), since=since,
        to=str(committee.term.committee), by=by, now=now,
    )  # fmt: skip


def _open(
    committee: Committee,
    member: Member | None,
    items: tuple[str, ...],
    days: Days,
    *,
    since: date,
    to: str,
    by: Actor,
    now: datetime,
) -> Handing:
    made: Handing = Handing.objects.create(
        compound_id=committee.compound_id, committee=committee, member=member, since=since, due=until(since, days.days),
        article=days.source[:200], to=to[:80], opened_at=now,
    )  # fmt: skip
    HandingItem.objects.bulk_create(
        [
            HandingItem(compound_id=committee.compound_id, handing=made, number=number, what=what)
            for number, what in enumerate(items, 1)
        ]
    )
    who = {member.person_id} - {0} if member is not None else set()
    tell(
        committee, who | set(people_of(committee.compound_id, ("committee", "community", "residents"), now)), "handing",
        by=by, now=now, due=f"{made.due:%Y-%m-%d}", who=member.name if member else str(committee.term.committee),
        link=f"/c/{committee.compound.code}/committee/handing/{made.pk}/", key=f"handing:{made.pk}",
    )  # fmt: skip
    return made


def _locked(compound_id: int, handing_id: int) -> Handing:
    found: Handing | None = (
        Handing.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=handing_id)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    if found.done_at is not None:
        raise OutOfState("handed_over")
    return found


def _item(handing: Handing, number: int) -> HandingItem:
    found: HandingItem | None = (
        HandingItem.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=handing.compound_id, handing=handing, number=number)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    return found


@transaction.atomic
def add_thing(*, compound_id: int, handing_id: int, what: str, by: Actor, now: datetime) -> HandingItem:
    """Add something that must be handed over. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState
    (handed_over), BadInput (say_why, too_long, too_many)."""
    handing = _locked(compound_id, handing_id)
    committee = locked(compound_id=compound_id, committee_id=handing.committee_id, by=by, may=runs)
    number = handing.items.count() + 1
    if number > MAX_ITEMS:
        raise BadInput("too_many", field="what", most=str(MAX_ITEMS))
    made: HandingItem = HandingItem.objects.create(
        compound_id=compound_id, handing=handing, number=number, what=said(what, "what", 120)
    )
    settle(committee, "handing_add", {"thing": [None, made.what]}, by=by, now=now)
    return made


@transaction.atomic
def give(
    *, compound_id: int, handing_id: int, number: int, missing: bool = False, text: str = "", by: Actor, now: datetime
) -> HandingItem:
    """Say that a thing is handed over, or that it is missing and why: by whoever leaves, the committee, or the offices.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (handed_over, given_already), BadInput (say_why,
    too_long).
    """
    handing = _locked(compound_id, handing_id)

    def may(actor: Actor, compound: int, organisation: int) -> bool:
        own = handing.member_id is not None and handing.member.person_id == actor.person_id
        return own or runs(actor, compound, organisation)

    committee = locked(compound_id=compound_id, committee_id=handing.committee_id, by=by, may=may)
    one = _item(handing, number)
    if one.given_at is not None:
        raise OutOfState("given_already")
    one.given_note = said(text, "text", needed=missing)
    one.given_at, one.given_as, one.missing = now, by.signature, missing
    one.save()
    settle(committee, "handing_give", {"thing": [None, one.what], "missing": [None, missing]}, by=by, now=now)
    return one


@transaction.atomic
def take(*, compound_id: int, handing_id: int, number: int, by: Actor, now: datetime) -> HandingItem:
    """Sign for a thing, or for its being missing. Never by the person who handed it over; the last one closes the list.

    Refused: NoSuchCommittee, NotPermitted (not_your_post, same_person), OutOfState (handed_over, not_given, taken_already).
    """
    handing = _locked(compound_id, handing_id)

    def may(actor: Actor, compound: int, organisation: int) -> bool:
        # A list of a whole committee is signed for by the offices or by the next committee of the same body.
        return (
            keeps(actor, compound)
            or (actor.party == "street" and compound in actor.compound_ids)
            or runs(actor, compound, organisation)
        )

    committee = locked(compound_id=compound_id, committee_id=handing.committee_id, by=by, may=may)
    one = _item(handing, number)
    if one.given_at is None:
        raise OutOfState("not_given")
    if one.taken_at is not None:
        raise OutOfState("taken_already")
    if one.given_as == by.signature:
        raise NotPermitted("same_person")
    one.taken_at, one.taken_as, one.taken_party = now, by.signature, by.party
    one.save()
    if not handing.items.filter(taken_at=None).exists():
        handing.done_at = now
        handing.save(update_fields=["done_at"])
        who = handing.member.name if handing.member else "本届业主委员会"
        note(committee, "handed_over", f"{who}移交完毕，逐项签收", on=localdate(now), by=by, now=now)
    settle(committee, "handing_take", {"thing": [None, one.what]}, by=by, now=now)
    return one
