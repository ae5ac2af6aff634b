"""Keys and shares, sealed ballots, the chain, the tree of receipts, and which ballot of a right counts."""

import hashlib
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox

from elections.box import keys, questions
from elections.box.ballots import Box, NotABallot, Opener, seal
from elections.box.chain import Break, Entry, broken_at, link
from elections.box.counting import CountedTwice, NotOnTheRoll, Right, count
from elections.box.encoding import NotExact, canonical
from elections.box.questions import Answer, read_answer
from elections.box.standing import standing
from elections.box.tree import Tree, root_of, steps
from tests.elections.box.votes import COMMITTEE, LIFT, MOTION, Vote, roll_of

BOX = "永康市望江花园 2026-1"


@pytest.mark.parametrize(("holders", "threshold"), [(3, 2), (5, 3)])
def test_any_holders_that_are_enough_open_the_box_and_fewer_do_not(holders: int, threshold: int) -> None:
    made = keys.make_key(BOX, holders=holders)
    parts = dict(keys.read_share(BOX, text) for text in made.shares.values())
    for few in combinations(parts, threshold - 1):
        with pytest.raises(keys.BoxStaysShut) as refused:
            keys.open_box({n: parts[n] for n in few}, threshold=threshold, public_key=made.public_key)
        assert refused.value.code == "too_few_shares"
    opened = {
        bytes(keys.open_box({n: parts[n] for n in some}, threshold=threshold, public_key=made.public_key))
        for some in permutations(parts, threshold)
    }
    assert len(opened) == 1


def test_a_share_is_read_as_people_type_it() -> None:
    made = keys.make_key(BOX, holders=3)
    text = made.shares[2]
    assert len(text.replace("-", "")) == 32
    typed = text.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    full_width = "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in text)
    assert keys.read_share(BOX, typed) == keys.read_share(BOX, full_width) == keys.read_share(BOX, text)


def test_a_wrong_or_repeated_share_is_noticed_when_it_is_given() -> None:
    made, other = keys.make_key(BOX, holders=3), keys.make_key(BOX, holders=3)
    next_door = keys.make_key("隔壁小区 2026-1", holders=3)
    text = made.shares[1]

    def refused(text: str, given: tuple[int, ...] = ()) -> str:
        with pytest.raises(keys.ShareRefused) as found:
            keys.accept_share(BOX, text, commitments=made.commitments, given=given)
        return found.value.code

    one_sign_wrong = ("1" if text[0] != "1" else "2") + text[1:]
    assert refused(one_sign_wrong) == refused(text[:-1]) == refused("") == refused("票箱") == "not_a_share"
    assert refused(next_door.shares[1]) == "not_a_share"
    assert refused(other.shares[1]) == "wrong_share"
    assert refused(text, (1,)) == "repeated_share"
    assert keys.accept_share(BOX, text, commitments=made.commitments, given=(2,))[0] == 1


def test_a_mixed_set_of_shares_does_not_open_anything() -> None:
    made, other = keys.make_key(BOX, holders=3), keys.make_key(BOX, holders=3)
    parts = {n: keys.read_share(BOX, one.shares[n])[1] for n, one in ((1, made), (2, other))}
    with pytest.raises(keys.BoxStaysShut) as refused:
        keys.open_box(parts, threshold=2, public_key=made.public_key)
    assert refused.value.code == "key_mismatch"


def test_a_ballot_says_nothing_before_it_is_opened_and_all_after() -> None:
    made = keys.make_key(BOX, holders=3)
    box = Box(BOX, (MOTION, COMMITTEE), made.public_key)
    full = {"fund": "against", "committee": ["c1", "c2", "c5"]}
    sealed = [seal(box, given) for given in (full, full, {}, {"fund": "for"}, {"committee": "abstain"})]
    assert len({len(one) for one in sealed}) == 1
    assert len(set(sealed)) == len(sealed)
    parts = dict(keys.read_share(BOX, made.shares[n]) for n in (1, 3))
    opener = Opener(box, keys.open_box(parts, threshold=2, public_key=made.public_key))
    assert opener(sealed[0]).answers == {"fund": Answer("against"), "committee": Answer("names", ("c1", "c2", "c5"))}
    assert opener(sealed[2]).answers == {"fund": Answer("abstain"), "committee": Answer("abstain")}
    assert opener(sealed[3]).answers["fund"] == Answer("for")


def test_what_cannot_be_read_is_invalid_in_every_item_and_says_why() -> None:
    made = keys.make_key(BOX, holders=3)
    box = Box(BOX, (MOTION,), made.public_key)
    parts = dict(keys.read_share(BOX, made.shares[n]) for n in (1, 2))
    opener = Opener(box, keys.open_box(parts, threshold=2, public_key=made.public_key))
    sealed = seal(box, {"fund": "for"})
    other_words = Box(BOX, (questions.Item("fund", "use_fund", "别的事"),), made.public_key)
    for found, why in (
        (b"", "unreadable"),
        (sealed[:-1], "unreadable"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "unreadable"),
        (seal(Box("别的票箱", (MOTION,), made.public_key), {"fund": "for"}), "other_box"),
        (seal(other_words, {"fund": "for"}), "other_items"),
    ):
        assert opener(found).reason == why
        assert opener(found).answers == {"fund": Answer("invalid", reason=why)}


def test_a_ballot_that_says_two_things_is_read_as_the_checker_reads_it() -> None:
    """JSON with a name twice: the last counts, also where the first was known from another ballot."""
    made = keys.make_key(BOX, holders=3)
    box = Box("b", (MOTION,), made.public_key)
    opener = Opener(box, keys.open_box(_parts(made), threshold=2, public_key=made.public_key))
    assert opener(seal(box, {"fund": "for"})).answers["fund"] == Answer("for")
    head = f'{{"box":"b","choices":{{"fund":"for"}},"items":"{box.items_hash}","nonce":"'
    sealed = SealedBox(PublicKey(bytes.fromhex(made.public_key))).encrypt
    for nonce, said in (
        ('","choices":{"fund":"against"},"z":"', "against"),
        ("0" * 32, "for"),
        ("0" * 31 + "\\", "invalid"),
        ("䶮" * 10, "for"),
    ):
        assert opener(sealed(f'{head}{nonce}"}}'.encode())).answers["fund"].choice == said, nonce
    inside = f'{{"fund":"for","items":"{box.items_hash}","nonce":"00"}}'
    nested = f'{{"box":"b","choices":{inside},"items":"","nonce":"00"}}'
    assert opener(sealed(nested.encode())).reason == "other_items"


def _parts(made: keys.Made) -> dict[int, bytes]:
    return dict(keys.read_share(BOX, made.shares[n]) for n in (1, 2))


def test_what_is_no_answer_to_the_items_is_not_sealed() -> None:
    box = Box(BOX, (MOTION,), keys.make_key(BOX, holders=3).public_key)
    for wrong in ({"other": "for"}, {"fund": "x" * 500}):
        with pytest.raises(NotABallot):
            seal(box, wrong)


@pytest.mark.parametrize(
    ("item", "marked", "answer"),
    [
        (MOTION, "for", Answer("for")),
        (MOTION, None, Answer("abstain")),
        (MOTION, ["for", "against"], Answer("invalid", reason="unreadable")),
        (MOTION, 1, Answer("invalid", reason="unreadable")),
        (COMMITTEE, ["c2", "c1"], Answer("names", ("c1", "c2"))),
        (COMMITTEE, [], Answer("abstain")),
        (COMMITTEE, "for", Answer("invalid", reason="unreadable")),
        (COMMITTEE, ["c1", "李强"], Answer("invalid", reason="unknown_name")),
        (COMMITTEE, ["c1", "c1"], Answer("invalid", reason="name_twice")),
        (COMMITTEE, ["c1", "c2", "c3", "c4"], Answer("invalid", reason="too_many_names")),
    ],
)
def test_an_item_is_read_alone(item: questions.Item, marked: object, answer: Answer) -> None:
    assert read_answer(item, marked) == answer


def chain_of(number: int) -> list[Entry]:
    entries: list[Entry] = []
    for n in range(number):
        last = entries[-1] if entries else None
        entries.append(link(last, kind="ballot", at=f"2026-06-01T00:00:{n:02d}", body={"right": f"r{n}", "n": n}))
    return entries


@given(st.integers(1, 20), st.data())
def test_removing_swapping_or_changing_any_entry_breaks_the_chain(number: int, data: st.DataObject) -> None:
    entries = chain_of(number)
    assert broken_at(entries) is None
    at = data.draw(st.integers(0, number - 1))
    one = entries[at]
    changed = Entry(one.seq, one.kind, one.at, {**one.body, "n": -1}, one.before, one.hash)
    assert broken_at([*entries[:at], changed, *entries[at + 1 :]]) == Break(at + 1, "hash")
    if at < number - 1:
        assert broken_at(entries[:at] + entries[at + 1 :]) == Break(at + 1, "number")
        swapped = [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]
        assert broken_at(swapped) == Break(at + 1, "number")
    # One that was made anew from there on is whole, and has another head.
    rebuilt = entries[:at]
    for old in entries[at:]:
        body = {**old.body, "n": -1} if old is one else old.body
        rebuilt.append(link(rebuilt[-1] if rebuilt else None, kind=old.kind, at=old.at, body=body))
    assert broken_at(rebuilt) is None
    assert rebuilt[-1].hash != entries[-1].hash


def test_time_does_not_go_back() -> None:
    first = link(None, kind="set_up", at="2026-06-02T00:00:00", body={})
    assert broken_at([first, link(first, kind="closed", at="2026-06-01T00:00:00", body={})]) == Break(2, "time")


def leaf(n: int) -> bytes:
    return hashlib.sha256(b"%d" % n).digest()


@given(st.integers(1, 70), st.data())
def test_every_receipt_is_proved_and_nothing_else_is(number: int, data: st.DataObject) -> None:
    receipts = [leaf(n) for n in range(number)]
    tree = Tree(receipts)
    at = data.draw(st.integers(0, number - 1))
    path = tree.proof(at)
    assert [list(steps(one)) for one in tree.paths()] == [tree.proof(n) for n in range(number)]
    assert root_of(receipts[at], index=at, size=number, path=path) == tree.root
    assert root_of(leaf(-1), index=at, size=number, path=path) != tree.root
    assert root_of(receipts[at], index=at, size=number, path=[*path, leaf(0)]) is None
    if path:
        assert root_of(receipts[at], index=at, size=number, path=path[:-1]) is None
    other = data.draw(st.integers(0, number - 1))
    if other != at:
        assert root_of(receipts[at], index=other, size=number, path=path) != tree.root


def test_the_tree_is_that_of_the_rfc() -> None:
    """RFC 9162, 2.1.5: the tree of seven; and the hash of nothing."""

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    d = [hashlib.sha256(b"\x00" + leaf(n)).digest() for n in range(7)]
    g, h, i = node(d[0], d[1]), node(d[2], d[3]), node(d[4], d[5])
    k, last = node(g, h), node(i, d[6])
    tree = Tree([leaf(n) for n in range(7)])
    assert tree.root == node(k, last)
    assert tree.proof(3) == [d[2], g, last]
    assert tree.proof(6) == [i, k]
    assert Tree([]).root == hashlib.sha256(b"").digest()


def test_only_what_is_written_alike_everywhere_is_fingerprinted() -> None:
    assert canonical({"b": [1, "䶮"], "a": None}) == '{"a":null,"b":[1,"䶮"]}'.encode()
    for wrong in (1.5, {1: "a"}, {"a": {1, 2}}, [b"x"]):
        with pytest.raises(NotExact):
            canonical(wrong)


def counted(vote: Vote, *, vote_again: bool) -> tuple[dict[str, int], list[tuple[int, str]]]:
    found = standing(vote.entries, vote_again=vote_again)
    return {right: one.seq for right, one in found.counted.items()}, [(one.seq, why) for one, why in found.set_aside]


def test_the_owners_own_ballot_stands_above_a_proxys() -> None:
    vote = Vote(roll_of({"a": 1, "b": 1}))
    vote.cast("a", {"fund": "for"}, by="proxy")
    vote.cast("a", {"fund": "against"})
    vote.cast("b", {"fund": "against"})
    vote.cast("b", {"fund": "for"}, by="proxy")
    for vote_again in (False, True):
        assert counted(vote, vote_again=vote_again) == ({"a": 3, "b": 4}, [(2, "by_proxy"), (5, "by_proxy")])


def test_the_first_counts_or_the_last_where_one_may_vote_again() -> None:
    vote = Vote(roll_of({"a": 1}))
    for choice in ("for", "against", "abstain"):
        vote.cast("a", {"fund": choice})
    assert counted(vote, vote_again=False) == ({"a": 2}, [(3, "again"), (4, "again")])
    assert counted(vote, vote_again=True) == ({"a": 4}, [(2, "replaced"), (3, "replaced")])


def test_a_right_counts_once_with_its_area_and_only_where_it_may() -> None:
    roll = {"a": Right(1_183_200, {"b1": 893_200}), "b": Right(893_201)}
    ballots = [
        ("a", {"fund": Answer("for"), "lift": Answer("for")}),
        ("b", {"fund": Answer("invalid"), "lift": Answer("for")}),
    ]
    found = count((MOTION, LIFT), roll, ballots)
    fund, lift = found["fund"], found["lift"]
    assert (fund.roll.voters, fund.roll.area) == (2, 2_076_401)
    assert (fund.choices["for"].area, fund.choices["invalid"].area) == (1_183_200, 893_201)
    assert (lift.roll.voters, lift.taking_part.voters, lift.choices["for"].area) == (1, 1, 893_200)
    with pytest.raises(CountedTwice):
        count((MOTION,), roll, [ballots[0], ballots[0]])
    with pytest.raises(NotOnTheRoll):
        count((MOTION,), roll, [("c", {"fund": Answer("for")})])
