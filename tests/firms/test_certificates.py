"""Certificates: entering, replacing, withdrawing, copies, reminders, and whose eyes."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from accounts.own_data import export
from audit.models import Entry
from firms import tasks
from firms.actions.certificates import remind, withdraw_certificate
from firms.actions.change import FirmRefused
from firms.actions.copies import sweep_copies
from firms.models import Certificate, Reminder
from firms.queries.certificates import certified
from firms.wall import books
from idempotency.forms import fresh_key
from messaging.models import Message
from parties.models import Post
from tenancy.scope import scope
from tests.firms.conftest import NOW, TODAY, firm_of, jpeg, paper, pdf, post
from tests.world import Side, World, load

DAY = timedelta(days=1)
FORM: dict[str, Any] = {"kind": "fire_operator", "number": "2233001", "grade": "四级", "expires": "2027-01-01"}


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def path_of(side: Side) -> str:
    return f"/firms/{firm_of(side)}/certificates/"


def kept(side: Side) -> list[Certificate]:
    with books([firm_of(side)]):
        return list(Certificate.objects.order_by("pk"))


def told(side: Side, template: str) -> list[tuple[int, str]]:
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
        return sorted(rows.values_list("person_id", "body"))


def test_a_manager_enters_one_with_its_copy(world: World, sign_in: Any) -> None:
    client, worker = sign_in(world.here, "manager"), world.here.people["worker"]
    key, path = fresh_key(), f"{path_of(world.here)}new/"
    for _ in range(2):
        answer = post(client, path, {**FORM, "person": worker.pk, "copy": jpeg()}, key)
        assert answer.url == path_of(world.here)
    (one,) = kept(world.here)
    assert (one.person_id, one.number, one.expires, one.copy_sides) == (worker.pk, "2233001", date(2027, 1, 1), "64x48")
    assert one.copy_path.startswith(f"o/{firm_of(world.here)}/")
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(compound=world.here.compound, verb="firms.enter_certificate")
    assert entry.changes["number"] == [None, "2233001"]
    page = client.get(path_of(world.here)).content.decode()
    assert "worker · 消防设施操作员证 · 四级" in page
    assert "有效" in page


def test_a_copy_is_handed_to_its_readers_alone(world: World, sign_in: Any) -> None:
    one = paper(world.here, copy=pdf())
    path, own = f"{path_of(world.here)}{one.pk}/copy/", f"/my-certificates/{one.pk}/copy/"
    for role, status in (
        ("manager", 200), ("officer", 200), ("secretary", 200), ("street", 200), ("city", 200), ("chair", 403),
        ("worker", 403), ("resident", 403),
    ):  # fmt: skip
        assert sign_in(world.here, role).get(path).status_code == status, role
    answer = sign_in(world.here, "manager").get(path)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "private" in answer["Cache-Control"]
    assert sign_in(world.here, "worker").get(own).status_code == 200
    assert sign_in(world.here, "worker2").get(own).status_code == 404
    assert sign_in(world.there, "manager").get(path).status_code == 404
    assert sign_in(world.there, "manager").get(f"{path_of(world.there)}{one.pk}/copy/").status_code == 404
    bare = paper(world.here, number="2")
    assert sign_in(world.here, "manager").get(f"{path_of(world.here)}{bare.pk}/copy/").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": ""}, "请从列表里选一项。"),
        ({"kind": "business_licence"}, "证书种类和持有人对不上"),
        ({"person": "", "kind": "electrician"}, "证书种类和持有人对不上"),
        ({"kind": "other"}, "请写证书名称"),
        ({"number": " "}, "请填写证书编号。"),
        ({"expires": "明天"}, "日期不对"),
        ({"starts": "2027-02-01"}, "有效期不对"),
        ({"starts": "1900-02-01"}, "开始日期不对"),
        ({"expires": "2199-02-01"}, "有效期不对"),
        ({"person": "999999"}, "请从列表里选一项。"),
        ({"copy": SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")}, "这种文件不能用"),
        ({"copy": SimpleUploadedFile("x.pdf", b"", "application/pdf")}, "这个文件是空的"),
    ],
)
def test_what_is_refused(world: World, sign_in: Any, given: dict[str, Any], words: str) -> None:
    form = {**FORM, "person": world.here.people["worker"].pk, **given}
    answer = post(sign_in(world.here, "manager"), f"{path_of(world.here)}new/", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert kept(world.here) == []


def test_the_same_number_twice_is_refused(world: World, sign_in: Any) -> None:
    paper(world.here)
    form = {**FORM, "person": world.here.people["worker2"].pk}
    answer = post(sign_in(world.here, "manager"), f"{path_of(world.here)}new/", form)
    assert answer.status_code == 422
    assert "已经登记过" in answer.content.decode()
    # The next firm may hold the same number: its books are its own.
    paper(world.there)


def test_a_renewed_one_takes_the_olders_place(world: World, sign_in: Any) -> None:
    old, client = paper(world.here, expires=TODAY + 5 * DAY), sign_in(world.here, "manager")
    path = f"{path_of(world.here)}new/?replaces={old.pk}"
    assert 'value="2233001"' in client.get(path).content.decode()
    form = {**FORM, "person": world.here.people["worker"].pk, "expires": "2029-06-01"}
    wrong = post(client, path, {**form, "kind": "electrician"})
    assert wrong.status_code == 422
    assert post(client, path, form).status_code == 302
    first, second = kept(world.here)
    assert (first.withdrawn_why, second.replaces_id, second.expires) == ("renewed", old.pk, date(2029, 6, 1))
    assert "已换新证" in client.get(f"{path_of(world.here)}?tab=withdrawn").content.decode()
    again = post(client, path, {**form, "number": "2"})
    assert again.status_code == 409
    assert "已经停用" in again.content.decode()
    for odd in ("999999", "x", "9" * 30):
        assert client.get(f"{path_of(world.here)}new/?replaces={odd}").status_code == 404


def test_one_is_withdrawn_with_a_reason(world: World, sign_in: Any) -> None:
    one, client = paper(world.here), sign_in(world.here, "manager")
    path = f"{path_of(world.here)}{one.pk}/withdraw/"
    assert client.get(path).status_code == 200
    assert post(client, path, {"why": ""}).status_code == 422
    assert post(client, path, {"why": "录错了"}).status_code == 302
    again = post(client, path, {"why": "录错了"})
    assert again.status_code == 409
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(compound=world.here.compound, verb="firms.withdraw_certificate")
    assert entry.changes == {"withdrawn": [None, "录错了"]}
    assert "录错了" in client.get(f"{path_of(world.here)}?tab=withdrawn").content.decode()
    assert post(client, f"{path_of(world.here)}{2**40}/withdraw/", {"why": "x"}).status_code == 404


def test_only_the_firm_and_the_offices_keep_them(world: World) -> None:
    for by in ("officer", "secretary", "chair", "dispatcher", "worker"):
        with pytest.raises(FirmRefused, match="not_yours"):
            paper(world.here, by=by)
    one = paper(world.here, by="street")
    actor = world.here.actor("officer")
    with scope(actor.compound_ids), pytest.raises(FirmRefused, match="not_yours"):
        withdraw_certificate(body_id=firm_of(world.here), certificate_id=one.pk, why="x", by=actor, now=NOW)


# --- reminders --------------------------------------------------------------------------------------------------------
def run(side: Side, at: Any) -> int:
    with time_machine.travel(at, tick=False), scope(side.compound.pk):
        return remind(compound_id=side.compound.pk, now=at)


def test_the_manager_and_the_holder_are_told_once_a_step(world: World) -> None:
    paper(world.here, expires=TODAY + 90 * DAY)
    paper(world.there, expires=TODAY + 90 * DAY)
    assert run(world.here, NOW - DAY) == 0
    assert run(world.here, NOW) == 2
    assert run(world.here, NOW) == 0
    assert [run(world.here, NOW + days * DAY) for days in (1, 59, 60, 61, 83, 90, 91, 92)] == [0, 0, 2, 0, 2, 0, 2, 0]
    soon, over = told(world.here, "firms.certificate_soon"), told(world.here, "firms.certificate_over")
    both = {world.here.people[name].pk for name in ("manager", "worker")}
    assert {person for person, _ in soon} == {person for person, _ in over} == both
    assert (len(soon), len(over)) == (6, 2)
    assert any("worker消防设施操作员证（2233001）2026-08-31 到期，还有 90 天" in body for _, body in soon)
    assert told(world.there, "firms.certificate_soon") == []


def test_after_a_long_stop_only_the_nearest_step_is_told(world: World) -> None:
    paper(world.here, expires=TODAY + 90 * DAY)
    assert run(world.here, NOW + 86 * DAY) == 2
    with books([firm_of(world.here)]):
        assert set(Reminder.objects.values_list("step", flat=True)) == {7}


def test_what_is_withdrawn_or_of_someone_who_left_is_not_reminded_of(world: World) -> None:
    paper(world.here, who="worker2", number="2", expires=TODAY + DAY)
    Post.objects.filter(pk=world.here.posts["worker2"].pk).update(ends=TODAY - DAY)
    one = paper(world.here, expires=TODAY + DAY)
    actor = world.here.actor("manager")
    with scope(actor.compound_ids):
        withdraw_certificate(body_id=firm_of(world.here), certificate_id=one.pk, why="换岗", by=actor, now=NOW)
    paper(world.here, "credit", who=None, number="3", expires=None)
    assert run(world.here, NOW) == 0
    paper(world.here, "business_licence", who=None, number="4", expires=TODAY)
    assert run(world.here, NOW) == 1


def test_a_firm_of_two_compounds_is_told_once(world: World) -> None:
    from parties import actions as parties
    from tenancy.actions import open_compound

    second = open_compound(code="third", name="小区3", community=world.here.compound.community)
    actor = world.here.actor("city")
    with scope(actor.compound_ids):
        parties.sign_contract(
            compound=second,
            company=world.here.posts["manager"].organisation,
            starts=TODAY,
            ends=None,
            basis="选聘",
            by=actor,
            now=NOW,
        )
    paper(world.here, expires=TODAY + DAY)
    assert run(world.here, NOW) == 2
    with scope(second.pk):
        assert remind(compound_id=second.pk, now=NOW) == 0


def test_two_sweeps_at_once_tell_once(committed_db: str) -> None:
    with time_machine.travel(NOW, tick=False):
        world = load()
        paper(world.here, expires=TODAY + DAY)
    start, counts = threading.Barrier(2), []

    def once() -> None:
        try:
            with time_machine.travel(NOW, tick=False), scope(world.here.compound.pk):
                start.wait(10)
                counts.append(remind(compound_id=world.here.compound.pk, now=NOW))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(counts) == 2
    assert len(told(world.here, "firms.certificate_soon")) == 2


def test_the_sweep_asks_every_compound_that_a_firm_serves(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks.remind, "delay", lambda *, compound_id: asked.append(compound_id))
    monkeypatch.setattr(tasks.give_back_left, "delay", lambda *, compound_id: asked.append(compound_id))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert sorted(asked) == sorted([world.here.compound.pk, world.there.compound.pk] * 2)


def test_the_tasks_do_what_they_are_asked(world: World) -> None:
    paper(world.here, expires=TODAY + DAY)
    tasks.remind(compound_id=world.here.compound.pk)
    tasks.give_back_left(compound_id=world.here.compound.pk)
    tasks.sweep_copies()
    assert len(told(world.here, "firms.certificate_soon")) == 2


# --- of the person, and by query --------------------------------------------------------------------------------------
def test_the_own_page_and_the_own_copy(world: World, sign_in: Any) -> None:
    paper(world.here, copy=jpeg())
    paper(world.here, who="worker2", number="OTHER")
    page = sign_in(world.here, "worker").get("/my-certificates/").content.decode()
    assert "2233001" in page
    assert "OTHER" not in page
    held = export(world.here.people["worker"])["certificates"]
    assert [one["number"] for one in held] == ["2233001"]
    assert held[0]["copy"].startswith("/my-certificates/")
    assert export(world.here.people["resident"])["certificates"] == []


def test_who_is_certified_on_a_day(world: World) -> None:
    people = world.here.people
    paper(world.here, starts=TODAY, expires=TODAY + 9 * DAY)
    paper(world.here, number="2", grade="三级", expires=None)
    paper(world.here, "electrician", who="worker2", number="3")
    paper(world.there, number="4")
    ids = [people["worker"].pk, people["worker2"].pk, world.there.people["worker"].pk]
    with scope(world.here.compound.pk):
        found = certified(ids, "fire_operator", TODAY)
        assert {pk: one.grade for pk, one in found.items()} == {people["worker"].pk: "三级"}
        assert set(certified(ids, "electrician", TODAY)) == {people["worker2"].pk}
        assert certified(ids, "electrician", date(2027, 1, 2)) == {}
    with scope(world.there.compound.pk):
        assert set(certified(ids, "fire_operator", TODAY)) == {world.there.people["worker"].pk}


def test_a_copy_without_a_row_is_swept_a_day_later(world: World) -> None:
    one = paper(world.here, copy=jpeg())
    lost = default_storage.save(f"o/{firm_of(world.here)}/lost", jpeg())
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert sweep_copies(now=NOW + timedelta(hours=1)) == 0
    later = NOW + timedelta(days=4000)
    assert sweep_copies(now=later) == 1
    assert not default_storage.exists(lost)
    assert default_storage.exists(one.copy_path)
    assert default_storage.exists(f"{one.copy_path}-thumb")
