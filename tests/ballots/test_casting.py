"""Casting: once a right, for whoever may, after a fresh code, with choices that count; they are nowhere but in the box."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import Entry as Audited
from ballots.actions import casting
from ballots.actions.speaking import end_speaker, record_speaker
from ballots.models import Cast
from boxes.models import Used
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused
from messaging.models import Message
from premises.models import Owner
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, Running, hand_in, mine, reread, tell, tend, voting
from tests.elections.conftest import do, owned
from tests.world import BEGAN, Side, World, phone_of

MINUTE = timedelta(minutes=1)


def refusal(kind: type[Refused], running: Running, who: str = "resident", **given: Any) -> Refused:
    """Why a ballot is refused; nothing is left of it."""
    before = casts(running)
    with pytest.raises(kind) as found, transaction.atomic():
        hand_in(running, who, **given)
    assert casts(running) == before
    return found.value


def casts(running: Running) -> list[tuple[str, str]]:
    with scope(running.side.compound.pk):
        found = Cast.objects.filter(compound=running.side.compound).order_by("number")
        return [(one.right, one.via) for one in found]


def register_person(side: Side, place: int, who: str, *, phone_only: bool = False) -> None:
    """A person of the side in the register of a home, by account or by telephone alone, beside whoever stands there."""
    person = side.people[who]
    with scope(side.compound.pk):
        home = side.homes[place]
        Owner.objects.filter(compound=side.compound, home=home).update(share_denominator=2)
        Owner.objects.create(
            compound=side.compound, home=home, name=person.name, person=None if phone_only else person, starts=BEGAN,
            share_denominator=2, phone_digests=[person.phone_digest] if phone_only else [],
        )  # fmt: skip


def test_an_owner_votes_once_and_has_a_receipt(world: World) -> None:
    side = world.here
    running = voting(side)
    made = hand_in(running)
    (right,) = mine(running)
    assert tell(running) == 1
    with scope(side.compound.pk):
        used = Used.objects.get(compound=side.compound)
        told = Message.objects.filter(compound=side.compound, template="ballots.counted", channel="in_app")
        assert [(one.person_id, "1幢1单元101" in one.body) for one in told] == [(side.people["resident"].pk, True)]
    assert (made.via, made.right, made.receipt, made.items_hash) == (
        "owner", right.key, used.hash, running.poll.items_hash,
    )  # fmt: skip
    assert (made.verified_at, made.device, made.at) == (DURING - MINUTE, "微信 · Android", DURING)
    assert (right.use.receipt if right.use else "", right.blocked(again=False)) == (made.receipt, "already_voted")
    again = refusal(OutOfState, running, right=right.key)
    assert (again.code, again.details["channel"]) == ("already_voted", "phone")


def test_nothing_that_is_kept_says_what_was_chosen(world: World) -> None:
    side = world.here
    running = voting(side, texts=("同意调整游泳池开放时间",))
    key = running.items[0].key
    hand_in(running, choices={key: "against"})
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'compound_id' AND table_schema = 'public'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 60
        leaks = []
        for name in tables:
            cursor.execute(
                f"SELECT count(*) FROM {name} t WHERE t.compound_id = %s AND t::text LIKE %s",
                [side.compound.pk, "%against%"],
            )
            if cursor.fetchone()[0]:
                leaks.append(name)
    assert leaks == []


def test_a_code_must_be_fresh(world: World) -> None:
    running = voting(world.here)
    assert refusal(BadInput, running, verified_at=DURING - 11 * MINUTE).code == "code_needed"
    assert refusal(BadInput, running, verified_at=DURING + MINUTE).code == "code_needed"
    hand_in(running, verified_at=DURING - 10 * MINUTE)


def test_who_is_not_on_the_roll_has_no_vote(world: World) -> None:
    side = world.here
    running = voting(side)
    (right,) = mine(running)
    assert refusal(NotPermitted, running, "neighbour", right=right.key).code == "not_yours"
    assert [one.holder for one in mine(running, "manager")] == []
    with scope(side.compound.pk), pytest.raises(NoSuchPoll):
        casting.cast(
            compound_id=side.compound.pk, ref=running.poll.ref, ballot=casting.Ballot(right.key, {}),
            person=side.people["resident"], verified_at=DURING, device="", by=side.actor("neighbour", DURING.date()), now=DURING,
        )  # fmt: skip


def test_a_telephone_of_the_register_is_enough_and_every_right_of_a_person_is_theirs(world: World) -> None:
    side = world.here
    register_person(side, 2, "resident")
    register_person(side, 3, "street", phone_only=True)
    running = voting(side)
    rights = mine(running)
    assert [(one.place, one.standing.via) for one in rights] == [("1幢1单元101", "owner"), ("1幢1单元201", "owner")]
    assert [(one.place, one.standing.via) for one in mine(running, "street")] == [("1幢1单元202", "owner")]


def test_of_co_owners_one_votes_and_says_that_the_others_chose_them(world: World) -> None:
    side = world.here
    register_person(side, 0, "neighbour")
    running = voting(side)
    shared = mine(running)[0]
    assert shared.standing.via == "chosen"
    assert refusal(BadInput, running, right=shared.key).code == "say_chosen"
    made = hand_in(running, right=shared.key, confirmed=True)
    assert (made.via, made.confirmed) == ("chosen", True)
    assert refusal(OutOfState, running, "neighbour", right=shared.key, confirmed=True).code == "already_voted"
    theirs = next(one for one in mine(running, "neighbour") if one.key == shared.key)
    assert [(one.name, one.via) for one in theirs.casts] == [("resident", "chosen")]
    assert tell(running) == 1
    with scope(side.compound.pk):
        told = Message.objects.filter(compound=side.compound, template="ballots.counted", channel="in_app")
        assert sorted(told.values_list("person_id", flat=True)) == sorted(
            [side.people["resident"].pk, side.people["neighbour"].pk]
        )


def test_a_recorded_representative_votes_and_nobody_else(world: World) -> None:
    side = world.here
    running = voting(side)
    (right,) = mine(running)
    given = {
        "right": right.key, "ground": "guardian", "name": "王建国", "phone": phone_of(0, "neighbour"), "note": "看了户口簿",
    }  # fmt: skip
    made = do(record_speaker, side, running.poll, now=DURING, **given)
    assert refusal(NotPermitted, running, right=right.key).code == "spoken_for"
    assert hand_in(running, "neighbour", right=right.key).via == "speaker"
    with scope(side.compound.pk):
        entry = Audited.objects.filter(compound=side.compound, verb="ballots.speak").get()
    assert entry.changes == {"holder": [None, "resident"], "name": [None, "王建国"], "ground": [None, "guardian"]}
    assert made.phone_shown == "199****0010"
    do(end_speaker, side, running.poll, now=DURING, speaker_id=made.pk)
    with pytest.raises(OutOfState, match="settled"), transaction.atomic():
        do(end_speaker, side, running.poll, now=DURING, speaker_id=made.pk)


def test_who_may_record_a_representative(world: World) -> None:
    side = world.here
    running = voting(side)
    (right,) = mine(running)
    base = {"right": right.key, "ground": "estate", "name": "王", "phone": phone_of(0, "neighbour"), "note": "公证书"}

    def code(kind: type[Exception], who: str = "officer", **given: Any) -> str:
        with pytest.raises(kind) as found, transaction.atomic():
            do(record_speaker, side, running.poll, who, now=DURING, **{**base, **given})
        return found.value.code if isinstance(found.value, Refused) else ""

    assert code(NotPermitted, "member") == "not_your_post"
    code(NoSuchPoll, "manager")
    code(NoSuchPoll, "resident")
    assert code(NotPermitted, phone=phone_of(0, "manager")) == "firm_staff"
    assert code(BadInput, ground="cousin") == "unknown_ground"
    assert code(BadInput, right="nothing") == "no_such_right"
    assert code(BadInput, phone="12345") == "bad_phone"
    assert code(BadInput, note=" ") == "say_why"
    tend(side, CLOSES)
    assert code(OutOfState) == "moved_on"


def test_a_company_needs_somebody_with_its_authority(world: World) -> None:
    side = world.here
    owned(side, 2, "永康市安居五金有限公司")
    running = voting(side)
    with scope(side.compound.pk):
        key = next(one.key for one in running.poll.edition.rights.all() if "有限公司" in one.holder)
    assert refusal(NotPermitted, running, right=key).code == "not_yours"
    do(
        record_speaker, side, running.poll, now=DURING, right=key, ground="authorised", name="李会计",
        phone=phone_of(0, "neighbour"), note="加盖公章的授权书",
    )  # fmt: skip
    assert hand_in(running, "neighbour", right=key).via == "speaker"


def test_choices_that_would_not_count_are_said_and_not_cast(world: World) -> None:
    side = world.here
    running = voting(side, kind="election")
    item = running.items[0]
    names = [one["key"] for one in item.candidates]
    for given, code in (
        ({item.key: names[:6]}, "too_many_names"),
        ({item.key: [names[0], names[0]]}, "name_twice"),
        ({item.key: ["nobody"]}, "unknown_name"),
        ({item.key: "for"}, "unreadable"),
        ({"other": "for"}, "unknown_item"),
    ):
        found = refusal(BadInput, running, choices=given)
        assert found.code == code
    assert refusal(BadInput, running, choices={item.key: names[:6]}).details == {
        "field": item.key, "most": "5", "chosen": "6",
    }  # fmt: skip
    hand_in(running, choices={})


def test_votes_again_only_where_the_rules_say_so(world: World) -> None:
    side = world.here
    running = voting(side, vote_again=True)
    first, second = hand_in(running), hand_in(running, now=DURING + MINUTE)
    (right,) = mine(running)
    assert right.use is not None
    assert (right.use.receipt, len(right.casts)) == (second.receipt, 2)
    assert first.receipt != second.receipt


def test_the_poll_of_the_next_compound_is_not_there(world: World) -> None:
    running = voting(world.there)
    side = world.here
    with scope(side.compound.pk), pytest.raises(NoSuchPoll):
        casting.cast(
            compound_id=side.compound.pk, ref=running.poll.ref, ballot=casting.Ballot("x", {}),
            person=side.people["resident"], verified_at=DURING, device="", by=side.actor("resident", DURING.date()), now=DURING,
        )  # fmt: skip


def test_the_message_holds_no_choice(world: World) -> None:
    side = world.here
    running = voting(side)
    hand_in(running, choices={running.items[0].key: "against"})
    assert tell(running) == 1
    with scope(side.compound.pk):
        told = Message.objects.filter(compound=side.compound)
        said = [json.dumps([one.title, one.body, one.context]) for one in told]
        assert told.filter(template="ballots.counted").count() == 1
    assert not any("against" in one or "\\u53cd\\u5bf9" in one for one in said)
    assert reread(running).poll.state == "voting"
