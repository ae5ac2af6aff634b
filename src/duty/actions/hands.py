"""Shifts that change hands, when both agree."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from duty.actions.change import DutyRefused, NoSuchShift, hours, log, phone_kept, shift_of, spoken, tell, void_offers
from duty.models import Offer, Shift
from parties.queries import holders
from tenancy.actor import Actor

MAX_NOTE = 100


@transaction.atomic
def offer(
    *,
    compound_id: int,
    shift_id: int,
    to_post: int | None,
    in_return: int | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Offer:
    """Ask a colleague to take a shift of one's own (``to_post`` None: whoever wants), perhaps for one of theirs.

    Refuses: not_yours, begun, offered (there is one already), no_such_post, in_return (not theirs, or over).
    """
    shift = shift_of(compound_id, shift_id)
    if by.post_id is None or shift.post_id != by.post_id:
        raise DutyRefused("not_yours")
    if shift.starts_at <= now:
        raise DutyRefused("begun")
    people = holders(compound_id, localdate(shift.starts_at))
    mates = [one for one in people if one.party == by.party and one.post_id != by.post_id]
    if to_post is not None and to_post not in {one.post_id for one in mates}:
        raise DutyRefused("no_such_post", field="to_post")
    if in_return is not None:
        _returned(compound_id, in_return, to_post, now)
    if Offer.objects.filter(compound_id=compound_id, shift=shift, state=Offer.State.OPEN).exists():
        raise DutyRefused("offered")
    made: Offer = Offer.objects.create(
        compound_id=compound_id,
        shift=shift,
        from_post_id=by.post_id,
        to_post_id=to_post,
        in_return_id=in_return,
        note=note.strip()[:MAX_NOTE],
        state=Offer.State.OPEN,
        created_at=now,
    )
    log(
        "offer",
        f"duty.shift:{shift.pk}",
        {"to": [None, to_post], "in_return": [None, in_return]},
        compound_id,
        by=by,
        now=now,
    )
    told = [one.person_id for one in mates if to_post in {None, one.post_id} and one.role != "manager"]
    template = "duty.offered" if to_post is not None else "duty.offered_all"
    tell(
        compound_id, told, template, by, now, key=f"offer:{made.pk}", when=spoken(shift), who=by.person_name, mine=True
    )
    return made


@transaction.atomic
def take(*, compound_id: int, offer_id: int, phone: str = "", by: Actor, now: datetime) -> Offer:
    """Agree to an offer: the shift (and the one in return) changes hands at once. Who is first has it.

    Refuses: not_yours, gone (somebody was faster, it was withdrawn, or it began), overlaps, phone.
    """
    found = _offer(compound_id, offer_id)
    if by.post_id is None or found.to_post_id not in {None, by.post_id} or found.from_post_id == by.post_id:
        raise DutyRefused("not_yours")
    mates = {one.post_id for one in holders(compound_id, localdate(now)) if one.party == by.party}
    if by.post_id not in mates or found.from_post_id not in mates:
        raise DutyRefused("not_yours")
    shift = shift_of(compound_id, found.shift_id)
    if found.state != Offer.State.OPEN or shift.starts_at <= now or shift.post_id != found.from_post_id:
        raise DutyRefused("gone")
    moved = [(shift, by.post_id, phone_kept(phone))]
    if found.in_return_id is not None:
        other = shift_of(compound_id, found.in_return_id)
        if other.starts_at <= now or other.post_id != by.post_id:
            raise DutyRefused("gone")
        moved.append((other, found.from_post_id, ""))
    _move(compound_id, moved, by)
    found.state, found.answered_at, found.answered_by = Offer.State.AGREED, now, by.person_id
    found.save()
    void_offers(compound_id, now)
    for one, _post_id, _phone_given in moved:
        before = found.from_post_id if one is shift else by.post_id
        log("take", f"duty.shift:{one.pk}", {"post": [before, one.post_id], **hours(one)}, compound_id, by=by, now=now)
    desk = [
        one.person_id for one in holders(compound_id, localdate(now)) if one.party == by.party and one.role == "manager"
    ]
    told = [found.from_post.person_id, *desk]
    tell(
        compound_id,
        told,
        "duty.agreed",
        by,
        now,
        key=f"agreed:{found.pk}",
        when=spoken(shift),
        who=by.person_name,
        mine=True,
    )
    return found


@transaction.atomic
def answer_no(*, compound_id: int, offer_id: int, by: Actor, now: datetime) -> Offer:
    """Refuse an offer made to oneself, or withdraw one's own. Refuses: not_yours, gone."""
    found = _offer(compound_id, offer_id)
    own = by.post_id is not None and found.from_post_id == by.post_id
    if not own and (by.post_id is None or found.to_post_id != by.post_id):
        raise DutyRefused("not_yours")
    if found.state != Offer.State.OPEN:
        raise DutyRefused("gone")
    found.state = Offer.State.WITHDRAWN if own else Offer.State.REFUSED
    found.answered_at, found.answered_by = now, by.person_id
    found.save()
    log("answer_no", f"duty.shift:{found.shift_id}", {"offer": ["open", found.state]}, compound_id, by=by, now=now)
    if not own:
        when = spoken(found.shift)
        tell(
            compound_id,
            [found.from_post.person_id],
            "duty.refused",
            by,
            now,
            key=f"no:{found.pk}",
            when=when,
            who=by.person_name,
            mine=True,
        )
    return found


def _offer(compound_id: int, offer_id: int) -> Offer:
    found: Offer | None = (
        Offer.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=offer_id)
        .select_related("from_post", "shift")
        .first()
    )
    if found is None:
        raise NoSuchShift
    return found


def _returned(compound_id: int, shift_id: int, to_post: int | None, now: datetime) -> None:
    found = Shift.objects.filter(
        compound_id=compound_id, pk=shift_id, post_id=to_post, cancelled_at__isnull=True, starts_at__gt=now
    )
    if to_post is None or not found.exists():
        raise DutyRefused("in_return", field="in_return")


def _move(compound_id: int, moved: list[tuple[Shift, int, str]], by: Actor) -> None:
    """Give shifts to other posts, all at once: an exchange may overlap in between. The constraint looks at the end."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE duty_shift s SET post_id = m.post_id, phone = m.phone
                FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS m(id, post_id, phone)
                WHERE s.compound_id = %s AND s.id = m.id
                """,
                [
                    [shift.pk for shift, _to, _number in moved],
                    [post for _one, post, _number in moved],
                    [phone for _one, _to, phone in moved],
                    compound_id,
                ],
            )
    except IntegrityError as error:
        raise DutyRefused("overlaps", who=by.person_name) from error
    for shift, post_id, phone in moved:
        shift.post_id, shift.phone = post_id, phone
