"""What the tests of isolation find of voting: a poll that runs, a ballot, a representative, a proxy, an extension, a step."""

from datetime import datetime, timedelta
from typing import Any

from ballots.actions.casting import Ballot, cast
from ballots.actions.clock import open_voting
from ballots.actions.extending import extend
from ballots.actions.proxies import record_paper
from ballots.actions.reminding import tell_due
from ballots.actions.speaking import record_speaker
from ballots.actions.ticking import tick
from ballots.queries.rights import rights_of
from boxes import actions as boxes
from boxes.actions import HolderDraft
from elections import actions as polls
from elections.actions import Draft, joint
from elections.models import Likeness, Poll
from paper_ballots.actions import enter_asked
from tenancy.actor import system_actor
from tests.repairs.conftest import picture
from tests.world import Side, phone_of


def put_ballots_up(side: Side, index: int, mark: str, now: datetime) -> dict[str, Any]:
    """A vote of today's, each text with the mark; the values of URL parameters. Inside the compound's scope."""
    ago = now - timedelta(days=40)
    by, compound = side.actor("officer"), side.compound

    def do(action: Any, at: datetime = ago, who: Any = by, **given: Any) -> Any:
        return action(compound_id=compound.pk, by=who, now=at, **given)

    poll: Poll = do(polls.open_poll, kind="decision", title=f"表决{mark}", on=now.date())
    do(polls.draw_roll, ref=poll.ref)
    for one in Likeness.objects.filter(compound=compound, poll=poll):
        do(polls.decide_likeness, ref=poll.ref, number=one.number, same=[], note=f"核对{mark}")
    do(polls.freeze_roll, ref=poll.ref, office_areas=True)
    do(polls.word_items, ref=poll.ref, items=[Draft("other", f"同意更换门禁{mark}")])
    opens, closes = now - timedelta(days=2), now + timedelta(days=10)
    do(polls.settle_window, ref=poll.ref, opens_at=opens, closes_at=closes)
    do(polls.call_poll, ref=poll.ref, accepted=True)
    names = ("officer", "chair", "street")
    do(boxes.set_up_box, ref=poll.ref, holders=[HolderDraft(post_id=side.posts[name].pk) for name in names])
    for number, name in enumerate(names, 1):
        do(boxes.confirm_share, ref=poll.ref, number=number, who=side.actor(name))
    do(open_voting, opens, system_actor("test", (compound.pk,)), ref=poll.ref)
    poll = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
    (right,), (other,) = (rights_of(poll, side.people[who]) for who in ("resident", "neighbour"))
    cast(
        compound_id=compound.pk, ref=poll.ref, ballot=Ballot(right.key, {}), person=side.people["resident"],
        verified_at=now, device=f"手机{mark}", by=side.actor("resident"), now=now,
    )  # fmt: skip
    speaker = do(
        record_speaker, now, ref=poll.ref, right=other.key, ground="estate", name=f"代表{mark}"[:40],
        phone=phone_of(index, "neighbour"), note=f"公证书{mark}",
    )  # fmt: skip
    proxy = do(
        record_paper, now, ref=poll.ref, right=other.key, giver=f"业主{mark}"[:40], agent=f"受托{mark}"[:40],
        phone=phone_of(index, "resident"), paper=picture(),
    )  # fmt: skip
    do(extend, now, ref=poll.ref, closes_at=closes + timedelta(days=1), reason=f"人数不够{mark}")
    step = do(joint.ask, now, side.actor("chair"), ref=poll.ref, step="end_early", reason=f"提前{mark}")
    asked = do(
        enter_asked, now, ref=poll.ref, address=other.homes[0].address, way="door", name=f"业主{mark}"[:60], note=f"晚上{mark}",
    )  # fmt: skip
    poll.refresh_from_db()
    tell_due(compound_id=compound.pk, poll=poll, now=now.replace(hour=2))
    tick(compound_id=compound.pk, now=now)
    return {
        "poll": poll.ref, "right": right.key, "speaker_id": speaker.pk, "proxy_id": proxy.pk, "step_id": step.pk,
        "asked_id": asked.pk,
    }  # fmt: skip
