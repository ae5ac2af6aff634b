"""Telling people of what is out: an urgent notice at once, others together and not more than once an hour."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from messaging.actions import queue
from messaging.actions.turns import PAUSE, take_turns
from notices.actions.change import everyone_in, link
from notices.audience import Audience, posts, residents
from notices.models import Notice, Pending, State
from notices.rules.kinds import URGENT
from tenancy.actor import system_actor

WORDS = 200
NAMED = 5


def audience_of(notice: Notice) -> Audience:
    """Whom a notice is for."""
    return Audience(tuple(notice.roles), tuple(notice.building_ids), tuple(notice.entrance_ids))


@transaction.atomic
def tell_due(*, compound_id: int, now: datetime) -> int:
    """Queue the messages about notices that came out and are not told yet; returns how many notices were told.

    Urgent ones each at once. The others wait until an hour has passed since the last time, and then come as one message a
    person, whatever their number; whoever had such news within the hour, here or in another compound of theirs, is told when
    it is over (``Pending``). May be repeated: what is told is marked in the same transaction.
    """
    waiting = list(
        Notice.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "current")
        .filter(compound_id=compound_id, state=State.PUBLISHED, told_at__isnull=True)
        .order_by("published_at", "pk")
    )
    urgent = [one for one in waiting if one.kind == URGENT]
    ordinary = [one for one in waiting if one.kind != URGENT]
    last = Notice.objects.filter(compound_id=compound_id, told_at__isnull=False).exclude(kind=URGENT)
    told_last = last.aggregate(last=Max("told_at"))["last"] if ordinary else None
    if told_last is not None and told_last > now - PAUSE:
        ordinary = []
    told = urgent + ordinary
    here = everyone_in(compound_id, now) if told else []
    reached = {one.pk: residents(compound_id, audience_of(one), localdate(now)) for one in told}
    for one in told:
        reached[one.pk] = (reached[one.pk] | posts(audience_of(one), here)) - {one.person_id}
    for one in urgent:
        _queue([one], reached[one.pk], now)
    _tell_ordinary(compound_id, ordinary, reached, now)
    Notice.objects.filter(compound_id=compound_id, pk__in=[one.pk for one in told]).update(told_at=now)
    return len(told)


def _tell_ordinary(compound_id: int, fresh: list[Notice], reached: dict[int, set[int]], now: datetime) -> None:
    """One message to everyone whose turn it is, of what is new and what they still had to hear; the others hear later."""
    kept = list(
        Pending.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice__compound", "notice__current")
        .filter(compound_id=compound_id)
    )
    news: dict[int, dict[int, Notice]] = defaultdict(dict)
    for row in kept:
        # What is gone before somebody heard of it needs no word.
        if row.notice.state == State.PUBLISHED:
            news[row.person_id][row.notice_id] = row.notice
    for one in fresh:
        for person in reached[one.pk]:
            news[person][one.pk] = one
    if not news and not kept:
        return
    free = take_turns(news, now)
    groups: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for person in free:
        groups[tuple(sorted(news[person]))].add(person)
    by_pk = {pk: one for told in news.values() for pk, one in told.items()}
    for pks, people in sorted(groups.items()):
        _queue([by_pk[pk] for pk in pks], people, now)
    over = [row.pk for row in kept if row.person_id in free or row.notice_id not in news.get(row.person_id, {})]
    Pending.objects.filter(compound_id=compound_id, pk__in=over).delete()
    Pending.objects.bulk_create(
        [
            Pending(compound_id=compound_id, notice=one, person_id=person)
            for one in fresh
            for person in sorted(reached[one.pk] - free)
        ],
        ignore_conflicts=True,
    )


def _queue(about: list[Notice], people: set[int], now: datetime) -> None:
    one = about[0]
    by = system_actor("notices", (one.compound_id,))
    if one.kind == URGENT:
        words = " ".join(one.current.body_text.split())[:WORDS]
        template = "notices.urgent"
        context = {"title": one.title, "speaker": one.speaker, "words": words}
        to = link(one)
    elif len(about) == 1:
        template, context, to = "notices.new", {"title": one.title, "speaker": one.speaker}, link(one)
    else:
        titles = "".join(f"《{each.title}》" for each in about[:NAMED]) + ("……" if len(about) > NAMED else "")
        template, context = "notices.several", {"count": str(len(about)), "titles": titles}
        to = f"/c/{one.compound.code}/notices/"
    queue(
        compound_id=one.compound_id,
        to=people,
        template=template,
        context={"compound": one.compound.name, **context},
        link=to,
        by=by,
        now=now,
        urgent=one.kind == URGENT,
        key=f"notices.told:{about[0].pk}:{about[-1].pk}:{len(about)}",
    )
