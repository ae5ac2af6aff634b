"""The turnout told live: one count and one event every few seconds, however many vote and however many watch."""

from datetime import datetime

from django.db import transaction

from ballots.models import Tick
from ballots.queries.polls import running_polls
from ballots.queries.turnout import Taken, taken
from ballots.topics import topic_of
from ballots.words import marks_text
from elections.models import Poll
from elections.rules.measures import area_text
from live.actions import announce

KIND = "turnout"


@transaction.atomic
def tick(*, compound_id: int, now: datetime) -> int:
    """Tell whoever watches how many have voted, for each poll that runs and has moved since; returns how many moved."""
    moved = 0
    for poll in running_polls(compound_id, now):
        whole = next((one for one in taken(poll) if not one.scope), None)
        if whole is not None and _moved(poll, whole, now):
            announce(compound_id=compound_id, topic=topic_of(poll.ref), kind=KIND, payload=payload(whole), now=now)
            moved += 1
    return moved


def _moved(poll: Poll, whole: Taken, now: datetime) -> bool:
    last, made = Tick.objects.select_for_update(no_key=True).get_or_create(
        compound_id=poll.compound_id, poll=poll, defaults={"voters": whole.heads.have, "area": 0, "at": now}
    )
    if made:
        return whole.heads.have > 0
    if last.voters == whole.heads.have:
        return False
    last.voters, last.at = whole.heads.have, now
    last.save(update_fields=["voters", "at"])
    return True


def payload(whole: Taken) -> dict[str, str | int]:
    """What the page fills in by itself."""
    return {
        "voters": whole.heads.have,
        "of_voters": whole.heads.of,
        "area": area_text(whole.area.have) if whole.area is not None else "",
        "words": marks_text(whole),
    }
