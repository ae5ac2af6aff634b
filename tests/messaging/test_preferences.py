"""How people want to be told: a channel for each kind, hours without noise, one message a day; and what will be sent."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from messaging import actions, queries, tasks
from messaging.actions import Wish
from messaging.models import Message, Preference
from messaging.templates import UnknownTemplateError
from tenancy.scope import scope
from tests.world import Side, World

# 22:30 in Shanghai.
LATE = datetime(2026, 6, 2, 14, 30, tzinfo=UTC)
NOON = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
URL = "/messages/channel/"


def prefer(side: Side, who: str, **more: Any) -> None:
    wish = {"ordinary": "sms", "kinds": {}, "quiet": None, "digest_at": None, **more}
    actions.prefer(by=side.actor(who), wish=Wish(**wish))


def queue(side: Side, *names: str, template: str = "repairs.accepted", now: datetime = NOON, **more: Any) -> int:
    with scope(side.compound.pk):
        return actions.queue(
            compound_id=side.compound.pk,
            to=[side.people[name].pk for name in names],
            template=template,
            context={"number": "BX1", "when": "今晚", "who": "王师傅", "name": "x"},
            link="/",
            by=side.actor("manager"),
            now=now,
            **more,
        )


def sent(side: Side) -> list[tuple[str, str, datetime | None]]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.exclude(channel="in_app").order_by("pk")
        return [(names[one.person_id], one.channel, one.next_try_at) for one in rows]


def test_a_channel_for_each_kind(world: World) -> None:
    side = world.here
    prefer(side, "resident", kinds={"repairs": "in_app", "unheard of": "sms"})
    prefer(side, "worker", ordinary="in_app", kinds={"duty": "sms"})
    assert Preference.objects.get(person=side.people["resident"]).kinds == {"repairs": "in_app"}
    queue(side, "resident", "worker")
    assert sent(side) == []
    queue(side, "resident", "worker", template="duty.agreed")
    assert sorted(sent(side)) == [("resident", "sms", NOON), ("worker", "sms", NOON)]
    queue(side, "resident", urgent=True)  # urgency asks nobody
    assert sent(side)[2:] == [("resident", "sms", NOON)]


def test_quiet_hours_hold_what_is_not_urgent_until_they_end(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[list[int]] = []
    monkeypatch.setattr(tasks.drain, "delay", lambda *, compound_id, ids: left.append(ids))
    side = world.here
    prefer(side, "resident", quiet=(time(22), time(7)))
    prefer(side, "neighbour", quiet=(time(12), time(14)))
    with django_capture_on_commit_callbacks(execute=True):
        queue(side, "resident", "neighbour", now=LATE)
    morning = datetime(2026, 6, 2, 23, 0, tzinfo=UTC)  # 07:00 of the next day
    assert sorted(sent(side)) == [("neighbour", "sms", LATE), ("resident", "sms", morning)]
    assert [len(ids) for ids in left] == [1]
    with scope(side.compound.pk):
        assert queries.compounds_with_waiting(now=morning - timedelta(seconds=1)) == [side.compound.pk]
    assert actions.send_waiting(compound_id=side.compound.pk, now=LATE) == 1
    assert actions.send_waiting(compound_id=side.compound.pk, now=morning) == 1
    with django_capture_on_commit_callbacks(execute=True):
        queue(side, "resident", now=LATE, urgent=True)
    assert sent(side)[-1] == ("resident", "sms", LATE)  # breaks through
    with scope(side.compound.pk):
        assert Message.objects.filter(channel="in_app", person_id=side.people["resident"].pk).count() == 2


clock = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)), clock, clock)  # noqa: DTZ001
@pytest.mark.django_db
def test_quiet_hours_end_within_a_day_and_never_hold_the_rest(at: datetime, begins: time, ends: time) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT messaging_after_quiet(%s, %s, %s, 'Asia/Shanghai')", [at, begins, ends])
        leaves: datetime = cursor.fetchone()[0]
    local = (at + timedelta(hours=8)).time()
    quiet = begins <= local < ends if begins <= ends else (local >= begins or local < ends)
    if not quiet:
        assert leaves == at
    else:
        assert timedelta(0) < leaves - at <= timedelta(days=1)
        assert (leaves.astimezone(UTC) + timedelta(hours=8)).time().replace(tzinfo=None) == ends


def test_one_statement_still(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    prefer(side, "resident", quiet=(time(22), time(7)), kinds={"repairs": "sms"})
    by = side.actor("manager")
    with scope(side.compound.pk), statements() as seen:
        actions.queue(
            compound_id=side.compound.pk,
            to=[side.people["resident"].pk],
            template="repairs.accepted",
            context={"number": "x"},
            link="/",
            by=by,
            now=NOON,
        )
    assert len(seen) == 1


# --- one message a day --------------------------------------------------------------------------------------------


def digest(side: Side, who: str, now: datetime) -> int:
    with scope(side.compound.pk):
        return actions.send_digest(compound_id=side.compound.pk, person_id=side.people[who].pk, now=now)


def test_the_day_in_one_message(world: World) -> None:
    side = world.here
    evening = NOON + timedelta(hours=6)
    prefer(side, "manager", digest_at=time(18))
    for _ in range(3):
        queue(side, "manager")
    queue(side, "manager", template="duty.agreed")
    queue(side, "manager", now=NOON - timedelta(days=2))
    assert sent(side) == []  # nothing ordinary leaves by itself
    assert digest(side, "manager", evening) == 2
    assert digest(side, "manager", evening + timedelta(minutes=5)) == 0
    with scope(side.compound.pk):
        told = Message.objects.get(template="digest.day", channel="sms")
    assert told.body.splitlines() == ["共 4 条：", "小区1　报修已受理 × 3", "小区1　换班成功 × 1"]
    assert digest(side, "manager", evening + timedelta(days=1)) == 0  # a day without news (its own digest is none)
    queue(side, "manager", urgent=True)
    assert sent(side)[-1][:2] == ("manager", "sms")


def test_a_digest_of_posts_only_and_of_several_compounds(world: World) -> None:
    prefer(world.here, "resident", digest_at=time(18))
    assert Preference.objects.get(person=world.here.people["resident"]).digest_at is None
    city = world.here.actor("city")
    actions.prefer(by=city, wish=Wish("in_app", {}, None, time(18)))
    world.there.people["city"] = world.here.people["city"]
    for side in (world.here, world.there):
        queue(side, "city")
    with scope(world.here.compound.pk):
        assert actions.send_digest(
            compound_id=world.here.compound.pk, person_id=city.person_id, now=NOON + timedelta(hours=1)
        )
        told = Message.objects.get(template="digest.day")
        assert told.body.startswith("共 2 条")
        assert world.there.compound.name in told.body
        # The scope is again that of the compound alone.
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT compound_id) FROM messaging_message")
            assert cursor.fetchone() == (1,)


def test_the_sweep_asks_for_each_person_once_a_day(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.digest, "delay", lambda *, compound_id, person_id: asked.append((compound_id, person_id)))
    side = world.here
    prefer(side, "manager", digest_at=time(18))
    prefer(side, "worker", digest_at=time(23))
    for at, count in ((NOON, 0), (NOON + timedelta(hours=6), 1)):
        with time_machine.travel(at, tick=False), django_capture_on_commit_callbacks(execute=True):
            tasks.digest_all()
        assert len(asked) == count
    assert asked == [(side.compound.pk, side.people["manager"].pk)]
    Preference.objects.update(digested_on=date(2026, 6, 2))
    with time_machine.travel(NOON + timedelta(hours=6), tick=False), django_capture_on_commit_callbacks(execute=True):
        tasks.digest_all()
    assert len(asked) == 1


def test_old_messages_go_and_what_waits_stays(world: World) -> None:
    side = world.here
    prefer(side, "resident")
    queue(side, "resident")
    with scope(side.compound.pk):
        assert actions.forget_messages(compound_id=side.compound.pk, now=NOON + actions.MESSAGES_KEPT) == 0
        later = NOON + actions.MESSAGES_KEPT + timedelta(seconds=1)
        assert actions.forget_messages(compound_id=side.compound.pk, now=later) == 1
        assert [one.state for one in Message.objects.all()] == ["queued"]


# --- the page and the preview ---------------------------------------------------------------------------------------

FORM = {"ordinary": "sms", "quiet_from": "22:00", "quiet_to": "07:00"}


def test_the_page_keeps_what_was_chosen(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    page = client.get(URL).content.decode()
    assert "紧急的事照样马上发" in page
    assert "一天只发一条汇总" in page
    given = {**FORM, "quiet": "on", "kind_duty": "in_app", "digest": "on", "digest_at": "17:30"}
    assert client.post(URL, given).status_code == 302
    kept = Preference.objects.get(person=world.here.people["manager"])
    assert (kept.ordinary, kept.kinds, kept.quiet_from, kept.quiet_to, kept.digest_at, kept.digest_compound) == (
        "sms",
        {"duty": "in_app"},
        time(22),
        time(7),
        time(17, 30),
        world.here.compound.pk,
    )
    assert 'value="17:30"' in client.get(URL).content.decode()
    assert client.post(URL, FORM).status_code == 302
    kept.refresh_from_db()
    assert (kept.quiet_from, kept.digest_at, kept.kinds) == (None, None, {})
    assert "一天只发一条汇总" not in sign_in(world.here, "resident").get(URL).content.decode()
    assert URL in client.get("/accounts/me/").content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"quiet": "on", "quiet_from": ""}, "请填写时间。"),
        ({"quiet": "on", "quiet_to": "22:00"}, "开始和结束不能一样。"),
        ({"quiet": "on", "quiet_from": "半夜"}, "时间不对"),
        ({"digest": "on", "digest_at": ""}, "请填写时间。"),
        ({"kind_repairs": "email"}, "email"),
    ],
)
def test_a_wish_that_cannot_be_kept(world: World, sign_in: Any, more: dict[str, str], words: str) -> None:
    answer = sign_in(world.here, "manager").post(URL, {**FORM, **more})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Preference.objects.exists()


def test_what_a_step_will_send(world: World, statements: Callable[[], Any]) -> None:
    with statements() as seen:
        said = queries.preview("repairs.returned", {"number": "BX1", "receiver": "水务公司"})
    assert len(seen) == 0
    assert said.title == "报修被退回"
    assert said.body == "您的报修 BX1 被退回。原因：……。应由水务公司处理。不同意的，7天内可以提出。"
    assert queries.preview("repairs.returned", {}, "en").title != said.title
    with pytest.raises(UnknownTemplateError):
        queries.preview("repairs.exploded", {})
    html = Template("{% load messaging %}{% message_preview 'repairs.accepted' number='<BX1>' %}").render(Context())
    assert "看看居民会收到什么" in html
    assert "&lt;BX1&gt;" in html


def test_the_table_refuses_half_a_wish(world: World) -> None:
    for half in ({"quiet_from": time(22)}, {"digest_at": time(18)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Preference.objects.create(person=world.here.people["worker"], **half)
