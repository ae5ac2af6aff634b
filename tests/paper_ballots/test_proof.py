"""What anyone learns of a paper by its number: that it came back and was counted in; of a secret poll all papers together."""

from typing import Any

from django.test import Client

from boxes.receipts import Paper as Known
from boxes.receipts import paper_of
from paper_ballots import actions
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, cast, closed, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import FIRST, SECOND, act, laid, printed, read, returned, scanned
from tests.paper_ballots.test_secret import area_of, named, secret
from tests.world import World


def proof(running: Running, code: str) -> Known | None:
    """What the floors say of a number."""
    with scope(running.side.compound.pk):
        return paper_of(running.poll, code)


def page(running: Running, code: str) -> str:
    """The page that anyone opens."""
    where = f"/ballot-box/{running.side.compound.code}/{running.poll.ref}/"
    return Client(headers={"accept-language": "zh-hans"}).get(where, {"receipt": code}).content.decode()


def test_a_secret_paper_is_proved_with_all_others_and_never_alone(world: World) -> None:
    running, papers = secret(world.here, 3)
    # It came back; nothing is counted in yet.
    assert proof(running, papers[0].code) == Known(1, taken_at=DURING, together=(3, 0))
    first = laid(running, [(area_of(running, papers[0]), named(running, 0))])
    act(running, actions.count_in, batch=first.number)
    # One of three is in: of no paper is it said which, not even of the one that is.
    for paper in papers:
        assert proof(running, paper.code) == Known(1, taken_at=DURING, together=(3, 1))
    rest = laid(running, [(area_of(running, one), named(running, 1)) for one in papers[1:]])
    act(running, actions.count_in, batch=rest.number)
    for paper in papers:
        found = proof(running, paper.code)
        assert found == Known(1, taken_at=DURING, counted_at=AFTER, together=(3, 3))
        # No batch, no entry of the chain: either would join the number to what was chosen.
        assert (found.batch, found.number, found.hash) == (None, 0, "")
    text = page(running, papers[0].code)
    assert [one.hash for one in running.entries() if one.kind == "paper" and one.hash in text] == []


def test_a_secret_paper_beside_an_agents_ballot_by_phone_counts_and_its_owner_stands(world: World) -> None:
    """The owner's own word stands above an agent's: the paper is among those that stand."""
    running = sealed(world.here, kind="election", secrecy="secret")
    papers = printed(running)
    place = running.keys.index(papers[0].right)
    cast(running, place, named(running, 0), by="proxy")
    returned(running, papers[0])
    closed(running)
    assert proof(running, papers[0].code) == Known(1, taken_at=DURING, together=(1, 0))


def test_a_sheet_set_aside_is_among_the_public_figures(world: World) -> None:
    running, papers = secret(world.here, 2)
    made = laid(running, [(area_of(running, one), named(running, 0)) for one in papers])
    act(running, actions.set_aside, batch=made.number, place=2, reason="没有骑缝章")
    act(running, actions.count_in, batch=made.number)
    assert proof(running, papers[0].code) == Known(1, taken_at=DURING, counted_at=AFTER, together=(2, 2))


def test_a_paper_that_did_not_come_back_or_is_void_says_so_and_no_more(world: World) -> None:
    running = sealed(world.here, kind="election", secrecy="secret")
    first, second = printed(running)[:2]
    assert proof(running, first.code) == Known(1)
    do(actions.replace, running.side, running.poll, code=second.code, reason="业主说弄丢了", now=DURING)
    assert proof(running, second.code) == Known(1, voided=True)
    assert proof(running, "2222223") is None
    assert proof(running, "没有这个编号") is None


def test_a_named_paper_has_its_own_batch_and_entry(world: World) -> None:
    running = sealed(world.here)
    papers = [returned(running, one) for one in printed(running)[:2]]
    closed(running)
    assert proof(running, papers[0].code) == Known(1, taken_at=DURING)
    made = scanned(running, papers)
    said: dict[str, Any] = {running.items[0].key: "for"}
    for place in (1, 2):
        for who in (FIRST, SECOND):
            read(running, made.number, place, who, said)
    act(running, actions.set_aside, batch=made.number, place=2, reason="没有签名")
    act(running, actions.count_in, batch=made.number)
    (entry,) = [one for one in running.entries() if one.kind == "paper"]
    assert proof(running, papers[0].code) == Known(
        1, taken_at=DURING, batch=made.number, counted_at=AFTER, number=entry.number, hash=entry.hash
    )
    assert proof(running, papers[1].code) == Known(1, taken_at=DURING, batch=made.number, counted_at=AFTER, aside=True)
    # Typed as it stands on paper, small letters and a space between.
    code = papers[0].code.lower()
    assert proof(running, f"{code[:3]} {code[3:]}") == proof(running, papers[0].code)


def test_the_next_compounds_number_is_none_of_ours(world: World) -> None:
    there, papers = secret(world.there, 1)
    here = sealed(world.here, kind="election", secrecy="secret")
    assert (proof(here, papers[0].code), proof(there, papers[0].code)) == (
        None, Known(1, taken_at=DURING, together=(1, 0)),
    )  # fmt: skip
