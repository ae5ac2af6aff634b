"""What a post asks of an account, and what a person is told of what is held of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import mfa, own_data
from accounts.own_data import KeptError
from parties.models import Post
from tests.world import CANARY, RESIDENTS, STAFF, World


@pytest.mark.parametrize("name", [*STAFF, "city"])
def test_whoever_holds_a_post_needs_a_second_factor(world: World, name: str) -> None:
    assert mfa.is_required(world.here.people[name])
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(pk=world.here.posts[name].pk).update(ends=yesterday)
    assert not mfa.is_required(world.here.people[name])


@pytest.mark.parametrize("name", RESIDENTS)
def test_a_resident_needs_none(world: World, name: str) -> None:
    assert not mfa.is_required(world.here.people[name])


def test_a_person_gets_their_posts_and_homes_and_nobody_elses(world: World) -> None:
    found = own_data.export(world.here.people["manager"])
    assert [post["role"] for post in found["posts"]] == ["manager"]
    assert found["homes"] == []
    found = own_data.export(world.here.people["resident"])
    assert found["posts"] == []
    assert [(home["compound"], home["state"]) for home in found["homes"]] == [(world.here.compound.name, "confirmed")]
    assert CANARY not in str(found)


def test_an_account_stays_while_a_post_is_held(world: World) -> None:
    with pytest.raises(KeptError):
        own_data.erase(world.here.people["manager"], timezone.now())
    own_data.erase(world.here.people["resident"], timezone.now())
