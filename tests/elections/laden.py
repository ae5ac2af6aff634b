"""A vote with a row of every kind, for the tests of isolation."""

from datetime import datetime, timedelta
from typing import Any

from elections import actions
from elections.actions import Draft
from elections.models import Likeness
from premises import actions as premises
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.world import BEGAN, Side

DAY = timedelta(days=1)


def put_a_vote_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A decision that is called, its roll public, corrected once, with a likeness that somebody decided."""
    compound_id = side.compound.pk
    with scope(compound_id):
        for home in side.homes[3:5]:
            premises.record_owner(
                home=home, name=f"同名公司{mark}", starts=BEGAN, by=system_actor("test", (compound_id,)), now=now
            )
        by = side.actor("officer")
        poll = actions.open_poll(
            compound_id=compound_id,
            kind="decision",
            title=f"更换电梯{mark}",
            on=(now + 30 * DAY).date(),
            by=by,
            now=now,
        )
        common: dict[str, Any] = {"compound_id": compound_id, "ref": poll.ref, "by": by, "now": now}
        actions.draw_roll(**common)
        for one in Likeness.objects.filter(compound_id=compound_id, poll=poll):
            actions.decide_likeness(number=one.number, same=[], note=f"核对{mark}", **common)
        actions.freeze_roll(office_areas=True, **common)
        actions.amend(number=1, area="90.5", source="register", reason=f"实测{mark}", evidence=f"权证{mark}", **common)
        actions.publish_roll(**common)
        actions.word_items(items=[Draft("rebuild", f"更换 1 幢电梯{mark}", also=("use_fund",))], **common)
        actions.settle_window(opens_at=now + 30 * DAY, closes_at=now + 40 * DAY, **common)
        actions.call_publicly(accepted=True, **common)
    return {"poll": poll.ref}
