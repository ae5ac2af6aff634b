"""Entering and ending posts: who may, what is refused, and what becomes of the work."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Person
from audit.models import Entry
from firms.actions.change import FirmRefused, NotThere
from firms.actions.posts import end_post, give_back_left, void_post, warnings
from idempotency.forms import fresh_key
from messaging.models import Message
from parties.models import Organisation, Post
from parties.queries import acting_post, posts_held
from repairs.models import Event, Request, State
from tenancy.scope import entering, scope
from tests.firms.conftest import NOW, TODAY, body_of, enter, firm_of, post
from tests.repairs.conftest import bring_to
from tests.world import Side, World

DAY = timedelta(days=1)
STRANGER = "19900012345"
FORM: dict[str, Any] = {
    "phone": STRANGER,
    "name": "新来的",
    "role": "worker",
    "starts": str(TODAY),
    "basis": "劳动合同",
}


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def end(side: Side, name: str, *, by: str = "manager", ends: date = TODAY, sure: bool = True, why: str = "离职") -> int:
    actor = side.actor(by)
    with scope(actor.compound_ids):
        return end_post(
            body_id=body_of(side, name),
            post_id=side.posts[name].pk,
            ends=ends,
            why=why,
            sure=sure,
            by=actor,
            now=NOW,
        )


def entries(side: Side, verb: str) -> list[Entry]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(compound=side.compound, verb=verb).order_by("seq"))


def told(side: Side, person: Person, template: str) -> list[Message]:
    with scope(side.compound.pk):
        return list(Message.objects.filter(compound=side.compound, person_id=person.pk, template=template))


# --- entering ---------------------------------------------------------------------------------------------------------
def test_a_manager_enters_a_worker_who_is_new_here(world: World, sign_in: Any) -> None:
    client, path = sign_in(world.here, "manager"), f"/bodies/{firm_of(world.here)}/posts/new/"
    key = fresh_key()
    assert post(client, path, FORM, key).url == f"/bodies/{firm_of(world.here)}/posts/"
    assert post(client, path, FORM, key).url == f"/bodies/{firm_of(world.here)}/posts/"  # a double tap enters once
    person = Person.objects.by_phone(f"+86{STRANGER}")
    assert person is not None
    (made,) = Post.objects.filter(person=person)
    assert (made.role, made.starts, made.ends, made.basis, made.only_compounds) == (
        "worker", TODAY, None, "劳动合同", None,
    )  # fmt: skip
    (entry,) = [one for one in entries(world.here, "parties.appoint") if one.target == f"parties.post:{made.pk}"]
    assert entry.post_id == world.here.posts["manager"].pk
    assert entry.changes["role"] == [None, "worker"]
    # Who has no account yet reads no inbox: a text message goes out as well.
    sent = told(world.here, person, "firms.appointed")
    assert {one.channel for one in sent} == {"in_app", "sms"}
    assert "和美物业的维修工（小区1）" in sent[0].body
    with entering(person.pk):
        acting = acting_post(person.pk, made.pk, TODAY)
    assert acting is not None
    assert acting.compound_ids == (world.here.compound.pk,)
    assert "新来的 · 维修工" in client.get(f"/bodies/{firm_of(world.here)}/posts/").content.decode()


def test_an_account_is_found_silently_and_told_in_its_inbox(world: World) -> None:
    person = world.here.people["resident"]
    made = enter(world.here, firm_of(world.here), phone=person.phone, name=" resident ")
    assert made.person_id == person.pk
    assert {one.channel for one in told(world.here, person, "firms.appointed")} == {"in_app"}


def test_a_number_of_somebody_with_another_name_gets_no_rights(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    path = f"/bodies/{firm_of(world.here)}/posts/new/"
    answer = post(client, path, {**FORM, "phone": world.here.people["neighbour"].phone})
    assert answer.status_code == 422
    assert "名字对不上" in answer.content.decode()
    assert not Post.objects.filter(person=world.here.people["neighbour"]).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"phone": "12345"}, "手机号不对"),
        ({"name": ""}, "请写姓名。"),
        ({"role": "chair"}, "请从列表里选一项。"),
        ({"role": ""}, "请从列表里选一项。"),
        ({"starts": "明天"}, "日期不对"),
        ({"starts": "2031-01-01"}, "开始日期不对"),
        ({"starts": "1900-01-01"}, "开始日期不对"),
        ({"ends": "2026-06-01"}, "结束日期不对"),
        ({"basis": " "}, "请写依据。"),
        ({"only": "999999"}, "请从列表里选一项。"),
        ({"crossed": "on"}, "没有查到此人在另一方的职务"),
    ],
)
def test_what_a_form_is_refused_for(world: World, sign_in: Any, given: dict[str, Any], words: str) -> None:
    before = Post.objects.count(), Person.objects.count()
    answer = post(sign_in(world.here, "manager"), f"/bodies/{firm_of(world.here)}/posts/new/", {**FORM, **given})
    assert answer.status_code == 422, given
    assert words in answer.content.decode(), given
    assert (Post.objects.count(), Person.objects.count()) == before


def test_nobody_enters_a_post_for_themselves(world: World) -> None:
    me = world.here.people["manager"]
    with pytest.raises(FirmRefused, match="self"):
        enter(world.here, firm_of(world.here), phone=me.phone, name=me.name, role="dispatcher")


def test_the_same_post_twice_is_refused(world: World) -> None:
    enter(world.here, firm_of(world.here))
    with pytest.raises(FirmRefused, match="twice"):
        enter(world.here, firm_of(world.here), starts=TODAY + 9 * DAY)
    enter(world.here, firm_of(world.here), role="dispatcher")


@pytest.mark.parametrize(
    ("by", "name", "role", "code"),
    [
        ("manager", "worker", "worker", ""),
        ("manager", "worker", "manager", ""),
        ("manager", "worker", "chair", "role"),
        ("chair", "chair", "member", ""),
        ("chair", "chair", "chair", "role"),
        ("chair", "worker", "worker", "role"),
        ("secretary", "chair", "chair", ""),
        ("secretary", "secretary", "officer", ""),
        ("secretary", "secretary", "secretary", "role"),
        ("secretary", "worker", "manager", "role"),
        ("officer", "officer", "officer", "role"),
        ("street", "secretary", "secretary", ""),
        ("street", "chair", "chair", ""),
        ("street", "street", "officer", "role"),
        ("city", "street", "officer", ""),
        ("city", "worker", "manager", ""),
        ("city", "worker", "worker", "role"),
        ("city", "city", "officer", "role"),
        ("member", "chair", "member", "role"),
        ("dispatcher", "worker", "worker", "role"),
    ],
)
def test_who_enters_whom(world: World, by: str, name: str, role: str, code: str) -> None:
    given = {"role": role, "by": by}
    if code:
        with pytest.raises(FirmRefused, match=code):
            enter(world.here, body_of(world.here, name), **given)
    else:
        assert enter(world.here, body_of(world.here, name), **given).role == role


@pytest.mark.parametrize("by", ["manager", "chair", "secretary", "street"])
def test_the_next_compounds_bodies_are_out_of_reach(world: World, by: str) -> None:
    for name in ("worker", "chair", "secretary", "street"):
        with pytest.raises(NotThere):
            enter(world.here, body_of(world.there, name), by=by)


def test_nobody_gives_more_than_they_have(world: World) -> None:
    firm, here, there = firm_of(world.here), world.here.compound.pk, world.there.compound.pk
    # A street sees the firm's compounds in its own communities only, so it cannot give all of them.
    with pytest.raises(FirmRefused, match="whole"):
        enter(world.here, firm, by="street", role="manager")
    with pytest.raises(FirmRefused, match="only"):
        enter(world.here, firm, by="street", role="manager", only=[there])
    assert enter(world.here, firm, by="street", role="manager", only=[here]).only_compounds == [here]
    # A manager of one project gives that project.
    Post.objects.filter(pk=world.here.posts["manager"].pk).update(only_compounds=[here])
    with pytest.raises(FirmRefused, match="whole"):
        enter(world.here, firm, phone="+8619900012346")
    assert enter(world.here, firm, phone="+8619900012346", only=[here]).only_compounds == [here]
    with pytest.raises(FirmRefused, match="not_yours"):
        end(world.here, "worker")


def test_a_cross_appointment_names_the_other_post(world: World, sign_in: Any) -> None:
    manager = world.here.people["manager"]
    made = enter(
        world.here,
        body_of(world.here, "secretary"),
        by="secretary",
        phone=manager.phone,
        name="manager",
        role="part_time_member",
        crossed=True,
    )
    assert made.cross_from_id == world.here.posts["manager"].pk
    page = sign_in(world.here, "street").get(f"/bodies/{body_of(world.here, 'secretary')}/posts/").content.decode()
    assert "交叉任职" in page
    assert "和美物业" in page
    # A post in a body out of reach is not said to exist.
    stranger = world.there.people["manager"]
    with pytest.raises(FirmRefused, match="not_crossed"):
        enter(
            world.here,
            body_of(world.here, "secretary"),
            by="secretary",
            phone=stranger.phone,
            name=stranger.name,
            role="part_time_member",
            crossed=True,
        )


def test_an_account_that_was_closed_is_not_woken(world: World) -> None:
    person = world.here.people["neighbour"]
    Person.objects.filter(pk=person.pk).update(closed_at=NOW, is_active=False)
    with pytest.raises(FirmRefused, match="closed"):
        enter(world.here, firm_of(world.here), phone=person.phone, name=person.name)


# --- ending -----------------------------------------------------------------------------------------------------------
def test_ending_with_yesterday_ends_the_rights_now(world: World, sign_in: Any) -> None:
    worker = sign_in(world.here, "worker")
    assert worker.get("/c/here/today/").status_code == 200
    client = sign_in(world.here, "manager")
    path = f"/bodies/{firm_of(world.here)}/posts/{world.here.posts['worker'].pk}/end/"
    assert client.get(path).status_code == 200
    answer = post(client, path, {"ends": str(TODAY - DAY), "why": "离职"})
    assert answer.url == f"/bodies/{firm_of(world.here)}/posts/"
    assert worker.get("/c/here/today/").status_code == 302
    assert posts_held(world.here.people["worker"].pk, TODAY) == []
    (entry,) = entries(world.here, "parties.end_post")
    assert entry.changes["ends"] == [None, str(TODAY - DAY)]
    assert entry.changes["basis"] == [None, "离职"]
    assert len(told(world.here, world.here.people["worker"], "firms.post_ended")) == 1
    # It is over: there is nothing to end any more, and nothing of it changes.
    assert client.get(path).status_code == 404


def test_work_in_hand_is_said_first_and_goes_back_to_the_desk(world: World, sign_in: Any) -> None:
    held = [bring_to(world.here, state, now=NOW - timedelta(hours=3)) for state in ("assigned", "working")]
    done = bring_to(world.here, "awaiting", now=NOW - timedelta(hours=5))
    client = sign_in(world.here, "manager")
    path = f"/bodies/{firm_of(world.here)}/posts/{world.here.posts['worker'].pk}/end/"
    assert "手上还有 2 件报修未完成" in client.get(path).content.decode()
    form = {"ends": str(TODAY), "why": "离职"}
    refused = post(client, path, form)
    assert refused.status_code == 422
    assert "请先看上面的提醒" in refused.content.decode()
    assert Post.objects.get(pk=world.here.posts["worker"].pk).ends is None
    answer = client.get(post(client, path, {**form, "sure": "on"}).url).content.decode()
    assert "2 件未完成的已退回派工" in answer
    with scope(world.here.compound.pk):
        for one in Request.objects.filter(compound=world.here.compound, pk__in=[one.pk for one in held]):
            assert (one.state, one.worker_id, one.worker_post) == (State.ACCEPTED, None, None)
            assert one.due_at is not None  # the clock runs on
            event = Event.objects.filter(compound=world.here.compound, request=one).latest("at")
            assert event.action == "release"
        assert Request.objects.get(compound=world.here.compound, pk=done.pk).state == "awaiting"
    assert len(told(world.here, world.here.people["dispatcher"], "repairs.released")) == 2
    board = sign_in(world.here, "dispatcher").get("/c/here/board/").content.decode()
    for one in held:
        assert one.ref in board


def test_a_worker_in_the_middle_of_it_is_told_and_nothing_is_lost(world: World, sign_in: Any) -> None:
    held = bring_to(world.here, "working", now=NOW - timedelta(hours=3))
    worker = sign_in(world.here, "worker")
    assert end(world.here, "worker", ends=TODAY - DAY) == 1
    answer = post(worker, f"/c/here/repairs/{held.ref}/finish/")
    assert answer.status_code == 302
    assert "/standing/" in answer.url
    with scope(world.here.compound.pk):
        assert Request.objects.get(compound=world.here.compound, pk=held.pk).state == State.ACCEPTED


def test_what_is_paused_comes_back_to_the_desk(world: World) -> None:
    from repairs.actions.pauses import pause

    held = bring_to(world.here, "working", now=NOW - timedelta(hours=3))
    with scope(world.here.compound.pk):
        pause(
            compound_id=world.here.compound.pk,
            ref=held.ref,
            reason="等配件",
            until=NOW + 2 * DAY,
            by=world.here.actor("worker"),
            now=NOW,
        )
    assert end(world.here, "worker") == 1
    with scope(world.here.compound.pk):
        one = Request.objects.get(compound=world.here.compound, pk=held.pk)
        assert (one.state, one.paused_from, one.worker_post) == (State.PAUSED, State.ACCEPTED, None)


def test_with_a_later_last_day_the_work_goes_back_the_night_after(world: World) -> None:
    held = bring_to(world.here, "working", now=NOW - timedelta(hours=3))
    assert end(world.here, "worker", ends=TODAY + DAY) == 0
    with scope(world.here.compound.pk):
        for days, back in ((1, 0), (2, 1), (3, 0)):
            with time_machine.travel(NOW + days * DAY, tick=False):
                assert give_back_left(compound_id=world.here.compound.pk, now=NOW + days * DAY) == back, days
        assert Request.objects.get(compound=world.here.compound, pk=held.pk).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"why": ""}, "请写原因。"),
        ({"ends": ""}, "请选择日期。"),
        ({"ends": "2026-05-01"}, "结束日期不对"),
        ({"ends": "2099-05-01"}, "结束日期不对"),
    ],
)
def test_what_an_end_is_refused_for(world: World, sign_in: Any, given: dict[str, str], words: str) -> None:
    path = f"/bodies/{firm_of(world.here)}/posts/{world.here.posts['worker2'].pk}/end/"
    answer = post(sign_in(world.here, "manager"), path, {"ends": str(TODAY), "why": "离职", **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Post.objects.get(pk=world.here.posts["worker2"].pk).ends is None


def test_an_end_is_only_ever_moved_nearer(world: World) -> None:
    end(world.here, "worker2", ends=TODAY + 9 * DAY)
    with pytest.raises(FirmRefused, match="sooner"):
        end(world.here, "worker2", ends=TODAY + 9 * DAY)
    end(world.here, "worker2", ends=TODAY)


def test_the_own_and_the_last_post_are_warned_about(world: World) -> None:
    actor = world.here.actor("manager")
    with scope(actor.compound_ids):
        codes = [one.code for one in warnings(world.here.posts["manager"], by=actor, on=TODAY)]
    assert codes == ["own", "last"]
    with pytest.raises(FirmRefused, match="sure"):
        end(world.here, "manager", sure=False)
    enter(world.here, firm_of(world.here), role="manager")
    with scope(actor.compound_ids):
        codes = [one.code for one in warnings(world.here.posts["manager"], by=actor, on=TODAY)]
    assert codes == ["own"]
    assert end(world.here, "manager", sure=True) == 0


def test_who_may_not_enter_may_not_end(world: World) -> None:
    for by, name in (("officer", "member"), ("chair", "chair"), ("street", "worker"), ("city", "worker")):
        with pytest.raises(FirmRefused, match="not_yours"):
            end(world.here, name, by=by)
    with pytest.raises(NotThere):
        end_by_number(world)
    end(world.here, "chair", by="secretary")


def end_by_number(world: World) -> None:
    """The next firm's post under the own body's number."""
    actor = world.here.actor("manager")
    with scope(actor.compound_ids):
        end_post(
            body_id=firm_of(world.here),
            post_id=world.there.posts["worker"].pk,
            ends=TODAY,
            why="离职",
            sure=True,
            by=actor,
            now=NOW,
        )


def test_a_slip_is_taken_back_on_its_first_day(world: World, sign_in: Any) -> None:
    made = enter(world.here, firm_of(world.here))
    client = sign_in(world.here, "manager")
    page = f"/bodies/{firm_of(world.here)}/posts/{made.pk}/end/"
    assert "录错了？" in client.get(page).content.decode()
    path = f"/bodies/{firm_of(world.here)}/posts/{made.pk}/void/"
    assert post(client, path, {"why": ""}).status_code == 422
    assert post(client, path, {"why": "手机号写错"}).status_code == 302
    with entering(made.person_id):
        acting = acting_post(made.person_id, made.pk, TODAY)
    assert acting is not None
    assert acting.compound_ids == ()
    assert "已作废" in client.get(f"/bodies/{firm_of(world.here)}/posts/").content.decode()
    (entry,) = entries(world.here, "parties.void_post")
    assert entry.changes["basis"] == [None, "手机号写错"]
    # The same person can be entered again at once, as it should have been.
    enter(world.here, firm_of(world.here))
    old = f"/bodies/{firm_of(world.here)}/posts/{world.here.posts['worker2'].pk}"
    assert "录错了？" not in client.get(f"{old}/end/").content.decode()
    answer = post(client, f"{old}/void/", {"why": "写错"})
    assert answer.status_code == 409
    assert "不能作废" in answer.content.decode()


def test_nothing_is_kept_of_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import firms.actions.posts as module

    def broken(**_: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(module, "queue", broken)
    before = Post.objects.count(), Person.objects.count(), len(entries(world.here, "parties.appoint"))
    with pytest.raises(RuntimeError):
        enter(world.here, firm_of(world.here))
    assert (Post.objects.count(), Person.objects.count(), len(entries(world.here, "parties.appoint"))) == before


def test_void_needs_a_reason(world: World) -> None:
    made = enter(world.here, firm_of(world.here))
    actor = world.here.actor("manager")
    with scope(actor.compound_ids), pytest.raises(FirmRefused, match="why"):
        void_post(body_id=firm_of(world.here), post_id=made.pk, why=" ", by=actor, now=NOW)


def test_the_workbook_has_everyone_and_no_formula(world: World, sign_in: Any) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    enter(world.here, firm_of(world.here), name="=HYPERLINK(1)", only=[world.here.compound.pk])
    answer = sign_in(world.here, "manager").get(f"/bodies/{firm_of(world.here)}/posts/sheet/")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(load_workbook(BytesIO(answer.content), read_only=True).worksheets[0].values)
    assert rows[0][:3] == ("姓名", "职务", "管哪些小区")
    assert ("'=HYPERLINK(1)", "维修工", "小区1", "2026-06-02", None, "劳动合同", None, None) in rows
    assert len(rows) == 1 + 5
    assert all("邻家" not in str(cell) for row in rows for cell in row)


def test_a_body_without_a_way_in_is_said_so(world: World) -> None:
    made = Organisation.objects.create(kind="property_company", name="还没合同")
    with pytest.raises(NotThere):
        enter(world.here, made.pk, by="street", role="manager")
