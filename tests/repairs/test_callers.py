"""What a caller told a hotline: filed by the office that took the call, for somebody who need not live here."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Entry
from messaging.models import Message
from repairs.actions import dispatch, feedback, filing, work
from repairs.actions.reveal import reveal_phone
from repairs.models import Request
from repairs.permissions import may_see
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.behalf import CALLER
from repairs.words import for_whom
from tenancy.scope import scope
from tests.repairs.conftest import NOW, picture
from tests.world import RESIDENTS, STAFF, Side, World, phone_of

LATER = NOW + timedelta(hours=1)


def _file(side: Side, who: str, *, home_id: int | None = None, place: str = "public", **given: str) -> Request:
    told = {"name": "过路人", "phone": "138 0000 1111", "consent": "来电时同意", **given}
    draft = filing.Draft(
        category="lift",
        place=place,
        words="电梯停了",
        home_id=home_id,
        place_text="东门",
        behalf=filing.Behalf(**told, caller=True),
    )
    with scope(side.compound.pk):
        return filing.file_request(compound=side.compound, draft=draft, photos=[], by=side.actor(who), now=NOW)


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_offices_and_the_firms_desk_take_calls(world: World, who: str) -> None:
    side = world.here
    if who in {"manager", "dispatcher", "secretary", "officer", "street", "city"}:
        made = _file(side, who)
        assert (made.for_name, made.for_person_id, made.home_id, made.place_text) == ("过路人", None, None, "东门")
        assert (made.filed_by_id, made.filed_post) == (side.people[who].pk, side.posts[who].pk)
        assert made.for_phone == "+8613800001111"
        assert "13800001111" not in made.for_phone_cipher
        with scope(side.compound.pk):
            entry = Entry.objects.get(verb="repairs.file")
            assert "13800001111" not in str(entry.changes)
            assert Message.objects.filter(template="repairs.filed", person_id=side.people["manager"].pk).exists() == (
                who != "manager"
            )
    else:
        with pytest.raises(NotPermitted, match="not_yours"):
            _file(side, who)
        with scope(side.compound.pk):
            assert not Request.objects.exists()


def test_a_caller_need_not_say_who(world: World) -> None:
    made = _file(world.here, "city", name=" ", phone="")
    assert (made.for_name, made.for_phone_cipher, made.consent) == (CALLER, "", "来电时同意")
    assert for_whom(made, viewer=0) == CALLER


def test_a_number_of_a_resident_makes_it_theirs_too(world: World) -> None:
    side = world.here
    made = _file(side, "city", phone=phone_of(0, "neighbour"))
    neighbour = side.people["neighbour"].pk
    assert made.for_person_id == neighbour
    assert may_see(side.actor("neighbour"), made)
    with scope(side.compound.pk):
        assert Message.objects.filter(template="repairs.filed_for", person_id=neighbour).exists()
    # The same number is nobody's next door.
    assert _file(world.there, "street", phone=phone_of(0, "neighbour")).for_person_id is None


def test_a_home_that_is_named_is_the_place(world: World) -> None:
    side = world.here
    made = _file(side, "street", home_id=side.homes[2].pk, place="home")
    assert (made.home_id, made.place_text) == (side.homes[2].pk, f"{side.homes[2].address} 东门")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"phone": "12"}, "phone_wrong", "for_phone"),
        ({"phone": "0579-87000000"}, "phone_wrong", "for_phone"),
        ({"name": "长" * 41}, "too_long", "for_name"),
        ({"name": "老\x00周"}, "unreadable", "for_name"),
        ({"consent": " "}, "say_consent", "consent"),
        ({"place": "home"}, "no_such_home", "home"),
        ({"place": "home", "home_id": 2**40}, "no_such_home", "home"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_filed(
    world: World, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(BadInput, match=code) as refused:
        _file(world.here, "city", **given)
    assert refused.value.details["field"] == field
    with scope(world.here.compound.pk):
        assert not Request.objects.exists()
        assert not Message.objects.exists()


def test_a_home_next_door_is_none(world: World) -> None:
    with pytest.raises(BadInput, match="no_such_home"):
        _file(world.here, "city", home_id=world.there.homes[0].pk, place="home")


def test_the_community_answers_for_a_caller_and_the_worker_may_ring_them(world: World) -> None:
    side = world.here
    made = _file(side, "city")
    common = {"compound_id": side.compound.pk, "ref": made.ref, "now": LATER}
    with scope(side.compound.pk):
        dispatch.assign(**common, worker_post=side.posts["worker"].pk, by=side.actor("manager"))
        assert reveal_phone(**common, by=side.actor("worker")) == "+8613800001111"
        work.start(**common, photos=[], by=side.actor("worker"))
        work.finish(**common, note="", photos=[picture()], by=side.actor("worker"))
        with pytest.raises(NotPermitted):
            feedback.confirm(**common, stars=5, comment="", by=side.actor("city"))
        assert feedback.confirm(**common, stars=5, comment="", by=side.actor("officer")).state == "done"


def test_the_page_shows_the_callers_number_masked_and_none_where_none_was_left(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    told = client.get(f"/c/here/repairs/{_file(side, 'city').ref}/").content.decode()
    assert "138****1111" in told
    assert "过** 138****1111" in told
    silent = _file(side, "city", name="", phone="")
    page = client.get(f"/c/here/repairs/{silent.ref}/").content.decode()
    assert CALLER in page
    assert "显示完整号码" not in page
    with scope(side.compound.pk), pytest.raises(NotPermitted):
        reveal_phone(compound_id=side.compound.pk, ref=silent.ref, by=side.actor("manager"), now=LATER)
    assert client.post(f"/c/here/repairs/{silent.ref}/reveal/").status_code == 403


def test_a_return_visit_does_not_ring_the_office_that_took_the_call(world: World) -> None:
    from repairs.actions.reveal import reveal_visited
    from repairs.models import ReturnVisit

    side = world.here
    made = _file(side, "city", phone="")
    with scope(side.compound.pk):
        visit = ReturnVisit.objects.create(
            compound=side.compound, request=made, month=NOW.date().replace(day=1), drawn_at=NOW, result=""
        )
        with pytest.raises(NotPermitted, match="no_number"):
            reveal_visited(compound_id=side.compound.pk, visit_id=visit.pk, by=side.actor("officer"), now=LATER)
        assert not Entry.objects.filter(verb="reveal").exists()
