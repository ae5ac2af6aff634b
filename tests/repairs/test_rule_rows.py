"""Rules, not code: deadlines, routing, reply templates and place codes, each version kept with who changed what."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from messaging.models import Message
from repairs.actions import dispatch, places, policies, replies, routing
from repairs.actions.places import NoSuchPlace
from repairs.actions.replies import NoSuchReply
from repairs.actions.routing import NoSuchRule, RuleDraft
from repairs.models import CityDeadline, DeadlinePolicy, PlaceCode, ReplyTemplate, RoutingRule
from repairs.queries import given_terms, replies_for
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.categories import Term
from repairs.rules.replies import DEFAULTS
from repairs.rules.routing import Question, Rule, route
from tenancy.models import Area
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import RESIDENTS, STAFF, Side, World

FAST, DAY = Term(15, "calendar"), Term(1440, "calendar")
EVERYONE = [*STAFF, *RESIDENTS, "city"]


def _set(side: Side, who: str = "chair", *, now=NOW, since=None, **given) -> DeadlinePolicy:
    return policies.set_deadlines(
        compound_id=side.compound.pk,
        by=side.actor(who),
        now=now,
        since=since or now,
        **{"category": "water", "urgent": False, "respond": FAST, "finish": DAY, **given},
    )


def _city(side: Side, *, now=NOW, **given) -> CityDeadline:
    return policies.set_city_deadlines(
        area_id=Area.objects.get(code="330784").pk,
        by=side.actor("city"),
        now=now,
        since=now,
        **{"category": "water", "urgent": False, "respond": Term(20, "calendar"), "finish": DAY, **given},
    )


# --- deadlines --------------------------------------------------------------------------------------------------------
def test_deadlines_have_versions_and_hold_from_their_day(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        first = _set(side)
        second = _set(side, since=NOW + timedelta(days=7), respond=Term(5, "calendar"), now=NOW + timedelta(hours=1))
        assert [(row.version, row.ended_at) for row in DeadlinePolicy.objects.order_by("version")] == [
            (1, NOW + timedelta(days=7)),
            (2, None),
        ]
        assert (first.changed_as, second.changed_by) == ("chair 小区1业委会 主任", side.people["chair"].pk)
        for days, minutes in ((0, 15), (6, 15), (7, 5), (400, 5)):
            found = given_terms(
                compound_id=side.compound.pk, category="water", urgent=False, now=NOW + timedelta(days=days)
            )
            assert found.respond == Term(minutes, "calendar")
        before = given_terms(
            compound_id=side.compound.pk, category="water", urgent=False, now=NOW - timedelta(seconds=1)
        )
        assert before.respond is None
        entry = Entry.objects.filter(verb="repairs.deadlines").order_by("-seq").first()
        assert entry.changes["water"] == ["15 calendar / 1440 calendar", "5 calendar / 1440 calendar"]
        told = set(Message.objects.filter(template="repairs.deadlines_changed").values_list("person_id", flat=True))
        assert told == {side.people[name].pk for name in ("manager", "member", "secretary", "officer")}
    assert file_one(side).due_at == NOW + timedelta(minutes=15)
    assert file_one(world.there).due_at == NOW + timedelta(minutes=30)


def test_the_city_stands_above_and_the_compound_before_it(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        _city(side)
        assert file_one(side).due_at == NOW + timedelta(minutes=20)
        _set(side)
        assert file_one(side).due_at == NOW + timedelta(minutes=15)
        _set(side, respond=None, finish=None)
        assert file_one(side).due_at == NOW + timedelta(minutes=20)
    assert file_one(world.there).due_at == NOW + timedelta(minutes=20)


def test_urgent_terms_are_their_own_and_ordinary_ones_are_tightened(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        _set(side, respond=Term(60, "working"), finish=Term(2880, "working"))
        assert file_one(side, urgent=True).due_at == NOW + timedelta(minutes=10)
        _set(side, urgent=True, respond=Term(25, "calendar"), finish=Term(300, "calendar"))
        urgent = file_one(side, urgent=True)
        assert urgent.due_at == NOW + timedelta(minutes=25)
        accepted = dispatch.accept(
            compound_id=side.compound.pk, ref=urgent.ref, by=side.actor("manager"), now=NOW + timedelta(minutes=1)
        )
        assert accepted.due_at == NOW + timedelta(minutes=300)
        # The compound's ordinary terms do not stand before the city's urgent ones.
        _set(side, urgent=True, respond=None, finish=None)
        _city(side, urgent=True, respond=Term(12, "calendar"))
        assert file_one(side, urgent=True).due_at == NOW + timedelta(minutes=12)


def test_a_change_does_not_move_what_is_running(world: World) -> None:
    side = world.here
    request = file_one(side)
    with scope(side.compound.pk):
        _set(side, now=NOW + timedelta(minutes=1), finish=Term(60, "calendar"))
        found = dispatch.accept(
            compound_id=side.compound.pk, ref=request.ref, by=side.actor("manager"), now=NOW + timedelta(minutes=2)
        )
    assert found.due_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("given_", "code", "field"),
    [
        ({"category": "x"}, "unknown_category", "category"),
        ({"respond": None}, "term_whole", "respond_minutes"),
        ({"finish": None}, "term_whole", "finish_minutes"),
        ({"respond": Term(0, "calendar")}, "term_minutes", "respond_minutes"),
        ({"finish": Term(600_000, "calendar")}, "term_minutes", "finish_minutes"),
        ({"respond": Term(5, "moon")}, "term_basis", "respond_basis"),
        ({"respond": DAY}, "term_order", "finish_minutes"),
        ({"since": NOW - timedelta(seconds=1)}, "since_past", "since"),
    ],
)
def test_deadlines_that_cannot_be_are_refused(world: World, given_: dict, code: str, field: str) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            _set(side, **given_)
        assert (refused.value.code, refused.value.details["field"]) == (code, field)
        assert not DeadlinePolicy.objects.exists()


def test_who_sets_deadlines(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        for who in set(EVERYONE) - {"chair", "member", "secretary", "officer"}:
            with pytest.raises(NotPermitted):
                _set(side, who)
        for who in ("manager", "chair", "officer", "street", "resident"):
            with pytest.raises(NotPermitted):
                policies.set_city_deadlines(
                    area_id=Area.objects.get(code="330784").pk, category="water", urgent=False, respond=FAST,
                    finish=DAY, since=NOW, by=side.actor(who), now=NOW,
                )  # fmt: skip
        # The city's own bureau, for a street that is not a city.
        with pytest.raises(NotPermitted):
            policies.set_city_deadlines(
                area_id=Area.objects.get(code="330784002").pk, category="water", urgent=False, respond=FAST,
                finish=DAY, since=NOW, by=side.actor("city"), now=NOW,
            )  # fmt: skip


def test_two_last_versions_cannot_stand(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        made = _set(side)
        made.pk, made.version = None, 2
        with pytest.raises(IntegrityError), transaction.atomic():
            DeadlinePolicy.objects.bulk_create([made])


# --- routing ----------------------------------------------------------------------------------------------------------
def _rule(side: Side, rule: int | None = None, who: str = "manager", now=NOW, **given) -> RoutingRule:
    return routing.save_rule(
        compound_id=side.compound.pk,
        rule=rule,
        draft=RuleDraft(**{"position": 1, "target": "desk", **given}),
        by=side.actor(who),
        now=now,
    )


rules = st.lists(
    st.builds(
        Rule,
        rule=st.integers(1, 50),
        version=st.just(1),
        position=st.integers(1, 9),
        target=st.just("desk"),
        category=st.sampled_from(["", "water", "lift"]),
        place=st.sampled_from(["", "home", "public"]),
        building_id=st.sampled_from([None, 1, 2]),
        urgent=st.sampled_from([None, True, False]),
        hours=st.sampled_from(["", "working", "off"]),
        company_id=st.sampled_from([None, 7, 8]),
    ),
    max_size=8,
)
questions = st.builds(
    Question,
    category=st.sampled_from(["water", "lift", "other"]),
    place=st.sampled_from(["home", "public", "building"]),
    building_id=st.sampled_from([None, 1]),
    urgent=st.booleans(),
    working=st.booleans(),
    company_id=st.sampled_from([None, 7]),
)


def _fits(rule: Rule, asked: Question) -> bool:
    """The same again, said another way."""
    wanted = {"category": rule.category, "place": rule.place}
    return (
        all(value in {"", getattr(asked, name)} for name, value in wanted.items())
        and (rule.building_id is None or rule.building_id == asked.building_id)
        and (rule.urgent is None or rule.urgent == asked.urgent)
        and not (rule.hours == "working" and not asked.working)
        and not (rule.hours == "off" and asked.working)
        and (rule.company_id is None or rule.company_id == asked.company_id)
    )


@given(rules, questions)
def test_the_first_rule_that_fits_decides_and_each_refusal_has_a_reason(found: list[Rule], asked: Question) -> None:
    verdict = route(found, asked)
    fitting = sorted((r for r in found if _fits(r, asked)), key=lambda r: (r.position, r.rule))
    assert verdict.rule == (fitting[0] if fitting else None)
    for tried in verdict.tried:
        assert (tried.failed == "") == _fits(tried.rule, asked)
    assert [t.failed == "" for t in verdict.tried].count(True) == (1 if fitting else 0)


def test_a_filing_keeps_where_the_rules_sent_it(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        _rule(side, position=5, category="lift", target="receiver", receiver="电梯维保公司")
        by_post = _rule(side, position=9, category="water", target="post", post_id=side.posts["worker2"].pk)
        night = _rule(side, position=1, category="water", hours="off", target="duty")
        day, evening = file_one(side), file_one(side, now=NOW + timedelta(hours=12))
        assert (day.routed_rule, day.routed_post) == (f"{by_post.rule}.1", side.posts["worker2"].pk)
        assert (evening.routed_rule, evening.routed_post) == (f"{night.rule}.1", None)
        assert file_one(side, category="lift").routed_to == "电梯维保公司"
        assert file_one(side, category="noise").routed_rule == ""
    assert file_one(world.there).routed_rule == ""


def test_a_rule_has_versions_and_an_end(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        first = _rule(side, category="water")
        second = _rule(
            side, first.rule, category="water", target="receiver", receiver="水务公司", now=NOW + timedelta(1)
        )
        assert [(r.version, r.ended_at) for r in RoutingRule.objects.order_by("version")] == [
            (1, NOW + timedelta(1)),
            (2, None),
        ]
        assert second.rule == first.rule
        assert Entry.objects.filter(verb="repairs.routing").order_by("-seq").first().changes["rule"] == [
            "1. water||||| -> desk",
            "1. water||||| -> receiver 水务公司",
        ]
        routing.end_rule(
            compound_id=side.compound.pk, rule=first.rule, by=side.actor("manager"), now=NOW + timedelta(2)
        )
        assert file_one(side, now=NOW + timedelta(3)).routed_rule == ""
        with pytest.raises(NoSuchRule):
            routing.end_rule(compound_id=side.compound.pk, rule=first.rule, by=side.actor("manager"), now=NOW)
        assert _rule(side).rule == first.rule + 1


def test_a_rule_bound_to_a_contract_ends_with_it(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        made = _rule(side, category="water", own_contract=True)
        assert made.company_id == side.actor("manager").organisation_id
        assert file_one(side).routed_rule == f"{made.rule}.1"
        RoutingRule.objects.filter(pk=made.pk).update(company_id=world.there.actor("manager").organisation_id)
        assert file_one(side).routed_rule == ""


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"position": -1}, "rule_position"),
        ({"category": "x"}, "unknown_category"),
        ({"place": "x"}, "unknown_place"),
        ({"building_id": 2**40}, "no_such_building"),
        ({"hours": "x"}, "rule_hours"),
        ({"target": "x"}, "rule_target"),
        ({"target": "receiver", "receiver": " "}, "say_who"),
        ({"target": "receiver", "receiver": "字" * 81}, "too_long"),
        ({"target": "post"}, "no_such_worker"),
        ({"target": "post", "post_id": 2**40}, "no_such_worker"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(world: World, given_: dict, code: str) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            _rule(side, **given_)
        assert refused.value.code == code
        assert not RoutingRule.objects.exists()


def test_rules_replies_and_places_are_the_managers(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        for who in set(EVERYONE) - {"manager"}:
            with pytest.raises(NotPermitted):
                _rule(side, who=who)
            with pytest.raises(NotPermitted):
                _reply(side, who=who)
            with pytest.raises(NotPermitted):
                _place(side, who=who)
        for act in (
            lambda by: routing.save_rule(
                compound_id=world.there.compound.pk, rule=None, draft=RuleDraft(1, "desk"), by=by, now=NOW
            ),
            lambda by: places.retire_place(compound_id=world.there.compound.pk, code="X", by=by, now=NOW),
        ):
            with pytest.raises(NotPermitted):
                act(side.actor("manager"))


# --- reply templates --------------------------------------------------------------------------------------------------
def _reply(side: Side, reply: int | None = None, who: str = "manager", now=NOW, **given) -> ReplyTemplate:
    return replies.save_reply(
        compound_id=side.compound.pk,
        reply=reply,
        by=side.actor(who),
        now=now,
        **{"step": "pause", "title": "等电梯配件", "text": "配件从厂家发货，三天内到。", **given},
    )


def test_a_compounds_own_replies_stand_before_the_citys_and_the_defaults(world: World) -> None:
    side = world.here
    area = Area.objects.get(code="330784").pk
    with scope(side.compound.pk):
        start = replies_for(compound_id=side.compound.pk)
        assert start["pause"] == [r for r in DEFAULTS if r.step == "pause"]
        replies.save_city_reply(
            area_id=area, reply=None, step="pause", title="市", text="市里的话", by=side.actor("city"), now=NOW
        )
        assert [r.text for r in replies_for(compound_id=side.compound.pk)["pause"]] == ["市里的话"]
        made = _reply(side)
        found = replies_for(compound_id=side.compound.pk)
        assert [r.title for r in found["pause"]] == ["等电梯配件"]
        assert found["finish"] == start["finish"]
        _reply(side, made.reply, text="五天内到。", now=NOW + timedelta(hours=1))
        assert [r.text for r in replies_for(compound_id=side.compound.pk)["pause"]] == ["五天内到。"]
        assert ReplyTemplate.objects.count() == 2
        replies.end_reply(compound_id=side.compound.pk, reply=made.reply, by=side.actor("manager"), now=NOW)
        assert [r.text for r in replies_for(compound_id=side.compound.pk)["pause"]] == ["市里的话"]
        replies.end_city_reply(area_id=area, reply=1, by=side.actor("city"), now=NOW)
        assert replies_for(compound_id=side.compound.pk) == start
        with pytest.raises(NoSuchReply):
            replies.end_reply(compound_id=side.compound.pk, reply=made.reply, by=side.actor("manager"), now=NOW)
        with pytest.raises(NotPermitted):
            replies.end_city_reply(area_id=area, reply=1, by=side.actor("manager"), now=NOW)


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"step": "x"}, "reply_step"),
        ({"title": " "}, "say_title"),
        ({"text": ""}, "say_words"),
        ({"title": "字" * 31}, "too_long"),
        ({"text": "字" * 301}, "too_long"),
    ],
)
def test_a_reply_that_cannot_be_is_refused(world: World, given_: dict, code: str) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            _reply(side, **given_)
        assert refused.value.code == code
        assert not ReplyTemplate.objects.exists()


def test_every_default_reply_can_be_saved_as_it_stands(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        for default in DEFAULTS:
            _reply(side, step=default.step, title=default.title, text=default.text)
        assert replies_for(compound_id=side.compound.pk)["pause"] == [r for r in DEFAULTS if r.step == "pause"]


# --- codes of places --------------------------------------------------------------------------------------------------
def _place(side: Side, who: str = "manager", **given) -> PlaceCode:
    return places.make_place(
        compound_id=side.compound.pk,
        by=side.actor(who),
        now=NOW,
        **{"place_text": "1幢2号电梯", "building_id": None, "category": "lift", **given},
    )


def test_who_reads_a_code_files_for_its_place(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        made = _place(side)
        assert len(made.code) == 6
        request = file_one(side, place="public", place_text="门夹人", home_id=None, category="lift", spot=made.code)
        assert (request.place_text, request.spot_id) == ("1幢2号电梯 门夹人", made.pk)
        with pytest.raises(BadInput) as refused:
            _place(side)
        assert refused.value.code == "place_twice"
        places.retire_place(compound_id=side.compound.pk, code=made.code, by=side.actor("manager"), now=NOW)
        for code in (made.code, "NOSUCH"):
            with pytest.raises(BadInput) as refused:
                file_one(side, place="public", place_text="x", home_id=None, spot=code)
            assert refused.value.code == "no_such_spot"
        with pytest.raises(NoSuchPlace):
            places.retire_place(compound_id=side.compound.pk, code=made.code, by=side.actor("manager"), now=NOW)
        assert _place(side).code != made.code
        assert Entry.objects.filter(verb="repairs.place").count() == 3
    with scope(world.there.compound.pk):
        foreign = _place(world.there)
    with pytest.raises(BadInput):
        file_one(side, place="public", place_text="x", home_id=None, spot=foreign.code)


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"place_text": " "}, "say_where"),
        ({"place_text": "字" * 61}, "too_long"),
        ({"category": "x"}, "unknown_category"),
        ({"building_id": 2**40}, "no_such_building"),
    ],
)
def test_a_place_that_cannot_be_is_refused(world: World, given_: dict, code: str) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            _place(side, **given_)
        assert refused.value.code == code
        assert not PlaceCode.objects.exists()


def _order(side: Side) -> list[tuple[str, int]]:
    rows = RoutingRule.objects.filter(ended_at__isnull=True).order_by("position", "rule")
    return [(row.category, row.version) for row in rows]


def test_rules_change_places_and_every_change_is_a_version(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        water, lift, fire = (_rule(side, position=0, category=name) for name in ("water", "lift", "fire"))
        assert [row.position for row in (water, lift, fire)] == [10, 20, 30]
        move = {"compound_id": side.compound.pk, "by": side.actor("manager")}
        routing.move_rule(**move, rule=fire.rule, up=True, now=NOW + timedelta(minutes=1))
        assert _order(side) == [("water", 1), ("fire", 2), ("lift", 2)]
        routing.move_rule(**move, rule=water.rule, up=False, now=NOW + timedelta(minutes=2))
        assert _order(side) == [("fire", 3), ("water", 2), ("lift", 2)]
        routing.move_rule(**move, rule=fire.rule, up=True, now=NOW + timedelta(minutes=3))
        routing.move_rule(**move, rule=lift.rule, up=False, now=NOW + timedelta(minutes=3))
        assert _order(side) == [("fire", 3), ("water", 2), ("lift", 2)]
        assert Entry.objects.filter(verb="repairs.routing").count() == 3 + 4
        with pytest.raises(NoSuchRule):
            routing.move_rule(**move, rule=99, up=True, now=NOW)
        with pytest.raises(NotPermitted):
            routing.move_rule(**{**move, "by": side.actor("dispatcher")}, rule=fire.rule, up=True, now=NOW)


def test_rules_of_one_position_are_numbered_anew_when_one_moves(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        _first, _second, third = (_rule(side, position=5, category=name) for name in ("water", "lift", "fire"))
        routing.move_rule(compound_id=side.compound.pk, rule=third.rule, up=True, by=side.actor("manager"), now=NOW)
        assert [name for name, _version in _order(side)] == ["water", "fire", "lift"]
        changed = _rule(side, rule=third.rule, position=0, category="noise")
        assert changed.position == 20


def test_a_rule_for_a_building_holds_for_its_homes(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        building = side.homes[0].entrance.building_id
        made = _rule(side, building_id=building)
        assert file_one(side).routed_rule == f"{made.rule}.1"
        spot = places.make_place(
            compound_id=side.compound.pk, place_text="大堂", building_id=building, category="",
            by=side.actor("manager"), now=NOW,
        )  # fmt: skip
        assert file_one(side, place="public", home_id=None, spot=spot.code).routed_rule == f"{made.rule}.1"
        assert file_one(side, place="public", home_id=None, place_text="东门").routed_rule == ""
