"""代报: filed for somebody else, with consent; both hear the answers, and nobody learns who has an account."""

from datetime import timedelta

import pytest

from accounts.crypto import digest
from audit.models import Entry
from messaging.models import Message
from repairs.actions import dispatch, feedback, filing, incidents, work
from repairs.actions.change import NoSuchRequest
from repairs.actions.reveal import reveal_phone
from repairs.models import Request
from repairs.permissions import may_see
from repairs.queries import request_for, visible_requests
from repairs.refusals import BadInput, NotPermitted
from residency.models import Bond
from tenancy.actor import find_actor
from tenancy.scope import entering, scope
from tests.repairs.conftest import NOW, picture
from tests.world import RESIDENTS, STAFF, Side, World, phone_of

LATER = NOW + timedelta(hours=1)
OLD_MAN = filing.Behalf(name="老周", phone="138 0000 1111", consent="电话里同意")


def _neighbours(**given: str) -> filing.Behalf:
    """For the neighbour, who has an account, by the number as it is typed."""
    return filing.Behalf(**{"name": "邻居", "phone": phone_of(0, "neighbour")[3:], "consent": "本人托我报", **given})


def _file(side: Side, who: str, behalf: filing.Behalf, *, home: int = 1, **given) -> Request:
    draft = {"category": "water", "place": "home", "words": "漏水", "home_id": side.homes[home].pk, **given}
    with scope(side.compound.pk):
        return filing.file_request(
            compound=side.compound, draft=filing.Draft(**draft, behalf=behalf), photos=[], by=side.actor(who), now=NOW
        )


def _common(side: Side, request: Request, who: str, now=LATER) -> dict:
    return {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}


def _finished(side: Side, request: Request) -> None:
    dispatch.assign(**_common(side, request, "manager"), worker_post=side.posts["worker"].pk)
    work.start(**_common(side, request, "worker"), photos=[])
    work.finish(**_common(side, request, "worker"), note="", photos=[picture()])


@pytest.mark.parametrize(
    "who", ["resident", "manager", "dispatcher", "worker", "chair", "member", "secretary", "officer"]
)
def test_it_is_the_persons_own_and_both_hear(world: World, who: str) -> None:
    side = world.here
    request = _file(side, who, _neighbours())
    neighbour = side.people["neighbour"].pk
    with scope(side.compound.pk):
        kept = Request.objects.get(pk=request.pk)
        assert (kept.for_person_id, kept.for_name, kept.consent) == (neighbour, "邻居", "本人托我报")
        assert kept.place_text == side.homes[1].address
        assert kept.askers == [side.people[who].pk, neighbour]
        assert Message.objects.filter(template="repairs.filed_for").get().person_id == neighbour
        assert phone_of(0, "neighbour")[3:] not in kept.for_phone_cipher
        assert [r.pk for r in visible_requests(side.actor("neighbour"), compound_id=side.compound.pk)] == [request.pk]
        _finished(side, request)
        told = set(Message.objects.filter(template="repairs.finished").values_list("person_id", flat=True))
        assert told == {side.people[who].pk, neighbour} - {side.people["worker"].pk}
        done = feedback.confirm(**_common(side, request, "neighbour"), stars=5, comment="")
        assert done.state == "done"


def test_staff_who_filed_do_not_say_that_it_is_repaired(world: World) -> None:
    side = world.here
    for who in ("manager", "worker", "chair", "officer"):
        request = _file(side, who, _neighbours())
        with scope(side.compound.pk):
            _finished(side, request)
            with pytest.raises((NotPermitted, NoSuchRequest)):
                feedback.confirm(**_common(side, request, who), stars=5, comment="")


def test_for_whoever_has_no_account_the_community_speaks(world: World) -> None:
    side = world.here
    request = _file(side, "dispatcher", OLD_MAN, home=4)
    with scope(side.compound.pk):
        kept = Request.objects.get(pk=request.pk)
        assert (kept.for_person_id, kept.for_name, kept.for_phone) == (None, "老周", "+8613800001111")
        assert not Message.objects.filter(template="repairs.filed_for").exists()
        _finished(side, request)
        for who in ("manager", "dispatcher", "worker", "chair", "street"):
            with pytest.raises(NotPermitted):
                feedback.confirm(**_common(side, request, who), stars=5, comment="")
        assert feedback.reopen(**_common(side, request, "officer"), reason="老人说还漏").state == "accepted"
        _finished(side, request)
        assert feedback.confirm(**_common(side, request, "secretary"), stars=4, comment="电话问过").stars == 4


def _texts() -> list[tuple[str, str]]:
    return list(Message.objects.filter(person_id=0).order_by("pk").values_list("template", "body"))


@pytest.mark.parametrize("who", ["resident", "dispatcher"])
def test_whoever_has_no_account_hears_what_matters_by_text_message(world: World, who: str) -> None:
    side = world.here
    request = _file(side, who, OLD_MAN, home=4)
    with scope(side.compound.pk):
        dispatch.accept(**_common(side, request, "manager"))
        _finished(side, request)
        told = _texts()
        assert [template for template, _ in told] == [
            "repairs.filed_for_caller",
            "repairs.assigned_told",
            "repairs.finished_caller",
        ]
        assert all(request.number in body for _, body in told)
        assert told[-1][1].endswith("师傅已完工。没修好的，请告诉社区。")
        # The number itself stands nowhere in clear, neither do the others' texts go to it.
        assert {row.number_digest for row in Message.objects.filter(person_id=0)} == {digest("+8613800001111")}
        assert not Message.objects.filter(body__contains="13800001111").exists()


def test_whoever_has_an_account_or_left_no_number_gets_no_text_of_this_kind(world: World) -> None:
    side = world.here
    request = _file(side, "dispatcher", _neighbours())
    with scope(side.compound.pk):
        _finished(side, request)
        assert _texts() == []


def test_an_incident_reaches_whoever_has_no_account_once(world: World) -> None:
    side = world.here
    refs = [_file(side, "dispatcher", OLD_MAN, home=4, words=words).ref for words in ("没水", "还是没水")]
    with scope(side.compound.pk):
        Message.objects.all().delete()
        by = {"compound_id": side.compound.pk, "by": side.actor("manager")}
        words = {"title": "全小区停水", "words": "主管爆裂，正在抢修。", "category": "water"}
        made = incidents.open_incident(**by, **words, refs=refs, now=LATER)
        incidents.close_incident(
            **by, incident_ref=made.ref, words="已恢复。", finished=True, now=LATER + timedelta(hours=1)
        )
        assert [template for template, _ in _texts()] == ["repairs.incident_no_end", "repairs.incident_done_caller"]


def test_a_neighbour_who_filed_for_an_old_man_is_his_voice(world: World) -> None:
    side = world.here
    request = _file(side, "resident", OLD_MAN, home=4)
    with scope(side.compound.pk):
        _finished(side, request)
        assert feedback.confirm(**_common(side, request, "resident"), stars=3, comment="").state == "done"


def test_the_number_called_is_the_old_mans_and_each_look_is_recorded(world: World) -> None:
    side = world.here
    request = _file(side, "officer", OLD_MAN, home=4)
    theirs = _file(side, "officer", _neighbours())
    with scope(side.compound.pk):
        assert reveal_phone(**_common(side, request, "manager")) == "+8613800001111"
        assert reveal_phone(**_common(side, request, "officer")) == "+8613800001111"
        assert reveal_phone(**_common(side, theirs, "manager")) == phone_of(0, "neighbour")
        assert Entry.objects.filter(verb="reveal").count() == 3
        for who in ("chair", "street"):
            with pytest.raises(NotPermitted):
                reveal_phone(**_common(side, request, who))
        with pytest.raises(NotPermitted):
            reveal_phone(**_common(side, theirs, "officer"))


def test_whether_a_number_has_an_account_is_told_to_nobody(world: World) -> None:
    """The neighbour's number at another home, a stranger's, and one of no account are taken alike."""
    side = world.here
    for behalf, home, found in (
        (_neighbours(), 1, side.people["neighbour"].pk),
        (_neighbours(), 3, None),
        (_neighbours(phone=phone_of(1, "resident")[3:]), 3, None),
        (OLD_MAN, 3, None),
    ):
        assert _file(side, "resident", behalf, home=home).for_person_id == found


@pytest.mark.parametrize(
    ("behalf", "given", "code", "field"),
    [
        ({"name": " "}, {}, "say_for_whom", "for_name"),
        ({"name": "字" * 41}, {}, "too_long", "for_name"),
        ({"phone": ""}, {}, "phone_wrong", "for_phone"),
        ({"phone": "0579-87000000"}, {}, "phone_wrong", "for_phone"),
        ({"consent": " "}, {}, "say_consent", "consent"),
        ({"consent": "字" * 121}, {}, "too_long", "consent"),
        ({"name": "a\x00"}, {}, "unreadable", "for_name"),
        ({}, {"home_id": None}, "no_such_home", "home"),
        ({}, {"home_id": 2**40}, "no_such_home", "home"),
        ({}, {"category": "x"}, "unknown_category", "category"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    world: World, behalf: dict, given: dict, code: str, field: str
) -> None:
    side = world.here
    with pytest.raises(BadInput) as refused:
        _file(side, "resident", _neighbours(**behalf), **given)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    with scope(side.compound.pk):
        assert not Request.objects.exists()
        assert not Message.objects.exists()


def test_a_home_next_door_is_no_home(world: World) -> None:
    with scope(world.there.compound.pk):
        foreign = world.there.homes[1].pk
    with pytest.raises(BadInput) as refused:
        _file(world.here, "manager", _neighbours(), home_id=foreign)
    assert refused.value.code == "no_such_home"


def test_street_and_city_do_not_file_and_nobody_files_next_door(world: World) -> None:
    side = world.here
    for who in ("street", "city"):
        with pytest.raises(NotPermitted):
            _file(side, who, _neighbours())
    for who in [*STAFF, *RESIDENTS]:
        with scope(side.compound.pk), pytest.raises(NotPermitted):
            filing.file_request(
                compound=side.compound,
                draft=filing.Draft(category="water", place="public", words="x", place_text="x", behalf=OLD_MAN),
                photos=[],
                by=world.there.actor(who),
                now=NOW,
            )


def test_a_public_place_for_somebody_keeps_the_place_and_not_their_home(world: World) -> None:
    request = _file(world.here, "officer", _neighbours(), place="public", place_text="东门")
    assert (request.place_text, request.home_id) == ("东门", None)


def test_whoever_filed_as_staff_does_not_own_it_as_a_resident(world: World) -> None:
    """A dispatcher who lives here filed it at the desk: at home they see nothing of it."""
    side = world.here
    request = _file(side, "dispatcher", OLD_MAN, home=4)
    with scope(side.compound.pk):
        Request.objects.filter(pk=request.pk).update(filed_by_id=side.people["resident"].pk)
        actor = side.actor("resident")
        assert not may_see(actor, Request.objects.get(pk=request.pk))
        assert request_for(actor, compound_id=side.compound.pk, ref=request.ref) is None
        assert list(visible_requests(actor, compound_id=side.compound.pk)) == []


def _bound(side: Side, *, ended: bool = False) -> None:
    """The resident acts for the neighbour, who is their parent."""
    with scope(side.compound.pk):
        Bond.objects.create(
            compound=side.compound,
            parent=side.people["neighbour"],
            child=side.people["resident"],
            how="phone",
            consented_at=NOW,
            consented_as="neighbour",
            bound_at=NOW,
            ended_at=LATER if ended else None,
        )


def test_a_bound_child_files_for_a_parent_without_typing_anything(world: World) -> None:
    side = world.here
    _bound(side)
    parent = side.people["neighbour"]
    request = _file(side, "resident", filing.Behalf(parent_id=parent.pk))
    assert (request.for_person_id, request.consent, request.place_text) == (
        parent.pk,
        "亲情代办",
        side.homes[1].address,
    )
    with scope(side.compound.pk):
        assert Message.objects.filter(template="repairs.filed_for").get().person_id == parent.pk
        assert reveal_phone(**_common(side, request, "manager")) == phone_of(0, "neighbour")
        _finished(side, request)
        assert feedback.confirm(**_common(side, request, "resident"), stars=5, comment="").state == "done"


def test_without_a_bond_nobody_files_as_a_child(world: World) -> None:
    side = world.here
    parent = side.people["neighbour"].pk
    with pytest.raises(NotPermitted) as refused:
        _file(side, "resident", filing.Behalf(parent_id=parent))
    assert refused.value.code == "not_bound"
    _bound(side, ended=True)
    for who in ("resident", "manager", "officer"):
        with pytest.raises(NotPermitted):
            _file(side, who, filing.Behalf(parent_id=parent))
    _bound(side)
    with pytest.raises(BadInput) as wrong:
        _file(side, "resident", filing.Behalf(parent_id=parent), home=3)
    assert wrong.value.code == "no_such_home"


def test_a_child_who_lives_elsewhere_files_for_the_parent_alone(world: World) -> None:
    side, away = world.here, world.there.people["resident"]
    with scope(side.compound.pk):
        Bond.objects.create(
            compound=side.compound,
            parent=side.people["neighbour"],
            child=away,
            how="phone",
            consented_at=NOW,
            consented_as="neighbour",
            bound_at=NOW,
        )
    on = NOW.date()
    with entering(away.pk):
        child = find_actor(person_id=away.pk, kind="child", key=side.compound.pk, on=on)
    assert child is not None
    common = {"compound": side.compound, "photos": [], "by": child, "now": NOW}
    given = {"category": "water", "place": "home", "words": "漏水", "home_id": side.homes[1].pk}
    with scope(side.compound.pk):
        for behalf in (None, OLD_MAN):
            with pytest.raises(NotPermitted) as refused:
                filing.file_request(draft=filing.Draft(**given, behalf=behalf), **common)
            assert refused.value.code == "only_for_parent"
        request = filing.file_request(
            draft=filing.Draft(**given, behalf=filing.Behalf(parent_id=side.people["neighbour"].pk)), **common
        )
        assert request.askers == [away.pk, side.people["neighbour"].pk]
        assert request_for(child, compound_id=side.compound.pk, ref=request.ref) is not None
        _finished(side, request)
        done = feedback.confirm(compound_id=side.compound.pk, ref=request.ref, stars=5, comment="", by=child, now=LATER)
        assert done.state == "done"
