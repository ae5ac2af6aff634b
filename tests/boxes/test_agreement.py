"""The two counts agree, and the checker with them, on votes with proxies, votes cast again, spoiled ballots and papers."""

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from boxes import actions
from boxes.models import Opening
from boxes.queries import results
from boxes.refusals import OutOfState
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, closed, opened, step
from tests.boxes.test_counting import checked, count, record_of
from tests.boxes.test_crowd import crowded
from tests.world import World


@pytest.mark.parametrize("again", [False, True])
def test_both_counts_and_the_checker_agree(world: World, tmp_path: Path, again: bool) -> None:
    chance = random.Random(17 + again)  # noqa: S311  the same votes everywhere
    side = world.here
    running, keys = crowded(side, 60, vote_again=again)
    item = running.items[0].key
    phones, papers = keys[:40], keys[35:55]

    def choice() -> dict[str, Any]:
        return {item: chance.choice(["for", "for", "against", "abstain", "nonsense", None])}

    with scope(side.compound.pk):
        taken: set[str] = set()
        for right in [*phones, *chance.choices(phones, k=30)]:
            by = chance.choice(["owner", "owner", "proxy"])
            with suppress(OutOfState):  # already_voted: that is what is wanted here
                actions.put_in(poll=running.poll, right=right, choices=choice(), by=by, now=DURING)
            if by == "owner":
                taken.add(right)
    closed(running)
    batch = [(right, "owner", choice()) for right in papers if right not in taken]
    step(running, "count_in", actions.count_in, AFTER, batch="1", papers=batch)
    opening: Opening = opened(running)
    assert count(running, opening) == "done"
    assert checked(record_of(running), tmp_path)[0] == 0
    with scope(side.compound.pk):
        (found,) = results(running.poll)
    given = sum(voters for voters, _area in found.counts["choices"].values())
    assert given == found.counts["part"][0] == len({*phones, *(right for right, _by, _choice in batch)})
