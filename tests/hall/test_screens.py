"""Putting screens up, changing them, taking them down: rows, record, refusals."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import crypto
from audit.models import Entry
from screens import actions, queries
from screens.actions import Settings
from screens.models import Screen
from screens.permissions import MANAGING
from screens.refusals import BadInput, NoSuchScreen, NotPermitted, OutOfState
from screens.rules import MOST_SCREENS
from screens.words import _REFUSALS, place_text
from tenancy.scope import scope
from tests.hall.conftest import places, put_up
from tests.notices.conftest import NOW
from tests.world import RESIDENTS, STAFF, World

MANAGERS = {"secretary", "officer", "chair", "manager"}


def entries(world: World, verb: str) -> list[Entry]:
    with scope(world.here.compound.pk):
        return list(Entry.objects.filter(verb=verb))


def test_a_screen_is_kept_by_a_digest_of_its_token(world: World) -> None:
    made, token = put_up(world.here, name=" 东门   大厅 ")
    assert (made.name, made.hint, made.digest) == ("东门 大厅", token[-4:], crypto.digest(token))
    assert (made.orientation, made.sound, made.building_id, made.entrance_id, made.seen_at) == (
        *("landscape", False, None, None, None),
    )
    assert token.startswith("here-")
    with scope(world.here.compound.pk):
        kept = Screen.objects.get()
    assert token not in str(vars(kept))
    (entry,) = entries(world, "screens.put_up")
    assert (entry.target, entry.changes) == (f"screens.screen:{made.pk}", {"name": [None, "东门 大厅"]})
    assert token not in str(vars(entry))


def test_it_may_be_of_a_building_or_an_entrance(world: World) -> None:
    building, one, _two = places(world.here)
    of_building, _token = put_up(world.here, place=f"b:{building.pk}")
    of_entrance, _token = put_up(world.here, place=f"e:{one.pk}", orientation="turned", sound=True)
    assert (of_building.building, of_building.entrance) == (building, None)
    assert (of_entrance.building, of_entrance.entrance) == (building, one)
    assert [place_text(row) for row in (of_building, of_entrance)] == ["1幢", "1幢1单元"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 25}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"orientation": "round"}, "unknown_orientation"),
        ({"place": "b:0"}, "no_such_place"),
        ({"place": "x:1"}, "no_such_place"),
        ({"place": "b:²"}, "no_such_place"),
        ({"place": f"e:{10**30}"}, "no_such_place"),
    ],
)
def test_what_cannot_be_used_is_refused(world: World, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code), transaction.atomic():
        put_up(world.here, **given)
    with scope(world.here.compound.pk):
        assert not Screen.objects.exists()
    assert not entries(world, "screens.put_up")


def test_a_place_of_the_next_compound_is_none(world: World) -> None:
    building, one, _two = places(world.there)
    for place in (f"b:{building.pk}", f"e:{one.pk}"):
        with pytest.raises(BadInput, match="no_such_place"):
            put_up(world.here, place=place)


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_may(world: World, who: str) -> None:
    made, _token = put_up(world.here)
    by = world.here.actor(who, NOW.date())
    common: dict[str, Any] = {"compound_id": world.here.compound.pk, "by": by, "now": NOW}
    acts = (
        lambda: actions.put_up(settings=Settings("西门"), **common),
        lambda: actions.change(screen_id=made.pk, settings=Settings("西门"), **common),
        lambda: actions.revoke(screen_id=made.pk, **common),
    )
    with scope(world.here.compound.pk):
        for act in acts:
            if who in MANAGERS:
                act()
            else:
                with pytest.raises(NotPermitted, match="not_yours"):
                    act()


def test_nobody_reaches_into_the_next_compound(world: World) -> None:
    theirs, _token = put_up(world.there)
    by = world.here.actor("manager", NOW.date())
    with scope(world.here.compound.pk):
        for compound, error in ((world.here.compound, NoSuchScreen), (world.there.compound, NotPermitted)):
            common: dict[str, Any] = {"compound_id": compound.pk, "screen_id": theirs.pk, "by": by, "now": NOW}
            with pytest.raises(error):
                actions.revoke(**common)
            with pytest.raises(error):
                actions.change(settings=Settings("西门"), **common)


def test_a_change_is_recorded_and_nothing_is_when_nothing_is(world: World) -> None:
    building, one, _two = places(world.here)
    made, _token = put_up(world.here)
    common: dict[str, Any] = {
        "compound_id": world.here.compound.pk, "screen_id": made.pk, "by": world.here.actor("chair", NOW.date()),
        "now": NOW,
    }  # fmt: skip
    with scope(world.here.compound.pk):
        actions.change(settings=Settings("东门大厅"), **common)
        assert not entries(world, "screens.change")
        changed = actions.change(
            settings=Settings("西门", place=f"e:{one.pk}", orientation="portrait", sound=True), **common
        )
    assert (changed.name, changed.entrance, changed.building) == ("西门", one, building)
    (entry,) = entries(world, "screens.change")
    assert entry.changes == {
        "name": ["东门大厅", "西门"],
        "orientation": ["landscape", "portrait"],
        "sound": [False, True],
        "building": [None, "1幢"],
        "entrance": [None, "1单元"],
    }


def test_a_revoked_one_stays_and_shows_nothing(world: World) -> None:
    made, token = put_up(world.here)
    found = queries.bearer(token)
    assert found is not None
    assert (found.holder, found.code, found.topics) == (str(made.pk), "here", {"notices.hall"})
    common: dict[str, Any] = {
        "compound_id": world.here.compound.pk, "screen_id": made.pk, "by": world.here.actor("officer", NOW.date()),
        "now": NOW,
    }  # fmt: skip
    with scope(world.here.compound.pk):
        actions.revoke(**common)
        for act in (actions.revoke, lambda **given: actions.change(settings=Settings("西门"), **given)):
            with pytest.raises(OutOfState, match="revoked"):
                act(**common)
        kept = Screen.objects.get()
        assert not actions.note_seen(kept, NOW + timedelta(hours=1))
    assert (kept.revoked_at, kept.revoked_as[:7]) == (NOW, "officer")
    assert len(entries(world, "screens.revoke")) == 1
    assert queries.bearer(token) is None


@pytest.mark.parametrize(
    "token", ["", "here", "here-", "nowhere-aaaaaaaaaaaaaaaa", "here-aaaaaaaaaaaaaaaa", "-" * 60, "☃"]
)
def test_no_other_token_opens_anything(world: World, token: str) -> None:
    put_up(world.here)
    assert queries.bearer(token) is None


def test_a_token_opens_its_own_compound_alone(world: World) -> None:
    _made, token = put_up(world.there)
    secret = token.rpartition("-")[2]
    assert queries.bearer(f"here-{secret}") is None
    found = queries.bearer(token)
    assert found is not None
    assert found.compound_id == world.there.compound.pk


def test_a_compound_has_sixty_at_most(world: World) -> None:
    made, _token = put_up(world.here)
    with scope(world.here.compound.pk):
        Screen.objects.bulk_create(
            Screen(compound_id=made.compound_id, name="x", digest=f"{n:064d}", hint="x", made_at=NOW, made_as="x")
            for n in range(MOST_SCREENS - 1)
        )
    with pytest.raises(OutOfState, match="too_many"):
        put_up(world.here)
    with scope(world.here.compound.pk):
        actions.revoke(
            compound_id=made.compound_id, screen_id=made.pk, by=world.here.actor("manager", NOW.date()), now=NOW
        )
    put_up(world.here)


def test_that_it_asked_is_noted_once_a_minute(world: World) -> None:
    made, _token = put_up(world.here)
    with scope(world.here.compound.pk):
        noted = []
        for seconds in (0, 10, 49, 50, 60, 101):
            row = Screen.objects.get(pk=made.pk)
            noted.append(actions.note_seen(row, NOW + timedelta(seconds=seconds)))
        assert Screen.objects.get(pk=made.pk).seen_at == NOW + timedelta(seconds=101)
    assert noted == [True, False, False, True, False, True]


def test_every_code_has_words_and_every_manager_a_role() -> None:
    codes = {"not_yours", "name", "unknown_orientation", "no_such_place", "too_many", "revoked"}
    assert codes | {"key_malformed", "key_reused"} == _REFUSALS.keys()
    assert set(MANAGING) == {"community", "residents", "committee", "company"}
