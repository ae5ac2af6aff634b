"""The conversation on a request, and internal remarks that reach no resident in any form."""

from datetime import timedelta

import pytest

from audit.models import Entry
from live import topics
from live.models import Event as LiveEvent
from messaging.models import Message
from repairs import own
from repairs.actions import remarks, together
from repairs.actions.change import NoSuchRequest
from repairs.models import Event, Remark, Request
from repairs.queries import remarks_of, request_for
from repairs.refusals import BadInput, NotPermitted
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

LATER = NOW + timedelta(hours=1)
SECRET = "住户态度不好，注意方式"


def _say(
    side: Side, request: Request, who: str, text: str = "请周六来", *, internal: bool = False, now=LATER
) -> Remark:
    return remarks.remark(
        compound_id=side.compound.pk, ref=request.ref, text=text, internal=internal, by=side.actor(who), now=now
    )


def test_the_filer_and_the_firm_talk(world: World) -> None:
    side = world.here
    request = bring_to(side, "assigned")
    with scope(side.compound.pk):
        _say(side, request, "resident")
        first = Message.objects.get(template="repairs.remarked")
        assert (first.person_id, first.body) == (side.people["worker"].pk, f"报修 {request.number}，报修人：请周六来")
        _say(side, request, "worker", "好的，周六上午到", now=LATER + timedelta(minutes=1))
        second = Message.objects.filter(template="repairs.remarked").order_by("pk").last()
        assert second.person_id == side.people["resident"].pk
        assert [row.text for row in remarks_of(side.actor("resident"), request)] == ["请周六来", "好的，周六上午到"]
        # The words stay out of the chain of entries.
        assert "周六" not in str(list(Entry.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize("who", ["manager", "dispatcher", "worker", "secretary", "officer", "street", "city"])
def test_an_internal_remark_reaches_no_resident(world: World, who: str, sign_in) -> None:
    side = world.here
    request = bring_to(side, "assigned", place="public", place_text="东门", home_id=None)
    with scope(side.compound.pk):
        together.join(
            compound_id=side.compound.pk, ref=request.ref, home_id=None, by=side.actor("neighbour"), now=LATER
        )
        before = Request.objects.get(pk=request.pk)
        events, live = Event.objects.count(), set(LiveEvent.objects.values_list("pk", flat=True))
        _say(side, request, who, SECRET, internal=True, now=LATER + timedelta(hours=1))
        after = Request.objects.get(pk=request.pk)
        assert (after.updated_at, Event.objects.count()) == (before.updated_at, events)
        fresh = list(LiveEvent.objects.exclude(pk__in=live).values_list("topic", flat=True))
        assert fresh == [f"repairs.internal:{request.ref}"]
        watchers = {
            name
            for name in [*STAFF, *RESIDENTS, "city"]
            if topics.may_watch(side.actor(name), side.compound.pk, fresh[0])
        }
        assert watchers == {"manager", "dispatcher", "worker", "secretary", "officer", "street", "city"}
        residents = {side.people[name].pk for name in (*RESIDENTS, "chair", "member")}
        assert not Message.objects.filter(template="repairs.noted", person_id__in=residents).exists()
        assert not Message.objects.filter(body__contains=SECRET).exists()
        assert SECRET not in str(list(Entry.objects.values_list("changes", flat=True)))
        for name in (*RESIDENTS, "chair", "member"):
            assert all(row.text != SECRET for row in remarks_of(side.actor(name), request))
        assert [row.text for row in remarks_of(side.actor("officer"), request)] == [SECRET]
    for name in (*RESIDENTS, "chair"):
        client = sign_in(side, name)
        page = client.get(f"/c/here/repairs/{request.ref}/").content.decode()
        api = client.get(f"/api/v1/compounds/here/repairs/{request.ref}/").content.decode()
        assert SECRET not in page + api
    with scope(side.compound.pk):
        assert SECRET not in str(own.export(side.people["resident"]))


def test_who_talks_and_who_notes(world: World) -> None:
    side = world.here
    request = bring_to(side, "assigned", place="public", place_text="东门", home_id=None)
    with scope(side.compound.pk):
        together.join(
            compound_id=side.compound.pk, ref=request.ref, home_id=None, by=side.actor("neighbour"), now=LATER
        )
        before = (Remark.objects.count(), Message.objects.count(), Entry.objects.count())
        for who in ("resident", "neighbour", "chair", "member"):
            with pytest.raises(NotPermitted):
                _say(side, request, who, internal=True)
        with pytest.raises(NotPermitted):
            _say(side, request, "neighbour")
        with pytest.raises(NoSuchRequest):
            _say(side, request, "worker2")
        for text, code in ((" ", "say_words"), ("字" * 501, "too_long"), ("a\x00", "unreadable")):
            with pytest.raises(BadInput) as refused:
                _say(side, request, "resident", text)
            assert refused.value.code == code
        assert (Remark.objects.count(), Message.objects.count(), Entry.objects.count()) == before
        for who in ("resident", "manager", "worker", "chair", "officer", "street"):
            _say(side, request, who)
        assert remarks_of(side.actor("neighbour"), request_for_neighbour(side, request)) == []
    other = file_one(world.there, words=CANARY)
    with scope(side.compound.pk), pytest.raises(NoSuchRequest):
        _say(side, other, "manager")


def request_for_neighbour(side: Side, request: Request) -> Request:
    found = request_for(side.actor("neighbour"), compound_id=side.compound.pk, ref=request.ref)
    assert found is not None
    return found


def test_a_worker_who_is_also_the_filer_hears_nothing_of_the_inside(world: World) -> None:
    """Somebody may be both: the note is for the post, and the inbox is the person's."""
    side = world.here
    request = bring_to(side, "accepted")
    with scope(side.compound.pk):
        Request.objects.filter(pk=request.pk).update(filed_by_id=side.people["dispatcher"].pk)
        _say(side, request, "manager", SECRET, internal=True)
        assert not Message.objects.filter(template="repairs.noted", person_id=side.people["dispatcher"].pk).exists()
