"""A notice from its draft to its end: rows, entries, events, messages, refusals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from audit.models import Entry
from live.models import Event as LiveEvent
from messaging.models import Message
from notices import actions, hooks
from notices.actions import files, reading
from notices.actions.keeping import end_rule, end_template, save_template, set_rule
from notices.audience import Audience
from notices.models import ApprovalRule, Event, Notice, Reading, Signature, Step, Template, Version
from notices.refusals import BadInput, NoSuchNotice, NotPermitted, OutOfState, Refused
from parties.models import Post
from tenancy.scope import scope
from tests.notices.conftest import (
    NOW,
    SOURCE,
    TITLE,
    draft_of,
    fee_notice,
    fresh,
    pdf,
    picture,
    signed,
    submitted,
    written,
)
from tests.world import Side, World

LATER = NOW + timedelta(hours=3)


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    rows = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
    return {names[pk] for pk in rows.values_list("person_id", flat=True)}


def verbs(side: Side) -> list[str]:
    rows = Entry.objects.filter(compound=side.compound, verb__startswith="notices.").order_by("pk")
    return list(rows.values_list("verb", flat=True))


def live(side: Side) -> list[tuple[str, str]]:
    rows = LiveEvent.objects.filter(compound_id=side.compound.pk, topic__startswith="notices").order_by("pk")
    return [(row.topic, row.payload["state"]) for row in rows]


def common(side: Side, made: Notice, who: str) -> dict[str, Any]:
    return {"compound_id": side.compound.pk, "ref": made.ref, "by": side.actor(who, NOW.date()), "now": NOW}


def test_one_draft_for_two_compounds_is_two_rows_of_one_campaign(world: World) -> None:
    both = [world.here.compound.pk, world.there.compound.pk]
    city = world.here.actor("city", NOW.date())
    with scope(both):
        made = actions.write(
            compound_ids=both, draft=draft_of(title="{{小区}}停水", source="{{发布单位}}于{{今天}}"), by=city, now=NOW
        )
        assert [one.compound_id for one in made] == both
        assert made[0].campaign == made[1].campaign
        assert [one.title for one in made] == [f"{side.compound.name}停水" for side in (world.here, world.there)]
        assert made[0].source == "永康市住房和城乡建设局于2026年6月2日"
        actions.submit(compound_id=both[0], ref=made[0].ref, by=city, now=NOW)
        states = dict(Notice.objects.values_list("compound_id", "state"))
    assert states == {both[0]: "published", both[1]: "draft"}


def test_a_firms_ordinary_notice_is_out_at_once(world: World) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        assert (made.state, made.current.number, made.current.edition) == ("published", 1, 1)
        assert made.current.body_html.startswith("<p>因水箱清洗，<strong>6月6日</strong>")
        assert len(made.current.fingerprint) == 64
        assert verbs(side) == ["notices.write", "notices.submit"]
        assert live(side) == [
            *(("notices.staff", "draft"), ("notices", "published"), ("notices.hall", "published")),
            ("notices.staff", "published"),
        ]
        lines = list(Event.objects.values_list("action", "from_state", "to_state"))
        assert lines == [("write", "", "draft"), ("submit", "draft", "published")]


def test_a_fee_notice_asks_the_committee_and_then_the_community(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    with scope(side.compound.pk):
        assert made.state == "awaiting"
        assert list(Step.objects.values_list("side", "answer")) == [("committee", "open"), ("community", "open")]
        assert told(side, "notices.your_turn") == {"chair"}
    with pytest.raises(OutOfState) as refused:
        signed(side, made, "secretary")
    assert refused.value.code == "not_your_turn"
    assert signed(side, made, "chair").state == "awaiting"
    with scope(side.compound.pk):
        assert told(side, "notices.your_turn") == {"chair", "secretary", "officer"}
    done = signed(side, made, "officer")
    with scope(side.compound.pk):
        assert (done.state, done.current.number) == ("published", 1)
        rows = list(Step.objects.values_list("side", "answer", "post_id"))
        assert rows == [
            ("committee", "agreed", side.posts["chair"].pk),
            ("community", "agreed", side.posts["officer"].pk),
        ]
        assert told(side, "notices.out") == {"manager"}
        assert verbs(side) == ["notices.write", "notices.submit", "notices.agree", "notices.agree"]


@pytest.mark.parametrize(
    ("who", "code"), [("manager", "not_your_side"), ("member", "not_your_side"), ("street", "not_your_side")]
)
def test_others_do_not_countersign(world: World, who: str, code: str) -> None:
    made = fee_notice(world.here)
    with pytest.raises(NotPermitted) as refused:
        signed(world.here, made, who)
    assert refused.value.code == code
    assert fresh(made).state == "awaiting"


@pytest.mark.parametrize("who", ["worker", "resident"])
def test_who_has_no_pages_behind_the_board_finds_nothing_to_countersign(world: World, who: str) -> None:
    made = fee_notice(world.here)
    with pytest.raises(NoSuchNotice):
        signed(world.here, made, who)


def test_a_refusal_needs_a_reason_and_gives_the_draft_back(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    with pytest.raises(BadInput) as refused:
        signed(side, made, "chair", agree=False)
    assert (refused.value.code, refused.value.details) == ("say_why", {"field": "reason"})
    signed(side, made, "chair", agree=False, reason="缺少审计报告")
    with scope(side.compound.pk):
        back = Notice.objects.get()
        assert (back.state, back.proposed_id) == ("draft", None)
        assert Version.objects.get().refused_at == NOW
        assert list(Step.objects.values_list("answer", "reason")) == [("refused", "缺少审计报告"), ("void", "")]
        assert told(side, "notices.refused") == {"manager"}
        assert verbs(side)[-1] == "notices.refuse"
        again = actions.submit(**common(side, made, "manager"))
        assert (again.state, again.proposed.number) == ("awaiting", 2)


def test_whoever_handed_a_text_in_does_not_countersign_it_from_another_post(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    with scope(side.compound.pk):
        Post.objects.filter(pk=side.posts["chair"].pk).update(person=side.people["manager"])
    side.people["chair"] = side.people["manager"]
    with pytest.raises(NotPermitted) as refused:
        signed(side, made, "chair")
    assert refused.value.code == "own_text"


def test_a_countersignature_is_of_the_text_that_was_read(world: World) -> None:
    made = fee_notice(world.here)
    with scope(world.here.compound.pk), pytest.raises(OutOfState) as refused:
        actions.countersign(**common(world.here, made, "chair"), agree=True, fingerprint="0" * 64)
    assert refused.value.code == "text_changed"


def test_taking_back_voids_what_was_signed(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    signed(side, made, "chair")
    with scope(side.compound.pk):
        back = actions.take_back(**common(side, made, "manager"))
        assert (back.state, back.proposed_id) == ("draft", None)
        assert list(Step.objects.values_list("answer", flat=True)) == ["agreed", "void"]
        with pytest.raises(OutOfState):
            actions.take_back(**common(side, made, "manager"))


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_an_urgent_one_is_out_at_once_and_reviewed_after(world: World, who: str) -> None:
    side = world.here
    made = submitted(side, who, kind="urgent", matter="common_income" if who == "manager" else "safety")
    with scope(side.compound.pk):
        assert made.state == "published"
        assert verbs(side)[-1] == "notices.hurry"
        asked = ["committee"] if who == "manager" else []
        assert list(Step.objects.filter(review=True).values_list("side", flat=True)) == asked
    if who == "manager":
        assert signed(side, made, "chair", agree=False, reason="应先开会").state == "published"
        with scope(side.compound.pk):
            assert told(side, "notices.refused") == {"manager", "secretary", "officer"}
            assert verbs(side)[-1] == "notices.review"


def test_an_urgent_one_of_the_committee_waits_like_others(world: World) -> None:
    made = submitted(world.here, "chair", kind="urgent", matter="meeting")
    assert made.state == "awaiting"


def test_one_for_later_waits_and_comes_out_by_the_clock_once(world: World) -> None:
    side = world.here
    made = submitted(side, publish_at=LATER)
    assert made.state == "scheduled"
    with scope(side.compound.pk):
        assert actions.publish_due(compound_id=side.compound.pk, now=NOW) == 0
        assert actions.publish_due(compound_id=side.compound.pk, now=LATER) == 1
        assert actions.publish_due(compound_id=side.compound.pk, now=LATER) == 0
        found = Notice.objects.get()
        assert (found.state, found.published_at) == ("published", LATER)
        assert verbs(side)[-1] == "notices.publish"


def test_its_body_may_let_it_out_before_its_time(world: World) -> None:
    side = world.here
    made = submitted(side, publish_at=LATER)
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted):
            actions.publish(**common(side, made, "chair"))
        assert actions.publish(**common(side, made, "manager")).state == "published"
        with pytest.raises(OutOfState) as refused:
            actions.publish(**common(side, made, "manager"))
    assert (refused.value.code, refused.value.details) == ("moved_on", {"state": "已发布"})


def test_what_a_dismissed_firm_left_for_later_does_not_come_out(world: World) -> None:
    from tests.handover.conftest import end_contract

    side = world.here
    submitted(side, publish_at=NOW + timedelta(days=30))
    end_contract(side, last_day=(NOW + timedelta(days=5)).date(), now=NOW)
    with scope(side.compound.pk):
        assert actions.publish_due(compound_id=side.compound.pk, now=NOW + timedelta(days=31)) == 1
        found = Notice.objects.get()
        assert (found.state, found.current_id) == ("withdrawn", None)
        assert found.ended_reason == "发布单位已不在本小区履职，没有发布。"


def test_it_expires_by_the_clock_once(world: World) -> None:
    side = world.here
    submitted(side, expires_at=LATER)
    with scope(side.compound.pk):
        assert actions.expire_due(compound_id=side.compound.pk, now=LATER - timedelta(seconds=1)) == 0
        assert actions.expire_due(compound_id=side.compound.pk, now=LATER + timedelta(days=9)) == 1
        assert actions.expire_due(compound_id=side.compound.pk, now=LATER + timedelta(days=9)) == 0
        assert Notice.objects.get().state == "expired"
        assert verbs(side)[-1] == "notices.expire"


def test_a_withdrawn_text_stays_with_its_reason(world: World) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        reading.mark_read(notice=fresh(made), by=side.actor("resident", NOW.date()), now=NOW)
        with pytest.raises(BadInput) as refused:
            actions.withdraw(**common(side, made, "manager"), reason="  ")
        assert refused.value.code == "say_why"
        actions.withdraw(**common(side, made, "manager"), reason="日期写错")
        found = Notice.objects.select_related("current").get()
        assert (found.state, found.ended_reason, found.current.title) == ("withdrawn", "日期写错", TITLE)
        assert told(side, "notices.withdrawn") == {"resident"}
        assert verbs(side)[-1] == "notices.withdraw"
        for act in (actions.withdraw, actions.amend):
            given: dict[str, Any] = (
                {"reason": "再来"} if act is actions.withdraw else {"title": "a", "source": "b", "changed": "c"}
            )
            with pytest.raises(OutOfState):
                act(**common(side, made, "manager"), **given)


@pytest.mark.parametrize(("who", "may"), [("officer", True), ("chair", False), ("dispatcher", True), ("street", False)])
def test_the_community_may_withdraw_what_another_side_said(world: World, who: str, may: bool) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        if may:
            assert actions.withdraw(**common(side, made, who), reason="不实").state == "withdrawn"
        else:
            with pytest.raises(NotPermitted):
                actions.withdraw(**common(side, made, who), reason="不实")


def test_a_correction_is_a_version_of_its_own_that_says_what_changed(world: World) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        reading.mark_read(notice=fresh(made), by=side.actor("resident", NOW.date()), now=NOW)
        for changed, title, code in (("", "新标题", "say_what"), ("没改", TITLE, "nothing_changed")):
            with pytest.raises(BadInput) as refused:
                actions.amend(**common(side, made, "manager"), title=title, source=SOURCE, changed=changed)
            assert refused.value.code == code
        actions.amend(**common(side, made, "manager"), title="六月七日停水通知", source=SOURCE, changed="改为 7 日")
        found = Notice.objects.select_related("current").get()
        assert (found.state, found.current.edition, found.current.changed) == ("published", 2, "改为 7 日")
        assert list(Version.objects.order_by("number").values_list("title", "edition")) == [
            (TITLE, 1),
            ("六月七日停水通知", 2),
        ]
        assert told(side, "notices.corrected") == {"resident"}


def test_a_correction_that_needs_others_leaves_the_old_text_up(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    signed(side, made, "chair")
    signed(side, made, "officer")
    with scope(side.compound.pk):
        actions.amend(**common(side, made, "manager"), title="更正", source=SOURCE, changed="标题")
        found = Notice.objects.select_related("current", "proposed").get()
        assert (found.state, found.current.title, found.proposed.title) == ("published", TITLE, "更正")
        with pytest.raises(OutOfState) as refused:
            actions.amend(**common(side, made, "manager"), title="又改", source=SOURCE, changed="标题")
        assert refused.value.code == "correction_waits"
    signed(side, made, "chair")
    signed(side, made, "officer", agree=False, reason="原来的对")
    assert (fresh(made).current.title, fresh(made).proposed) == (TITLE, None)
    with scope(side.compound.pk):
        actions.amend(**common(side, made, "manager"), title="再更正", source=SOURCE, changed="标题")
    signed(side, made, "chair")
    signed(side, made, "officer")
    assert (fresh(made).current.title, fresh(made).current.edition, fresh(made).current.number) == ("再更正", 2, 3)


def test_a_version_never_changes_and_never_goes(world: World) -> None:
    made = submitted(world.here)
    with scope(world.here.compound.pk):
        changes: tuple[Callable[[], Any], ...] = (
            lambda: Version.objects.filter(pk=made.current_id).update(title="别的"),
            lambda: Version.objects.filter(pk=made.current_id).update(published_at=LATER),
            lambda: Version.objects.filter(pk=made.current_id)._raw_delete("default"),
        )
        for change in changes:
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "empty"),
        ({"title": "长" * 81}, "too_long"),
        ({"source": "<script>alert(1)</script>"}, "empty"),
        ({"source": "字" * 20_001}, "too_long"),
        ({"kind": "rumour"}, "unknown_kind"),
        ({"matter": "weather"}, "unknown_matter"),
        ({"audience": Audience(roles=("king",))}, "unknown_role"),
        ({"audience": Audience(building_ids=(999_999,))}, "no_such_place"),
        ({"audience": Audience(entrance_ids=(999_999,))}, "no_such_place"),
        ({"expires_at": NOW}, "ends_in_past"),
        ({"publish_at": LATER, "expires_at": LATER}, "ends_before_start"),
        ({"sign_posts": (999_999,)}, "no_such_post"),
    ],
)
def test_what_cannot_be_written_leaves_nothing(world: World, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        written(world.here, **given)
    assert refused.value.code == code
    with scope(world.here.compound.pk):
        assert not Notice.objects.exists()
        assert verbs(world.here) == []


@pytest.mark.parametrize("who", ["worker", "resident"])
def test_who_does_not_write(world: World, who: str) -> None:
    with pytest.raises(NotPermitted) as refused:
        written(world.here, who)
    assert refused.value.code == "not_yours"


def test_a_compound_that_the_post_does_not_cover(world: World) -> None:
    by = world.here.actor("manager", NOW.date())
    with scope(world.here.compound.pk), pytest.raises(NotPermitted) as refused:
        actions.write(compound_ids=[world.there.compound.pk], draft=draft_of(), by=by, now=NOW)
    assert refused.value.code == "not_covered"


def test_places_that_wait_for_words_stop_it(world: World) -> None:
    side = world.here
    made = written(side, source="{{停水时间}}停水，{{小区}}全体")
    with scope(side.compound.pk), pytest.raises(BadInput) as refused:
        actions.submit(**common(side, made, "manager"))
    assert (refused.value.code, refused.value.details["names"]) == ("placeholder_left", "停水时间")
    assert fresh(made).state == "draft"


def test_a_draft_is_its_bodys_alone(world: World) -> None:
    made = written(world.here)
    for who in ("chair", "officer", "street"):
        with scope(world.here.compound.pk), pytest.raises(NoSuchNotice):
            actions.revise(**common(world.here, made, who), draft=draft_of(title="偷改"))
    with scope(world.here.compound.pk):
        assert actions.revise(**common(world.here, made, "dispatcher"), draft=draft_of(title="改好")).title == "改好"


def test_a_committee_member_writes_and_the_chair_hands_in(world: World) -> None:
    made = written(world.here, "member")
    with scope(world.here.compound.pk):
        with pytest.raises(NotPermitted):
            actions.submit(**common(world.here, made, "member"))
        assert actions.submit(**common(world.here, made, "chair")).state == "published"


def test_pinning_and_again_is_nothing(world: World) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        actions.pin(**common(side, made, "manager"), on=True)
        actions.pin(**common(side, made, "manager"), on=True)
        assert fresh(made).pinned_at == NOW
        actions.pin(**common(side, made, "officer"), on=False)
        assert verbs(side)[-2:] == ["notices.pin", "notices.unpin"]
        with pytest.raises(NotPermitted):
            actions.pin(**common(side, made, "chair"), on=True)


def test_a_rule_of_the_compound_stands_above_the_default(world: World) -> None:
    side = world.here
    given: dict[str, Any] = {
        "compound_id": side.compound.pk,
        "kind": "",
        "matter": "property_fee",
        "speaker": "company",
        "now": NOW,
    }
    with scope(side.compound.pk):
        chair = side.actor("chair", NOW.date())
        with pytest.raises(NotPermitted):
            set_rule(**given, sides=(), ground="方便", by=side.actor("manager", NOW.date()))
        for wrong, code in (
            ({"kind": "x"}, "unknown_kind"),
            ({"matter": "x"}, "unknown_matter"),
            ({"speaker": "x"}, "unknown_side"),
        ):
            with pytest.raises(BadInput) as refused:
                set_rule(**{**given, **wrong}, sides=(), ground="g", by=chair)
            assert refused.value.code == code
        with pytest.raises(BadInput):
            set_rule(**given, sides=(), ground="", by=chair)
        set_rule(**given, sides=("committee",), ground="业主大会决定", by=chair)
        rule = set_rule(**given, sides=("community",), ground="议事规则", by=chair)
        assert ApprovalRule.objects.filter(ended_at__isnull=True).count() == 1
    made = fee_notice(side)
    with scope(side.compound.pk):
        assert list(Step.objects.filter(version=made.proposed).values_list("side", flat=True)) == ["community"]
        end_rule(compound_id=side.compound.pk, rule_id=rule.pk, by=chair, now=NOW)
        end_rule(compound_id=side.compound.pk, rule_id=rule.pk, by=chair, now=NOW)
        with pytest.raises(NoSuchNotice):
            end_rule(compound_id=side.compound.pk, rule_id=0, by=chair, now=NOW)
        assert verbs(side).count("notices.end_rule") == 1
    later = fee_notice(side)
    with scope(side.compound.pk):
        assert list(Step.objects.filter(version=later.proposed).values_list("side", flat=True)) == [
            "committee",
            "community",
        ]


def test_templates_of_the_compound(world: World) -> None:
    side = world.here
    given: dict[str, Any] = {
        "compound_id": side.compound.pk,
        "name": "停水",
        "kind": "notice",
        "matter": "outage",
        "title": "停水",
        "now": NOW,
    }
    with scope(side.compound.pk):
        by = side.actor("dispatcher", NOW.date())
        with pytest.raises(NotPermitted):
            save_template(**given, source="{{时间}}", by=side.actor("worker", NOW.date()))
        for wrong, code in (
            ({"name": ""}, "empty"),
            ({"kind": "x"}, "unknown_kind"),
            ({"matter": "x"}, "unknown_matter"),
        ):
            with pytest.raises(BadInput) as refused:
                save_template(**{**given, **wrong}, source="s", by=by)
            assert refused.value.code == code
        save_template(**given, source="{{时间}}停水", by=by)
        kept = save_template(**given, source="{{时间}}停水。", by=by)
        assert Template.objects.filter(ended_at__isnull=True).get().source == "{{时间}}停水。"
        end_template(compound_id=side.compound.pk, template_id=kept.pk, by=by, now=NOW)
        assert not Template.objects.filter(ended_at__isnull=True).exists()
        with pytest.raises(NoSuchNotice):
            end_template(compound_id=side.compound.pk, template_id=0, by=by, now=NOW)


def test_reading_is_noted_once_with_the_homes(world: World) -> None:
    side = world.here
    made = submitted(side)
    with scope(side.compound.pk):
        by = side.actor("resident", NOW.date())
        assert reading.mark_read(notice=fresh(made), by=by, now=NOW) is True
        assert reading.mark_read(notice=fresh(made), by=by, now=LATER) is False
        row = Reading.objects.get()
        assert (row.person_id, row.home_ids, row.edition, row.at) == (by.person_id, [side.homes[0].pk], 1, NOW)


def test_signing_for_it_by_who_was_named(world: World) -> None:
    side = world.here
    made = submitted(side, "officer", sign_posts=(side.posts["manager"].pk,))
    with scope(side.compound.pk):
        assert told(side, "notices.to_sign") == {"manager"}
        with pytest.raises(NotPermitted):
            reading.sign(**common(side, made, "chair"))
        with pytest.raises(OutOfState):
            reading.sign(**common(side, made, "manager"), fingerprint="0" * 64)
        reading.sign(**common(side, made, "manager"))
        reading.sign(**common(side, made, "manager"))
        row = Signature.objects.get()
        assert (row.signed_at, row.edition) == (NOW, 1)
        assert verbs(side).count("notices.sign") == 1


def test_attachments_are_public_with_the_version_that_names_them(world: World) -> None:
    side = world.here
    made = written(side)
    with scope(side.compound.pk):
        first = files.attach(**common(side, made, "manager"), upload=picture(), name="水箱")
        plan = files.attach(**common(side, made, "manager"), upload=pdf())
        files.detach(**common(side, made, "manager"), attachment_id=plan.pk)
        files.detach(**common(side, made, "manager"), attachment_id=plan.pk)
        out = actions.submit(**common(side, made, "manager"))
        assert out.current.files == [first.pk]
        assert first.file.content_type == "image/jpeg"
        with pytest.raises(NoSuchNotice):
            files.detach(**common(side, made, "manager"), attachment_id=0)
        files.attach(**common(side, made, "manager"), upload=pdf(), name="图纸")
        files_of_it = actions.amend(
            **common(side, made, "manager"), title=TITLE, source=SOURCE, changed="加了图纸"
        ).current.files
        assert len(files_of_it) == 2
        assert verbs(side)[-1] == "notices.amend"


@pytest.mark.parametrize("who", ["chair", "officer"])
def test_others_do_not_attach(world: World, who: str) -> None:
    made = submitted(world.here)
    with scope(world.here.compound.pk), pytest.raises(NotPermitted):
        files.attach(**common(world.here, made, who), upload=picture())


def test_upper_floors_hear_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, int | None]] = []
    monkeypatch.setattr(hooks, "_published", [lambda n, v, now: heard.append(("out", v.edition))])
    monkeypatch.setattr(hooks, "_withdrawn", [lambda n, v, now: heard.append(("gone", v and v.edition))])
    made = submitted(world.here)
    with scope(world.here.compound.pk):
        actions.withdraw(**common(world.here, made, "manager"), reason="错")
    assert heard == [("out", 1), ("gone", 1)]


def test_a_hook_that_raises_undoes_all_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Refused("too_short")

    monkeypatch.setattr(hooks, "_published", [refuse])
    made = written(world.here)
    with pytest.raises(Refused), scope(world.here.compound.pk):
        actions.submit(**common(world.here, made, "manager"))
    with scope(world.here.compound.pk):
        assert (fresh(made).state, Version.objects.count(), verbs(world.here)) == ("draft", 0, ["notices.write"])


def test_the_last_signature_is_heard_on_the_board(world: World) -> None:
    side = world.here
    made = fee_notice(side)
    signed(side, made, "chair")
    with scope(side.compound.pk):
        assert ("notices", "published") not in live(side)
    signed(side, made, "officer")
    with scope(side.compound.pk):
        assert live(side).count(("notices", "published")) == 1
        actions.amend(**common(side, made, "manager"), title=TITLE, source="改了", changed="文字")
        assert live(side).count(("notices", "published")) == 1
    signed(side, made, "chair")
    signed(side, made, "officer")
    with scope(side.compound.pk):
        assert live(side).count(("notices", "published")) == 2
