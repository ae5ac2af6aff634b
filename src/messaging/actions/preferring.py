"""How people want ordinary messages, and the digest of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from messaging import queries, templates
from messaging.actions.queueing import queue
from messaging.models import Channel, Preference
from tenancy.actor import Actor, system_actor

DIGEST = "digest.day"
DIGEST_LINES = 20


def choose_channel(*, by: Actor, ordinary: str) -> None:
    """Set by which channel the acting person wants ordinary messages beside the inbox."""
    Preference.objects.update_or_create(person_id=by.person_id, defaults={"ordinary": Channel(ordinary)})


@dataclass(frozen=True, slots=True)
class Wish:
    """How someone wants ordinary messages: ``kinds`` are the exceptions, ``quiet`` from and to, ``digest_at`` a time or None."""

    ordinary: str
    kinds: Mapping[str, str]
    quiet: tuple[time, time] | None
    digest_at: time | None


def prefer(*, by: Actor, wish: Wish) -> None:
    """Keep how the acting person wants ordinary messages. The digest is for posts: a resident's is ignored."""
    digest = wish.digest_at if by.kind == "post" and by.compound_ids else None
    known = {kind for kind, _label in templates.kinds()}
    Preference.objects.update_or_create(
        person_id=by.person_id,
        defaults={
            "ordinary": Channel(wish.ordinary),
            "kinds": {kind: str(Channel(channel)) for kind, channel in wish.kinds.items() if kind in known},
            "quiet_from": wish.quiet[0] if wish.quiet else None,
            "quiet_to": wish.quiet[1] if wish.quiet else None,
            "digest_at": digest,
            "digest_compound": by.compound_ids[0] if digest else None,
        },
    )


def send_digest(*, compound_id: int, person_id: int, now: datetime) -> int:
    """Queue a person's one message of the day: what came since the last, by compound and title. Returns how many rows.

    Nothing for a day without news, for one that had its digest, or when the person does not want it any more. May run twice.
    """
    on = localdate(now)
    with transaction.atomic():
        chosen = (
            Preference.objects.select_for_update(no_key=True)
            .filter(person_id=person_id, digest_compound=compound_id)
            .first()
        )
        if chosen is None or chosen.digest_at is None or chosen.digested_on == on:
            return 0
        chosen.digested_on = on
        chosen.save(update_fields=["digested_on"])
        news = queries.news(person_id=person_id, since=now - timedelta(days=1), until=now)
        if not news:
            return 0
        return queue(
            compound_id=compound_id,
            to=[person_id],
            template=DIGEST,
            context={
                "count": str(sum(one.count for one in news)),
                "list": "\n".join(f"{one.compound}　{one.title} × {one.count}" for one in news[:DIGEST_LINES]),
            },
            link="/messages/",
            by=system_actor("digest", (compound_id,)),
            now=now,
            key=f"{DIGEST}:{person_id}:{on}",
        )
