"""An objection from its filing to its end: rows, entries, messages, levels, refusals."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from audit.models import Entry
from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused
from live.models import Event as LiveEvent
from messaging.models import Message
from notices import actions as notices
from publicity import objection_queries as queries
from publicity import own, tasks
from publicity.actions import objecting
from publicity.actions.objecting import NoSuchObjection, Saying
from publicity.models import Evidence, Objection, ObjectionStep, Period
from publicity.objection_words import beside_notice, refusal_text, shown_objector, who_answers
from publicity.rules.objecting import steps
from tenancy.scope import scope
from tests.notices.conftest import NOW, _at_ten, _media, pdf, picture  # noqa: F401  fixtures
from tests.publicity.objections import LATER, TITLE, answered, fresh, notice_of, objected, running
from tests.world import Side, World

OVER = NOW + timedelta(days=20)


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=f"publicity.{template}", channel="in_app")
        return {names[pk] for pk in rows.values_list("person_id", flat=True)}


def count(side: Side, template: str) -> int:
    with scope(side.compound.pk):
        return Message.objects.filter(
            compound=side.compound, template=f"publicity.{template}", channel="in_app"
        ).count()


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        rows = Entry.objects.filter(compound=side.compound, target__startswith="publicity.objection:").order_by("pk")
        return list(rows.values_list("verb", flat=True))


def state_of(period: Period, **values: Any) -> None:
    with scope(period.compound_id):
        Period.objects.filter(pk=period.pk).update(**values)


def refusal(error: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    """Code and field; every refusal has words."""
    assert refusal_text(error.value)
    return error.value.code, error.value.details.get("field", "")


def test_a_resident_objects_by_name_with_a_photo_and_a_paper(world: World) -> None:
    period = running(world.here)
    made = objected(world.here, period, uploads=(picture(), pdf()))
    home = world.here.homes[0]
    assert (made.state, made.name, made.relation, made.home_id) == (
        "open",
        world.here.people["resident"].name,
        "owner",
        home.pk,
    )
    assert (made.edition, made.fingerprint) == (1, notice_of(period).current.fingerprint)
    assert (str(made.due_on), made.by_law, made.ground) == (
        "2026-06-09",
        False,
        "法律法规没有写明答复期限，本平台设为七日",
    )
    assert made.next_step_at == steps(made.due_on)[0].at
    with scope(world.here.compound.pk):
        kept = list(Evidence.objects.select_related("file").order_by("pk"))
        topics = list(
            LiveEvent.objects.filter(compound_id=world.here.compound.pk).order_by("pk").values_list("topic", flat=True)
        )
    assert [(one.name, one.file.is_picture) for one in kept] == [("照片1", True), ("材料2", False)]
    assert told(world.here, "objected") == {"secretary", "officer"}
    assert sorted(topics[-2:]) == ["notices", "notices.staff"]
    assert verbs(world.here) == ["publicity.object"]


def test_a_member_of_the_committee_objects_as_such(world: World) -> None:
    made = objected(world.here, running(world.here), "chair")
    assert (made.relation, made.home_id, made.building, made.post_id) == (
        "committee",
        None,
        "",
        world.here.posts["chair"].pk,
    )
    assert shown_objector(made).startswith("业委会委员 ")
    assert made.name not in shown_objector(made)


@pytest.mark.parametrize("who", ["manager", "worker", "officer", "street"])
def test_nobody_else_objects(world: World, who: str) -> None:
    period = running(world.here)
    with pytest.raises(NotPermitted) as error:
        objected(world.here, period, who)
    assert refusal(error) == ("not_entitled", "")
    assert verbs(world.here) == []


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"passage": "  "}, ("empty", "passage")),
        ({"words": "\n"}, ("empty", "words")),
        ({"passage": "长" * 301}, ("too_long", "passage")),
        ({"words": "长" * 2001}, ("too_long", "words")),
        ({"home_id": 2**40}, ("no_such_home", "home")),
        ({"uploads": tuple(range(7))}, ("too_many_files", "uploads")),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(
    world: World, given: dict[str, Any], refused: tuple[str, str]
) -> None:
    period = running(world.here)
    with pytest.raises(BadInput) as error:
        objected(world.here, period, **given)
    assert refusal(error) == refused
    with scope(world.here.compound.pk):
        assert not Objection.objects.exists()


def test_six_at_once_are_one_too_many(world: World) -> None:
    period = running(world.here)
    for _number in range(5):
        objected(world.here, period)
    with pytest.raises(BadInput) as error:
        objected(world.here, period)
    assert refusal(error) == ("too_many_open", "words")


def test_after_the_end_and_of_a_void_publicity_it_is_too_late(world: World) -> None:
    period = running(world.here)
    last = datetime.combine(period.objections_until, NOW.time(), NOW.tzinfo)
    assert objected(world.here, period, now=last).state == "open"
    with pytest.raises(OutOfState) as error:
        objected(world.here, period, now=last + timedelta(days=1))
    assert refusal(error) == ("ended", "")
    assert f"{period.objections_until:%Y-%m-%d}" in refusal_text(error.value)
    state_of(period, state="completed", ended_at=NOW)
    with pytest.raises(OutOfState) as error:
        objected(world.here, period)
    assert refusal(error) == ("ended", "")
    state_of(period, state="voided", void_reason="写错了楼幢")
    with pytest.raises(OutOfState) as error:
        objected(world.here, period)
    assert refusal(error) == ("voided", "")
    assert "写错了楼幢" in refusal_text(error.value)


def test_what_is_no_publicity_or_next_door_is_not_there(world: World) -> None:
    period = running(world.there)
    ref = notice_of(period).ref
    with scope(world.here.compound.pk), pytest.raises(NoSuchObjection):
        objecting.object_to(
            compound_id=world.here.compound.pk,
            notice_ref=ref,
            saying=Saying("第一条", "不同意"),
            by=world.here.actor("resident", NOW.date()),
            now=NOW,
        )
    there = objected(world.there, period)
    calls: tuple[Callable[[dict[str, Any]], Objection], ...] = (
        lambda common: objecting.answer(outcome="refused", text="不", **common),
        lambda common: objecting.withdraw(reason="", **common),
        lambda common: objecting.object_again(saying=Saying("一", "二"), **common),
    )
    for call in calls:
        with scope(world.here.compound.pk), pytest.raises(NoSuchObjection):
            call(
                {
                    "compound_id": world.here.compound.pk,
                    "ref": there.ref,
                    "by": world.here.actor("officer", NOW.date()),
                    "now": NOW,
                }
            )


def test_the_speaking_body_answers_once_and_it_stands_beside_the_notice(world: World) -> None:
    period = running(world.here)
    made = objected(world.here, period, mark="电话13812345678")
    waiting = beside_notice(fresh(made), names=False)
    assert (waiting["words"], waiting["answer"], waiting["answered"]) == ("", "", False)
    done = answered(world.here, made)
    assert (done.state, done.outcome, done.answered_body, done.next_step_at) == (
        "answered",
        "partly",
        "西山社区居委会党委",
        None,
    )
    assert told(world.here, "answered") == {"resident"}
    shown = beside_notice(fresh(made), names=False)
    assert made.name not in str([shown[key] for key in ("who", "words", "passage", "answer")])
    assert "电话×××××××××××" in shown["words"]
    assert shown["who"] == f"{made.building} 业主 {made.name[0]}***"
    assert "501" not in shown["who"]
    with pytest.raises(OutOfState) as error:
        answered(world.here, made, text="再答一次")
    assert refusal(error) == ("moved_on", "")
    assert verbs(world.here) == ["publicity.object", "publicity.answer"]
    with scope(world.here.compound.pk):
        for change in ("answer = 'x'", "shown_words = 'x'", "shown_passage = 'x'", "words = 'x'", "name = 'x'"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE publicity_objection SET {change} WHERE id = %s", [made.pk])
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM publicity_objection WHERE id = %s", [made.pk])


@pytest.mark.parametrize("who", ["resident", "chair", "manager", "dispatcher", "street"])
def test_nobody_answers_for_the_body_that_speaks(world: World, who: str) -> None:
    made = objected(world.here, running(world.here))
    with pytest.raises(NotPermitted) as error:
        answered(world.here, made, who)
    assert refusal(error) == ("not_your_answer", "")
    assert fresh(made).state == "open"


def test_a_neighbour_and_a_worker_do_not_see_it(world: World) -> None:
    made = objected(world.here, running(world.here))
    for who in ("neighbour", "worker"):
        actor = world.here.actor(who, NOW.date())
        with scope(world.here.compound.pk):
            assert queries.objection_for(actor, world.here.compound.pk, made.ref) is None
            assert list(queries.objections_for(actor, world.here.compound.pk)) == []
        with pytest.raises(NoSuchObjection):
            answered(world.here, made, who)


def test_nobody_answers_their_own(world: World) -> None:
    period = running(world.here, "chair", about="environment")
    made = objected(world.here, period, "chair")
    with pytest.raises(NotPermitted) as error:
        answered(world.here, made, "chair")
    assert refusal(error) == ("own_objection", "")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"outcome": "maybe"}, ("unknown_outcome", "outcome")),
        ({"text": " "}, ("empty", "answer")),
        ({"text": "长" * 2001}, ("too_long", "answer")),
    ],
)
def test_an_answer_that_says_nothing_is_refused(world: World, given: dict[str, Any], refused: tuple[str, str]) -> None:
    made = objected(world.here, running(world.here))
    with pytest.raises(BadInput) as error:
        answered(world.here, made, **given)
    assert refusal(error) == refused


def test_whom_an_objection_names_is_covered_before_it_is_published(world: World) -> None:
    side = world.here
    third, manager = side.people["neighbour"].name, "manager"
    period = running(side)
    words = f"{third}和{manager}收钱不公，3幢刘大姐也知道，电话138 1234 5678。"
    made = objected(side, period, passage=f"第二条，{third}一栏", words=words)
    with scope(side.compound.pk):
        found = queries.objection_for(side.actor("officer", NOW.date()), made.compound_id, made.ref)
        assert found is not None
        passage, shown = objecting.to_be_shown(found, LATER)
    assert passage == f"第二条，{'×' * len(third)}一栏"
    assert shown == f"{'×' * len(third)}和{'×' * len(manager)}收钱不公，3幢刘大姐也知道，电话×××××××××××××。"
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"shown_words": shown.replace("不公", "公平")}, "not_only_covered", "shown_words"),
        ({"shown_words": words}, "not_only_covered", "shown_words"),
        ({"shown_passage": passage + "。"}, "not_only_covered", "shown_passage"),
        ({"shown_words": "×"}, "all_covered", "shown_words"),
        ({"shown_words": "×" * 2001}, "too_long", "shown_words"),
    ]
    for given, code, field in cases:
        with pytest.raises(BadInput) as error:
            answered(side, made, **given)
        assert refusal(error) == (code, field)
    done = answered(side, made, shown_words=shown.replace("刘大姐", "×"))
    covered = shown.replace("刘大姐", "×××")
    assert (done.shown_passage, done.shown_words, done.words) == (passage, covered, words)
    with scope(side.compound.pk):
        entry = Entry.objects.get(verb="publicity.answer")
        assert entry.changes["shown_words"] == [None, covered]
    for names in (True, False):
        beside = beside_notice(fresh(made), names=names)
        assert (beside["passage"], beside["words"]) == (passage, covered)


def test_whom_the_notice_names_itself_is_not_covered(world: World) -> None:
    name = world.here.people["neighbour"].name
    period = running(world.here, title=f"{name}为候选人的公示")
    made = objected(world.here, period, passage="候选人", words=f"{name}没有交物业费。")
    assert answered(world.here, made).shown_words == f"{name}没有交物业费。"


def test_the_one_who_answers_sees_what_will_be_published(world: World, sign_in: Any) -> None:
    side = world.here
    third = side.people["neighbour"].name
    period = running(side)
    made = objected(side, period, words=f"{third}不交钱，刘大姐知道。")
    at = f"/c/here/objections/{made.ref}/"
    officer, resident = sign_in(side, "officer"), sign_in(side, "resident")
    page = officer.get(at).content.decode()
    shown = f"{'×' * len(third)}不交钱，刘大姐知道。"
    assert f'data-original="{shown}"' in page
    assert made.words in page
    assert "data-covers" not in resident.get(at).content.decode()
    given = {"outcome": "partly", "answer": "查过了。", "shown_passage": made.passage, "idempotency_key": "k" * 32}
    wrong = officer.post(f"{at}do/answer/", {**given, "shown_words": "不交钱，刘大姐知道。"})
    assert wrong.status_code == 422
    assert "公开的文字只能用 × 盖住" in wrong.content.decode()
    assert ">\n不交钱，刘大姐知道。</textarea>" in wrong.content.decode()
    sent = officer.post(
        f"{at}do/answer/", {**given, "shown_words": shown.replace("刘大姐", "×××"), "idempotency_key": "l" * 32}
    )
    assert sent.status_code == 302
    public = f"{'×' * len(third)}不交钱，×××知道。"
    assert public in sign_in(side, "neighbour").get(f"/c/here/notices/{notice_of(period).ref}/").content.decode()
    for client in (officer, resident):
        own = client.get(at).content.decode()
        assert public in own
        assert made.words in own
    api = "/api/v1/compounds/here"
    said = officer.get(f"{api}/objections/{made.ref}/").json()
    assert (said["words"], said["written_words"]) == (public, made.words)
    assert (
        sign_in(side, "neighbour").get(f"{api}/notices/{notice_of(period).ref}/objections/").json()[0]["words"]
        == public
    )


def test_over_rest_more_is_covered(world: World, sign_in: Any) -> None:
    side = world.here
    third = side.people["neighbour"].name
    made = objected(side, running(side), words=f"{third}和刘大姐都知道。")
    officer = sign_in(side, "officer")
    at = f"/api/v1/compounds/here/objections/{made.ref}/"
    said = officer.get(at).json()
    assert said["words"] == f"{'×' * len(third)}和刘大姐都知道。"
    assert said["written_words"] == made.words

    def send(words: str, key: str) -> Any:
        given = {"outcome": "refused", "text": "不采纳。", "shown_words": words}
        return officer.post(f"{at}do/answer/", given, content_type="application/json", headers={"Idempotency-Key": key})

    wrong = send("刘大姐都知道。", "key-of-twenty-signs-1")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "not_only_covered", "shown_words")
    assert send(said["words"].replace("刘大姐", "×××"), "key-of-twenty-signs-2").status_code == 200
    assert officer.get(at).json()["words"] == f"{'×' * len(third)}和×××都知道。"


def again(side: Side, first: Objection, *, now: datetime, who: str = "resident") -> Objection:
    with scope(side.compound.pk):
        return objecting.object_again(
            compound_id=side.compound.pk,
            ref=first.ref,
            saying=Saying("答复第一句", "一成也没有依据。"),
            by=side.actor(who, now.date()),
            now=now,
        )


def test_one_objects_to_an_answer_once_even_after_the_end(world: World) -> None:
    period = running(world.here)
    made = objected(world.here, period)
    with pytest.raises(OutOfState) as error:
        again(world.here, made, now=LATER)
    assert refusal(error) == ("moved_on", "")
    end = datetime.combine(period.objections_until, NOW.time(), NOW.tzinfo)
    answered(world.here, made, now=end + timedelta(days=2))
    state_of(period, state="completed", ended_at=end)
    with pytest.raises(OutOfState) as error:
        again(world.here, made, now=end + timedelta(days=6))
    assert refusal(error) == ("ended", "")
    with pytest.raises(NotPermitted) as wrong:
        again(world.here, made, now=end + timedelta(days=3), who="chair")
    assert refusal(wrong) == ("not_yours", "")
    second = again(world.here, made, now=end + timedelta(days=5))
    assert (second.earlier_id, second.state) == (made.pk, "open")
    with pytest.raises(OutOfState) as error:
        again(world.here, made, now=end + timedelta(days=5))
    assert refusal(error) == ("further_once", "")
    answered(world.here, second, now=end + timedelta(days=5))
    with pytest.raises(OutOfState) as error:
        again(world.here, second, now=end + timedelta(days=5))
    assert refusal(error) == ("further_once", "")


def test_one_takes_back_ones_own_while_nobody_has_answered(world: World) -> None:
    made = objected(world.here, running(world.here))
    common: dict[str, Any] = {"compound_id": world.here.compound.pk, "ref": made.ref, "now": LATER}
    with scope(world.here.compound.pk):
        with pytest.raises(NotPermitted) as error:
            objecting.withdraw(reason="", by=world.here.actor("officer", NOW.date()), **common)
        assert refusal(error) == ("not_yours", "")
        done = objecting.withdraw(reason="看清楚了", by=world.here.actor("resident", NOW.date()), **common)
        assert (done.state, done.ended_reason, done.next_step_at) == ("withdrawn", "看清楚了", None)
        with pytest.raises(OutOfState):
            objecting.withdraw(reason="", by=world.here.actor("resident", NOW.date()), **common)
    with pytest.raises(OutOfState):
        answered(world.here, made)
    assert told(world.here, "objection_withdrawn") == {"secretary", "officer"}
    assert verbs(world.here) == ["publicity.object", "publicity.withdraw_objection"]


def climb(side: Side, now: datetime) -> int:
    with scope(side.compound.pk):
        return objecting.escalate(compound_id=side.compound.pk, now=now)


def test_what_nobody_answers_climbs_and_each_level_is_told_once(world: World) -> None:
    made = objected(world.here, running(world.here, "chair", about="environment"))
    moments = [one.at for one in steps(made.due_on)]
    assert climb(world.here, moments[0] - timedelta(minutes=1)) == 0
    for level, moment in enumerate(moments):
        assert climb(world.here, moment) == 1
        assert climb(world.here, moment + timedelta(minutes=5)) == 0
        assert fresh(made).level == level
    assert fresh(made).next_step_at is None
    assert told(world.here, "objection_due") == {"chair"}
    assert told(world.here, "objection_late") == {"chair", "secretary", "officer", "street"}
    assert told(world.here, "objection_climbed_community") == {"resident"}
    assert told(world.here, "objection_climbed_street") == {"resident"}
    assert verbs(world.here) == ["publicity.object", *["publicity.climb_objection"] * 4]
    # The level that it reached may answer in the speaker's place.
    assert answered(world.here, made, "street", now=moments[3]).answered_body == "西城街道办事处"


def test_after_downtime_one_level_follows_the_other(world: World) -> None:
    made = objected(world.here, running(world.here))
    assert climb(world.here, OVER) == 4
    with scope(world.here.compound.pk):
        rows = list(ObjectionStep.objects.filter(objection=made).order_by("pk").values_list("level", "told"))
    assert rows == [(0, "speaker"), (1, "speaker"), (2, "community"), (3, "street")]
    assert count(world.here, "objection_climbed_community") == 1
    assert climb(world.here, OVER) == 0


def test_the_community_answers_for_a_body_only_once_it_climbed(world: World) -> None:
    made = objected(world.here, running(world.here, "chair", about="environment"))
    with pytest.raises(NotPermitted):
        answered(world.here, made, "secretary")
    climb(world.here, steps(made.due_on)[2].at)
    assert answered(world.here, made, "secretary").answered_body == "西山社区居委会党委"


def test_a_withdrawn_notice_leaves_nothing_to_answer(world: World) -> None:
    period = running(world.here)
    made, done = objected(world.here, period), objected(world.here, period, "neighbour")
    answered(world.here, done)
    with scope(world.here.compound.pk):
        notices.withdraw(
            compound_id=world.here.compound.pk,
            ref=notice_of(period).ref,
            reason="写错了楼幢",
            by=world.here.actor("secretary", NOW.date()),
            now=LATER,
        )
    assert (fresh(made).state, fresh(done).state) == ("lapsed", "answered")
    assert told(world.here, "objection_lapsed") == {"resident"}
    assert climb(world.here, OVER) == 0


def test_the_line_says_who_must_answer_until_when(world: World) -> None:
    made = objected(world.here, running(world.here, "chair", about="environment"))
    body = notice_of(made.period).speaker
    day = made.due_on
    assert who_answers(fresh(made), day) == f"{body}要在 6月9日 前答复"
    assert who_answers(fresh(made), day + timedelta(days=1)) == f"{body}应在 6月9日 前答复，已超期"
    climb(world.here, steps(day)[2].at)
    assert who_answers(fresh(made), day + timedelta(days=2)) == f"{body}应在 6月9日 前答复，已超期，已报社区"
    climb(world.here, OVER)
    assert who_answers(fresh(made), day + timedelta(days=9)) == f"{body}应在 6月9日 前答复，已超期，已报社区和街道"
    done = answered(world.here, made, "chair", now=OVER)
    assert who_answers(done, day) == f"{body}已答复：部分采纳"


def test_the_sweep_finds_what_is_due(world: World) -> None:
    made = objected(world.here, running(world.here))
    with scope([world.here.compound.pk, world.there.compound.pk]):
        assert queries.compounds_with_due_steps(LATER) == []
        assert queries.compounds_with_due_steps(steps(made.due_on)[0].at) == [world.here.compound.pk]


@pytest.mark.parametrize("who", ["worker", "neighbour"])
def test_evidence_is_for_whoever_gave_it_and_for_staff(world: World, sign_in: Any, who: str) -> None:
    objected(world.here, running(world.here), uploads=(picture(),))
    with scope(world.here.compound.pk):
        stored = Evidence.objects.get().file
    address = f"/c/here/files/{stored.ref}/"
    assert sign_in(world.here, who).get(address).status_code == 404
    for reader in ("resident", "chair", "officer", "manager"):
        assert sign_in(world.here, reader).get(address).status_code == 200


def post(client: Client, address: str, key: str = "k" * 20, **given: Any) -> Any:
    return client.post(address, {"idempotency_key": key, **given})


def test_a_double_tap_files_once_and_leads_to_the_same_page(world: World, sign_in: Any) -> None:
    period = running(world.here)
    client = sign_in(world.here, "resident")
    address = f"/c/here/notices/{notice_of(period).ref}/object/"
    sent = [post(client, address, passage="第二条", words="涨得太多") for _tap in range(2)]
    assert [one.status_code for one in sent] == [302, 302]
    assert sent[0].url == sent[1].url
    with scope(world.here.compound.pk):
        assert Objection.objects.count() == 1


def test_pages_lead_from_the_notice_to_the_answer(world: World, sign_in: Any) -> None:
    period = running(world.here)
    ref = notice_of(period).ref
    resident, officer = sign_in(world.here, "resident"), sign_in(world.here, "secretary")
    page = resident.get(f"/c/here/notices/{ref}/").content.decode()
    assert "我有异议" in page
    assert "到现在没有人提异议" in page
    form = resident.get(f"/c/here/notices/{ref}/object/").content.decode()
    assert "7 天内答复" in form
    assert "本平台设为七日" in form
    assert post(resident, f"/c/here/notices/{ref}/object/", passage="", words="").status_code == 422
    sent = post(
        resident,
        f"/c/here/notices/{ref}/object/",
        "first-key-of-twenty-",
        passage="第二条",
        words="涨得太多",
        uploads=SimpleUploadedFile("a.png", picture().read(), "image/png"),
    )
    assert sent.status_code == 302
    own = resident.get(sent.url).content.decode()
    assert "要在 6月9日 前答复" in own
    assert "涨得太多" in own
    seen = sign_in(world.here, "neighbour").get(f"/c/here/notices/{ref}/").content.decode()
    assert "有一件异议" in seen
    assert "涨得太多" not in seen
    listed = officer.get("/c/here/objections/?state=open").content.decode()
    assert world.here.people["resident"].name in listed
    assert TITLE in listed
    one = officer.get(sent.url).content.decode()
    assert "答复并公开" in one
    wrong = post(officer, f"{sent.url}do/answer/", "second-key-of-twenty", outcome="", answer="")
    assert wrong.status_code == 422
    done = post(officer, f"{sent.url}do/answer/", "third-key-of-twenty-", outcome="accepted", answer="采纳，重新测算。")
    assert (done.status_code, done.url) == (302, sent.url)
    seen = sign_in(world.here, "neighbour").get(f"/c/here/notices/{ref}/").content.decode()
    assert "采纳，重新测算。" in seen
    assert "涨得太多" in seen
    assert world.here.people["resident"].name not in seen
    assert "再提一次" in resident.get(sent.url).content.decode()
    assert post(resident, f"{sent.url}do/withdraw/", "fourth-key-of-twenty").status_code == 409


@pytest.mark.parametrize("length", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    period = running(world.here)
    first = objected(world.here, period)
    fill(first, length - 1)
    client = sign_in(world.here, "officer")
    for address, expected in (
        ("/c/here/objections/", LIST),
        (f"/c/here/objections/{first.ref}/", ONE),
    ):
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, [row["sql"][:90] for row in seen]
    with statements() as seen:
        found = client.get(f"/c/here/notices/{notice_of(period).ref}/")
    assert found.content.decode().count("看这件异议") == length


LIST = 12
ONE = 15


def fill(first: Objection, more: int) -> None:
    """Further ones like the first."""
    with scope(first.compound_id):
        fields = {f.attname: getattr(first, f.attname) for f in Objection._meta.concrete_fields if f.name != "id"}
        Objection.objects.bulk_create(Objection(**{**fields, "ref": f"more{number:012d}"}) for number in range(more))


@pytest.mark.parametrize("length", [1, 30])
def test_rest_asks_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    period = running(world.here)
    first = objected(world.here, period)
    fill(first, length - 1)
    client = sign_in(world.here, "officer")
    at = "/api/v1/compounds/here"
    for address, expected in (
        (f"{at}/objections/", 8),
        (f"{at}/objections/{first.ref}/", 13),
        (f"{at}/notices/{notice_of(period).ref}/objections/", 9),
    ):
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_over_rest_one_objects_answers_and_reads_it_masked(world: World, sign_in: Any) -> None:
    period = running(world.here)
    ref = notice_of(period).ref
    at = "/api/v1/compounds/here"
    resident, officer, neighbour = (sign_in(world.here, who) for who in ("resident", "secretary", "neighbour"))

    def send(client: Client, address: str, key: str, given: dict[str, Any], kind: str = "application/json") -> Any:
        extra: dict[str, Any] = {} if kind == "multipart" else {"content_type": kind}
        return client.post(f"{at}{address}", given, headers={"Idempotency-Key": key}, **extra)

    sent = [
        send(
            resident,
            f"/notices/{ref}/objections/",
            "key-of-twenty-signs-1",
            {"passage": "第二条", "words": "涨得太多", "files": [picture()]},
            "multipart",
        )
        for _tap in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    made = sent[0].json()["ref"]
    waiting = neighbour.get(f"{at}/notices/{ref}/objections/").json()
    assert [(one["ref"], one["who"], one["words"]) for one in waiting] == [("", "", "")]
    assert neighbour.get(f"{at}/objections/{made}/").status_code == 404
    assert neighbour.get(f"{at}/objections/").json()["results"] == []
    assert len(resident.get(f"{at}/objections/{made}/").json()["files"]) == 1
    step = f"/objections/{made}/do"
    given = {"outcome": "accepted", "text": "采纳"}
    assert send(resident, f"{step}/answer/", "key-of-twenty-signs-2", given).json()["code"] == "not_your_answer"
    empty = send(officer, f"{step}/answer/", "key-of-twenty-signs-3", {"outcome": "accepted"})
    assert (empty.status_code, empty.json()["field"], empty.json()["code"]) == (422, "answer", "empty")
    assert send(officer, f"{step}/answer/", "key-of-twenty-signs-4", given).json()["state"] == "answered"
    assert send(officer, f"{step}/nothing/", "key-of-twenty-signs-5", given).status_code == 404
    read = neighbour.get(f"{at}/notices/{ref}/objections/").json()[0]
    assert (read["words"], read["answer"], read["outcome"]) == ("涨得太多", "采纳", "accepted")
    assert world.here.people["resident"].name not in read["who"]
    again = send(resident, f"{step}/again/", "key-of-twenty-signs-6", {"passage": "一", "words": "二"})
    assert (again.status_code, again.json()["state"]) == (200, "open")


def test_ones_own_copy_holds_ones_objections_and_nobody_elses(world: World, statements: Any) -> None:
    period = running(world.here)
    mine = objected(world.here, period, uploads=(picture(),))
    objected(world.here, period, "neighbour", mark="邻居的")
    answered(world.here, mine)
    person = world.here.people["resident"]
    with scope(world.here.compound.pk), statements() as seen:
        copy = own.export(person)
    assert [(one["passage"], one["outcome"], len(one["evidence"])) for one in copy] == [
        ("第二条，涨价幅度", "partly", 1)
    ]
    assert "邻居的" not in str(copy)
    first = len(seen)
    fill(fresh(mine), 29)
    with scope(world.here.compound.pk), statements() as seen:
        assert len(own.export(person)) == 30
    assert len(seen) == first


def test_the_clock_asks_compound_by_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = objected(world.here, running(world.here))
    asked: list[int] = []
    monkeypatch.setattr(tasks.tend_objections, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(steps(made.due_on)[1].at, tick=False):
        assert tasks.sweep_objections() == 1
        assert asked == [world.here.compound.pk]
        tasks.tend_objections(compound_id=world.here.compound.pk)
        assert fresh(made).level == 1
        assert tasks.sweep_objections() == 0
